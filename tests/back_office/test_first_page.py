"""The first page of the back office: what waits, counted as its list counts it, for those who may see it."""

import re
from html import unescape

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.common.tests.back_office import browser_of, clerk, listed, page
from apps.goods.tests.factories import SkuFactory
from apps.notifications.models import OutboxMessage
from apps.trade.models import Discrepancy, InvoiceRequest, OddPayment, OddRefund, Payment, Refund
from apps.trade.tests.factories import PaymentFactory, a_paid_order, an_order
from apps.users.models import UserProfile
from apps.users.tests.factories import UserFactory
from tests.back_office.rows import MAKERS

FIRST_PAGE = "/xadmin/"
TO_DO = re.compile(r'<a class="list-group-item" href="(.+?)"><span class="badge">(\d+)</span>.+?</i> (.+?)</a>')
SHORTCUT = re.compile(r'<a class="btn btn-primary btn-quick" href="(.+?)">')


def to_dos(shown: str) -> dict[str, tuple[int, str]]:
    """What waits: how many, and the address of their list."""
    found = TO_DO.findall(shown)
    return {unescape(title): (int(count), unescape(address)) for address, count, title in found}


@pytest.fixture
def waiting(alice: UserProfile, staff: UserProfile) -> None:
    """Something of everything that waits, beside what does not."""
    for model in (Discrepancy, InvoiceRequest, OddPayment, OddRefund, OutboxMessage, Refund):
        MAKERS[model](staff, 7)
        MAKERS[model](staff, 8)
    OutboxMessage.objects.filter(pk=OutboxMessage.objects.latest("pk").pk).update(status=OutboxMessage.Status.DEAD)
    Refund.objects.filter(pk=Refund.objects.latest("pk").pk).update(state="failed")
    PaymentFactory(order=an_order(UserFactory()), status=Payment.Status.REFUND_DUE)
    a_paid_order(alice)
    SkuFactory(stock=0)
    SkuFactory(stock=0, is_on_sale=False)


def test_what_waits_is_counted_as_its_list_counts_it(waiting: None, superuser: UserProfile) -> None:
    office = browser_of(superuser)

    found = to_dos(page(office, FIRST_PAGE))

    assert set(found) == {
        "SKU · 库存不足",
        "待发消息 · 已放弃",
        "对账差异 · 待处理",
        "发票申请 · 待开票",
        "支付 · 待退款",
        "金额不符的支付 · 待处理",
        "事后退款 · 待处理",
        "订单 · 待发货",
        "退款单 · 待处理",
        "退款单 · 支付渠道拒绝",
    }
    for title, (count, address) in found.items():
        path, _, query = address.partition("?")
        assert len(listed(office, path, query)) == count > 0, title
    assert found["订单 · 待发货"][1] == "/xadmin/trade/order/?_p_to_ship=1"
    assert found["发票申请 · 待开票"][0] == 2
    assert found["待发消息 · 已放弃"][0] == found["退款单 · 支付渠道拒绝"][0] == 1


def test_everybody_sees_what_they_may_view(waiting: None, alice: UserProfile) -> None:
    shown = page(clerk("trade.view_order", "user_operation.view_address"), FIRST_PAGE)

    assert list(to_dos(shown)) == ["订单 · 待发货"]
    assert SHORTCUT.findall(shown) == ["/xadmin/trade/order/"]
    assert alice.orders.get().number in shown


def test_the_menu_begins_with_the_work_of_every_day(superuser: UserProfile) -> None:
    menu = page(browser_of(superuser), "/xadmin/trade/order/").split("nav-sitemenu", 1)[1]
    entries = list(dict.fromkeys(re.findall(r'href="/xadmin/trade/(\w+)/"', menu)))
    in_turn = ["order", "shipment", "refund", "payment", "coupon", "carrier", "cartline", "orderline"]
    assert sorted(in_turn, key=entries.index) == in_turn


def test_who_may_see_nothing_is_told_nothing(waiting: None, alice: UserProfile) -> None:
    shown = page(clerk(), FIRST_PAGE)

    assert "没有等待处理的事项。" in shown
    assert (to_dos(shown), SHORTCUT.findall(shown)) == ({}, [])
    assert alice.orders.get().number not in shown


def test_a_right_that_is_taken_away_is_missed_at_once(waiting: None) -> None:
    helper = UserFactory(is_staff=True, is_superuser=True)
    assert to_dos(page(browser_of(helper), FIRST_PAGE)) != {}
    UserProfile.objects.filter(pk=helper.pk).update(is_superuser=False)
    assert to_dos(page(browser_of(helper), FIRST_PAGE)) == {}


def test_the_first_page_costs_the_same_however_much_waits(
    waiting: None, superuser: UserProfile, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    office = browser_of(superuser)
    page(office, FIRST_PAGE)  # the first visit writes down where the boxes stand
    for _ in range(10):
        a_paid_order(UserFactory())
    with django_assert_max_num_queries(19):
        page(office, FIRST_PAGE)
