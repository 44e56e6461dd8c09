"""One's own bindings: which accounts at third parties log one in."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.users.api.caller import session_of, user_of
from apps.users.api.owner import ASKS, proof_in
from apps.users.api.serializers.bindings import BindingBegunSerializer, BindingSerializer
from apps.users.api.serializers.confirmation import ProofSerializer
from apps.users.api.serializers.third_parties import PROVIDER
from apps.users.models import SocialBinding
from apps.users.services import bindings


@extend_schema(tags=["third-party log-in"])
@extend_schema_view(list=extend_schema(summary="List what is bound to one's account"))
class BindingViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[SocialBinding]):
    """One's own bindings."""

    queryset = SocialBinding.objects.all()
    serializer_class = BindingSerializer
    pagination_class = None
    lookup_field = "provider"
    lookup_value_converter = "slug"

    @property
    def throttle_scope(self) -> str:
        """Guard what takes a proof; the list is read like any other."""
        return "login" if self.request.method == "POST" else ""

    def get_queryset(self) -> Any:
        return user_of(self.request).bindings.all()

    @extend_schema(
        operation_id="bindings_begin",
        summary="Begin to bind a third party's account",
        description=(
            "Send the browser to the address that is answered. It must be the very browser that asked, by its cookie: "
            f"ask from a page of the shop's own address. {ASKS}"
        ),
        parameters=[PROVIDER],
        request=ProofSerializer,
        responses=BindingBegunSerializer,
    )
    def begin(self, request: Request, provider: str) -> Response:
        address = bindings.begin(
            provider=provider, browser=request.session, session=session_of(request), proof=proof_in(request)
        )
        return Response(BindingBegunSerializer({"address": address}).data, headers={"Cache-Control": "no-store"})

    @extend_schema(
        operation_id="bindings_unbind",
        parameters=[PROVIDER],
        summary="Unbind a third party's account",
        description=f"409 if it is the last way to log in: bind a mobile or an e-mail first. {ASKS}",
        request=ProofSerializer,
        responses={204: None},
    )
    def unbind(self, request: Request, provider: str) -> Response:
        bindings.unbind_own(session=session_of(request), provider=provider, proof=proof_in(request))
        return Response(status=204)
