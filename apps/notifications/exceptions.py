"""What stands between a message and its recipient."""

from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import InvalidInput, TooManyRequests


class NumberRefused(InvalidInput):
    """The provider delivers nothing to this number: there is no such one, or it wants none."""

    type = "number_refused"
    title = _("No message can be sent to this number.")

    def __init__(self) -> None:
        super().__init__(fields={"mobile": [self.title]})


class TooManyMessages(TooManyRequests):
    """The provider has sent this number as many messages as it may, from whichever shops."""

    title = _("This number has got too many messages, please try again later.")

    def __init__(self) -> None:
        # Providers count by the minute, the hour and the day, and do not say which it was.
        super().__init__(fields={"mobile": [self.title]}, retry_after=3600)
