"""The sessions of the back office when Redis is gone."""

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore as RowStore
from django.test import Client

from apps.users.models import UserProfile
from apps.users.services import sessions
from apps.users.session_store import SessionStore

ORDERS = "/xadmin/trade/order/"


@pytest.fixture
def kept(settings, superuser: UserProfile) -> Client:
    """Somebody at work, with a session in the database and in Redis."""
    settings.SESSION_ENGINE = "apps.users.session_store"
    client = Client()
    client.force_login(superuser)
    return client


@pytest.fixture
def redis_gone(settings, kept: Client) -> None:
    """After they came."""
    nowhere = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = settings.CACHES | {"sessions": nowhere}


def is_in(client: Client) -> bool:
    return "this_is_the_login_form" not in client.get(ORDERS).content.decode()


def test_a_session_is_read_from_redis(kept: Client, settings) -> None:
    key = kept.session.session_key
    RowStore.get_model_class().objects.all().delete()

    assert SessionStore(key).load()["_auth_user_id"]


@pytest.mark.usefixtures("redis_gone")
def test_work_goes_on_without_redis(kept: Client) -> None:
    assert is_in(kept)


@pytest.mark.usefixtures("redis_gone")
def test_a_log_out_that_redis_did_not_hear_of_is_a_log_out_all_the_same(kept: Client) -> None:
    assert kept.post("/xadmin/logout/").status_code == 200
    assert not is_in(kept)


def test_nor_does_redis_bring_it_back(kept: Client, settings, request: pytest.FixtureRequest) -> None:
    """What it kept names a device that is ended."""
    cookie, with_redis = kept.cookies["sessionid"].value, settings.CACHES
    request.getfixturevalue("redis_gone")
    kept.post("/xadmin/logout/")
    settings.CACHES = with_redis
    assert SessionStore(cookie).load()["_auth_user_id"]

    copy = Client()
    copy.cookies["sessionid"] = cookie
    assert not is_in(copy)


@pytest.mark.usefixtures("redis_gone")
def test_a_browser_that_was_ended_elsewhere_is_shown_the_door(kept: Client, superuser: UserProfile) -> None:
    sessions.end_sessions_of(user_id=superuser.pk)

    assert not is_in(kept)


def test_without_a_redis_that_workers_share_the_database_is_asked() -> None:
    kept_in = "apps.users.session_store" if django_settings.REDIS_URL else "django.contrib.sessions.backends.db"
    assert kept_in == django_settings.SESSION_ENGINE
