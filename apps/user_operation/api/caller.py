"""Who is calling a route that only lets users in."""

from typing import cast

from rest_framework.request import Request


def caller_id(request: Request) -> int:
    """Return the user's id; the route's permission has made sure that there is one."""
    return cast("int", request.user.pk)
