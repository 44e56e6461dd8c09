"""The back office's own touch: what of xadmin's own models is registered, and what every page loads."""

from typing import Any

import xadmin
from django.contrib.auth.models import Group, Permission
from django.templatetags.static import static
from django.utils.html import format_html
from reversion.models import Revision
from xadmin.models import Bookmark, Log, UserSettings
from xadmin.views import (
    BaseAdminPlugin,
    BaseAdminView,
    CommAdminView,
    DetailAdminView,
    LoginView,
    ModelFormAdminView,
    UpdateAdminView,
)

from xadmin_compat.actions import ActionButtons
from xadmin_compat.options import ReadOnly, SuperusersOnly
from xadmin_compat.pictures import PicturePlugin


class PagePlugin(BaseAdminPlugin):
    """Loads our style sheet, and an icon that needs no request."""

    def block_extrahead(self, context: Any, nodes: list[str]) -> None:
        sheet = static("xadmin_compat/office.css")
        nodes.append(format_html('<link rel="icon" href="data:,"><link rel="stylesheet" href="{}">', sheet))


class SiteName(BaseAdminPlugin):
    """Tells the log-in page whose it is, as all pages behind it are told."""

    def get_context(self, context: dict[str, Any]) -> dict[str, Any]:
        return {**context, "site_title": CommAdminView.site_title}


class MenuStyle:
    """One app of the menu is open at a time: all models of all apps are longer than a screen."""

    menu_style = "accordion"


class BookmarksByRight:
    """One's own bookmarks, as xadmin has it, but with the right to change bookmarks: it asked for none."""

    has_model_perm: Any

    def has_change_permission(self, obj: Any = None) -> bool:
        return self.has_model_perm(Bookmark, "change") and super().has_change_permission(obj)


def settle() -> None:
    """Take off the list what nobody should edit by hand, and give the rest the rights it needs."""
    # A revision's pages offer the stored rows for editing; permissions are rows that the code makes.
    for model in (Revision, Permission, UserSettings):
        xadmin.site.unregister(model)
    _narrow(Bookmark, BookmarksByRight)
    _narrow(Log, ReadOnly)
    _narrow(Group, SuperusersOnly)
    xadmin.site.register(CommAdminView, MenuStyle)
    xadmin.site.register_plugin(PagePlugin, BaseAdminView)
    xadmin.site.register_plugin(SiteName, LoginView)
    xadmin.site.register_plugin(PicturePlugin, ModelFormAdminView)
    for view in (DetailAdminView, UpdateAdminView):
        xadmin.site.register_plugin(ActionButtons, view)


def _narrow(model: Any, option: type) -> None:
    admin = xadmin.site._registry[model]
    xadmin.site._registry[model] = type(admin.__name__, (option, admin), {})
