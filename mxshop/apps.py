from django.apps import AppConfig


class MxshopConfig(AppConfig):
    """Installed for its commands; it has no models."""

    name = "mxshop"
