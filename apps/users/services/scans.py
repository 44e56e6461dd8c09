"""Log-in by scanning: a browser asks, a phone that is logged in scans and confirms, and that browser is let in.

Each step is one conditional UPDATE of the state, so that of two who race one comes through.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import constant_time_compare

from apps.common.purging import delete_in_batches
from apps.common.transactions import atomic_with_retry
from apps.users.exceptions import NoSuchScan, ScanOver
from apps.users.models import DeviceSession, ScanLogin
from apps.users.querysets import ScanLoginQuerySet
from apps.users.services.sessions import Device, SignedIn, session_traced, sign_in
from apps.users.services.tokens import trace_of

LIFETIME = timedelta(seconds=120)
# So long staff can look one up, for instance when a buyer says that a stranger was let in.
KEPT = timedelta(days=30)

State = ScanLogin.State


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a browser gets that wants to be let in: the row, and the secret that only this browser ever sees."""

    scan: ScanLogin
    secret: str


def ask_for_scan(*, device: Device) -> Asked:
    """Begin a log-in by scanning for the browser."""
    secret = secrets.token_urlsafe(32)
    scan = ScanLogin.objects.create(
        secret_hash=_hash(secret),
        user_agent=device.user_agent[:200],
        ip=device.ip,
        expires_at=timezone.now() + LIFETIME,
    )
    return Asked(scan=scan, secret=secret)


def scan_named(*, public_id: uuid.UUID) -> ScanLogin:
    """Return what a QR code stands for; raises NoSuchScan."""
    return _only(ScanLogin.objects.filter(public_id=public_id))


def take_scan(*, public_id: uuid.UUID, phone: DeviceSession) -> ScanLogin:
    """Note that this phone scanned the code; the first one has it, and may scan it again.

    Raises NoSuchScan, or ScanOver when another phone was faster or the time is over; then nothing is changed.
    """
    scan = scan_named(public_id=public_id)
    if not _of(scan, State.WAITING).update(state=State.SCANNED, phone=phone):
        scan.refresh_from_db()
        if scan.phone_id != phone.pk or scan.shown_state != State.SCANNED:
            raise ScanOver
    scan.state, scan.phone = State.SCANNED, phone
    return scan


def confirm_scan(*, public_id: uuid.UUID, phone: DeviceSession) -> ScanLogin:
    """Let the browser in that asked. Raises NoSuchScan to any but the phone that scanned, ScanOver when it is late."""
    return _answer(public_id, phone, State.CONFIRMED, phone_trace=trace_of(phone))


def refuse_scan(*, public_id: uuid.UUID, phone: DeviceSession) -> ScanLogin:
    """Refuse the browser that asked; raises alike."""
    return _answer(public_id, phone, State.REFUSED)


def claim_scan(*, public_id: uuid.UUID, secret: str, device: Device, guest_cart: uuid.UUID | None = None) -> SignedIn:
    """Log in the browser that asked, once; a guest's cart comes along.

    Raises NoSuchScan to whoever lacks the browser's secret. Raises ScanOver unless the phone has confirmed in time and
    is still logged in itself, with the password that it had; then nobody is let in.
    """
    scan = scan_named(public_id=public_id)
    if not constant_time_compare(scan.secret_hash, _hash(secret)):
        raise NoSuchScan
    return _use(scan, device, guest_cart)


@atomic_with_retry
def _use(scan: ScanLogin, device: Device, guest_cart: uuid.UUID | None) -> SignedIn:
    phone = session_traced(scan.phone_trace)
    if phone is None or not _of(scan, State.CONFIRMED).update(state=State.USED):
        raise ScanOver
    return sign_in(user=phone.user, device=device, guest_cart=guest_cart, proven=False)


def forget_old_scans() -> int:
    """Delete what was asked for a month ago; returns how many."""
    return delete_in_batches(ScanLogin.objects.filter(expires_at__lt=timezone.now() - KEPT))


def _answer(public_id: uuid.UUID, phone: DeviceSession, answer: ScanLogin.State, **noted: str) -> ScanLogin:
    scan = _only(ScanLogin.objects.filter(public_id=public_id, phone=phone))
    if not _of(scan, State.SCANNED).update(state=answer, **noted):
        raise ScanOver
    scan.state = answer
    return scan


def _of(scan: ScanLogin, state: ScanLogin.State) -> ScanLoginQuerySet:
    """Return the row if it is in this state and in time."""
    return ScanLogin.objects.filter(pk=scan.pk, state=state).in_time(timezone.now())


def _only(scans: ScanLoginQuerySet) -> ScanLogin:
    scan = scans.first()
    if scan is None:
        raise NoSuchScan
    return scan


def _hash(secret: str) -> str:
    """Return a plain hash: of a secret of 256 bits nobody tries all."""
    return hashlib.sha256(secret.encode()).hexdigest()
