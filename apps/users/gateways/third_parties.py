"""Third-party log-in: a browser is sent to WeChat, QQ or Weibo, and comes back with a code that tells who it is.

social-auth speaks to the providers and guards the way there and back: the state is bound to the browser's session and
good once. What an identity may do here is the services' to say; so none of its pipeline is run, and nothing that a
provider tells of mobiles or e-mails is looked at.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse
from social_core.exceptions import (
    AuthCanceled,
    AuthInputError,
    AuthSessionError,
    SocialAuthBaseException,
)

from apps.common.exceptions import GatewayFailed
from apps.users.exceptions import LoginDenied, NoSuchProvider, NotBegunHere
from apps.users.gateways import third_party_sandbox
from apps.users.gateways.third_party_backends import QQ, Backend, SandboxWeixin, Strategy, Weibo, Weixin
from apps.users.models import SocialBinding

logger = logging.getLogger(__name__)

Provider = SocialBinding.Provider
BACKENDS: dict[str, type[Backend]] = {Provider.WEIXIN: Weixin, Provider.QQ: QQ, Provider.WEIBO: Weibo}
LONGEST_NAME = 30


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who somebody is at a provider; the name is what they call themselves there, and proves nothing."""

    provider: str
    uid: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """Why a browser is sent there: to log in, or to be bound to the user of a session (its trace)."""

    session: str | None = None
    guest_cart: str | None = None


def offered() -> list[str]:
    """Return the providers that the shop has keys for, and WeChat where the sandbox stands in for it."""
    return [
        str(name) for name in BACKENDS if _has_keys(name) or (name == Provider.WEIXIN and third_party_sandbox.is_open())
    ]


def begin(*, provider: str, session: SessionBase, purpose: Purpose) -> str:
    """Return the provider's address to send the browser to, and note in its session that it was sent.

    Raises NoSuchProvider for one that is not offered.
    """
    return _backend(provider, session, {}, asdict(purpose)).auth_url()


def complete(*, provider: str, session: SessionBase, answer: Mapping[str, str]) -> tuple[Identity, Purpose]:
    """Return who came back, and why they were sent; each coming back is good once. Call it outside any transaction.

    Raises NoSuchProvider; LoginDenied without a code; NotBegunHere for a state that this browser was not given, or that
    is used up or too old; GatewayFailed when the provider does not answer, or not with an identity.
    """
    backend = _backend(provider, session, answer)
    if not answer.get("code"):
        raise LoginDenied
    purpose = backend.purpose_of(answer.get("state", ""))
    try:
        told: Any = backend.auth_complete()
        uid = told[backend.ID_KEY]
    except AuthCanceled as error:
        raise LoginDenied from error
    except (AuthSessionError, AuthInputError) as error:
        raise NotBegunHere from error
    except (SocialAuthBaseException, ValueError, LookupError, TypeError) as error:
        _log(provider, error)
        raise GatewayFailed from error
    if not isinstance(uid, str | int) or not uid:
        _log(provider, LookupError())
        raise GatewayFailed
    return Identity(provider=provider, uid=str(uid), name=_name_in(told)), Purpose(**purpose)


def _backend(
    provider: str, session: SessionBase, answer: Mapping[str, str], purpose: Mapping[str, Any] | None = None
) -> Backend:
    if provider not in offered():
        raise NoSuchProvider
    kind = BACKENDS[provider] if _has_keys(provider) else SandboxWeixin
    backend = kind(Strategy(session, answer), reverse("third-party-callback", kwargs={"provider": provider}))
    backend.purpose = purpose or {}
    return backend


def _has_keys(provider: str) -> bool:
    prefix = f"SOCIAL_AUTH_{provider.upper()}"
    return bool(getattr(settings, f"{prefix}_KEY") and getattr(settings, f"{prefix}_SECRET"))


def _name_in(told: Mapping[str, Any]) -> str:
    """Return what a person calls themselves, without what no name has in it."""
    name = told.get("nickname") or told.get("screen_name") or told.get("name") or ""
    return "".join(letter for letter in str(name) if letter.isprintable()).strip()[:LONGEST_NAME]


def _log(provider: str, error: Exception) -> None:
    """Name the kind of failure: what was sent and answered holds codes and tokens."""
    kind = getattr(error, "code", None) or type(error).__name__
    logger.warning("%s confirmed no log-in: %s (%s)", provider, kind, getattr(error, "provider_code", None))
