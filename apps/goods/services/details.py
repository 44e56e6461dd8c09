"""The details of a goods are raw HTML that the client inserts into its page: only harmless markup is kept."""

import re

import nh3

TAGS = set(
    "a abbr b blockquote br caption code col colgroup dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i "  # noqa: SIM905  words read better
    "img ins li ol p pre s small span strong sub sup table tbody td tfoot th thead tr u ul".split(" ")
)
ATTRIBUTES = {
    "*": {"title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "col": {"span"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# A picture without a scheme is one of the shop's own files; any other relative address would depend on the page.
PICTURE_ADDRESS = re.compile(r"https?://|/")


def clean_html(html: str) -> str:
    """Return the markup without scripts, event handlers, styles, and addresses other than http(s) and our own."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_keep_attribute,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )


def _keep_attribute(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("img", "src") and not PICTURE_ADDRESS.match(value.strip().lower()):
        return None
    return value
