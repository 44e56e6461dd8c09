"""What a gateway is given to send."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SmsMessage:
    """One message to one mobile. Some providers send `text`, others fill `code` in a template of `purpose`."""

    mobile: str
    purpose: str
    text: str
    code: str
