"""The command line that both loaders share: options, the run, the account at its end, and the exit status."""

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping, Sequence
from io import TextIOWrapper
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation
from django.utils.translation import gettext as _

from db_tools.console import Progress, language, summary
from db_tools.fields import MAX_INTEGER
from db_tools.loading import Loader, Stopped
from db_tools.report import Report, Unwritable
from db_tools.sources import CatalogueFile, Unreadable, open_catalogue
from db_tools.tasks import Wishes

# What the shell is told.
ALL_LOADED, SOME_REFUSED, FAILED, INTERRUPTED = 0, 1, 2, 130

Files = Mapping[str, CatalogueFile]
Load = Callable[[Loader, Files, Wishes], None]


def run(
    arguments: Sequence[str] | None, *, describe: Callable[[], str], source: str, names: Sequence[str], load: Load
) -> int:
    """Load the catalogue that the command line names, print the account, and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that cannot show a character shows its number
            stream.reconfigure(errors="backslashreplace")
    with translation.override(language()):
        options = _parser(describe(), source).parse_args(arguments)
        try:
            _refuse_unprepared_database()
            with open_catalogue(options.catalogue, names) as files:
                return _load(options, files, names, load)
        except (Unreadable, Unwritable) as error:
            return _fail(str(error.remark))
        except OSError as error:  # whatever else the system refuses
            return _fail(str(error))


def _load(options: Namespace, files: Files, names: Sequence[str], load: Load) -> int:
    wishes = Wishes(options.source, options.default_stock, options.stock, options.dry_run)
    progress = Progress(sum(file.size for file in files.values()))
    report = Report(options.report, options.source)
    loader = Loader(report, progress)
    status, last_words = ALL_LOADED, ""
    try:
        load(loader, files, wishes)
    except Stopped as error:
        status, last_words = FAILED, str(error.remark)
    except KeyboardInterrupt:
        status, last_words = INTERRUPTED, _("Interrupted.")
    finally:
        progress.clear()
        loader.close()
        report.close()
    missing = [name for name in names if name not in files]
    if missing:
        sys.stdout.write(_("Not in the catalogue: %(names)s") % {"names": ", ".join(missing)} + "\n")
    sys.stdout.write(summary(report, loader, dry_run=wishes.dry_run) + "\n")
    if last_words:
        _fail(last_words + " " + _("What the table counts stands; run the loader again for the rest."))
    return status or (SOME_REFUSED if report.refused else ALL_LOADED)


def _fail(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return FAILED


def _refuse_unprepared_database() -> None:
    try:
        executor = MigrationExecutor(connection)
        unprepared = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        raise Unreadable(_("The database cannot be reached: %(why)s"), why=error) from error
    if unprepared:
        raise Unreadable(_("The database is not prepared. Run: python manage.py migrate"))


def _parser(description: str, source: str) -> ArgumentParser:
    parser = ArgumentParser(
        description=description,
        epilog=_(
            "Exit status: 0 everything was loaded, 1 some rows were refused, 2 the catalogue or the database failed. "
            "Formats and rules: db_tools/README.md"
        ),
    )
    parser.add_argument("catalogue", type=Path, metavar="DIR", help=_("a folder, or a .zip of one"))
    parser.add_argument(
        "--source", type=_source, default=source, metavar="NAME",
        help=_("what keeps this catalogue apart from others (default: %(default)s)"),
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help=_("say what would be done, and write nothing"))
    parser.add_argument(
        "--stock", action="store_true", help=_("also bring the stock of known SKUs to the file's, through the ledger")
    )
    parser.add_argument(
        "--default-stock", type=_pieces, default=100, metavar="N",
        help=_("opening stock of new SKUs for which the file gives none (default: %(default)s)"),
    )  # fmt: skip
    parser.add_argument(
        "--report", type=Path, default=settings.VAR_DIR / "imports", metavar="DIR",
        help=_("where the files of refused and mended rows go (default: %(default)s)"),
    )  # fmt: skip
    return parser


def _source(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,29}", text):
        raise ArgumentTypeError(_("use up to 30 small letters, digits and hyphens"))
    return text


def _pieces(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > MAX_INTEGER:
        raise ArgumentTypeError(_("use a number from 0 to %(most)s") % {"most": MAX_INTEGER})
    return int(text)
