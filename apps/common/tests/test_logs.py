"""A record of the log names its request and is one line, whatever visitors write."""

import logging
import logging.config
from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.log import log_response

from apps.common.logs import request_id


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the handler of the settings writes of the logger `visitors`."""
    written = StringIO()
    handlers = {"console": {**settings.LOGGING["handlers"]["console"], "stream": written}}
    own = {"visitors": {"handlers": ["console"], "propagate": False}}
    logging.config.dictConfig({**settings.LOGGING, "handlers": handlers, "root": {}, "loggers": own})
    yield written
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\x00b", "a\x85b", "a\u2028b"])
def test_a_record_is_one_line(log: StringIO, text: str) -> None:
    request_id.set("0af76519")
    logging.getLogger("visitors").warning("order %s", text)

    [line] = log.getvalue().splitlines()
    assert line.endswith(f"WARNING [0af76519] visitors: order {ascii(text)[1:-1]}")


def test_words_stay_as_they_are_and_a_traceback_follows(log: StringIO) -> None:
    try:
        raise ValueError("慕学")
    except ValueError:
        logging.getLogger("visitors").exception("订单")

    first, *traceback = log.getvalue().splitlines()
    assert first.endswith("订单")
    assert traceback[0] == "Traceback (most recent call last):"
    assert traceback[-1] == "ValueError: 慕学"


@pytest.mark.parametrize(
    ("status", "error", "has_traceback"),
    [(403, PermissionDenied(), False), (400, BadRequest("a parameter comes twice"), False), (500, KeyError("x"), True)],
)
def test_a_refusal_is_a_line_and_a_failure_has_its_traceback(
    log: StringIO, rf: RequestFactory, status: int, error: Exception, has_traceback: bool
) -> None:
    response = HttpResponse(status=status)
    visitors = logging.getLogger("visitors")
    log_response("%s: %s", status, "/a/", response=response, request=rf.get("/a/"), logger=visitors, exception=error)

    assert log.getvalue().splitlines()[0].endswith(f"visitors: {status}: /a/")
    assert (len(log.getvalue().splitlines()) > 1) == has_traceback
