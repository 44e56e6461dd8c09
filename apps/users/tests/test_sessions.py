"""What becomes of sessions whose time is over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.common import purging
from apps.common.tasks import sweeps
from apps.users.models import DeviceSession, UserProfile
from apps.users.services import sessions


def a_session(user: UserProfile, *, over_for: timedelta, ended: bool = False) -> DeviceSession:
    expires_at = timezone.now() - over_for
    return DeviceSession.objects.create(user=user, expires_at=expires_at, ended_at=expires_at if ended else None)


def test_sessions_are_forgotten_a_month_after_their_time(alice: UserProfile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    for ended in (True, False, False):
        a_session(alice, over_for=timedelta(days=31), ended=ended)
    kept = [
        a_session(alice, over_for=timedelta(days=29), ended=True),
        a_session(alice, over_for=timedelta(days=-1), ended=True),
        a_session(alice, over_for=timedelta(days=-1)),
    ]

    assert sessions.forget_old_sessions() == 3
    assert list(DeviceSession.objects.order_by("pk")) == kept
    assert sessions.forget_old_sessions() == 0


def test_the_clock_forgets_them_too(alice: UserProfile) -> None:
    a_session(alice, over_for=timedelta(days=31))
    next(sweep for sweep in sweeps() if sweep.name == "users.forget_sessions").run()
    assert not DeviceSession.objects.exists()
