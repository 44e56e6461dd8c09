"""Every route that the URL configuration has, as an operation of the OpenAPI document is named: `GET /goods/{id}/`.

Those of the back office stand apart: `tests/back_office` asks them by model.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from apps.common.problems import no_such_route

METHODS = ("get", "post", "put", "patch", "delete")
OFFICE = "xadmin/"
# A view that is a mere function says not what it takes.
OF_A_FUNCTION = ("get", "post")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def routes() -> list[str]:
    """All of them, by address."""
    found = [(address, method) for address, view in addresses() for method in methods_of(view)]
    return [f"{method.upper()} {address}" for address, method in sorted(found, key=_by_address)]


def _by_address(route: tuple[str, str]) -> tuple[str, int]:
    return route[0], METHODS.index(route[1])


def addresses() -> Iterator[tuple[str, Any]]:
    """Addresses with the views behind them."""
    for route, pattern in patterns(get_resolver()):
        if not route.startswith(OFFICE) and pattern.callback is not no_such_route:
            yield "/" + _spelled(route), pattern.callback


def office_addresses() -> list[str]:
    """Addresses of the back office."""
    return ["/" + _spelled(route) for route, _pattern in patterns(get_resolver()) if route.startswith(OFFICE)]


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern, however deep it stands, with what its address is written as."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        else:
            yield route, pattern


def methods_of(view: Any) -> list[str]:
    """What a view takes, as far as it says so."""
    if actions := getattr(view, "actions", None):
        return [method for method in METHODS if method in actions]
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if cls is None:
        return list(OF_A_FUNCTION)
    taken = view.view_initkwargs.get("http_method_names", cls.http_method_names)
    return [method for method in METHODS if method in taken and hasattr(cls, method)]


def _spelled(route: str) -> str:
    """Return the address without what a regular expression says of it."""
    plain = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", route)
    plain = re.sub(r"\([^()]*\)", "{unnamed}", plain)
    return PARAMETER.sub(r"{\1}", plain).replace("^", "").replace("$", "")
