"""What xadmin offers works, with DEBUG on and off."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from reversion import is_registered, unregister
from reversion.models import Version
from xadmin.models import Bookmark, Log, UserSettings, UserWidget
from xadmin.plugins import xversion
from xadmin.plugins.actions import BaseActionView
from xadmin.plugins.batch import BatchChangeAction

from apps.goods.models import Brand, Goods, GoodsAttribute, GoodsImage, HotWord
from apps.goods.tests.factories import BrandFactory, CategoryFactory, GoodsFactory
from apps.users.models import UserProfile
from apps.users.tests.factories import PASSWORD, UserFactory
from xadmin_compat.tests.conftest import Office, Settings

BRANDS = "/xadmin/goods/brand/"
GOODS = "/xadmin/goods/goods/"


@pytest.fixture(params=[False, True], ids=["", "debug"], autouse=True)
def debug(request: pytest.FixtureRequest, settings: Settings) -> None:
    settings.DEBUG = request.param


def picture() -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(data, "PNG")
    return SimpleUploadedFile("red.png", data.getvalue(), "image/png")


def names(client: Client, address: str, query: str = "") -> list[str]:
    response = client.get(f"{address}?_ajax=1&_fields=name&{query}")
    assert response.status_code == 200
    return [row["name"] for row in response.json()["objects"]]


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


# -- In and out ------------------------------------------------------------------------------------


def test_log_in_and_out(office: Office) -> None:
    UserFactory(username="clerk", is_staff=True)
    client = Client(enforce_csrf_checks=True)
    assert "login-form" in page(client, "/xadmin/")
    token = client.cookies["csrftoken"].value
    data = {"username": "clerk", "password": PASSWORD, "this_is_the_login_form": 1, "csrfmiddlewaretoken": token}
    response = client.post("/xadmin/", {**data, "next": "/xadmin/"})
    assert (response.status_code, response["Location"]) == (302, "/xadmin/")
    assert "logout-form" in page(client, "/xadmin/")
    assert client.post("/xadmin/logout/").status_code == 403  # no token
    token = client.cookies["csrftoken"].value
    assert client.post("/xadmin/logout/", {"csrfmiddlewaretoken": token}).status_code == 200
    assert "login-form" in page(client, "/xadmin/")


def test_a_link_does_not_log_out(office: Office) -> None:
    office.register_as_the_shop_does()
    client = office.superuser()
    assert client.get("/xadmin/logout/").status_code == 405
    assert "logout-form" in page(client, "/xadmin/")


@pytest.mark.parametrize("password", ["wrong", PASSWORD])
def test_shoppers_stay_outside(office: Office, password: str) -> None:
    UserFactory(username="shopper")
    client = Client()
    data = {"username": "shopper", "password": password, "this_is_the_login_form": 1, "next": "/xadmin/"}
    assert "login-form" in client.post("/xadmin/", data).content.decode()
    assert "login-form" in page(client, "/xadmin/")


def test_next_stays_on_this_host(office: Office) -> None:
    UserFactory(username="clerk", is_staff=True)
    data = {"username": "clerk", "password": PASSWORD, "this_is_the_login_form": 1, "next": "https://evil.example/"}
    response = Client().post("/xadmin/", data)
    assert "evil.example" not in response["Location"]


@pytest.mark.parametrize(
    "address", ["", "add/", "{pk}/update/", "{pk}/delete/", "{pk}/detail/", "{pk}/patch/", "recover/"]
)
def test_pages_are_for_those_with_rights(office: Office, address: str) -> None:
    office.register(Brand, reversion_enable=True, list_editable=["name"])
    path = BRANDS + address.format(pk=BrandFactory().pk)
    assert "login-form" in page(Client(), path)
    assert office.staff().get(path).status_code == 403
    assert office.staff().post(path, {"name": "x", "position": 0}).status_code == 403
    assert Brand.objects.filter(name="x").count() == 0


@pytest.mark.parametrize("address", ["add/", "{pk}/update/", "{pk}/delete/", "{pk}/patch/", "bookmark/", ""])
def test_every_post_needs_the_csrf_token(office: Office, address: str) -> None:
    office.register(Brand, list_editable=["name"])
    brand = BrandFactory()
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    path = BRANDS + address.format(pk=brand.pk)
    assert client.post(path, {"name": "x", "position": 0, "post": "yes"}).status_code == 403
    assert [row.name for row in Brand.objects.all()] == [brand.name]


# -- Lists -----------------------------------------------------------------------------------------


def test_menu_shows_what_one_may_view(office: Office) -> None:
    office.register(Brand)
    office.register(HotWord)
    shown = page(office.staff("goods.view_brand"), "/xadmin/")
    assert BRANDS in shown
    assert "/xadmin/goods/hotword/" not in shown


def test_labels_are_chinese(office: Office) -> None:
    office.register(Brand)
    shown = page(office.superuser(), BRANDS)
    assert "导出" in shown
    assert "显示列" in shown


def test_search(office: Office) -> None:
    office.register(Brand, search_fields=["name"])
    BrandFactory(name="红富士苹果")
    BrandFactory(name="香蕉")
    client = office.superuser()
    assert names(client, BRANDS, "_q_=苹果") == ["红富士苹果"]
    assert names(client, BRANDS, "_q_=苹果 香蕉") == []


FILTERS = [
    ("is_new__exact=1", ["甲"]),
    ("is_new__exact=False", ["乙"]),
    ("position__gt=1", ["甲"]),
    ("position__lte=1", ["乙"]),
    ("position__ne=5", ["乙"]),
    ("name__contains=甲", ["甲"]),
    ("created_at__gte=2000-01-01", ["乙", "甲"]),
    ("created_at__lt=2000-01-01", []),
    ("brand__isnull=True", ["乙"]),
    ("brand__id__exact={brand}", ["甲"]),
    ("brand__name=丙", ["甲"]),
]


@pytest.mark.parametrize(("query", "found"), FILTERS)
def test_filters(office: Office, query: str, found: list[str]) -> None:
    office.register(
        Goods, list_filter=["is_new", "position", "name", "created_at", "brand", "brand__name"], list_display=["name"]
    )
    brand = BrandFactory(name="丙")
    GoodsFactory(name="甲", is_new=True, position=5, brand=brand)
    GoodsFactory(name="乙", position=1)
    client = office.superuser()
    assert names(client, GOODS, f"_p_{query.format(brand=brand.pk)}") == found
    page(client, f"{GOODS}?_p_{query.format(brand=brand.pk)}")


def test_filter_by_many_to_many(office: Office) -> None:
    office.register(UserProfile, list_filter=["groups"], list_display=["username"])
    group = Group.objects.create(name="客服")
    user = UserFactory(username="eve")
    user.groups.add(group)
    shown = office.superuser().get(f"/xadmin/users/userprofile/?_p_groups__id__exact={group.pk}&_ajax=1").json()
    assert [row["username"] for row in shown["objects"]] == ["eve"]


def test_order_pages_and_columns(office: Office) -> None:
    office.register(Brand, list_display=["name", "position"], list_per_page=2)
    for number in range(3):
        BrandFactory(name=f"牌{number}", position=-number)
    client = office.superuser()
    assert names(client, BRANDS, "o=position") == ["牌2", "牌1"]
    assert names(client, BRANDS, "o=-position") == ["牌0", "牌1"]
    assert names(client, BRANDS, "o=-position&p=1") == ["牌2"]
    assert names(client, BRANDS, "o=-position&all=") == ["牌0", "牌1", "牌2"]
    assert 'href="?_cols=' in page(client, BRANDS)
    assert "牌0" not in page(client, f"{BRANDS}?_cols=position.id")


def test_edit_in_the_list(office: Office) -> None:
    office.register(Brand, list_display=["name", "position"], list_editable=["name"])
    brand = BrandFactory(name="旧")
    client = office.superuser()
    assert f"{BRANDS}{brand.pk}/patch/?fields=name" in page(client, BRANDS)
    assert 'name="name"' in page(client, f"{BRANDS}{brand.pk}/patch/?fields=name")
    answer = client.post(f"{BRANDS}{brand.pk}/patch/", {"name": "新"}).json()
    assert (answer["result"], answer["new_html"]) == ("success", {"name": "新"})
    brand.refresh_from_db()
    assert brand.name == "新"
    assert Log.objects.filter(object_id=str(brand.pk), action_flag="change").count() == 1
    assert client.post(f"{BRANDS}{brand.pk}/patch/", {"name": ""}).json()["result"] == "error"


def test_charts(office: Office) -> None:
    charts = {"position": {"title": "位置", "x-field": "created_at", "y-field": ["position"], "order": ("created_at",)}}
    office.register(Brand, data_charts=charts)
    BrandFactory(position=7)
    client = office.superuser()
    assert "位置" in page(client, BRANDS)
    data = json.loads(client.get(f"{BRANDS}chart/position/").content)
    assert [point[1] for point in data["data"][0]["data"]] == [7]


def test_aggregates(office: Office) -> None:
    office.register(Brand, list_display=["name", "position"], aggregate_fields={"position": "sum"})
    BrandFactory(position=30)
    BrandFactory(position=12)
    assert re.search(r'class="aggregate sum"[^>]*>\s*42', page(office.superuser(), BRANDS))


@pytest.mark.parametrize("kind", ["csv", "json", "xml", "xls", "xlsx"])
def test_export(office: Office, kind: str) -> None:
    office.register(Brand, list_display=["name", "position"])
    BrandFactory(name="甲, 乙", position=3)
    response = office.staff("goods.view_brand").get(f"{BRANDS}?_do_=export&export_type={kind}&export_csv_header=on")
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    content = response.content
    if kind == "xlsx":
        content = zipfile.ZipFile(io.BytesIO(content)).read("xl/sharedStrings.xml")
    assert "甲, 乙".encode("utf-16le" if kind == "xls" else "utf-8") in content


def test_related_menu_and_list(office: Office) -> None:
    office.register(Brand)
    office.register(Goods, list_display=["name"])
    brand = BrandFactory(name="甲")
    GoodsFactory(name="有牌", brand=brand)
    GoodsFactory(name="无牌")
    client = office.superuser()
    assert f"{GOODS}?_rel_brand__id__exact={brand.pk}" in page(client, BRANDS)
    assert names(client, GOODS, f"_rel_brand__id__exact={brand.pk}") == ["有牌"]


def test_bookmarks(office: Office) -> None:
    office.register(Brand, search_fields=["name"])
    client = office.staff("goods.view_brand", "xadmin.add_bookmark")
    answer = client.post(f"{BRANDS}bookmark/", {"title": "苹果的", "query": "_q_=苹果"}).json()
    assert answer == {"title": "苹果的", "url": f"{BRANDS}?_q_=苹果"}
    assert "苹果的" in page(client, BRANDS)
    assert "苹果的" not in page(office.staff("goods.view_brand"), BRANDS)
    assert Bookmark.objects.count() == 1


# -- Forms -----------------------------------------------------------------------------------------


class Attributes:
    model = GoodsAttribute
    extra = 1
    style = "table"


class Pictures:
    model = GoodsImage
    extra = 1
    style = "tab"


def goods_form(category: Any, **more: Any) -> dict[str, Any]:
    rows = {
        f"{prefix}-{name}": value
        for prefix in ("attributes", "images")
        for name, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
    }
    return {"name": "苹果", "category": category.pk, "market_price": "9.90", "position": 0, **rows, **more}


def test_rows_are_added_to_an_inline_by_who_may_add_such_rows(office: Office) -> None:
    office.register(Goods, inlines=[Attributes])
    change = f"{GOODS}{GoodsFactory().pk}/update/"
    button = 'id="attributes-add-row"'
    rights = ["goods.change_goods", "goods.change_goodsattribute"]
    assert button not in page(office.staff("goods.add_goods", *rights), change)
    assert button in page(office.staff("goods.add_goodsattribute", *rights), change)


def test_the_cursor_is_moved_to_a_field_that_is_there(office: Office) -> None:
    field = 'id="id_old_password"'
    office.register(UserProfile)
    client = office.superuser()
    for address in (f"/xadmin/users/userprofile/{UserFactory().pk}/password/", "/xadmin/account/password/"):
        assert page(client, address).count(field) == 1, address


def test_add_and_change_with_inlines_and_pictures(office: Office) -> None:
    office.register(Goods, inlines=[Attributes, Pictures])
    client = office.superuser()
    assert 'id="attributes-add-row"' in page(client, f"{GOODS}add/")
    first = {"attributes-TOTAL_FORMS": 1, "attributes-0-name": "产地", "attributes-0-value": "烟台",
             "attributes-0-position": 0, "images-TOTAL_FORMS": 1,
             "images-0-image": picture(), "images-0-position": 0}  # fmt: skip
    response = client.post(f"{GOODS}add/", goods_form(CategoryFactory(), **first))
    assert response.status_code == 302
    goods = Goods.objects.get()
    row, image = goods.attributes.get(), goods.images.get()
    assert (row.name, row.value) == ("产地", "烟台")
    change = f"{GOODS}{goods.pk}/update/"
    assert f'<img src="{image.image.url}" alt="" class="field_img">' in page(client, change)
    gone = {"attributes-TOTAL_FORMS": 1, "attributes-INITIAL_FORMS": 1, "attributes-0-id": row.pk,
            "attributes-0-goods": goods.pk, "attributes-0-name": "产地", "attributes-0-value": "x",
            "attributes-0-position": 0, "attributes-0-DELETE": "on"}  # fmt: skip
    assert client.post(change, goods_form(goods.category, **gone)).status_code == 302
    assert not goods.attributes.exists()
    assert goods.images.count() == 1


def test_errors_are_shown(office: Office) -> None:
    office.register(Brand)
    response = office.superuser().post(f"{BRANDS}add/", {"name": "", "position": 0})
    assert response.status_code == 200
    assert "has-error" in response.content.decode()
    assert not Brand.objects.exists()


def test_group_with_transfer_box(office: Office) -> None:
    office.register_as_the_shop_does(Group)
    client = office.superuser()
    assert "selector-chosen" in page(client, "/xadmin/auth/group/add/")
    right = Permission.objects.get(codename="view_brand", content_type__app_label="goods")
    client.post("/xadmin/auth/group/add/", {"name": "采购", "permissions": [right.pk]})
    assert list(Group.objects.get().permissions.all()) == [right]


def test_add_related_popup(office: Office) -> None:
    office.register(Brand)
    office.register(Goods)
    client = office.superuser()
    assert f'href="{BRANDS}add/"' in page(client, f"{GOODS}add/")
    assert "<html" not in page(client, f"{BRANDS}add/?_ajax=1")
    answer = client.post(f"{BRANDS}add/?_ajax=1", {"name": "甲", "position": 0}).json()
    brand = Brand.objects.get()
    assert (answer["result"], answer["obj_id"]) == ("success", brand.pk)
    refreshed = page(client, f"{GOODS}add/?_ajax=1&_field=brand&brand={brand.pk}")
    assert f'<option value="{brand.pk}" selected' in refreshed
    assert 'name="name"' not in refreshed
    assert client.post(f"{BRANDS}add/?_ajax=1", {"name": ""}).json()["result"] == "error"


def test_search_for_a_foreign_key(office: Office) -> None:
    office.register(Brand, search_fields=["name"])
    brand = BrandFactory(name="苹果牌")
    BrandFactory(name="香蕉牌")
    answer = office.superuser().get(f"{BRANDS}?_ajax=1&_fields=__str__,id&_q_=苹果").json()
    assert [(row["id"], row["__str__"]) for row in answer["objects"]] == [(str(brand.pk), "苹果牌")]


def test_detail_page_and_popup(office: Office) -> None:
    office.register(Brand)
    brand = BrandFactory(name="甲")
    client = office.staff("goods.view_brand")
    assert "甲" in page(client, f"{BRANDS}{brand.pk}/detail/")
    popup = page(client, f"{BRANDS}{brand.pk}/detail/?_ajax=1&_format=html")
    assert "甲" in popup
    assert "<html" not in popup
    assert client.get(f"{BRANDS}999/detail/").status_code == 404


def test_delete(office: Office) -> None:
    office.register(Brand)
    free, held = BrandFactory(), GoodsFactory(brand=BrandFactory()).brand
    client = office.superuser()
    page(client, f"{BRANDS}{free.pk}/delete/")
    assert client.post(f"{BRANDS}{free.pk}/delete/", {"post": "yes"}).status_code == 302
    client.post(f"{BRANDS}{held.pk}/delete/", {"post": "yes"})
    assert list(Brand.objects.all()) == [held]
    assert Log.objects.get().action_flag == "delete"


def test_delete_asks_for_rights_on_what_goes_along(office: Office) -> None:
    office.register(Goods)
    office.register(GoodsAttribute)
    goods = GoodsFactory()
    GoodsAttribute.objects.create(goods=goods, name="材质", value="棉")
    client = office.staff("goods.delete_goods")
    assert client.post(f"{GOODS}{goods.pk}/delete/", {"post": "yes"}).status_code == 403
    answer = client.post(GOODS, {"action": "delete_selected", "_selected_action": [goods.pk], "post": "yes"})
    assert answer.status_code == 403
    assert Goods.objects.count() == 1


# -- Actions ---------------------------------------------------------------------------------------


def test_delete_selected(office: Office) -> None:
    office.register(Brand)
    rows = [BrandFactory() for _ in range(3)]
    held = GoodsFactory(brand=BrandFactory()).brand
    client = office.superuser()
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows[:2]]}
    assert client.post(BRANDS, chosen).status_code == 200
    assert Brand.objects.count() == 4
    assert client.post(BRANDS, {**chosen, "post": "yes"}).status_code == 302
    client.post(BRANDS, {"action": "delete_selected", "_selected_action": [held.pk], "post": "yes"})
    assert {row.pk for row in Brand.objects.all()} == {rows[2].pk, held.pk}


def test_delete_selected_after_a_filter_that_joins(office: Office) -> None:
    office.register(UserProfile, list_filter=["groups"])
    group = Group.objects.create(name="客服")
    user = UserFactory()
    user.groups.add(group)
    chosen = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    response = office.superuser().post(f"/xadmin/users/userprofile/?_p_groups__id__exact={group.pk}", chosen)
    assert response.status_code == 302
    assert not UserProfile.objects.filter(pk=user.pk).exists()


class Shout(BaseActionView):
    action_name = "shout"
    description = "Shout %(verbose_name_plural)s"
    model_perm = "change"

    def do_action(self, queryset: Any) -> None:
        queryset.update(name="!")


def test_own_action(office: Office) -> None:
    office.register(Brand, actions=[Shout])
    brand, other = BrandFactory(name="a"), BrandFactory(name="b")
    chosen = {"action": "shout", "_selected_action": [brand.pk]}
    office.staff("goods.view_brand").post(BRANDS, chosen)
    assert not Brand.objects.filter(name="!").exists()
    office.staff("goods.change_brand").post(BRANDS, chosen)
    assert [row.name for row in Brand.objects.order_by("id")] == ["!", other.name]


def test_batch_change(office: Office) -> None:
    office.register(Brand, actions=[BatchChangeAction], batch_fields=["position"])
    rows = [BrandFactory(position=1), BrandFactory(position=2)]
    client = office.superuser()
    chosen = {"action": "change_selected", "_selected_action": [row.pk for row in rows]}
    assert "batch-field-checkbox" in client.post(BRANDS, chosen).content.decode()
    posted = {**chosen, "post": "yes", "_batch_change_fields": ["position", "name"], "position": 9, "name": "x"}
    assert client.post(BRANDS, posted).status_code == 302
    assert {(row.position, row.name) for row in Brand.objects.all()} == {(9, rows[0].name), (9, rows[1].name)}


# -- Dashboard -------------------------------------------------------------------------------------

WIDGETS = [
    ("html", {"content": "<b>早上好</b>"}, "<b>早上好</b>"),
    ("list", {"model": "goods.brand"}, "甲牌"),
    ("qbutton", {}, "我的"),
    ("addform", {"model": "goods.brand"}, 'name="position"'),
    ("chart", {"model": "goods.brand"}, "chart"),
]


@pytest.mark.parametrize(("kind", "params", "shown"), WIDGETS)
def test_widgets(office: Office, kind: str, params: dict[str, str], shown: str) -> None:
    office.register_as_the_shop_does()
    charts = {"position": {"title": "位置", "x-field": "created_at", "y-field": ["position"]}}
    office.register(Brand, data_charts=charts, list_display=["name"])
    BrandFactory(name="甲牌")
    client = office.superuser()
    page(client, "/xadmin/")
    response = _step(client, {"step_0-page_id": "home", "step_0-widget_type": kind})
    assert response.status_code == 200
    step = {f"step_1-{name}": value for name, value in ({"title": "我的", **params}).items()}
    response = _step(client, {**step, "step_1-id": "1"}, response.content.decode())
    assert response.status_code == 302
    assert UserWidget.objects.get().widget_type == kind
    dashboard = page(client, "/xadmin/")
    assert "我的" in dashboard
    assert shown in dashboard


def _step(client: Client, data: dict[str, str], shown: str = "") -> Any:
    address = "/xadmin/xadmin/userwidget/add/?page_id=home"
    found = re.search(r'name="([^"]*-current_step)" value="([^"]*)"', shown or page(client, address))
    assert found is not None
    return client.post(address, {found[1]: found[2], **data})


def test_settings_of_a_user(office: Office) -> None:
    client = office.superuser()
    client.post("/xadmin/settings/user", {"key": "dashboard:home:pos", "value": "1,2|3"})
    assert UserSettings.objects.get().value == "1,2|3"


# -- History ---------------------------------------------------------------------------------------


@pytest.fixture
def history(office: Office) -> Client:
    office.register(Brand, reversion_enable=True)
    if is_registered(Brand):
        unregister(Brand)
    xversion.register_models()
    return office.superuser()


def test_history_difference_revert_and_recover(history: Client) -> None:
    history.post(f"{BRANDS}add/", {"name": "一", "position": 0})
    brand = Brand.objects.get()
    history.post(f"{BRANDS}{brand.pk}/update/", {"name": "二", "position": 0})
    new, old = Version.objects.get_for_object(brand)
    assert f"{BRANDS}{brand.pk}/revision/{old.pk}/" in page(history, f"{BRANDS}{brand.pk}/revision/")
    compared = history.post(f"{BRANDS}{brand.pk}/revision/", {"version_a": old.pk, "version_b": new.pk})
    assert "diff-row" in compared.content.decode()
    assert 'value="一"' in page(history, f"{BRANDS}{brand.pk}/revision/{old.pk}/")
    history.post(f"{BRANDS}{brand.pk}/revision/{old.pk}/", {"name": "一", "position": 0})
    brand.refresh_from_db()
    assert brand.name == "一"
    history.post(f"{BRANDS}{brand.pk}/delete/", {"post": "yes"})
    assert not Brand.objects.exists()
    version = Version.objects.get_deleted(Brand).first()
    assert f'href="{version.pk}/"' in page(history, f"{BRANDS}recover/")
    page(history, f"{BRANDS}recover/{version.pk}/")
    history.post(f"{BRANDS}recover/{version.pk}/", {"name": "一", "position": 0})
    assert Brand.objects.get().name == "一"


def test_operation_log(office: Office) -> None:
    office.register(Brand)
    client = office.superuser()
    client.post(f"{BRANDS}add/", {"name": "甲", "position": 0})
    assert "添加 &quot;甲&quot;" in page(client, "/xadmin/xadmin/log/")
    entry = Log.objects.get()
    assert client.post(f"/xadmin/xadmin/log/{entry.pk}/delete/").status_code == 403
    assert client.get(f"/xadmin/xadmin/log/{entry.pk}/update/").status_code == 403


# -- Accounts --------------------------------------------------------------------------------------


def test_password_of_a_shopper(office: Office) -> None:
    user = UserFactory()
    office.register_as_the_shop_does(UserProfile)
    new = {"password1": "another good one 9", "password2": "another good one 9", "usable_password": "true"}
    address = f"/xadmin/users/userprofile/{user.pk}/password/"
    for rights, level in (("users.change_userprofile", 0), ("users.view_userprofile", 50)):
        assert office.staff(rights, level=level).post(address, new).status_code == 403
    client = office.staff("users.change_userprofile", level=50)
    page(client, address)
    assert client.post(address, new).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another good one 9")
    assert client.get("/xadmin/users/userprofile/999/password/").status_code == 404
