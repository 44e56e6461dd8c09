"""`/orders/`: contract sections 5, 7 and 8."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from rest_framework.test import APIClient

from apps.goods.tests.factories import SkuFactory
from apps.trade.models import CartLine, IdempotencyKey, Order, OrderStatus
from apps.trade.services.closing import cancel_order
from apps.trade.tests.factories import CartLineFactory, an_order
from apps.users.models import UserProfile

BODY = {
    "post_script": "请快一点",
    "address": "浙江省杭州市西湖区文三路1号",
    "signer_name": "李雷",
    "singer_mobile": "13800000001",
    "order_mount": 441.29999999999995,
}
SUMMARY = {
    "id",
    "order_sn",
    "nonce_str",
    "trade_no",
    "status",
    "pay_status",
    "pay_type",
    "post_script",
    "order_mount",
    "pay_time",
    "address",
    "signer_name",
    "singer_mobile",
    "signer_mobile",
    "add_time",
}
DETAIL = {"goods", "goods_total", "discount", "freight", "discounts", "shipments", "alipay_url"}


@pytest.fixture
def line(alice: UserProfile) -> CartLine:
    return CartLineFactory(user=alice, sku=SkuFactory(price=Decimal("94.00")), quantity=2)


def test_placing_an_order_answers_with_everything_and_the_way_to_pay(shopper: APIClient, line: CartLine) -> None:
    answer = shopper.post("/orders/", BODY)

    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == SUMMARY | DETAIL
    order = Order.objects.get()
    assert body["id"] == order.pk
    assert (body["order_sn"], body["order_mount"]) == (order.number, "188.00")
    assert (body["status"], body["pay_status"], body["pay_type"]) == ("pending_payment", "paying", "alipay")
    assert body["trade_no"] is body["pay_time"] is body["nonce_str"] is None
    assert (body["post_script"], body["address"], body["signer_name"]) == ("请快一点", BODY["address"], "李雷")
    assert body["singer_mobile"] == body["signer_mobile"] == "13800000001"
    assert body["goods"] == [
        {
            "id": order.lines.get().pk,
            "goods_num": 2,
            "goods": {
                "id": line.sku.goods_id,
                "name": line.sku.goods.name,
                "shop_price": "94.00",
                "goods_front_image": "/static/mxshop/placeholder.svg",
            },
            "sku": line.sku_id,
            "specification": "",
            "list_price": "94.00",
            "price": "94.00",
            "discount": "0.00",
            "amount": "188.00",
        }
    ]
    assert shopper.get("/shopcarts/").json() == []


def test_alipay_url_names_number_and_amount_and_is_root_relative(shopper: APIClient, line: CartLine) -> None:
    body = shopper.post("/orders/", BODY, headers={"Host": "localhost"}).json()

    url = urlsplit(body["alipay_url"])
    assert (url.scheme, url.netloc, url.path) == ("", "", "/sandbox/alipay/gateway.do")
    query = parse_qs(url.query)
    assert body["order_sn"] in query["biz_content"][0]
    assert '"total_amount":"188.00"' in query["biz_content"][0]
    assert query["notify_url"] == ["http://127.0.0.1:8000/alipay/return/"]


def test_alipay_url_starts_with_the_public_address_when_there_is_one(
    shopper: APIClient, line: CartLine, settings
) -> None:
    settings.MXSHOP_PUBLIC_URL = "https://shop.example"
    url = shopper.post("/orders/", BODY).json()["alipay_url"]

    assert url.startswith("https://shop.example/sandbox/alipay/gateway.do?")
    assert parse_qs(urlsplit(url).query)["notify_url"] == ["https://shop.example/alipay/return/"]


def test_the_other_spelling_of_the_phone_will_do(shopper: APIClient, line: CartLine) -> None:
    body = {name: value for name, value in BODY.items() if name != "singer_mobile"}
    answer = shopper.post("/orders/", {**body, "signer_mobile": "13900000009"}).json()

    assert answer["singer_mobile"] == answer["signer_mobile"] == "13900000009"


@pytest.mark.parametrize("post_script", ["", None, "absent"])
def test_a_note_may_be_blank(shopper: APIClient, line: CartLine, post_script: str | None) -> None:
    body = {**BODY, "post_script": post_script}
    if post_script == "absent":
        del body["post_script"]

    answer = shopper.post("/orders/", body)

    assert (answer.status_code, answer.json()["post_script"]) == (201, "")


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"address": "", "signer_name": "", "singer_mobile": ""}, {"address", "signer_name", "singer_mobile"}),
        ({"address": None}, {"address"}),
        ({"address": "  "}, {"address"}),
        ({"address": "x" * 301}, {"address"}),
        ({"signer_name": "x" * 31}, {"signer_name"}),
        ({"signer_name": ["李雷"]}, {"signer_name"}),
        ({"post_script": "x" * 201}, {"post_script"}),
        ({"singer_mobile": "13800000001\n"}, {"singer_mobile"}),
        ({"singer_mobile": "１３８００００００００"}, {"singer_mobile"}),
        ({"singer_mobile": "138000000012"}, {"singer_mobile"}),
        ({"singer_mobile": "1380"}, {"singer_mobile"}),
        ({"singer_mobile": "-1380000000"}, {"singer_mobile"}),
        ({"singer_mobile": [13800000001]}, {"singer_mobile"}),
    ],
)
def test_an_incomplete_address_is_refused_under_its_fields(
    shopper: APIClient, line: CartLine, change: dict[str, object], fields: set[str]
) -> None:
    answer = shopper.post("/orders/", {**BODY, **change})

    assert answer.status_code == 400
    assert set(answer.json()) == {"type", "title", "status", "detail"} | fields
    assert all(isinstance(answer.json()[name][0], str) for name in fields)
    assert not Order.objects.exists()
    assert CartLine.objects.get() == line


@pytest.mark.parametrize("phone", ["95588", "13800000001", "02088886666", "010-8888666", "+8613800000"])
def test_order_takes_every_phone_that_an_address_takes(shopper: APIClient, line: CartLine, phone: str) -> None:
    answer = shopper.post("/orders/", {**BODY, "singer_mobile": phone})
    assert (answer.status_code, answer.json()["singer_mobile"]) == (201, phone)


def test_a_missing_phone_is_refused_under_both_spellings(shopper: APIClient, line: CartLine) -> None:
    answer = shopper.post("/orders/", {"address": "x", "signer_name": "y"})

    assert answer.status_code == 400
    assert {"singer_mobile", "signer_mobile"} <= set(answer.json())


@pytest.mark.parametrize("amount", [0.01, 0, -10, 1e20, "x", None, [], "NaN"])
def test_c4_the_clients_amount_is_read_for_nothing(shopper: APIClient, line: CartLine, amount: object) -> None:
    answer = shopper.post("/orders/", {**BODY, "order_mount": amount, "total": amount, "shop_price": amount})

    assert (answer.status_code, answer.json()["order_mount"]) == (201, "188.00")
    assert Order.objects.get().total == Decimal("188.00")


def test_c5_state_number_and_user_in_the_body_are_ignored(
    shopper: APIClient, line: CartLine, alice: UserProfile, charlie: UserProfile
) -> None:
    shopper.post(
        "/orders/",
        {
            **BODY,
            "pay_status": "TRADE_SUCCESS",
            "status": "paid",
            "trade_no": "1",
            "order_sn": "1",
            "user": charlie.pk,
            "id": 1_000_000,
            "paid_at": "2026-01-01",
        },
    )

    order = Order.objects.get()
    assert (order.status, order.user_id, order.paid_at) == ("pending_payment", alice.pk, None)
    assert order.number != "1"
    assert order.pk != 1_000_000


def test_c6_an_empty_cart_is_a_400(shopper: APIClient) -> None:
    answer = shopper.post("/orders/", BODY)

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:mxshop:problem:empty_cart")
    assert answer.json()["non_field_errors"]


def test_c7_a_second_submit_finds_the_cart_empty(shopper: APIClient, line: CartLine) -> None:
    assert [shopper.post("/orders/", BODY).status_code for _ in range(3)] == [201, 400, 400]
    assert Order.objects.count() == 1


def test_too_little_stock_is_a_409_that_the_client_shows(shopper: APIClient, alice: UserProfile) -> None:
    line = CartLineFactory(user=alice, sku=SkuFactory(stock=1), quantity=2)
    answer = shopper.post("/orders/", BODY, headers={"Accept-Language": "en"})

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:mxshop:problem:insufficient_stock"
    assert answer.json()["non_field_errors"] == ["Only 1 left in stock."]
    assert CartLine.objects.get() == line


@pytest.mark.parametrize(("key", "allowed"), [({}, 12), ({"Idempotency-Key": "k"}, 14)], ids=["no key", "a key"])
def test_the_order_of_one_line_takes_few_queries(
    visitor: APIClient, line: CartLine, alice_token: str, at_most_statements, key: dict[str, str], allowed: int
) -> None:
    with at_most_statements(allowed):  # one for the token
        answer = visitor.post("/orders/", BODY, headers={"Authorization": f"JWT {alice_token}", **key})
    assert answer.status_code == 201


@pytest.mark.parametrize("other", ["", None])
@pytest.mark.parametrize("filled", ["singer_mobile", "signer_mobile"])
def test_an_empty_spelling_of_the_phone_beside_a_filled_one_is_left_out(
    shopper: APIClient, line: CartLine, filled: str, other: str | None
) -> None:
    body = {**BODY, "singer_mobile": other, "signer_mobile": other, filled: "13900000009"}

    assert shopper.post("/orders/", body).status_code == 201

    assert Order.objects.get().recipient_mobile == "13900000009"


# -- Idempotency-Key -------------------------------------------------------------------------------
def test_c8_the_same_key_replays_the_first_answer(shopper: APIClient, line: CartLine, alice: UserProfile) -> None:
    first = shopper.post("/orders/", BODY, headers={"Idempotency-Key": "k-1"})
    CartLineFactory(user=alice)
    again = shopper.post("/orders/", BODY, headers={"Idempotency-Key": "k-1"})

    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert Order.objects.count() == 1
    assert CartLine.objects.count() == 1


def test_c8_the_same_key_with_another_body_is_refused(shopper: APIClient, line: CartLine, alice: UserProfile) -> None:
    shopper.post("/orders/", BODY, headers={"Idempotency-Key": "k-1"})
    CartLineFactory(user=alice)
    answer = shopper.post("/orders/", {**BODY, "post_script": "other"}, headers={"Idempotency-Key": "k-1"})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:mxshop:problem:idempotency_key_reused")
    assert Order.objects.count() == 1
    assert CartLine.objects.count() == 1


def test_another_key_is_another_order_also_if_only_its_case_differs(shopper: APIClient, alice: UserProfile) -> None:
    for key in ("k", "K"):
        CartLineFactory(user=alice)
        assert shopper.post("/orders/", BODY, headers={"Idempotency-Key": key}).status_code == 201
    assert Order.objects.count() == 2


def test_keys_belong_to_their_user(
    shopper: APIClient, stranger: APIClient, line: CartLine, charlie: UserProfile
) -> None:
    mine = shopper.post("/orders/", BODY, headers={"Idempotency-Key": "k"}).json()
    CartLineFactory(user=charlie)
    theirs = stranger.post("/orders/", BODY, headers={"Idempotency-Key": "k"}).json()

    assert mine["order_sn"] != theirs["order_sn"]
    assert Order.objects.get(user=charlie).number == theirs["order_sn"]


def test_a_refused_request_leaves_its_key_free(shopper: APIClient, alice: UserProfile) -> None:
    assert shopper.post("/orders/", BODY, headers={"Idempotency-Key": "k"}).status_code == 400
    assert not IdempotencyKey.objects.exists()
    CartLineFactory(user=alice)

    assert shopper.post("/orders/", BODY, headers={"Idempotency-Key": "k"}).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 101, "two words", "键", "tab\t"])
def test_a_malformed_key_is_refused(shopper: APIClient, line: CartLine, key: str) -> None:
    answer = shopper.post("/orders/", BODY, HTTP_IDEMPOTENCY_KEY=key)

    assert answer.status_code == 400
    assert not Order.objects.exists()


# -- Reading ---------------------------------------------------------------------------------------
def test_the_list_is_a_bare_array_latest_first_without_payment_urls(shopper: APIClient, alice: UserProfile) -> None:
    first, second = an_order(alice), an_order(alice)

    answer = shopper.get("/orders/").json()

    assert [order["id"] for order in answer] == [second.pk, first.pk]
    assert all(set(order) == SUMMARY for order in answer)


def test_the_list_takes_few_queries_however_long_it_is(
    shopper: APIClient, alice: UserProfile, at_most_statements
) -> None:
    for _ in range(5):
        an_order(alice)
    with at_most_statements(2):
        shopper.get("/orders/")


def test_the_list_can_be_narrowed_by_state(shopper: APIClient, alice: UserProfile) -> None:
    kept, dropped = an_order(alice), an_order(alice)
    cancel_order(order=dropped, actor_id=alice.pk)

    assert [order["id"] for order in shopper.get("/orders/?state=pending_payment").json()] == [kept.pk]
    assert [order["id"] for order in shopper.get("/orders/?state=cancelled").json()] == [dropped.pk]
    assert len(shopper.get("/orders/?state=").json()) == 2
    refusal = shopper.get("/orders/?state=nonsense")
    assert refusal.status_code == 400
    assert "state" in refusal.json()


def test_the_detail_shows_the_way_to_pay_while_there_is_something_to_pay(
    shopper: APIClient, alice: UserProfile
) -> None:
    order = an_order(alice)

    body = shopper.get(f"/orders/{order.pk}/").json()
    assert set(body) == SUMMARY | DETAIL
    assert body["alipay_url"].startswith("/sandbox/alipay/gateway.do?")
    cancel_order(order=order, actor_id=alice.pk)
    assert shopper.get(f"/orders/{order.pk}/").json()["alipay_url"] == ""


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("pending_payment", "paying"),
        ("paid", "TRADE_SUCCESS"),
        ("shipped", "TRADE_SUCCESS"),
        ("received", "TRADE_SUCCESS"),
        ("finished", "TRADE_SUCCESS"),
        ("refunding", "TRADE_SUCCESS"),
        ("cancelled", "TRADE_CLOSED"),
        ("expired", "TRADE_CLOSED"),
        ("refunded", "TRADE_CLOSED"),
    ],
)
def test_states_are_shown_in_our_words_and_in_the_clients(
    shopper: APIClient, alice: UserProfile, state: str, shown: str
) -> None:
    order = an_order(alice)
    Order.objects.filter(pk=order.pk).update(status=state)

    body = shopper.get(f"/orders/{order.pk}/").json()
    assert (body["status"], body["pay_status"]) == (state, shown)


def test_every_state_has_a_word_for_the_client() -> None:
    from apps.trade.api.serializers.orders import PAY_STATUSES

    assert set(PAY_STATUSES) == set(OrderStatus)


# -- Deleting --------------------------------------------------------------------------------------
def test_deleting_an_unpaid_order_cancels_it_and_returns_the_stock(shopper: APIClient, alice: UserProfile) -> None:
    order = an_order(alice, quantity=4)

    assert shopper.delete(f"/orders/{order.pk}/").status_code == 204

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert order.lines.get().sku.stock == 10
    assert [o["pay_status"] for o in shopper.get("/orders/").json()] == ["TRADE_CLOSED"]
    assert shopper.delete(f"/orders/{order.pk}/").status_code == 204
    assert shopper.get("/orders/").json() == []
    assert shopper.delete(f"/orders/{order.pk}/").status_code == 404
    assert order.lines.get().sku.stock == 10


@pytest.mark.parametrize("state", ["finished", "expired", "refunded"])
def test_deleting_an_order_that_is_over_hides_it(shopper: APIClient, alice: UserProfile, state: str) -> None:
    order = an_order(alice)
    Order.objects.filter(pk=order.pk).update(status=state)

    assert shopper.delete(f"/orders/{order.pk}/").status_code == 204
    assert shopper.get(f"/orders/{order.pk}/").status_code == 404
    order.refresh_from_db()
    assert order.status == state


def test_deleting_a_paid_order_is_refused_with_a_clear_word(shopper: APIClient, alice: UserProfile) -> None:
    order = an_order(alice)
    Order.objects.filter(pk=order.pk).update(status="paid")

    answer = shopper.delete(f"/orders/{order.pk}/")

    assert answer.status_code == 409
    assert (answer.json()["type"], answer.json()["state"]) == ("urn:mxshop:problem:illegal_move", "paid")
    assert answer.json()["non_field_errors"] == ["订单已支付：不能删除，请申请退款。"]


# -- Strangers -------------------------------------------------------------------------------------
def test_a1_visitors_are_not_let_in(visitor: APIClient) -> None:
    assert visitor.get("/orders/").status_code == 401
    assert visitor.post("/orders/", BODY).status_code == 401
    assert visitor.get("/orders/1/").status_code == 401
    assert visitor.delete("/orders/1/").status_code == 401


@pytest.mark.parametrize("method", ["get", "delete"])
def test_a2_a_strangers_order_is_not_found_and_unchanged(stranger: APIClient, alice: UserProfile, method: str) -> None:
    order = an_order(alice)

    assert getattr(stranger, method)(f"/orders/{order.pk}/").status_code == 404
    assert stranger.get("/orders/").json() == []
    order.refresh_from_db()
    assert (order.status, order.hidden_at) == ("pending_payment", None)


@pytest.mark.parametrize("method", ["put", "patch"])
def test_e8_an_order_cannot_be_written_over(shopper: APIClient, alice: UserProfile, method: str) -> None:
    order = an_order(alice)
    assert getattr(shopper, method)(f"/orders/{order.pk}/", {"order_mount": "0.01"}).status_code == 405


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 30, "x", "-1", "%00"])
def test_e4_odd_ids_are_not_found(shopper: APIClient, pk: str) -> None:
    assert shopper.get(f"/orders/{pk}/").status_code == 404
    assert shopper.delete(f"/orders/{pk}/").status_code == 404
