"""Accounts: register, and log in."""

import uuid

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError

from apps.common.transactions import atomic_with_retry
from apps.users.backends import LoginBackend
from apps.users.exceptions import AccountExists, NoAccount, WrongLogin
from apps.users.models import UserProfile, VerifyCode
from apps.users.services import codes, sessions
from apps.users.services.passwords import refuse_weak
from apps.users.services.sessions import Device, SignedIn


def register(*, mobile: str, password: str, code: str, device: Device, guest_cart: uuid.UUID | None = None) -> SignedIn:
    """Open an account for the mobile that the code proves, and sign it in; a guest's cart comes along.

    The password is looked at first: a weak one costs no try of the code. Raises WeakPassword, WrongCode,
    CodeExpired, or, only to who has the right code, AccountExists.
    """
    refuse_weak("password", password, UserProfile(username=mobile, mobile=mobile))
    proof = codes.check_code(address=mobile, purpose=VerifyCode.Purpose.REGISTER, code=code, ip=device.ip)
    # Hashing takes its time, so it is done before the transaction.
    newcomer = UserProfile(username=mobile, mobile=mobile, password=make_password(password))
    try:
        signed_in = _spend_and_open(proof, newcomer, device, guest_cart)
    except IntegrityError as error:
        raise AccountExists from error
    if signed_in is None:
        raise AccountExists
    return signed_in


@atomic_with_retry
def _spend_and_open(
    proof: VerifyCode, newcomer: UserProfile, device: Device, guest_cart: uuid.UUID | None
) -> SignedIn | None:
    """Return None, with the code spent, when the number has an account."""
    codes.spend_code(proof)
    if UserProfile.objects.named(newcomer.username).exists():
        return None
    newcomer.pk = None  # a transaction that is run again creates again
    newcomer.save(force_insert=True)
    return sessions.sign_in(user=newcomer, device=device, guest_cart=guest_cart)


def log_in(*, name: str, password: str, device: Device, guest_cart: uuid.UUID | None = None) -> SignedIn:
    """Open a session for the active user with this user name, mobile or proven e-mail; a guest's cart comes along.

    Raises WrongLogin, alike and after the same time, for an unknown or inactive user, for a wrong password, and for any
    where the account was tried too often.
    """
    # One backend looks at passwords; `authenticate()` would find that out anew each time.
    user = LoginBackend().authenticate(None, username=name, password=password, device=device)
    if user is None:
        raise WrongLogin
    return sessions.sign_in(user=user, device=device, guest_cart=guest_cart)


def log_in_by_code(*, address: str, code: str, device: Device, guest_cart: uuid.UUID | None = None) -> SignedIn:
    """Open a session for the active user with this proven mobile or e-mail; a guest's cart comes along.

    Raises WrongCode, CodeExpired, or, only to who has the right code, NoAccount.
    """
    proof = codes.check_code(address=address, purpose=VerifyCode.Purpose.LOGIN, code=code, ip=device.ip)
    user = UserProfile.objects.active().reached_at(address)
    signed_in = _spend_and_sign_in(proof, user, device, guest_cart)
    if signed_in is None:
        raise NoAccount
    return signed_in


@atomic_with_retry
def _spend_and_sign_in(
    proof: VerifyCode, user: UserProfile | None, device: Device, guest_cart: uuid.UUID | None
) -> SignedIn | None:
    """Return None, with the code spent, when nobody may log in with the address."""
    codes.spend_code(proof)
    return None if user is None else sessions.sign_in(user=user, device=device, guest_cart=guest_cart)
