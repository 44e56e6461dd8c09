"""Who the shop is at Alipay, and by which keys the two know each other."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, kw_only=True)
class AlipayConfig:
    """Whom we are at Alipay, the two keys as PEM, where its cashier is, and where it answers calls.

    `cashier_url` may be a path of this server: then the cashier is the sandbox.
    """

    app_id: str
    seller_id: str
    app_private_key: str
    alipay_public_key: str
    cashier_url: str
    api_url: str


def configured_alipay() -> AlipayConfig:
    """Return the configuration of the real Alipay; raises ImproperlyConfigured naming every missing variable."""
    needed = {
        "MXSHOP_ALIPAY_APP_ID": settings.ALIPAY_APP_ID,
        "MXSHOP_ALIPAY_SELLER_ID": settings.ALIPAY_SELLER_ID,
        "MXSHOP_ALIPAY_APP_PRIVATE_KEY_FILE": settings.ALIPAY_APP_PRIVATE_KEY_FILE,
        "MXSHOP_ALIPAY_PUBLIC_KEY_FILE": settings.ALIPAY_PUBLIC_KEY_FILE,
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise ImproperlyConfigured(f"MXSHOP_PAYMENT=alipay needs {', '.join(missing)}")
    return AlipayConfig(
        app_id=settings.ALIPAY_APP_ID,
        seller_id=settings.ALIPAY_SELLER_ID,
        app_private_key=Path(settings.ALIPAY_APP_PRIVATE_KEY_FILE).read_text(),
        alipay_public_key=Path(settings.ALIPAY_PUBLIC_KEY_FILE).read_text(),
        cashier_url=settings.ALIPAY_GATEWAY_URL,
        api_url=settings.ALIPAY_GATEWAY_URL,
    )
