"""Events stand and fall with their cause."""

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.transaction import TransactionManagementError

from apps.common import events


@dataclass(frozen=True, kw_only=True)
class BellRang(events.Event):
    times: int


@dataclass(frozen=True, kw_only=True)
class LoudBellRang(BellRang):
    pass


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_subscribers", {**events._subscribers, BellRang: [], LoudBellRang: []})


@pytest.mark.django_db(transaction=True)
def test_event_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(TransactionManagementError):
        events.publish(BellRang(times=1))


@pytest.mark.django_db
def test_subscriber_is_called_once_and_only_for_its_type() -> None:
    heard: list[int] = []

    def listen(event: BellRang) -> None:
        heard.append(event.times)

    events.subscribe(BellRang, listen)
    events.subscribe(BellRang, listen)
    events.publish(BellRang(times=3))
    events.publish(LoudBellRang(times=9))
    assert heard == [3]


@pytest.mark.django_db(transaction=True)
def test_failing_subscriber_undoes_the_cause() -> None:
    def fail(event: BellRang) -> None:
        raise ZeroDivisionError

    @transaction.atomic
    def ring() -> None:
        Group.objects.create(name="bell")
        events.publish(BellRang(times=1))

    events.subscribe(BellRang, fail)
    with pytest.raises(ZeroDivisionError):
        ring()
    assert not Group.objects.exists()
