"""How WeChat Pay is called and what is believed of it: signatures, times, and the keys they need.

Source: WeChat Pay's documents, version 3, "signature generation", "signature verification" and "platform certificates".
"""

import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import Certificate, load_pem_x509_certificate
from django.utils import timezone
from wechatpayv3.core import Core
from wechatpayv3.type import RequestType
from wechatpayv3.utils import aes_decrypt, build_authorization, rsa_verify

from apps.common.transactions import inside_transaction
from apps.trade.gateways.payment import WINDOW, GatewayUnavailable
from apps.trade.gateways.transport import calling
from apps.trade.gateways.wechat_certificates import PlatformCertificates, is_valid
from apps.trade.gateways.wechat_config import WechatConfig

logger = logging.getLogger(__name__)

SIGNED_HEADERS = (
    "Wechatpay-Signature",
    "Wechatpay-Timestamp",
    "Wechatpay-Nonce",
    "Wechatpay-Serial",
    "Wechatpay-Signature-Type",
)
SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"
CIPHER = "AEAD_AES_256_GCM"
CERTIFICATES_PATH = "/v3/certificates"
# So long no new certificates are asked for because of a serial number: anybody may send us one that nobody knows.
ASKED_LATELY = timedelta(minutes=1)
# What is no notification or list at all, whatever is wrong with it.
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


class SignedCalls(Core):  # type: ignore[misc]  # it has no types
    """wechatpayv3's core, which signs and decrypts, with calls of our own: a time limit, and no key but WeChat's own.

    `Wechatpay-Serial` names the key of a signature: the public key by its id, a certificate by its number.
    """

    def __init__(self, config: WechatConfig) -> None:
        super().__init__(
            mchid=config.mch_id,
            cert_serial_no=config.cert_serial,
            private_key=config.private_key,
            apiv3_key=config.apiv3_key,
            public_key=config.public_key or None,
            public_key_id=config.public_key_id or None,
        )
        self._gate_way = config.api_url
        self._platform = PlatformCertificates(Path(config.certificates_file)) if config.certificates_file else None
        self._asked_at: datetime | None = None

    def _init_certificates(self) -> None:
        """Fetch nothing when the shop starts, as the library would; the first signature will ask for it."""

    def request(
        self, path: str, method: RequestType = RequestType.GET, data: Any = None, **unused: Any
    ) -> tuple[int, dict[str, Any]]:
        """Make a signed call; returns the status and what the answer says, whose signature was checked if it is 2xx."""
        status, signed, text = self._call(path, method, json.dumps(data) if data else "")
        if status < HTTPStatus.MULTIPLE_CHOICES and not self.believes(signed, text):
            raise GatewayUnavailable("its answer is not signed by WeChat Pay")
        return status, _content(text)

    def _call(self, path: str, method: RequestType, body: str = "") -> tuple[int, dict[str, str], str]:
        headers = {**self.authorization(path, method.value, body), "Content-Type": "application/json"}
        with calling(method.value, self._gate_way + path, body=body.encode() or None, headers=headers) as response:
            text = response.content.decode("utf-8", "replace")
            return response.status_code, signed_headers(response.headers), text

    def authorization(self, path: str, method: str, body: str = "") -> dict[str, str]:
        """Return the headers that sign a call; a public key's id asks WeChat to sign its answer by that one."""
        signature = build_authorization(path, method, self._mchid, self._cert_serial_no, self._private_key, data=body)
        headers = {"Authorization": signature, "Accept": "application/json"}
        return {**headers, "Wechatpay-Serial": self._public_key_id} if self._public_key_id else headers

    def believes(self, headers: Mapping[str, str], text: str) -> bool:
        """Tell whether WeChat signed this with a key that we have of it, within the last five minutes."""
        if not _may_count(headers):
            return False
        key = self._key_of(headers["Wechatpay-Serial"])
        return key is not None and _is_signed(headers, text, key)

    def _key_of(self, serial: str) -> RSAPublicKey | None:
        if self._public_key_id and serial == self._public_key_id:
            return cast("RSAPublicKey", self._public_key)
        if self._platform is None:
            return None
        return self._platform.key_of(serial) or self._newly_fetched(self._platform, serial)

    def _newly_fetched(self, platform: PlatformCertificates, serial: str) -> RSAPublicKey | None:
        """Look whether WeChat has changed its certificates, unless that was asked a moment ago."""
        now = timezone.now()
        if inside_transaction() or (self._asked_at and now - self._asked_at < ASKED_LATELY):
            return None
        self._asked_at = now
        try:
            self.renew_certificates()
        except GatewayUnavailable as error:
            logger.warning("WeChat Pay's certificates could not be fetched: %s", error)
        return platform.key_of(serial)

    def renew_certificates(self) -> None:
        """Fetch WeChat's present certificates in place of those before, where the shop has any use for them.

        Only WeChat can encrypt them by our APIv3 key, and one of them has signed the list. Raises GatewayUnavailable,
        and leaves those before where they are.
        """
        if self._platform is None:
            return
        status, signed, text = self._call(CERTIFICATES_PATH, RequestType.GET)
        if status != HTTPStatus.OK:
            raise GatewayUnavailable(f"it answered {status}")
        try:
            listed = dict(self._listed(item) for item in _content(text)["data"])
        except MALFORMED as error:
            raise GatewayUnavailable("its list of certificates cannot be read") from error
        signer = listed.get(signed["Wechatpay-Serial"])
        if signer is None or not _may_count(signed) or not _is_signed(signed, text, signer.public_key()):
            raise GatewayUnavailable("its list of certificates is not signed by one of them")
        self._platform.replace([one for one in listed.values() if is_valid(one)])

    def _listed(self, item: Mapping[str, Any]) -> tuple[str, Certificate]:
        certificate = load_pem_x509_certificate(self.decrypted(item["encrypt_certificate"]).encode())
        serial = str(item["serial_no"])
        if certificate.serial_number != int(serial, 16):
            raise ValueError("it stands under another serial number")
        return serial, certificate

    def decrypted(self, resource: Mapping[str, Any]) -> str:
        """Return what WeChat encrypted by our APIv3 key; raises one of `MALFORMED`."""
        if resource["algorithm"] != CIPHER:
            raise ValueError(f"it is not encrypted by {CIPHER}")
        text = aes_decrypt(
            nonce=resource["nonce"],
            ciphertext=resource["ciphertext"],
            associated_data=resource.get("associated_data") or "",
            apiv3_key=self._apiv3_key,
        )
        if text is None:
            raise ValueError("it is encrypted by another key")
        return str(text)


def _content(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text) if text else {}
    except ValueError as error:
        raise GatewayUnavailable("its answer is no JSON") from error
    return content if isinstance(content, dict) else {}


def signed_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that belong to the signature, under their own names alone.

    The library would take `Http-Wechatpay-...` as well, and check another time than the one that we look at.
    """
    return {name: headers.get(name) or "" for name in SIGNED_HEADERS}


def _may_count(headers: Mapping[str, str]) -> bool:
    """Tell whether a signature is of the one kind that counts, and of the last five minutes."""
    return headers["Wechatpay-Signature-Type"] == SIGNATURE_TYPE and _is_recent(headers["Wechatpay-Timestamp"])


def _is_signed(headers: Mapping[str, str], text: str, key: object) -> bool:
    moment, nonce = headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"]
    return isinstance(key, RSAPublicKey) and bool(rsa_verify(moment, nonce, text, headers["Wechatpay-Signature"], key))


def _is_recent(timestamp: str) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    return abs(timezone.now().timestamp() - int(timestamp[:12])) <= WINDOW.total_seconds()
