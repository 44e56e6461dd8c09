from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import Sum

from apps.goods.models import Sku
from db_tools import course_catalogue, real_catalogue
from db_tools.tests.runs import Run, run

Loads = Callable[..., Run]


@pytest.fixture(autouse=True)
def english_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture
def load(tmp_path: Path) -> Loads:
    """Load a catalogue of JSON lines."""
    return lambda path, *options: run(real_catalogue.main, path, tmp_path / "report", *options)


@pytest.fixture
def load_course(tmp_path: Path) -> Loads:
    """Load a catalogue of the course shops."""
    return lambda path, *options: run(course_catalogue.main, path, tmp_path / "report", *options)


@pytest.fixture
def ledger_is_true(db: None) -> Callable[[], bool]:
    def check() -> bool:
        booked = Sku.objects.annotate(booked=Sum("movements__delta", default=0)).values_list("booked", "stock")
        return all(movements == stock for movements, stock in booked)

    return check
