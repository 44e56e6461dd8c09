"""One call to a provider that answers in JSON, and what its refusals mean for whoever waits."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import requests

from apps.common.exceptions import GatewayFailed, ShopError
from apps.notifications.exceptions import NumberRefused, TooManyMessages

logger = logging.getLogger(__name__)

# Seconds to connect and to wait for an answer: a shopper is waiting as well.
TIMEOUT = (3.05, 8.0)


def post(provider: str, url: str, *, data: Mapping[str, str] | bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON object that the provider answers, whatever its status says; redirects are not followed.

    Raises GatewayFailed when there is none. The log names the provider and the kind of failure, never what was sent.
    """
    try:
        response = requests.post(url, data=data, headers=dict(headers), timeout=TIMEOUT, allow_redirects=False)
        answer = response.json()
    except requests.RequestException as error:
        logger.warning("%s did not answer: %s", provider, type(error).__name__)
        raise GatewayFailed from error
    if not isinstance(answer, dict):
        logger.warning("%s answered %s without a JSON object", provider, response.status_code)
        raise GatewayFailed
    return answer


def refusal(
    provider: str, code: object, *, of_number: Sequence[object] = (), too_often: Sequence[object] = ()
) -> ShopError:
    """Return what a refusal with the provider's code means, and log it.

    A number that gets none, or has had its share, is the caller's to know; everything else (balance, signature,
    template, a limit of the whole account) is the shop's trouble, and another provider may do better.
    """
    logger.warning("%s refused a message: code %s", provider, str(code)[:80])
    if code in of_number:
        return NumberRefused()
    if code in too_often:
        return TooManyMessages()
    return GatewayFailed()
