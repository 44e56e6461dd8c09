"""What staff may do: powers over resources, asked for alike by every route of the API and by the back office.

A resource is a model, named as Django does (`trade.order`). The user object answers: `user.may(resource, power)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports the users, who ask for powers


class Power(IntFlag):
    """What one may do to a resource, as bits of a mask; a further power takes the next power of two, 16."""

    READ = 1
    WRITE = 2  # make new rows
    MODIFY = 4  # change those there are; whoever may, may read them
    DELETE = 8


EVERY_POWER = Power.READ | Power.WRITE | Power.MODIFY | Power.DELETE


@dataclass(frozen=True)
class Need:
    """What a handler takes: a power over the view's resource, and a level that the caller reaches."""

    power: Power
    level: int = 0


# DRF's own handler answers OPTIONS with what a route is, which is for whoever may read there.
DESCRIBED = Need(Power.READ)

Handler = TypeVar("Handler", bound=Callable[..., object])


def takes(power: Power, *, level: int = 0) -> Callable[[Handler], Handler]:
    """Mark a handler of a view: it takes this power, and at least this level.

    The mark does nothing by itself; `MayUse` reads it.
    """

    def mark(handler: Handler) -> Handler:
        handler.need = Need(power, level)  # type: ignore[attr-defined]  # a function takes any attribute
        return handler

    return mark


class MayUse(BasePermission):
    """Let staff in who may do to the view's `resource` what the handler takes; 401 for nobody, 403 for all others.

    A handler that is not marked by `takes` lets nobody in. Where there is none, DRF answers 405.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        if request.method not in view.allowed_methods:
            return True
        need = need_of(request, view)
        if need is None:
            return False
        resource: str = view.resource  # type: ignore[attr-defined]  # a view without one is a mistake of ours
        return request.user.may(resource, need.power, level=need.level)


class StaffView:
    """A view for staff: it takes the tokens of their realm alone, and asks what their roles let them do.

    Whose tokens these are is a setting, for the apps that have such views do not know how users log in.
    """

    def get_permissions(self) -> list[BasePermission]:
        return [MayUse()]

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [import_string(settings.STAFF_AUTHENTICATION)()]


def need_of(request: Request, view: "APIView") -> Need | None:
    """Return what the handler of the request was marked with."""
    method = str(request.method).lower()
    if method == "options":
        return DESCRIBED
    # A view set names its handler; any other view has that of GET for HEAD.
    name = getattr(view, "action", None) or ("get" if method == "head" else method)
    need: Need | None = getattr(getattr(view, name, None), "need", None)
    return need
