"""What the owner of an account shows beside the token."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.users.api import examples
from apps.users.api.serializers.accounts import PasswordField
from apps.users.api.serializers.addresses import CodeField
from apps.users.services.confirmation import Act


@extend_schema_serializer(examples=examples.PROOF)
class ProofSerializer(serializers.Serializer[Any]):
    """The password once more, or a code: a token alone neither shows nor changes what is the owner's."""

    password = PasswordField(required=False, default="", allow_blank=True)
    code = CodeField(
        6, required=False, default="", allow_blank=True, help_text="Of `/users/confirmation/`; in place of the password"
    )


# A first mobile or e-mail is for who has no address that a code could go to.
ACTS = [act.value for act in Act if act is not Act.FIRST_CONTACT]


@extend_schema_serializer(examples=examples.CONFIRMATION)
class ConfirmationSerializer(serializers.Serializer[Any]):
    """What the code is to confirm: it is good for nothing else."""

    act = serializers.ChoiceField(ACTS)


@extend_schema_serializer(examples=examples.CONFIRMATION_SENT)
class ConfirmationSentSerializer(serializers.Serializer[Any]):
    """Where the code is on its way to."""

    sent_to = serializers.CharField()
