"""Run a loader as the operator does, and read its account."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).resolve().parent.parent / "sample"

Main = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Counts:
    read: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    mended: int = 0


@dataclass(frozen=True)
class Run:
    status: int
    out: str
    err: str
    refused: list[dict[str, Any]]
    repaired: list[dict[str, Any]]

    @property
    def table(self) -> dict[str, Counts]:
        rows = re.findall(r"^(\S+) +([\d,]+(?: +[\d,]+){5})$", self.out, re.MULTILINE)
        return {kind: Counts(*(int(cell.replace(",", "")) for cell in cells.split())) for kind, cells in rows}

    @property
    def reasons(self) -> list[str]:
        return [row["reason"] for row in self.refused]

    @property
    def mendings(self) -> list[str]:
        return [row["reason"] for row in self.repaired]

    def accounts_for_every_row(self) -> bool:
        sums = [
            counts.read == counts.created + counts.updated + counts.unchanged + counts.refused
            for counts in self.table.values()
        ]
        in_file = [counts.refused for kind, counts in self.table.items() if kind != "SKUs"]
        return all(sums) and sum(in_file) == len(self.refused)


def run(main: Main, path: Path, report: Path, *options: str) -> Run:
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main([str(path), "--report", str(report), *options])
    [refused, repaired] = [
        [json.loads(line) for path in report.glob(f"*-{name}.jsonl") for line in path.read_text().splitlines()]
        for name in ("refused", "repaired")
    ]
    return Run(status, out.getvalue(), err.getvalue(), refused, repaired)


def write_catalogue(folder: Path, files: Mapping[str, Sequence[object] | bytes]) -> Path:
    """Write files of JSON lines; bytes are written as they are."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        if not isinstance(content, bytes):
            content = "".join(json.dumps(row) + "\n" for row in content).encode()
        (folder / name).write_bytes(content)
    return folder


def sample_rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SAMPLE / "catalogue" / name).read_text().splitlines()]


def sample_files() -> dict[str, list[dict[str, Any]]]:
    return {path.name: sample_rows(path.name) for path in (SAMPLE / "catalogue").glob("*.jsonl")}
