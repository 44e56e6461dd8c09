"""Where the owner of a log-in name is known, and is not to be locked out by what strangers try elsewhere."""

from dataclasses import dataclass

from apps.common.visitors import neighbourhood
from apps.users.services import known_browsers, places
from apps.users.services.known_browsers import Browser


@dataclass(frozen=True, kw_only=True)
class Home:
    """A browser that is known, or else a place; `key` is what tries are counted by there."""

    key: str
    browser: Browser | None = None


def home_of(*, name: str, ip: str | None, mark: str) -> Home | None:
    """Return where the caller is at home as the owner of the name, if at all; `mark` is that of the caller's browser.

    A mark that is no good, and one of another user, is as good as none.
    """
    browser = known_browsers.browser_of(name=name, mark=mark)
    if browser:
        return Home(key=f"browser:{browser.number}", browser=browser)
    return Home(key=neighbourhood(ip)) if ip and places.is_known(name=name, ip=ip) else None
