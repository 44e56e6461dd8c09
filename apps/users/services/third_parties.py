"""Log-in through third parties.

An identity that nobody has bound opens an account of its own. It never joins one by a mobile, an e-mail or a name that
the third party tells.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError
from django.utils import timezone
from social_django.models import Nonce

from apps.common.purging import delete_in_batches
from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import AccountClosed, SessionOver
from apps.users.gateways import third_parties as gateway
from apps.users.gateways.third_parties import Identity, Purpose
from apps.users.models import SocialBinding, UserProfile
from apps.users.services import bindings
from apps.users.services.sessions import Device, SignedIn, session_traced, sign_in

# States live for less.
STATES_KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Came:
    """What became of a browser that came back: somebody was logged in, or something was bound."""

    signed_in: SignedIn | None = None
    bound: SocialBinding | None = None


def providers() -> list[str]:
    """Return the third parties that one can log in through here."""
    return gateway.offered()


def begin_log_in(*, provider: str, browser: SessionBase, guest_cart: uuid.UUID | None = None) -> str:
    """Return the address at the third party to send the browser to; raises NoSuchProvider."""
    purpose = Purpose(guest_cart=str(guest_cart) if guest_cart else None)
    return gateway.begin(provider=provider, session=browser, purpose=purpose)


def come_back(*, provider: str, browser: SessionBase, answer: dict[str, str], device: Device) -> Came:
    """Do what a browser was sent to the third party for.

    Raises what `gateway.complete` does, then nothing is written; and what `log_in` and `bindings.bind` do.
    """
    identity, purpose = gateway.complete(provider=provider, session=browser, answer=answer)
    if purpose.session is not None:
        session = session_traced(purpose.session)
        if session is None:
            raise SessionOver
        return Came(bound=bindings.bind(user=session.user, identity=identity))
    guest_cart = uuid.UUID(purpose.guest_cart) if purpose.guest_cart else None
    return Came(signed_in=log_in(identity=identity, device=device, guest_cart=guest_cart))


def log_in(*, identity: Identity, device: Device, guest_cart: uuid.UUID | None = None) -> SignedIn:
    """Open a session for the user who has bound the identity, or for a new one; a guest's cart comes along.

    Raises AccountClosed for who is switched off or deleted.
    """
    try:
        return _find_or_open(identity, device, guest_cart)
    except IntegrityError:  # it was bound in between
        return _find_or_open(identity, device, guest_cart)


@atomic_with_retry
def _find_or_open(identity: Identity, device: Device, guest_cart: uuid.UUID | None) -> SignedIn:
    binding = SocialBinding.objects.of_identity(provider=identity.provider, uid=identity.uid)
    user = _open_account(identity) if binding is None else binding.user
    if not user.is_active or user.is_deleted:
        raise AccountClosed
    return sign_in(user=user, device=device, guest_cart=guest_cart)


def _open_account(identity: Identity) -> UserProfile:
    # A name that says where they come from, and that nobody guesses before them.
    username = f"{identity.provider}-{secrets.token_hex(6)}"
    user: UserProfile = UserProfile.objects.create(username=username, name=identity.name, password=make_password(None))
    bindings.store(user, identity)
    return user


def forget_old_states() -> int:
    """Delete the states of log-ins that nobody came back from; returns how many."""
    return delete_in_batches(Nonce.objects.filter(timestamp__lt=int((timezone.now() - STATES_KEPT).timestamp())))
