"""`/orders/{id}/invoice/`: the invoice of one of one's own orders."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.openapi import KEY_PATTERN
from apps.trade.api.caller import caller
from apps.trade.api.serializers.invoices import InvoiceRequestSerializer, RequestInvoiceSerializer
from apps.trade.models import InvoiceRequest, Order
from apps.trade.services import invoices

ORDER_ID = OpenApiParameter("id", int, OpenApiParameter.PATH, pattern=KEY_PATTERN, description="The id of the order.")


@extend_schema(tags=["invoices"], parameters=[ORDER_ID])
class InvoiceView(APIView):
    """One order's invoice."""

    @extend_schema(
        summary="Show the invoice that was asked for",
        description="404 when none was.",
        responses=InvoiceRequestSerializer,
    )
    def get(self, request: Request, pk: str) -> Response:
        asked_for = get_object_or_404(InvoiceRequest, order=_order(request, pk))
        return Response(InvoiceRequestSerializer(asked_for).data)

    @extend_schema(
        summary="Ask for an invoice, or correct what was asked for",
        description="Until it is issued, and not for orders that are closed or refunded: then it is a 409.",
        request=RequestInvoiceSerializer,
        responses={201: InvoiceRequestSerializer},
    )
    def post(self, request: Request, pk: str) -> Response:
        wanted = RequestInvoiceSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked_for = invoices.request_invoice(order=_order(request, pk), **wanted.validated_data)
        return Response(InvoiceRequestSerializer(asked_for).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Ask for no invoice after all",
        description="Until it is issued; then it is a 409. Without a request there is nothing to do.",
        responses={204: None},
    )
    def delete(self, request: Request, pk: str) -> Response:
        invoices.withdraw_request(order=_order(request, pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _order(request: Request, pk: str) -> Order:
    return get_object_or_404(Order.objects.of(caller(request)), pk=pk)
