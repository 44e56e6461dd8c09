"""`/indexgoods/`, the sections of the home page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.goods.api.serializers.home import SectionSerializer
from apps.goods.services.home import Section, load_sections


@extend_schema(tags=["home page"])
class SectionViewSet(viewsets.GenericViewSet[Any]):
    """The sections of the home page."""

    permission_classes = [AllowAny]
    serializer_class = SectionSerializer

    @extend_schema(
        summary="List the home page's sections",
        description="The top categories of the navigation, each with sub-categories, brands, goods and an ad.",
        responses=SectionSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        sections: list[Section] = load_sections()
        return Response(self.get_serializer(sections, many=True).data)
