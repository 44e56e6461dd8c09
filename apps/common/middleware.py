"""Small things done for every request."""

import re
import uuid
from collections.abc import Callable
from typing import TypeAlias

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.common import problems
from apps.common.logs import request_id

GetResponse: TypeAlias = Callable[[HttpRequest], HttpResponse]

SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIdMiddleware:
    """Give each request an id, in the log and in the answer's `X-Request-ID`; a proxy's own id is kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = request.headers.get("X-Request-ID", "")
        # Never reset: Django writes its own line about the answer after the last middleware has ended.
        request_id.set(sent if SAFE_REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id.get()
        return response


class SingleSlashMiddleware:
    """Read `//goods/` as `/goods/`: one of the client's bundles has an API host that ends in a slash."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("//"):
            request.path_info = "/" + request.path_info.lstrip("/")
            request.path = request.META.get("SCRIPT_NAME", "") + request.path_info
        return self.get_response(request)


class TurnAwayMiddleware:
    """Turn away what no view should begin with: a foreign host, a body that is too long or does not say how long.

    Views bound what they read themselves; this is the bound of those that are not ours, such as the back office's.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:  # Django's own words repeat it
            return problems.answer(request, 400, detail=_("The shop is not known by this host name."))
        status = _refusal(request)
        return problems.answer(request, status) if status else self.get_response(request)


def _refusal(request: HttpRequest) -> int | None:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 400
    if not length and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        return 411  # WSGI would hand it on as an empty body
    return 413 if length > settings.MAX_BODY_BYTES else None


class BackOfficeFrameMiddleware:
    """Let the back office show its own pop-ups in frames; every other page may stand in no frame at all."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith("/xadmin/"):
            response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        return response
