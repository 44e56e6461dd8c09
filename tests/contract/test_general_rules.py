"""Sections 2, 6 and 8 of the contract, where they lie in HTTP itself."""

import re
from typing import Any

import pytest
import requests

from tests.contract.conftest import ORIGIN
from tests.contract.shapes import PROBLEM, TREE, fits
from tests.contract.vue import ACCEPT, JSON, Vue

PUBLIC = [
    "goods/", "goods/?search=x", "categorys/", "categories/", "banners/", "hotsearchs/", "indexgoods/",
]  # fmt: skip
PRIVATE = [
    ("GET", "shopcarts/"), ("POST", "shopcarts/"), ("PATCH", "shopcarts/1/"), ("DELETE", "shopcarts/1/"),
    ("GET", "userfavs/"), ("POST", "userfavs/"), ("GET", "userfavs/1/"), ("DELETE", "userfavs/1/"),
    ("GET", "address/"), ("POST", "address/"), ("PATCH", "address/1/"), ("DELETE", "address/1/"),
    ("GET", "orders/"), ("POST", "orders/"), ("GET", "orders/1/"), ("DELETE", "orders/1/"),
    ("GET", "messages/"), ("POST", "messages/"), ("DELETE", "messages/1/"),
    ("GET", "users/"), ("GET", "users/1/"), ("PATCH", "users/1/"), ("POST", "shoppingCart/clear"),
]  # fmt: skip
BAD_TOKENS = [
    "JWT eyJhbGciOiJIUzI1NiJ9.e30.bm9uc2Vuc2U", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.bm9uc2Vuc2U", "JWT undefined",
    "Bearer", "JWT a b c", "Basic YTpi", "JWT %E4%BD%A0",
]  # fmt: skip


# -- Who is let in ---------------------------------------------------------------------------------
@pytest.mark.parametrize("header", BAD_TOKENS)
def test_a_bad_token_breaks_no_public_resource(shop: str, header: str) -> None:
    headers = {"Authorization": header}
    for path in PUBLIC:
        assert requests.get(f"{shop}/{path}", headers=headers, timeout=30).status_code == 200
    refusal = requests.post(f"{shop}/login/", json={"username": "nobody", "password": "x"}, headers=headers, timeout=30)
    assert (refusal.status_code, "non_field_errors" in refusal.json()) == (400, True)
    for path in ("users/", "code/"):
        assert requests.post(f"{shop}/{path}", json={}, headers=headers, timeout=30).status_code == 400


@pytest.mark.parametrize(("method", "path"), PRIVATE, ids=lambda part: part)
@pytest.mark.parametrize("header", ["", *BAD_TOKENS[:2]], ids=["no token", "JWT", "Bearer"])
def test_without_a_good_token_ones_own_things_are_a_401_of_one_shape(
    shop: str, method: str, path: str, header: str
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = requests.request(method, f"{shop}/{path}", headers=headers, timeout=30)

    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert fits(answer.json(), PROBLEM) == []
    assert answer.json()["type"] == "urn:mxshop:problem:not_authenticated"


# -- Odd addresses ---------------------------------------------------------------------------------
@pytest.mark.parametrize("path", PUBLIC)
def test_a_doubled_slash_is_one(shop: str, path: str) -> None:
    one, two = (requests.get(f"{shop}{slashes}{path}", allow_redirects=False, timeout=30) for slashes in ("/", "//"))
    assert (two.status_code, two.content) == (200, one.content)


def test_both_names_of_the_categories_are_one(shop: str, visitor: Vue) -> None:
    assert visitor.get("categorys/", [TREE]) == visitor.get("categories/", [TREE])


@pytest.mark.parametrize("path", ["", "index/"])
def test_the_page_takes_the_query_that_the_profiles_form_adds(shop: str, path: str) -> None:
    query = "email=a%40example.com&name=%E5%B0%8F%E6%98%8E&gender=male&birthday=&"
    answer = requests.get(f"{shop}/{path}?{query}", allow_redirects=False, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "path",
    [
        "currentLoc", "priceRange", "order/receiveInfo", "shoppingCart/clear", "addConcern", "product/addShoppingCart",
        "order/updateReceiveInfo", "goods", "orders", "users", "login", "nowhere", "", "index/", "xadmin", "docs",
    ],
)  # fmt: skip
def test_a_post_to_the_pages_own_origin_is_never_answered_with_a_page(shop: str, path: str) -> None:
    answer = requests.post(f"{shop}/{path}", json={}, allow_redirects=False, timeout=30)

    assert 400 <= answer.status_code < 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert fits(answer.json(), PROBLEM) == []


# -- Other origins, other hosts --------------------------------------------------------------------
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_a_page_of_a_named_origin_may_call_with_its_token(shop: str, method: str) -> None:
    preflight = requests.options(
        f"{shop}/shopcarts/1/",
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
        },
        timeout=30,
    )
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert method in preflight.headers["Access-Control-Allow-Methods"]
    assert {"authorization", "content-type", "idempotency-key"} <= set(
        preflight.headers["Access-Control-Allow-Headers"].split(", ")
    )

    for path, status in (("goods/", 200), ("orders/", 401), ("nowhere/", 404)):
        answer = requests.get(f"{shop}/{path}", headers={"Origin": ORIGIN}, timeout=30)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (status, ORIGIN)
        assert "Idempotent-Replay" in answer.headers["Access-Control-Expose-Headers"]


def test_a_page_of_another_origin_may_not(shop: str) -> None:
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "GET"}
    for answer in (
        requests.options(f"{shop}/goods/", headers=headers, timeout=30),
        requests.get(f"{shop}/goods/", headers=headers, timeout=30),
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_answer_is_built_from_the_host_header(shop: str, goods: list[dict[str, Any]]) -> None:
    for path in [*PUBLIC, "goods/?page=2&page_size=3", f"goods/{goods[0]['id']}/", "alipay/return/", "goods"]:
        answer = requests.get(f"{shop}/{path}", headers={"Host": "localhost:1234"}, allow_redirects=False, timeout=30)
        assert answer.status_code in (200, 301, 302)
        assert "localhost" not in answer.text
        assert "localhost" not in answer.headers.get("Location", "")


def test_a_foreign_host_is_refused_without_an_echo(shop: str) -> None:
    answer = requests.get(f"{shop}/goods/", headers={"Host": "evil.example"}, timeout=30)
    assert answer.status_code == 400
    assert fits(answer.json(), PROBLEM) == []
    assert "evil" not in answer.text


# -- Errors ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "body"),
    [("login/", "{"), ("login/", "[]"), ("login/", '"x"'), ("code/", "null"), ("users/", "NaN"), ("login/", "")],
)
def test_a_broken_body_is_answered_with_an_object(shop: str, path: str, body: str) -> None:
    headers = {"Accept": ACCEPT, "Content-Type": JSON}
    answer = requests.post(f"{shop}/{path}", data=body.encode(), headers=headers, timeout=30)

    assert answer.status_code == 400
    assert isinstance(answer.json(), dict), 'the client asks `"x" in error`, which throws on a text'
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_no_cookie_is_needed_and_none_stands_in_the_way(shop: str) -> None:
    """A browser that is signed in at the back office sends its cookies along; the client sends no CSRF token."""
    cookies = {"sessionid": "x" * 32, "csrftoken": "y" * 32}
    body = {"username": "nobody", "password": "x"}
    answer = requests.post(f"{shop}/login/", json=body, cookies=cookies, headers={"Origin": shop}, timeout=30)

    assert (answer.status_code, "non_field_errors" in answer.json()) == (400, True)
    assert "Set-Cookie" not in requests.get(f"{shop}/goods/", timeout=30).headers


def test_every_answer_says_what_it_is(shop: str) -> None:
    for path in (*PUBLIC, "nowhere/", "orders/"):
        answer = requests.get(f"{shop}/{path}", timeout=30)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-ID"])
        answer.json()
