"""Making a built Vue shop ask its own origin instead of the host it was built for."""

import re
from dataclasses import dataclass

# The first parts of the paths that the client asks for (contract of the Vue shop, sections 3 to 5).
API_PATHS = (
    "categorys", "categories", "goods", "banners", "hotsearchs", "indexgoods", "code", "users", "login", "shopcarts",
    "userfavs", "address", "orders", "messages",
)  # fmt: skip
_PATH = rf"(?:{'|'.join(API_PATHS)})\b"
_QUOTE = r"\\*[\"'`]"  # a bundle made for development keeps its modules in strings, with escaped quotes
_HOST = r"https?://[A-Za-z0-9.-]+(?::\d+)?"

# "http://host:8000/goods/" written as one literal
_WHOLE = re.compile(rf"({_QUOTE}){_HOST}/{{0,2}}(?=/{_PATH})")
# name = "http://host:8000" or "http://host:8000/", or the literal itself before a "+" or a ".concat("
_NAMED = re.compile(rf"(?P<name>[A-Za-z_$][\w$.]*)(?P<equals>\s*=\s*)(?P<quote>{_QUOTE})(?P<host>{_HOST}/?)(?P=quote)")
_DIRECT = re.compile(
    rf"(?P<quote>{_QUOTE})(?P<host>{_HOST}/?)(?P=quote)(?=(?:\s*\+\s*|\.concat\(){_QUOTE}(?P<slash>/?){_PATH})"
)


@dataclass(frozen=True)
class Rewritten:
    """A bundle's text without its host, and how many literals were replaced."""

    text: str
    replaced: int


def remove_api_host(text: str) -> Rewritten:
    """Replace the API host before the client's paths by nothing, in every way that bundlers write it.

    Other addresses stay as they are, also those on the same host that are no API paths.
    """
    text, whole = _WHOLE.subn(r"\1", text)
    text, direct = _DIRECT.subn(lambda match: _emptied(match, slash=match["slash"]), text)
    text, named = _replace_named(text)
    return Rewritten(text, whole + direct + named)


def _replace_named(text: str) -> tuple[str, int]:
    replaced = 0

    def replace(match: re.Match[str]) -> str:
        nonlocal replaced
        use = _use_of(match["name"]).search(text, match.end())
        if use is None:
            return match[0]
        replaced += 1
        return f"{match['name']}{match['equals']}{_emptied(match, slash=use['slash'])}"

    return _NAMED.sub(replace, text), replaced


def _use_of(name: str) -> re.Pattern[str]:
    """Match where a name is put before an API path: `name+"/goods/"`, `${name}/goods/`, `.concat(name,"/goods/")`."""
    name = re.escape(name)
    glue = rf"(?<![\w$.]){name}\s*(?:\+\s*{_QUOTE}|\.concat\({_QUOTE}|,\s*{_QUOTE}|\}})"
    return re.compile(rf"{glue}(?P<slash>/?){_PATH}")


def _emptied(match: re.Match[str], *, slash: str) -> str:
    """Return the literal without host; a path that relied on the host's own slash keeps one."""
    return f"{match['quote']}{'' if slash else '/'}{match['quote']}"
