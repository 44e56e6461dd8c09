from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """What the shop tells the world: the outbox, SMS, and notices to its users."""

    name = "apps.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from apps.notifications import tasks  # noqa: F401  registers tasks and sweeps
        from apps.notifications.services import personal_data  # noqa: F401  registers what is kept of users
