"""`/notices/`, one's own."""

from typing import cast

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.pagination import ShopPagination
from apps.notifications.api.filters import NoticeFilter
from apps.notifications.api.serializers import NoticeSerializer, ReadNoticesSerializer
from apps.notifications.models import Notice
from apps.notifications.querysets import NoticeQuerySet
from apps.notifications.services import notices


@extend_schema(tags=["notices"])
@extend_schema_view(
    list=extend_schema(
        summary="List what the shop told one, the latest first",
        description="Payment, parcels, receipt and refunds of one's orders. `unread=true` gives what is new.",
    )
)
class NoticeViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Notice]):
    """One's own notices."""

    queryset = Notice.objects.all()
    serializer_class = NoticeSerializer
    pagination_class = ShopPagination
    filter_backends = (DjangoFilterBackend,)
    filterset_class = NoticeFilter
    lookup_field = "public_id"
    lookup_value_regex = "[0-9a-fA-F-]{36}"

    def get_queryset(self) -> NoticeQuerySet:
        return Notice.objects.of(_caller(self.request))

    @extend_schema(summary="Say that one has read a notice", request=None, responses=NoticeSerializer, filters=False)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, public_id: str) -> Response:
        notice = self.get_object()
        notices.mark_read(notice=notice)
        return Response(NoticeSerializer(notice).data)

    @extend_schema(
        summary="Say that one has read all notices",
        operation_id="notices_read_all_create",
        request=None,
        responses=ReadNoticesSerializer,
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="read", pagination_class=None)
    def read_all(self, request: Request) -> Response:
        count = notices.mark_all_read(user_id=_caller(request))
        return Response(ReadNoticesSerializer({"count": count}).data)


def _caller(request: Request) -> int:
    """Return the user's id; the route's permission has made sure that there is one."""
    return cast("int", request.user.pk)
