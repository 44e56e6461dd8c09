"""`/users/export/` and `/users/erasure/`: what the shop knows of a user, to have and to have erased."""

from typing import Any

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.users.api import examples
from apps.users.api.serializers.accounts import PasswordField
from apps.users.models import UserProfile
from apps.users.services import privacy


class OwnPasswordSerializer(serializers.Serializer[Any]):
    """The password, once more: a token alone shows and erases nothing."""

    password = PasswordField()


class ZipRenderer(BaseRenderer):
    """Lets a client ask for a zip by name; the view answers it by itself."""

    media_type = "application/zip"
    format = "zip"


class PersonalDataView(APIView):
    """What takes the password beside the token."""

    throttle_scope = "personal_data"

    def confirmed_user(self, request: Request) -> UserProfile:
        """Return who asks, after the password proved it."""
        assert isinstance(request.user, UserProfile)  # noqa: S101  narrows the type
        sent = OwnPasswordSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        privacy.confirm_password(user=request.user, **sent.validated_data)
        return request.user


class ExportView(PersonalDataView):
    """A copy of one's data."""

    renderer_classes = [JSONRenderer, ZipRenderer]

    @extend_schema(
        tags=["account"],
        operation_id="personal_data_export",
        summary="Get a copy of everything the shop knows of oneself",
        description="A zip with a JSON list for each kind of it, and one's own uploads under `files/`.",
        request=OwnPasswordSerializer,
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        examples=[*examples.OWN_PASSWORD, *examples.COPY],
    )
    def post(self, request: Request) -> FileResponse:
        copy = privacy.export_data(user=self.confirmed_user(request))
        name = f"mxshop-{timezone.localdate():%Y%m%d}.zip"
        headers = {"Cache-Control": "no-store"}
        return FileResponse(copy, as_attachment=True, filename=name, content_type="application/zip", headers=headers)


class ErasureView(PersonalDataView):
    """The end of an account."""

    @extend_schema(
        tags=["account"],
        operation_id="personal_data_erasure",
        summary="Erase oneself from the shop, for good",
        description=(
            "Logs out everywhere. Orders, payments and issued invoices stay in the shop's books, without names, mobiles"
            " and addresses. Orders or refunds under way are a 409 (`orders_under_way`), a staff account is one, too."
        ),
        request=OwnPasswordSerializer,
        responses={204: None},
        examples=examples.OWN_PASSWORD,
    )
    def post(self, request: Request) -> Response:
        privacy.erase_user(user=self.confirmed_user(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
