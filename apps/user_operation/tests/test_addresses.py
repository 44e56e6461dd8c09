"""Addresses as the client sends them, junk and all, and nobody else's."""

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.common.tests.racing import run_together
from apps.regions.models import Region
from apps.user_operation.exceptions import TooManyAddresses
from apps.user_operation.models import Address
from apps.user_operation.services.addresses import add_address
from apps.user_operation.tests.factories import AddressFactory
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory

GIVEN = {
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "address": "文三路 1 号",
    "signer_name": "爱丽丝",
    "signer_mobile": "13800000001",
}
# Keys that the client adds to every new address.
JUNK = {"area": "", "receiveName": "", "addr": "", "phone": ""}


@pytest.fixture
def west_lake(db: None) -> Region:
    province = Region.objects.create(code=330000, name="浙江省", kind=Region.Kind.PROVINCE)
    city = Region.objects.create(code=330100, name="杭州市", kind=Region.Kind.CITY, parent=province)
    return Region.objects.create(code=330106, name="西湖区", kind=Region.Kind.DISTRICT, parent=city)


@time_machine.travel("2026-03-01T16:30:05Z", tick=False)
def test_new_address_as_the_client_sends_it(shopper: APIClient, alice: UserProfile, west_lake: Region) -> None:
    response = shopper.post("/address/", GIVEN | JUNK)
    address = Address.objects.get()
    assert response.status_code == 201
    assert response.json() == {"id": address.pk, **GIVEN, "region": 330106, "add_time": "2026-03-02 00:30:05"}
    assert address.user == alice
    assert address.region == west_lake
    assert (address.recipient_name, address.recipient_mobile) == ("爱丽丝", "13800000001")


def test_fields_that_nobody_touched_are_absent(shopper: APIClient, alice: UserProfile) -> None:
    response = shopper.post("/address/", JUNK)
    assert response.status_code == 201
    assert {name: response.json()[name] for name in GIVEN} == dict.fromkeys(GIVEN, "")
    assert response.json()["region"] is None


@pytest.mark.parametrize("district", ["东湖区", "西湖区（老城）", ""])
def test_any_names_are_taken(shopper: APIClient, west_lake: Region, district: str) -> None:
    response = shopper.post("/address/", GIVEN | {"district": district, "province": "火星"})
    assert response.status_code == 201
    assert response.json()["district"] == district
    assert response.json()["region"] is None


@pytest.mark.parametrize("text", ["🏠 一楼", "<b>x</b>", "a\u200bb", "שלום"])
def test_e10_unicode_is_kept(shopper: APIClient, db: None, text: str) -> None:
    pk = shopper.post("/address/", {"address": text}).json()["id"]
    assert shopper.get(f"/address/{pk}/").json()["address"] == text


def test_client_patches_the_whole_object_back(shopper: APIClient, alice: UserProfile, west_lake: Region) -> None:
    address = AddressFactory(user=alice, province="", city="", district="")
    shown = shopper.get(f"/address/{address.pk}/").json()
    response = shopper.patch(
        f"/address/{address.pk}/", shown | GIVEN | {"id": 777, "add_time": "2001-01-01", "region": 1}
    )
    assert response.status_code == 200
    assert response.json() == shown | GIVEN | {"region": 330106}
    address.refresh_from_db()
    assert (address.district, address.region) == ("西湖区", west_lake)


def test_patch_of_one_field_leaves_the_others(shopper: APIClient, alice: UserProfile) -> None:
    address = AddressFactory(user=alice)
    response = shopper.patch(f"/address/{address.pk}/", {"signer_name": "小明"})
    assert response.json()["signer_name"] == "小明"
    address.refresh_from_db()
    assert (address.recipient_name, address.province, address.recipient_mobile) == ("小明", "浙江省", "13800000001")


def test_region_goes_when_the_names_no_longer_fit(shopper: APIClient, alice: UserProfile, west_lake: Region) -> None:
    address = AddressFactory(user=alice, region=west_lake)
    assert shopper.patch(f"/address/{address.pk}/", {"city": "月亮市"}).json()["region"] is None
    address.refresh_from_db()
    assert address.region is None


@pytest.mark.parametrize("mobile", ["", "95588", "13800000001", "02088886666", "010-8888666", "+8613800000"])
def test_phone_is_one_that_an_order_takes_or_nothing(shopper: APIClient, db: None, mobile: str) -> None:
    assert shopper.post("/address/", {"signer_mobile": mobile}).json()["signer_mobile"] == mobile


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("signer_mobile", "138000000012"),
        ("signer_mobile", "13800000001\n"),
        ("signer_mobile", " 1380000000"),
        ("signer_mobile", "１３８００００"),
        ("signer_mobile", "1380"),
        ("signer_mobile", "-1380000000"),
        ("signer_mobile", "1380+000000"),
        ("signer_mobile", None),
        ("province", "省" * 51),
        ("city", ["杭州市"]),
        ("district", {"name": "西湖区"}),
        ("address", "路" * 101),
        ("address", "x" * 100_000),
        ("address", True),
        ("signer_name", "名" * 31),
        ("signer_name", None),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    shopper: APIClient, alice: UserProfile, field: str, wrong: object
) -> None:
    kept = AddressFactory(user=alice)
    for response in (shopper.post("/address/", {field: wrong}), shopper.patch(f"/address/{kept.pk}/", {field: wrong})):
        assert response.status_code == 400
        assert [name for name in response.json() if name in GIVEN] == [field]
    assert Address.objects.count() == 1
    kept.refresh_from_db()
    assert (kept.recipient_mobile, kept.city) == ("13800000001", "杭州市")


def test_list_is_a_bare_array_of_ones_own(shopper: APIClient, alice: UserProfile) -> None:
    first, second = AddressFactory.create_batch(2, user=alice)
    AddressFactory()
    assert [address["id"] for address in shopper.get("/address/").json()] == [second.pk, first.pk]


def test_e21_list_costs_one_query(
    shopper: APIClient, alice: UserProfile, west_lake: Region, django_assert_max_num_queries
) -> None:
    AddressFactory.create_batch(20, user=alice, region=west_lake)
    with django_assert_max_num_queries(1):
        assert len(shopper.get("/address/").json()) == 20


def test_delete(shopper: APIClient, alice: UserProfile) -> None:
    address, other = AddressFactory.create_batch(2, user=alice)
    assert shopper.delete(f"/address/{address.pk}/").status_code == 204
    assert list(Address.objects.all()) == [other]
    assert shopper.delete(f"/address/{address.pk}/").status_code == 404


def test_a1_visitors_are_asked_to_sign_in(visitor: APIClient, alice: UserProfile) -> None:
    address = AddressFactory(user=alice)
    path = f"/address/{address.pk}/"
    for response in (
        visitor.get("/address/"),
        visitor.post("/address/", GIVEN),
        visitor.get(path),
        visitor.patch(path, {"signer_name": "x"}),
        visitor.delete(path),
    ):
        assert response.status_code == 401
    assert Address.objects.get().recipient_name == address.recipient_name


def test_a3_a_stranger_gets_404_and_changes_nothing(stranger: APIClient, alice: UserProfile) -> None:
    address = AddressFactory(user=alice)
    path = f"/address/{address.pk}/"
    assert stranger.get("/address/").json() == []
    for response in (stranger.get(path), stranger.patch(path, {"city": "x"}), stranger.delete(path)):
        assert (response.status_code, response.json()["type"]) == (404, "urn:mxshop:problem:not_found")
    assert Address.objects.get() == address
    assert Address.objects.get().city == "杭州市"


def test_a5_the_body_does_not_choose_the_user(shopper: APIClient, alice: UserProfile, charlie: UserProfile) -> None:
    pk = shopper.post("/address/", GIVEN | {"user": charlie.pk, "user_id": charlie.pk}).json()["id"]
    shopper.patch(f"/address/{pk}/", {"user": charlie.pk, "user_id": charlie.pk})
    assert Address.objects.get(pk=pk).user == alice


def test_fifty_addresses_are_enough(settings, shopper: APIClient, alice: UserProfile) -> None:
    settings.MAX_ADDRESSES = 3
    AddressFactory.create_batch(3, user=alice)
    AddressFactory()
    response = shopper.post("/address/", GIVEN)
    assert (response.status_code, response.json()["type"]) == (409, "urn:mxshop:problem:too_many_addresses")
    assert response.json()["non_field_errors"] == ["收货地址过多，请先删除一个"]
    assert Address.objects.filter(user=alice).count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_taken_once(settings) -> None:
    settings.MAX_ADDRESSES = 3
    user = UserFactory()
    AddressFactory.create_batch(2, user=user)

    def add(_number: int) -> bool:
        try:
            add_address(user_id=user.pk, city="杭州市")
        except TooManyAddresses:
            return False
        return True

    assert sorted(run_together(4, add)) == [False, False, False, True]
    assert Address.objects.filter(user=user).count() == 3


@pytest.mark.parametrize("wrong", ["x", "0", "1.5", "-1", "9" * 18, "9" * 30, "１", "%00"])
def test_e4_odd_ids_are_not_found(shopper: APIClient, wrong: str) -> None:
    for method in (shopper.get, shopper.patch, shopper.delete):
        assert method(f"/address/{wrong}/").status_code == 404
