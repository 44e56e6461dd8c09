"""The RSA key that signs what sister applications are told: a file, made on first use where none is named."""

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured

MADE_BITS = 2048


def read_key(file: str) -> str:
    """Return the private key in a PEM file; raises ImproperlyConfigured, naming the file, if there is none."""
    try:
        pem = Path(file).read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"{file!r} of MXSHOP_OIDC_* holds no private key in PEM: {error}") from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < MADE_BITS:
        raise ImproperlyConfigured(f"{file!r} of MXSHOP_OIDC_* must hold an RSA key of {MADE_BITS} bits or more")
    return pem.decode()


def generated_key(path: Path) -> str:
    """Return this checkout's own key. Of several processes that start at once, all get the one that was first."""
    if not path.exists():
        mine = path.with_suffix(f".{os.getpid()}")
        mine.touch(mode=0o600)
        mine.write_bytes(_new_key())
        try:
            path.hardlink_to(mine)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return read_key(str(path))


def _new_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=MADE_BITS).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
