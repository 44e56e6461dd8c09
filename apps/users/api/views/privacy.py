"""`/users/export/` and `/users/erasure/`: what the shop knows of a user, to have and to have erased."""

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.users.api import examples
from apps.users.api.owner import ASKS, confirmed_owner
from apps.users.api.serializers.confirmation import ProofSerializer
from apps.users.services import privacy
from apps.users.services.confirmation import Act


class ZipRenderer(BaseRenderer):
    """Lets a client ask for a zip by name; the view answers it by itself."""

    media_type = "application/zip"
    format = "zip"


class ExportView(APIView):
    """A copy of one's data."""

    throttle_scope = "personal_data"
    renderer_classes = [JSONRenderer, ZipRenderer]

    @extend_schema(
        tags=["account"],
        operation_id="personal_data_export",
        summary="Get a copy of everything the shop knows of oneself",
        description=f"A zip with a JSON list for each kind of it, and one's own uploads under `files/`. {ASKS}",
        request=ProofSerializer,
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
        examples=[*examples.PROOF, *examples.COPY],
    )
    def post(self, request: Request) -> FileResponse:
        copy = privacy.export_data(user=confirmed_owner(request, Act.EXPORT))
        name = f"mxshop-{timezone.localdate():%Y%m%d}.zip"
        headers = {"Cache-Control": "no-store"}
        return FileResponse(copy, as_attachment=True, filename=name, content_type="application/zip", headers=headers)


class ErasureView(APIView):
    """The end of an account."""

    throttle_scope = "personal_data"

    @extend_schema(
        tags=["account"],
        operation_id="personal_data_erasure",
        summary="Erase oneself from the shop, for good",
        description=(
            "Logs out everywhere. Orders, payments and issued invoices stay in the shop's books, without names, mobiles"
            " and addresses. Orders or refunds under way are a 409 (`orders_under_way`), a staff account is one, too. "
            f"{ASKS}"
        ),
        request=ProofSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        privacy.erase_user(user=confirmed_owner(request, Act.ERASURE))
        return Response(status=status.HTTP_204_NO_CONTENT)
