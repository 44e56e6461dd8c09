"""Refunds: what buyers ask for is answered here by actions, and what the gateway refused is tried again."""

import re
from typing import Any

from django import forms
from django.contrib.admin import display
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xadmin.layout import Fieldset
from xadmin.sites import site
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import PartOfPage, ReadOnly

from apps.common.exceptions import InvalidInput
from apps.trade.models import (
    Order,
    Refund,
    RefundEvent,
    RefundKind,
    RefundLine,
    RefundPicture,
    RefundReason,
    RefundState,
)
from apps.trade.services import refund_decisions
from apps.trade.services.refund_moves import LEGAL_MOVES, REFUNDABLE
from apps.trade.services.refund_sums import Wanted

COLOURS = {
    RefundState.REQUESTED: "warning",
    RefundState.APPROVED: "info",
    RefundState.RETURNING: "info",
    RefundState.ARRIVED: "warning",
    RefundState.PROCESSING: "primary",
    RefundState.SUCCEEDED: "success",
    RefundState.FAILED: "danger",
}
# 1x2, 3x1: two pieces of the first line, one of the third.
PIECES = re.compile(r"\s*(?:[0-9]{1,3}\s*[xX×*]\s*[0-9]{1,5}\s*(?:[,，]\s*|$))+")
ONE = re.compile(r"([0-9]+)\s*[xX×*]\s*([0-9]+)")


class Approval(forms.Form):
    """What goes back, and where the goods go."""

    amount = forms.DecimalField(
        label=_("amount"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("Empty: what was asked for. It can be less, never more."),
    )
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
        return row.state in refund_decisions.AWAITS_ANSWER

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


class Gift(forms.Form):
    """What goes back of an order."""

    pieces = forms.RegexField(
        PIECES,
        label=_("pieces"),
        max_length=200,
        required=False,
        help_text=_("Empty: all that are left. “1x2, 3x1”: two of the first line, one of the third. “0x0”: none."),
    )
    amount = forms.DecimalField(
        label=_("amount"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("Empty: what was paid for them. It can be less, never more."),
    )
    with_freight = forms.BooleanField(label=_("with the freight"), required=False)
    restock = forms.BooleanField(label=_("The goods go back on sale"), required=False)
    reason = forms.ChoiceField(label=_("reason"), choices=RefundReason.choices, initial=RefundReason.OUT_OF_STOCK)
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


def wanted_lines(order: Order, text: str) -> list[Wanted]:
    """Read “1x2, 3x1” as pieces of the order's lines, counted as they are listed; raises InvalidInput."""
    keys = list(order.lines.order_by("pk").values_list("pk", flat=True))
    named = [(int(place), int(pieces)) for place, pieces in ONE.findall(text)]
    if named == [(0, 0)]:
        return []
    if any(not 1 <= place <= len(keys) for place, _pieces in named):
        raise InvalidInput(fields={"pieces": [gettext("The order has no such line.")]})
    return [Wanted(line_id=keys[place - 1], pieces=pieces) for place, pieces in named]


class LinesOfRefund(PartOfPage):
    """The pieces it is for."""

    model = RefundLine

    def queryset(self) -> Any:
        return super().queryset().select_related("line")


class EventsOfRefund(PartOfPage):
    """Each step, by whom and why."""

    model = RefundEvent
    exclude = ("note",)
    readonly_fields = ("said", "when")

    def queryset(self) -> Any:
        return super().queryset().select_related("actor")

    @display(description=_("note"))
    def said(self, event: RefundEvent) -> str:
        return said(event)

    @display(description=_("created at"))
    def when(self, event: RefundEvent) -> str:
        return date_format(localtime(event.created_at), "DATETIME_FORMAT")


def said(event: RefundEvent) -> str:
    """Return what was said to a step; the shop's own words are kept in English, and read in the reader's language."""
    if not event.note:
        return "-"
    return gettext(event.note) if event.actor_id is None else event.note


class RefundAdmin(ReadOnly):
    """Refunds; one that waits for an answer, or that the gateway refused, stands out."""

    model_icon = "fa fa-undo"
    list_display = ("number", "order", "kind", "state", "amount", "reason", "deadline_at", "created_at")
    list_filter = ("state", "kind", "reason", "created_at", "amount")
    search_fields = ("number", "order__number", "order__recipient_mobile", "order__user__username", "tracking_number")
    list_bookmarks = [
        {"title": _("To be answered"), "query": {"state__in": "requested,arrived"}},
        {"title": _("Refused by the gateway"), "query": {"state__exact": RefundState.FAILED.value}},
    ]
    actions = [ApproveRefund, RefuseRefund, GoodsArrived, RetryRefund]
    inlines = [LinesOfRefund, EventsOfRefund]
    detail_layout = (
        Fieldset(_("Refund"), "number", "order", "payment", "kind", "state", "amount", "freight_amount", "restock"),
        Fieldset(_("Request"), "reason", "description", "shown", "carrier", "tracking_number", "deadline_at"),
        Fieldset(_("Payment service"), "gateway_number", "attempts", "next_try_at", "last_error"),
    )
    detail_show_all = False

    @display(description=_("pictures"))
    def shown(self, refund: Refund) -> str:
        pictures = ((picture.image.url, picture.image.url) for picture in refund.pictures.all())
        return format_html_join(
            " ", '<a href="{}" target="_blank" rel="noopener"><img src="{}" height="80" alt=""></a>', pictures
        )

    def result_item(self, obj: Refund, field_name: str, row: Any) -> Any:
        item = super().result_item(obj, field_name, row)
        if field_name == "state":
            item.wraps.append(f'<span class="label label-{COLOURS.get(RefundState(obj.state), "default")}">%s</span>')
        return item


class RefundLineAdmin(ReadOnly):
    """Lines of all refunds: they tell which goods come back."""

    model_icon = "fa fa-list"
    list_display = ("refund", "line", "quantity", "share", "amount")
    list_filter = ("quantity", "amount")
    search_fields = ("refund__number", "line__goods_name", "line__sku__code")


class RefundEventAdmin(ReadOnly):
    """Steps of all refunds: they tell who did what, and when."""

    model_icon = "fa fa-clock-o"
    list_display = ("refund", "from_state", "to_state", "actor", "said", "created_at")
    list_filter = ("to_state", "created_at")
    search_fields = ("refund__number", "actor__username", "note")
    list_display_links = ("refund",)

    @display(description=_("note"))
    def said(self, event: RefundEvent) -> str:
        return said(event)


class RefundPictureAdmin(ReadOnly):
    """Pictures that buyers sent."""

    model_icon = "fa fa-picture-o"
    list_display = ("refund", "name", "created_at")
    list_filter = ("created_at",)
    search_fields = ("refund__number",)
    list_exclude = ("image",)
    list_display_links = ("name",)

    @display(description=_("picture"))
    def name(self, picture: RefundPicture) -> str:
        return str(picture)


site.register(Refund, RefundAdmin)
site.register(RefundLine, RefundLineAdmin)
site.register(RefundEvent, RefundEventAdmin)
site.register(RefundPicture, RefundPictureAdmin)
