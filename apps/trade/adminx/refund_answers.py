"""What staff say to a refund: yes, no, the goods are here, try again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction

from apps.trade.adminx.amounts import amount_field
from apps.trade.models import Refund, RefundKind, RefundState
from apps.trade.services import refund_decisions
from apps.trade.services.refund_moves import LEGAL_MOVES
from apps.trade.states import AWAITS_ANSWER


class Approval(forms.Form):
    """What goes back, and where the goods go."""

    amount = amount_field(_("Empty: what was asked for. It can be less, never more."))
    note = forms.CharField(label=_("note"), max_length=200, required=False, help_text=_("The buyer reads it."))


class Refusal(forms.Form):
    """Why not; the buyer reads it."""

    reason = forms.CharField(label=_("reason"), max_length=200)


class Arrival(forms.Form):
    """What came back, in which state."""

    restock = forms.BooleanField(label=_("The goods go back on sale"), required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False, help_text=_("The buyer reads it."))


class Retry(forms.Form):
    """What was done about it."""

    note = forms.CharField(label=_("note"), max_length=200, required=False)


class RefundAction(ServiceAction):
    """An answer of staff to a refund."""

    right = "trade.change_refund"
    goes_to: RefundState

    @classmethod
    def fits(cls, row: Refund) -> bool:
        return (RefundState(row.state), cls.goes_to) in LEGAL_MOVES


class ApproveRefund(RefundAction):
    """Agrees that the goods are sent back, or that the money goes back."""

    action_name = "approve_refund"
    description = _("Agree")
    icon = "fa fa-check"
    form = Approval

    @classmethod
    def fits(cls, row: Refund) -> bool:
        return row.state in AWAITS_ANSWER

    def act(self, row: Refund, **answers: Any) -> None:
        refund_decisions.approve_refund(refund=row, actor_id=self.user.pk, **answers)


class RefuseRefund(RefundAction):
    """Says no."""

    action_name = "refuse_refund"
    description = _("Refuse")
    icon = "fa fa-ban"
    form = Refusal
    goes_to = RefundState.REFUSED

    @classmethod
    def fits(cls, row: Refund) -> bool:
        return super().fits(row) and row.kind != RefundKind.LATE_PAYMENT

    def act(self, row: Refund, **answers: Any) -> None:
        refund_decisions.refuse_refund(refund=row, actor_id=self.user.pk, **answers)


class GoodsArrived(RefundAction):
    """Notes that the goods are back."""

    action_name = "goods_arrived"
    description = _("Goods have arrived")
    icon = "fa fa-home"
    form = Arrival
    goes_to = RefundState.ARRIVED

    def act(self, row: Refund, **answers: Any) -> None:
        refund_decisions.confirm_arrival(refund=row, actor_id=self.user.pk, **answers)


class RetryRefund(RefundAction):
    """Asks the gateway again."""

    action_name = "retry_refund"
    description = _("Try again")
    icon = "fa fa-refresh"
    asks_gateway = True
    form = Retry

    @classmethod
    def fits(cls, row: Refund) -> bool:
        return row.state == RefundState.FAILED

    def act(self, row: Refund, **answers: Any) -> None:
        refund_decisions.retry_refund(refund=row, actor_id=self.user.pk, **answers)
