"""Past days are compared with their bills by the clock, each once, and those that were missed as well."""

import logging
from datetime import date, timedelta

from apps.common.tasks import enqueue
from apps.common.transactions import atomic_with_retry
from apps.trade.gateways import takes
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.models import Channel, PaymentAttempt, ReconciliationRun
from apps.trade.services.bill_days import day_of, days_between, last_day_with_bills, yesterday
from apps.trade.services.reconciliation import reconcile

logger = logging.getLogger(__name__)

# A day that was missed is made up for within this time; later, by hand.
LOOK_BACK = timedelta(days=30)


def reconcile_past_days() -> None:
    """Compare every past day that was not compared to its end yet, with every channel's bill, the oldest first.

    A bill that is not there is asked for at the next time; so is every day on which the clock stood still. It begins
    with the first way to pay that was opened, and looks back for `LOOK_BACK` at most.
    """
    opened = PaymentAttempt.objects.order_by("pk").values_list("created_at", flat=True).first()
    if opened is None:
        return
    first = max(day_of(opened), yesterday() - LOOK_BACK)
    begun = ReconciliationRun.objects.filter(day__gte=first)
    over = set(begun.exclude(finished_at=None).values_list("channel", "day"))
    channels = list(filter(takes, Channel.values))
    for day in days_between(first, last_day_with_bills()):
        for channel in channels:
            if (channel, day) not in over:
                _try(channel, day)


@atomic_with_retry
def compare_anew(*, run: ReconciliationRun) -> None:
    """Have a day compared with its bill once more: what the two agree on by then is found no more.

    A task does it after the commit, and the clock if that gets lost, or if the gateway has no bill at the moment.
    """
    ReconciliationRun.objects.filter(pk=run.pk).update(finished_at=None)
    enqueue("trade.compare_day", row_id=run.pk)


def compare_day(*, run_id: int) -> None:
    """Compare a day that waits for it."""
    for run in ReconciliationRun.objects.filter(pk=run_id, finished_at=None):
        _try(run.channel, run.day)


def _try(channel: str, day: date) -> None:
    try:
        reconcile(channel=channel, day=day)
    except GatewayUnavailable as error:
        logger.warning("%s gives no bill of %s: %s", channel, day, error)
