"""One shape for every error (RFC 9457), which the old Vue client can read as well.

The client looks for lists of messages under the names of its fields (`error.mobile[0]`) and under
`non_field_errors`; so these stand as members beside `type`, `title`, `status` and `detail`.
"""

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.core.signals import got_request_exception
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions as drf
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.common.exceptions import Busy, InvalidInput, OutcomeUnknown, ShopError, Text
from apps.common.logs import request_id
from apps.common.transactions import lost_connection, lost_the_race, was_not_reached

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:mxshop:problem:"
NON_FIELD = "non_field_errors"
# A member of a problem that an input field must not shadow.
RESERVED = frozenset({"type", "title", "status", "detail", "instance"})

# A status in one word for machines and in a few for people.
WORDS: Mapping[int, tuple[str, Text]] = {
    400: (InvalidInput.type, InvalidInput.title),
    401: ("not_authenticated", _("Please sign in")),
    403: ("permission_denied", _("You may not do this")),
    404: ("not_found", _("There is no such thing here")),
    405: ("method_not_allowed", _("This address does not take this method")),
    406: ("not_acceptable", _("This address cannot answer in that media type")),
    411: ("length_required", _("A body must say how long it is")),
    413: ("too_large", _("The request is too large")),
    415: ("unsupported_media_type", _("This address does not read that media type")),
    429: ("too_many_requests", _("Too many requests")),
    500: ("internal_error", _("Something went wrong in the shop")),
    503: (Busy.type, Busy.title),
}
TOKEN_REFUSED = _("This log-in is over, or its token is not valid here. Please log in again.")
TOO_LARGE = RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent


def problem(
    status: int,
    *,
    kind: str = "",
    title: Text = "",
    detail: Text = "",
    members: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Build a problem document; type, title and detail default to the words of the status."""
    default_kind, default_title = WORDS.get(status, ("error", ""))
    title = title or default_title
    words = {
        "type": TYPE_PREFIX + (kind or default_kind),
        "title": str(title),
        "status": status,
        "detail": str(detail or title),
    }
    return {**words, **(members or {}), **words}  # first in the document, and replaced by nothing


def handle_exception(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any exception of an API view; the only place where an error becomes a response."""
    set_rollback()
    headers: dict[str, str] = {}
    match exc:
        case ShopError():
            body, headers = _from_shop_error(exc), wait_of(exc)
        case OperationalError() if lost_the_race(exc) or was_not_reached(exc):
            logger.error("the database did not serve %s: %s", type(context.get("view")).__name__, exc)
            busy = Busy(retry_after=1 if lost_the_race(exc) else 10)
            body, headers = _from_shop_error(busy), wait_of(busy)
        case OperationalError() if lost_connection(exc):
            logger.error("the database broke off in %s: %s", type(context.get("view")).__name__, exc)
            lost = _lost_while(context.get("request"))
            body, headers = _from_shop_error(lost), wait_of(lost)
        case drf.ValidationError():
            body = problem(400, members=_field_lists(exc.detail))
        case drf.NotAuthenticated() if getattr(context.get("request"), "token_is_refused", False):
            body, headers = problem(401, detail=TOKEN_REFUSED), _challenge_and_wait(exc)
        case drf.APIException():
            body, headers = _from_api_exception(exc), _challenge_and_wait(exc)
        case SuspiciousOperation():
            body = problem(_status_of(exc))
        case Http404() | PermissionDenied():
            body = problem(404 if isinstance(exc, Http404) else 403)
        case _:
            body = _from_unexpected(exc, context)
    _print_as_json(context.get("request"))
    response = Response(body, status=body["status"], headers=headers)
    response.content_type = CONTENT_TYPE
    return response


def _print_as_json(request: Any) -> None:
    """Take the answer's renderer from the view: that of a page or of YAML cannot print a problem."""
    if request is not None:
        request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type


def _from_shop_error(exc: ShopError) -> dict[str, Any]:
    fields: dict[str, Any] = {name: [str(message) for message in messages] for name, messages in exc.fields.items()}
    if exc.status in (409, 429, 502, 503):
        # The old client shows a refusal only from here.
        fields.setdefault(NON_FIELD, [str(exc.detail)])
    return problem(exc.status, kind=exc.type, title=exc.title, detail=exc.detail, members={**exc.members, **fields})


def _lost_while(request: Any) -> ShopError:
    """Return what a connection lost outside a service means: who only reads may read again."""
    return Busy(retry_after=1) if getattr(request, "method", "") in ("GET", "HEAD", "OPTIONS") else OutcomeUnknown()


def wait_of(exc: ShopError) -> dict[str, str]:
    """Return the header that says when to come back, if the refusal knows."""
    return {} if exc.retry_after is None else {"Retry-After": str(exc.retry_after)}


def add_headers(response: HttpResponse, headers: Mapping[str, str]) -> None:
    """Give an answer that is no API's what it says to programs."""
    for name, value in headers.items():
        response[name] = value


def _from_api_exception(exc: drf.APIException) -> dict[str, Any]:
    detail = str(exc.detail)
    return problem(exc.status_code, detail=detail, members={NON_FIELD: [detail]} if exc.status_code == 429 else None)


def _from_unexpected(exc: Exception, context: Mapping[str, Any]) -> dict[str, Any]:
    logger.error("unhandled error in %s", type(context.get("view")).__name__, exc_info=exc)
    request = context.get("request")
    got_request_exception.send(sender=type(exc), request=getattr(request, "_request", request))
    return problem(500, members=_request_named())


def _request_named() -> dict[str, str]:
    return {"instance": f"urn:mxshop:request:{request_id.get()}"}


def _status_of(exc: Exception) -> int:
    return 413 if isinstance(exc, TOO_LARGE) else 400


def _challenge_and_wait(exc: drf.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(exc, "wait", None)) is not None:
        headers["Retry-After"] = str(math.ceil(wait))
    return headers


def _field_lists(detail: Any) -> dict[str, Any]:
    """Return DRF's error detail as lists by field; a bare list belongs to no field."""
    if isinstance(detail, Mapping):
        return {name if name not in RESERVED else NON_FIELD: value for name, value in detail.items()}
    return {NON_FIELD: detail if isinstance(detail, Sequence) and not isinstance(detail, str) else [detail]}


def wants_page(request: HttpRequest) -> bool:
    """Tell whether a person with a browser asks: the back office and the sandbox answer in HTML."""
    return request.path_info.startswith(("/xadmin/", "/sandbox/"))


def answer(request: HttpRequest, status: int, *, kind: str = "", **words: Any) -> HttpResponse:
    """Answer with a problem outside the API: as a document, or as a page where people look."""
    body = problem(status, kind=kind, **words)
    if wants_page(request):
        return render(request, "error.html", {"problem": body}, status=status)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself found malformed (`handler400`)."""
    return answer(request, _status_of(exception))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a refusal outside the API (`handler403`)."""
    return answer(request, 403)


def method_not_allowed(request: HttpRequest, *, allowed: Sequence[str]) -> HttpResponse:
    """Answer a method that a view outside the API does not take."""
    response = answer(request, 405)
    response["Allow"] = ", ".join(allowed)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without its CSRF token (`CSRF_FAILURE_VIEW`)."""
    return answer(request, 403, kind="csrf_failed", detail=_("The form has expired, please reload the page."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a page that raised 404 (`handler404`)."""
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an unexpected error outside the API (`handler500`); the log has the reason."""
    return answer(request, 500, members=_request_named())


# Exempt, so that a POST to nowhere is told so, and not that its form has expired.
@csrf_exempt
def no_such_route(request: HttpRequest) -> HttpResponse:
    """Answer every path that no route takes: the last route of all, so that DEBUG shows no page of its own.

    A GET that lacks only its slash is sent to where it belongs.
    """
    lacks_slash = request.method in ("GET", "HEAD") and not request.path_info.endswith("/")
    if lacks_slash and _has_route(request.path_info + "/"):
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return answer(request, 404)


def _has_route(path: str) -> bool:
    try:
        return resolve(path).func is not no_such_route
    except Resolver404:
        return False
