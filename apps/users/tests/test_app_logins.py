"""What sister applications are given is one token for each log-in, and forgotten in time."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant
from oauth2_provider.views.base import TokenView

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


@pytest.fixture
def session(alice: UserProfile) -> DeviceSession:
    return DeviceSession.objects.create(
        user=alice, expires_at=timezone.now() + timedelta(days=1), password_fingerprint=alice.password_fingerprints()[0]
    )


def given(app: SisterApp, user: UserProfile, **more: Any) -> dict[str, Any]:
    expires = timezone.now() + timedelta(minutes=1)
    return {"user": user, "application": app, "scope": "openid", "expires": expires, **more}


def test_a_code_that_came_back_gives_no_second_token(session: DeviceSession) -> None:
    """Not to who had shown it before that, and is still being answered."""
    app = sisters.register_app(app=SisterApp(name="Forum")).app
    grant = Grant.objects.create(code="x", redirect_uri="https://forum.example/", **given(app, session.user))
    sisters.note_login(session=session, app=app, grant=grant)
    login = AppLogin.objects.get()
    first, second = (AccessToken.objects.create(token=token, **given(app, session.user)) for token in ("one", "two"))

    assert sisters.take_token(login=login, token=first)
    sisters.end_login_of_used(code="x", app=app)

    assert not AccessToken.objects.filter(pk=first.pk).exists()
    assert not sisters.take_token(login=login, token=second)


def test_a_token_that_is_taken_back_before_it_is_told_is_a_refusal(
    session: DeviceSession, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    back, verifier = "https://forum.example/callback", "v" * 43
    forum = sisters.register_app(app=SisterApp(name="Forum", redirect_uris=back))
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    grant = Grant.objects.create(
        code="y",
        redirect_uri=back,
        code_challenge=challenge,
        code_challenge_method="S256",
        **given(forum.app, session.user),
    )
    sisters.note_login(session=session, app=forum.app, grant=grant)
    make = TokenView.create_token_response

    def overtaken(view: TokenView, request: Any) -> Any:
        made = make(view, request)
        assert made[-1] == 200
        sisters.end_login_of_used(code="y", app=forum.app)
        return made

    monkeypatch.setattr(TokenView, "create_token_response", overtaken)
    body = {"grant_type": "authorization_code", "code": "y", "redirect_uri": back, "code_verifier": verifier}
    who = {"client_id": forum.app.client_id, "client_secret": forum.secret}
    answer = client.post("/oauth/token/", {**body, **who})

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})
