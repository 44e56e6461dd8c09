"""WeChat Pay's platform certificates, for merchants who have no public key of WeChat's: which are there at this moment.

WeChat changes them by itself. They lie in one file that the shop keeps, so that all of its processes know the same.
"""

import logging
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.utils import timezone

logger = logging.getLogger(__name__)

SERIAL = re.compile(r"[0-9A-Fa-f]{1,64}")


class PlatformCertificates:
    """The certificates of a file, which is read again whenever another process has written it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read: tuple[int, int] | None = None
        self._certificates: Sequence[Certificate] = ()

    def key_of(self, serial: str) -> RSAPublicKey | None:
        """Return the key of the certificate with this serial number, if we have it and it is valid now."""
        if not SERIAL.fullmatch(serial):
            return None
        named = (one for one in self._present() if one.serial_number == int(serial, 16) and is_valid(one))
        key = next((one.public_key() for one in named), None)
        return key if isinstance(key, RSAPublicKey) else None

    def replace(self, certificates: Sequence[Certificate]) -> None:
        """Keep these and no others: one that WeChat does not list any more counts no more."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._file.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(one.public_bytes(Encoding.PEM) for one in certificates)
            # Whole or not at all: other processes read it.
            os.replace(name, self._file)
        finally:
            Path(name).unlink(missing_ok=True)

    def _present(self) -> Sequence[Certificate]:
        try:
            status = self._file.stat()
        except FileNotFoundError:
            return ()
        if self._read != (status.st_mtime_ns, status.st_ino):
            self._read = (status.st_mtime_ns, status.st_ino)
            self._certificates = self._load()
        return self._certificates

    def _load(self) -> Sequence[Certificate]:
        try:
            return load_pem_x509_certificates(self._file.read_bytes())
        except ValueError:
            logger.warning("%s holds no certificates; they are fetched anew", self._file)
            return ()


def is_valid(certificate: Certificate) -> bool:
    """Tell whether this moment is within the certificate's time."""
    return certificate.not_valid_before_utc <= timezone.now() <= certificate.not_valid_after_utc
