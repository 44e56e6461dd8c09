"""Notices on the wire."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.notifications.api import examples
from apps.notifications.models import Notice
from apps.notifications.services import notices


@extend_schema_serializer(examples=examples.NOTICE)
class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """A notice, its sentence in the language of the request."""

    text = serializers.SerializerMethodField()
    reference = serializers.CharField(help_text="What it is about: the number of an order")

    class Meta:
        model = Notice
        fields = ["public_id", "topic", "text", "reference", "created_at", "read_at"]

    def get_text(self, notice: Notice) -> str:
        return notices.text_of(notice)


@extend_schema_serializer(examples=examples.READ_NOTICES)
class ReadNoticesSerializer(serializers.Serializer[dict[str, int]]):
    """How many notices were new."""

    count = serializers.IntegerField()
