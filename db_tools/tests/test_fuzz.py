"""Nothing that can stand in a file stops a loader, and every row is accounted for."""

import json
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db_tools import course_catalogue, real_catalogue
from db_tools.tests.runs import SAMPLE, Main, run, sample_files
from db_tools.tests.snapshots import snapshot

pytestmark = pytest.mark.django_db

odd_values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just("x" * 600), st.just("\ud800"),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sampled_from(["1", "101", 11, 1002, "-1", "1e5", "NaN", "9.999", "<script>", "\x00", "￥5元", "2" * 99]),
)  # fmt: skip


@st.composite
def changed_json(draw: st.DrawFn, content: Any) -> Any:
    """Draw the content with one value somewhere inside it replaced, left out, doubled or moved."""
    path, here = [], content
    while isinstance(here, dict | list) and here and draw(st.integers(0, 4)):
        step = draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        path.append((here, step))
        here = here[step]
    if not path:
        return draw(odd_values)
    container, step = path[-1]
    way = draw(st.sampled_from(["replace", "leave out", "double"]))
    if way == "replace":
        container[step] = draw(odd_values)
    elif way == "leave out":
        del container[step]
    elif isinstance(container, list):
        container.insert(draw(st.integers(0, len(container))), here)
    return content


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Draw the bytes with a piece of them cut out, doubled or replaced."""
    if not content or draw(st.integers(0, 2)):
        return content
    start = draw(st.integers(0, len(content)))
    end = min(start + draw(st.integers(0, 40)), len(content))
    piece = draw(
        st.sampled_from([b"", content[start:end] * 2, b"\0", b"\xff", b"\r", b"[" * 3000, b'"', b"\xef\xbb\xbf"])
    )
    return content[:start] + piece + content[end:]


@st.composite
def real_catalogues(draw: st.DrawFn) -> dict[str, bytes]:
    files = {}
    for name, rows in sample_files().items():
        if not draw(st.integers(0, 9)):
            continue
        for _ in range(draw(st.integers(0, 2))):
            rows = draw(changed_json(rows))
            rows = rows if isinstance(rows, list) else [rows]
        rows = draw(st.permutations(rows)) if draw(st.booleans()) else rows
        text = draw(st.sampled_from(["\n", "\r\n"])).join(json.dumps(row) for row in rows)
        files[name] = draw(damaged(text.encode()))
    return files


@st.composite
def course_catalogues(draw: st.DrawFn) -> dict[str, bytes]:
    files = {}
    for path in sorted((SAMPLE / "course_catalogue").iterdir()):
        content = draw(changed_json(json.loads(path.read_text())))
        files[path.name] = draw(damaged(json.dumps(content, indent=draw(st.sampled_from([None, 1]))).encode()))
    return files


def check(main: Main, files: dict[str, bytes]) -> None:
    """Load the files twice, after a dry run, and leave nothing behind."""
    with tempfile.TemporaryDirectory() as folder:
        catalogue, report = Path(folder) / "catalogue", Path(folder) / "report"
        catalogue.mkdir()
        for name, content in files.items():
            (catalogue / name).write_bytes(content)
        with transaction.atomic():
            expected = run(main, catalogue, report, "--dry-run")
            first = run(main, catalogue, report)
            after = snapshot()
            second = run(main, catalogue, report)
            unchanged = snapshot() == after
            transaction.set_rollback(True)
    assert first.status == expected.status == (2 if not files else int(bool(first.refused)))
    assert (first.table, first.refused) == (expected.table, expected.refused)
    assert all(result.accounts_for_every_row() for result in (expected, first, second))
    assert unchanged
    assert all((counts.created, counts.updated) == (0, 0) for counts in second.table.values())


fuzz: Callable[[Any], Any] = settings(
    max_examples=25,
    deadline=timedelta(seconds=20),
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@fuzz
@given(files=real_catalogues())
def test_any_catalogue_of_lines_is_accounted_for(files: dict[str, bytes]) -> None:
    check(real_catalogue.main, files)


@fuzz
@given(files=course_catalogues())
def test_any_nested_catalogue_is_accounted_for(files: dict[str, bytes]) -> None:
    check(course_catalogue.main, files)
