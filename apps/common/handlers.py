"""The shop's outermost door."""

import re
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http.response import HttpResponseBase

CHARSET = re.compile(r""";\s*charset\*?\s*=\s*("[^"]*"|[^;]*)""", re.IGNORECASE)


class Utf8Handler(WSGIHandler):
    """Read every request as UTF-8, whatever charset its sender names.

    Django decodes query and form by the sender's word, and fails before any middleware when it names one that is
    no text encoding at all (`hex`).
    """

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponseBase:
        environ["CONTENT_TYPE"] = CHARSET.sub("", environ.get("CONTENT_TYPE", ""))
        return super().__call__(environ, start_response)
