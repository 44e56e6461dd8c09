"""How a mobile, an e-mail and the code that proves it are read."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.users.models.profiles import MOBILE


@extend_schema_field({"type": "string", "pattern": f"^{MOBILE.pattern}$", "example": "13800000001"})
class MobileField(serializers.CharField):
    """A mobile number of mainland China: eleven ASCII digits and not a blank or a newline more."""

    default_error_messages = {"malformed": _("This is not a valid mobile number.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if not MOBILE.fullmatch(value):
            self.fail("malformed")
        return value


@extend_schema_field({"type": "string", "format": "email", "example": "alice@example.com"})
class OwnEmailField(serializers.EmailField):
    """An e-mail to be proven, in the lower case in which it is kept.

    In ASCII: MariaDB takes letters for equal that differ in accents alone, and one mailbox is not another.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, max_length=100, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if not value.isascii():
            self.fail("invalid")
        return value.lower()


@extend_schema_field({"type": "string", "example": "13800000001", "maxLength": 100})
class AddressField(serializers.CharField):
    """A mobile or an e-mail, in one field."""

    default_error_messages = {"malformed": _("This is neither a mobile number nor an e-mail.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        field = OwnEmailField() if "@" in value else MobileField()
        try:
            return str(field.run_validation(value))
        except serializers.ValidationError:
            self.fail("malformed")


class CodeField(serializers.CharField):
    """A verify code, of so many digits."""

    def __init__(self, length: int, **kwargs: Any) -> None:
        asked, malformed = _("Please enter the verification code"), _("The verification code is malformed")
        messages: dict[str, Any] = dict.fromkeys(("required", "blank", "null"), asked)
        messages |= dict.fromkeys(("invalid", "min_length", "max_length"), malformed)
        super().__init__(
            write_only=True,
            trim_whitespace=False,
            min_length=length,
            max_length=length,
            error_messages=messages,
            **kwargs,
        )
