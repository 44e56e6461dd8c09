"""Bases for the `adminx` modules of the shop: what a model's pages allow."""

from typing import Any


class ReadOnly:
    """Rows that the shop writes and people only read: nobody adds, changes or deletes one here, not even superusers."""

    remove_permissions = ["add", "change", "delete"]


class PartOfPage(ReadOnly):
    """An inline whose rows are part of what they hang on: whoever may see that page sees them, too."""

    style = "table"
    extra = 0

    def has_view_permission(self, obj: Any = None) -> bool:
        return True


class AtLeastOneRow:
    """An inline table with the columns of its form, without whose rows the page makes no sense."""

    style = "table"
    extra = 0
    form: Any

    def get_formset(self, **kwargs: Any) -> Any:
        return super().get_formset(**{"fields": self.form.Meta.fields, "min_num": 1, **kwargs})  # type: ignore[misc]  # xadmin mixes it in


class NeverDeleted:
    """Rows that may be made and changed, and are only ever taken out of use."""

    remove_permissions = ["delete"]


class SuperusersOnly:
    """Pages and actions for superusers alone, whatever rights an account was given; what a page removes stays removed.

    An action of such a page is theirs as well; on a page that others see, the action itself has to say so.
    """

    user: Any

    @classmethod
    def has_perm(cls, list_view: Any) -> bool:
        """Tell whether an action is offered, and done."""
        return bool(list_view.user.is_superuser and super().has_perm(list_view))  # type: ignore[misc]  # of an action

    def has_view_permission(self, obj: Any = None) -> bool:
        return bool(self.user.is_superuser and super().has_view_permission(obj))

    def has_add_permission(self) -> bool:
        return bool(self.user.is_superuser and super().has_add_permission())

    def has_change_permission(self, obj: Any = None) -> bool:
        return bool(self.user.is_superuser and super().has_change_permission(obj))

    def has_delete_permission(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self.user.is_superuser and super().has_delete_permission(*args, **kwargs))
