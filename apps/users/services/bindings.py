"""Which accounts at third parties are bound to whom: only who is logged in here binds one, where they asked for it."""

from django.contrib.sessions.backends.base import SessionBase
from django.db import IntegrityError

from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import AlreadyBound, IdentityTaken, LastWayIn, NoSuchBinding, NoSuchProvider
from apps.users.gateways import third_parties as gateway
from apps.users.gateways.third_parties import Identity, Purpose
from apps.users.models import DeviceSession, SocialBinding, UserProfile
from apps.users.services import alerts, confirmation
from apps.users.services.confirmation import Act, Proof
from apps.users.services.tokens import trace_of
from apps.users.services.wording import Change


def begin(*, provider: str, browser: SessionBase, session: DeviceSession, proof: Proof) -> str:
    """Return the address to send the browser to, where the owner wants to bind.

    Raises NoSuchProvider before the proof is looked at, and what `confirmation.confirm_owner` does.
    """
    if provider not in gateway.offered():
        raise NoSuchProvider
    confirmation.confirm_owner(session=session, act=Act.BIND, proof=proof)
    return gateway.begin(provider=provider, session=browser, purpose=Purpose(session=trace_of(session)))


@atomic_with_retry
def bind(*, user: UserProfile, identity: Identity) -> SocialBinding:
    """Have the identity log this user in, and tell them; one that does already stays as it is.

    Raises IdentityTaken when it logs in another user, AlreadyBound when this one has another of the same third party.
    """
    user.lock()
    known = SocialBinding.objects.of_identity(provider=identity.provider, uid=identity.uid)
    if known is not None:
        if known.user_id != user.pk:
            raise IdentityTaken
        return known
    if user.bindings.filter(provider=identity.provider).exists():
        raise AlreadyBound
    try:
        binding = store(user, identity)
    except IntegrityError as error:
        raise IdentityTaken from error
    _tell(binding, Change.BOUND)
    return binding


def store(user: UserProfile, identity: Identity) -> SocialBinding:
    """Write down whom the identity logs in, in the caller's transaction."""
    return SocialBinding.objects.create(user=user, provider=identity.provider, uid=identity.uid, name=identity.name)


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
    user.lock()
    binding = user.bindings.filter(provider=provider).first()
    if binding is None:
        raise NoSuchBinding
    others = user.bindings.exclude(pk=binding.pk).filter(provider__in=gateway.offered())
    if not (user.has_usable_password() or user.mobile or user.verified_email or others.exists()):
        raise LastWayIn
    _tell(binding, Change.UNBOUND)
    binding.delete()


def _tell(binding: SocialBinding, change: Change) -> None:
    facts = {"provider": binding.provider, "name": binding.name or "?"}
    alerts.tell_owner(user=binding.user, change=change, facts=facts, reference=f"binding-{binding.pk}")
