"""What favourites, addresses and messages refuse."""

from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import Conflict, InvalidInput, ShopError


class AlreadyFavourite(InvalidInput):
    """The goods is among the user's favourites; it is counted once. The old client shows the sentence."""

    type = "already_favourite"
    title = _("Already among your favourites")

    def __init__(self) -> None:
        super().__init__(fields={"non_field_errors": [self.title]})


class NotFavourite(ShopError):
    """The goods is not among the user's favourites (any more); nothing was counted."""

    type = "not_found"
    status = 404
    title = _("Not among your favourites")


class TooManyAddresses(Conflict):
    """The user keeps as many addresses as the shop lets anybody keep; none was added."""

    type = "too_many_addresses"
    title = _("You have too many addresses, please delete one first")
