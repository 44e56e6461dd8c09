"""Pages as the client counts them."""

import pytest
from rest_framework.test import APIClient

pytestmark = [pytest.mark.urls("apps.common.tests.urls"), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("query", "previous", "results", "following"),
    [
        ("", None, range(12), "/numbers/?page=2"),
        ("?page=", None, range(12), "/numbers/?page=2"),
        ("?page=0", None, range(12), "/numbers/?page=2"),
        ("?page=-1", None, range(12), "/numbers/?page=2"),
        ("?page=last", None, range(12), "/numbers/?page=2"),
        ("?page=２", None, range(12), "/numbers/?page=2"),
        ("?page=2", "/numbers/?page=1", range(12, 24), "/numbers/?page=3"),
        ("?page=3", "/numbers/?page=2", range(24, 30), None),
        ("?page=4", "/numbers/?page=3", [], None),
        ("?page=999999999", "/numbers/?page=3", [], None),
        ("?page=9999999999", "/numbers/?page=3", [], None),
        (f"?page={'9' * 5000}", "/numbers/?page=3", [], None),
        ("?page=1&page_size=20", None, range(20), "/numbers/?page=2&page_size=20"),
        ("?page_size=1000000", None, range(30), None),
        ("?page_size=0", None, range(12), "/numbers/?page_size=0&page=2"),
        ("?name=红&id=1&id=2", None, range(12), "/numbers/?name=%E7%BA%A2&id=1&id=2&page=2"),
    ],
)
def test_page(visitor: APIClient, query: str, previous: str | None, results: range, following: str | None) -> None:
    body = visitor.get(f"/numbers/{query}").json()
    assert body == {"count": 30, "next": following, "previous": previous, "results": list(results)}


def test_links_start_with_the_shops_address_when_it_is_set(settings, visitor: APIClient) -> None:
    settings.MXSHOP_PUBLIC_URL = "https://shop.example"
    assert visitor.get("/numbers/").json()["next"] == "https://shop.example/numbers/?page=2"
