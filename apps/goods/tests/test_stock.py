import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from apps.common.exceptions import InvalidInput
from apps.goods.exceptions import AdjustmentRefused, InsufficientStock
from apps.goods.models import Sku, StockMovement
from apps.goods.services import stock
from apps.goods.tests.factories import SkuFactory
from apps.users.models import UserProfile

pytestmark = pytest.mark.django_db

Reason = StockMovement.Reason


def ledger_and_stock(sku: Sku) -> tuple[int, int]:
    booked = StockMovement.objects.filter(sku=sku).aggregate(booked=Sum("delta"))["booked"] or 0
    return booked, Sku.objects.get(pk=sku.pk).stock


def movements(sku: Sku) -> list[tuple[int, str, str]]:
    return list(sku.movements.order_by("id").values_list("delta", "reason", "reference"))


def test_taking_moves_stock_and_writes_the_ledger() -> None:
    sku = SkuFactory(stock=10)

    stock.take(quantities={sku.pk: 3}, reference="ORDER1")

    assert ledger_and_stock(sku) == (7, 7)
    assert movements(sku) == [(10, "opening", ""), (-3, "order", "ORDER1")]


def test_c22_stock_is_what_was_there_less_sold_plus_returned() -> None:
    one, other = SkuFactory(stock=10), SkuFactory(stock=5)

    stock.take(quantities={one.pk: 4, other.pk: 5}, reference="ORDER1")
    stock.take(quantities={one.pk: 1}, reference="ORDER2")
    stock.give_back(quantities={one.pk: 4, other.pk: 5}, reason=Reason.CANCELLED, reference="ORDER1")
    stock.give_back(quantities={one.pk: 1}, reason=Reason.EXPIRED, reference="ORDER2")
    stock.adjust(sku_id=one.pk, delta=-2, note="broken")

    assert ledger_and_stock(one) == (8, 8)
    assert ledger_and_stock(other) == (5, 5)


def test_all_that_is_left_can_be_taken() -> None:
    sku = SkuFactory(stock=2)

    stock.take(quantities={sku.pk: 2}, reference="ORDER1")

    assert ledger_and_stock(sku) == (0, 0)


def test_c2_more_than_there_is_moves_nothing() -> None:
    plenty, scarce = SkuFactory(stock=10), SkuFactory(stock=2)

    with pytest.raises(InsufficientStock) as refusal, transaction.atomic():
        stock.take(quantities={plenty.pk: 3, scarce.pk: 3}, reference="ORDER1")

    assert refusal.value.members == {"sku": scarce.pk, "available": 2}
    assert (ledger_and_stock(plenty), ledger_and_stock(scarce)) == ((10, 10), (2, 2))
    assert movements(plenty) == [(10, "opening", "")]


def test_a_sku_that_does_not_exist_has_nothing_left() -> None:
    with pytest.raises(InsufficientStock) as refusal, transaction.atomic():
        stock.take(quantities={987654: 1}, reference="ORDER1")

    assert refusal.value.members["available"] == 0


def test_c19_rows_are_taken_in_the_order_of_their_keys() -> None:
    first, second = SkuFactory(), SkuFactory()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        stock.take(quantities={second.pk: 1, first.pk: 1}, reference="ORDER1")

    updates = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    assert [
        f"`id` = {pk} " in sql or f'"id" = {pk} ' in sql
        for pk, sql in zip((first.pk, second.pk), _plain(updates), strict=True)
    ] == [True, True]
    assert len(queries) == 3


def _plain(statements: list[str]) -> list[str]:
    """Without the table's name, and without the brackets that Django puts around an expression."""
    return [re.sub(r'["`]goods_sku["`]\.|[()]', "", sql) for sql in statements]


@pytest.mark.django_db(transaction=True)
def test_stock_never_moves_outside_a_transaction() -> None:
    sku = SkuFactory(stock=10)

    with pytest.raises(transaction.TransactionManagementError):
        stock.take(quantities={sku.pk: 1}, reference="ORDER1")
    with pytest.raises(transaction.TransactionManagementError):
        stock.give_back(quantities={sku.pk: 1}, reason=Reason.CANCELLED, reference="ORDER1")

    assert ledger_and_stock(sku) == (10, 10)


@pytest.mark.parametrize("pieces", [0, -1])
def test_taking_nothing_or_less_is_a_mistake(pieces: int) -> None:
    sku = SkuFactory(stock=10)

    with pytest.raises(ValueError, match="whole pieces"):
        stock.take(quantities={sku.pk: pieces}, reference="ORDER1")

    assert ledger_and_stock(sku) == (10, 10)


def test_the_opening_stock_is_the_first_row_of_the_ledger(staff: UserProfile) -> None:
    sku = SkuFactory(stock=0)

    stock.open_stock(sku=sku, pieces=12, actor_id=staff.pk)

    assert ledger_and_stock(sku) == (12, 12)
    assert sku.stock == 12
    assert list(sku.movements.values_list("delta", "reason", "actor")) == [(12, "opening", staff.pk)]


def test_stock_is_opened_only_once_even_when_it_is_sold_out() -> None:
    full, sold_out = SkuFactory(stock=3), SkuFactory(stock=3)
    stock.take(quantities={sold_out.pk: 3}, reference="ORDER1")

    for sku in (full, sold_out):
        before = ledger_and_stock(sku)
        with pytest.raises(InvalidInput) as refusal:
            stock.open_stock(sku=sku, pieces=5)
        assert list(refusal.value.fields) == ["stock"]
        assert ledger_and_stock(sku) == before


def test_opening_with_none_writes_nothing_and_with_less_is_refused() -> None:
    sku = SkuFactory(stock=0)

    stock.open_stock(sku=sku, pieces=0)
    with pytest.raises(InvalidInput):
        stock.open_stock(sku=sku, pieces=-1)

    assert movements(sku) == []


def test_many_skus_are_opened_at_once() -> None:
    first, second, empty = SkuFactory(stock=0), SkuFactory(stock=0), SkuFactory(stock=0)

    stock.open_stocks(quantities={first.pk: 7, second.pk: 7, empty.pk: 0}, reference="catalogue")

    assert movements(first) == movements(second) == [(7, "opening", "catalogue")]
    assert (ledger_and_stock(first), ledger_and_stock(second)) == ((7, 7), (7, 7))
    assert movements(empty) == []


def test_of_many_skus_none_is_opened_when_one_has_a_ledger() -> None:
    new, sold_out = SkuFactory(stock=0), SkuFactory(stock=3)
    stock.take(quantities={sold_out.pk: 3}, reference="ORDER1")

    with pytest.raises(InvalidInput):
        stock.open_stocks(quantities={new.pk: 5, sold_out.pk: 5})
    with pytest.raises(InvalidInput):
        stock.open_stocks(quantities={new.pk: 5, sold_out.pk: -5})

    assert (ledger_and_stock(new), ledger_and_stock(sold_out)) == ((0, 0), (0, 0))


def test_a_counted_stock_moves_by_the_difference_to_the_stock_of_the_moment() -> None:
    more, less, same = SkuFactory(stock=10), SkuFactory(stock=10), SkuFactory(stock=10)
    stock.take(quantities={more.pk: 4}, reference="ORDER1")

    stock.set_counted(quantities={more.pk: 9, less.pk: 0, same.pk: 10}, reference="catalogue")

    assert (ledger_and_stock(more), ledger_and_stock(less), ledger_and_stock(same)) == ((9, 9), (0, 0), (10, 10))
    assert movements(more)[-1] == (3, "import", "catalogue")
    assert movements(less)[-1] == (-10, "import", "catalogue")
    assert len(movements(same)) == 1


def test_a_negative_count_moves_nothing() -> None:
    sku, other = SkuFactory(stock=10), SkuFactory(stock=10)

    with pytest.raises(InvalidInput):
        stock.set_counted(quantities={other.pk: 5, sku.pk: -1}, reference="catalogue")

    assert (ledger_and_stock(sku), ledger_and_stock(other)) == ((10, 10), (10, 10))


def test_an_adjustment_says_why_and_by_whom(staff: UserProfile) -> None:
    sku = SkuFactory(stock=10)

    stock.adjust(sku_id=sku.pk, delta=5, note=" found in the cellar ", actor_id=staff.pk)
    stock.adjust(sku_id=sku.pk, delta=-15, note="stolen", actor_id=staff.pk)

    assert ledger_and_stock(sku) == (0, 0)
    assert list(sku.movements.order_by("id").values_list("delta", "note", "actor"))[1:] == [
        (5, "found in the cellar", staff.pk),
        (-15, "stolen", staff.pk),
    ]


@pytest.mark.parametrize(("delta", "note", "field"), [(0, "why not", "delta"), (3, "  ", "note")])
def test_an_adjustment_without_number_or_reason_is_refused(delta: int, note: str, field: str) -> None:
    sku = SkuFactory(stock=10)

    with pytest.raises(InvalidInput) as refusal:
        stock.adjust(sku_id=sku.pk, delta=delta, note=note)

    assert list(refusal.value.fields) == [field]
    assert ledger_and_stock(sku) == (10, 10)


def test_an_adjustment_below_zero_is_refused() -> None:
    sku = SkuFactory(stock=10)

    with pytest.raises(InsufficientStock):
        stock.adjust(sku_id=sku.pk, delta=-11, note="stolen")

    assert ledger_and_stock(sku) == (10, 10)


def test_an_adjustment_of_an_unknown_sku_books_nothing() -> None:
    with pytest.raises(InvalidInput):
        stock.adjust(sku_id=987654, delta=1, note="found")

    assert not StockMovement.objects.exists()


def test_the_database_itself_refuses_a_negative_stock() -> None:
    sku = SkuFactory(stock=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Sku.objects.filter(pk=sku.pk).update(stock=-1)


def test_several_are_adjusted_alike(staff: UserProfile) -> None:
    one, other = SkuFactory(stock=10), SkuFactory(stock=2)

    stock.adjust_all(sku_ids=[other.pk, one.pk], delta=-2, note="damp", actor_id=staff.pk)

    assert (ledger_and_stock(one), ledger_and_stock(other)) == ((8, 8), (0, 0))
    assert other.movements.values_list("delta", "note", "actor").first() == (-2, "damp", staff.pk)


def test_adjusting_several_is_all_or_nothing_and_tells_of_each_that_refused() -> None:
    plenty, scarce, empty = SkuFactory(stock=10), SkuFactory(stock=2), SkuFactory(stock=0)

    with pytest.raises(AdjustmentRefused) as refusal:
        stock.adjust_all(sku_ids=[plenty.pk, scarce.pk, empty.pk], delta=-3, note="damp")

    assert refusal.value.members == {"available": {scarce.pk: 2, empty.pk: 0}}
    assert [ledger_and_stock(sku) for sku in (plenty, scarce, empty)] == [(10, 10), (2, 2), (0, 0)]
