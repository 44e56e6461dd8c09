"""The sandbox's keys, made on first use below `settings.SANDBOX_DIR`, for their owner only."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TypeAlias, cast

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone

# os.link or os.replace: puts a finished file in its place.
Publish: TypeAlias = Callable[[str, Path], None]
CERTIFIED_FOR = timedelta(days=5 * 365)


def key_pair(name: str) -> tuple[str, str]:
    """Return the private and the public key of this name as PEM; of two processes that start together, one makes it."""
    private_pem = kept_secret(f"{name}_private_key.pem", _new_private_key)
    public_file = settings.SANDBOX_DIR / f"{name}_public_key.pem"
    if not public_file.exists():
        _write_then(os.replace, public_file, _public_half(private_pem))
    return private_pem, public_file.read_text()


def kept_secret(name: str, make: Callable[[], str]) -> str:
    """Return the content of a file of the sandbox's, which is made if it is not there."""
    file = settings.SANDBOX_DIR / name
    if not file.exists():
        # link() never replaces a file: who comes second drops the own secret and reads the first one's.
        with suppress(FileExistsError):
            _write_then(os.link, file, make())
    return str(file.read_text())


def certificate(name: str) -> str:
    """Return a certificate, as PEM, for the key pair of this name, which has signed it itself."""
    return kept_secret(f"{name}_certificate.pem", lambda: _new_certificate(name))


@cache
def private_key(pem: str) -> rsa.RSAPrivateKey:
    """Load a key; it is kept, for loading proves its primes each time."""
    return cast("rsa.RSAPrivateKey", serialization.load_pem_private_key(pem.encode(), password=None))


@cache
def public_key(pem: str) -> rsa.RSAPublicKey:
    """Load the public half of a key."""
    return cast("rsa.RSAPublicKey", serialization.load_pem_public_key(pem.encode()))


def _write_then(publish: Publish, path: Path, text: str) -> None:
    """Write a file under another name, for its owner only, and publish it whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # its mode is 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
        publish(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


def _new_private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def _new_certificate(name: str) -> str:
    key, now = private_key(key_pair(name)[0]), timezone.now()
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"mxshop sandbox {name}")])
    builder = x509.CertificateBuilder(whose, whose, key.public_key(), x509.random_serial_number())
    timed = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + CERTIFIED_FOR)
    return timed.sign(key, SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def _public_half(private_pem: str) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return private_key(private_pem).public_key().public_bytes(encoding, form).decode()
