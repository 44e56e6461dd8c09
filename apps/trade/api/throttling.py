"""The limit of a rush: a flash sale brings everybody at once, and some of them with a script."""

from typing import TYPE_CHECKING

from rest_framework.request import Request

from apps.common.throttling import RouteThrottle, count, key_of_ip
from apps.common.visitors import client_ip

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports the throttles


class OrderThrottle(RouteThrottle):
    """Count orders that are tried by user, and all that come from one address, whoever they are for.

    Nobody buys so quickly by hand. Who is refused as a user is not counted at the address: others share it. What is
    left is told to who is refused alone; for all others it would cost another trip to Redis.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        rows = self.rows(request)
        used_up = next(filter(None, (count(*row) for row in rows)), None)
        for scope, _key in rows:
            self.tell_limit(view, scope)
        if used_up:
            self.refuse(view, used_up)
        return used_up is None

    def rows(self, request: Request) -> list[tuple[str, str]]:
        """Return scopes and keys; without an address everybody would have the same one."""
        rows = [("order", self.key_of(request))]
        return [*rows, ("order_ip", key_of_ip(request))] if client_ip(request) else rows
