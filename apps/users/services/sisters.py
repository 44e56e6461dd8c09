"""Sister applications: their registration, how they prove themselves, and what they are told of a user."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken, Grant, IDToken

from apps.common.addresses import absolute_url
from apps.common.purging import delete_in_batches
from apps.users.models import AppLogin, DeviceSession, SisterApp, UserProfile

logger = logging.getLogger(__name__)

# So long after their time codes and tokens are kept.
KEPT = timedelta(days=1)
# In place of a code's hash, once the code was brought a second time.
SPENT = ""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A sister application, and its secret, which nobody can be shown again."""

    app: SisterApp
    secret: str


def subject_of(user: UserProfile) -> str:
    """Return what sister applications know a user by, for good; it begins with the realm, as in the shop's tokens."""
    return f"shop_{user.public_id.hex}"


# By the names of OpenID Connect. A user name is not told: it may be the mobile.
CLAIMS: Mapping[str, Callable[[UserProfile], Any]] = {
    "sub": subject_of,
    "name": lambda user: user.name or None,
    "picture": lambda user: absolute_url(user.avatar.url) if user.avatar else None,
    "phone_number": lambda user: f"+86{user.mobile}" if user.mobile else None,
    "phone_number_verified": lambda user: True if user.mobile else None,
    "email": lambda user: user.verified_email,
    "email_verified": lambda user: True if user.verified_email else None,
}


def prepare_app(*, app: SisterApp) -> None:
    """Give an application what all of them have in common."""
    app.client_type = SisterApp.CLIENT_CONFIDENTIAL
    app.authorization_grant_type = SisterApp.GRANT_AUTHORIZATION_CODE
    app.algorithm = SisterApp.RS256_ALGORITHM


def register_app(*, app: SisterApp) -> Registered:
    """Store a new sister application, of which name and addresses are given, with a secret of its own."""
    prepare_app(app=app)
    secret = str(generate_client_secret())
    app.client_secret = secret  # hashed by its field
    app.save(force_insert=True)
    return Registered(app=app, secret=secret)


def renew_secret(*, app: SisterApp) -> str:
    """Give the application another secret; the one of before opens nothing any more."""
    secret = str(generate_client_secret())
    SisterApp.objects.filter(pk=app.pk).update(client_secret=make_password(secret))
    return secret


def app_with(*, client_id: str, secret: str) -> SisterApp | None:
    """Return the active application that this is the secret of."""
    app = SisterApp.objects.filter(client_id=client_id, is_active=True).first()
    return app if app is not None and check_password(secret, app.client_secret) else None


def take_token(*, login: AppLogin, token: AccessToken) -> bool:
    """Note the one token of a log-in, and tell whether it was free to take one. Joins the caller's transaction."""
    free = AppLogin.objects.filter(pk=login.pk, access_token=None).exclude(code_hash=SPENT)
    return bool(free.update(access_token=token))


def note_login(*, session: DeviceSession, app: SisterApp, grant: Grant) -> None:
    """Remember in which session a user consented to log in to the application, and was given a code for it."""
    AppLogin.objects.create(
        session=session,
        app=app,
        scope=grant.scope,
        grant=grant,
        password_fingerprint=session.user.password_fingerprints()[0],
        code_hash=_hash_of(grant.code),
    )


def end_login_of_used(*, code: str, app: SisterApp) -> None:
    """Take back the token that the application got for this code, if it did: who came first may have stolen it."""
    for login in AppLogin.objects.filter(app=app, code_hash=_hash_of(code), access_token__isnull=False):
        # First, so that nobody who brings the code at this moment takes another token in its place.
        AppLogin.objects.filter(pk=login.pk).update(code_hash=SPENT)
        AccessToken.objects.filter(pk=login.access_token_id).delete()
        logger.warning("a code of %s was brought again, and its token taken back", app)


def _hash_of(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def running_login(**given: Any) -> AppLogin | None:
    """Return the log-in that this code (`grant__code`) or token (`access_token`) was given for, if it still counts.

    It does not once the session has ended, the user may not log in, or the password is another one.
    """
    login = AppLogin.objects.running(timezone.now()).filter(**given).first()
    if login is None:
        return None
    good = login.session.user.password_fingerprints()
    return login if any(constant_time_compare(login.password_fingerprint, each) for each in good) else None


def forget_old_tokens() -> int:
    """Delete codes and tokens whose time is over since a day; returns how many."""
    over = timezone.now() - KEPT
    return sum(delete_in_batches(model.objects.filter(expires__lt=over)) for model in (Grant, AccessToken, IDToken))
