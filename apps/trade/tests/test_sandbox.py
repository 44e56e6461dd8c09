"""The local payment sandbox: keys, cashier page, and the whole way from the cashier to a paid order."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from alipay import AliPay
from django.test import Client

from apps.trade.gateways import payment_gateway
from apps.trade.gateways.payment import NotBelieved
from apps.trade.gateways.sandbox.alipay import sandbox_alipay
from apps.trade.models import Order, OrderStatus, Payment, SandboxNotice, SandboxTrade
from apps.trade.services import sandbox_notices
from apps.trade.services.attempts import payment_url
from apps.trade.services.closing import cancel_order
from apps.trade.services.sandbox import pay_at
from apps.trade.tests.factories import an_order
from apps.users.models import UserProfile


@pytest.fixture
def order(alice: UserProfile) -> Order:
    return an_order(alice, quantity=2)


def test_the_cashier_shows_what_is_to_be_paid(client: Client, order: Order) -> None:
    answer = client.get(payment_url(order=order), headers={"Accept-Language": "en"})

    assert answer.status_code == 200
    page = answer.content.decode()
    assert f'id="number">{order.number}<' in page
    assert 'class="amount">￥20.00<' in page
    assert ">Pay</button>" in page
    assert 'href="/#/app/home/member/order"' in page
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "<script" not in page
    assert "style=" not in page
    assert not re.findall(r"https?://", page)


def test_the_cashier_speaks_chinese_by_default(client: Client, order: Order) -> None:
    assert ">付款</button>" in client.get(payment_url(order=order)).content.decode()


def test_paying_keeps_the_trade_and_owes_the_notification(client: Client, order: Order) -> None:
    answer = client.post(payment_url(order=order))

    trade = SandboxTrade.objects.get()
    assert (trade.out_trade_no, trade.total_amount) == (order.number, order.total)
    assert trade.notify_url == "http://127.0.0.1:8000/alipay/return/"
    notice = SandboxNotice.objects.get()
    assert (notice.trade_id, notice.flaw, notice.status) == (trade.pk, "", "due")
    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING_PAYMENT, "only the notification pays"
    back = urlsplit(answer["Location"])
    assert answer.status_code == 302
    assert (back.scheme, back.netloc, back.path) == ("", "", "/alipay/return/"), "whatever the browser calls the server"
    assert parse_qs(back.query)["trade_no"] == [trade.trade_no]
    assert {"sign", "app_id", "out_trade_no", "total_amount"} <= set(parse_qs(back.query))


def test_the_browser_goes_back_to_the_public_address_when_there_is_one(client: Client, order: Order, settings) -> None:
    settings.MXSHOP_PUBLIC_URL = "https://shop.example"

    answer = client.post(payment_url(order=order).removeprefix("https://shop.example"))

    assert answer["Location"].startswith("https://shop.example/alipay/return/?")


def test_paying_twice_is_one_trade_and_one_notification(client: Client, order: Order) -> None:
    url = payment_url(order=order)
    first, second = (parse_qs(urlsplit(client.post(url)["Location"]).query)["trade_no"] for _ in range(2))

    assert first == second
    assert SandboxTrade.objects.count() == SandboxNotice.objects.count() == 1
    assert f'id="trade">{first[0]}<' in client.get(url).content.decode()


def test_the_notification_pays_the_order(client: Client, order: Order) -> None:
    client.post(payment_url(order=order))

    assert sandbox_notices.deliver_due() == 1

    assert SandboxNotice.objects.get().status == "sent"
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert Payment.objects.get().trade_no == SandboxTrade.objects.get().trade_no


def test_an_order_that_is_over_may_still_be_paid_there(client: Client, alice: UserProfile, order: Order) -> None:
    url = payment_url(order=order)
    cancel_order(order=order, actor_id=alice.pk)

    assert client.get(url).status_code == 200
    assert client.post(url).status_code == 302
    assert SandboxNotice.objects.count() == 1


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 409)])
def test_a_cashier_whose_time_is_over_collects_nothing(client: Client, order: Order, method: str, status: int) -> None:
    url = payment_url(order=order)

    with time_machine.travel(order.expires_at):
        page = getattr(client, method)(url)

    assert page.status_code == status
    assert "该笔交易已关闭，无法付款。" in page.content.decode()
    assert ">付款</button>" not in page.content.decode()
    assert SandboxTrade.objects.get().state == "closed"
    assert not SandboxNotice.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20.00", "0.01"),
        ("app_id=2021000000000001", "app_id=2021000000000002"),
        ("sign=", "sign=x"),
        ("sign_type=RSA2", "sign_type=RSA"),
        ("&sign=", "&nothing="),
        ("notify_url=http", "notify_url=https"),
        ("&charset=utf-8", "&charset=utf-8&charset=utf-8"),
        ("version=1.0", "version=1.0&more=1"),
    ],
)
def test_a_request_that_the_shop_did_not_sign_is_refused(
    client: Client, order: Order, method: str, old: str, new: str
) -> None:
    url = payment_url(order=order)
    assert old in url

    answer = getattr(client, method)(url.replace(old, new, 1))

    assert answer.status_code == 400
    assert not SandboxTrade.objects.exists()
    assert not SandboxNotice.objects.exists()


@pytest.mark.parametrize("query", ["", "?x=1", "?x=1&x=2"])
def test_an_address_without_an_order_is_refused(client: Client, db: None, query: str) -> None:
    assert client.get(f"/sandbox/alipay/gateway.do{query}").status_code == 400


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("This cannot be paid", "not as the shop signed it")), ("zh-hans", ("无法付款", "不是商城签名时的内容"))],
)
def test_a_refusal_is_a_small_page_in_the_shops_words_also_while_developing(
    client: Client, order: Order, settings, language: str, words: tuple[str, str]
) -> None:
    settings.DEBUG = True

    answer = client.get(payment_url(order=order).replace("20.00", "0.01"), headers={"accept-language": language})

    page = answer.content.decode()
    assert (answer.status_code, len(page) < 2000) == (400, True)
    assert all(word in page for word in words)
    assert "Traceback" not in page
    assert "apps/trade" not in page


def test_another_amount_for_an_order_that_is_open_is_refused(client: Client, order: Order) -> None:
    client.get(payment_url(order=order))
    SandboxTrade.objects.update(total_amount="21.00")

    answer = client.get(payment_url(order=order))

    assert answer.status_code == 400
    assert "金额" in answer.content.decode()


def test_g1_the_form_needs_its_csrf_token(order: Order) -> None:
    client = Client(enforce_csrf_checks=True)
    url = payment_url(order=order)
    assert client.post(url).status_code == 403
    assert not SandboxTrade.objects.exists()

    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(url).content.decode())[1]
    assert client.post(url, {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_sandbox_there_is_no_cashier(client: Client, order: Order, settings, method: str) -> None:
    url = payment_url(order=order)
    settings.PAYMENT_MODE = "alipay"
    assert getattr(client, method)(url).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_from_the_cashier_to_a_paid_order_over_http(live_server, settings, alice: UserProfile) -> None:
    settings.MXSHOP_PUBLIC_URL = live_server.url
    order = an_order(alice, quantity=2)
    browser = requests.Session()
    browser.trust_env = False
    page = browser.get(payment_url(order=order), timeout=10)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]

    answer = browser.post(page.url, {"csrfmiddlewaretoken": token}, timeout=10, allow_redirects=False)

    assert answer.status_code == 302
    back = browser.get(answer.headers["Location"], timeout=10, allow_redirects=False)
    assert back.headers["Location"] == f"{live_server.url}/#/app/home/member/order"
    assert SandboxNotice.objects.get().status == "sent"
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert order.lines.get().goods.sold_count == 2


# -- Without a browser -----------------------------------------------------------------------------
def test_a_made_up_buyer_pays_at_the_same_address(order: Order) -> None:
    url = payment_url(order=order)

    first, second = pay_at(url=url), pay_at(url=url)

    assert first == second == SandboxTrade.objects.get()
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    assert Payment.objects.get().trade_no == first.trade_no
    assert order.lines.get().goods.sold_count == 2
    assert SandboxNotice.objects.get().status == "sent"


def test_a_made_up_buyer_cannot_change_the_amount(order: Order) -> None:
    with pytest.raises(NotBelieved):
        pay_at(url=payment_url(order=order).replace("20.00", "0.01"))

    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING_PAYMENT
    assert not SandboxTrade.objects.exists()


# -- Keys ------------------------------------------------------------------------------------------
def test_keys_are_made_on_first_use_for_their_owner_only_and_kept(settings, tmp_path: Path) -> None:
    settings.SANDBOX_DIR = tmp_path / "var" / "sandbox"
    first = sandbox_alipay()

    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in settings.SANDBOX_DIR.iterdir()}
    assert files == dict.fromkeys(
        ["alipay_private_key.pem", "alipay_public_key.pem", "app_private_key.pem", "app_public_key.pem"], 0o600
    )
    assert sandbox_alipay() == first


def test_processes_that_start_together_agree_on_the_keys(settings, tmp_path: Path) -> None:
    settings.SANDBOX_DIR = tmp_path
    with ThreadPoolExecutor(8) as pool:
        configs = list(pool.map(lambda _: sandbox_alipay(), range(8)))

    assert len(set(configs)) == 1
    assert len(list(tmp_path.iterdir())) == 4


def test_a_lost_public_key_is_made_again_from_its_private_half(settings, tmp_path: Path) -> None:
    settings.SANDBOX_DIR = tmp_path
    first = sandbox_alipay()
    (tmp_path / "alipay_public_key.pem").unlink()
    assert sandbox_alipay() == first


def test_the_gateway_is_kept_while_its_configuration_stays(settings, tmp_path: Path) -> None:
    assert payment_gateway() is payment_gateway()
    before = payment_gateway()
    settings.SANDBOX_DIR = tmp_path
    assert payment_gateway() is not before


# -- The real gateway ------------------------------------------------------------------------------
def test_the_real_gateway_differs_by_keys_and_addresses_only(settings, tmp_path: Path, order: Order) -> None:
    settings.SANDBOX_DIR = tmp_path
    keys = sandbox_alipay()
    settings.PAYMENT_MODE = "alipay"
    settings.MXSHOP_PUBLIC_URL = "https://shop.example"
    settings.ALIPAY_APP_ID, settings.ALIPAY_SELLER_ID = "2021123", "2088123"
    settings.ALIPAY_APP_PRIVATE_KEY_FILE = str(tmp_path / "app_private_key.pem")
    settings.ALIPAY_PUBLIC_KEY_FILE = str(tmp_path / "alipay_public_key.pem")

    url = urlsplit(payment_url(order=order))

    assert f"{url.scheme}://{url.netloc}{url.path}" == "https://openapi.alipay.com/gateway.do"
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert (query["app_id"], query["method"]) == ("2021123", "alipay.trade.page.pay")
    assert query["notify_url"] == query["return_url"] == "https://shop.example/alipay/return/"
    # Alipay would verify with our public key.
    theirs = AliPay(
        appid="2021123",
        app_private_key_string=keys.app_private_key,
        alipay_public_key_string=(tmp_path / "app_public_key.pem").read_text(),
    )
    signature = query.pop("sign")
    assert theirs._verify("&".join(f"{name}={query[name]}" for name in sorted(query)), signature)


def test_a_half_configured_gateway_names_what_is_missing(settings, order: Order) -> None:
    settings.PAYMENT_MODE = "alipay"
    with pytest.raises(Exception, match="MXSHOP_ALIPAY_APP_ID, MXSHOP_ALIPAY_SELLER_ID"):
        payment_url(order=order)


def test_an_unknown_gateway_is_named(settings, order: Order) -> None:
    settings.PAYMENT_MODE = "paypal"
    with pytest.raises(Exception, match="paypal"):
        payment_url(order=order)
