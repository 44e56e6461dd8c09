"""The `Idempotency-Key` header: a request that is sent again gets the first answer again.

Who keeps the answers is a setting (`apps.trade.services.idempotency`), for the apps below it have such routes, too.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.exceptions import InvalidInput

VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,100}")

KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    pattern=r"^[\x21-\x7e]{1,100}$",
    description=(
        "At most 100 visible ASCII characters of the client's choice. For 24 hours the same request under the same "
        "key has no second effect: the first answer comes again, with `Idempotent-Replay: true`. While the first is "
        "under way it is a 409 (`in_flight`) with `Retry-After`; another request under the same key is a 422. A "
        "refusal is not kept, for it had no effect: the same request may be sent again. A 503 "
        "may be answered by sending the same again: what happened the first time is looked up."
    ),
)
REPLAY_HEADER = OpenApiParameter(
    "Idempotent-Replay",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    response=[201],
    description="`true` when this is the kept answer of an earlier request",
)
KEY_REUSED = {(422, "application/problem+json"): {"$ref": "#/components/schemas/Problem"}}


def created_once(request: Request, *, route: str, effect: Callable[[], Any]) -> Response:
    """Answer 201 with what `effect` returns; with a key in the header, have the effect only once.

    `effect` runs in a transaction, and again where that gets lost, so it leaves what it was given as it is; what it
    returns must be JSON. `route` names the kind of request, in few words.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return Response(effect(), status=status.HTTP_201_CREATED)
    if not VISIBLE_ASCII.fullmatch(key):
        raise InvalidInput(_("The Idempotency-Key must be 1 to 100 visible ASCII characters."))
    answer_once: Any = import_string(settings.ANSWER_ONCE)
    answer = answer_once(
        user=request.user,
        route=route,
        key=key,
        # With its path: one key may come for two orders.
        request=[request.path_info, comparable(request.data)],
        status=status.HTTP_201_CREATED,
        effect=effect,
    )
    headers = {"Idempotent-Replay": "true"} if answer.is_replay else {}
    return Response(answer.body, status=answer.status, headers=headers)


def comparable(data: Any) -> Any:
    """Return a body as JSON, a form with what its files hold: a browser parts it with another boundary each time."""
    if not isinstance(data, MultiValueDict):
        return data
    return {name: [_fingerprint(value) for value in data.getlist(name)] for name in data}


def _fingerprint(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return {"file": value.name, "content": digest.hexdigest()}
