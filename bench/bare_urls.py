"""The shop's routes, and the bare view beside them: both behind the same middleware, in the same process."""

import json
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from apps.users.models import DeviceSession, UserProfile
from apps.users.services import tokens
from bench.raw_order import BUYER, place_raw
from mxshop.urls import urlpatterns as shop


def _session(password: str, public_id: UUID | str) -> DeviceSession:
    """Return what the token is compared with, without a row of the ORM's."""
    return DeviceSession(user=UserProfile(password=password, public_id=UUID(str(public_id))))


@csrf_exempt
def order(request: HttpRequest) -> JsonResponse:
    """Check the token by one SELECT, and place the order in one transaction."""
    claims = tokens.read_token(request.headers["Authorization"].removeprefix("JWT "))
    if claims is None:
        return JsonResponse({}, status=401)
    with connection.cursor() as cursor:
        cursor.execute(BUYER, [claims.session_id, timezone.now()])
        found = cursor.fetchone()
        if found is None or not tokens.fits(claims, _session(*found[1:])):
            return JsonResponse({}, status=401)
        with transaction.atomic():
            body, key = json.loads(request.body), request.headers["Idempotency-Key"]
            answer = place_raw(cursor, user_id=found[0], body=body, key=key)
    return JsonResponse(answer, status=201)


urlpatterns = [path("bare/orders/", order), *shop]
