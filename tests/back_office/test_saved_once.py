"""Forms of rows that are sent twice: "Save" clicked twice makes one row, one after the other and at the same moment."""

import io
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from PIL import Image
from xadmin_compat import once

from apps.common.exceptions import Conflict
from apps.common.tests.back_office import TOKEN, browser_of, clerk, page, send
from apps.common.tests.racing import run_together
from apps.goods.models import Banner, Brand, Goods, GoodsAttribute
from apps.goods.tests.factories import BrandFactory, CategoryFactory, GoodsFactory, SkuFactory
from apps.trade.models import Coupon, IdempotencyKey
from apps.users.models import UserProfile
from tests.back_office.pages import inputs_of

pytestmark = pytest.mark.django_db

AGAIN = "此表单已提交过，不会重复保存。"
SPENT = "此表单此前已保存，现在的内容尚未保存。"
TOO_OLD = "此表单打开太久，未保存任何内容。请检查后再次保存。"
BRANDS = "/xadmin/goods/brand/"
BRAND = {"name": "甲", "position": 0}


@dataclass(frozen=True)
class New:
    """A form to add a row, and what is typed into it."""

    model: type[Model]
    typed: dict[str, Any]

    @property
    def list(self) -> str:
        return f"/xadmin/{self.model._meta.app_label}/{self.model._meta.model_name}/"

    def open(self, browser: Client) -> dict[str, Any]:
        return {**opened(browser, f"{self.list}add/"), **self.typed}

    def send(self, browser: Client, form: dict[str, Any]) -> Any:
        pictures = {name: value() for name, value in form.items() if callable(value)}
        return send(browser, f"{self.list}add/", {**form, **pictures})


def opened(browser: Client, address: str) -> dict[str, Any]:
    """What the form of a page sends as it came, once for each name."""
    return {name: values[-1] for name, values in inputs_of(page(browser, address)).items()}


def picture() -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(data, "PNG")
    return SimpleUploadedFile("red.png", data.getvalue(), "image/png")


def new_goods() -> New:
    sku = {"skus-TOTAL_FORMS": "1", "skus-0-price": "3.90", "skus-0-specifications": ""}
    return New(Goods, {"name": "苹果", "category": CategoryFactory().pk, "market_price": "5.00", **sku})


def new_coupon() -> New:
    period = {
        "starts_at_0": "2026-11-01",
        "starts_at_1": "00:00",
        "ends_at_0": "2026-12-01",
        "ends_at_1": "00:00",
    }
    typed = {"name": "秋日券", "kind": "fixed", "value": "5", "minimum": "30", "user_limit": "1"}
    return New(Coupon, {**typed, **period})


def new_banner() -> New:
    return New(Banner, {"goods": GoodsFactory().pk, "image": picture, "position": "1"})


@pytest.fixture(params=[new_goods, new_coupon, new_banner], ids=lambda kind: kind.__name__)
def new(request: pytest.FixtureRequest) -> New:
    made: New = request.param()
    return made


def made_by(new: New, before: int) -> int:
    return new.model._default_manager.count() - before


def test_a_form_saved_twice_makes_one_row_and_leads_to_it(new: New, superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    before = new.model._default_manager.count()
    form = new.open(browser)

    first = new.send(browser, form)
    assert (first.status_code, made_by(new, before)) == (302, 1)
    assert AGAIN not in page(browser, new.list)

    again = new.send(browser, form)
    assert (again.status_code, again["Location"], made_by(new, before)) == (302, first["Location"], 1)
    said = page(browser, new.list)
    assert AGAIN in said
    row = new.model._default_manager.latest("pk")
    assert f"{new.list}{row.pk}/update/" in said


@pytest.mark.django_db(transaction=True)
def test_a_form_saved_many_times_at_once_makes_one_row(new: New, superuser: UserProfile) -> None:
    browsers = [browser_of(superuser) for _ in range(4)]
    for browser in browsers:
        browser.get("/xadmin/")
    before = new.model._default_manager.count()
    form = new.open(browsers[0])

    answers = run_together(4, lambda number: new.send(browsers[number], form))

    assert Counter((answer.status_code, answer["Location"]) for answer in answers) == {(302, new.list): 4}
    assert made_by(new, before) == 1


def test_two_forms_make_two_rows(superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    for form in [opened(browser, f"{BRANDS}add/"), opened(browser, f"{BRANDS}add/")]:
        send(browser, f"{BRANDS}add/", {**form, **BRAND})
    assert Brand.objects.count() == 2


def test_the_second_click_may_be_on_another_button(superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    form = {**opened(browser, f"{BRANDS}add/"), **BRAND}
    send(browser, f"{BRANDS}add/", {**form, "_save": ""})
    answer = send(browser, f"{BRANDS}add/", {**form, "_continue": ""})
    assert answer["Location"] == f"{BRANDS}{Brand.objects.get().pk}/update/"


def test_a_form_that_was_refused_is_saved_once_it_is_right(superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    form = opened(browser, f"{BRANDS}add/")
    refused = send(browser, f"{BRANDS}add/", {**form, **BRAND, "name": ""})
    assert (refused.status_code, Brand.objects.count()) == (200, 0)
    assert f'value="{form["once"]}"' in refused.content.decode()  # it is the same form still
    assert send(browser, f"{BRANDS}add/", {**form, **BRAND}).status_code == 302
    assert Brand.objects.count() == 1


def test_a_saved_form_that_says_something_else_is_saved_when_it_is_sent_again(superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    form = {**opened(browser, f"{BRANDS}add/"), **BRAND}
    send(browser, f"{BRANDS}add/", form)

    back = {**form, "name": "乙"}
    asked = send(browser, f"{BRANDS}add/", back)
    shown = asked.content.decode()
    assert (asked.status_code, Brand.objects.count()) == (200, 1)
    assert SPENT in shown
    assert 'value="乙"' in shown

    new_token = TOKEN.search(shown)
    assert new_token
    assert send(browser, f"{BRANDS}add/", {**back, "once": new_token[1]}).status_code == 302
    assert sorted(Brand.objects.values_list("name", flat=True)) == ["乙", "甲"]


def test_a_new_row_of_a_form_to_change_is_made_once(superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    goods = SkuFactory(specifications=[]).goods
    address = f"/xadmin/goods/goods/{goods.pk}/update/"
    row = {"attributes-TOTAL_FORMS": "1", "attributes-0-name": "材质", "attributes-0-value": "棉"}
    form = {**opened(browser, address), **row, "attributes-0-position": "0"}
    answers = [send(browser, address, form).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert GoodsAttribute.objects.get().goods == goods


def test_a_form_that_was_open_too_long_is_shown_again(superuser: UserProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_of(superuser)
    form = {**opened(browser, f"{BRANDS}add/"), **BRAND}
    monkeypatch.setattr(once, "GOOD_FOR", timedelta(seconds=-1))
    old = send(browser, f"{BRANDS}add/", form).content.decode()
    assert TOO_OLD in old
    assert not Brand.objects.exists()
    monkeypatch.undo()
    token = TOKEN.search(old)
    assert token
    assert send(browser, f"{BRANDS}add/", {**form, "once": token[1]}).status_code == 302


def test_the_form_of_a_box_beside_a_field_makes_one_row(superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    address = f"{BRANDS}add/"
    token = TOKEN.search(browser.get(address, headers={"X-Requested-With": "XMLHttpRequest"}).content.decode())
    assert token
    answers = [send(browser, f"{address}?_ajax=1", {**BRAND, "once": token[1]}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["obj_id"] == Brand.objects.get().pk


def test_a_row_that_was_deleted_meanwhile_is_not_made_again(superuser: UserProfile) -> None:
    browser = browser_of(superuser)
    form = {**opened(browser, f"{BRANDS}add/"), **BRAND}
    send(browser, f"{BRANDS}add/", form)
    Brand.objects.all().delete()
    assert send(browser, f"{BRANDS}add/", form)["Location"] == BRANDS
    assert not Brand.objects.exists()


def test_another_ones_form_is_another_form(superuser: UserProfile) -> None:
    """A token opens nothing: it is looked up under the user who brings it, whose rights are asked first."""
    form = {**opened(browser_of(superuser), f"{BRANDS}add/"), **BRAND}
    send(browser_of(superuser), f"{BRANDS}add/", form)
    assert send(clerk("goods.view_brand"), f"{BRANDS}add/", form).status_code == 403
    assert send(clerk("goods.add_brand"), f"{BRANDS}add/", form).status_code == 302
    assert Brand.objects.count() == 2


def test_a_click_while_the_first_is_being_saved_waits_for_it_or_is_told(
    superuser: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(superuser)
    form = {**opened(browser, f"{BRANDS}add/"), **BRAND}
    BrandFactory(name="乙")
    send(browser, f"{BRANDS}add/", form)
    first = IdempotencyKey.objects.filter(route="xadmin form")
    first.update(status=0, answer=None, claimed_until=timezone.now() + timedelta(seconds=30))
    waited: list[float] = []
    monkeypatch.setattr("xadmin_compat.once.time.sleep", waited.append)
    told = send(browser, f"{BRANDS}add/", form).content.decode()
    assert waited == list(once.PAUSES)
    assert "这个请求正在处理中，请稍候" in told
    assert f'value="{form["once"]}"' in told  # who clicks on goes on with this form
    assert Brand.objects.count() == 2


def test_what_a_rule_refuses_is_not_waited_for(superuser: UserProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(view: Any) -> None:
        raise Conflict("不行")

    monkeypatch.setattr("xadmin.views.edit.ModelFormAdminView.save_models", refuse)
    monkeypatch.setattr("xadmin_compat.once.time.sleep", lambda _pause: pytest.fail("it waited"))
    browser = browser_of(superuser)
    form = {**opened(browser, f"{BRANDS}add/"), **BRAND}
    assert "不行" in send(browser, f"{BRANDS}add/", form).content.decode()
