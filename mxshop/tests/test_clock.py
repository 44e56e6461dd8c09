"""`manage.py clock`: all jobs, or one by its name."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.common import tasks
from apps.common.tasks import sweeps

# Each job begins with a connection of its own, as a process of its own would.
pytestmark = pytest.mark.django_db(transaction=True)


def clock(**options: object) -> str:
    out = StringIO()
    call_command("clock", once=True, stdout=out, **options)
    return out.getvalue()


def test_every_sweep_of_the_shop_can_be_run_by_hand() -> None:
    assert clock() == "".join(f"{sweep.name}: ok\n" for sweep in sweeps())
    for sweep in sweeps():
        assert clock(only=[sweep.name]) == f"{sweep.name}: ok\n"


def test_an_unknown_job_is_named() -> None:
    with pytest.raises(CommandError, match="no_such_job"):
        call_command("clock", "--once", "--only=no_such_job")


def test_one_that_fails_is_told_and_the_next_one_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = tasks.Sweep("a", lambda: 1 // 0, every=sweeps()[0].every)
    fine = tasks.Sweep("b", lambda: None, every=sweeps()[0].every)
    monkeypatch.setattr(tasks, "_sweeps", {"a": failing, "b": fine})

    assert clock() == "a: failed, see the log\nb: ok\n"
