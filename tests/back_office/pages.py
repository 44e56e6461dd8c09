"""A form as a browser would send it: what stands in its inputs."""

from html.parser import HTMLParser


class Inputs(HTMLParser):
    """Collects names and values of a page's inputs, as they are before anybody types."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in attributes}
        is_set = "checked" in attrs or attrs.get("type", "text") not in (
            "checkbox",
            "radio",
            "file",
            "submit",
            "button",
        )
        if tag == "input" and is_set:
            self._add(attrs.get("name", ""), attrs.get("value", "on" if "checked" in attrs else ""))
        elif tag == "select":
            self._select = attrs.get("name", "")
        elif tag == "option" and "selected" in attrs:
            self._add(self._select, attrs.get("value", ""))
        elif tag == "textarea":
            self._area = attrs.get("name", "")
            self._add(self._area, "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def _add(self, name: str, value: str) -> None:
        if name:
            self.values.setdefault(name, []).append(value)


def inputs_of(html: str) -> dict[str, list[str]]:
    """What a browser sends when the page's form is sent as it came; the search boxes around it do no harm."""
    parser = Inputs()
    parser.feed(html)
    return parser.values
