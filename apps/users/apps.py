from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """Who is who: profiles, verify codes, log-in, sessions."""

    name = "apps.users"
    label = "users"
    verbose_name = _("Users")

    def ready(self) -> None:
        from apps.users import tasks  # noqa: F401  registers its sweeps
        from apps.users.services import personal_data  # noqa: F401  registers what is kept of users
