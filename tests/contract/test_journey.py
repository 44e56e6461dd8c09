"""Sections 4, 5 and 8 of the contract: a visitor of each dialect becomes a customer."""

import json
import secrets
import socket
import struct
import time
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.contract.conftest import code_for
from tests.contract.shapes import (
    ADDRESS,
    CART_LINE,
    CHANGED_LINE,
    FAVOURITE,
    ITEM_PAGE,
    LOGGED_IN,
    MESSAGE,
    ORDER,
    ORDER_PAGE,
    PROBLEM,
    PROFILE,
    REGISTERED,
    NotEmpty,
)
from tests.contract.vue import DIALECTS, JSON, Vue

PASSWORD = "right horse battery"
REFUSAL = PROBLEM | {"non_field_errors": NotEmpty([str])}
# The client joins the four parts; what it sends for an address has keys of its own that mean nothing.
ADDRESS_FORM = {
    "area": "", "receiveName": "", "addr": "", "phone": "",
    "province": "浙江省", "city": "杭州市", "district": "西湖区", "address": "文三路1号",
    "signer_name": "李雷", "signer_mobile": "13800000001",
}  # fmt: skip

Rows = list[dict[str, Any]]


@pytest.fixture
def mobile() -> str:
    return f"139{secrets.randbelow(10**8):08d}"


@pytest.fixture
def customer(vue: Vue, mobile: str) -> Vue:
    """A visitor who has just registered."""
    assert vue.post("code/", {"mobile": mobile}, {"mobile": str}) == {"mobile": mobile}
    form = {"password": PASSWORD, "username": mobile, "code": code_for(mobile)}
    vue.token = vue.post("users/", form, REGISTERED)["token"]
    return vue


@pytest.fixture
def in_stock(goods: Rows) -> Rows:
    """Goods to buy, of one kind each."""
    return [one for one in goods if one["goods_num"] >= 10 and "skus" not in one]


def page_of(vue: Vue, goods: dict[str, Any]) -> dict[str, Any]:
    return vue.get(f"goods/{goods['id']}/", ITEM_PAGE)


def order_form(vue: Vue, lines: Rows, **changes: object) -> dict[str, object]:
    """What the cart page sends: the address in one piece, and a sum with JavaScript's own noise."""
    return {
        "post_script": "请快一点",
        "address": "浙江省杭州市西湖区文三路1号",
        "signer_name": "李雷",
        vue.dialect.phone: "13800000001",
        "order_mount": sum(float(line["goods"]["shop_price"]) * line["nums"] for line in lines),
        **changes,
    }


def once_paid(vue: Vue, path: str) -> dict[str, Any]:
    """The order as soon as the gateway's notification, which comes beside the browser, has been taken."""
    for _wait in range(100):
        order = vue.get(path, ORDER_PAGE)
        if order["pay_status"] != "paying":
            break
        time.sleep(0.05)
    return order


# -- The account -----------------------------------------------------------------------------------
def test_who_registered_logs_in_and_edits_the_own_record(customer: Vue, mobile: str) -> None:
    customer.token = customer.post("login/", {"username": mobile, "password": PASSWORD}, LOGGED_IN, 200)["token"]
    record = customer.get(customer.dialect.profile, PROFILE)
    assert (record["username"], record["mobile"], record["birthday"], record["email"]) == (mobile, mobile, None, "")

    # The whole record goes back, as read but for what was typed.
    record[customer.dialect.name_field] = f"小明{mobile[-4:]}"
    record |= {"birthday": "1990-01-31", "gender": "male", "email": "a@example.com"}
    assert customer.patch("users/1/", record, PROFILE) == record
    assert customer.get(customer.dialect.profile, PROFILE) == record


def test_a_refused_visitor_is_told_where_the_client_looks(vue: Vue, mobile: str) -> None:
    vue.post("login/", {"username": "", "password": ""}, PROBLEM | {"username": [str], "password": [str]}, 400)
    vue.post("login/", {"username": mobile, "password": "wrong"}, REFUSAL, 400)
    vue.post("code/", {"mobile": "12345"}, PROBLEM | {"mobile": [str]}, 400)
    vue.post("code/", {"mobile": mobile}, {"mobile": str})
    again = vue.post("code/", {"mobile": mobile}, REFUSAL | {"mobile": [str]}, 429)
    assert again["mobile"] == again["non_field_errors"]

    code = code_for(mobile)
    form = {"password": PASSWORD, "username": mobile, "code": f"{(int(code) + 1) % 10_000:04d}"}
    assert vue.post("users/", form, PROBLEM | {"code": [str]}, 400)["code"] == ["验证码错误"]
    vue.post("users/", form | {"code": code}, REGISTERED)
    # Of somebody who is there already only the right code makes the shop speak.
    assert vue.post("users/", form, PROBLEM | {"code": [str]}, 400)["code"] != ["用户已经存在"]


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_a_change_is_made_though_the_client_hangs_up(customer: Vue, reset: bool) -> None:
    """The save button also submits the page's form: the browser leaves while the PATCH is under way."""
    record = customer.get(customer.dialect.profile, PROFILE) | {"name": "走得快"}
    body = json.dumps(record).encode()
    head = (
        f"PATCH {customer.dialect.slashes}users/1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {JSON}\r\n"
        f"Authorization: {customer.dialect.prefix} {customer.token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    where = urlsplit(customer.host)
    with socket.create_connection((where.hostname, where.port)) as connection:
        connection.sendall(head.encode() + body)
        # "Under way": of a request whose sender is gone before the server has looked at it, nothing is read.
        time.sleep(0.02)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    for _wait in range(100):
        if customer.get(customer.dialect.profile, PROFILE)["name"] == "走得快":
            return
        time.sleep(0.05)
    pytest.fail("the change is lost")


# -- Favourites, addresses, messages ---------------------------------------------------------------
def test_a_heart_is_filled_and_emptied(customer: Vue, in_stock: Rows) -> None:
    goods = in_stock[0]
    path = f"userfavs/{goods['id']}/"
    before = page_of(customer, goods)["fav_num"]
    customer.call("GET", path, 404, PROBLEM)

    made = customer.post("userfavs/", {"goods": str(goods["id"])}, {"id": int, "goods": int})
    twice = customer.post("userfavs/", {"goods": str(goods["id"])}, REFUSAL, 400)

    assert twice["non_field_errors"] == ["已经收藏"]
    assert customer.get(path, FAVOURITE)["id"] == made["id"]
    rows = customer.get("userfavs/", [FAVOURITE])
    assert [(row["goods"]["id"], row["goods"]["shop_price"]) for row in rows] == [(goods["id"], goods["shop_price"])]
    assert page_of(customer, goods)["fav_num"] == before + 1
    customer.delete(path)
    customer.call("GET", path, 404, PROBLEM)
    assert page_of(customer, goods)["fav_num"] == before


def test_addresses_are_kept_as_they_are_sent(customer: Vue) -> None:
    made = customer.post("address/", ADDRESS_FORM, ADDRESS)
    assert {name: made[name] for name in ADDRESS_FORM if name in made} == {
        name: value for name, value in ADDRESS_FORM.items() if name in ADDRESS
    }
    # Untouched fields are left out by the client, not sent empty.
    sparse = customer.post("address/", {"area": "", "receiveName": "", "addr": "", "phone": ""}, ADDRESS)
    assert sparse["signer_name"] == sparse["district"] == ""

    changed = customer.patch(f"address/{made['id']}/", made | {"address": "文三路2号"}, ADDRESS)
    assert changed == made | {"address": "文三路2号"}
    customer.delete(f"address/{sparse['id']}/")
    assert customer.get("address/", [ADDRESS]) == [changed]


def test_messages_are_forms_with_or_without_a_file(customer: Vue) -> None:
    words = {"subject": "发货", "message": "什么时候发货？"}
    plain = customer.send_form("messages/", {"file": "", **words, "message_type": ""}, MESSAGE)
    assert (plain["file"], plain["message_type"], plain["subject"]) == ("", 1, "发货")

    note = ("清单.txt", "苹果\n".encode(), "text/plain")
    written = customer.send_form("messages/", {"file": note, **words, "message_type": "4"}, MESSAGE)
    assert written["message_type"] == 4
    kept = customer.browser.get(customer.host + written["file"], timeout=30)
    assert (kept.status_code, kept.content) == (200, "苹果\n".encode())
    assert kept.headers["Content-Disposition"].startswith("attachment")

    assert {row["id"] for row in customer.get("messages/", [MESSAGE])} == {plain["id"], written["id"]}
    customer.delete(f"messages/{plain['id']}/")
    assert [row["id"] for row in customer.get("messages/", [MESSAGE])] == [written["id"]]


# -- The cart --------------------------------------------------------------------------------------
def test_the_cart_is_filled_changed_and_emptied(customer: Vue, in_stock: Rows) -> None:
    one, other = in_stock[:2]
    assert customer.get("shopcarts/", [CART_LINE]) == []

    # What the visitor typed is sent as a text.
    added = customer.post("shopcarts/", {"goods": str(one["id"]), "nums": "2"}, CHANGED_LINE)
    assert (added["goods"], added["nums"]) == (one["id"], 2)
    assert customer.post("shopcarts/", {"goods": str(one["id"]), "nums": 1}, CHANGED_LINE)["nums"] == 3
    customer.post("shopcarts/", {"goods": str(other["id"]), "nums": 1}, CHANGED_LINE)
    customer.patch(f"shopcarts/{one['id']}/", {"nums": 4}, CHANGED_LINE)

    rows = customer.get("shopcarts/", [CART_LINE])
    shown = {row["goods"]["id"]: (row["nums"], row["goods"]["shop_price"]) for row in rows}
    assert shown == {one["id"]: (4, one["shop_price"]), other["id"]: (1, other["shop_price"])}
    assert page_of(customer, one)["goods_num"] == one["goods_num"], "a cart holds no stock"

    customer.delete(f"shopcarts/{one['id']}/")
    customer.call("POST", "shoppingCart/clear", 204, None)
    assert customer.get("shopcarts/", [CART_LINE]) == []


def test_the_cart_takes_no_more_than_there_is(customer: Vue, in_stock: Rows) -> None:
    goods = min(in_stock, key=lambda one: one["goods_num"])
    form = {"goods": str(goods["id"]), "nums": goods["goods_num"] + 1}

    refused = customer.post("shopcarts/", form, REFUSAL | {"available": int, "sku": int}, 409)

    assert refused["available"] == goods["goods_num"]
    assert customer.get("shopcarts/", [CART_LINE]) == []


def test_of_a_goods_of_several_kinds_the_cart_holds_the_chosen_one(customer: Vue, goods: Rows) -> None:
    goods_of_kinds = next(one for one in goods if any(sku["goods_num"] for sku in one.get("skus", [])))
    sku = next(sku for sku in reversed(goods_of_kinds["skus"]) if sku["goods_num"])

    customer.post("shopcarts/", {"goods": str(goods_of_kinds["id"]), "nums": 1, "sku": sku["id"]}, CHANGED_LINE)

    row = customer.get("shopcarts/", NotEmpty([CART_LINE]))[0]
    assert (row["sku"], row["goods"]["shop_price"], row["goods_num"]) == (
        sku["id"], sku["shop_price"], sku["goods_num"],
    )  # fmt: skip
    assert all(part["value"] in row["specification"] for part in sku["specifications"])


# -- Orders ----------------------------------------------------------------------------------------
def test_from_the_cart_to_a_paid_order(customer: Vue, in_stock: Rows) -> None:
    one, other = in_stock[2:4]
    before = page_of(customer, one)
    for goods, nums in ((one, 2), (other, 1)):
        customer.post("shopcarts/", {"goods": str(goods["id"]), "nums": nums}, CHANGED_LINE)
    lines = customer.get("shopcarts/", [CART_LINE])
    form = order_form(customer, lines)

    placed = customer.post("orders/", form, ORDER_PAGE)

    total = sum(Decimal(line["goods"]["shop_price"]) * line["nums"] for line in lines)
    assert (placed["order_mount"], placed["pay_status"]) == (f"{total:.2f}", "paying")
    assert placed["singer_mobile"] == placed["signer_mobile"] == "13800000001"
    assert (placed["address"], placed["post_script"]) == (form["address"], form["post_script"])
    assert {line["goods"]["id"]: line["goods_num"] for line in placed["goods"]} == {one["id"]: 2, other["id"]: 1}
    assert placed["order_sn"] in placed["alipay_url"]
    assert customer.get("shopcarts/", [CART_LINE]) == [], "the order is made of the cart"
    assert page_of(customer, one)["goods_num"] == before["goods_num"] - 2
    customer.post("orders/", form, REFUSAL, 400)

    path = f"orders/{placed['id']}/"
    assert customer.pay(customer.get(path, ORDER_PAGE)["alipay_url"]) == "/#/app/home/member/order"

    paid = once_paid(customer, path)
    assert (paid["pay_status"], paid["status"], paid["alipay_url"]) == ("TRADE_SUCCESS", "paid", "")
    assert paid["trade_no"]
    assert paid["pay_time"]
    shown = customer.get("orders/", NotEmpty([ORDER]))
    assert [(row["id"], row["pay_status"]) for row in shown] == [(placed["id"], "TRADE_SUCCESS")]
    after = page_of(customer, one)
    assert (after["goods_num"], after["sold_num"]) == (before["goods_num"] - 2, before["sold_num"] + 2)
    assert customer.delete(path, 409, REFUSAL | {"state": str})["state"] == "paid"


def test_a_cancelled_order_gives_its_stock_back(customer: Vue, in_stock: Rows) -> None:
    goods = in_stock[4]
    before = page_of(customer, goods)["goods_num"]
    customer.post("shopcarts/", {"goods": str(goods["id"]), "nums": 3}, CHANGED_LINE)
    placed = customer.post("orders/", order_form(customer, customer.get("shopcarts/", [CART_LINE])), ORDER_PAGE)
    assert page_of(customer, goods)["goods_num"] == before - 3

    path = f"orders/{placed['id']}/"
    customer.delete(path)
    assert page_of(customer, goods)["goods_num"] == before
    closed = customer.get(path, ORDER_PAGE)
    assert (closed["pay_status"], closed["status"], closed["alipay_url"]) == ("TRADE_CLOSED", "cancelled", "")
    customer.delete(path)  # one that is over goes off the list
    assert customer.get("orders/", [ORDER]) == []


def test_without_a_chosen_address_nothing_is_ordered(customer: Vue, in_stock: Rows) -> None:
    customer.post("shopcarts/", {"goods": str(in_stock[5]["id"]), "nums": 1}, CHANGED_LINE)
    lines = customer.get("shopcarts/", [CART_LINE])
    empty = order_form(customer, lines, **{"address": "", "signer_name": "", customer.dialect.phone: ""})

    named = {"address", "signer_name", customer.dialect.phone}
    customer.post("orders/", empty, PROBLEM | dict.fromkeys(named, NotEmpty([str])), 400)

    assert customer.get("shopcarts/", [CART_LINE]) == lines
    assert customer.get("orders/", [ORDER]) == []
    # Nothing to say is no reason to refuse.
    customer.post("orders/", order_form(customer, lines, post_script=""), ORDER_PAGE)


def test_what_is_anothers_is_not_there(customer: Vue, in_stock: Rows, mobile: str) -> None:
    customer.post("shopcarts/", {"goods": str(in_stock[5]["id"]), "nums": 1}, CHANGED_LINE)
    order = customer.post("orders/", order_form(customer, customer.get("shopcarts/", [CART_LINE])), ORDER_PAGE)
    address = customer.post("address/", ADDRESS_FORM, ADDRESS)
    other = Vue(customer.host, DIALECTS[0])
    other_mobile = f"137{mobile[3:]}"
    other.post("code/", {"mobile": other_mobile}, {"mobile": str})
    form = {"password": PASSWORD, "username": other_mobile, "code": code_for(other_mobile)}
    other.token = other.post("users/", form, REGISTERED)["token"]

    for path in (f"orders/{order['id']}/", f"address/{address['id']}/"):
        other.call("GET", path, 404, PROBLEM)
        other.delete(path, 404, PROBLEM)
    for path in ("orders/", "address/", "shopcarts/", "userfavs/", "messages/"):
        assert other.get(path, [dict]) == []
    assert customer.get(f"orders/{order['id']}/", ORDER_PAGE)["status"] == "pending_payment"
