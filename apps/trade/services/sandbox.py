"""The books of the sandbox. It plays the gateways: it knows trades, never the shop's orders."""

import secrets
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from apps.common.addresses import absolute_url, public_url
from apps.common.money import ZERO
from apps.common.transactions import atomic_with_retry
from apps.trade.gateways.sandbox.alipay import read_page_order, return_parameters
from apps.trade.gateways.sandbox.trades import PageOrder, SandboxRefusal
from apps.trade.models import SandboxRefund, SandboxTrade
from apps.trade.services import sandbox_notices

Chaos = SandboxTrade.Chaos
State = SandboxTrade.State
# So late is a late notification: after an order's grace, in most shops.
LATE = timedelta(minutes=5)
# Nothing is told of these by itself. An answer can lie only about what nobody has told the truth about before.
UNTOLD = frozenset({Chaos.LOST, Chaos.WRONG_ANSWER})
FEN = Decimal("0.01")


@atomic_with_retry
def open_trade(*, order: PageOrder) -> SandboxTrade:
    """Note what the merchant wants to be paid, once per number; raises SandboxRefusal for another amount."""
    trade, _is_first = SandboxTrade.objects.get_or_create(
        channel=order.channel,
        out_trade_no=order.number,
        defaults={
            "method": order.method,
            "trade_no": _new_number(),
            "total_amount": order.amount,
            "subject": order.subject,
            "notify_url": order.notify_url,
            "payer": order.payer,
            "expires_at": order.expires_at,
        },
    )
    if trade.total_amount != order.amount:
        raise SandboxRefusal("CONTEXT_INCONSISTENT")
    return trade


def find_trade(*, channel: str, number: str = "", trade_no: str = "") -> SandboxTrade:
    """Return the trade of the gateway's own number, else of the merchant's; raises SandboxRefusal."""
    named = {"trade_no": trade_no} if trade_no else {"out_trade_no": number}
    trade = SandboxTrade.objects.filter(channel=channel, **named).first()
    if trade is None:
        raise SandboxRefusal("TRADE_NOT_EXIST")
    return trade


@atomic_with_retry
def pay(*, trade: SandboxTrade, chaos: str | None = None) -> SandboxTrade:
    """Collect the money, once, and owe the merchant a notification; `chaos` is what shall go wrong from now on.

    Trade and notification are one transaction; the notification leaves after the commit. Raises SandboxRefusal for a
    trade that is closed or whose time is over.
    """
    now = timezone.now()
    if chaos is not None:
        set_chaos(trade=trade, chaos=chaos)
    if trade.state == State.OPEN and trade.expires_at and trade.expires_at <= now:
        raise SandboxRefusal("TRADE_HAS_CLOSE")
    if SandboxTrade.objects.filter(pk=trade.pk, state=State.OPEN).update(state=State.PAID, paid_at=now):
        trade.refresh_from_db()
        _owe_notices(trade)
    trade.refresh_from_db()
    if trade.state != State.PAID:
        raise SandboxRefusal("TRADE_HAS_CLOSE")
    return trade


def set_chaos(*, trade: SandboxTrade, chaos: str) -> None:
    """Choose what goes wrong with a trade from now on."""
    SandboxTrade.objects.filter(pk=trade.pk).update(chaos=chaos)
    trade.chaos = chaos


def _owe_notices(trade: SandboxTrade) -> None:
    """Owe what the shop is told of the payment; chaos decides how often, when, and whether it is true."""
    owe = sandbox_notices.owe
    match trade.chaos:
        case chaos if chaos in UNTOLD:
            pass
        case Chaos.LATE:
            owe(trade=trade, delay=LATE)
        case Chaos.DUPLICATE:
            for _copy in range(3):
                owe(trade=trade)
        case Chaos.OUT_OF_ORDER:
            owe(trade=trade)
            owe(trade=trade, flaw=trade.chaos)
        case Chaos.WRONG_AMOUNT | Chaos.FORGED:
            owe(trade=trade, flaw=trade.chaos)
        case _:
            owe(trade=trade)


@atomic_with_retry
def close_when_overdue(*, trade: SandboxTrade) -> None:
    """Close a trade whose time to be paid is over, as the gateways do by themselves."""
    overdue = SandboxTrade.objects.filter(pk=trade.pk, state=State.OPEN, expires_at__lte=timezone.now())
    if overdue.update(state=State.CLOSED):
        trade.refresh_from_db()


@atomic_with_retry
def close_trade(*, trade: SandboxTrade) -> None:
    """Close a trade that waits for its buyer; raises SandboxRefusal if it is paid."""
    SandboxTrade.objects.filter(pk=trade.pk, state=State.OPEN).update(state=State.CLOSED)
    trade.refresh_from_db()
    if trade.state == State.PAID:
        raise SandboxRefusal("TRADE_STATUS_ERROR")


@atomic_with_retry
def refund(
    *, trade: SandboxTrade, number: str, amount: Decimal, reason: str = "", notify_url: str = "", at_once: bool = True
) -> tuple[SandboxRefund, bool]:
    """Pay back, once per refund number, and tell whether this was the first time.

    What is not paid back at once is pending until it is asked about or notified. Raises SandboxRefusal for more than
    is left, another amount under the same number, or a trade that is not paid.
    """
    # Two refunds at once may not pass the sum together: the trade's row is taken before the sum is read.
    trade = SandboxTrade.objects.select_for_update().get(pk=trade.pk)
    known = trade.refunds.filter(out_refund_no=number).first()
    if known:
        if known.amount != amount:
            raise SandboxRefusal("REFUND_AMT_NOT_EQUAL_TOTAL")
        return known, False
    if trade.state != State.PAID:
        raise SandboxRefusal("TRADE_STATUS_ERROR")
    if trade.chaos == Chaos.REFUND_REFUSED and at_once:
        raise SandboxRefusal("SELLER_BALANCE_NOT_ENOUGH")
    if amount <= ZERO or amount > trade.total_amount - refunded(trade=trade):
        raise SandboxRefusal("REFUND_AMT_NOT_EQUAL_TOTAL")
    made = SandboxRefund.objects.create(
        trade=trade,
        refund_no=_new_number(),
        out_refund_no=number,
        amount=amount,
        reason=reason[:256],
        notify_url=notify_url,
        state=SandboxRefund.State.DONE if at_once else SandboxRefund.State.PENDING,
        done_at=timezone.now() if at_once else None,
    )
    if not at_once and notify_url and trade.chaos not in UNTOLD:
        sandbox_notices.owe(trade=trade, refund=made, delay=LATE if trade.chaos == Chaos.LATE else timedelta())
    return made, True


def refunded(*, trade: SandboxTrade) -> Decimal:
    """Return what went back of a trade or is on its way."""
    given = trade.refunds.exclude(state=SandboxRefund.State.REFUSED).aggregate(sum=Sum("amount"))["sum"]
    return Decimal(given or ZERO)


def told(*, trade: SandboxTrade, amount: Decimal) -> Decimal:
    """Return what an answer about a trade says instead of this amount: the truth, unless chaos adds a fen."""
    return amount + FEN if trade.chaos == Chaos.WRONG_ANSWER else amount


def _new_number() -> str:
    """Return a number like the gateways' own: the day and twenty digits."""
    return f"{timezone.localtime():%Y%m%d}{secrets.randbelow(10**20):020d}"


def return_address(*, return_url: str, trade: SandboxTrade) -> str:
    """Return where the buyer's browser goes after the payment, with Alipay's signed parameters.

    A way back to this very server is a path where the shop has no public address: the browser may know the server
    by another name, and its cookies with it.
    """
    back = return_url if settings.SANDBOX_URL else public_url(return_url.removeprefix(absolute_url("")))
    joint = "&" if "?" in back else "?"
    signed = return_parameters(number=trade.out_trade_no, trade_no=trade.trade_no, amount=trade.total_amount)
    return f"{back}{joint}{urlencode(signed)}"


@atomic_with_retry
def pay_at(*, url: str, chaos: str | None = None) -> SandboxTrade:
    """Do what a buyer does at the cashier's address, without browser or network, for shops that are made up.

    The request is the shop's own and checked by the sandbox; the notification is the sandbox's and is handed to
    the shop in this very call. Raises NotBelieved and SandboxRefusal as the cashier would.
    """
    trade = pay(trade=open_trade(order=order_at(url=url)), chaos=chaos)
    sandbox_notices.hand_over(trade=trade)
    return trade


def order_at(*, url: str) -> PageOrder:
    """Read what a signed address of Alipay's cashier, or an app's order string, asks for; raises NotBelieved."""
    return read_page_order(query=dict(parse_qsl(urlsplit(url).query or url)))
