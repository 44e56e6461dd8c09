from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UsersConfig(AppConfig):
    """Who is who: profiles, verify codes, log-in, sessions."""

    name = "apps.users"
    label = "users"
    verbose_name = _("Users")

    def ready(self) -> None:
        from apps.notifications.services import letters
        from apps.users import (
            office,
            tasks,  # noqa: F401  registers its sweeps
        )
        from apps.users.services import (
            activation,
            alerts,
            codes,
            devices,
            personal_data,  # noqa: F401  registers what is kept of users
        )

        office.listen()
        letters.write(
            {
                codes.LETTER: codes.write_letter,
                activation.LETTER: activation.write_letter,
                activation.LETTER_TO_REGISTERED: activation.write_to_registered,
                activation.LETTER_TO_UNKNOWN: activation.write_to_unknown,
                alerts.LETTER: alerts.write_letter,
                devices.LETTER: devices.write_letter,
            }
        )
