"""`/points/`: one's own points."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.common.pagination import ShopPagination
from apps.trade.api.caller import caller
from apps.trade.api.serializers.points import PointsEntrySerializer
from apps.trade.models import PointsEntry
from apps.trade.services import points


class PointsPagination(ShopPagination):
    """A page of the ledger, with the balance beside it."""

    balance = 0

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.balance = points.balance_of(user=caller(request))
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: Any) -> Any:
        response = super().get_paginated_response(data)
        response.data = {"balance": self.balance, **response.data}
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe the page with its balance."""
        page = super().get_paginated_response_schema(schema)
        page["properties"] = {"balance": {"type": "integer", "example": 320}, **page["properties"]}
        return {**page, "required": ["balance", *page["required"]]}


@extend_schema(tags=["points"])
@extend_schema_view(list=extend_schema(summary="Show one's own points, and how they came and went, the latest first"))
class PointsViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[PointsEntry]):
    """One's own points."""

    queryset = PointsEntry.objects.all()
    serializer_class = PointsEntrySerializer
    pagination_class = PointsPagination

    def get_queryset(self) -> QuerySet[PointsEntry]:
        return PointsEntry.objects.filter(account__user=caller(self.request))
