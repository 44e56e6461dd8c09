"""How a gateway is reached: over HTTP with a time limit, or, for the sandbox, inside this very process."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db.transaction import TransactionManagementError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import resolve
from requests.adapters import BaseAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from apps.common.addresses import absolute_url
from apps.common.tasks import out_of_time
from apps.common.transactions import inside_transaction
from apps.trade.gateways.payment import GatewayUnavailable

# Seconds to connect and to wait for each part of the answer.
TIMEOUT = (3.05, 10.0)
# An answer with this header would have come so many seconds later over a wire.
DELAY_HEADER = "X-Sandbox-Delay"
CHUNK = 64 * 1024


@contextmanager
def calling(
    method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Iterator[requests.Response]:
    """Call a gateway and lend its answer, whose content is not read yet; redirects are not followed.

    Raises GatewayUnavailable when there is no answer, or one that says nothing about the outcome (3xx, 5xx). Refuses
    to run inside a transaction: locks would be held for as long as somebody else's machine likes.
    """
    if inside_transaction():
        raise TransactionManagementError("a gateway must not be called inside a transaction")
    with _session() as session:
        try:
            with session.request(
                method, url, data=body, headers=dict(headers or {}), timeout=TIMEOUT, allow_redirects=False, stream=True
            ) as response:
                if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or response.is_redirect:
                    raise GatewayUnavailable(f"it answered {response.status_code}")
                yield response
        except requests.RequestException as error:
            raise GatewayUnavailable(f"it did not answer: {type(error).__name__}") from error


@contextmanager
def download(url: str, *, headers: Mapping[str, str] | None = None) -> Iterator[IO[bytes]]:
    """Lend a file that a gateway offers, from the disk, for it may be larger than the memory."""
    with calling("GET", url, headers=headers) as response, tempfile.TemporaryFile() as file:
        if response.status_code != HTTPStatus.OK:
            raise GatewayUnavailable(f"the file's address answered {response.status_code}")
        for chunk in response.iter_content(CHUNK):
            file.write(chunk)
        file.seek(0)
        yield file


def _session() -> requests.Session:
    session = requests.Session()
    if settings.PAYMENT_MODE == "sandbox":
        session.trust_env = False  # a proxy of the environment is not for calls to the shop itself
        if not settings.SANDBOX_URL:
            session.mount(absolute_url("/"), InProcess())
    return session


class InProcess(BaseAdapter):
    """Hand requests for the shop's own address to its views, in this thread: commands and tests need no server.

    The bytes are those of the wire. A view that fails is a 500, and one that would be too slow a timeout.
    """

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002  as its base
        timeout: Any = None,
        verify: Any = None,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        answer = _answer_of(_as_received(request))
        if float(answer.headers.get(DELAY_HEADER, "0")) > TIMEOUT[1]:
            raise requests.ReadTimeout(request=request)
        response = requests.Response()
        response.status_code = answer.status_code
        response.request, response.url = request, str(request.url)
        response.headers.update(dict(answer.items()))
        response.raw = _content(answer)
        response.encoding = answer.charset
        return response

    def close(self) -> None:
        """Leave nothing behind, for nothing was opened."""


def _as_received(request: requests.PreparedRequest) -> WSGIRequest:
    address = urlsplit(str(request.url))
    body = request.body.encode() if isinstance(request.body, str) else request.body or b""
    environ = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": address.path,
        "QUERY_STRING": address.query,
        "SERVER_NAME": address.hostname,
        "SERVER_PORT": str(address.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "wsgi.url_scheme": address.scheme,
        "wsgi.input": BytesIO(body),
        "mxshop.in_process": True,
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()},
    }
    return WSGIRequest(environ)


def _answer_of(request: WSGIRequest) -> HttpResponseBase:
    match = resolve(request.path_info)
    try:
        answer: Any = match.func(request, *match.args, **match.kwargs)
        rendered: HttpResponseBase = answer.render() if hasattr(answer, "render") else answer
        return rendered
    except out_of_time():  # a sweep's own, and no failure of the view
        raise
    except Exception:  # noqa: BLE001  as a server would
        return HttpResponse(status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _content(answer: HttpResponseBase) -> HTTPResponse:
    file = tempfile.SpooledTemporaryFile(max_size=CHUNK)  # noqa: SIM115  closed with the response
    parts: Any = answer  # of both kinds of answers
    for part in parts:
        file.write(part)
    # Not closed, only read to its end: closing an answer tells Django that the request is over, and the request that
    # is being served here would lose its database connection.
    file.seek(0)
    headers = HTTPHeaderDict(dict(answer.items()))
    return HTTPResponse(body=file, headers=headers, status=answer.status_code, preload_content=False)
