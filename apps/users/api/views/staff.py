"""`/staff/`: the realm of staff."""

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.users.api.authentication import StaffTokenAuthentication
from apps.users.api.caller import device_of, session_of
from apps.users.api.client_cookies import remember_browser
from apps.users.api.serializers.accounts import LoggedInSerializer
from apps.users.api.serializers.staff import StaffLoginSerializer
from apps.users.api.throttling import AddressThrottle, LoginAccountThrottle
from apps.users.services import sessions, staff_log_in


class StaffLoginView(APIView):
    """Log in to the routes of staff."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_scope = "login"
    throttle_classes = [AddressThrottle, LoginAccountThrottle]

    @extend_schema(
        tags=["staff"],
        operation_id="staff_login_create",
        summary="Log in to the routes of staff",
        description=(
            "The token is of the realm `staff` and lives for 12 hours; the shop's routes do not take it, and those of "
            "staff take no other. Tries count together with those at `/login/` and in the back office. Sets the cookie "
            "`mxshop_browser`, as `/login/` does."
        ),
        request=StaffLoginSerializer,
        responses=LoggedInSerializer,
    )
    def post(self, request: Request) -> Response:
        serializer = StaffLoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        signed_in = staff_log_in.log_in_staff(
            name=sent["username"], password=sent["password"], otp=sent["otp"], device=device_of(request)
        )
        return remember_browser(Response(LoggedInSerializer(signed_in).data), signed_in.user)


class StaffLogoutView(APIView):
    """Log out."""

    authentication_classes = [StaffTokenAuthentication]

    @extend_schema(
        tags=["staff"],
        operation_id="staff_logout_create",
        summary="End this session of staff",
        request=None,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        sessions.end_session(session=session_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
