"""What becomes of sessions whose time is over."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.utils import timezone

from apps.common import purging
from apps.common.tasks import sweep_named, sweeps
from apps.common.tests.back_office import browser_of, send
from apps.users.models import DeviceSession, UserProfile
from apps.users.services import old_sessions, sessions
from apps.users.services.sessions import Device
from apps.users.tests.factories import PASSWORD


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

    assert old_sessions.forget_old_sessions() == 3
    assert list(DeviceSession.objects.order_by("pk")) == kept
    assert old_sessions.forget_old_sessions() == 0


def test_the_clock_forgets_them_too(alice: UserProfile) -> None:
    a_session(alice, over_for=timedelta(days=31))
    next(sweep for sweep in sweeps() if sweep.name == "users.forget_sessions").run()
    assert not DeviceSession.objects.exists()


def test_what_cookies_stood_for_is_forgotten_past_its_time(
    superuser: UserProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    at_work = browser_of(superuser)
    over = timezone.now() - timedelta(seconds=1)
    BrowserSession.objects.bulk_create(BrowserSession(session_key=f"old{n}", expire_date=over) for n in range(5))

    sweep_named("users.forget_browser_sessions").run()
    assert [row.session_key for row in BrowserSession.objects.all()] == [at_work.session.session_key]
    assert at_work.get("/xadmin/").status_code == 200
    assert old_sessions.forget_browser_sessions() == 0


def test_they_are_found_by_an_index(db: None) -> None:
    plan = BrowserSession.objects.filter(expire_date__lt=timezone.now()).explain().lower()
    assert "index" in plan if connection.vendor == "sqlite" else "expire_date" in plan


@pytest.mark.parametrize("own", [True, False])
def test_b5_a_password_that_is_set_in_the_back_office_ends_every_session(
    alice: UserProfile, superuser: UserProfile, own: bool
) -> None:
    for user in (alice, superuser):
        sessions.open_session(user=user, device=Device(ip=None, user_agent="a browser"))
    new = "staple of tomorrow"
    forms = {
        True: ("/xadmin/account/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}),
        False: (f"/xadmin/users/userprofile/{alice.pk}/password/", {"password1": new, "password2": new}),
    }
    assert send(browser_of(superuser), *forms[own]).status_code == 302
    whose = superuser if own else alice
    of_shop = DeviceSession.objects.filter(realm="shop", ended_at=None)
    assert [session.user for session in of_shop] == [user for user in (alice, superuser) if user != whose]
