"""Refunds as staff read them: each with its pieces, its steps and its pictures."""

from typing import Any

from django.contrib.admin import display
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xadmin.layout import Fieldset
from xadmin_compat.options import PartOfPage, ReadOnly

from apps.trade.adminx.refund_answers import ApproveRefund, GoodsArrived, RefuseRefund, RetryRefund
from apps.trade.models import Refund, RefundEvent, RefundLine, RefundPicture, RefundState

COLOURS = {
    RefundState.REQUESTED: "warning",
    RefundState.APPROVED: "info",
    RefundState.RETURNING: "info",
    RefundState.ARRIVED: "warning",
    RefundState.PROCESSING: "primary",
    RefundState.SUCCEEDED: "success",
    RefundState.FAILED: "danger",
}


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
