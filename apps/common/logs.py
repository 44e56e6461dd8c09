"""Every line of the log names the request it belongs to, and is one line."""

import logging
import re
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")

# Whatever ends a line or moves a terminal's cursor.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class RequestIdFilter(logging.Filter):
    """Put the current request's id on each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class RefusalFilter(logging.Filter):
    """Leave the traceback out where Django logs an answer that refuses (4xx): that is the shop at work, no failure."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


class LineFormatter(logging.Formatter):
    """Write a record on one line, so that nothing a visitor sent can look like another; a traceback follows it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  as its base
        return CONTROL.sub(lambda character: ascii(character[0])[1:-1], super().formatMessage(record))
