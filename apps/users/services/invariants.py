"""What must always be true of the users."""

from collections.abc import Iterator

from apps.common.invariants import Finding, invariant
from apps.users.models import UserProfile


@invariant("user_names_are_clear")
def find_unclear_names() -> Iterator[Finding]:
    """A user name is of ASCII and Chinese, and a mobile or an e-mail only if it is the user's own.

    But for the names that the shop gives to who is pending, deleted or erased.
    """
    users = UserProfile.objects.only("username", "mobile", "verified_email").order_by("pk")
    for user in users.iterator():
        if not (user.is_named_by_shop or user.may_be_called(user.username)):
            yield Finding(user.pk, f"user {user.pk}", f"is called {user.username!a}, which may mean somebody else")
