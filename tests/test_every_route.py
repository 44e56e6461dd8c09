"""What holds for every route of the API, also for those that are still to come."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from apps.common.parsers import BoundedMultiPartParser, StrictJSONParser
from apps.common.permissions import Need, StaffView


def api_views(resolver: URLResolver) -> Iterator[type[APIView]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from api_views(pattern)
        elif isinstance(pattern, URLPattern):
            view: Any = getattr(pattern.callback, "cls", None)
            if isinstance(view, type) and issubclass(view, APIView) and view.__module__.startswith("apps."):
                yield view


# Those of a plain view and those of a view set; OPTIONS is answered by DRF itself.
HANDLERS = frozenset(
    {"get", "post", "put", "patch", "delete", "list", "retrieve", "create", "update", "partial_update", "destroy"}
)

VIEWS = sorted(set(api_views(get_resolver())), key=lambda view: view.__name__)


def test_there_are_routes() -> None:
    assert len(VIEWS) > 15


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_reads_a_body_without_bounds(view: type[APIView]) -> None:
    assert set(view.parser_classes) <= {StrictJSONParser, BoundedMultiPartParser}


STAFF_VIEWS = [view for view in VIEWS if hasattr(view, "resource") or issubclass(view, StaffView)]


@pytest.mark.parametrize("view", STAFF_VIEWS)
def test_a_staff_route_asks_for_powers_over_a_resource_that_exists(view: type[APIView]) -> None:
    assert issubclass(view, StaffView)
    assert apps.get_model(view.resource)._meta.label_lower == view.resource


@pytest.mark.parametrize("view", STAFF_VIEWS)
def test_a_staff_route_says_by_the_decorator_what_it_takes(view: type[APIView]) -> None:
    names = {name for name in dir(view) if name in HANDLERS}

    assert names
    assert {name for name in names if not isinstance(getattr(getattr(view, name), "need", None), Need)} == set()
