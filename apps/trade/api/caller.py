"""Who is calling a route that only lets users in."""

from typing import cast

from rest_framework.request import Request

from apps.users.models import UserProfile


def caller(request: Request) -> UserProfile:
    """Return the user; the route's permission has made sure that there is one."""
    return cast("UserProfile", request.user)
