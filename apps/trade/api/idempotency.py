"""The `Idempotency-Key` header: a request that is sent again gets the first answer again."""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.exceptions import InvalidInput
from apps.trade.api.caller import caller
from apps.trade.services import idempotency

VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,100}")

KEY_HEADER = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    pattern=r"^[\x21-\x7e]{1,100}$",
    description=(
        "At most 100 visible ASCII characters of the client's choice. For 24 hours the same request under the same "
        "key has no second effect: the first answer comes again, with `Idempotent-Replay: true`."
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
    """Answer 201 with what `effect` returns; with a key in the header, have the effect only once."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return Response(effect(), status=status.HTTP_201_CREATED)
    if not VISIBLE_ASCII.fullmatch(key):
        raise InvalidInput(_("The Idempotency-Key must be 1 to 100 visible ASCII characters."))
    answer = idempotency.answer_once(
        user=caller(request),
        route=route,
        key=key,
        request=request.data,
        status=status.HTTP_201_CREATED,
        effect=effect,
    )
    headers = {"Idempotent-Replay": "true"} if answer.is_replay else {}
    return Response(answer.body, status=answer.status, headers=headers)
