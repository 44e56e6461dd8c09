"""The limit of a rush: a flash sale brings everybody at once, and some of them with a script."""

from typing import TYPE_CHECKING

from rest_framework.request import Request

from apps.common.throttling import Counted, RouteThrottle, count_request, key_of_ip
from apps.common.visitors import client_ip

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports the throttles


class OrderThrottle(RouteThrottle):
    """Count orders that are tried by user, and all that come from one address, whoever they are for.

    Nobody buys so quickly by hand. Who is refused as a user is not counted at the address: others share it. What is
    left there is told to who is refused alone: it says how many others order.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        counted = self.count(request, view, "order")
        self.tell_limit(view, "order")
        # Without an address everybody would have the same one.
        if client_ip(request):
            self.tell_limit(view, "order_ip")
            counted = self.unless_the_address_refuses(request, counted)
        if counted:
            self.tell_rest(view, counted)
        return counted is None or counted.passes

    def unless_the_address_refuses(self, request: Request, counted: Counted | None) -> Counted | None:
        """Count at the address whoever may pass as a user; returns what is to be told."""
        if counted and not counted.passes:
            return counted
        at_address = count_request("order_ip", key_of_ip(request))
        return counted if at_address is None or at_address.passes else at_address
