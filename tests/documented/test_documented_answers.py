"""The server answers what the OpenAPI document says, whatever it is asked: schemathesis, signed out and signed in."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from drf_spectacular.generators import SchemaGenerator

from apps.trade.models import Order
from apps.trade.tests.factories import an_order
from apps.users.api.examples import SISTER
from apps.users.models import DeviceSession, SisterApp, UserProfile
from apps.users.services.sessions import Device, open_session
from apps.users.services.sisters import register_app
from apps.users.tests.factories import UserFactory
from tests.servers import granian
from tests.small_shop import fill_catalogue, fill_guest_carts, fill_scans, fill_things_of

METHODS = ("get", "post", "put", "patch", "delete")
CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "allow_header_conformance",
        "ignored_auth",
        "use_after_free",
        "ensure_resource_availability",
    ]
)
HERE = Path(__file__).parent
# Nothing but refusals is expected of these: nobody guesses a signature, a code, a state, a password, a cookie or a
# random id, and who has just got a code waits for the next one.
UNREACHABLE = {
    "POST /alipay/return/",
    "POST /wechatpay/notify/",
    "POST /users/",
    "POST /users/password/",
    "POST /users/export/",
    "POST /users/erasure/",
    "POST /users/confirmation/",
    "POST /bindings/{provider}/",
    "POST /bindings/{provider}/unbind/",
    "POST /scans/{public_id}/claim/",
    "POST /tickets/exchange/",
    "POST /staff/login/",
    "POST /staff/logout/",
    "POST /users/password/reset/",
    "POST /users/mobile/",
    "POST /users/email/",
    "POST /users/mobile/codes/",
    "POST /users/email/codes/",
    "POST /users/email/link/",
    "POST /users/activate/",
    "POST /login/code/",
    "GET /login/{provider}/callback/",
    "GET /shipments/{public_id}/",
}
LOGS_OUT = {"POST /logout/", "POST /devices/end/"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield f"{method.upper()} {path}", methods[method]


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_server_answers_a_visitor_as_documented(document: dict[str, Any], tmp_path: Path, alice: UserProfile) -> None:
    fill_catalogue()
    fill_guest_carts()
    fill_scans()
    with granian(tmp_path) as url:
        statuses = explore(url, document, tmp_path)

    public = {name for name, operation in operations(document) if {} in operation.get("security", [{}])}
    assert succeeded(statuses) == public - UNREACHABLE
    assert all(401 in statuses[name] for name, _operation in operations(document) if name not in public)


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_server_answers_a_shopper_as_documented(
    document: dict[str, Any], tmp_path: Path, alice: UserProfile, alice_token: str
) -> None:
    fill_things_of(alice, fill_catalogue())
    fill_guest_carts()
    fill_scans(DeviceSession.objects.earliest("pk"))
    register_app(app=SisterApp(name="Forum", client_id=SISTER))
    with granian(tmp_path) as url:
        # Logging out would leave nothing but refusals behind it; the visitor's run and its own tests prove it.
        left_out = [f"--exclude-path={operation.split()[1]}" for operation in LOGS_OUT]
        statuses = explore(url, document, tmp_path, *left_out, token=alice_token)

    everything = {name for name, _operation in operations(document)}
    assert succeeded(statuses) == everything - staff_only(document) - UNREACHABLE - LOGS_OUT
    assert all(401 in statuses[name] for name in staff_only(document))


@pytest.mark.django_db(transaction=True, reset_sequences=True)
def test_server_answers_staff_as_documented(document: dict[str, Any], tmp_path: Path, superuser: UserProfile) -> None:
    fill_catalogue()
    for number in range(1, 4):
        Order.objects.filter(pk=an_order(UserFactory()).pk).update(number=f"2026{number:012}")
    device = Device(ip=None, user_agent="a scanner")
    token = open_session(user=superuser, device=device, realm=DeviceSession.Realm.STAFF).token
    with granian(tmp_path) as url:
        statuses = explore(url, document, tmp_path, "--include-path-regex=^/staff/(?!log)", token=token)

    assert succeeded(statuses) == staff_only(document)


def staff_only(document: dict[str, Any]) -> set[str]:
    """What takes the tokens of staff alone; logging them out would leave nothing but refusals behind it, too."""
    taken = {name for name, operation in operations(document) if {"staff token": []} in operation.get("security", [])}
    return taken - UNREACHABLE


def explore(url: str, document: dict[str, Any], folder: Path, *options: str, token: str = "") -> dict[str, set[int]]:
    """Let schemathesis ask what the document allows, and what it does not; returns the statuses by operation."""
    report = folder / "run.har"
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"), "--config-file=schemathesis.toml"),
        *("run", f"{url}/api/schema/", f"--checks={CHECKS}", "--max-examples=12", "--seed=20261123", "--no-color"),
        *("--generation-database=none", f"--report-har-path={report}", *options),
        *(("--header", f"Authorization: JWT {token}") if token else ()),
    ]
    env = {**os.environ, "SHOPPER_TOKEN": token}
    run = subprocess.run(command, cwd=HERE, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    return statuses_by_operation(json.loads(report.read_text()), document)


def statuses_by_operation(report: dict[str, Any], document: dict[str, Any]) -> dict[str, set[int]]:
    paths = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in document["paths"]}
    statuses: dict[str, set[int]] = defaultdict(set)
    for entry in report["log"]["entries"]:
        asked = urlsplit(entry["request"]["url"]).path
        path = next((path for path in sorted(paths) if paths[path].fullmatch(asked)), "")
        statuses[f"{entry['request']['method']} {path}"].add(entry["response"]["status"])
    return {name: statuses[name] for name, _operation in operations(document) if name in statuses}


def succeeded(statuses: dict[str, set[int]]) -> set[str]:
    return {name for name, seen in statuses.items() if any(200 <= status < 400 for status in seen)}
