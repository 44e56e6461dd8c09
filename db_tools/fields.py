"""The fields of one row, each checked on its way out: what cannot be used is refused, what can be mended is noted."""

import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import InvalidInput, Text
from apps.common.imports import Refusal, Remark
from apps.common.money import ZERO
from apps.goods.services.pricing import check_price

# Letters of one case only: MariaDB would take `a1` and `A1` for the same key.
PLAIN_KEY = re.compile(r"[a-z0-9._:-]{1,64}")
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,10}")
PRICE = re.compile(r"[￥¥]?([0-9]{1,10}(?:\.[0-9]{1,2}0*)?)元?")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
# http(s) with a host, and nothing that could end an attribute.
ADDRESS = re.compile(r"""https?://[^\s/?#@:<>"'`\\]+(?::[0-9]+)?(?:[/?#][^\s<>"'`\\]*)?""", re.IGNORECASE)
MAX_KEY = 500
MAX_INTEGER = 2**31 - 1
MAX_URL = 500


def source_key(*parts: str) -> str:
    """Return what a row is known by within its source: its id if that is plain, else a digest."""
    if len(parts) == 1 and PLAIN_KEY.fullmatch(parts[0]):
        return parts[0]
    return "~" + hashlib.sha256("\x1f".join(parts).encode(errors="surrogatepass")).hexdigest()[:40]


def one_line(text: str) -> str:
    """Return the text without line breaks, control characters and blanks around it."""
    if text.isprintable():
        return text.strip()
    return re.sub(r"\s*[\t\r\n]+\s*", " ", CONTROL.sub("", text)).strip()


class Fields:
    """A JSON object that is asked for its fields by name and kind.

    `repairs` collects what was mended; `words` holds what the file says for each key. Objects inside share both, and
    name themselves in what they say (`skus[2].price`).
    """

    def __init__(
        self,
        data: object,
        *,
        place: str = "",
        repairs: list[Remark] | None = None,
        words: dict[str, str] | None = None,
    ) -> None:
        if not isinstance(data, dict):
            raise (
                Refusal(_("“%(field)s” is not an object."), field=place)
                if place
                else Refusal(_("It is not an object."))
            )
        self.data: Mapping[str, Any] = data
        self.place = place
        self.repairs = [] if repairs is None else repairs
        self.words = {} if words is None else words

    def key(self, name: str) -> str:
        """Return what a row is known by: a number or a text."""
        key = self.optional_key(name)
        if key is None:
            raise self.refusal(_("“%(field)s” is missing."), name)
        return key

    def optional_key(self, name: str) -> str | None:
        """Return what another row is known by; None when the row names none."""
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self.refusal(_("“%(field)s” is neither a number nor a text."), name)
        text = str(value).strip()
        if not text or len(text) > MAX_KEY or CONTROL.search(text) or SURROGATE.search(text):
            raise self.refusal(_("“%(field)s” is empty, too long, or holds unprintable characters."), name)
        return self.remember_key(text)

    def remember_key(self, *parts: str) -> str:
        """Return the source key of an id or a path of names, and remember how the file puts it."""
        key = source_key(*parts)
        self.words[key] = "/".join(parts)
        return key

    def name(self, name: str, most: int) -> str:
        """Return a text of one line that must be there, whole."""
        text = self._line(name)
        if not any(character.isprintable() and not character.isspace() for character in text):
            raise self.refusal(_("“%(field)s” is empty."), name)
        if len(text) > most:
            raise self.refusal(_("“%(field)s” is longer than %(most)s characters."), name, most=most)
        return text

    def label(self, name: str, most: int) -> str:
        """Return a short text that would mean something else if it were cut; empty when there is none."""
        text = self._line(name)
        if len(text) > most:
            raise self.refusal(_("“%(field)s” is longer than %(most)s characters."), name, most=most)
        return text

    def line(self, name: str, most: int) -> str:
        """Return a text of one line, cut where it is too long; empty when there is none."""
        text = self._line(name)
        if len(text) > most:
            self.repair(_("“%(field)s” was cut to %(most)s characters."), name, most=most)
        return text[:most].strip()

    def text(self, name: str) -> str:
        """Return a text of any length; empty when there is none."""
        value = self.data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.refusal(_("“%(field)s” is not a text."), name)
        if value.isprintable():  # most are, and then nothing below applies
            return value.strip()
        if SURROGATE.search(value):
            raise self.refusal(_("“%(field)s” holds half a character."), name)
        clean = CONTROL.sub("", value)
        if clean != value:
            self.repair(_("Control characters were taken out of “%(field)s”."), name)
        return clean.strip()

    def _line(self, name: str) -> str:
        return one_line(self.text(name))

    def flag(self, name: str, *, default: bool) -> bool:
        """Return yes or no."""
        value = self.data.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.refusal(_("“%(field)s” is neither true nor false."), name)
        return value

    def integer(self, name: str, *, least: int = -MAX_INTEGER, most: int = MAX_INTEGER) -> int | None:
        """Return a whole number, given as a number or a text; None when there is none."""
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, str) and WHOLE_NUMBER.fullmatch(value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refusal(_("“%(field)s” is not a whole number."), name)
        if not least <= value <= most:
            raise self.refusal(_("“%(field)s” is not between %(least)s and %(most)s."), name, least=least, most=most)
        return value

    def price(self, name: str) -> Decimal:
        """Return what something is sold for, given as a text or a number of yuan. 0 is a price too, and is said."""
        price = self.optional_price(name)
        if price is None:
            raise self.refusal(_("“%(field)s” is missing."), name)
        if price == ZERO:
            self.repair(_("“%(field)s” is 0: it is sold for nothing."), name)
        return price

    def optional_price(self, name: str) -> Decimal | None:
        """Return an amount of yuan; None when there is none. `￥232元` is 232 as well."""
        value = self.data.get(name)
        if value is None:
            return None
        usable = isinstance(value, int | Decimal | str) and not isinstance(value, bool)
        found = PRICE.fullmatch(str(value).strip()) if usable else None
        try:
            return check_price(Decimal(found[1] if found else "NaN"))
        except InvalidInput as error:
            raise self.refusal(_("“%(field)s” is not a price: %(value)s."), name, value=repr(value)[:40]) from error

    def picture(self, name: str) -> str:
        """Return the address of a picture on another server; empty when there is none that a browser could use."""
        found = self._addresses([self.text(name)], name)
        return found[0] if found else ""

    def pictures(self, *names: str) -> tuple[str, ...]:
        """Return the addresses in these fields, each a text or a list of texts, every one once, in their order."""
        found: list[str] = []
        for name in names:
            value = self.data.get(name)
            texts = [self.text(name)] if isinstance(value, str) else self.texts(name)
            found += self._addresses(texts, name)
        return tuple(dict.fromkeys(found))

    def _addresses(self, texts: list[str], name: str) -> list[str]:
        texts = [text for text in texts if text]
        found = [text for text in texts if len(text) <= MAX_URL and ADDRESS.fullmatch(text)]
        if len(found) < len(texts):
            text = _("Pictures without an address were left out of “%(field)s”; without any, the placeholder is shown.")
            self.repairs.append(Remark(text, {"field": self._full(name)}, count=len(texts) - len(found)))
        return found

    def texts(self, name: str) -> list[str]:
        """Return a list of texts of one line."""
        return [self._inside({name: item}, self.place)._line(name) for item in self.items(name)]

    def objects(self, name: str) -> list["Fields"]:
        """Return a list of objects."""
        return [self._inside(item, f"{self._full(name)}[{index}]") for index, item in enumerate(self.items(name))]

    def _inside(self, data: object, place: str) -> "Fields":
        return Fields(data, place=place, repairs=self.repairs, words=self.words)

    def items(self, name: str) -> list[Any]:
        """Return a list of anything; empty when there is none."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.refusal(_("“%(field)s” is not a list."), name)
        return value

    def refusal(self, text: Text, name: str, /, **values: object) -> Refusal:
        """Return what to raise when this field makes the row useless."""
        return Refusal(text, field=self._full(name), **values)

    def repair(self, text: Text, name: str, /, **values: object) -> None:
        """Note that this field was mended."""
        self.repairs.append(Remark(text, {"field": self._full(name), **values}))

    def _full(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name
