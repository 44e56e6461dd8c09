"""Kuaidi100 快递100, the query of a parcel's way. The only module that knows its field names and formats.

Source: https://api.kuaidi100.com/document/5f0ffb5ebc8da837cbd8aefc (实时快递查询).
"""

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.common.clock import BEIJING
from apps.common.exceptions import GatewayFailed
from apps.trade.gateways.courses import Course, Parcel, Scan

logger = logging.getLogger(__name__)

# Seconds to connect and to answer; nobody is waiting but the clock.
TIMEOUT: Final = (3.05, 10.0)
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
# `state` of a parcel: its recipient has it. Four and fourteen are refusals, six is on its way back.
SIGNED_FOR = "3"
# `returnCode`: nothing is known of the number (yet).
NO_RESULT = "500"
MAX_SCANS = 200


@dataclass(frozen=True, kw_only=True)
class Kuaidi100Config:
    """Whom we are at Kuaidi100, the key that signs, and where it is asked."""

    customer: str
    key: str
    url: str


def configured_kuaidi100() -> Kuaidi100Config:
    """Return the configuration; raises ImproperlyConfigured naming every missing variable."""
    needed = {
        "MXSHOP_KUAIDI100_CUSTOMER": settings.KUAIDI100_CUSTOMER,
        "MXSHOP_KUAIDI100_KEY": settings.KUAIDI100_KEY,
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise ImproperlyConfigured(f"MXSHOP_TRACKING=kuaidi100 needs {', '.join(missing)}")
    return Kuaidi100Config(customer=settings.KUAIDI100_CUSTOMER, key=settings.KUAIDI100_KEY, url=settings.KUAIDI100_URL)


class Kuaidi100:
    """Asks with one signed form, and reads the scans in the answer."""

    def __init__(self, config: Kuaidi100Config) -> None:
        self._config = config

    def course_of(self, parcel: Parcel) -> Course:
        """Return the parcel's way so far, empty if nothing is known yet; raises GatewayFailed."""
        answer = self._ask(parcel)
        if answer.get("result") is False:
            if str(answer.get("returnCode")) == NO_RESULT:
                return Course()
            logger.warning("Kuaidi100 refused a question: code %s", answer.get("returnCode"))
            raise GatewayFailed
        scans = tuple(_scan(row) for row in _rows(answer))
        signed_for = str(answer.get("state")) == SIGNED_FOR and scans
        return Course(scans=scans, delivered_at=max(scan.happened_at for scan in scans) if signed_for else None)

    def _ask(self, parcel: Parcel) -> dict[str, Any]:
        param = {
            "com": parcel.carrier,
            "num": parcel.tracking_number,
            "phone": parcel.mobile,
            "resultv2": "4",  # with the place of each scan
            "show": "0",
            "order": "desc",
        }
        text = json.dumps(param, ensure_ascii=False)
        form = {"customer": self._config.customer, "param": text, "sign": self._sign(text)}
        try:
            response = requests.post(self._config.url, data=form, timeout=TIMEOUT, allow_redirects=False)
            answer = response.json()
        except requests.RequestException as error:
            logger.warning("Kuaidi100 did not answer: %s", type(error).__name__)
            raise GatewayFailed from error
        if not isinstance(answer, dict):
            logger.warning("Kuaidi100 answered %s without a JSON object", response.status_code)
            raise GatewayFailed
        return answer

    def _sign(self, param: str) -> str:
        signed = param + self._config.key + self._config.customer
        return hashlib.md5(signed.encode(), usedforsecurity=False).hexdigest().upper()  # the service asks for MD5


def _rows(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = answer.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        logger.warning("Kuaidi100 answered without scans: status %s", answer.get("status"))
        raise GatewayFailed
    return rows[:MAX_SCANS]


def _scan(row: Mapping[str, Any]) -> Scan:
    try:
        text = str(row.get("ftime") or row.get("time"))
        happened_at = datetime.strptime(text, TIME_FORMAT).replace(tzinfo=BEIJING)
    except ValueError as error:
        logger.warning("Kuaidi100 answered a scan without a time")
        raise GatewayFailed from error
    return Scan(
        happened_at=happened_at,
        place=str(row.get("areaName") or ""),
        text=str(row.get("context") or ""),
    )
