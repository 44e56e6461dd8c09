"""What sister applications were given is forgotten in time."""

from datetime import timedelta

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant

from apps.users.models import AppLogin, DeviceSession, SisterApp, UserProfile
from apps.users.services import sisters
from apps.users.tasks import forget_app_tokens

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("age", "left"), [(timedelta(hours=23), 1), (timedelta(hours=25), 0)])
def test_codes_and_tokens_go_a_day_after_their_time(age: timedelta, left: int, alice: UserProfile) -> None:
    app = sisters.register_app(app=SisterApp(name="Forum")).app
    session = DeviceSession.objects.create(user=alice, expires_at=timezone.now() + timedelta(days=1))
    given = {"user": alice, "application": app, "scope": "openid", "expires": timezone.now() - age}
    grant = Grant.objects.create(code="x", redirect_uri="https://forum.example/", **given)
    token = AccessToken.objects.create(token="x", **given)
    sisters.note_login(session=session, app=app, grant=grant)
    AppLogin.objects.update(access_token=token)

    forget_app_tokens()

    assert (Grant.objects.count(), AccessToken.objects.count()) == (left, left)
    assert AppLogin.objects.get().session == session  # that there was a log-in is known as long as the session is
