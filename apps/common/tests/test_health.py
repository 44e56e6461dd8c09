"""What probes are told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as project
from django.test import Client

from apps.common import health

FAR_AWAY = {"HTTP_HOST": "10.1.2.3:8000", "HTTP_AUTHORIZATION": "JWT nonsense"}


def test_alive_asks_nobody(django_assert_num_queries, db: None) -> None:
    with django_assert_num_queries(0):
        response = Client().get("/healthz", **FAR_AWAY)
    assert (response.status_code, response.json()) == (200, {"alive": True})
    assert response["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response


def test_ready_costs_one_query_once_migrations_were_seen(django_assert_num_queries, db: None) -> None:
    health._fully_migrated()
    with django_assert_num_queries(1):
        response = Client().get("/readyz", **FAR_AWAY)
    assert (response.status_code, response.json()) == (200, {"ready": True})


def test_a_probe_is_answered_in_its_own_language(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "NEEDS", {"redis": lambda: False})

    titles = [Client(headers={"accept-language": code}).get("/readyz").json()["title"] for code in ("en", "zh-cn")]

    assert titles == ["The shop is not ready to serve", "商城尚未就绪"]


def test_probes_are_read_only_and_have_no_slash(db: None) -> None:
    assert Client().head("/readyz").status_code == 200
    assert Client().post("/healthz").status_code == 404
    assert Client().get("/healthz/").status_code == 404


SCRIPT = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "mxshop.settings.test"
django.setup()
from django.test import Client
client = Client(headers={"accept-language": "en"})
assert client.get("/healthz").status_code == 200
response = client.get("/readyz")
print(response.status_code, response.headers["Content-Type"], response.content.decode())
"""


@pytest.mark.parametrize(
    ("database", "redis", "missing"),
    [
        ("sqlite:////nowhere/shop.sqlite3", "", '["database", "migrations"]'),
        ("sqlite:///{empty}", "", '["migrations"]'),
        ("sqlite:///{empty}", "redis://127.0.0.1:9/0", '["redis", "migrations"]'),
    ],
    ids=["no-database", "not-migrated", "no-redis"],
)
def test_unready_process_names_what_is_missing(tmp_path: Path, database: str, redis: str, missing: str) -> None:
    env = os.environ | {"DATABASE_URL": database.format(empty=tmp_path / "empty.sqlite3"), "REDIS_URL": redis}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=env, cwd=project.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("503 application/problem+json ")
    assert f'"missing": {missing}' in run.stdout
    assert '"type": "urn:mxshop:problem:not_ready"' in run.stdout
    assert "nowhere" not in run.stdout
    assert "127.0.0.1" not in run.stdout
