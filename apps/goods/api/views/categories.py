"""`/categorys/`, the category tree, under both of its spellings."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.permissions import AllowAny

from apps.goods.api.serializers.categories import CategoryTreeSerializer
from apps.goods.models import Category


@extend_schema(tags=["catalogue"])
@extend_schema_view(
    list=extend_schema(summary="List the top categories with two levels below them"),
    retrieve=extend_schema(summary="Show a category of any level with two levels below it"),
)
class CategoryViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Category]):
    """The category tree; the client's menus show three levels."""

    permission_classes = [AllowAny]
    serializer_class = CategoryTreeSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[Category]:
        categories = Category.objects.with_two_levels_below()
        return categories.tops() if self.action == "list" else categories
