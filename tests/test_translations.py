"""Both languages are whole: every text has its Chinese, and the compiled catalogues are those of the sources."""

import importlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}
# Where texts stand, and the catalogue that translates them.
HOUSES = {
    **{app.name: (app, app / "locale") for app in sorted((ROOT / "apps").iterdir()) if (app / "apps.py").exists()},
    "xadmin_compat": (ROOT / "extra_apps" / "xadmin_compat", ROOT / "extra_apps" / "xadmin_compat" / "locale"),
    "mxshop": (ROOT / "mxshop", ROOT / "locale"),
    "db_tools": (ROOT / "db_tools", ROOT / "db_tools" / "locale"),
    "templates": (ROOT / "templates", ROOT / "locale"),
}


def messages_in(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        if {"tests", "migrations", "locale"} & set(path.parts):
            continue
        if path.suffix == ".py":
            source = path.read_bytes()
        elif path.suffix == ".html":
            source = templatize(path.read_text()).encode()
        else:
            continue
        for _line, message, _comments, _context in extract("python", io.BytesIO(source), KEYWORDS):
            yield str(path.relative_to(ROOT)), message if isinstance(message, str) else message[0]


def catalogue(locale: Path) -> Catalog:
    path = locale / "zh_Hans" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("house", HOUSES)
def test_every_text_has_its_chinese(house: str) -> None:
    folder, locale = HOUSES[house]
    known = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue(locale)
        if message.id and message.string and not message.fuzzy and all(message.string)
    }
    missing = sorted({f"{path}: {text!r}" for path, text in messages_in(folder) if text not in known})
    assert missing == []


CATALOGUES = sorted(ROOT.glob("apps/*/locale")) + [
    path
    for path in (ROOT / "locale", ROOT / "db_tools" / "locale", ROOT / "extra_apps" / "xadmin_compat" / "locale")
    if path.exists()
]


@pytest.mark.parametrize("locale", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_compiled_catalogue_is_that_of_the_source(locale: Path) -> None:
    wanted = io.BytesIO()
    write_mo(wanted, catalogue(locale))
    wanted.seek(0)
    with (locale / "zh_Hans" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = {str(message.id): message.string for message in read_mo(file) if message.id}
    assert compiled == {str(message.id): message.string for message in read_mo(wanted) if message.id}


@pytest.mark.parametrize("locale", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_placeholders_are_the_same(locale: Path) -> None:
    for message in catalogue(locale):
        if isinstance(message.id, str) and message.id:
            names = re.findall(r"%\(\w+\)[sd]", message.id)
            assert sorted(re.findall(r"%\(\w+\)[sd]", str(message.string))) == sorted(names), message.id


def test_one_text_has_one_translation() -> None:
    """Django reads all catalogues as one: of two translations the first would win everywhere."""
    found: dict[tuple[str | None, str], set[str]] = {}
    for locale in CATALOGUES:
        for message in catalogue(locale):
            if isinstance(message.id, str) and message.id:
                found.setdefault((message.context, message.id), set()).add(str(message.string))
    assert {text: words for text, words in found.items() if len(words) > 1} == {}


@pytest.mark.parametrize("locale", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_package_has_the_last_word(locale: Path) -> None:
    """Packages translate plain words such as "content" in their own way."""
    with translation.override("zh-hans"):
        said = {
            message.id: (message.string, _said(message))
            for message in catalogue(locale)
            if isinstance(message.id, str) and message.id
        }
    assert {text: words for text, words in said.items() if words[0] != words[1]} == {}


def _said(message: Message) -> str:
    return pgettext(message.context, message.id) if message.context else gettext(message.id)


# The same in every language.
NAMES = {"IPv4", "IPv6"}


@pytest.mark.parametrize(
    "module",
    [
        "django.contrib.auth.password_validation",
        "django.core.validators",
        "rest_framework.exceptions",
        "rest_framework.fields",
        "rest_framework.relations",
        "rest_framework.serializers",
        "rest_framework.validators",
    ],
)
def test_what_the_frameworks_say_to_a_buyer_is_chinese(module: str) -> None:
    source = importlib.import_module(module).__file__
    assert source
    messages = extract("python", io.BytesIO(Path(source).read_bytes()), KEYWORDS)
    texts = [text if isinstance(text, str) else tuple(text) for _line, text, _comments, _context in messages]
    with translation.override("zh-hans"):
        said = {text: gettext(text) if isinstance(text, str) else ngettext(text[0], text[1], 8) for text in texts}
    said = {text: words for text, words in said.items() if text not in NAMES}
    assert {text for text, words in said.items() if words in ((text,) if isinstance(text, str) else text)} == set()


def test_a_short_password_is_refused_in_chinese() -> None:
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refusal:
        validate_password("q7#Kd")
    assert refusal.value.messages == ["密码太短，至少需要 8 个字符。"]
