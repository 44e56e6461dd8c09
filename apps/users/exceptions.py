"""What the users' rules refuse."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import Conflict, InvalidInput, ShopError, Text


class WrongLogin(InvalidInput):
    """No active user has this name and this password, or the account was tried too often under another of its names.

    Which of these it is stays unsaid, for it would tell who exists. So everybody reads what may be the matter, how long
    it lasts at most, and the way into the shop that stays open: the other doors take no codes.
    """

    type = "wrong_login"
    title = _("The user name or the password is wrong.")
    locked = _(
        "After too many tries an account takes passwords only where its owner is known, for up to an hour; in "
        "the shop, a verification code logs you in anywhere."
    )

    def __init__(self) -> None:
        message = format_lazy("{} {}", self.title, self.locked)
        super().__init__(message, fields={"non_field_errors": [message]})


class WrongCode(InvalidInput):
    """No code of this address and purpose that is good is this one, or it was tried too often."""

    type = "wrong_code"
    title = _("The verification code is wrong")

    def __init__(self, field: str = "code") -> None:
        super().__init__(fields={field: [self.title]})


class CodeExpired(InvalidInput):
    """The code was right, and is past its time."""

    type = "code_expired"
    title = _("The verification code has expired")

    def __init__(self, field: str = "code") -> None:
        super().__init__(fields={field: [self.title]})


class AccountExists(InvalidInput):
    """The number has an account already; said only to who has shown the right code."""

    type = "account_exists"
    title = _("The user already exists")

    def __init__(self) -> None:
        super().__init__(fields={"username": [self.title]})


class NoAccount(InvalidInput):
    """Nobody with this address may log in; said only to who has shown the right code."""

    type = "no_account"
    title = _("There is no account with this mobile or e-mail.")

    def __init__(self) -> None:
        super().__init__(fields={"username": [self.title]})


class ContactTaken(InvalidInput):
    """Somebody else has proven this mobile or e-mail; said only to who has shown the right code."""

    type = "contact_taken"
    title = _("Another account has this mobile or e-mail.")

    def __init__(self, field: str) -> None:
        super().__init__(fields={field: [self.title]})


class NameOfOtherLetters(InvalidInput):
    """The user name has letters or digits of which none may be chosen: they could be taken for others."""

    type = "name_of_other_letters"
    title = _("A user name is of Latin and Chinese letters, digits and . _ + - only.")

    def __init__(self) -> None:
        super().__init__(fields={"username": [self.title]})


class NameNotAvailable(InvalidInput):
    """The user name is taken, or reads as a mobile or an e-mail that is not the user's own proven one."""

    type = "name_not_available"
    title = _("This user name is not available.")

    def __init__(self) -> None:
        super().__init__(fields={"username": [self.title]})


class StaffName(InvalidInput):
    """Staff are renamed in the back office alone: a token of the shop is no way to the name that opens its door."""

    type = "staff_name"
    title = _("The user names of staff are changed in the back office.")

    def __init__(self) -> None:
        super().__init__(fields={"username": [self.title]})


class WeakPassword(InvalidInput):
    """The password breaks the rules for passwords; the messages say which."""

    type = "weak_password"
    title = _("The password is too weak")

    def __init__(self, field: str, messages: list[Text]) -> None:
        super().__init__(fields={field: messages})


class SessionOver(InvalidInput):
    """The refresh token was used before, is not ours, or its session has ended."""

    type = "session_over"
    title = _("This session is over, please log in again.")

    def __init__(self) -> None:
        super().__init__(fields={"refresh_token": [self.title]})


class WrongPassword(InvalidInput):
    """The password that a change asks for is wrong."""

    type = "wrong_password"
    title = _("The password is wrong.")

    def __init__(self, field: str = "old_password") -> None:
        super().__init__(fields={field: [self.title]})


class ProofNeeded(InvalidInput):
    """A token alone is not enough: the fields name what the owner can show beside it."""

    type = "proof_needed"
    title = _("Please confirm that it is you.")

    def __init__(self, *, password: bool, code: bool) -> None:
        ways = {"password": password, "code": code}
        super().__init__(fields={field: [self.title] for field, has_it in ways.items() if has_it})


class StaleLogIn(ShopError):
    """The user has neither password nor proven address, and the log-in that must do is too old."""

    type = "stale_log_in"
    status = 403
    title = _("Please log in again first: this takes a log-in of the last ten minutes.")


class LinkDead(InvalidInput):
    """The link was used, is too old, or another one was sent after it."""

    type = "link_dead"
    title = _("This link does not work any more. Please ask for a new one.")

    def __init__(self) -> None:
        super().__init__(fields={"token": [self.title]})


class StaffAccount(Conflict):
    """Staff are neither deleted nor erased as long as they are staff: what they did is the shop's to know."""

    type = "staff_account"
    title = _("This is a staff account; a superuser has to take its rights away first.")


class NotDeleted(Conflict):
    """The account is in use, or its data was erased: there is nothing to restore."""

    type = "not_deleted"
    title = _("There is nothing to restore of this account.")


class NoSuchScan(ShopError):
    """No log-in by scanning has this id, or it is another phone's, or another browser's."""

    type = "not_found"
    status = 404
    title = _("There is no such code")


class ScanOver(Conflict):
    """The code was scanned by another phone, was answered or used already, or its two minutes are over."""

    type = "scan_over"
    title = _("This code is not good any more, please ask for a new one.")


class WrongSecondFactor(InvalidInput):
    """The code is none of the user's authenticator app or recovery codes, or was used before."""

    type = "wrong_second_factor"
    title = _("The code is wrong, or was used before.")

    def __init__(self) -> None:
        super().__init__(fields={"otp": [self.title]})


class NoEnrolment(Conflict):
    """A code to set up a second factor is for staff who have none."""

    type = "no_enrolment"
    title = _("Only staff set up a second factor, and who has one must have it reset first.")


class NoSuchProvider(ShopError):
    """The shop has no keys of this third party."""

    type = "not_found"
    status = 404
    title = _("The shop does not offer this way to log in.")


class LoginDenied(InvalidInput):
    """Somebody said no at the third party, or came back from there without a code."""

    type = "login_denied"
    title = _("You did not agree there, so nobody was logged in.")


class NotBegunHere(InvalidInput):
    """What came back from a third party was not begun in this browser, is used up, or is too old."""

    type = "login_not_begun"
    title = _("This log-in was not begun in this browser, or is too old. Please begin again.")


class AccountClosed(ShopError):
    """The account that the third party's belongs to is switched off or deleted."""

    type = "account_closed"
    status = 403
    title = _("This account cannot be used.")


class IdentityTaken(Conflict):
    """The account at the third party logs another user in."""

    type = "identity_taken"
    title = _("It is bound to another account here; unbind it there first.")


class AlreadyBound(Conflict):
    """The user has bound another account of the same third party."""

    type = "already_bound"
    title = _("Another one is bound to your account; unbind that first.")


class LastWayIn(Conflict):
    """Without this binding the user could not log in any more."""

    type = "last_way_in"
    title = _("You could not log in any more: bind a mobile or an e-mail first.")


class NoSuchBinding(ShopError):
    """The user has bound nothing of this third party."""

    type = "not_found"
    status = 404
    title = _("Nothing of this third party is bound to your account.")


class NoSuchAudience(InvalidInput):
    """No sister application has this client id, or it is switched off."""

    type = "no_such_audience"
    title = _("There is no such sister application.")

    def __init__(self) -> None:
        super().__init__(fields={"audience": [self.title]})


class TicketOver(InvalidInput):
    """The ticket was used, is older than its minute, was made for another application, or its session has ended."""

    type = "ticket_over"
    title = _("This ticket is not good, or not good any more.")

    def __init__(self) -> None:
        super().__init__(fields={"ticket": [self.title]})
