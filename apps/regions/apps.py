from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionsConfig(AppConfig):
    """Provinces, cities and districts with their GB codes."""

    name = "apps.regions"
    label = "regions"
    verbose_name = _("Regions")
