"""Staff at their browsers, for tests of the back office."""

from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client

from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory


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
    """Confirm an action of a list for the rows."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], "post": "yes"}
    return send(client, address, {**chosen, **answers})


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def listed(client: Client, address: str, query: str = "", field: str = "id") -> list[str]:
    """What a list shows in one column."""
    response = client.get(f"{address}?_ajax=1&_fields={field}&{query}")
    assert response.status_code == 200
    return [row[field] for row in response.json()["objects"]]
