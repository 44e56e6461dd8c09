"""Refunds that staff open themselves, from the list of orders."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction

from apps.common.exceptions import InvalidInput
from apps.trade.adminx.amounts import amount_field
from apps.trade.models import Order, RefundReason
from apps.trade.models.refunds import REASONS_OF_PEOPLE
from apps.trade.services import refund_decisions
from apps.trade.services.refund_sums import Wanted
from apps.trade.services.remainders import give_remainder, remainder_of
from apps.trade.states import REFUNDABLE

# 1x2, 3x1: two pieces of the first line, one of the third.
PIECES = re.compile(r"\s*(?:[0-9]{1,3}\s*[xX×*]\s*[0-9]{1,5}\s*(?:[,，]\s*|$))+")
ONE = re.compile(r"([0-9]+)\s*[xX×*]\s*([0-9]+)")


def _reason(likely: RefundReason) -> forms.ChoiceField:
    choices = [(reason.value, reason.label) for reason in REASONS_OF_PEOPLE]
    return forms.ChoiceField(label=_("reason"), choices=choices, initial=likely)


class Gift(forms.Form):
    """What goes back of an order."""

    pieces = forms.RegexField(
        PIECES,
        label=_("pieces"),
        max_length=200,
        required=False,
        help_text=_("Empty: all that are left. “1x2, 3x1”: two of the first line, one of the third. “0x0”: none."),
    )
    amount = amount_field(_("Empty: what was paid for them. It can be less, never more."))
    with_freight = forms.BooleanField(label=_("with the freight"), required=False)
    restock = forms.BooleanField(label=_("The goods go back on sale"), required=False)
    reason = _reason(RefundReason.OUT_OF_STOCK)
    description = forms.CharField(label=_("description"), max_length=500, required=False)


class Remainder(forms.Form):
    """How much of what is left goes back, and why."""

    amount = amount_field(_("Empty: all that is left. It can be less, never more."))
    reason = _reason(RefundReason.OTHER)
    description = forms.CharField(label=_("description"), max_length=500, required=False)


class GiveRefund(ServiceAction):
    """Opens a refund that nobody asked for; the money is owed at once."""

    action_name = "give_refund"
    description = _("Refund")
    icon = "fa fa-undo"
    right = "trade.add_refund"
    form = Gift
    max_rows = 1

    @classmethod
    def fits(cls, row: Order) -> bool:
        return row.status in REFUNDABLE

    def act(self, row: Order, **answers: Any) -> None:
        pieces = answers.pop("pieces")
        wanted = wanted_lines(row, pieces) if pieces else None
        refund_decisions.give_refund(order=row, actor_id=self.user.pk, wanted=wanted, **answers)


class GiveRemainder(ServiceAction):
    """Opens a refund of what is left of an order whose pieces are all back: freight, or what was held back."""

    action_name = "give_remainder"
    description = _("Pay back the rest")
    icon = "fa fa-undo"
    right = "trade.add_refund"
    form = Remainder
    max_rows = 1

    @classmethod
    def fits(cls, row: Order) -> bool:
        return bool(remainder_of(row))

    def act(self, row: Order, **answers: Any) -> None:
        give_remainder(order=row, actor_id=self.user.pk, **answers)


def wanted_lines(order: Order, text: str) -> list[Wanted]:
    """Read “1x2, 3x1” as pieces of the order's lines, counted as they are listed; raises InvalidInput."""
    keys = list(order.lines.order_by("pk").values_list("pk", flat=True))
    named = [(int(place), int(pieces)) for place, pieces in ONE.findall(text)]
    if named == [(0, 0)]:
        return []
    if any(not 1 <= place <= len(keys) for place, _pieces in named):
        raise InvalidInput(fields={"pieces": [gettext("The order has no such line.")]})
    return [Wanted(line_id=keys[place - 1], pieces=pieces) for place, pieces in named]
