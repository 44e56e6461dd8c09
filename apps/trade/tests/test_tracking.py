"""Where parcels are: the tracking service's own words, the local double, and the sweep that asks."""

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.exceptions import GatewayFailed
from apps.trade.gateways import tracking_sandbox
from apps.trade.gateways.courses import Course, Parcel, Scan
from apps.trade.gateways.tracking import tracking_gateway
from apps.trade.models import Shipment, TrackingEvent
from apps.trade.services import shipments
from apps.trade.tests.factories import a_paid_order, a_shipment
from apps.users.models import UserProfile

PARCEL = Parcel(
    carrier="shunfeng",
    tracking_number="SF100200300",
    mobile="13800000001",
    shipped_at=datetime(2026, 11, 1, tzinfo=UTC),
)
# As the service's document shows it.
ANSWER = {
    "message": "ok",
    "nu": "SF100200300",
    "ischeck": "1",
    "com": "shunfeng",
    "status": "200",
    "state": "3",
    "data": [
        {
            "context": "查无此人，已签收",
            "time": "2026-11-03 16:33:19",
            "ftime": "2026-11-03 16:33:19",
            "areaName": "浙江,杭州市",
        },
        {"context": "已揽收", "time": "2026-11-01 09:00:00", "ftime": "2026-11-01 09:00:00", "areaName": None},
    ],
}


class Kuaidi100Double(BaseHTTPRequestHandler):
    """Answers like the service, and only whoever asks in its form and signs with the key."""

    CUSTOMER, KEY = "CUSTOMER1", "key-1"
    answer: ClassVar[Any] = ANSWER
    asked: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        form = {
            name: value
            for name, (value,) in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()
        }
        signed = form["param"] + self.KEY + self.CUSTOMER
        genuine = form == {
            "customer": self.CUSTOMER,
            "param": form["param"],
            "sign": hashlib.md5(signed.encode()).hexdigest().upper(),
        }
        self.asked.append(json.loads(form["param"]))
        refusal = {"result": False, "returnCode": "503", "message": "验证签名失败"}
        body = json.dumps(self.answer if genuine else refusal, ensure_ascii=False).encode()
        if self.answer == "garbage":
            body = b"<html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def kuaidi100(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Kuaidi100Double]]:
    monkeypatch.setattr(Kuaidi100Double, "asked", [])
    server = HTTPServer(("127.0.0.1", 0), Kuaidi100Double)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.TRACKING_MODE = "kuaidi100"
    settings.KUAIDI100_CUSTOMER, settings.KUAIDI100_KEY = Kuaidi100Double.CUSTOMER, Kuaidi100Double.KEY
    settings.KUAIDI100_URL = f"http://127.0.0.1:{server.server_port}/poll/query.do"
    yield Kuaidi100Double
    server.shutdown()
    server.server_close()


def test_kuaidi100_is_asked_in_its_form_and_believed(kuaidi100: type[Kuaidi100Double]) -> None:
    course = tracking_gateway().course_of(PARCEL)

    (asked,) = kuaidi100.asked
    assert (asked["com"], asked["num"], asked["phone"]) == ("shunfeng", "SF100200300", "13800000001")
    arrived = datetime(2026, 11, 3, 8, 33, 19, tzinfo=UTC)
    assert course.delivered_at == arrived
    assert course.scans[0] == Scan(happened_at=arrived, place="浙江,杭州市", text="查无此人，已签收")
    assert (course.scans[1].place, course.scans[1].text) == ("", "已揽收")


@pytest.mark.parametrize("state", ["0", "1", "2", "4", "5", "6", "14"])
def test_only_a_parcel_that_was_signed_for_is_delivered(
    kuaidi100: type[Kuaidi100Double], monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setattr(kuaidi100, "answer", {**ANSWER, "state": state})
    assert tracking_gateway().course_of(PARCEL).delivered_at is None


def test_nothing_known_yet_is_an_empty_course(
    kuaidi100: type[Kuaidi100Double], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kuaidi100, "answer", {"result": False, "returnCode": "500", "message": "查询无结果"})
    assert tracking_gateway().course_of(PARCEL) == Course()


@pytest.mark.parametrize(
    "answer",
    [
        "garbage",
        [],
        {"status": "200"},
        {**ANSWER, "data": ["x"]},
        {**ANSWER, "data": [{"context": "x", "ftime": "yesterday"}]},
        {"result": False, "returnCode": "601", "message": "POLL KEY过期"},
    ],
)
def test_an_answer_that_makes_no_sense_is_a_failure(
    kuaidi100: type[Kuaidi100Double], monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    monkeypatch.setattr(kuaidi100, "answer", answer)
    with pytest.raises(GatewayFailed):
        tracking_gateway().course_of(PARCEL)


def test_a_wrong_key_is_a_failure(kuaidi100: type[Kuaidi100Double], settings: Any) -> None:
    settings.KUAIDI100_KEY = "another"
    with pytest.raises(GatewayFailed):
        tracking_gateway().course_of(PARCEL)


def test_a_service_that_is_not_there_is_a_failure(kuaidi100: type[Kuaidi100Double], settings: Any) -> None:
    settings.KUAIDI100_URL = "http://127.0.0.1:1/poll/query.do"
    with pytest.raises(GatewayFailed):
        tracking_gateway().course_of(PARCEL)


def test_missing_keys_are_named(settings: Any) -> None:
    settings.TRACKING_MODE = "kuaidi100"
    with pytest.raises(ImproperlyConfigured, match="MXSHOP_KUAIDI100_CUSTOMER, MXSHOP_KUAIDI100_KEY"):
        tracking_gateway()
    settings.TRACKING_MODE = "pigeon"
    with pytest.raises(ImproperlyConfigured, match="pigeon"):
        tracking_gateway()


# -- The sandbox's courses -----------------------------------------------------------------------------


def test_the_sandbox_invents_one_course_and_keeps_to_it() -> None:
    now = timezone.now()

    def after(hours: float) -> Course:
        parcel = Parcel(carrier="ems", tracking_number="E1", mobile="", shipped_at=now - timedelta(hours=hours))
        return tracking_sandbox.TrackingSandbox().course_of(parcel)

    assert after(0.1) == Course()
    assert (len(after(1.1).scans), after(1.1).delivered_at) == (1, None)
    assert after(30) == after(30)
    whole = after(73)
    assert len(whole.scans) == 6
    assert whole.delivered_at == whole.scans[-1].happened_at < now


# -- The sweep -------------------------------------------------------------------------------------------


def aged(shipment: Shipment, age: timedelta) -> Shipment:
    """Let the parcel have left so long ago, and be due."""
    Shipment.objects.filter(pk=shipment.pk).update(
        shipped_at=timezone.now() - age, next_check_at=timezone.now() - timedelta(seconds=1)
    )
    shipment.refresh_from_db()
    return shipment


@pytest.fixture
def shipment(alice: UserProfile) -> Shipment:
    return a_shipment(a_paid_order(alice))


def test_a_parcel_is_followed_until_it_arrives(shopper: APIClient, shipment: Shipment) -> None:
    aged(shipment, timedelta(hours=80))

    assert shipments.track_due() == (1, 0)
    assert shipments.track_due() == (0, 0)

    body = shopper.get(f"/shipments/{shipment.public_id}/").json()
    assert (body["state"], len(body["events"])) == ("delivered", 6)
    assert body["events"][0]["text"] == "快件已签收，感谢使用"
    assert body["delivered_at"] == body["events"][0]["happened_at"]


def test_the_same_news_twice_is_kept_once(shipment: Shipment) -> None:
    course = Course(scans=(Scan(happened_at=timezone.now(), place="杭州", text="已揽收"),))
    for _time in range(2):
        shipments.record_course(shipment=shipment, course=course)
    assert TrackingEvent.objects.count() == 1


def test_long_news_are_cut(shipment: Shipment) -> None:
    scan = Scan(happened_at=timezone.now(), place="杭" * 200, text="收" * 500)
    shipments.record_course(shipment=shipment, course=Course(scans=(scan,)))
    event = TrackingEvent.objects.get()
    assert (len(event.place), len(event.text)) == (100, 300)


def test_pauses_grow_and_end_with_patience(shipment: Shipment) -> None:
    aged(shipment, timedelta())
    now, pauses = timezone.now(), []
    for _check in range(7):
        shipments.track_due(now=now)
        shipment.refresh_from_db()
        pauses.append(int((shipment.next_check_at - now).total_seconds()) // 3600)
        now = shipment.next_check_at
        Shipment.objects.update(state="on_its_way", delivered_at=None, next_check_at=now)

    assert pauses == [1, 2, 4, 4, 8, 12, 12]
    assert shipments._claim(shipment, shipment.shipped_at + shipments.TRACKED_FOR)
    shipment.refresh_from_db()
    assert shipment.next_check_at is None


def test_of_two_sweeps_one_asks(shipment: Shipment) -> None:
    mine, theirs = aged(shipment, timedelta()), Shipment.objects.get()
    assert shipments._claim(theirs, timezone.now())
    assert not shipments._claim(mine, timezone.now())


def test_a_service_that_fails_holds_nobody_up(
    kuaidi100: type[Kuaidi100Double], monkeypatch: pytest.MonkeyPatch, shipment: Shipment, alice: UserProfile
) -> None:
    a_shipment(a_paid_order(alice))
    monkeypatch.setattr(kuaidi100, "answer", "garbage")

    assert shipments.track_due() == (0, 2)

    assert not TrackingEvent.objects.exists()
    assert Shipment.objects.filter(checks=1, next_check_at__gt=timezone.now()).count() == 2
