"""How often a password may be tried: by the name that is tried, and by the account that the name means.

Who tries a name too often is told so, alike whether or not anybody has it. An account has up to three names, and no
more tries for that; but to refuse one name aloud after tries of another would tell that both are one user's. So when
the tries of the account are used up, whatever is tried is wrong: alike in answer and time, the right password too. What
a wrong log-in reads says that this may be so, and for how long (`WrongLogin`); it says so to everybody.

Where the owner is known, by place or browser, there are as many tries more of both: strangers who guess lock each other
out and not the owner. Two scopes count each: what is guessed slowly is guessed as well. All raise Busy when nobody can
count.
"""

import hashlib
import unicodedata

from apps.common.throttling import UsedUp, count_each
from apps.users.models import UserProfile
from apps.users.services.homes import home_of

SCOPES = ("login_account", "login_account_hour")


def count_name(*, name: str, ip: str | None, mark: str) -> UsedUp | None:
    """Count a try of a log-in name from an address, by a browser with this mark or none.

    Returns the limit that is used up, if one is.
    """
    return _count(key_of_name(name), name, ip, mark)


def count_account(*, user: UserProfile | None, name: str, ip: str | None, mark: str) -> bool:
    """Count a try of the account that a log-in name means, and tell whether it may be.

    A name that means nobody is counted, too, so that it takes as long.
    """
    key = f"account:{user.pk}" if user else f"account:{key_of_name(name)}"
    return _count(key, name, ip, mark) is None


def key_of_name(name: str) -> str:
    """Return what tries of a log-in name are counted by, alike for all ways of writing it."""
    normalised = unicodedata.normalize("NFKC", name).strip().casefold()
    return "name:" + hashlib.sha256(normalised.encode()).hexdigest()


def _count(key: str, name: str, ip: str | None, mark: str) -> UsedUp | None:
    used_up = count_each(SCOPES, key)
    # Asked only now: who is not refused pays for no look.
    home = home_of(name=name, ip=ip, mark=mark) if used_up else None
    return count_each(SCOPES, f"{key}:{home.key}") if home else used_up
