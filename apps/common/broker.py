"""Celery: tasks and sweeps in workers of their own. A message only hurries what a database row already promises.

Imported only by a shop that runs with `MXSHOP_TASKS=celery`; the workers' own entrance is `mxshop/celery.py`.
"""

import logging
import time
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from apps.common import tasks

logger = logging.getLogger(__name__)

app = Celery("mxshop")
app.conf.update(settings.CELERY)

# Seconds for which a broker that failed is left alone: meanwhile the sweeps do the work, and nobody waits for it.
REST = 10.0
# A message that nobody fetched for so long has nothing to hurry any more: the sweeps were there before.
USEFUL = timedelta(hours=1)
# Seconds after which a pass of a sweep is told to end, and those that it then has to do so before it is killed. That
# may happen anywhere: what it has done stays done, and the next one goes on.
SWEEP_LIMIT, SWEEP_END = 600, 30
tasks.ends_a_pass(SoftTimeLimitExceeded)

_rests_until = 0.0


@app.task(name="mxshop.run_task", ignore_result=True, acks_late=True)
def run_task(name: str, row_id: int) -> None:
    """Run a registered task for a row. One that fails is logged, and its row waits for the sweep."""
    tasks.run_task(name, row_id)


@app.task(
    name="mxshop.run_sweep",
    ignore_result=True,
    acks_late=True,
    soft_time_limit=SWEEP_LIMIT,
    time_limit=SWEEP_LIMIT + SWEEP_END,
)
def run_sweep(name: str) -> None:
    """Run a registered sweep once. Another run of it at the same time does no harm.

    One that ran out of time counts as failed at Celery's, so that somebody sees that its pass is too long.
    """
    tasks.run_sweep(tasks.sweep_named(name))


def publish(name: str, row_id: int) -> None:
    """Tell the workers of a row that is committed. A broker that cannot be told is logged, and left alone a while."""
    global _rests_until
    if time.monotonic() < _rests_until:
        return
    try:
        run_task.apply_async((name, row_id), expires=USEFUL.total_seconds())
    except Exception:  # whatever a broker or its driver raises, the order is committed and must be answered
        _rests_until = time.monotonic() + REST
        logger.exception("no worker was told of %s for row %s; the sweep will do it", name, row_id)


def beat_schedule() -> dict[str, Any]:
    """Return what Celery's beat has to send: each sweep at its pace, and no run that the next one has overtaken."""
    return {
        sweep.name: {
            "task": run_sweep.name,
            "schedule": sweep.every,
            "args": (sweep.name,),
            "options": {"expires": sweep.every.total_seconds()},
        }
        for sweep in tasks.sweeps()
    }
