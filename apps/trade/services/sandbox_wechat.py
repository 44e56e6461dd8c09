"""What the sandbox says of its trades and refunds in WeChat's words."""

from decimal import Decimal
from typing import Any

from apps.common.money import to_fen
from apps.trade.gateways.sandbox.wechat import BUYER, notification, sandbox_wechat, wechat_text
from apps.trade.models import SandboxRefund, SandboxTrade

STATES = {"open": "NOTPAY", "paid": "SUCCESS", "closed": "CLOSED"}
REFUND_STATES = {"pending": "PROCESSING", "done": "SUCCESS", "refused": "CLOSED"}


def trade_words(trade: SandboxTrade, *, amount: Decimal, state: str = "") -> dict[str, Any]:
    """Return what WeChat answers about a trade, and what it encrypts into a notification."""
    config, fen = sandbox_wechat(), to_fen(amount)
    words: dict[str, Any] = {
        "appid": config.app_id,
        "mchid": config.mch_id,
        "out_trade_no": trade.out_trade_no,
        "trade_type": "MWEB" if trade.method == "h5" else trade.method.upper(),
        "trade_state": state or STATES[trade.state],
        "trade_state_desc": trade.get_state_display(),
        "amount": {"total": fen, "payer_total": fen, "currency": "CNY", "payer_currency": "CNY"},
    }
    if trade.paid_at:
        words["transaction_id"] = trade.trade_no
        words["success_time"] = wechat_text(trade.paid_at)
        words["payer"] = {"openid": trade.payer if trade.method == "jsapi" else BUYER}
    return words


def refund_words(refund: SandboxRefund, *, amount: Decimal, state: str = "status") -> dict[str, Any]:
    """Return what WeChat answers about a refund; in a notification the state has another name."""
    trade = refund.trade
    words: dict[str, Any] = {
        "mchid": sandbox_wechat().mch_id,
        "transaction_id": trade.trade_no,
        "out_trade_no": trade.out_trade_no,
        "refund_id": refund.refund_no,
        "out_refund_no": refund.out_refund_no,
        state: REFUND_STATES[refund.state],
        "user_received_account": "play money",
        "create_time": wechat_text(refund.created_at),
        "amount": {"total": to_fen(trade.total_amount), "refund": to_fen(amount), "currency": "CNY"},
    }
    if refund.done_at:
        words["success_time"] = wechat_text(refund.done_at)
    return words


def payment_notice(
    trade: SandboxTrade, *, amount: Decimal, is_paid: bool, is_forged: bool
) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a notification about a trade."""
    words = trade_words(trade, amount=amount, state="SUCCESS" if is_paid else "USERPAYING")
    return notification(words, event="TRANSACTION.SUCCESS", original="transaction", is_forged=is_forged)


def refund_notice(refund: SandboxRefund) -> tuple[dict[str, str], bytes]:
    """Return headers and body of a notification about a refund."""
    words = refund_words(refund, amount=refund.amount, state="refund_status")
    return notification(words, event=f"REFUND.{words['refund_status']}", original="refund")
