"""`python -m bench`: the shop's order against the bare view's and the bare transaction, in alternating rounds."""

import argparse
import json
import os
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

import django

from bench.databases import scratch_database
from mxshop.environment import select_settings

CEILING, STATEMENTS = 4.0, 18
PATHS = ("shop", "bare view", "sql alone")


def main() -> int:
    """Measure, print, and return 1 if an order of two lines costs more than it may."""
    options = _options()
    os.environ.setdefault("MXSHOP_ENV", "staging")  # as production, but for TLS
    os.environ.setdefault("MXSHOP_SECRET_KEY", uuid.uuid4().hex * 2)
    select_settings()
    django.setup()
    with tempfile.TemporaryDirectory() as folder, scratch_database() as url:
        report = _run(Path(folder), url, options)
    print(json.dumps(report, indent=2) if options.json else _table(report))
    return 0 if report["within"] else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of each path (default: 5)")
    parser.add_argument("--orders", type=int, default=200, help="in each round (default: 200)")
    parser.add_argument("--clients", type=int, default=4, help="who order at the same time (default: 4)")
    parser.add_argument("--workers", type=int, default=2, help="processes of the server (default: 2)")
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    return parser.parse_args()


def _run(folder: Path, database: str, options: argparse.Namespace) -> dict[str, Any]:
    from bench.buyers import make_buyers
    from bench.statements import count_statements
    from tests.servers import granian

    buyers = make_buyers(options.orders)
    counted = {path: count_statements(path, buyers[0]) for path in PATHS[:2]}
    served = {"workers": options.workers, "application": "bench.bare_shop:application", "database": database}
    environment = {name: os.environ[name] for name in ("MXSHOP_ENV", "MXSHOP_SECRET_KEY")}
    with granian(folder, **served, **environment) as url:
        report = {name: _rounds(url, buyers, options, is_hot=name == "hot") for name in ("spread", "hot")}
    cpu = report["spread"]["shop / bare view"]["cpu"]["median"]
    within = cpu <= CEILING and counted["shop"] <= STATEMENTS
    return {"statements": counted, **report, "within": within}


def _rounds(url: str, buyers: list[Any], options: argparse.Namespace, *, is_hot: bool) -> dict[str, Any]:
    """Run the paths in turn, round after round; the first round warms up and is not counted."""
    from bench.buyers import fill_carts
    from bench.measuring import ratios, spread
    from bench.paths import by_sql, over_http

    runs = {
        "shop": lambda: over_http(f"{url}/orders/", buyers, clients=options.clients),
        "bare view": lambda: over_http(f"{url}/bare/orders/", buyers, clients=options.clients),
        "sql alone": lambda: by_sql(buyers, clients=options.clients),
    }
    cpu: dict[str, list[float]] = {path: [] for path in PATHS}
    rate: dict[str, list[float]] = {path: [] for path in PATHS}
    for number in range(options.rounds + 1):
        for path, run in runs.items():
            fill_carts(buyers, is_hot=is_hot)
            took = run()
            if number:
                cpu[path].append(took.cpu)
                rate[path].append(took.rate)
    report = {path: {"rate": spread(rate[path]), "cpu": spread(cpu[path])} for path in PATHS}
    for path in PATHS[1:]:
        report[f"shop / {path}"] = {"rate": ratios(rate["shop"], rate[path]), "cpu": ratios(cpu["shop"], cpu[path])}
    return report


def _table(report: dict[str, Any]) -> str:
    lines = []
    for name, title in (("spread", "Two lines, each order its own goods"), ("hot", "One line, all the same goods")):
        lines += [f"\n{title}", f"  {'':20}{'orders per second':>28}{'server CPU, ms per order':>30}"]
        lines += [f"  {row:20}{_cell(of['rate']):>28}{_cell(of['cpu']):>30}" for row, of in report[name].items()]
    counted = ", ".join(f"{path} {count}" for path, count in report["statements"].items())
    lines.append("\nEach: median (lowest to highest); ratios are of neighbouring rounds.")
    lines.append("The CPU of `sql alone` is its client's.")
    lines.append(f"Statements of an order of two lines with token and key, what frames a transaction not: {counted}.")
    verdict = "is kept" if report["within"] else "is MISSED"
    return "\n".join([*lines, f"At most {CEILING:g} times the bare view's CPU and {STATEMENTS} statements: {verdict}."])


def _cell(values: dict[str, float]) -> str:
    return f"{values['median']:.2f} ({values['min']:.2f} to {values['max']:.2f})"


if __name__ == "__main__":
    sys.exit(main())
