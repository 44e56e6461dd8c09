"""One form, posted to a provider that answers in JSON."""

import logging
from collections.abc import Mapping
from typing import Any

import requests

from apps.common.exceptions import GatewayFailed

logger = logging.getLogger(__name__)

# Seconds to connect and to wait for an answer: a shopper is waiting as well.
TIMEOUT = (3.05, 8.0)


def post_form(provider: str, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON object that the provider answers, whatever its status says; redirects are not followed.

    Raises GatewayFailed when there is none. The log names the provider and the kind of failure, never the form.
    """
    try:
        response = requests.post(url, data=form, headers=dict(headers), timeout=TIMEOUT, allow_redirects=False)
        answer = response.json()
    except requests.RequestException as error:
        logger.warning("%s did not answer: %s", provider, type(error).__name__)
        raise GatewayFailed from error
    if not isinstance(answer, dict):
        logger.warning("%s answered %s without a JSON object", provider, response.status_code)
        raise GatewayFailed
    return answer
