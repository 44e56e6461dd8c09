"""What an order list can be narrowed by."""

import django_filters

from apps.trade.models import CouponGrant, Order, OrderStatus


class OrderFilter(django_filters.FilterSet):
    """By state; the parameter is not called `status`, for a problem document has a member of that name."""

    state = django_filters.ChoiceFilter(field_name="status", choices=OrderStatus.choices)

    class Meta:
        model = Order
        fields = ["state"]


class CouponGrantFilter(django_filters.FilterSet):
    """By what became of the coupon."""

    state = django_filters.ChoiceFilter(choices=CouponGrant.State.choices)

    class Meta:
        model = CouponGrant
        fields = ["state"]
