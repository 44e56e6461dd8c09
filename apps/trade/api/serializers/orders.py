"""Orders on the wire."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.common.fields import ClientTimeField, PhoneField, PictureField
from apps.trade.api.examples import orders as examples
from apps.trade.api.serializers.quotes import DiscountSerializer, WishesSerializer
from apps.trade.api.serializers.shipments import ShipmentSerializer
from apps.trade.models import Channel, Order, OrderLine, OrderStatus, Payment

# What the old client calls our states; it draws no cell for TRADE_CLOSED (known, accepted).
PAY_STATUSES: Mapping[OrderStatus, str] = {
    OrderStatus.PENDING_PAYMENT: "paying",
    OrderStatus.PAID: "TRADE_SUCCESS",
    OrderStatus.SHIPPED: "TRADE_SUCCESS",
    OrderStatus.RECEIVED: "TRADE_SUCCESS",
    OrderStatus.FINISHED: "TRADE_SUCCESS",
    OrderStatus.REFUNDING: "TRADE_SUCCESS",
    OrderStatus.CANCELLED: "TRADE_CLOSED",
    OrderStatus.EXPIRED: "TRADE_CLOSED",
    OrderStatus.REFUNDED: "TRADE_CLOSED",
}
# As one generation of the client spells it, and as the other does.
PHONE_SPELLINGS = ("singer_mobile", "signer_mobile")


@extend_schema_serializer(examples=examples.PLACE_ORDER)
class PlaceOrderSerializer(WishesSerializer):
    """Where the order goes, and what newer clients ask for beside. What it costs is the shop's to say."""

    post_script = serializers.CharField(max_length=200, required=False, allow_blank=True, allow_null=True)
    address = serializers.CharField(max_length=300)
    signer_name = serializers.CharField(source="recipient_name", max_length=30)
    singer_mobile = PhoneField(required=False)
    signer_mobile = PhoneField(required=False)

    quote = serializers.CharField(
        max_length=20_000, required=False, allow_blank=True, help_text="The quote whose price this order confirms"
    )

    def to_internal_value(self, data: Any) -> Any:
        """Leave out a spelling of the phone that is empty while the other one is filled."""
        if isinstance(data, Mapping) and any(data.get(name) for name in PHONE_SPELLINGS):
            data = {name: value for name, value in data.items() if value or name not in PHONE_SPELLINGS}
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Read the phone from either spelling, one of which must be there; no note is an empty one."""
        spelt = [attrs.pop(name) for name in PHONE_SPELLINGS if name in attrs]
        if not spelt:
            missing = [_("This field is required.")]
            raise serializers.ValidationError(dict.fromkeys(PHONE_SPELLINGS, missing))
        note = attrs.pop("post_script", None) or ""
        return {**attrs, "recipient_mobile": spelt[0], "note": note}


class OrderedGoodsSerializer(serializers.ModelSerializer[OrderLine]):
    """The goods of a line as it was when the order was placed; `shop_price` is what this buyer pays for a piece."""

    id = serializers.IntegerField(source="goods_id")
    name = serializers.CharField(source="goods_name")
    shop_price = serializers.DecimalField(source="unit_price", max_digits=12, decimal_places=2)
    goods_front_image = PictureField(source="image")

    class Meta:
        model = OrderLine
        fields = ["id", "name", "shop_price", "goods_front_image"]


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    """One line of an order; `amount` is what is really paid for it, discounts taken off, as the quote said."""

    goods_num = serializers.IntegerField(source="quantity")
    goods = OrderedGoodsSerializer(source="*")
    sku = serializers.IntegerField(source="sku_id")
    price = serializers.DecimalField(source="unit_price", max_digits=12, decimal_places=2)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        model = OrderLine
        fields = [
            "id", "goods_num", "goods", "sku", "specification", "list_price", "price", "discount", "amount",
        ]  # fmt: skip


@extend_schema_serializer(examples=examples.ORDER_SUMMARY)
class OrderSummarySerializer(serializers.ModelSerializer[Order]):
    """An order in the list."""

    order_sn = serializers.CharField(source="number")
    pay_status = serializers.SerializerMethodField(help_text="The state in the old client's words")
    pay_type = serializers.SerializerMethodField()
    trade_no = serializers.SerializerMethodField(help_text="The gateway's number of the payment")
    nonce_str = serializers.SerializerMethodField(help_text="Kept for old clients; always null")
    post_script = serializers.CharField(source="note")
    order_mount = serializers.DecimalField(source="total", max_digits=12, decimal_places=2)
    signer_name = serializers.CharField(source="recipient_name")
    singer_mobile = serializers.CharField(source="recipient_mobile")
    signer_mobile = serializers.CharField(source="recipient_mobile")
    pay_time = ClientTimeField(source="paid_at", allow_null=True)
    add_time = ClientTimeField(source="created_at")

    class Meta:
        model = Order
        fields = [
            "id",
            "order_sn",
            "nonce_str",
            "trade_no",
            "status",
            "pay_status",
            "pay_type",
            "post_script",
            "order_mount",
            "pay_time",
            "address",
            "signer_name",
            "singer_mobile",
            "signer_mobile",
            "add_time",
        ]

    @extend_schema_field({"type": "string", "enum": sorted(set(PAY_STATUSES.values()))})
    def get_pay_status(self, order: Order) -> str:
        return PAY_STATUSES[OrderStatus(order.status)]

    def get_pay_type(self, order: Order) -> str:
        payment = _accepted(order)
        return payment.channel if payment else Channel.ALIPAY.value

    def get_nonce_str(self, order: Order) -> str | None:
        return None

    def get_trade_no(self, order: Order) -> str | None:
        payment = _accepted(order)
        return payment.trade_no if payment else None


def _accepted(order: Order) -> Payment | None:
    """Return the payment that the order took; before it is paid there is nothing to look for."""
    if order.status == OrderStatus.PENDING_PAYMENT:
        return None
    return next((payment for payment in order.payments.all() if payment.status == Payment.Status.ACCEPTED), None)


@extend_schema_serializer(examples=[examples.TO_BE_PAID])
class OrderSerializer(OrderSummarySerializer):
    """An order with its lines, its parcels and, while it is unpaid, the way to pay it: one that is `complete`."""

    goods = OrderLineSerializer(source="lines", many=True)
    shipments = ShipmentSerializer(source="parcels", many=True, help_text="The parcels that have left so far")
    discounts = DiscountSerializer(many=True, help_text="Why the goods cost less; they sum to `discount`")
    alipay_url = serializers.CharField(
        source="payment_url", help_text="Where to pay; empty when there is nothing to pay"
    )

    class Meta(OrderSummarySerializer.Meta):
        fields = [
            *OrderSummarySerializer.Meta.fields, "goods", "goods_total", "discount", "freight", "discounts",
            "shipments", "alipay_url",
        ]  # fmt: skip
