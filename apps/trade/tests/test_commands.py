"""`manage.py close_expired_orders`, and what the clock runs."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.common.tasks import sweeps
from apps.trade.models import IdempotencyKey, Order
from apps.trade.services.idempotency import forget_old_keys
from apps.trade.tests.factories import an_order
from apps.users.models import UserProfile


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("close_expired_orders", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def late(alice: UserProfile) -> Order:
    order = an_order(alice)
    order.expires_at = timezone.now() - timedelta(seconds=1)
    order.save(update_fields=["expires_at"])
    return order


def test_the_command_lists_what_it_closes_and_is_safe_to_run_twice(late: Order) -> None:
    first = run()
    assert first.startswith(late.number)
    assert first.endswith("\n1 orders closed\n")
    assert run() == "0 orders closed\n"
    late.refresh_from_db()
    assert late.status == "expired"


def test_a_dry_run_changes_nothing(late: Order) -> None:
    assert run("--dry-run").endswith("\n1 orders would be closed; nothing was changed\n")
    late.refresh_from_db()
    assert late.status == "pending_payment"


def test_the_clock_runs_the_sweeps_of_trade_and_outbox(late: Order) -> None:
    jobs = {sweep.name: sweep for sweep in sweeps()}
    assert jobs["trade.close_expired_orders"].every == timedelta(seconds=30)
    assert jobs["notifications.deliver_due"].every == timedelta(seconds=10)
    assert jobs["notifications.forget_old"].every == timedelta(hours=1)
    for name, sweep in jobs.items():
        if name.startswith(("trade.", "notifications.")):
            sweep.run()
    late.refresh_from_db()
    assert late.status == "expired"


def test_idempotency_keys_are_forgotten_after_a_day(alice: UserProfile) -> None:
    for age in (timedelta(hours=23), timedelta(hours=25)):
        key = IdempotencyKey.objects.create(user=alice, route="orders", key=str(age), request_hash="")
        IdempotencyKey.objects.filter(pk=key.pk).update(created_at=timezone.now() - age)

    assert forget_old_keys() == 1
    assert IdempotencyKey.objects.get().key == "23:00:00"
