"""The scripts as they are started: by their path, from anywhere, on a terminal or not."""

import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from db_tools.real_catalogue import main
from db_tools.tests.runs import SAMPLE

ROOT = SAMPLE.parent.parent
REAL, COURSE = ROOT / "db_tools" / "import_catalogue.py", ROOT / "db_tools" / "import_course_catalogue.py"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with tables and nothing in them."""
    database = tmp_path_factory.mktemp("shop") / "shop.sqlite3"
    start(ROOT / "manage.py", "migrate", "-v0", env=with_database(database))
    return database


@pytest.fixture
def env(prepared: Path, tmp_path: Path) -> dict[str, str]:
    """A shop of its own."""
    return with_database(Path(shutil.copy(prepared, tmp_path)))


def with_database(path: Path) -> dict[str, str]:
    mine = {
        "MXSHOP_ENV": "development", "DATABASE_URL": f"sqlite:///{path}", "REDIS_URL": "", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    return {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | mine


def start(*arguments: object, env: dict[str, str], cwd: Path | str = ROOT) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, env=env, cwd=cwd, text=True, capture_output=True, check=False)


def test_both_scripts_load_their_samples_from_any_folder(env: dict[str, str], tmp_path: Path) -> None:
    report = ("--report", tmp_path / "report")

    real = start(REAL, SAMPLE / "catalogue", *report, env=env, cwd=tmp_path)
    course = start(COURSE, SAMPLE / "course_catalogue", *report, env=env, cwd="/")

    assert (real.returncode, real.stderr, course.returncode, course.stderr) == (0, "", 0, "")
    assert "Goods          3        3        0          0        0       0" in real.stdout
    assert "Goods          2        2        0          0        0       2" in course.stdout
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == ["course-repaired.jsonl"]


def test_the_bar_is_for_terminals_only(env: dict[str, str], tmp_path: Path) -> None:
    terminal, its_end = pty.openpty()
    command = [sys.executable, str(REAL), str(SAMPLE / "catalogue"), "--report", str(tmp_path / "report")]

    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=its_end, check=False)
    os.close(its_end)
    shown = os.read(terminal, 100_000).decode()
    os.close(terminal)

    assert done.returncode == 0
    assert re.match(r"\r\x1b\[K\[#+-+\] +\d+%  Regions 3  0 s\r\x1b\[K", shown)
    assert shown.endswith("\r\x1b[K")
    assert b"\r" not in done.stdout


def test_help_lists_the_options_in_both_languages(env: dict[str, str]) -> None:
    english = start(REAL, "--help", env=env)
    chinese = start(COURSE, "--help", env=env | {"LC_ALL": "zh_CN.UTF-8"})

    assert (english.returncode, chinese.returncode) == (0, 0)
    for option in ("--source", "--dry-run", "--stock", "--default-stock", "--report"):
        assert option in english.stdout
        assert option in chinese.stdout
    assert "write nothing" in english.stdout
    assert "不写入任何数据" in chinese.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: DIR"),
        (["x", "--source", "Größe"], "use up to 30 small letters, digits and hyphens"),
        (["x", "--source", "x" * 31], "use up to 30 small letters, digits and hyphens"),
        (["x", "--default-stock", "-1"], "use a number from 0 to 2147483647"),
        (["x", "--default-stock", "2147483648"], "use a number from 0 to 2147483647"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refusal:
        main(arguments)

    assert refusal.value.code == 2
    assert words in capsys.readouterr().err


def test_a_database_that_is_not_there_or_not_prepared_is_said_so(tmp_path: Path) -> None:
    unprepared = start(REAL, SAMPLE / "catalogue", env=with_database(tmp_path / "new.sqlite3"))
    missing = start(REAL, SAMPLE / "catalogue", env=with_database(tmp_path / "no" / "shop.sqlite3"))

    assert (unprepared.returncode, unprepared.stderr) == (
        2,
        "The database is not prepared. Run: python manage.py migrate\n",
    )
    assert missing.returncode == 2
    assert missing.stderr.startswith("The database cannot be reached: ")
    assert "Traceback" not in missing.stderr


def test_a_terminal_that_knows_no_chinese_is_no_obstacle(env: dict[str, str], tmp_path: Path) -> None:
    done = start(
        REAL,
        SAMPLE / "catalogue",
        "--report",
        tmp_path / "r",
        env=env | {"LC_ALL": "zh_CN", "PYTHONIOENCODING": "ascii"},
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u5206\\u7c7b" in done.stdout
