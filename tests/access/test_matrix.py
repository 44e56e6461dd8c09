"""Who gets what of every route: `docs/access.md` says it, and this asks.

The rows are those of the OpenAPI document and of the URL configuration, so that no route comes without saying who may
use it. Everybody shows a token as they got it at a log-in, of the realm that the route is of. Whoever is refused has
changed no row of the database.
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from apps.users.models import DeviceSession, UserProfile
from apps.users.services.sessions import Device, open_session
from apps.users.services.tokens import issue_token
from tests.access.routes import METHODS, routes
from tests.access.world import Ask, all_powerful, asks

TABLE = Path(settings.BASE_DIR) / "docs" / "access.md"
ROW = re.compile(r"^\| `([A-Z]+ /\S*)` \| (.+) \|$", re.MULTILINE)
REFUSALS = (401, 403, 404)
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def promised() -> dict[str, str]:
    """What the table says, by operation."""
    rows = ROW.findall(TABLE.read_text())
    assert len(rows) == len(dict(rows)), "a route stands there twice"
    return dict(rows)


def operations() -> list[str]:
    """Every route and method: first those of the OpenAPI document, then those that only the URL configuration knows."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    documented = [f"{method.upper()} {path}" for path in sorted(paths) for method in METHODS if method in paths[path]]
    known = {_without_names(operation) for operation in documented}
    return [*documented, *(operation for operation in routes() if _without_names(operation) not in known)]


def _without_names(operation: str) -> str:
    return re.sub(r"{\w+}", "{}", operation)


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    assert list(promised()) == operations()


class Caller:
    """Somebody's clients: one for each realm that they have a token of."""

    def __init__(self, user: UserProfile | None) -> None:
        self.of_shop = APIClient(raise_request_exception=False)
        self.of_staff = APIClient(raise_request_exception=False)
        if user is None:
            return
        first = DeviceSession.objects.filter(user=user).order_by("pk").first()
        self._show(self.of_shop, issue_token(first) if first else _token_of(user))
        # Shoppers get none of the other realm, and show what they have.
        self._show(self.of_staff, _token_of(user, DeviceSession.Realm.STAFF) if user.is_staff else _token_of(user))

    def at(self, operation: str) -> APIClient:
        """The client with the token that the route takes."""
        return self.of_staff if is_of_staff(operation) else self.of_shop

    def elsewhere(self, operation: str) -> APIClient:
        """The client with the token of the other realm."""
        return self.of_shop if is_of_staff(operation) else self.of_staff

    def _show(self, client: APIClient, token: str) -> None:
        client.credentials(HTTP_AUTHORIZATION=f"JWT {token}")


def is_of_staff(operation: str) -> bool:
    return operation.split(" ")[1].startswith("/staff/")


def _token_of(user: UserProfile, realm: DeviceSession.Realm = DeviceSession.Realm.SHOP) -> str:
    return open_session(user=user, device=Device(ip=None, user_agent="a browser"), realm=realm).token


@pytest.mark.django_db
def test_everybody_gets_what_the_table_says(
    alice: UserProfile, charlie: UserProfile, staff: UserProfile, superuser: UserProfile
) -> None:
    with_powers = UserProfile.objects.create_user(
        "powerful", mobile="13800000007", password="right horse battery", is_staff=True
    )
    cast = (None, alice, charlie, staff, all_powerful(with_powers), superuser)
    how = asks(alice)
    callers = [Caller(user) for user in cast]

    found = {
        operation: " | ".join(
            str(answer(caller.at(operation), operation, how.get(operation, Ask()))) for caller in callers
        )
        for operation in operations()
    }
    root = callers[-1]
    by_the_other_realm = {
        operation: answer(root.elsewhere(operation), operation, how.get(operation, Ask())) for operation in operations()
    }

    assert found == promised()
    by_nobody = {operation: int(row.split(" | ")[0]) for operation, row in found.items()}
    assert by_the_other_realm == by_nobody, "a superuser's token of the other realm is none"


def answer(client: APIClient, operation: str, ask: Ask) -> int:
    """Ask, and take back whatever it did; a refusal must have written nothing."""
    method, path = operation.split(" ")
    address = path.format(**ask.keys)
    send: Callable[..., Any] = getattr(client, method.lower())
    if method != "GET":
        for upload in filter(lambda value: hasattr(value, "seek"), (ask.body or {}).values()):
            upload.seek(0)  # somebody has sent it before
        send = partial(send, data=ask.body, format=ask.format)
    client.cookies.clear()  # a session that an earlier operation began was taken back with it, but for Redis
    outer = transaction.atomic()
    outer._from_testcase = True  # as the test's own: services then begin, and roll back, transactions of theirs
    changes = Changes()
    with outer, connection.execute_wrapper(changes):
        response = send(address)
        transaction.set_rollback(True)
    status: int = response.status_code
    assert status not in REFUSALS or not changes.sql, f"{operation} was refused ({status}), but changed rows"
    return status


class Changes:
    """Notes each statement that changed a row, unless what it did was rolled back."""

    def __init__(self) -> None:
        self.sql: list[str] = []
        self.before: dict[str, int] = {}

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        words = sql.split()
        if words[0] == "SAVEPOINT":
            self.before[words[-1]] = len(self.sql)
        elif words[:2] == ["ROLLBACK", "TO"]:
            del self.sql[self.before[words[-1]] :]
        elif words[0] in WRITES and context["cursor"].rowcount:
            self.sql.append(sql)
        return result
