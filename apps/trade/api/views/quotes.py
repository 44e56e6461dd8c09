"""`/quotes/`: a price before the order."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.trade.api.caller import caller
from apps.trade.api.serializers.quotes import QuoteRequestSerializer, QuoteSerializer
from apps.trade.api.wishes import wishes_of
from apps.trade.services import orders, points, quotes
from apps.trade.services.buy_now import pieces_by_sku


class QuotesView(APIView):
    """Asks what something would cost."""

    @extend_schema(
        tags=["orders"],
        summary="Explain what the cart, or goods bought at once, would cost",
        description=(
            "Reserves and writes nothing. Send `quote` along with the order: if price or stock have changed by then, "
            "the order is refused with 409, and `difference` tells what was and what is. Refused as the order would "
            "be: for stock, purchase limits, coupons, points, and addresses that freight cannot place or reach."
        ),
        request=QuoteRequestSerializer,
        responses=QuoteSerializer,
    )
    def post(self, request: Request) -> Response:
        asked = QuoteRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted, user = asked.validated_data, caller(request)
        items = wanted.get("items")
        quantities = pieces_by_sku(items) if items else orders.cart_quantities(user=user)
        quote = quotes.quote_price(user=user, quantities=quantities, wishes=wishes_of(wanted))
        price = quote.offer.price
        told = {"quote": quote.token, "points_earned": points.earned_for(price.goods_amount)}
        return Response(QuoteSerializer(price, context=told).data)
