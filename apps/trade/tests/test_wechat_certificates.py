"""A merchant who knows WeChat Pay by its platform certificates: they are fetched, kept, changed, and not forged."""

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import responses
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils import timezone
from rest_framework.test import APIClient

from apps.common.tasks import sweep_named
from apps.trade import gateways
from apps.trade.gateways import payment_gateway
from apps.trade.gateways.payment import GatewayUnavailable
from apps.trade.gateways.sandbox import wechat as played
from apps.trade.gateways.sandbox.keys import certificate
from apps.trade.models import Order, PaymentAttempt, SandboxTrade
from apps.trade.sandbox.views import wechat as views
from apps.trade.services import attempts, questions, sandbox
from apps.trade.tests.factories import an_order
from apps.trade.tests.wechat import content_for, notify, send, signed
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(settings: Any, tmp_path: Path) -> Path:
    """The shop knows WeChat by certificates, and has none yet."""
    settings.WECHAT_CERTIFICATES_FILE = str(tmp_path / "wechat" / "certificates.pem")
    return Path(settings.WECHAT_CERTIFICATES_FILE)


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often the sandbox was asked for its certificates."""
    asked: list[str] = []
    listed = views.listed_certificate
    monkeypatch.setattr(views, "listed_certificate", lambda: asked.append("asked") or listed())
    return asked


@pytest.fixture
def attempt(file: Path, alice: UserProfile) -> PaymentAttempt:
    return attempts.open_attempt(order=an_order(alice), channel="wechat", method="native")


def serials(file: Path) -> set[str]:
    return {f"{one.serial_number:040X}" for one in x509.load_pem_x509_certificates(file.read_bytes())}


def change_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeChat signs by another certificate from now on, and lists no other."""
    monkeypatch.setattr(played, "PLATFORM", "wechat_platform_later")


def restarted() -> None:
    gateways._wechat.cache_clear()


def state_of(attempt: PaymentAttempt) -> str:
    return Order.objects.get(pk=attempt.order_id).status


def test_the_first_answer_brings_the_certificates(attempt: PaymentAttempt, file: Path, lists: list[str]) -> None:
    assert not file.exists()
    attempts.start(public_id=attempt.public_id)
    sandbox.pay(trade=SandboxTrade.objects.get(), chaos="lost")
    assert questions.ask_about(attempt=attempt) == "paid"
    assert (serials(file), len(lists)) == ({played.listed_certificate()["serial_no"]}, 1)
    assert file.stat().st_mode & 0o077 == 0


def test_a_notification_is_believed_by_its_certificate(
    visitor: APIClient, attempt: PaymentAttempt, lists: list[str]
) -> None:
    assert notify(visitor, content_for(attempt)) == 204
    assert notify(visitor, content_for(attempt)) == 204
    assert (state_of(attempt), len(lists)) == ("paid", 1)


def test_what_is_kept_is_enough_for_a_process_that_starts(
    visitor: APIClient, attempt: PaymentAttempt, lists: list[str]
) -> None:
    payment_gateway("wechat").renew_keys()
    restarted()
    assert notify(visitor, content_for(attempt)) == 204
    assert len(lists) == 1


def test_new_certificates_are_found_without_a_restart(
    visitor: APIClient, attempt: PaymentAttempt, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment_gateway("wechat").renew_keys()
    before, old = serials(file), signed(content_for(attempt))
    change_keys(monkeypatch)

    assert notify(visitor, content_for(attempt, trade_state="NOTPAY")) == 204

    assert len(serials(file) | before) == 2
    assert len(serials(file)) == 1
    assert send(visitor, *old) == 400, "what WeChat does not list any more counts no more"
    assert state_of(attempt) == "pending_payment"


def test_other_processes_see_what_one_has_fetched(
    visitor: APIClient, attempt: PaymentAttempt, lists: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    payment_gateway("wechat").renew_keys()
    change_keys(monkeypatch)
    here = payment_gateway("wechat")
    restarted()
    there = payment_gateway("wechat")
    there.renew_keys()
    assert here is not there
    headers, body = signed(content_for(attempt))
    assert here.read_notification(headers=headers, body=body).number == attempt.number
    assert len(lists) == 2


def test_the_clock_renews_them(file: Path) -> None:
    sweep_named("trade.renew_gateway_keys").run()
    assert len(serials(file)) == 1


@pytest.mark.parametrize("serial", ["5A01", "", "no number", "PUB_KEY_ID_0119000000010000000000000001", "F" * 400])
def test_d2_a_serial_number_that_nobody_knows_is_refused(
    visitor: APIClient, attempt: PaymentAttempt, lists: list[str], serial: str
) -> None:
    """Whoever sends many makes the shop ask once in a minute."""
    headers, body = signed(content_for(attempt))
    assert [send(visitor, {**headers, "Wechatpay-Serial": serial}, body) for _ in range(5)] == [400] * 5
    assert (state_of(attempt), len(lists)) == ("pending_payment", 1)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        send(visitor, {**headers, "Wechatpay-Serial": serial, "Wechatpay-Timestamp": _now()}, body)
    assert len(lists) == 2


def _now() -> str:
    return str(int(timezone.now().timestamp()))


def test_d2_what_somebody_else_signed_under_a_known_number_is_refused(
    visitor: APIClient, attempt: PaymentAttempt
) -> None:
    headers, body = played.notification(
        content_for(attempt), event="TRANSACTION.SUCCESS", original="transaction", is_forged=True
    )
    assert send(visitor, headers, body) == 400
    assert state_of(attempt) == "pending_payment"


def forged_by_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Encrypted by somebody who does not have the APIv3 key."""
    listed, nonce = played.listed_certificate(), b"0" * 12
    cipher = AESGCM(b"0" * 32).encrypt(nonce, certificate("forger").encode(), b"certificate")
    other = {"nonce": nonce.decode(), "ciphertext": base64.b64encode(cipher).decode()}
    forged = {**listed, "encrypt_certificate": {**listed["encrypt_certificate"], **other}}
    monkeypatch.setattr(views, "listed_certificate", lambda: forged)


def forged_under_a_known_number(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {**played.listed_certificate(), "encrypt_certificate": played.encrypted(certificate("forger"), "c")}
    monkeypatch.setattr(views, "listed_certificate", lambda: listed)


def signed_by_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate("forger")
    serial = f"{x509.load_pem_x509_certificate(pem.encode()).serial_number:040X}"
    listed = {"serial_no": serial, "encrypt_certificate": played.encrypted(pem, "certificate")}
    monkeypatch.setattr(views, "listed_certificate", lambda: listed)


def no_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "listed_certificate", lambda: "none")


@pytest.mark.parametrize("forge", [forged_by_another_key, forged_under_a_known_number, signed_by_none_of_them, no_list])
def test_a_forged_certificate_is_refused_and_those_before_stay(
    file: Path, visitor: APIClient, attempt: PaymentAttempt, forge: Any
) -> None:
    payment_gateway("wechat").renew_keys()
    kept = file.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        forge(patch)
        with pytest.raises(GatewayUnavailable):
            payment_gateway("wechat").renew_keys()
        sweep_named("trade.renew_gateway_keys").run()
    assert file.read_bytes() == kept
    assert notify(visitor, content_for(attempt)) == 204


def test_a_certificate_whose_time_is_over_counts_no_more(
    visitor: APIClient, attempt: PaymentAttempt, lists: list[str]
) -> None:
    payment_gateway("wechat").renew_keys()
    with time_machine.travel(timezone.now() + timedelta(days=6 * 365)):
        assert notify(visitor, content_for(attempt)) == 400
    assert len(lists) == 2, "it looked for a newer one"


def test_no_certificates_are_fetched_inside_a_transaction(
    attempt: PaymentAttempt, transactional_db: None, lists: list[str]
) -> None:
    headers, body = signed(content_for(attempt))
    with transaction.atomic(), pytest.raises(Exception, match="its signature is wrong"):
        payment_gateway("wechat").read_notification(headers=headers, body=body)
    assert lists == []


def test_a_file_that_holds_no_certificates_is_written_anew(
    visitor: APIClient, attempt: PaymentAttempt, file: Path
) -> None:
    file.parent.mkdir()
    file.write_text("spoilt")
    assert notify(visitor, content_for(attempt)) == 204
    assert len(serials(file)) == 1


def test_while_wechat_changes_over_both_kinds_of_keys_count(
    visitor: APIClient, attempt: PaymentAttempt, file: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_certificate = signed(content_for(attempt, trade_state="NOTPAY"))
    config = played.sandbox_wechat()
    settings.WECHAT_CERTIFICATES_FILE = ""
    key = played.sandbox_wechat()
    by_key = signed(content_for(attempt))
    settings.WECHAT_CERTIFICATES_FILE = str(file)
    both = type(config)(**{**vars(config), "public_key": key.public_key, "public_key_id": key.public_key_id})
    monkeypatch.setattr("apps.trade.gateways.sandbox_wechat", lambda: both)
    assert [send(visitor, *by_certificate), send(visitor, *by_key)] == [204, 204]
    assert state_of(attempt) == "paid"


def test_who_knows_wechat_by_its_public_key_asks_for_no_certificates(db: None) -> None:
    payment_gateway("wechat").renew_keys()
    payment_gateway("alipay").renew_keys()
    status, answer = payment_gateway("wechat")._calls.request("/v3/certificates")
    assert (status, answer["code"]) == (404, "RESOURCE_NOT_EXISTS")


def test_the_real_gateway_is_asked_by_certificates_alone(settings: Any, file: Path, tmp_path: Path) -> None:
    keys = played.sandbox_wechat()
    settings.PAYMENT_MODE = "alipay"
    for name, text in (("key", keys.private_key), ("api", keys.apiv3_key)):
        (tmp_path / name).write_text(text)
    settings.WECHAT_APP_ID, settings.WECHAT_MCH_ID, settings.WECHAT_CERT_SERIAL = "wx1", "19", "5A"
    settings.WECHAT_PRIVATE_KEY_FILE, settings.WECHAT_APIV3_KEY_FILE = str(tmp_path / "key"), str(tmp_path / "api")
    with responses.RequestsMock() as net:
        net.get("https://api.mch.weixin.qq.com/v3/certificates", status=503)
        with pytest.raises(GatewayUnavailable, match="503"):
            payment_gateway("wechat").renew_keys()
        assert "Wechatpay-Serial" not in net.calls[0].request.headers
