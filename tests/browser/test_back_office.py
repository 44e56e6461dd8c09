"""The back office, as staff see it."""

import pytest
from playwright.sync_api import Page, expect

from apps.users.models import UserProfile
from apps.users.tests.factories import PASSWORD
from tests.browser.conftest import shot

pytestmark = pytest.mark.browser


@pytest.fixture
def signed_in(page: Page, superuser: UserProfile) -> Page:
    page.goto("/xadmin/")
    page.fill("input[name=username]", superuser.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")
    return page


def test_log_in_and_out(signed_in: Page) -> None:
    expect(signed_in.locator("#logout-form")).to_be_visible()
    shot(signed_in, "dashboard")
    signed_in.click("#logout-form button")
    expect(signed_in.locator("#logout-form")).to_have_count(0)
