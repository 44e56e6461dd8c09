"""The keys by which gateways sign what they tell the shop."""

import logging

from apps.trade.gateways import payment_gateway, takes
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.models import Channel

logger = logging.getLogger(__name__)


def renew_keys() -> None:
    """Have the present keys of each gateway that changes them by itself; without an answer those before go on."""
    for channel in filter(takes, Channel.values):
        try:
            payment_gateway(channel).renew_keys()
        except GatewayUnavailable as error:
            logger.warning("%s does not tell its keys: %s", channel, error)
