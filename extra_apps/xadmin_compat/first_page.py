"""The first page of the back office: what waits for staff, ways to the lists they use most, and the latest rows.

What waits is what the bookmarks of the lists (`list_bookmarks`) find, so that a list and this page never disagree. One
whose query is read by a filter of the list names in `rows` the function that the filter asks, too.
Everybody sees what they have the right to view; the boxes that one has added oneself stay below.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from xadmin.filters import FILTER_PREFIX
from xadmin.views import BaseAdminPlugin
from xadmin.views.dashboard import ListWidget

LATEST_ROWS = 8


@dataclass(frozen=True)
class Way:
    """A link to a list; `count` is how many rows wait there."""

    title: str
    icon: str
    address: str
    count: int = 0
    model: str = ""


class FirstPage(BaseAdminPlugin):
    """Options of the view it is registered for: models that have a button, and those whose latest rows are shown."""

    shortcuts: Sequence[type[Model]] = ()
    latest: Sequence[type[Model]] = ()

    def get_context(self, context: dict[str, Any]) -> dict[str, Any]:
        # xadmin asks for the context several times a page; the template asks for what is in it once.
        return {**context, "first_page": self}

    def to_dos(self) -> list[Way]:
        """Return the bookmarks that find something."""
        return [way for way in self._bookmarks() if way.count]

    def buttons(self) -> list[Way]:
        """Return the ways to the lists that are used most."""
        return [self._way_to(model) for model in self.shortcuts if self._may_view(model)]

    def latest_rows(self) -> list[dict[str, Any]]:
        """Return the cells of the latest rows of each model, worked out by xadmin's own box of a list."""
        return [self._cells_of(model) for model in self.latest if self._may_view(model)]

    def _bookmarks(self) -> Iterator[Way]:
        for model, admin in self.admin_site._registry.items():
            for bookmark in getattr(admin, "list_bookmarks", ()) if self._may_view(model) else ():
                query = bookmark["query"]
                parameters = {f"{FILTER_PREFIX}{name}": value for name, value in query.items()}
                yield Way(
                    title=str(bookmark["title"]),
                    icon=self.admin_view.get_model_icon(model),
                    address=f"{self._list_of(model)}?{urlencode(parameters)}",
                    count=_found_by(bookmark, model).count(),
                    model=str(model._meta.verbose_name_plural),
                )

    def _way_to(self, model: type[Model]) -> Way:
        icon = self.admin_view.get_model_icon(model)
        return Way(str(model._meta.verbose_name_plural), icon, self._list_of(model))

    def _cells_of(self, model: type[Model]) -> dict[str, Any]:
        box = ListWidget(self.admin_view, {"id": 0, "model": model._meta.label_lower, "count": LATEST_ROWS})
        cells: dict[str, Any] = {"way": self._way_to(model)}
        box.context(cells)
        return cells

    def _may_view(self, model: type[Model]) -> bool:
        return bool(self.admin_view.has_model_perm(model, "view"))

    def _list_of(self, model: type[Model]) -> str:
        return str(self.admin_view.get_admin_url(f"{model._meta.app_label}_{model._meta.model_name}_changelist"))


def _found_by(bookmark: dict[str, Any], model: type[Model]) -> QuerySet[Model]:
    if "rows" in bookmark:
        rows: QuerySet[Model] = bookmark["rows"]()
        return rows
    return model._default_manager.filter(**_as_lookups(bookmark["query"]))


def _as_lookups(query: dict[str, Any]) -> dict[str, Any]:
    """Return what a bookmark asks the database; in an address a list of values is one text."""
    return {name: str(value).split(",") if name.endswith("__in") else value for name, value in query.items()}
