"""The catalogue of the course shops: two files of nested JSON."""

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext as _

from db_tools import command, course_layout, tasks
from db_tools.command import Files
from db_tools.loading import Loader
from db_tools.raw_rows import read_list
from db_tools.tasks import Wishes

CATEGORIES = "category_data.json"
GOODS = "product_data.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Load the catalogue that the command line names; return the exit status."""
    return command.run(
        arguments,
        describe=lambda: _("Load the nested JSON of the course shops: categories and goods."),
        source="course",
        names=(CATEGORIES, GOODS),
        load=load,
    )


def load(loader: Loader, files: Files, wishes: Wishes) -> None:
    """Load what there is of the two files; goods name categories by a path of names."""
    if CATEGORIES in files:
        trees = read_list(files[CATEGORIES], partial(loader.report.note, CATEGORIES))
        loader.load(tasks.category_task(wishes, course_layout.read_category), CATEGORIES, course_layout.flatten(trees))
    if GOODS in files:
        rows = read_list(files[GOODS], partial(loader.report.note, GOODS))
        task = tasks.goods_task(wishes, course_layout.read_goods, course_layout.listed_skus, loader.seen)
        loader.load(task, GOODS, rows)
