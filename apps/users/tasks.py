"""What the clock does for users."""

from datetime import timedelta

from apps.common.tasks import sweep
from apps.users.services import codes, newcomers, old_sessions, scans, second_factors, sisters, third_parties


@sweep("users.purge_codes", every=timedelta(hours=1))
def purge_codes() -> None:
    """Forget codes and allowances that ended long ago."""
    codes.purge_codes()


@sweep("users.forget_sessions", every=timedelta(hours=1))
def forget_sessions() -> None:
    """Drop sessions that no token has named for a month."""
    old_sessions.forget_old_sessions()


@sweep("users.forget_browser_sessions", every=timedelta(hours=1))
def forget_browser_sessions() -> None:
    """Drop what cookies of browsers stood for, once they are past their time."""
    old_sessions.forget_browser_sessions()


@sweep("users.forget_scans", every=timedelta(hours=1))
def forget_scans() -> None:
    """Drop log-ins by scanning of a month ago."""
    scans.forget_old_scans()


@sweep("users.forget_states", every=timedelta(hours=1))
def forget_states() -> None:
    """Drop log-ins through third parties that nobody came back from."""
    third_parties.forget_old_states()


@sweep("users.renew_encryption", every=timedelta(hours=1))
def renew_encryption() -> None:
    """Encrypt second factors with the present key."""
    second_factors.renew_encryption()


@sweep("users.forget_pending", every=timedelta(hours=1))
def forget_pending() -> None:
    """Drop newcomers who never opened the link of their e-mail."""
    newcomers.forget_old()


@sweep("users.forget_app_tokens", every=timedelta(hours=1))
def forget_app_tokens() -> None:
    """Drop what sister applications were given and is past its time."""
    sisters.forget_old_tokens()
