"""What staff may do: powers over resources, asked for alike by every route of the API and by the back office.

A resource is a model, named as Django does (`trade.order`). The user object answers: `user.may(resource, power)`.
"""

from collections.abc import Callable, Mapping
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

# What a method takes where its handler does not say otherwise.
POWER_OF_METHOD: Mapping[str, Power] = {
    "GET": Power.READ,
    "HEAD": Power.READ,
    "OPTIONS": Power.READ,
    "POST": Power.WRITE,
    "PUT": Power.MODIFY,
    "PATCH": Power.MODIFY,
    "DELETE": Power.DELETE,
}


@dataclass(frozen=True)
class Need:
    """What a handler takes; no power means that of its method."""

    power: Power | None = None
    level: int = 0


Handler = TypeVar("Handler", bound=Callable[..., object])


def takes(power: Power | None = None, *, level: int = 0) -> Callable[[Handler], Handler]:
    """Mark a handler of a view: it takes this power in the place of its method's, and at least this level.

    The mark does nothing by itself; `MayUse` reads it.
    """

    def mark(handler: Handler) -> Handler:
        handler.need = Need(power, level)  # type: ignore[attr-defined]  # a function takes any attribute
        return handler

    return mark


class MayUse(BasePermission):
    """Let staff in who may do to the view's `resource` what the request does; 401 for nobody, 403 for all others."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        need = need_of(request, view)
        power = need.power or POWER_OF_METHOD.get(str(request.method))
        if not request.user.is_authenticated or power is None:
            return False
        resource: str = view.resource  # type: ignore[attr-defined]  # a view without one is a mistake of ours
        return request.user.may(resource, power, level=need.level)


class StaffView:
    """A view for staff: it takes the tokens of their realm alone, and asks what their roles let them do.

    Whose tokens these are is a setting, for the apps that have such views do not know how users log in.
    """

    def get_permissions(self) -> list[BasePermission]:
        return [MayUse()]

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [import_string(settings.STAFF_AUTHENTICATION)()]


def need_of(request: Request, view: "APIView") -> Need:
    """Return what the handler of the request was marked with."""
    name = getattr(view, "action", None) or str(request.method).lower()
    need: Need = getattr(getattr(view, name, None), "need", Need())
    return need
