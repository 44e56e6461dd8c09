"""Invoice requests: read what is asked for, and note what was issued."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import ReadOnly

from apps.trade.models import InvoiceRequest
from apps.trade.services import invoices


class InvoiceNumber(forms.Form):
    """Under which number it was written."""

    invoice_number = forms.RegexField(
        label=_("invoice number"), regex=r"\A[0-9A-Za-z-]{8,30}\Z", help_text=_("8 to 30 letters, digits and hyphens")
    )


class MarkIssued(ServiceAction):
    """The invoice was written."""

    action_name = "mark_issued"
    description = _("Mark as issued")
    icon = "fa fa-check"
    right = "trade.change_invoicerequest"
    form = InvoiceNumber

    @classmethod
    def fits(cls, row: InvoiceRequest) -> bool:
        return row.state == InvoiceRequest.State.REQUESTED

    def act(self, row: InvoiceRequest, **answers: Any) -> None:
        invoices.mark_issued(request=row, **answers)


class InvoiceRequestAdmin(ReadOnly):
    """What buyers want invoices for; those that wait are a shortcut away."""

    model_icon = "fa fa-file-o"
    list_display = ("order", "kind", "heading", "tax_number", "email", "state", "invoice_number", "created_at")
    list_filter = ("state", "kind", "created_at", "issued_at")
    search_fields = ("order__number", "heading", "tax_number", "invoice_number", "email")
    list_bookmarks = [
        {"title": _("To be issued"), "query": {"state__exact": InvoiceRequest.State.REQUESTED.value}},
    ]
    actions = [MarkIssued]
