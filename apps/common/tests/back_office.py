"""Staff at their browsers, for tests of the back office."""

import re
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client

from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory

TOKEN = re.compile(r'name="once" value="([^"]+)"')


def clerk(*rights: str, **fields: Any) -> Client:
    """A signed-in member of staff with these rights, written `trade.view_order`; the token of each form is checked."""
    user = UserFactory(is_staff=True, **fields)
    for right in rights:
        app, codename = right.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return browser_of(user)


def browser_of(user: UserProfile) -> Client:
    """A signed-in browser that sends the token of the forms it got, as a real one does."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def send(client: Client, address: str, data: dict[str, Any]) -> Any:
    """Post a form as a browser that has loaded it: with the token."""
    if "csrftoken" not in client.cookies:
        client.get("/xadmin/")
    return client.post(address, {**data, "csrfmiddlewaretoken": client.cookies["csrftoken"].value})


def act(client: Client, address: str, action: str, *rows: Any, **answers: Any) -> Any:
    """Choose an action of a list for the rows, and send the form that it shows with the answers."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    asked = send(client, address, chosen)
    is_done = asked.status_code == 302 or not asked["Content-Type"].startswith("text/html")
    return asked if is_done else send(client, address, {**confirmed(asked, chosen), **answers})


def opened(client: Client, address: str, action: str, *rows: Any) -> dict[str, Any]:
    """Return what the form of an action sends, but for the answers."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return confirmed(send(client, address, chosen), chosen)


def confirmed(asked: Any, chosen: dict[str, Any]) -> dict[str, Any]:
    token = TOKEN.search(asked.content.decode())
    return {**chosen, "post": "yes"} | ({"once": token[1]} if token else {})


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def listed(client: Client, address: str, query: str = "", field: str = "id") -> list[str]:
    """What a list shows in one column."""
    response = client.get(f"{address}?_ajax=1&_fields={field}&{query}")
    assert response.status_code == 200
    return [row[field] for row in response.json()["objects"]]
