"""What stands before the back office."""

from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject

from apps.users import office
from apps.users.models import SecondFactor, UserProfile

GetResponse: TypeAlias = Callable[[HttpRequest], HttpResponse]

OFFICE = "/xadmin/"
PAGE = f"{OFFICE}second-factor/"
# Pages that staff need to show their second factor, or to leave.
BEFORE_IT = (PAGE, f"{OFFICE}logout/", f"{OFFICE}jsi18n/")
# Under this name a session remembers which second factor was shown: another one, or none any more, is asked anew.
SHOWN = "second_factor"


class OfficeMiddleware(AuthenticationMiddleware):
    """Tell who is at the back office: whose device the browser's session names, and nobody once it is logged out.

    It stands in the place of Django's own, which asks for the user alone, and costs the same one SELECT.
    """

    def process_request(self, request: HttpRequest) -> None:
        user: Any = SimpleLazyObject(lambda: office.user_at(request))
        request.user = user


class SecondFactorMiddleware:
    """Lead staff who have not shown their second factor to the page that asks for it, whatever they wanted to see.

    It stands before every page of the back office rather than in its log-in form, so that no way in leads past it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if settings.STAFF_SECOND_FACTOR and path.startswith(OFFICE) and path not in BEFORE_IT and _owes_it(request):
            return HttpResponseRedirect(f"{PAGE}?{urlencode({'next': request.get_full_path()})}")
        return self.get_response(request)


def _owes_it(request: HttpRequest) -> bool:
    user = request.user
    if not (isinstance(user, UserProfile) and user.is_staff):
        return False  # to the door, which lets nobody else in
    shown = SecondFactor.objects.filter(pk=request.session.get(SHOWN, 0), user=user, confirmed_at__isnull=False)
    return not shown.exists()
