"""Log-in through third parties, and which of their accounts are bound to whom.

An identity that nobody has bound opens an account of its own. It never joins one by a mobile, an e-mail or a name that
the third party tells: only who is logged in here binds it, in the browser where they asked for it.
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
from apps.users.exceptions import (
    AccountClosed,
    AlreadyBound,
    IdentityTaken,
    LastWayIn,
    NoSuchBinding,
    NoSuchProvider,
    SessionOver,
)
from apps.users.gateways import social
from apps.users.gateways.social import Identity, Purpose
from apps.users.models import DeviceSession, SocialBinding, UserProfile
from apps.users.services import alerts, confirmation
from apps.users.services.confirmation import Act, Proof
from apps.users.services.sessions import Device, SignedIn, session_traced, sign_in
from apps.users.services.tokens import trace_of
from apps.users.services.wording import Change

# States live for less.
STATES_KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Came:
    """What became of a browser that came back: somebody was logged in, or something was bound."""

    signed_in: SignedIn | None = None
    bound: SocialBinding | None = None


def providers() -> list[str]:
    """Return the third parties that one can log in through here."""
    return social.offered()


def begin_log_in(*, provider: str, browser: SessionBase, guest_cart: uuid.UUID | None = None) -> str:
    """Return the address at the third party to send the browser to; raises NoSuchProvider."""
    purpose = Purpose(guest_cart=str(guest_cart) if guest_cart else None)
    return social.begin(provider=provider, session=browser, purpose=purpose)


def begin_binding(*, provider: str, browser: SessionBase, session: DeviceSession, proof: Proof) -> str:
    """Return the address to send the browser to, where the owner wants to bind.

    Raises NoSuchProvider before the proof is looked at, and what `confirmation.confirm_owner` does.
    """
    if provider not in social.offered():
        raise NoSuchProvider
    confirmation.confirm_owner(session=session, act=Act.BIND, proof=proof)
    return social.begin(provider=provider, session=browser, purpose=Purpose(session=trace_of(session)))


def come_back(*, provider: str, browser: SessionBase, answer: dict[str, str], device: Device) -> Came:
    """Do what a browser was sent to the third party for.

    Raises what `social.complete` does, then nothing is written; and what `log_in` and `bind` do.
    """
    identity, purpose = social.complete(provider=provider, session=browser, answer=answer)
    if purpose.session is not None:
        session = session_traced(purpose.session)
        if session is None:
            raise SessionOver
        return Came(bound=bind(user=session.user, identity=identity))
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
    _store(user, identity)
    return user


@atomic_with_retry
def bind(*, user: UserProfile, identity: Identity) -> SocialBinding:
    """Have the identity log this user in, and tell them; one that does already stays as it is.

    Raises IdentityTaken when it logs in another user, AlreadyBound when this one has another of the same third party.
    """
    _lock(user)
    known = SocialBinding.objects.of_identity(provider=identity.provider, uid=identity.uid)
    if known is not None:
        if known.user_id != user.pk:
            raise IdentityTaken
        return known
    if user.bindings.filter(provider=identity.provider).exists():
        raise AlreadyBound
    try:
        binding = _store(user, identity)
    except IntegrityError as error:
        raise IdentityTaken from error
    _tell(binding, Change.BOUND)
    return binding


def unbind_own(*, session: DeviceSession, provider: str, proof: Proof) -> None:
    """Take a third party's account from the user, who proves that it is their will.

    Raises NoSuchBinding before the proof is looked at, and what `confirmation.confirm_owner` and `unbind` do.
    """
    if not session.user.bindings.filter(provider=provider).exists():
        raise NoSuchBinding
    confirmation.confirm_owner(session=session, act=Act.UNBIND, proof=proof)
    unbind(user=session.user, provider=provider)


@atomic_with_retry
def unbind(*, user: UserProfile, provider: str) -> None:
    """Take a third party's account from the user, and tell them.

    Raises NoSuchBinding, and LastWayIn if it is their last way in.
    """
    _lock(user)
    binding = user.bindings.filter(provider=provider).first()
    if binding is None:
        raise NoSuchBinding
    others = user.bindings.exclude(pk=binding.pk).filter(provider__in=social.offered())
    if not (user.has_usable_password() or user.mobile or user.verified_email or others.exists()):
        raise LastWayIn
    _tell(binding, Change.UNBOUND)
    binding.delete()


def forget_old_states() -> int:
    """Delete the states of log-ins that nobody came back from; returns how many."""
    return delete_in_batches(Nonce.objects.filter(timestamp__lt=int((timezone.now() - STATES_KEPT).timestamp())))


def _store(user: UserProfile, identity: Identity) -> SocialBinding:
    return SocialBinding.objects.create(user=user, provider=identity.provider, uid=identity.uid, name=identity.name)


def _tell(binding: SocialBinding, change: Change) -> None:
    facts = {"provider": binding.provider, "name": binding.name or "?"}
    alerts.tell_owner(user=binding.user, change=change, facts=facts, reference=f"binding-{binding.pk}")


def _lock(user: UserProfile) -> None:
    """Of two changes of the same user's bindings, the second sees what the first did."""
    user.refresh_from_db(from_queryset=UserProfile.objects.select_for_update())
