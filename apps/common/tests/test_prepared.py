"""Statements that are compiled once say what their querysets say, each time with the values of that time."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone

from apps.common.prepared import LONGEST, Json, Prepared, PreparedDelete, PreparedUpdate, insert
from apps.goods.models import Goods, Sku, StockMovement
from apps.goods.tests.factories import GoodsFactory, GoodsImageFactory, SkuFactory
from apps.users.models import DeviceSession
from apps.users.services.sessions import Device, open_session
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

DEVICE = Device(ip="127.0.0.1", user_agent="test")


def test_each_run_has_its_own_values() -> None:
    skus = [SkuFactory() for _ in range(3)]
    of_ids = Prepared(lambda ids: Sku.objects.filter(pk__in=ids).order_by("pk"))

    assert of_ids(ids=[skus[0].pk, skus[1].pk]) == skus[:2]
    assert of_ids(ids=[skus[1].pk, skus[2].pk]) == skus[1:]
    assert of_ids(ids=[skus[2].pk]) == skus[2:]
    assert of_ids(ids=[]) == []


def test_lists_of_any_length_are_served() -> None:
    skus = [SkuFactory() for _ in range(LONGEST + 1)]
    of_ids = Prepared(lambda ids: Sku.objects.filter(pk__in=ids).order_by("pk"))

    for count in (LONGEST, LONGEST + 1):
        assert of_ids(ids=[sku.pk for sku in skus[:count]]) == skus[:count]


def test_rows_come_with_what_is_joined_and_prefetched(django_assert_num_queries: Any) -> None:
    sku = SkuFactory(specifications=[{"name": "颜色", "value": "红"}], price=Decimal("12.30"))
    GoodsImageFactory(goods=sku.goods)
    whole = Prepared(
        lambda pk: Sku.objects.filter(pk=pk).select_related("goods__category").prefetch_related("goods__images")
    )

    for _ in range(2):
        with django_assert_num_queries(2):
            (found,) = whole(pk=sku.pk)
            assert found.goods.category == sku.goods.category
            assert len(found.goods.images.all()) == 1
        assert vars(found).keys() - {"_prefetched_objects_cache"} == vars(Sku.objects.get()).keys()
        assert (found.price, found.specifications) == (Decimal("12.30"), sku.specifications)


def test_values_moments_and_uuids_reach_the_database_as_their_columns_keep_them() -> None:
    open_session(user=UserFactory(), device=DEVICE)
    session = DeviceSession.objects.get()
    owners = Prepared(
        lambda public_id, at: DeviceSession.objects.filter(public_id=public_id, expires_at__gt=at).values_list(
            "user_id", "user__username"
        )
    )

    now = timezone.now()
    assert owners(public_id=session.public_id, at=now) == [(session.user_id, session.user.username)]
    assert owners(public_id=session.public_id, at=session.expires_at + timedelta(seconds=1)) == []


def test_an_update_counts_its_rows_and_reckons_with_its_values() -> None:
    sku = SkuFactory(stock=5)
    take = PreparedUpdate(
        lambda pk, pieces: (Sku.objects.filter(pk=pk, stock__gte=pieces), {"stock": F("stock") - pieces})
    )

    assert [take(pk=sku.pk, pieces=pieces) for pieces in (3, 3, 2)] == [1, 0, 1]
    assert Sku.objects.get().stock == 0


def test_a_delete_counts_its_rows_and_refuses_what_others_point_at() -> None:
    sku = SkuFactory(stock=3)
    forget = PreparedDelete(lambda pks: StockMovement.objects.filter(pk__in=pks))

    assert forget(pks=[sku.movements.get().pk]) == 1
    assert not StockMovement.objects.exists()
    with pytest.raises(TypeError, match="Goods"):
        PreparedDelete(lambda pk: Goods.objects.filter(pk=pk))(pk=GoodsFactory().pk)


@pytest.mark.parametrize("content", [{"a": [1, None]}, ["a", 1], [], "text", None])
def test_a_json_column_keeps_what_a_plain_update_does(content: Any) -> None:
    sku = SkuFactory()
    note = PreparedUpdate(lambda pk, content: (Sku.objects.filter(pk=pk), {"specifications": content}))

    assert note(pk=sku.pk, content=Json(content)) == 1
    assert Sku.objects.get().specifications == content
    assert Sku.objects.filter(specifications=content).exists()


@pytest.mark.parametrize("count", [1, 2, LONGEST, LONGEST + 1])
def test_inserted_rows_are_those_that_bulk_create_writes(count: int, django_assert_num_queries: Any) -> None:
    goods = GoodsFactory()
    skus = [
        Sku(goods=goods, price=Decimal("12.30"), specifications=[{"name": "n", "value": str(number)}])
        for number in range(count)
    ]
    with django_assert_num_queries(1):
        insert(*skus)

    assert len({sku.pk for sku in skus}) == count
    twins = Sku.objects.bulk_create(
        Sku(goods=goods, price=sku.price, specifications=sku.specifications) for sku in skus
    )
    for sku, twin in zip(skus, twins, strict=True):
        written, expected = (Sku.objects.values().get(pk=row.pk) for row in (sku, twin))
        own = {"id", "created_at", "updated_at", "code"}
        assert {name: value for name, value in written.items() if name not in own} == {
            name: value for name, value in expected.items() if name not in own
        }
        assert not sku._state.adding
        sku.save()  # as a row that is there
    assert Sku.objects.count() == 2 * count


def test_nothing_to_insert_is_no_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        insert()


def test_a_refused_insert_leaves_the_rows_new_and_the_transaction_to_be_rolled_back() -> None:
    sku = Sku(goods_id=GoodsFactory().pk, price=Decimal(-1))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(sku)
    assert sku.pk is None
    assert sku._state.adding
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            insert(sku)
        assert transaction.get_rollback()
        transaction.set_rollback(True)


def test_a_value_of_another_kind_is_refused() -> None:
    named = Prepared(lambda code: Sku.objects.filter(code=code))
    for value in (None, 1.5, Decimal(1)):
        with pytest.raises(TypeError, match="prepared statement"):
            named(code=value)


def test_it_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Any] = []

    def build(pk: Any) -> Any:
        built.append(pk)
        return Sku.objects.filter(pk=pk)

    prepared = Prepared(build)
    for sku in (SkuFactory(), SkuFactory()):
        assert prepared(pk=sku.pk) == [sku]
    assert len(built) == 1


def test_threads_share_no_statement() -> None:
    """Django's compilers keep the parameters they were run with; one in two threads would mix them up."""
    built: list[int] = []

    def build(pk: Any) -> Any:
        built.append(threading.get_ident())
        return Sku.objects.filter(pk=pk).order_by()

    prepared = Prepared(build)

    def run() -> None:
        prepared(pk=1)
        connection.close()

    prepared(pk=1)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert len(set(built)) == 2
