"""Each patch is needed: the feature works, and without the patch it does not."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
import xadmin
from django.contrib.auth.models import Group
from django.db import models
from django.test import Client
from reversion import is_registered, unregister
from reversion.models import Revision, Version
from xadmin.layout import Col
from xadmin.models import Log
from xadmin.plugins import xversion
from xadmin.plugins.inline import Inline

from apps.goods.models import Brand, Goods, GoodsAttribute
from apps.goods.tests.factories import BrandFactory, CategoryFactory, GoodsFactory
from apps.users.tests.factories import UserFactory
from xadmin_compat.patching import repairs, without
from xadmin_compat.tests.conftest import Office
from xadmin_compat.tests.test_security import ATTACKS

# A proof tells whether the feature works.
Proof = Callable[[Office], bool]
PROOFS: dict[str, list[Proof]] = {}


def of(repair: str) -> Callable[[Proof], Proof]:
    def register(proof: Proof) -> Proof:
        PROOFS.setdefault(repair, []).append(proof)
        return proof

    return register


class Attributes:
    model = GoodsAttribute
    extra = 1


def _page(office: Office, address: str) -> str:
    response = office.superuser().get(address)
    return response.content.decode() if response.status_code == 200 else ""


@of("steps_out_of_turn")
def wrong_step_of_a_form_is_a_bad_request(office: Office) -> bool:
    client = office.superuser()
    address = "/xadmin/xadmin/userwidget/add/"
    return [client.post(address, data).status_code for data in ({}, {"wizard_goto_step": "x"})] == [400, 400]


@of("names_of_steps")
def step_of_a_form_is_kept_in_the_session(office: Office) -> bool:
    return "current_step" in _page(office, "/xadmin/xadmin/userwidget/add/")


@of("export_of_an_empty_list")
def columns_of_an_empty_list(office: Office) -> bool:
    office.register(Brand, list_display=["name", "position"])
    client, address = office.staff("goods.view_brand"), "/xadmin/goods/brand/?_do_=export&export_type=csv"
    empty = [client.get(f"{address}{header}").content.decode() for header in ("", "&export_csv_header=on")]
    BrandFactory(name="白窑", position=3)
    return empty == ['"名称","排序"'] * 2 and client.get(address).content.decode() == '"白窑","3"'


@of("pointers_unpack")
def layout_of_a_list_of_names(office: Office) -> bool:
    office.register(Brand, form_layout=("name",))
    return 'name="position"' in _page(office, "/xadmin/goods/brand/add/")


@of("layouts_without_form_style")
def form_with_an_inline(office: Office) -> bool:
    office.register(Goods, inlines=[Attributes])
    return "attributes-TOTAL_FORMS" in _page(office, "/xadmin/goods/goods/add/")


@of("delete_box_of_inlines")
def delete_box_of_an_inline(office: Office) -> bool:
    office.register(Goods, inlines=[Attributes])
    goods = GoodsFactory()
    GoodsAttribute.objects.create(goods=goods, name="材质", value="棉")
    return 'name="attributes-0-DELETE"' in _page(office, f"/xadmin/goods/goods/{goods.pk}/update/")


def _history(office: Office) -> tuple[Goods, Version]:
    office.register(Goods, inlines=[Attributes], reversion_enable=True)
    for model in (Goods, GoodsAttribute):
        if is_registered(model):
            unregister(model)
    xversion.register_models()
    goods = GoodsFactory(name="旧")
    GoodsAttribute.objects.create(goods=goods, name="材质", value="棉")
    data = {"name": "旧", "category": goods.category_id, "market_price": 1, "position": 0,
            "attributes-TOTAL_FORMS": 1, "attributes-INITIAL_FORMS": 1,
            "attributes-0-id": goods.attributes.get().pk, "attributes-0-goods": goods.pk,
            "attributes-0-name": "材质", "attributes-0-value": "麻", "attributes-0-position": 0}  # fmt: skip
    office.superuser().post(f"/xadmin/goods/goods/{goods.pk}/update/", data)
    goods.attributes.update(value="丝")
    goods.attributes.create(name="产地", value="杭州")
    Goods.objects.update(name="新")
    return goods, Version.objects.get_for_object(goods).get()


@of("registration_for_history")
def registration_with_inlines(office: Office) -> bool:
    try:
        _history(office)
    except AttributeError:
        return False
    return is_registered(Goods) and is_registered(GoodsAttribute)


@of("differences_in_inlines")
@of("history_pages")
def differences_to_a_version(office: Office) -> bool:
    goods, version = _history(office)
    page = _page(office, f"/xadmin/goods/goods/{goods.pk}/revision/{version.pk}/")
    return 'value="麻"' in page and "diff_field" in page


@of("comments_of_revisions")
def comment_of_a_revision(office: Office) -> bool:
    office.register(Brand, reversion_enable=True)
    xversion.register_models()
    office.superuser().post("/xadmin/goods/brand/add/", {"name": "甲", "position": 0})
    return Revision.objects.get().comment == "初始版本"


@of("list_after_saving")
def saving_leads_back_to_the_search(office: Office) -> bool:
    office.register(Brand, search_fields=["name"])
    client, brand = office.superuser(), BrandFactory(name="甲乙")
    client.get("/xadmin/goods/brand/", {"_q_": "甲"})
    response = client.post(f"/xadmin/goods/brand/{brand.pk}/update/", {"name": "甲丙", "position": 0})
    return response["Location"] == "/xadmin/goods/brand/?_q_=%E7%94%B2"


@of("inlines_without_rows")
def new_row_of_an_empty_inline(office: Office) -> bool:
    office.register(Goods, inlines=[type("Table", (Attributes,), {"style": "table", "extra": 0})])
    page = _page(office, "/xadmin/goods/goods/add/")
    cell = r'<td[^>]*>\s*<input type="text" name="attributes-__prefix__-value"'
    return bool(re.search(r"<th[^>]*>值", page) and re.search(cell, html.unescape(page)))


@of("places_of_inlines")
def inline_where_the_layout_puts_it(office: Office) -> bool:
    layout = (Col("first", "name", span=6), Col("second", Inline(GoodsAttribute), span=6))
    office.register(Goods, inlines=[Attributes], form_layout=layout)
    page = _page(office, "/xadmin/goods/goods/add/")
    return page.index("form-column second") < page.index("attributes-TOTAL_FORMS")


@of("fields_of_the_detail_page")
def detail_page(office: Office) -> bool:
    office.register(Brand)
    brand = BrandFactory(name="甲乙")
    return "form-control-static" in _page(office, f"/xadmin/goods/brand/{brand.pk}/detail/")


@of("choice_of_a_model")
def choice_of_a_widgets_model(office: Office) -> bool:
    office.register(Brand)
    page = first_step_of_widget(office.superuser(), "list").content.decode()
    return "目标数据" in page and '<option value="goods.brand">' in page


def first_step_of_widget(client: Client, kind: str) -> Any:
    """Post the first page of the wizard that adds a widget to the dashboard."""
    page = client.get("/xadmin/xadmin/userwidget/add/?page_id=home").content.decode()
    step = re.search(r'name="([^"]*-current_step)" value="([^"]*)"', page)
    assert step is not None
    data = {step[1]: step[2], "step_0-page_id": "home", "step_0-widget_type": kind}
    return client.post("/xadmin/xadmin/userwidget/add/?page_id=home", data)


@of("filters_of_a_list")
def filter_by_yes_and_no(office: Office) -> bool:
    office.register(Goods, list_display=["name"])
    GoodsFactory(name="新品", is_new=True)
    GoodsFactory(name="旧货")
    response = office.superuser().get("/xadmin/goods/goods/?_p_is_new__exact=1&_ajax=1&_fields=name")
    return response.status_code == 200 and [row["name"] for row in response.json()["objects"]] == ["新品"]


@of("filters_of_a_list")
def bad_value_of_a_filter(office: Office) -> bool:
    office.register(Goods, list_filter=["created_at", "position"])
    client = office.superuser()
    bad = ("_p_created_at__gte=x", "_p_position__exact=x", "_p_position__exact=9999999999999999999999", "_p_nothing=1")
    return [client.get(f"/xadmin/goods/goods/?{query}").status_code for query in bad] == [200] * 4


@of("text_of_a_log_entry")
def text_of_a_log(office: Office) -> bool:
    try:
        return str(Log(action_flag="create", object_repr="甲")) == '添加 "甲"。'
    except TypeError:
        return False


@of("columns_of_related_rows")
def column_of_a_related_row(office: Office) -> bool:
    office.register(Goods, list_display=["name", "category__name"])
    GoodsFactory(category=CategoryFactory(name="水果类"))
    return "水果类" in _page(office, "/xadmin/goods/goods/")


@of("order_by_any_column")
def order_by_a_column_that_has_no_order(office: Office) -> bool:
    office.register(Goods)
    client = office.superuser()
    return {client.get(f"/xadmin/goods/goods/?o={name}").status_code for name in ("category__name", "x")} == {200}


@of("catalogue_of_translations")
def catalogue_without_log_in(office: Office) -> bool:
    office.build()
    return "javascript" in Client().get("/xadmin/jsi18n/")["Content-Type"]


@of("menu_made_anew")
def menu_follows_the_rights(office: Office) -> bool:
    office.register(Brand)
    user = UserFactory(is_staff=True)
    client = office.client(user)
    client.get("/xadmin/")
    user.user_permissions.set(
        models.QuerySet(xadmin.models.Permission).filter(codename="view_brand", content_type__app_label="goods")
    )
    return "/xadmin/goods/brand/" in client.get("/xadmin/account/password/").content.decode()


@of("rights_that_an_admin_removes")
def no_way_to_a_page_that_nobody_may_see(office: Office) -> bool:
    office.register(Brand, remove_permissions=["add"])
    return "/xadmin/goods/brand/add/" not in _page(office, "/xadmin/goods/brand/")


@of("widgets_take_a_renderer")
def transfer_box(office: Office) -> bool:
    office.register(Group, style_fields={"permissions": "m2m_transfer"})
    return "selector-chosen" in _page(office, "/xadmin/auth/group/add/")


@of("dropdown_of_many")
def dropdown_box(office: Office) -> bool:
    office.register(Group, style_fields={"permissions": "m2m_dropdown"})
    return "selectdropdown" in _page(office, "/xadmin/auth/group/add/")


@of("search_box_for_foreign_keys")
def search_box(office: Office) -> bool:
    office.register(Brand)
    office.register(Goods, style_fields={"brand": "fk-ajax"})
    goods = GoodsFactory(brand=BrandFactory(name="甲&乙"))
    page = _page(office, f"/xadmin/goods/goods/{goods.pk}/update/")
    return 'data-search-url="/xadmin/goods/brand/"' in page and ">甲&amp;乙</option>" in page


@of("style_of_the_related_admin")
def search_box_by_the_related_admin(office: Office) -> bool:
    office.register(Brand, relfield_style="fk-ajax")
    office.register(Goods)
    return 'data-search-url="/xadmin/goods/brand/"' in _page(office, "/xadmin/goods/goods/add/")


@pytest.mark.parametrize(
    ("repair", "proof"),
    [pytest.param(name, proof, id=f"{proof.__name__}-{name}") for name, proofs in PROOFS.items() for proof in proofs],
)
class TestPatch:
    def test_makes_it_work(self, office: Office, repair: str, proof: Proof) -> None:
        assert proof(office) is True

    def test_is_needed(self, office: Office, repair: str, proof: Proof) -> None:
        with without(repair):
            assert proof(office) is False


def test_every_repair_is_proven() -> None:
    proven = set(PROOFS) | set(ATTACKS) | {"passwords_of_staff"}  # the last has a test of its own
    assert proven == set(repairs())
