"""`/messages/`, what a user writes to the shop."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.parsers import BoundedMultiPartParser
from apps.user_operation.api.caller import caller_id
from apps.user_operation.api.serializers.messages import MessageSerializer, NewMessageSerializer
from apps.user_operation.models import Message
from apps.user_operation.services import messages


@extend_schema(tags=["messages"])
@extend_schema_view(
    list=extend_schema(summary="List one's messages"),
    retrieve=extend_schema(summary="Show a message"),
)
class MessageViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Message]):
    """Messages to the shop, with an attachment if one likes."""

    serializer_class = MessageSerializer
    parser_classes = [BoundedMultiPartParser]
    file_field = "file"
    lookup_value_regex = "[0-9]{1,18}"

    @property
    def throttle_scope(self) -> str:
        """Writing is limited more strictly than reading: each message may leave a file behind."""
        return "message" if self.action == "create" else ""

    def get_queryset(self) -> QuerySet[Message]:
        return Message.objects.filter(user_id=self.request.user.pk)

    @extend_schema(
        summary="Write a message",
        description=(
            "A form with `file`, which may be the empty string. Pictures (gif, jpg, png), Word, Excel, PowerPoint, "
            "PDF, txt and zip are taken, by their content."
        ),
        request={"multipart/form-data": NewMessageSerializer},
        responses={201: MessageSerializer},
    )
    def create(self, request: Request) -> Response:
        new = NewMessageSerializer(data=request.data)
        new.is_valid(raise_exception=True)
        message = messages.write_message(user_id=caller_id(request), **new.validated_data)
        return Response(self.get_serializer(message).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Delete a message and its attachment", responses={204: None})
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        messages.delete_message(message=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)
