"""Actions that call a service: asked for, confirmed, done once, refused in words."""

from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.db import OperationalError
from django.test import Client
from xadmin.models import Log

from apps.common.exceptions import Conflict, InvalidInput
from apps.common.transactions import DEADLOCK, inside_transaction
from apps.goods.models import Brand
from apps.goods.tests.factories import BrandFactory
from apps.users.tests.factories import UserFactory
from xadmin_compat import once
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


def answered(brands: list[Brand], **more: object) -> dict[str, object]:
    """What a form sends that was opened for the brands."""
    return chosen(brands, post="yes", once=once.new_token(), **more)


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
    response = client.post(BRANDS, answered(brands, reason="新"))
    assert (response.status_code, response["Location"]) == (302, BRANDS)
    assert names() == ["新", "新"]
    assert set(Log.objects.values_list("action_flag", "message")) == {("change", "Rename selected 品牌; Reason: 新")}
    assert "alert-success" in client.get(BRANDS).content.decode()


def test_wrong_answers_are_asked_again(office: Office, brands: list[Brand]) -> None:
    response = office.staff("goods.change_brand").post(BRANDS, answered(brands, reason=""))
    assert response.status_code == 200
    assert "has-error" in response.content.decode()
    assert names() == ["乙", "甲"]


def test_a_refusal_is_said_and_the_others_are_done(office: Office, brands: list[Brand]) -> None:
    client = office.staff("goods.change_brand")
    wrong = BrandFactory(name="错")
    client.post(BRANDS, answered([*brands, wrong], reason="甲"))
    shown = client.get(BRANDS).content.decode()
    assert names() == ["甲", "甲", "错"]
    assert "甲: &lt;b&gt;甲&lt;/b&gt; 已经如此" in shown
    assert "错: 不行。 真不行。" in shown
    assert Log.objects.count() == 1


def test_needs_the_right(office: Office, brands: list[Brand]) -> None:
    client = office.staff("goods.view_brand", "goods.delete_brand", "goods.add_brand")
    assert "rename" not in client.get(BRANDS).content.decode()
    assert client.post(BRANDS, answered(brands, reason="新")).status_code == 403
    assert names() == ["乙", "甲"]


def test_needs_the_csrf_token(office: Office, brands: list[Brand]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.post(BRANDS, answered(brands, reason="新")).status_code == 403
    assert names() == ["乙", "甲"]


def test_takes_so_many_rows_at_once(office: Office, brands: list[Brand], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rename, "max_rows", 1)
    client = office.staff("goods.change_brand")
    client.post(BRANDS, answered(brands, reason="新"))
    assert names() == ["乙", "甲"]
    assert "一次最多处理 1 行。" in client.get(BRANDS).content.decode()


def test_rows_that_left_the_list(office: Office, brands: list[Brand]) -> None:
    client = office.staff("goods.change_brand")
    Brand.objects.filter(pk=brands[0].pk).delete()
    client.post(BRANDS, answered(brands[:1], reason="新"))
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


# -- One click too many ------------------------------------------------------------------------------

AGAIN = "此表单已提交过，不会重复执行。如需再做一次，请重新打开。"
TOO_OLD = "此表单已过期，未执行任何操作。请重新打开。"


def test_a_form_that_is_sent_twice_is_done_once(office: Office, brands: list[Brand]) -> None:
    client = office.staff("goods.change_brand")
    form = answered(brands, reason="新")
    client.post(BRANDS, form)
    Brand.objects.update(name="后来")
    assert AGAIN not in client.get(BRANDS).content.decode()

    client.post(BRANDS, form)
    assert names() == ["后来", "后来"]
    assert Log.objects.count() == 2
    assert AGAIN in client.get(BRANDS).content.decode()

    client.post(BRANDS, answered(brands, reason="新"))
    assert names() == ["新", "新"]


def test_each_form_that_is_shown_has_a_token_of_its_own(office: Office, brands: list[Brand]) -> None:
    client = office.staff("goods.change_brand")
    shown = [client.post(BRANDS, chosen(brands)).context["once"][1] for _ in range(2)]
    assert len(set(shown)) == 2
    assert all(once.is_good(token) for token in shown)


def test_the_token_is_its_users_own(office: Office, brands: list[Brand]) -> None:
    form = answered(brands, reason="新")
    office.staff("goods.change_brand").post(BRANDS, form)
    Brand.objects.update(name="后来")
    office.staff("goods.change_brand").post(BRANDS, form)
    assert names() == ["新", "新"]


@pytest.mark.parametrize("token", ["", "x", "x:y:z"])
def test_a_form_without_its_token_is_refused(office: Office, brands: list[Brand], token: str) -> None:
    client = office.staff("goods.change_brand")
    assert client.post(BRANDS, chosen(brands, post="yes", once=token, reason="新")).status_code == 302
    assert names() == ["乙", "甲"]
    assert TOO_OLD in client.get(BRANDS).content.decode()


def test_a_form_that_was_open_for_long_is_refused(
    office: Office, brands: list[Brand], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = office.staff("goods.change_brand")
    form = answered(brands, reason="新")
    monkeypatch.setattr(once, "GOOD_FOR", timedelta(seconds=-1))
    client.post(BRANDS, form)
    assert names() == ["乙", "甲"]
    assert TOO_OLD in client.get(BRANDS).content.decode()


def test_a_row_that_was_refused_can_be_sent_again_with_the_same_form(office: Office, brands: list[Brand]) -> None:
    client = office.staff("goods.change_brand")
    form = answered(brands, reason="甲")
    client.post(BRANDS, form)  # the first is called so already
    assert names() == ["甲", "甲"]
    client.post(BRANDS, {**form, "reason": "丙"})
    assert names() == ["丙", "甲"]


def test_an_action_that_asks_a_gateway_does_so_once_and_in_no_transaction(
    office: Office, brands: list[Brand], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def ask(self: Rename, row: Brand, **answers: Any) -> None:
        asked.append((row.pk, inside_transaction()))
        raise Conflict("没有回答")

    monkeypatch.setattr(Rename, "act", ask)
    monkeypatch.setattr(Rename, "asks_gateway", True)
    client, form = office.staff("goods.change_brand"), answered(brands[:1], reason="新")
    client.post(BRANDS, form)
    client.post(BRANDS, form)
    assert asked == [(brands[0].pk, False)]
    assert AGAIN in client.get(BRANDS).content.decode()


def test_what_an_action_says_is_said_once_though_its_transaction_ran_twice(
    office: Office, brands: list[Brand], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = iter(["code-1", "code-2"])

    def lose_the_first(self: Rename, row: Brand, **answers: Any) -> None:
        self.message_user(code := next(said), "success")
        if code == "code-1":
            raise OperationalError(DEADLOCK, "Deadlock found")

    monkeypatch.setattr(Rename, "act", lose_the_first)
    client = office.staff("goods.change_brand")
    client.post(BRANDS, answered(brands[:1], reason="新"))
    shown = client.get(BRANDS).content.decode()
    assert "code-2" in shown
    assert "code-1" not in shown
    assert Log.objects.count() == 1
