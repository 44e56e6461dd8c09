"""Payment gateways: the real ones and their local sandbox, which differ only by keys and addresses."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.trade.gateways import alipay_words, wechat_words
from apps.trade.gateways.alipay import AlipayGateway
from apps.trade.gateways.alipay_config import AlipayConfig, configured_alipay
from apps.trade.gateways.payment import PaymentGateway
from apps.trade.gateways.sandbox.alipay import sandbox_alipay
from apps.trade.gateways.sandbox.wechat import sandbox_wechat
from apps.trade.gateways.wechat import WechatGateway
from apps.trade.gateways.wechat_config import WechatConfig, configured_wechat

# Fields of notifications that name who paid, by channel.
PAYER_FIELDS: Final = {"alipay": alipay_words.PAYER_FIELDS, "wechat": wechat_words.PAYER_FIELDS}


def payment_gateway(channel: str = "alipay") -> PaymentGateway:
    """Return the gateway of a channel, real or sandbox as `MXSHOP_PAYMENT` says; its keys are parsed once."""
    if channel == "alipay":
        return _alipay(_alipay_config())
    if channel == "wechat" and (config := _wechat_config()):
        return _wechat(config)
    raise ImproperlyConfigured(f"there is no payment channel {channel!r}")


def takes(channel: str) -> bool:
    """Tell whether the shop can be paid through this channel: WeChat Pay is there where it is configured."""
    return channel == "alipay" or (channel == "wechat" and _wechat_config() is not None)


def without_payer(*, channel: str, fields: Mapping[str, str]) -> dict[str, str]:
    """Return what a gateway told of a payment without the fields that name who paid; its signature fits no more."""
    return {name: value for name, value in fields.items() if name not in PAYER_FIELDS[channel]}


def _alipay_config() -> AlipayConfig:
    match settings.PAYMENT_MODE:
        case "sandbox":
            return sandbox_alipay()
        case "alipay":
            return configured_alipay()
    raise ImproperlyConfigured(f"MXSHOP_PAYMENT is {settings.PAYMENT_MODE!r}; it must be sandbox or alipay")


def _wechat_config() -> WechatConfig | None:
    return sandbox_wechat() if settings.PAYMENT_MODE == "sandbox" else configured_wechat()


@cache
def _alipay(config: AlipayConfig) -> AlipayGateway:
    return AlipayGateway(config)


@cache
def _wechat(config: WechatConfig) -> WechatGateway:
    return WechatGateway(config)
