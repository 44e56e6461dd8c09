"""What lists of orders and refunds can be narrowed by."""

from typing import Any

import django_filters
from django import forms

from apps.trade.models import CouponGrant, Order, OrderStatus, Refund, RefundState


class OrderFilter(django_filters.FilterSet):
    """By state; the parameter is not called `status`, for a problem document has a member of that name."""

    state = django_filters.ChoiceFilter(field_name="status", choices=OrderStatus.choices)

    class Meta:
        model = Order
        fields = ["state"]


class OrderKeyFilter(django_filters.NumberFilter):
    """The id of an order; an unknown one finds nothing."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(field_name="order_id", min_value=1, max_value=2**63 - 1, **kwargs)

    def get_max_validator(self) -> None:
        """Leave it to `max_value`."""


class RefundFilter(django_filters.FilterSet):
    """By state, and by the id of the order."""

    state = django_filters.ChoiceFilter(choices=RefundState.choices)
    order = OrderKeyFilter()

    class Meta:
        model = Refund
        fields = ["state", "order"]


class CouponGrantFilter(django_filters.FilterSet):
    """By what became of the coupon."""

    state = django_filters.ChoiceFilter(choices=CouponGrant.State.choices)

    class Meta:
        model = CouponGrant
        fields = ["state"]
