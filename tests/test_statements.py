"""What `docs/statements.md` promises has its proof."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
STATEMENTS = re.findall(r"^\| ([a-z][0-9]+) \|", (ROOT / "docs" / "statements.md").read_text(), re.MULTILINE)


def test_marks_are_given_once() -> None:
    assert len(STATEMENTS) == len(set(STATEMENTS)) > 40


@pytest.fixture(scope="module")
def proven() -> set[str]:
    """The marks that names of tests carry."""
    files = [path for top in ("apps", "db_tools", "mxshop", "tests") for path in (ROOT / top).rglob("test_*.py")]
    return {mark for path in files for mark in re.findall(r"def test_([a-z][0-9]+)_", path.read_text())}


@pytest.mark.parametrize("mark", STATEMENTS)
def test_every_statement_has_a_test_of_its_name(mark: str, proven: set[str]) -> None:
    assert mark in proven
