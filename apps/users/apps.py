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
            alerts,
            codes,
            devices,
            email_links,
            email_registration,
            invariants,  # noqa: F401  registers what must be true
            personal_data,  # noqa: F401  registers what is kept of users
        )

        office.listen()
        letters.write(
            {
                codes.LETTER: codes.write_letter,
                email_links.LETTER: email_links.write_letter,
                email_registration.LETTER_TO_REGISTERED: email_registration.write_to_registered,
                email_registration.LETTER_TO_UNKNOWN: email_registration.write_to_unknown,
                alerts.LETTER: alerts.write_letter,
                devices.LETTER: devices.write_letter,
            }
        )
