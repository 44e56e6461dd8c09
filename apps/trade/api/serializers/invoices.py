"""Invoice requests on the wire."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.trade.api.examples import invoices as examples
from apps.trade.models import InvoiceRequest


@extend_schema_serializer(examples=examples.INVOICE_REQUEST)
class InvoiceRequestSerializer(serializers.ModelSerializer[InvoiceRequest]):
    """What a buyer asked for, and what became of it."""

    class Meta:
        model = InvoiceRequest
        fields = ["kind", "heading", "tax_number", "email", "state", "invoice_number", "issued_at", "created_at"]


@extend_schema_serializer(examples=examples.REQUEST_INVOICE)
class RequestInvoiceSerializer(serializers.Serializer[InvoiceRequest]):
    """To whom the invoice is made out. `heading` is the 抬头; a company's tax number goes with it."""

    kind = serializers.ChoiceField(choices=InvoiceRequest.Kind.choices)
    heading = serializers.CharField(max_length=100)
    tax_number = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
    email = serializers.EmailField(max_length=254)
