"""How much processor time other processes took, how fast orders went, and what is printed of it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Round:
    """One round of one path: orders per second, and milliseconds of processor time per order."""

    rate: float
    cpu: float


def cpu_of_children() -> float:
    """Return the seconds of processor time, user's and system's, of all processes below this one."""
    stats = [read for folder in Path("/proc").glob("[0-9]*") if (read := _stat(folder))]
    family, seconds = {os.getpid()}, 0.0
    # A child's number is mostly higher than its parent's, but not when numbers have started anew.
    while found := [stat for stat in stats if stat[1] in family and stat[0] not in family]:
        family.update(pid for pid, _parent, _ticks in found)
        seconds += sum(ticks for _pid, _parent, ticks in found) / TICK
    return seconds


def _stat(folder: Path) -> tuple[int, int, int] | None:
    try:
        # The name may hold anything, a bracket too.
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(folder.name), int(fields[1]), int(fields[11]) + int(fields[12])


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, lowest and highest."""
    return {"median": round(median(values), 2), "min": round(min(values), 2), "max": round(max(values), 2)}


def ratios(above: Sequence[float], below: Sequence[float]) -> dict[str, float]:
    """Return the spread of the ratios of rounds that ran one after the other."""
    return spread([over / under for over, under in zip(above, below, strict=True)])
