"""The permission class asks the user for what a handler takes, and lets nobody in by mistake."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from apps.common.permissions import MayUse, Power, takes


@dataclass
class Clerk:
    """Answers as it is told, and remembers what it was asked."""

    answer: bool = True
    asked: list[tuple[str, Power, int]] = field(default_factory=list)
    is_authenticated = True
    is_active = True
    pk = 1

    def may(self, resource: str, power: Power, *, level: int = 0) -> bool:
        self.asked.append((resource, power, level))
        return self.answer


class ShelvesView(APIView):
    permission_classes = [MayUse]
    resource = "shop.shelf"

    @takes(Power.READ)
    def get(self, request: Request) -> Response:
        return Response("seen")

    def put(self, request: Request) -> Response:
        """A mistake of ours: it says not what it takes."""
        return Response("seen")

    @takes(Power.MODIFY)
    def patch(self, request: Request) -> Response:
        return Response("changed")

    @takes(Power.DELETE)
    def delete(self, request: Request) -> Response:
        return Response("gone")

    @takes(Power.MODIFY, level=20)
    def post(self, request: Request) -> Response:
        return Response("moved")


def ask(method: str, user: Any) -> int:
    request = getattr(APIRequestFactory(), method)("/shelves/")
    if user is not None:
        force_authenticate(request, user)
    return ShelvesView.as_view()(request).status_code


@pytest.mark.parametrize(
    ("method", "power", "level"),
    [
        ("get", Power.READ, 0),
        ("head", Power.READ, 0),
        ("options", Power.READ, 0),
        ("patch", Power.MODIFY, 0),
        ("delete", Power.DELETE, 0),
        ("post", Power.MODIFY, 20),
    ],
)
def test_each_handler_takes_what_it_is_marked_with(method: str, power: Power, level: int) -> None:
    allowed, refused = Clerk(), Clerk(answer=False)

    assert (ask(method, allowed), ask(method, refused)) == (200, 403)
    assert allowed.asked[0] == refused.asked[0] == ("shop.shelf", power, level)


@pytest.mark.parametrize("method", ["TRACE", "DISPATCH"])
def test_a_method_that_the_view_does_not_have_is_not_allowed(method: str) -> None:
    clerk = Clerk()
    request = APIRequestFactory().generic(method, "/shelves/")
    assert ShelvesView.as_view()(request).status_code == 401
    force_authenticate(request, clerk)

    assert (ShelvesView.as_view()(request).status_code, clerk.asked) == (405, [])


def test_a_handler_without_a_mark_lets_nobody_in() -> None:
    clerk = Clerk()

    assert (ask("put", clerk), clerk.asked) == (403, [])


def test_nobody_is_asked_to_sign_in() -> None:
    assert ask("get", None) == 401
    assert not MayUse().has_permission(Request(APIRequestFactory().get("/")), ShelvesView())
    assert not AnonymousUser().is_authenticated


def test_powers_are_powers_of_two() -> None:
    assert [power.value for power in Power] == [1, 2, 4, 8]
