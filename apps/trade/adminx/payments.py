"""Payments: money that arrived, and above all the money that has to go back."""

from typing import Any

from django.contrib.admin import display
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xadmin.layout import Fieldset
from xadmin.views import BaseAdminPlugin
from xadmin_compat.options import ReadOnly

from apps.common.money import to_money
from apps.trade.models import Payment

REFUND_DUE = {"status__exact": Payment.Status.REFUND_DUE.value}


def why(payment: Payment) -> str:
    """Return the reason in the reader's language; it is kept in English."""
    return gettext(payment.reason) if payment.reason else ""


class PaymentsOfOrder(ReadOnly):
    """The payments of one order, for those who may see payments."""

    model = Payment
    style = "table"
    extra = 0
    exclude = ("notification", "buyer", "status", "reason", "attempt")
    readonly_fields = ("state", "why")

    @display(description=_("status"))
    def state(self, payment: Payment) -> str:
        mark = "refund-due" if payment.status == Payment.Status.REFUND_DUE else ""
        return format_html('<span class="{}">{}</span>', mark, payment.get_status_display())

    @display(description=_("reason"))
    def why(self, payment: Payment) -> str:
        return why(payment) or "-"  # an empty cell would be left out, and the row be short of it


class PaymentAdmin(ReadOnly):
    """Payments; a row that is to be refunded stands out in red."""

    model_icon = "fa fa-cny"
    list_display = ("trade_no", "order", "channel", "amount", "status", "why", "buyer", "paid_at")
    list_filter = ("status", "channel", "paid_at", "amount")
    search_fields = ("trade_no", "order__number", "buyer")
    list_bookmarks = [{"title": _("To be refunded"), "query": REFUND_DUE}]
    list_exclude = ("notification",)
    exclude = ("notification",)
    detail_layout = (
        Fieldset(
            _("Payment"), "order", "attempt", "channel", "trade_no", "amount", "status", "why", "buyer", "paid_at"
        ),
    )
    detail_show_all = False

    @display(description=_("reason"))
    def why(self, payment: Payment) -> str:
        return why(payment)

    def result_row(self, obj: Payment) -> Any:
        row = super().result_row(obj)
        if obj.status == Payment.Status.REFUND_DUE:
            row["css_class"] = "danger"
        return row

    def result_item(self, obj: Payment, field_name: str, row: Any) -> Any:
        item = super().result_item(obj, field_name, row)
        if field_name == "status" and obj.status == Payment.Status.REFUND_DUE:
            item.wraps.append('<span class="refund-due">%s</span>')
        return item


class PaymentAttemptAdmin(ReadOnly):
    """Ways that buyers opened to pay: they tell what a gateway was asked for, and what it said."""

    model_icon = "fa fa-qrcode"
    list_display = ("number", "order", "channel", "method", "amount", "state", "queries", "next_query_at", "created_at")
    list_filter = ("channel", "method", "state", "created_at")
    search_fields = ("number", "order__number", "order__user__username")
    list_exclude = ("instructions", "payer")
    exclude = ("instructions", "payer")


class RefundsDue(BaseAdminPlugin):
    """Greets those who may see payments with the money that has to go back."""

    def init_request(self, *args: Any, **kwargs: Any) -> None:
        if self.request.method != "GET" or not self.has_model_perm(Payment, "view"):
            return
        due = Payment.objects.filter(**REFUND_DUE).aggregate(count=Count("pk"), sum=Sum("amount"))
        if due["count"]:
            self.admin_view.message_user(self._text(due), "error")

    def _text(self, due: dict[str, Any]) -> str:
        words = gettext("Payments to be refunded: %(count)s, ¥%(sum)s in all.") % {
            "count": due["count"],
            "sum": to_money(due["sum"]),
        }
        listed = f"{reverse('xadmin:trade_payment_changelist')}?_p_status__exact={Payment.Status.REFUND_DUE}"
        return format_html('<a class="alert-link" href="{}">{}</a>', listed, words)
