"""The catalogue of JSON lines: which file holds what, and the order in which rows need each other."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from db_tools import command, real_layout, tasks
from db_tools.command import Files
from db_tools.loading import Loader, Task
from db_tools.raw_rows import read_lines
from db_tools.tasks import Wishes

NAMES = ("regions.jsonl", "categories.jsonl", "brands.jsonl", "goods.jsonl", "reviews.jsonl")


def main(arguments: Sequence[str] | None = None) -> int:
    """Load the catalogue that the command line names; return the exit status."""
    return command.run(
        arguments,
        describe=lambda: _("Load a catalogue of JSON lines: regions, categories, brands, goods with SKUs, reviews."),
        source="catalogue",
        names=NAMES,
        load=load,
    )


def load(loader: Loader, files: Files, wishes: Wishes) -> None:
    """Load what there is of the files. A task is made when it is due: it looks up what was loaded before."""
    due: list[Callable[[], Task[Any]]] = [
        lambda: tasks.region_task(wishes, real_layout.read_region),
        lambda: tasks.category_task(wishes, real_layout.read_category),
        lambda: tasks.brand_task(wishes, real_layout.read_brand),
        lambda: tasks.goods_task(wishes, real_layout.read_goods, real_layout.listed_skus, loader.seen),
        lambda: tasks.review_task(wishes, real_layout.read_review, loader.seen),
    ]
    for name, make_task in zip(NAMES, due, strict=True):
        if name in files:
            loader.load(make_task(), name, read_lines(files[name], partial(loader.report.note, name)))
