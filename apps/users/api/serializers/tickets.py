"""Tickets on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.users.api import examples
from apps.users.models import UserProfile
from apps.users.services import sisters


@extend_schema_serializer(examples=examples.TICKET)
class TicketRequestSerializer(serializers.Serializer[Any]):
    """Where somebody wants to go."""

    audience = serializers.CharField(max_length=255, help_text="The client id of the sister application")


@extend_schema_serializer(examples=examples.NEW_TICKET)
class TicketSerializer(serializers.Serializer[Any]):
    """What the sister application is to be handed."""

    ticket = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds")


@extend_schema_serializer(examples=examples.TICKET_EXCHANGE)
class TicketExchangeSerializer(serializers.Serializer[Any]):
    """What a user came with."""

    ticket = serializers.CharField(max_length=100, write_only=True)


@extend_schema_serializer(examples=examples.TICKET_HOLDER)
class TicketHolderSerializer(serializers.Serializer[UserProfile]):
    """Who came, in the words of OpenID Connect."""

    sub = serializers.SerializerMethodField(help_text="What names the user, for good: the same as in an ID token")
    name = serializers.CharField(help_text="The nickname, empty where there is none")
    picture = serializers.SerializerMethodField(help_text="The avatar's address, empty where there is none")

    def get_sub(self, user: UserProfile) -> str:
        return sisters.subject_of(user)

    def get_picture(self, user: UserProfile) -> str:
        return sisters.CLAIMS["picture"](user) or ""
