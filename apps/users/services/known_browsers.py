"""Browsers that their user has logged in on: what strangers try elsewhere must not lock the owner out there, either.

Where a user was is known by address (`places`), and addresses change. So a browser that logs its user in is given a
mark, which it shows in a cookie from then on. It opens nothing: whoever shows it for its user's name may try password
and codes when strangers have used up what is for all, and within a limit of its own. It ends with its age or with the
password, and with nothing else: logging out does not make a browser a stranger's.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare

from apps.users.models import UserProfile
from apps.users.services import tokens
from apps.users.services.keys import ShopKey, current_key, key_named
from apps.users.services.places import owners_of

COOKIE = "mxshop_browser"
# Browsers keep no cookie for longer.
LIFETIME = timedelta(days=400)
# Ours have about 140 characters. What is longer is not read at all.
MAX_LENGTH = 200
SEPARATOR = "."


@dataclass(frozen=True, kw_only=True)
class Browser:
    """What a well-signed mark says; `number` tells two browsers of one user apart, and nothing else."""

    user_id: uuid.UUID
    number: str
    fingerprint: str
    key: ShopKey


def mark_for(user: UserProfile) -> str:
    """Return the mark of a browser that has just logged this user in."""
    key = current_key()
    said = user.public_id.hex, secrets.token_hex(8), tokens.fingerprint(user.password, key), key.kid
    return _signer(key).sign(SEPARATOR.join(said))


def browser_of(*, name: str, mark: str) -> Browser | None:
    """Return the browser with this mark, if it has logged in the user with this log-in name.

    Takes one SELECT, alike whether or not there is such a user, and none without a mark that we have signed.
    """
    browser = _read(mark)
    if browser is None:
        return None
    user = owners_of(name).filter(public_id=browser.user_id).first()
    return browser if user is not None and _fits(browser, user) else None


def _read(mark: str) -> Browser | None:
    if len(mark) > MAX_LENGTH:
        return None
    try:
        user_id, number, fingerprint, kid, _time, _signature = mark.split(SEPARATOR)
        key = key_named(kid)
        if key is None:
            return None
        _signer(key).unsign(mark, max_age=LIFETIME)
        return Browser(user_id=uuid.UUID(user_id), number=number, fingerprint=fingerprint, key=key)
    except (BadSignature, ValueError):
        return None


def _fits(browser: Browser, user: UserProfile) -> bool:
    return constant_time_compare(browser.fingerprint, tokens.fingerprint(user.password, browser.key))


def _signer(key: ShopKey) -> TimestampSigner:
    return TimestampSigner(key=key.secret, sep=SEPARATOR, salt="mxshop.users.known_browsers", fallback_keys=[])
