"""Sessions that are past their time, and are forgotten after a while."""

from datetime import timedelta

from django.contrib.sessions.models import Session as BrowserSession
from django.utils import timezone

from apps.common.purging import delete_in_batches
from apps.users.models import DeviceSession

# So long a session is remembered after its time, for who asks where somebody was logged in.
KEPT = timedelta(days=30)


def forget_old_sessions() -> int:
    """Delete sessions whose time was over a month ago, ended or not; returns how many."""
    return delete_in_batches(DeviceSession.objects.filter(expires_at__lt=timezone.now() - KEPT))


def forget_browser_sessions() -> int:
    """Delete what browsers' cookies stood for (the back office, ways to third parties) and is past its time.

    Nobody else does: they are rows, of which Redis keeps a copy that ends by itself. Returns how many.
    """
    return delete_in_batches(BrowserSession.objects.filter(expire_date__lt=timezone.now()))
