"""Staff look regions up."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.common.tests.back_office import browser_of, listed, page, send
from apps.regions.models import Region
from apps.users.models import UserProfile

REGIONS = "/xadmin/regions/region/"


@pytest.fixture
def office(superuser: UserProfile) -> Client:
    province = Region.objects.create(code=330000, name="浙江省", kind=Region.Kind.PROVINCE)
    Region.objects.create(code=330100, name="杭州市", kind=Region.Kind.CITY, parent=province)
    return browser_of(superuser)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["浙江省", "杭州市"]),
        ("_q_=杭州", ["杭州市"]),
        ("_q_=3301", ["杭州市"]),
        ("_q_=100", []),
        ("_p_kind__exact=province", ["浙江省"]),
    ],
)
def test_regions_are_found(office: Client, query: str, found: list[str]) -> None:
    assert listed(office, REGIONS, query, field="name") == found
    page(office, f"{REGIONS}?{query}")


def test_nobody_moves_a_border(office: Client) -> None:
    before = list(Region.objects.values())
    for path in ("add/", "1/update/", "1/delete/", "1/patch/"):
        assert send(office, REGIONS + path, {"name": "x", "code": 1, "kind": "city", "post": "yes"}).status_code == 403
    assert list(Region.objects.values()) == before


def test_the_list_costs_the_same_however_long(
    office: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    city = Region.objects.get(code=330100)
    for code in range(330101, 330149):
        Region.objects.create(code=code, name=f"区{code}", kind=Region.Kind.DISTRICT, parent=city)
    with django_assert_max_num_queries(12):
        assert page(office, REGIONS).count('class="grid-item') == 50
