from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UserOperationConfig(AppConfig):
    """What shoppers do around the goods: favourites, addresses, messages, reviews."""

    name = "apps.user_operation"
    label = "user_operation"
    verbose_name = _("Shopper activity")

    def ready(self) -> None:
        from apps.user_operation.services import (  # each registers itself: what must be true, what is kept of users
            invariants,  # noqa: F401
            personal_data,  # noqa: F401
        )
