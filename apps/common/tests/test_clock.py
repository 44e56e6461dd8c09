"""A virtual clock moves all of the shop, and nothing after it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.common.clock import VirtualClock, going_by
from apps.notifications.models import Notice
from apps.users.models import UserProfile

NEW_YEAR = datetime(2031, 1, 1, 0, 30, tzinfo=UTC)


def test_the_shop_and_its_rows_go_by_the_clock(alice: UserProfile) -> None:
    clock = VirtualClock(NEW_YEAR)
    with going_by(clock):
        assert timezone.now() == NEW_YEAR
        assert timezone.localtime().hour == 8  # in Shanghai
        clock.move_to(NEW_YEAR + timedelta(days=2))
        assert Notice.objects.create(user=alice, topic="anything").created_at == NEW_YEAR + timedelta(days=2)
    assert timezone.now() < NEW_YEAR


def test_the_machines_time_is_back_also_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), going_by(VirtualClock(NEW_YEAR)):
        _ = 1 // 0
    assert timezone.now() < NEW_YEAR


def test_time_never_goes_back() -> None:
    clock = VirtualClock(NEW_YEAR)
    with pytest.raises(ValueError, match="has passed"):
        clock.move_to(NEW_YEAR - timedelta(seconds=1))
    assert clock.now() == NEW_YEAR
