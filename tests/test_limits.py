"""The table of limits and the views that name its rows."""

import re
from typing import Any

import pytest
from django.conf import settings
from limits import parse

from apps.common.throttling import FAIL_CLOSED
from tests.test_every_route import VIEWS


def scopes() -> set[str]:
    """What views, throttles and the door of the back office count by, as far as it is written down."""
    return {str(scope) for view in VIEWS if isinstance(scope := getattr(view, "throttle_scope", ""), str) and scope}


def test_every_scope_has_its_row() -> None:
    assert scopes() - set(settings.THROTTLE_RATES) == set()
    assert FAIL_CLOSED - set(settings.THROTTLE_RATES) == set()


@pytest.mark.parametrize("scope", settings.THROTTLE_RATES)
def test_every_row_is_a_limit(scope: str) -> None:
    rate: Any = parse(settings.THROTTLE_RATES[scope])
    assert rate.amount >= 1
    assert re.fullmatch("[a-z_]+", scope)  # as it stands in a header


def test_what_guards_accounts_is_closed_without_a_counter() -> None:
    """Whoever adds a limit for passwords, codes or tokens decides so here, too."""
    guarded = {scope for scope in settings.THROTTLE_RATES if re.search("code|login|register|password|personal", scope)}
    assert guarded - {"coupon_code"} <= FAIL_CLOSED
