from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Contracts that all apps share."""

    name = "apps.common"
    label = "common"
