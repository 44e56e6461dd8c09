"""Claims of idempotency keys: who waits, who takes over, who rolls back, and what a lost COMMIT turns out to be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.utils import timezone
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from apps.common.exceptions import Busy
from apps.common.idempotency import created_once
from apps.common.transactions import DEADLOCK
from apps.goods.models import Sku
from apps.trade.exceptions import InFlight, KeyReused
from apps.trade.models import CartLine, IdempotencyKey, Order
from apps.trade.services import idempotency
from apps.trade.services.idempotency import LEASE, Answer
from apps.trade.tests.factories import CartLineFactory
from apps.trade.tests.test_orders_api import BODY
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory
from conftest import client_of

KEY = {"Idempotency-Key": "k-1"}
LOST = OperationalError(2013, "Lost connection to server during query")


def ask(user: UserProfile, effect: Callable[[], Any], *, request: Any = None, status: int = 201) -> Answer:
    return idempotency.answer_once(user=user, route="r", key="k", request=request, status=status, effect=effect)


def row_of(number: int) -> dict[str, int]:
    """An effect that can be seen in the database."""
    return {"user": UserFactory(username=f"effect-{number}").pk}


def effects() -> int:
    return UserProfile.objects.filter(username__startswith="effect-").count()


# -- In flight and left behind ---------------------------------------------------------------------
def test_who_comes_meanwhile_is_told_to_wait_and_then_gets_the_answer(alice: UserProfile) -> None:
    def meanwhile() -> dict[str, int]:
        with pytest.raises(InFlight) as wait:
            ask(alice, lambda: row_of(2))
        assert wait.value.retry_after == 1
        with pytest.raises(KeyReused):
            ask(alice, lambda: row_of(3), request="another")
        return row_of(1)

    first = ask(alice, meanwhile)

    assert ask(alice, lambda: row_of(2)) == Answer(status=201, body=first.body, is_replay=True)
    assert effects() == 1


def test_over_the_wire_it_is_a_409_with_retry_after(alice: UserProfile, shopper: APIClient) -> None:
    line = CartLineFactory(user=alice)
    shopper.post("/orders/", BODY, headers=KEY)
    IdempotencyKey.objects.update(status=0, answer=None, claimed_until=timezone.now() + LEASE)

    answer = shopper.post("/orders/", BODY, headers=KEY)

    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
    assert answer.json()["type"] == "urn:mxshop:problem:in_flight"
    assert answer.json()["non_field_errors"] == [answer.json()["detail"]]
    assert Order.objects.count() == 1
    assert Sku.objects.get().stock == line.sku.stock - 1


def test_a_claim_left_behind_by_a_crash_is_taken_over_when_its_lease_has_ended(alice: UserProfile) -> None:
    ask(alice, lambda: row_of(1))
    UserProfile.objects.filter(username="effect-1").delete()  # as if the worker had died before
    IdempotencyKey.objects.update(status=0, answer=None, claimed_until=timezone.now() + timedelta(seconds=1))
    with pytest.raises(InFlight):
        ask(alice, lambda: row_of(2))

    IdempotencyKey.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))

    assert ask(alice, lambda: row_of(2)).is_replay is False
    assert ask(alice, lambda: row_of(3)).is_replay is True
    assert effects() == 1


def test_a_request_that_lost_its_claim_rolls_its_effect_back(alice: UserProfile) -> None:
    def too_slow() -> dict[str, int]:
        IdempotencyKey.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
        ask(alice, lambda: row_of(2))
        return row_of(1)

    with pytest.raises(InFlight):
        ask(alice, too_slow)

    assert not UserProfile.objects.filter(username="effect-1").exists()


def test_an_effect_that_fails_lets_the_key_go(alice: UserProfile) -> None:
    with pytest.raises(ZeroDivisionError):
        ask(alice, lambda: row_of(1)["user"] // 0)

    assert not IdempotencyKey.objects.exists()
    assert effects() == 0


def test_another_success_than_201_is_kept_as_well(alice: UserProfile) -> None:
    ask(alice, lambda: None, status=202)
    assert ask(alice, lambda: None, status=202) == Answer(status=202, body=None, is_replay=True)


# -- What tells one request from another -----------------------------------------------------------
def once(user: UserProfile, path: str = "/refunds/", **form: Any) -> int:
    raw = APIRequestFactory().post(path, form, format="multipart", headers=KEY)
    force_authenticate(raw, user)
    request = Request(raw, parsers=[MultiPartParser()])
    request.user = user
    return created_once(request, route="refunds", effect=lambda: {"fine": True}).status_code


def test_a_form_with_files_is_compared_by_what_they_hold(alice: UserProfile) -> None:
    def picture(content: bytes) -> SimpleUploadedFile:
        return SimpleUploadedFile("a.png", content, "image/png")

    assert once(alice, reason="broken", picture=picture(b"one")) == 201
    assert once(alice, reason="broken", picture=picture(b"one")) == 201
    for other in ({"reason": "broken", "picture": picture(b"two")}, {"reason": "x", "picture": picture(b"one")}):
        with pytest.raises(KeyReused):
            once(alice, **other)
    assert IdempotencyKey.objects.count() == 1


def test_the_same_body_at_another_address_is_another_request(alice: UserProfile) -> None:
    assert once(alice, "/orders/1/refunds/", reason="broken") == 201
    with pytest.raises(KeyReused):
        once(alice, "/orders/2/refunds/", reason="broken")


# -- A COMMIT that got lost ------------------------------------------------------------------------
@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Give the fates of the next COMMITs: done, or lost with or without being done."""

    @contextmanager
    def arrange(*fates: str) -> Iterator[None]:
        left = list(fates)
        commit = connection.commit

        def act() -> None:
            fate = left.pop(0) if left else "done"
            if fate == "deadlock":
                raise OperationalError(DEADLOCK, "Deadlock found when trying to get lock")
            if fate != "lost":
                commit()
            if fate != "done":
                raise LOST

        with monkeypatch.context() as patch:
            patch.setattr(connection, "commit", act)
            yield

    return arrange


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "fates",
    [
        pytest.param(["done", "done, then lost"], id="it was done"),
        pytest.param(["done", "lost"], id="it was not"),
        pytest.param(["done", "lost", "done", "done, then lost"], id="it was not, and then it was"),
        pytest.param(["done", "deadlock", "lost", "deadlock"], id="with deadlocks between"),
        pytest.param(["done, then lost"], id="the claim was done"),
        pytest.param(["lost", "done", "lost", "lost"], id="the claim was not, and the look got lost"),
    ],
)
def test_h5_a_lost_commit_is_looked_up_by_the_key(alice: UserProfile, commits, fates: list[str]) -> None:
    CartLineFactory(user=alice, quantity=2)

    with commits(*fates):
        answer = client_of(alice).post("/orders/", BODY, headers=KEY)

    assert answer.status_code == 201
    assert Order.objects.get().number == answer.json()["order_sn"]
    assert Sku.objects.get().stock == 8
    assert client_of(alice).post("/orders/", BODY, headers=KEY).json() == answer.json()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fate", ["lost", "done, then lost"])
def test_h5_without_a_key_the_client_is_told_to_look(alice: UserProfile, commits, fate: str) -> None:
    CartLineFactory(user=alice)

    with commits(fate):
        answer = client_of(alice).post("/orders/", BODY)

    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:mxshop:problem:outcome_unknown"
    assert "Retry-After" not in answer.headers
    assert answer.json()["non_field_errors"] == [answer.json()["detail"]]
    assert Order.objects.count() + CartLine.objects.count() == 1, "both or neither, and never twice"


@pytest.mark.django_db(transaction=True)
def test_h5_while_nobody_can_tell_the_claim_stays_and_the_same_request_is_safe(alice: UserProfile, commits) -> None:
    CartLineFactory(user=alice)

    with commits("done", "done, then lost", "lost", "lost", "lost"):
        answer = client_of(alice).post("/orders/", BODY, headers=KEY)

    assert (answer.status_code, answer.headers["Retry-After"]) == (Busy.status, "5")
    again = client_of(alice).post("/orders/", BODY, headers=KEY)
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (201, "true")
    assert Order.objects.get().number == again.json()["order_sn"]
