"""A shopper's browser on the pages of the shop that work without scripts."""

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

import requests

from apps.users.tests.factories import PASSWORD


@dataclass
class Browser:
    """Follows redirects, fills forms, and goes to no address that begins with `stops_at`."""

    shop: str
    stops_at: str = "nowhere"
    session: requests.Session = field(default_factory=requests.Session)

    def open(self, address: str) -> requests.Response:
        return self._follow(self.session.get(address, allow_redirects=False, timeout=20))

    def submit(self, page: requests.Response, *, form: int = 0, to: str = "", **typed: str) -> requests.Response:
        """Send a form of the page where it leads, or to another path of the shop."""
        html = re.findall(r"<form.*?</form>", page.text, re.DOTALL)[form]
        action = re.search(r'action="([^"]*)"', html)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
        address = f"{self.shop}{to or unescaped(action[1])}" if action else page.url
        data = {name: unescaped(value) for name, value in hidden.items()} | typed
        return self._follow(self.session.post(address, data=data, allow_redirects=False, timeout=20))

    def log_in(self, page: requests.Response, password: str = PASSWORD) -> requests.Response:
        return self.submit(page, username="alice", password=password)

    def _follow(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect:
            target = answer.headers["Location"]
            if target.startswith(self.stops_at):
                return answer
            answer = self.session.get(urljoin(answer.url, target), allow_redirects=False, timeout=20)
        return answer


def unescaped(text: str) -> str:
    return text.replace("&amp;", "&").replace("&#x27;", "'").replace("&quot;", '"')
