"""Another signing key logs nobody out, as long as the one before is still listed."""

import jwt
import pytest
from django.conf import settings as django_settings
from django.test import Client

from apps.users.models import UserProfile
from apps.users.services import sessions
from apps.users.services.keys import current_key
from apps.users.services.sessions import Device
from apps.users.tests.test_tokens import status_of

NEW = "a-new-secret-key-of-fifty-characters-or-even-more-of-them"
NEWER = "the-newest-secret-key-of-fifty-characters-or-more-of-them"


@pytest.fixture
def old(alice_token: str) -> str:
    """A token from before the key was changed."""
    return alice_token


def change_key(settings: object, key: str, *before: str) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, list(before)  # type: ignore[attr-defined]


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def test_a_token_of_the_key_before_goes_on(old: str, settings) -> None:
    change_key(settings, NEW, django_settings.SECRET_KEY)

    assert status_of(old) == 200


def test_new_tokens_are_signed_with_the_new_key(old: str, alice: UserProfile, settings) -> None:
    first = django_settings.SECRET_KEY
    change_key(settings, NEW, first)
    new = sessions.open_session(user=alice, device=Device(ip=None, user_agent="")).token

    assert kid_of(new) == current_key().kid != kid_of(old)
    change_key(settings, NEWER, NEW, first)
    assert [status_of(old), status_of(new)] == [200, 200]
    change_key(settings, NEWER, NEW)
    assert [status_of(old), status_of(new)] == [401, 200]


def test_a_key_taken_off_the_list_signs_nothing_any_more(old: str, settings) -> None:
    change_key(settings, NEW)

    assert status_of(old) == 401


def test_a_key_answers_only_to_its_own_id(old: str, settings) -> None:
    first, payload = current_key(), jwt.decode(old, options={"verify_signature": False})
    change_key(settings, NEW, django_settings.SECRET_KEY)
    crossed = jwt.encode(payload, first.secret, algorithm="HS256", headers={"kid": current_key().kid})

    assert status_of(crossed) == 401


def test_the_password_ends_tokens_of_every_key(old: str, alice: UserProfile, settings) -> None:
    change_key(settings, NEW, django_settings.SECRET_KEY)
    alice.set_password("another horse battery")
    alice.save()

    assert status_of(old) == 401


def test_the_back_office_goes_on_as_well(superuser: UserProfile, settings) -> None:
    client = Client()
    client.force_login(superuser)
    change_key(settings, NEW, django_settings.SECRET_KEY)

    assert "this_is_the_login_form" not in client.get("/xadmin/").content.decode()


def test_an_id_gives_nothing_of_the_key_away() -> None:
    key = current_key()

    assert len(key.kid) == 8
    assert key.kid not in key.secret.hex() + key.fingerprints.hex()
