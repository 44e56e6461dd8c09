"""Staff log in on one host, work on every worker of every host, and are out everywhere at once."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.core.cache import caches
from django.db import connection
from django_redis import get_redis_connection

from apps.users.models import UserProfile
from apps.users.services import sessions
from apps.users.services.sessions import Device
from apps.users.tests.factories import PASSWORD
from tests.concurrency.conftest import WORKERS
from tests.servers import granian, workers_of

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

ORDERS = "/xadmin/trade/order/"
# Each request is a connection of its own, which any worker may take.
REQUESTS = 4 * WORKERS


class Office:
    """A browser of somebody at work; its cookies are good for every host behind the shop's name."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, address: str, **form: str) -> requests.Response:
        if form:
            form["csrfmiddlewaretoken"] = self.cookies["csrftoken"]
        answer = requests.request(method, address, data=form, cookies=self.cookies, allow_redirects=False, timeout=60)
        self.cookies |= answer.cookies.get_dict()
        return answer

    def is_in(self, shop: str) -> bool:
        """Whether the list of orders opens; the door is shown in its place to whoever is not logged in."""
        answer = self.ask("GET", f"{shop}{ORDERS}")
        assert answer.status_code == 200
        return "this_is_the_login_form" not in answer.text


@pytest.fixture
def other_host(tmp_path: Path) -> Iterator[str]:
    with granian(tmp_path) as url:
        yield url


@pytest.fixture
def office(shop: str, superuser: UserProfile) -> Office:
    office = Office()
    office.ask("GET", f"{shop}/xadmin/")
    form = {"username": "root", "password": PASSWORD, "this_is_the_login_form": "1", "next": "/xadmin/"}
    assert office.ask("POST", f"{shop}/xadmin/", **form).status_code == 302
    return office


def test_a_log_in_counts_on_every_worker_and_host_and_a_log_out_too(shop: str, other_host: str, office: Office) -> None:
    assert len(workers_of(shop)) == WORKERS
    before = dict(office.cookies)
    assert all(office.is_in(shop) for _ in range(REQUESTS))
    assert office.is_in(other_host)

    assert office.ask("POST", f"{other_host}/xadmin/logout/", x="").status_code == 200

    stolen = Office()
    stolen.cookies = before
    assert not any(stolen.is_in(shop) for _ in range(REQUESTS))
    assert not stolen.is_in(other_host)


def test_b26_what_its_user_ends_among_the_devices_is_out_everywhere(
    shop: str, other_host: str, office: Office, superuser: UserProfile
) -> None:
    assert office.is_in(other_host)
    here = sessions.open_session(user=superuser, device=Device(ip=None, user_agent=""))
    headers = {"Authorization": f"JWT {here.token}"}
    _this, browser = requests.get(f"{shop}/devices/", headers=headers, timeout=60).json()["results"]
    assert browser["realm"] == "staff"

    ended = requests.delete(f"{shop}/devices/{browser['public_id']}/", headers=headers, timeout=60)

    assert ended.status_code == 204
    assert not any(office.is_in(shop) for _ in range(REQUESTS))
    assert not office.is_in(other_host)


def test_a_session_is_json_in_redis_and_in_the_database(office: Office) -> None:
    key = caches["sessions"].make_key(f"django.contrib.sessions.cached_db{office.cookies['sessionid']}")
    session = json.loads(get_redis_connection("sessions").get(key))

    assert session["_auth_user_backend"] == "apps.users.backends.LoginBackend"
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        ((stored,),) = cursor.fetchall()
    assert re.fullmatch(r"[\w:.-]+", stored), "signed JSON, and no pickle"


def test_who_is_switched_off_is_out_everywhere(
    shop: str, other_host: str, office: Office, superuser: UserProfile
) -> None:
    assert office.is_in(other_host)
    UserProfile.objects.filter(pk=superuser.pk).update(is_active=False)

    assert not any(office.is_in(shop) for _ in range(REQUESTS))
    assert not office.is_in(other_host)
