"""What the sandbox's gateways are asked for and what they hand out, in words that fit both channels."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from apps.common.addresses import absolute_url, public_url


@dataclass(frozen=True, kw_only=True)
class PageOrder:
    """What a merchant's signed request asks to be collected; `return_url` is where the buyer's browser goes after."""

    channel: str
    method: str
    number: str
    subject: str
    amount: Decimal
    notify_url: str
    return_url: str = ""
    expires_at: datetime | None = None
    payer: str = ""


class SandboxRefusal(Exception):
    """The sandbox, as the gateway, will not do what it is asked; the text is the gateway's own code for it."""


def for_browsers(path: str) -> str:
    """Return the address of a page of the sandbox: on this server, unless the sandbox has one of its own."""
    return f"{settings.SANDBOX_URL}{path}" if settings.SANDBOX_URL else public_url(path)


def for_calls(path: str) -> str:
    """Return the address where the sandbox answers the shop's calls."""
    return f"{settings.SANDBOX_URL or absolute_url('')}{path}"
