"""What a gateway is given to send."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SmsMessage:
    """One message to one mobile. Some providers send `text`, others fill `code`, if any, in a template of `purpose`."""

    mobile: str
    purpose: str
    text: str
    code: str


def template_of(templates: Mapping[str, str], purpose: str) -> str:
    """Return the template's id; a shop that has none for a purpose sends what is sent to register.

    A refusal for one kind of number alone, such as those with an account, would give them away.
    """
    return templates.get(purpose) or templates.get("register", "")
