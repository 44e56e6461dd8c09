"""Invoices that buyers ask for."""

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from apps.common.tests.back_office import act, clerk, page
from apps.trade.models import InvoiceRequest, Order, OrderStatus
from apps.trade.services import closing, invoices
from apps.trade.services.invoices import is_tax_number
from apps.trade.services.order_moves import move
from apps.trade.tests.factories import a_paid_order, an_order
from apps.users.models import UserProfile

REQUESTS = "/xadmin/trade/invoicerequest/"
COMPANY = {
    "kind": "company",
    "heading": "杭州云麓科技有限公司",
    "tax_number": "91350100M000100Y43",
    "email": "kuaiji@example.com",
}
PERSON = {"kind": "personal", "heading": "李雷", "email": "lilei@example.com"}


@pytest.fixture
def order(alice: UserProfile) -> Order:
    return a_paid_order(alice)


def address(order: Order) -> str:
    return f"/orders/{order.pk}/invoice/"


def test_a_buyer_asks_corrects_and_withdraws(shopper: APIClient, order: Order) -> None:
    assert shopper.get(address(order)).status_code == 404
    answer = shopper.post(address(order), COMPANY)
    assert answer.status_code == 201
    assert answer.json() == {
        **COMPANY,
        "state": "requested",
        "invoice_number": "",
        "issued_at": None,
        "created_at": answer.json()["created_at"],
    }

    assert shopper.post(address(order), PERSON).status_code == 201
    assert {**shopper.get(address(order)).json(), **PERSON, "tax_number": ""} == shopper.get(address(order)).json()
    assert InvoiceRequest.objects.count() == 1

    for _time in range(2):
        assert shopper.delete(address(order)).status_code == 204
    assert not InvoiceRequest.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tax_number": ""}, "tax_number"),
        ({"tax_number": "91350100M000100Y44"}, "tax_number"),
        ({"kind": "personal"}, "tax_number"),
        ({"kind": "other"}, "kind"),
        ({"heading": ""}, "heading"),
        ({"heading": "x" * 101}, "heading"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_a_request_that_cannot_be_meant_is_refused(
    shopper: APIClient, order: Order, change: dict[str, str], field: str
) -> None:
    answer = shopper.post(address(order), {**COMPANY, **change})
    assert answer.status_code == 400
    assert answer.json()[field]
    assert not InvoiceRequest.objects.exists()


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("91350100M000100Y43", True),  # the example of GB 32100
        ("91350100M000100Y34", False),
        ("9135010OM000100Y43", False),
        ("330106123456789", True),
        ("33010612345678", False),
        ("33010612345678901234", True),
        ("330106123456789012345", False),
        ("33010612345678a", False),
        ("３３０１０６１２３４５６７８９", False),
    ],
)
def test_tax_numbers_are_checked(number: str, is_one: bool) -> None:
    assert is_tax_number(number) is is_one


def test_every_wrong_last_character_is_found() -> None:
    right = [end for end in invoices.SYMBOLS if is_tax_number("91350100M000100Y4" + end)]
    assert right == ["3"]


@pytest.mark.parametrize("state", ["cancelled", "expired", "refunding", "refunded"])
def test_a_closed_order_has_no_invoice(shopper: APIClient, order: Order, state: str) -> None:
    Order.objects.update(status=state)
    answer = shopper.post(address(order), COMPANY)
    assert (answer.status_code, answer.json()["state"]) == (409, state)
    assert not InvoiceRequest.objects.exists()


def test_a2_invoices_are_their_buyers_alone(
    shopper: APIClient, stranger: APIClient, visitor: APIClient, order: Order
) -> None:
    shopper.post(address(order), COMPANY)
    for client, status in ((stranger, 404), (visitor, 401)):
        assert client.get(address(order)).status_code == status
        assert client.post(address(order), PERSON).status_code == status
        assert client.delete(address(order)).status_code == status
    assert InvoiceRequest.objects.get().kind == "company"


def test_staff_issue_an_invoice_once(shopper: APIClient, order: Order) -> None:
    shopper.post(address(order), COMPANY)
    request = InvoiceRequest.objects.get()
    client = clerk("trade.view_invoicerequest", "trade.change_invoicerequest")

    act(client, REQUESTS, "mark_issued", request, invoice_number="25332000000012345678")
    act(client, REQUESTS, "mark_issued", request, invoice_number="25332000000087654321")

    assert "只有等待开具的发票申请才能标记为已开票。" in page(client, REQUESTS)
    shown = shopper.get(address(order)).json()
    assert (shown["state"], shown["invoice_number"]) == ("issued", "25332000000012345678")
    for answer in (shopper.post(address(order), PERSON), shopper.delete(address(order))):
        assert (answer.status_code, answer.json()["state"]) == (409, "issued")
        assert answer.json()["type"] == "urn:mxshop:problem:invoice_issued"
    assert InvoiceRequest.objects.get().heading == COMPANY["heading"]


def test_an_unpaid_order_is_not_invoiced(shopper: APIClient, alice: UserProfile) -> None:
    order = an_order(alice)
    shopper.post(address(order), PERSON)
    client = clerk("trade.view_invoicerequest", "trade.change_invoicerequest")
    act(client, REQUESTS, "mark_issued", InvoiceRequest.objects.get(), invoice_number="25332000000012345678")
    assert InvoiceRequest.objects.get().state == "requested"


def test_issuing_needs_the_right(shopper: APIClient, order: Order) -> None:
    shopper.post(address(order), PERSON)
    client = clerk("trade.view_invoicerequest", "trade.change_order")
    answer = act(client, REQUESTS, "mark_issued", InvoiceRequest.objects.get(), invoice_number="25332000000012345678")
    assert answer.status_code == 403
    assert InvoiceRequest.objects.get().state == "requested"


def test_what_is_wholly_refunded_has_a_void_invoice(shopper: APIClient, order: Order) -> None:
    shopper.post(address(order), COMPANY)
    invoices.mark_issued(request=InvoiceRequest.objects.get(), invoice_number="25332000000012345678")
    with transaction.atomic():
        move(order=order, to=OrderStatus.REFUNDING, reason="test")
        move(order=order, to=OrderStatus.REFUNDED, reason="test")
    request = InvoiceRequest.objects.get()
    assert (request.state, request.invoice_number) == ("void", "25332000000012345678")


def test_a_cancelled_order_has_a_void_request(shopper: APIClient, alice: UserProfile) -> None:
    order = an_order(alice)
    shopper.post(address(order), PERSON)
    closing.cancel_order(order=order, actor_id=alice.pk)
    assert InvoiceRequest.objects.get().state == "void"
