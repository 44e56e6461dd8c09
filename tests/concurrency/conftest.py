"""Races through a live server with several worker processes, on MariaDB and Redis."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from apps.trade.gateways.sandbox.alipay import sandbox_alipay
from apps.trade.gateways.sandbox.wechat import sandbox_wechat
from tests.servers import granian

WORKERS = 3
# How often each race is run; what is unlucky once is not unlucky fifty times.
ROUNDS = int(os.environ.get("MXSHOP_ROUNDS", "5"))
# So often a race without its guard may go well by luck, as when one process is awake long before the others.
LUCKY = 5


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked with `rounds` so often, each time on a fresh database."""
    if metafunc.definition.get_closest_marker("rounds"):
        metafunc.fixturenames.append("_round")
        metafunc.parametrize("_round", range(ROUNDS))


@pytest.fixture(scope="session", autouse=True)
def _services() -> None:
    """Fail where the tests would prove nothing: SQLite lets one writer in at a time."""
    if connection.vendor != "mysql" or not settings.REDIS_URL:
        pytest.fail("these races need MariaDB and Redis: make test-services", pytrace=False)
    for make_keys in (sandbox_alipay, sandbox_wechat):  # no race is about these
        make_keys()


@pytest.fixture(autouse=True)
def _healthy_afterwards(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[None]:
    """Whatever a test did to the shop, the doctor finds nothing afterwards, but where the guards were taken away."""
    yield
    if "naive_shop" not in request.fixturenames:
        call_command("shop_doctor")


@pytest.fixture(scope="session")
def shop(_services: None, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the shop, served by three processes of eight threads each."""
    with granian(tmp_path_factory.mktemp("shop"), workers=WORKERS) as url:
        yield url


@pytest.fixture(scope="session")
def naive_shop(_services: None, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a shop without guards, in which each race must go wrong; else it would prove nothing."""
    application = "tests.concurrency.naive_shop:application"
    with granian(tmp_path_factory.mktemp("naive"), workers=WORKERS, application=application) as url:
        yield url
