"""What happens at the sandbox's cashier. It plays Alipay: it knows trades, never the shop's orders."""

import secrets
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.utils import timezone

from apps.common.addresses import absolute_url, public_url
from apps.common.transactions import atomic_with_retry
from apps.notifications.services import outbox
from apps.trade.gateways.sandbox import PageOrder, payment_notification, read_page_order, return_parameters
from apps.trade.models import SandboxTrade
from apps.trade.services.payments import receive_notification


@atomic_with_retry
def pay(*, order: PageOrder) -> SandboxTrade:
    """Collect the money, once per merchant's number, and owe the merchant a notification.

    Trade and notification are one transaction; the notification leaves after the commit.
    """
    trade, is_first = SandboxTrade.objects.get_or_create(
        out_trade_no=order.number,
        defaults={
            "trade_no": _new_trade_no(),
            "total_amount": order.amount,
            "subject": order.subject,
            "notify_url": order.notify_url,
            "paid_at": timezone.now(),
        },
    )
    if is_first and order.notify_url:
        outbox.owe(
            topic="alipay.notification",
            url=order.notify_url,
            payload=payment_notification(order=order, trade_no=trade.trade_no, paid_at=trade.paid_at),
            expected_answer="success",
        )
    return trade


def _new_trade_no() -> str:
    """Return a number like Alipay's: the day and twenty digits."""
    return f"{timezone.localtime():%Y%m%d}{secrets.randbelow(10**20):020d}"


def return_address(*, order: PageOrder, trade: SandboxTrade) -> str:
    """Return where the buyer's browser goes after the payment, with Alipay's signed parameters.

    A way back to this very server is a path where the shop has no public address: the browser may know the server
    by another name, and its cookies with it.
    """
    back = public_url(order.return_url.removeprefix(absolute_url("")))
    joint = "&" if "?" in back else "?"
    return f"{back}{joint}{urlencode(return_parameters(order=order, trade_no=trade.trade_no))}"


@atomic_with_retry
def pay_at(*, url: str) -> SandboxTrade:
    """Do what a buyer does at the cashier's address, without browser or network, for shops that are made up.

    The request is the shop's own and checked by the sandbox; the notification is the sandbox's and is handed to
    the shop in this very process. Raises NotBelieved and NotificationRefused as they would over the wire.
    """
    order = replace(read_page_order(query=dict(parse_qsl(urlsplit(url).query))), notify_url="")
    trade = pay(order=order)
    form = payment_notification(order=order, trade_no=trade.trade_no, paid_at=trade.paid_at)
    receive_notification(body=urlencode(form).encode())
    return trade
