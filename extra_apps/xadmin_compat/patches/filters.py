"""Filters and search of the lists."""

import operator
from functools import reduce
from typing import Any

from django.contrib.admin.utils import get_fields_from_path, lookup_spawns_duplicates
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, FieldError, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from xadmin.filters import FILTER_PREFIX, SEARCH_VAR, manager
from xadmin.util import prepare_lookup_value

from xadmin_compat.patching import Bench, repair
from xadmin_compat.rules import lookup_allowed

BAD_VALUE = (ValueError, TypeError, ValidationError, FieldError, FieldDoesNotExist, OverflowError)
SEARCH_MARKS = {"^": "istartswith", "=": "iexact", "@": "search"}


@repair
def filters_of_a_list(bench: Bench) -> None:
    """Left-over lookups became lists (boolean, isnull: 500), a bad value was a 500, and any lookup was let through.

    Lookups are checked by `lookup_allowed`; what is refused is said to the user and shows no rows.
    """

    @bench.replace("xadmin.plugins.filters:FilterPlugin.get_list_queryset")
    def get_list_queryset(self: Any, queryset: Any) -> Any:
        view = self.admin_view
        wanted = _wanted(view.params)
        view.has_query_param = bool(wanted)
        view.clean_query_url = view.get_query_string(
            remove=[k for k in self.request.GET if k.startswith(FILTER_PREFIX)]
        )
        self.filter_specs = _specs(self, wanted)
        self.has_filters = bool(self.filter_specs)
        view.filter_specs = self.filter_specs
        view.used_filter_num = sum(spec.is_used for spec in self.filter_specs)
        used = [name for spec in self.filter_specs for name in spec.used_params] + list(wanted)
        for spec in self.filter_specs:
            queryset = _filtered(self, queryset, spec.do_filte)
        for name, value in wanted.items():
            queryset = _left_over(self, queryset, name, value)
        queryset, searched = _searched(self, queryset)
        return queryset.distinct() if any(_doubles(self.opts, name) for name in used + searched) else queryset


def _wanted(params: dict[str, str]) -> dict[str, Any]:
    """Return the lookups of the request; each filter takes its own out, and the rest is left over."""
    prefixed = {k.removeprefix(FILTER_PREFIX): v for k, v in params.items() if k.startswith(FILTER_PREFIX) and v != ""}
    return {name: False if value == "False" else value for name, value in prefixed.items()}


def _specs(plugin: Any, wanted: dict[str, Any]) -> list[Any]:
    specs = []
    for entry in plugin.list_filter or ():
        try:
            spec = _spec(plugin, entry, wanted)
        except BAD_VALUE as error:
            _complain(plugin, error)
            continue
        # A filter with nothing to choose shows nothing, but the lookup that it took counts.
        if spec and (spec.is_used or spec.has_output()):
            specs.append(spec)
    return specs


def _spec(plugin: Any, entry: Any, wanted: dict[str, Any]) -> Any:
    if callable(entry):
        return entry(plugin.request, wanted, plugin.model, plugin)
    field, create = entry if isinstance(entry, tuple | list) else (entry, manager.create)
    path = get_fields_from_path(plugin.model, field)
    spec = create(path[-1], plugin.request, wanted, plugin.model, plugin.admin_view, field_path=field)
    if len(path) > 1:
        spec.title = f"{path[-2].verbose_name} {spec.title}"
    return spec


def _left_over(plugin: Any, queryset: Any, name: str, value: Any) -> Any:
    """Apply a lookup that no filter of the list took."""
    if not lookup_allowed(plugin.model, name, plugin.list_filter):
        _complain(plugin, name)
        return queryset.none()
    if isinstance(value, str):
        value = prepare_lookup_value(name, value)
    return _filtered(plugin, queryset, lambda rows: rows.filter(**{name: value}))


def _filtered(plugin: Any, queryset: Any, narrow: Any) -> Any:
    try:
        narrowed = narrow(queryset)
        str(narrowed.query)  # some bad values complain only when the SQL is made
    except BAD_VALUE as error:
        _complain(plugin, error)
        return queryset.none()
    except EmptyResultSet:
        return queryset.none()
    return narrowed


def _searched(plugin: Any, queryset: Any) -> tuple[Any, list[str]]:
    words = plugin.request.GET.get(SEARCH_VAR, "")
    if not plugin.search_fields or not words:
        return queryset, []
    plugin.admin_view.search_query = words
    lookups = [_search_lookup(str(name)) for name in plugin.search_fields]
    for word in words.replace("\x00", "").split():
        queryset = queryset.filter(reduce(operator.or_, (models.Q((lookup, word)) for lookup in lookups)))
    return queryset, lookups


def _search_lookup(name: str) -> str:
    return f"{name[1:]}__{SEARCH_MARKS[name[0]]}" if name[0] in SEARCH_MARKS else f"{name}__icontains"


def _doubles(options: Any, name: str) -> bool:
    try:
        return lookup_spawns_duplicates(options, name)
    except FieldDoesNotExist:
        return False


def _complain(plugin: Any, error: object) -> None:
    plugin.admin_view.message_user(_("Filtering error: %s") % error, "error")
