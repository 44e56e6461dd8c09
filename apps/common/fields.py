"""How moments and pictures are spelt on the wire, alike in every room."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.common.addresses import PLACEHOLDER, public_url

# Keys are BIGINT; a larger number cannot name anything.
MAX_ID = 2**63 - 1
CLIENT_TIME = "%Y-%m-%d %H:%M:%S"
PHONE = r"[0-9+][0-9-]{4,10}"


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "minimum": 1, "maximum": MAX_ID},
            {"type": "string", "pattern": "^[0-9]{1,18}$"},
        ],
    }
)
class ClientIdField(serializers.IntegerField):
    """An id as the old client sends it: a number, or the text that it took from the page's address."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)  # type: ignore[arg-type]  # DRF lists its keywords


class PhoneField(serializers.RegexField):
    """A number at which the recipient of a parcel is reached: the same rule for addresses and for orders.

    Not trimmed: a line break behind a number is a malformed number.
    """

    default_error_messages = {"invalid": _("Enter a phone number of 5 to 11 digits; hyphens may stand between them.")}

    def __init__(self, **kwargs: object) -> None:
        super().__init__(rf"\A{PHONE}\Z", max_length=11, trim_whitespace=False, **kwargs)  # type: ignore[arg-type]  # DRF lists its keywords


@extend_schema_field({"type": "string", "format": "uri-reference", "example": "/media/goods/lamp.jpg"})
class PictureField(serializers.Field):  # type: ignore[type-arg]  # read-only: nothing is ever parsed
    """The address of a picture, never empty: the client puts it into `src` as it is."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(read_only=True, **kwargs)  # type: ignore[arg-type]  # DRF lists its keywords one by one

    def to_representation(self, value: str) -> str:
        return public_url(value or PLACEHOLDER)


@extend_schema_field(
    {
        "type": "string",
        "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$",
        "description": "In the shop's own time zone, Asia/Shanghai.",
        "example": "2026-11-23 08:00:00",
    }
)
class ClientTimeField(serializers.DateTimeField):
    """A moment as the old client's resources spell it: `2026-11-23 08:00:00`, in the shop's own time zone."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(read_only=True, format=CLIENT_TIME, **kwargs)  # type: ignore[arg-type]  # as above
