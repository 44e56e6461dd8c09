"""Invoices that buyers ask for. The shop's accountants write them elsewhere; here stands what for, and their number."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.trade.models.orders import Order


class InvoiceRequest(models.Model):
    """A buyer's wish for an invoice of one order: to whom it is made out, and what became of it.

    A company is named with its tax number, a person without. An invoice that was issued has the number and the time
    that staff gave; it is void when all of its money went back.
    """

    class Kind(models.TextChoices):
        """To whom it is made out."""

        PERSONAL = "personal", _("a person")
        COMPANY = "company", _("a company")

    class State(models.TextChoices):
        """What became of it."""

        REQUESTED = "requested", _("asked for")
        ISSUED = "issued", _("issued")
        VOID = "void", _("void")

    order = models.OneToOneField(
        Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="invoice_request"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    heading = models.CharField(_("invoice title"), max_length=100)
    tax_number = models.CharField(_("tax number"), max_length=20, blank=True, default="")
    email = models.EmailField(_("e-mail"))
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.REQUESTED)
    invoice_number = models.CharField(_("invoice number"), max_length=30, blank=True, default="")
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("invoice request")
        verbose_name_plural = _("invoice requests")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="personal", tax_number="") | (Q(kind="company") & ~Q(tax_number="")),
                name="invoice_company_has_tax_number",
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, invoice_number="")
                | (Q(issued_at__isnull=False) & ~Q(invoice_number="")),
                name="invoice_issued_with_a_number",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="invoice_by_state")]

    def __str__(self) -> str:
        return self.heading
