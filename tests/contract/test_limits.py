"""The client's own pace is never too fast (section 2), and guessing always is: limits as production has them."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from apps.common.tests.racing import run_together
from tests.contract.conftest import code_for
from tests.contract.shapes import PROBLEM, REGISTERED, NotEmpty
from tests.contract.vue import DIALECTS, Vue
from tests.servers import granian

# One full load of the home page by who is signed in, as measured.
HOME = ["categorys/", "banners/", "goods/?is_new=true", "indexgoods/", "hotsearchs/", "shopcarts/"]
PAGES = 20
REFUSAL = PROBLEM | {"non_field_errors": NotEmpty([str])}


@pytest.fixture
def strict_shop(folder: Path, database: str) -> Iterator[str]:
    """The shop with nothing multiplied; nobody has been counted yet."""
    with granian(folder, database=database, MXSHOP_THROTTLE_SCALE="1") as url:
        yield url


def test_a_shopper_who_clicks_fast_is_served_and_who_guesses_is_not(visitor: Vue, strict_shop: str) -> None:
    mobile = f"136{secrets.randbelow(10**8):08d}"
    # At the other door to the same shop: the tests before have used up what this address may ask of the strict one.
    visitor.post("code/", {"mobile": mobile}, {"mobile": str})
    form = {"username": mobile, "password": "right horse battery", "code": code_for(mobile)}
    vue = Vue(strict_shop, DIALECTS[0], visitor.post("users/", form, REGISTERED)["token"])

    def load_the_home_page(_number: int) -> list[int]:
        tab = requests.Session()
        headers = {"Authorization": f"JWT {vue.token}"}
        return [tab.get(f"{strict_shop}/{path}", headers=headers, timeout=60).status_code for path in HOME]

    pages = [statuses for _round in range(PAGES // 4) for statuses in run_together(4, load_the_home_page)]
    assert pages == [[200] * len(HOME)] * PAGES

    wrong = {"username": mobile, "password": "wrong"}
    # This is where the account's owner has logged in: there are as many guesses again as strangers have.
    for _guess in range(20):
        vue.post("login/", wrong, REFUSAL, 400)
    vue.post("login/", wrong, REFUSAL, 429)
