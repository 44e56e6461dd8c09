"""Tickets: once, for a minute, for the application they were made for."""

from base64 import b64encode
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django_redis import get_redis_connection
from redis.exceptions import ConnectionError as NoRedis
from rest_framework.test import APIClient

from apps.common import one_time
from apps.common.throttling import UsedUp
from apps.users.api import authentication
from apps.users.models import DeviceSession, SisterApp, UserProfile
from apps.users.services import sessions, sisters, tickets
from apps.users.services.sisters import Registered, register_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def forum() -> Registered:
    return register_app(app=SisterApp(name="Forum", redirect_uris="https://forum.example/callback"))


@pytest.fixture
def other() -> Registered:
    return register_app(app=SisterApp(name="Other", redirect_uris="https://other.example/callback"))


def ticket_for(client: APIClient, app: Registered) -> str:
    return str(client.post("/tickets/", {"audience": app.app.client_id}).json()["ticket"])


def exchange(app: Registered, ticket: str, secret: str = "") -> Any:
    credentials = b64encode(f"{app.app.client_id}:{secret or app.secret}".encode()).decode()
    return APIClient(headers={"authorization": f"Basic {credentials}"}).post("/tickets/exchange/", {"ticket": ticket})


def test_a_ticket_says_who_came(signed_in: APIClient, alice: UserProfile, forum: Registered) -> None:
    asked = signed_in.post("/tickets/", {"audience": forum.app.client_id})
    assert (asked.status_code, asked.json()["expires_in"], asked["Cache-Control"]) == (201, 60, "no-store")

    answer = exchange(forum, asked.json()["ticket"])
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer.json() == {"sub": f"shop_{alice.public_id.hex}", "name": "Alice", "picture": ""}


def test_it_works_once(signed_in: APIClient, forum: Registered) -> None:
    ticket = ticket_for(signed_in, forum)
    assert exchange(forum, ticket).status_code == 200

    again = exchange(forum, ticket)
    assert (again.status_code, again.json()["type"]) == (400, "urn:mxshop:problem:ticket_over")
    assert again.json()["ticket"] == ["票据无效，或已失效。"]


def test_it_is_for_its_audience_and_stays_good_there(
    signed_in: APIClient, forum: Registered, other: Registered
) -> None:
    ticket = ticket_for(signed_in, forum)
    assert exchange(other, ticket).status_code == 400
    assert exchange(forum, ticket).status_code == 200


def test_it_lives_for_sixty_seconds_and_only_as_a_hash(signed_in: APIClient, forum: Registered) -> None:
    ticket, redis = ticket_for(signed_in, forum), get_redis_connection("default")
    name = one_time._name(f"ticket:{forum.app.pk}", ticket)
    assert 55 <= redis.ttl(name) <= 60
    assert not [key for key in redis.scan_iter("*") if ticket.encode() in key]
    assert ticket.encode() not in redis.get(name)

    redis.delete(name)  # as time does
    assert exchange(forum, ticket).status_code == 400


def test_the_next_ticket_ends_the_one_before(signed_in: APIClient, forum: Registered, other: Registered) -> None:
    first, elsewhere = ticket_for(signed_in, forum), ticket_for(signed_in, other)
    second = ticket_for(signed_in, forum)
    assert exchange(forum, first).status_code == 400
    assert exchange(forum, second).status_code == 200
    assert exchange(other, elsewhere).status_code == 200


def test_it_dies_with_the_session_that_asked(signed_in: APIClient, alice: UserProfile, forum: Registered) -> None:
    ended, switched_off = ticket_for(signed_in, forum), ""
    sessions.end_session(session=DeviceSession.objects.get(user=alice))
    assert exchange(forum, ended).status_code == 400

    DeviceSession.objects.update(ended_at=None)
    switched_off = ticket_for(signed_in, forum)
    UserProfile.objects.filter(pk=alice.pk).update(is_active=False)
    assert exchange(forum, switched_off).status_code == 400


def test_b5_it_dies_with_the_password(signed_in: APIClient, alice: UserProfile, forum: Registered) -> None:
    ticket = ticket_for(signed_in, forum)
    UserProfile.objects.filter(pk=alice.pk).update(password=make_password("staple of tomorrow"))  # past every service
    assert exchange(forum, ticket).status_code == 400


def test_it_outlives_the_key_that_signed_its_session(signed_in: APIClient, forum: Registered, settings: Any) -> None:
    kept, lost = ticket_for(signed_in, forum), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of the shop", [lost]
    assert exchange(forum, kept).status_code == 200

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = lost, []
    ticket = ticket_for(signed_in, forum)
    settings.SECRET_KEY = "another key of the shop"
    assert exchange(forum, ticket).status_code == 400


def test_only_the_application_itself_exchanges(signed_in: APIClient, forum: Registered, other: Registered) -> None:
    ticket = ticket_for(signed_in, forum)
    for answer in (
        exchange(forum, ticket, secret=other.secret),
        exchange(Registered(app=SisterApp(client_id="unknown"), secret="x"), ticket),
        signed_in.post("/tickets/exchange/", {"ticket": ticket}),
        APIClient(headers={"authorization": "Basic ###"}).post("/tickets/exchange/", {"ticket": ticket}),
        APIClient(headers={"authorization": "Basic AA=="}).post("/tickets/exchange/", {"ticket": ticket}),
        APIClient().post("/tickets/exchange/", {"ticket": ticket}),
    ):
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Basic realm="mxshop"')
    SisterApp.objects.filter(pk=forum.app.pk).update(is_active=False)
    assert exchange(forum, ticket).status_code == 401
    SisterApp.objects.filter(pk=forum.app.pk).update(is_active=True)
    assert exchange(forum, ticket).status_code == 200


@pytest.mark.parametrize("audience", ["unknown", ""])
def test_a_ticket_needs_an_audience(audience: str, signed_in: APIClient) -> None:
    answer = signed_in.post("/tickets/", {"audience": audience})
    assert (answer.status_code, "audience" in answer.json()) == (400, True)


def test_a_secret_is_shown_once_and_renewed(forum: Registered, signed_in: APIClient) -> None:
    before = SisterApp.objects.get(pk=forum.app.pk).client_secret
    assert before.startswith("argon2")
    secret = sisters.renew_secret(app=forum.app)

    assert sisters.app_with(client_id=forum.app.client_id, secret=forum.secret) is None
    assert sisters.app_with(client_id=forum.app.client_id, secret=secret) == forum.app


def test_without_redis_there_is_no_ticket(
    signed_in: APIClient, forum: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object) -> None:
        raise NoRedis

    monkeypatch.setattr(one_time, "get_redis_connection", gone)
    answer = signed_in.post("/tickets/", {"audience": forum.app.client_id})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_tickets_are_limited(settings: Any, signed_in: APIClient, forum: Registered) -> None:
    settings.THROTTLE_SCALE = 1
    body = {"audience": forum.app.client_id}
    assert [signed_in.post("/tickets/", body).status_code for _ in range(61)] == [201] * 60 + [429]
    assert tickets.LIFETIME.total_seconds() == 60


def test_wrong_secrets_are_counted(visitor: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs the shop as much as a wrong password."""
    asked: list[str] = []
    used_up = UsedUp(scope="sister", seconds=42)
    monkeypatch.setattr(authentication, "count", lambda scope, _key: asked.append(scope) or (asked[2:] and used_up))
    wrong = {"Authorization": "Basic " + b64encode(b"nobody:nothing").decode()}
    answers = [visitor.post("/tickets/exchange/", {"ticket": "x"}, headers=wrong) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[-1]["Retry-After"] == "42"
    assert asked == ["sister"] * 3
