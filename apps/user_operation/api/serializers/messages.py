"""Messages to the shop on the wire."""

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.common.addresses import public_url
from apps.common.fields import ClientTimeField
from apps.user_operation.api import examples
from apps.user_operation.models import Message

MESSAGE_LENGTH = 5000


@extend_schema_serializer(examples=examples.MESSAGE)
class MessageSerializer(serializers.ModelSerializer[Message]):
    """A message with the address of its attachment."""

    message_type = serializers.IntegerField(source="kind", min_value=1, max_value=5)
    message = serializers.CharField(source="body")
    file = serializers.SerializerMethodField(help_text="Address of the attachment; empty when there is none.")
    add_time = ClientTimeField(source="created_at")

    class Meta:
        model = Message
        fields = ["id", "message_type", "subject", "message", "file", "add_time"]

    @extend_schema_field({"type": "string", "format": "uri-reference", "example": "/media/messages/0f3a.pdf"})
    def get_file(self, message: Message) -> str:
        """Print the address, never built from the Host header."""
        return public_url(message.file.url) if message.file else ""


@extend_schema_serializer(examples=examples.NEW_MESSAGE)
class NewMessageSerializer(serializers.Serializer[Message]):
    """A message to the shop. Empty parts of the form, as the client sends them, are parts left out."""

    message_type = serializers.ChoiceField(
        source="kind", choices=Message.Kind.choices, required=False, help_text="Empty means 1."
    )
    subject = serializers.CharField(max_length=100, required=False, allow_blank=True)
    message = serializers.CharField(source="body", max_length=MESSAGE_LENGTH, required=False, allow_blank=True)
    file = serializers.FileField(required=False, help_text="An empty string means no file.")
