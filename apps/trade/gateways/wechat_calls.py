"""How WeChat Pay is called and what is believed of it: signatures, times, and the keys they need.

Source: WeChat Pay's documents, version 3, "signature generation" and "signature verification".
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from wechatpayv3.core import Core
from wechatpayv3.type import RequestType
from wechatpayv3.utils import build_authorization

from apps.trade.gateways.payment import WINDOW, GatewayUnavailable
from apps.trade.gateways.transport import calling

SIGNED_HEADERS = (
    "Wechatpay-Signature",
    "Wechatpay-Timestamp",
    "Wechatpay-Nonce",
    "Wechatpay-Serial",
    "Wechatpay-Signature-Type",
)


@dataclass(frozen=True, kw_only=True)
class WechatConfig:
    """Whom we are at WeChat Pay, our key and WeChat's as PEM, the key of its notifications, and where it answers."""

    app_id: str
    mch_id: str
    cert_serial: str
    private_key: str
    public_key: str
    public_key_id: str
    apiv3_key: str
    api_url: str


def configured_wechat() -> WechatConfig | None:
    """Return the configuration of the real WeChat Pay, or none if the shop does not take it.

    Raises ImproperlyConfigured naming what is missing of one that is half configured.
    """
    given = wechat_settings()
    if not any(given.values()):
        return None
    if missing := [name for name, value in given.items() if not value]:
        raise ImproperlyConfigured(f"WeChat Pay needs {', '.join(missing)}")
    return WechatConfig(
        app_id=settings.WECHAT_APP_ID,
        mch_id=settings.WECHAT_MCH_ID,
        cert_serial=settings.WECHAT_CERT_SERIAL,
        private_key=Path(settings.WECHAT_PRIVATE_KEY_FILE).read_text(),
        public_key=Path(settings.WECHAT_PUBLIC_KEY_FILE).read_text(),
        public_key_id=settings.WECHAT_PUBLIC_KEY_ID,
        apiv3_key=Path(settings.WECHAT_APIV3_KEY_FILE).read_text().strip(),
        api_url=settings.WECHAT_GATEWAY_URL,
    )


def wechat_settings() -> dict[str, str]:
    """Return what WeChat Pay needs, by the names of the environment's variables."""
    return {
        "MXSHOP_WECHAT_APP_ID": settings.WECHAT_APP_ID,
        "MXSHOP_WECHAT_MCH_ID": settings.WECHAT_MCH_ID,
        "MXSHOP_WECHAT_CERT_SERIAL": settings.WECHAT_CERT_SERIAL,
        "MXSHOP_WECHAT_PRIVATE_KEY_FILE": settings.WECHAT_PRIVATE_KEY_FILE,
        "MXSHOP_WECHAT_PUBLIC_KEY_FILE": settings.WECHAT_PUBLIC_KEY_FILE,
        "MXSHOP_WECHAT_PUBLIC_KEY_ID": settings.WECHAT_PUBLIC_KEY_ID,
        "MXSHOP_WECHAT_APIV3_KEY_FILE": settings.WECHAT_APIV3_KEY_FILE,
    }


class SignedCalls(Core):  # type: ignore[misc]  # it has no types
    """wechatpayv3's core, which signs and verifies, with calls of our own: a time limit, and no foreign key ever.

    The library fetches certificates for serial numbers that it does not know, and anybody may send it one.
    """

    def __init__(self, config: WechatConfig) -> None:
        super().__init__(
            mchid=config.mch_id,
            cert_serial_no=config.cert_serial,
            private_key=config.private_key,
            apiv3_key=config.apiv3_key,
            public_key=config.public_key,
            public_key_id=config.public_key_id,
        )
        self._gate_way = config.api_url

    def request(
        self, path: str, method: RequestType = RequestType.GET, data: Any = None, **unused: Any
    ) -> tuple[int, dict[str, Any]]:
        """Make a signed call; returns the status and what the answer says, whose signature was checked if it is 2xx."""
        body = json.dumps(data) if data else ""
        headers = {**self.authorization(path, method.value, body), "Content-Type": "application/json"}
        with calling(method.value, self._gate_way + path, body=body.encode() or None, headers=headers) as response:
            text = response.content.decode("utf-8", "replace")
            status, signed = response.status_code, signed_headers(response.headers)
        if status < HTTPStatus.MULTIPLE_CHOICES and not self.believes(signed, text):
            raise GatewayUnavailable("its answer is not signed by WeChat Pay")
        try:
            answer = json.loads(text) if text else {}
        except ValueError as error:
            raise GatewayUnavailable("its answer is no JSON") from error
        return status, answer if isinstance(answer, dict) else {}

    def authorization(self, path: str, method: str, body: str = "") -> dict[str, str]:
        """Return the headers that sign a call."""
        signature = build_authorization(path, method, self._mchid, self._cert_serial_no, self._private_key, data=body)
        return {"Authorization": signature, "Accept": "application/json", "Wechatpay-Serial": self._public_key_id}

    def believes(self, headers: Mapping[str, str], text: str) -> bool:
        """Tell whether WeChat signed this with the one key that we have of it, within the last five minutes."""
        if headers["Wechatpay-Serial"] != self._public_key_id or not _is_recent(headers["Wechatpay-Timestamp"]):
            return False
        with suppress(Exception):  # the library raises a bare one for a signature of another type
            return bool(self._verify_signature(headers, text))
        return False


def signed_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that belong to the signature, under their own names alone.

    The library would take `Http-Wechatpay-...` as well, and check another time than the one that we look at.
    """
    return {name: headers.get(name) or "" for name in SIGNED_HEADERS}


def _is_recent(timestamp: str) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    return abs(timezone.now().timestamp() - int(timestamp[:12])) <= WINDOW.total_seconds()
