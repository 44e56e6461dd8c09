"""The mobile and the e-mail that a user is reached by: changed by whoever holds the new one and the old one.

Where there is no old one, and no other, the owner confirms it: who holds a token and a phone is not yet the owner.
"""

from django.db import IntegrityError

from apps.common.exceptions import Conflict, InvalidInput
from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import ContactTaken
from apps.users.models import DeviceSession, UserProfile, VerifyCode
from apps.users.services import alerts, codes, confirmation
from apps.users.services.confirmation import NOTHING, Act, Proof
from apps.users.services.wording import Change, masked

Purpose = VerifyCode.Purpose


def voucher_of(user: UserProfile, address: str) -> str | None:
    """Return the proven address whose holder vouches for a change: the one to be replaced, else the other kind.

    None for a user who has neither, such as one of a third party: they confirm it in another way.
    """
    first, second = (user.verified_email, user.mobile) if "@" in address else (user.mobile, user.verified_email)
    return first or second


def send_codes(*, user: UserProfile, address: str, ip: str | None, mark: str = "") -> str | None:
    """Send one code to a new mobile or e-mail, and one to the address that vouches for the user, which is returned.

    The old one is told first: whoever holds it learns that somebody wants it changed. Its code gives way to this very
    address. Call it outside of any transaction. Raises InvalidInput for the address that the user has already, and what
    `codes.send_code` raises.
    """
    if user.answers_to(address):
        raise InvalidInput(fields={field_of(address): [InvalidInput.title]})
    voucher = voucher_of(user, address)
    if voucher:
        codes.send_code(address=voucher, purpose=Purpose.UNBIND, about=address, ip=ip, mark=mark)
    codes.send_code(address=address, purpose=Purpose.BIND, ip=ip, mark=mark)
    return voucher


def change_contact(
    *, session: DeviceSession, address: str, code: str, old_code: str = "", proof: Proof = NOTHING
) -> UserProfile:
    """Have the user reached by a new mobile or e-mail, which also takes the place of the old one as a user name.

    Both codes are tried, and spent together; where no address can vouch the owner's proof is asked for instead. The
    owner is told, at the addresses of before. Raises WrongCode or CodeExpired under `code` or `old_code`, and what
    `confirmation.confirm_owner` does; ContactTaken, with the codes spent, when somebody else has proven the address;
    Conflict when the user's addresses have changed since the codes were checked.
    """
    user = session.user
    voucher = voucher_of(user, address)
    if voucher is None:
        confirmation.confirm_owner(session=session, act=Act.FIRST_CONTACT, proof=proof)
    proofs = [codes.check_code(address=address, purpose=Purpose.BIND, code=code, ip=proof.ip)]
    if voucher:
        proofs.append(_check_voucher(voucher, address, old_code, proof.ip))
    try:
        changed = _spend_and_change(proofs, user, address)
    except IntegrityError as error:
        raise ContactTaken(field_of(address)) from error
    if not changed:
        raise ContactTaken(field_of(address))
    return user


def _check_voucher(voucher: str, address: str, code: str, ip: str | None) -> VerifyCode:
    """Return the code by which the old address gives way to this one, and to no other."""
    return codes.check_code(address=voucher, purpose=Purpose.UNBIND, about=address, code=code, ip=ip, field="old_code")


@atomic_with_retry
def _spend_and_change(proofs: list[VerifyCode], user: UserProfile, address: str) -> bool:
    """Return False, with the codes spent, when the address is somebody else's."""
    for proof in proofs:
        codes.spend_code(proof)
    if UserProfile.objects.named(address).exclude(pk=user.pk).exists():
        return False
    same = UserProfile.objects.filter(pk=user.pk, mobile=user.mobile, verified_email=user.verified_email)
    changes = _changes(user, address)
    if not same.update(**changes):
        raise Conflict
    tell_of_contact(user, address)
    for name, value in changes.items():
        setattr(user, name, value)
    return True


def tell_of_contact(user: UserProfile, address: str) -> None:
    """Tell the user, who is as before the change, that they are reached by another address from now on."""
    change = Change.EMAIL if "@" in address else Change.MOBILE
    alerts.tell_owner(user=user, change=change, facts={"address": masked(address)})


def _changes(user: UserProfile, address: str) -> dict[str, str]:
    if "@" in address:
        changes, old = {"email": address, "verified_email": address}, user.verified_email
    else:
        changes, old = {"mobile": address}, user.mobile
    # A name that reads as an address must be one's own.
    return changes | ({"username": address} if user.username == old else {})


def field_of(address: str) -> str:
    """Return the form's field of such an address."""
    return "email" if "@" in address else "mobile"
