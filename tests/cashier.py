"""A browser at the sandbox's cashier."""

import re

import requests


def pay(browser: requests.Session, cashier: str) -> requests.Response:
    """Open the cashier's page and press its button; returns the answer that sends the browser back."""
    page = browser.get(cashier, timeout=60)
    assert page.status_code == 200, page.text[:500]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1]}
    return browser.post(cashier, data=form, headers={"Referer": cashier}, allow_redirects=False, timeout=60)
