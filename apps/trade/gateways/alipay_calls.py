"""How Alipay is called and what is believed of it: signatures, and the keys they need.

Source: Alipay open platform, "signing and verification", for calls and for asynchronous notifications.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final, cast

from alipay import AliPay
from alipay.exceptions import AliPayException, AliPayValidationError
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from apps.trade.gateways.alipay_config import AlipayConfig
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.gateways.transport import calling

SIGN_TYPE: Final = "RSA2"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


class SignedCalls(AliPay):  # type: ignore[misc]  # it has no types
    """python-alipay-sdk, which signs and verifies, with calls that have a time limit and cannot be read from a log."""

    def __init__(self, config: AlipayConfig) -> None:
        # Parsing the two keys takes some 30 ms, signing 2 ms: whoever holds this keeps it.
        super().__init__(
            appid=config.app_id,
            sign_type=SIGN_TYPE,
            app_private_key_string=config.app_private_key,
            alipay_public_key_string=config.alipay_public_key,
        )
        self._api_url = config.api_url
        self._key = cast("RSAPrivateKey", load_pem_private_key(config.app_private_key.encode(), password=None))

    def _sign(self, unsigned_string: str) -> str:
        """Sign by OpenSSL: the same signature in a fifth of the SDK's time, and every order has one."""
        return base64.b64encode(self._key.sign(unsigned_string.encode(), PKCS1v15(), SHA256())).decode()

    def verified_sync_response(self, data: dict[str, Any], response_type: str) -> dict[str, Any]:
        """Post the request and return the answer that Alipay signed; the SDK would put it all into the address."""
        form = self.sign_data(data).encode()
        with calling("POST", f"{self._api_url}?charset=utf-8", body=form, headers=FORM) as response:
            text = response.content.decode("utf-8", "replace")
        try:
            answer: dict[str, Any] = self._verify_and_return_sync_response(text, response_type)
        except (AliPayException, AliPayValidationError, ValueError, TypeError, AttributeError) as error:
            raise GatewayUnavailable("its answer is not signed by Alipay") from error
        return answer

    def distrust(self, fields: Mapping[str, str]) -> str:
        """Say why a form is not believed to be signed by Alipay; nothing if it is."""
        # Only RSA2, also where a notification asks for less: MD5 and RSA (SHA-1) can be forged.
        if fields.get("sign_type", SIGN_TYPE) != SIGN_TYPE:
            return "it is not signed by RSA2"
        if fields.get("charset", "utf-8").lower() != "utf-8":
            return "its charset is not UTF-8"
        signature = fields.get("sign", "")
        try:
            base64.b64decode(signature, validate=True)
        except (binascii.Error, ValueError):
            return "its signature is not base64"
        signed = {name: value for name, value in fields.items() if name not in ("sign", "sign_type")}
        return "" if self.verify(signed, signature) else "its signature is wrong"
