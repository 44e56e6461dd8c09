"""The two entries of INSTALLED_APPS."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from xadmin.apps import XAdminConfig


class CompatConfig(AppConfig):
    """Carries templates and static files; listed before xadmin, so that its own are found first."""

    name = "xadmin_compat"
    verbose_name = "xadmin compatibility"


class XadminConfig(XAdminConfig):
    """Stands in INSTALLED_APPS in the place of `xadmin`."""

    name = "xadmin"
    verbose_name = _("Back-office tools")

    def ready(self) -> None:
        from xadmin_compat import patching, shims, versions

        versions.check_versions()
        versions.check_sources()
        with shims.import_time_names(), shims.words_of_the_reader():
            super().ready()
            # xadmin's own list of plugins leaves out the history, and the batch change that `adminx` modules may offer.
            import xadmin.plugins.batch
            import xadmin.plugins.xversion
        from xadmin_compat import office, patches, security  # noqa: F401  importing registers the repairs

        # The view classes are put together when the URLs are built, later than this.
        patching.apply()
        office.settle()
        xadmin.plugins.xversion.register_models()
