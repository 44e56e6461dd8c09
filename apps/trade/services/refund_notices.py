"""What a buyer is told of a refund: a notice for each step that is not their own, in the transaction of the step."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.notifications.services import notices
from apps.trade.events import RefundMoved
from apps.trade.models import Refund, RefundState

STEPS: Final[Mapping[str, Promise]] = {
    RefundState.REQUESTED: _("We have your request to pay back ¥%(amount)s of order %(order)s."),
    RefundState.APPROVED: _("Please send back the goods of order %(order)s; then ¥%(amount)s are paid back."),
    RefundState.ARRIVED: _("The goods that you sent back of order %(order)s have arrived."),
    RefundState.PROCESSING: _("¥%(amount)s of order %(order)s are on their way back to you."),
    RefundState.SUCCEEDED: _("¥%(amount)s of order %(order)s are back with you."),
    RefundState.REFUSED: _("Your request to pay back ¥%(amount)s of order %(order)s was refused; it tells you why."),
    RefundState.LAPSED: _("The goods of order %(order)s were not sent back in time; the refund was closed."),
    RefundState.FAILED: _("The refund of ¥%(amount)s of order %(order)s did not succeed. We are looking into it."),
}

# Of pieces that cost nothing; where no words are, there is no money to tell of.
STEPS_WITHOUT_MONEY: Final[Mapping[str, Promise]] = {
    RefundState.REQUESTED: _("We have your request to take back goods of order %(order)s."),
    RefundState.APPROVED: _("Please send back the goods of order %(order)s. They cost nothing, so no money goes back."),
    RefundState.ARRIVED: STEPS[RefundState.ARRIVED],
    RefundState.SUCCEEDED: _("The goods of order %(order)s are taken back. They cost nothing, so no money goes back."),
    RefundState.REFUSED: _("Your request to take back goods of order %(order)s was refused; it tells you why."),
    RefundState.LAPSED: _("The goods of order %(order)s were not sent back in time; the request was closed."),
}

# Of what the shop had refused in the end, and its gateway paid back all the same.
AFTER_ALL: Final = _("¥%(amount)s of order %(order)s were paid back to you after all.")

notices.word({"refund.after_all": AFTER_ALL})
notices.word({f"refund.{state}": text for state, text in STEPS.items()})
notices.word({f"refund.free.{state}": text for state, text in STEPS_WITHOUT_MONEY.items()})


def tell_of_refund(event: RefundMoved) -> None:
    """Tell the buyer how far their refund is (subscribed to the event); of what they did themselves, nothing."""
    refund = Refund.objects.select_related("order").get(pk=event.refund_id)
    topic = _topic_of(event, moves_money=bool(refund.amount))
    if topic is None:
        return
    notices.tell(
        user_id=refund.order.user_id,
        topic=topic,
        params={"order": refund.order.number, "amount": str(refund.amount)},
        reference=refund.order.number,
    )


def _topic_of(event: RefundMoved, *, moves_money: bool) -> str | None:
    if (event.before, event.after) == (RefundState.REFUSED, RefundState.SUCCEEDED):
        return "refund.after_all"
    words, topic = (STEPS, "refund") if moves_money else (STEPS_WITHOUT_MONEY, "refund.free")
    return f"{topic}.{event.after}" if event.after in words else None
