"""Actions that call a service: asked for, confirmed, done once, refused in words."""

from typing import Any

import pytest
from django import forms
from django.test import Client
from xadmin.models import Log

from apps.common.exceptions import Conflict, InvalidInput
from apps.goods.models import Brand
from apps.goods.tests.factories import BrandFactory
from apps.users.tests.factories import UserFactory
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import ReadOnly
from xadmin_compat.tests.conftest import Office

BRANDS = "/xadmin/goods/brand/"


class Reason(forms.Form):
    reason = forms.CharField(max_length=20)


class Rename(ServiceAction):
    action_name = "rename"
    description = "Rename selected %(verbose_name_plural)s"
    right = "goods.change_brand"
    form = Reason

    @classmethod
    def fits(cls, row: Brand) -> bool:
        return row.name != "旧"

    def act(self, row: Brand, **answers: Any) -> None:
        if row.name == answers["reason"]:
            raise Conflict(f"<b>{row.name}</b> 已经如此")
        if row.name == "错":
            raise InvalidInput(fields={"name": ["不行。", "真不行。"]})
        Brand.objects.filter(pk=row.pk).update(name=answers["reason"])


class BrandForm(forms.ModelForm):
    """A form of the model's options; the action has its own."""


@pytest.fixture
def brands(office: Office) -> list[Brand]:
    office.register(
        Brand, actions=[Rename], form=BrandForm, **{k: v for k, v in vars(ReadOnly).items() if not k.startswith("_")}
    )
    return [BrandFactory(name="甲"), BrandFactory(name="乙")]


def chosen(brands: list[Brand], **more: object) -> dict[str, object]:
    return {"action": "rename", "_selected_action": [brand.pk for brand in brands], **more}


def names() -> list[str]:
    return sorted(Brand.objects.values_list("name", flat=True))


def test_asks_before_it_acts(office: Office, brands: list[Brand]) -> None:
    response = office.staff("goods.change_brand").post(BRANDS, chosen(brands))
    page = response.content.decode()
    assert response.status_code == 200
    assert 'name="reason"' in page
    assert [f'value="{brand.pk}"' in page for brand in brands] == [True, True]
    assert names() == ["乙", "甲"]


def test_acts_on_every_chosen_row_and_logs_it(office: Office, brands: list[Brand]) -> None:
    client = office.staff("goods.change_brand")
    response = client.post(BRANDS, chosen(brands, post="yes", reason="新"))
    assert (response.status_code, response["Location"]) == (302, BRANDS)
    assert names() == ["新", "新"]
    assert Log.objects.filter(action_flag="change", message__endswith=": 新").count() == 2
    assert "alert-success" in client.get(BRANDS).content.decode()


def test_wrong_answers_are_asked_again(office: Office, brands: list[Brand]) -> None:
    response = office.staff("goods.change_brand").post(BRANDS, chosen(brands, post="yes", reason=""))
    assert response.status_code == 200
    assert "has-error" in response.content.decode()
    assert names() == ["乙", "甲"]


def test_a_refusal_is_said_and_the_others_are_done(office: Office, brands: list[Brand]) -> None:
    client = office.staff("goods.change_brand")
    wrong = BrandFactory(name="错")
    client.post(BRANDS, chosen([*brands, wrong], post="yes", reason="甲"))
    shown = client.get(BRANDS).content.decode()
    assert names() == ["甲", "甲", "错"]
    assert "甲: &lt;b&gt;甲&lt;/b&gt; 已经如此" in shown
    assert "错: 不行。 真不行。" in shown
    assert Log.objects.count() == 1


def test_needs_the_right(office: Office, brands: list[Brand]) -> None:
    client = office.staff("goods.view_brand", "goods.delete_brand", "goods.add_brand")
    assert "rename" not in client.get(BRANDS).content.decode()
    assert client.post(BRANDS, chosen(brands, post="yes", reason="新")).status_code == 403
    assert names() == ["乙", "甲"]


def test_needs_the_csrf_token(office: Office, brands: list[Brand]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.post(BRANDS, chosen(brands, post="yes", reason="新")).status_code == 403
    assert names() == ["乙", "甲"]


def test_takes_so_many_rows_at_once(office: Office, brands: list[Brand], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rename, "max_rows", 1)
    client = office.staff("goods.change_brand")
    client.post(BRANDS, chosen(brands, post="yes", reason="新"))
    assert names() == ["乙", "甲"]
    assert "一次最多处理 1 行。" in client.get(BRANDS).content.decode()


def test_rows_that_left_the_list(office: Office, brands: list[Brand]) -> None:
    client = office.staff("goods.change_brand")
    Brand.objects.filter(pk=brands[0].pk).delete()
    client.post(BRANDS, chosen(brands[:1], post="yes", reason="新"))
    assert names() == ["乙"]
    assert "所选内容已不在列表中。" in client.get(BRANDS).content.decode()


def test_buttons_on_the_rows_own_page(office: Office, brands: list[Brand]) -> None:
    old = BrandFactory(name="旧")
    button = '<button type="submit" name="action" value="rename"'
    client = office.staff("goods.change_brand")
    assert button in client.get(f"{BRANDS}{brands[0].pk}/detail/").content.decode()
    assert button not in client.get(f"{BRANDS}{old.pk}/detail/").content.decode()
    viewer = office.staff("goods.view_brand")
    assert button not in viewer.get(f"{BRANDS}{brands[0].pk}/detail/").content.decode()


def test_a_button_leads_to_the_question(office: Office, brands: list[Brand]) -> None:
    response = office.superuser().post(BRANDS, {"action": "rename", "_selected_action": brands[0].pk})
    assert 'name="reason"' in response.content.decode()
