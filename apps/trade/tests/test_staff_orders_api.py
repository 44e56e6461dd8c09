"""Everybody's orders over the API, for staff with the power to read them; their note is all that is changed there."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.trade.models import Order, OrderNoteChange
from apps.trade.tests.factories import a_paid_order, an_order
from apps.users.models import Role, RoleGrant, UserProfile
from conftest import client_of

pytestmark = pytest.mark.django_db

ROUTE = "/staff/orders/"


def clerk(staff: UserProfile, mask: int) -> APIClient:
    role = Role.objects.create(name="客服")
    RoleGrant.objects.create(role=role, resource="trade.order", mask=mask)
    staff.roles.add(role)
    return client_of(staff)


def test_everybodys_orders_are_read(staff: UserProfile, alice: UserProfile, at_most_statements: Any) -> None:
    orders = [an_order(alice), a_paid_order(alice, 2, 3)]
    client = clerk(staff, 1)

    with at_most_statements(6):
        listed = client.get(ROUTE).json()
    assert [row["number"] for row in listed["results"]] == [order.number for order in reversed(orders)]
    assert [line["quantity"] for line in listed["results"][0]["lines"]] == [2, 3]
    assert [row["number"] for row in client.get(ROUTE, {"state": "paid"}).json()["results"]] == [orders[1].number]

    shown = client.get(f"{ROUTE}{orders[0].number}/").json()
    assert (shown["buyer"], shown["status"]) == ("alice", "pending_payment")
    assert client.get(f"{ROUTE}20260101/").status_code == 404


def test_a_note_takes_the_power_to_modify(staff: UserProfile, alice: UserProfile) -> None:
    order = an_order(alice)
    address = f"{ROUTE}{order.number}/"

    assert clerk(staff, 1).patch(address, {"staff_note": "x"}).status_code == 403
    assert not Order.objects.get().staff_note

    writer = client_of(UserProfile.objects.get(pk=staff.pk))
    RoleGrant.objects.update(mask=4)
    answer = writer.patch(address, {"staff_note": " 周末送 ", "status": "paid", "total": "0.01"})
    assert (answer.status_code, answer.json()["staff_note"]) == (200, "周末送")
    assert (answer.json()["status"], answer.json()["total"]) == ("pending_payment", str(order.total))
    assert writer.patch(address, {}).json()["staff_note"] == "周末送"
    assert writer.patch(address, {"staff_note": "x" * 501}).status_code == 400


def test_each_note_leaves_a_trace_with_who_and_what_it_replaced(staff: UserProfile, alice: UserProfile) -> None:
    order, client = an_order(alice), clerk(staff, 4)
    for note in ("周末送", "周末送 ", "工作日送"):
        client.patch(f"{ROUTE}{order.number}/", {"staff_note": note})

    changes = OrderNoteChange.objects.filter(order=order)
    assert list(changes.values_list("old_note", "new_note", "actor")) == [
        ("", "周末送", staff.pk),
        ("周末送", "工作日送", staff.pk),
    ]


@pytest.mark.parametrize(("old", "new"), [("Call him", "call him"), ("10 元", "１０ 元"), ("Rene", "René")])
def test_a_note_may_change_in_case_width_or_accents_alone(
    staff: UserProfile, alice: UserProfile, old: str, new: str
) -> None:
    """MariaDB takes both for the same text."""
    order, client = an_order(alice), clerk(staff, 4)
    for note in (old, new):
        answer = client.patch(f"{ROUTE}{order.number}/", {"staff_note": note})
        assert (answer.status_code, answer.json()["staff_note"]) == (200, note)

    assert list(OrderNoteChange.objects.values_list("old_note", "new_note")) == [("", old), (old, new)]


def test_what_the_routes_do_not_do_is_not_allowed(superuser: UserProfile, alice: UserProfile) -> None:
    client, address = client_of(superuser), f"{ROUTE}{an_order(alice).number}/"
    answers = [client.put(ROUTE, {}), client.post(ROUTE, {}), client.delete(address)]
    assert [answer.status_code for answer in answers] == [405] * 3
    assert answers[0]["Allow"] == "GET, HEAD, OPTIONS"


def test_the_buyer_sees_no_note(staff: UserProfile, alice: UserProfile) -> None:
    order = an_order(alice)
    clerk(staff, 4).patch(f"{ROUTE}{order.number}/", {"staff_note": "SECRET-NOTE"})

    assert "SECRET-NOTE" not in client_of(alice).get(f"/orders/{order.pk}/").content.decode()
    assert client_of(alice).get(f"{ROUTE}{order.number}/").status_code == 403
