"""The family of errors a rule of the shop can raise; `problems` turns each into one JSON shape."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text: TypeAlias = str | Promise
FieldErrors: TypeAlias = Mapping[str, Sequence[Text]]


class ShopError(Exception):
    """A rule of the shop refused something; nothing of the refused change is written.

    `type` names the problem for machines and never changes; `detail` says it to people. `fields` lists
    messages by input field, as the Vue client reads them. `members` adds facts, such as how much is left.
    """

    type: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[Text] = _("The shop refused this")

    def __init__(
        self,
        detail: Text | None = None,
        *,
        fields: FieldErrors | None = None,
        retry_after: int | None = None,
        **members: Any,
    ) -> None:
        self.detail: Text = self.title if detail is None else detail
        self.fields = dict(fields or {})
        self.retry_after = retry_after
        self.members = members
        super().__init__(self.detail)


class InvalidInput(ShopError):
    """The caller sent something that cannot be meant; the messages stand under the fields' names."""

    type = "invalid_input"
    status = 400
    title = _("Invalid input")


class Conflict(ShopError):
    """What the caller wants does not fit the present state."""

    type = "conflict"


class TooLarge(ShopError):
    """What the caller sent is larger than the shop takes."""

    type = "too_large"
    status = 413
    title = _("The request is too large")


class TooManyRequests(ShopError):
    """The caller is too fast; `retry_after` says in seconds when to come back."""

    type = "too_many_requests"
    status = 429
    title = _("Too many requests")


class Busy(ShopError):
    """The database could not serve the change in time; it is safe to send the request again."""

    type = "busy"
    status = 503
    title = _("The shop is busy, please try again")


class OutcomeUnknown(ShopError):
    """The connection to the database broke while the change was being committed: it is written whole, or not at all.

    Without `Retry-After`, for a client that sends the request again without looking may have it done twice.
    """

    type = "outcome_unknown"
    status = 503
    title = _("Whether this was done is not known; please look before you try again")


class GatewayFailed(ShopError):
    """An outside service (SMS, payment) refused or did not answer."""

    type = "gateway_failed"
    status = 502
    title = _("An outside service failed")
