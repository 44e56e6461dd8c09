"""What staff change of somebody else's account, of how its owner logs in and is reached: who is told, and logged out.

Whoever types another mobile into an account, or sets its password, can get into it. So it is never done in silence.
"""

from apps.common.transactions import atomic_with_retry
from apps.users.models import DeviceSession, UserProfile
from apps.users.services import alerts, contacts, sessions
from apps.users.services.wording import Change, masked


@atomic_with_retry
def set_password(*, user: UserProfile, password: str) -> None:
    """Set a password that was checked before, log the user out everywhere and tell them."""
    user.set_password(password)
    user.save(update_fields=["password"])
    alerts.tell_owner(user=user, change=Change.PASSWORD, facts={})
    sessions.end_sessions_of(user_id=user.pk)


@atomic_with_retry
def replace_own_password(*, session: DeviceSession) -> None:
    """Store the password that the session's user has set anew, log them out everywhere but there and tell them."""
    session.user.save(update_fields=["password"])
    alerts.tell_owner(user=session.user, change=Change.OWN_PASSWORD, facts={})
    sessions.end_other_sessions(session=session)
    sessions.outlive_password(session=session)


def tell_of_opening(*, user: UserProfile) -> None:
    """Tell whoever holds the mobile of an account that staff have just opened; joins the transaction.

    Nobody has proven it: whoever holds it gets in by a code, and may set a password that staff do not know.
    """
    if user.mobile:
        alerts.tell_owner(user=user, change=Change.OPENED, facts={"address": masked(user.mobile)})


def tell_of_changes(*, was: UserProfile, user: UserProfile) -> bool:
    """Tell a user, who `was` before the change, what it is of names and mobile; joins the transaction.

    An e-mail that is typed proves nothing and lets nobody in, so it is not told. Returns whether there was anything.
    """
    mobile_changed = user.mobile != was.mobile
    # A name that reads as a mobile follows it.
    name_changed = user.username not in (was.username, user.mobile)
    if mobile_changed and user.mobile:
        contacts.tell_of_contact(was, user.mobile)
    elif mobile_changed:
        alerts.tell_owner(user=was, change=Change.NO_MOBILE, facts={})
    if name_changed:
        alerts.tell_owner(user=was, change=Change.NAME, facts={"username": user.username})
    return mobile_changed or name_changed
