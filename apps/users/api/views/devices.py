"""Where one is logged in, and the renewal of short tokens."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common.pagination import ShopPagination
from apps.users.api.caller import device_of, session_of, user_of
from apps.users.api.serializers.accounts import TokenSerializer
from apps.users.api.serializers.devices import DeviceSerializer, EndedSerializer, EndSerializer, RefreshSerializer
from apps.users.models import DeviceSession
from apps.users.querysets import DeviceSessionQuerySet
from apps.users.services import refreshing, sessions


@extend_schema(tags=["devices"])
@extend_schema_view(
    list=extend_schema(
        summary="List the devices one is logged in on, the latest log-in first",
        description=(
            "The last use is noted in steps of five minutes. Of staff the browsers in the back office are listed as "
            "well, in the realm `staff`."
        ),
    ),
    destroy=extend_schema(summary="Log one device out", description="Its tokens are worth nothing from now on."),
)
class DeviceViewSet(mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet[DeviceSession]):
    """One's own devices."""

    queryset = DeviceSession.objects.all()
    serializer_class = DeviceSerializer
    pagination_class = ShopPagination
    lookup_field = "public_id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> DeviceSessionQuerySet:
        user = user_of(self.request)
        return DeviceSession.objects.of(user.pk).running(timezone.now()).opened_with(user.password_fingerprints())

    def perform_destroy(self, instance: DeviceSession) -> None:
        sessions.end_session(session=instance)

    @extend_schema(
        summary="Log out everywhere else, or everywhere",
        description="Staff are logged out of the back office as well: each browser there is a device, too.",
        request=EndSerializer,
        responses=EndedSerializer,
    )
    @action(detail=False, methods=["post"], pagination_class=None)
    def end(self, request: Request) -> Response:
        wish = EndSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        if wish.validated_data["also_this"]:
            count = sessions.end_sessions_of(user_id=user_of(request).pk)
        else:
            count = sessions.end_other_sessions(session=session_of(request))
        return Response(EndedSerializer({"count": count}).data)


class RefreshView(APIView):
    """The next tokens."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "refresh"

    @extend_schema(
        tags=["account"],
        operation_id="token_refresh",
        summary="Renew short tokens",
        description=(
            "For clients that logged in with `refresh`. Each refresh token is good once: one that comes a second time "
            "was stolen from somebody, and ends the session with all its tokens."
        ),
        request=RefreshSerializer,
        responses=TokenSerializer,
    )
    def post(self, request: Request) -> Response:
        serializer = RefreshSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        signed_in = refreshing.refresh_session(device=device_of(request), **serializer.validated_data)
        return Response(TokenSerializer(signed_in).data)
