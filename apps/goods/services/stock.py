"""The only place where stock moves: a conditional UPDATE beside a row of the ledger, in one transaction."""

from collections.abc import Collection, Mapping

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import InvalidInput
from apps.common.prepared import PreparedUpdate, insert
from apps.common.transactions import atomic_with_retry
from apps.goods.exceptions import AdjustmentRefused, InsufficientStock
from apps.goods.models import Sku, StockMovement

MAX_PIECES = 999_999  # that staff move or open at once
_take_if_there = PreparedUpdate(
    lambda sku_id, pieces: (Sku.objects.filter(pk=sku_id, stock__gte=pieces), {"stock": F("stock") - pieces})
)


def take(*, quantities: Mapping[int, int], reference: str) -> None:
    """Take stock for an order: `quantities` maps SKU ids to pieces, `reference` is the order's number.

    Rows are taken in the order of their keys, so that two orders for the same SKUs never wait for each other in
    a circle. Joins the caller's transaction, which must roll back when this raises InsufficientStock.
    """
    _check(quantities)
    for sku_id in sorted(quantities):
        _take_one(sku_id, quantities[sku_id])
    _book({sku_id: -pieces for sku_id, pieces in quantities.items()}, StockMovement.Reason.ORDER, reference)


def _take_one(sku_id: int, pieces: int) -> None:
    # The condition stands in the UPDATE itself: whoever comes second finds the stock the first one left.
    if not _take_if_there(sku_id=sku_id, pieces=pieces):
        left = Sku.objects.filter(pk=sku_id).values_list("stock", flat=True).first()
        raise InsufficientStock(sku_id=sku_id, available=left or 0)


def give_back(*, quantities: Mapping[int, int], reason: StockMovement.Reason, reference: str) -> None:
    """Return what an order had taken. Joins the caller's transaction; the caller proves it happens once."""
    _check(quantities)
    for sku_id in sorted(quantities):
        Sku.objects.filter(pk=sku_id).update(stock=F("stock") + quantities[sku_id])
    _book(quantities, reason, reference)


@transaction.atomic
def open_stock(*, sku: Sku, pieces: int, actor_id: int | None = None) -> None:
    """Give a new SKU its opening stock, as the first row of its ledger.

    Raises InvalidInput for a negative number, and for a SKU whose ledger has begun already.
    """
    open_stocks(quantities={sku.pk: pieces}, actor_id=actor_id)
    sku.stock = pieces or sku.stock


@transaction.atomic
def open_stocks(*, quantities: Mapping[int, int], reference: str = "", actor_id: int | None = None) -> None:
    """Give new SKUs their opening stock: `quantities` maps SKU ids to pieces; with none a SKU stays without ledger.

    Raises InvalidInput for a negative number, and if the ledger of any of them has begun; then none is opened.
    """
    _refuse_negative(quantities)
    opening = {sku_id: pieces for sku_id, pieces in quantities.items() if pieces}
    # The UPDATE locks the rows; only then is the ledger asked, so that of two openings the second one sees the first.
    opened = sum(
        Sku.objects.filter(pk__in=sku_ids, stock=0).update(stock=pieces) for pieces, sku_ids in _alike(opening)
    )
    if opened < len(opening) or StockMovement.objects.filter(sku__in=opening).exists():
        raise InvalidInput(fields={"stock": [_("This SKU already has a stock; adjust it instead.")]})
    _book(opening, StockMovement.Reason.OPENING, reference, actor_id=actor_id)


@transaction.atomic
def set_counted(*, quantities: Mapping[int, int], reference: str) -> None:
    """Bring SKUs to the stock that an import gives: `quantities` maps SKU ids to pieces.

    The SKUs are locked before the difference is taken, so that what is sold meanwhile counts. Each difference is a
    row of the ledger. Raises InvalidInput for a negative number; then no stock is moved.
    """
    _refuse_negative(quantities)
    found = Sku.objects.select_for_update().filter(pk__in=quantities).order_by("pk").values_list("pk", "stock")
    deltas = {sku_id: quantities[sku_id] - stock for sku_id, stock in found if quantities[sku_id] != stock}
    for delta, sku_ids in _alike(deltas):
        Sku.objects.filter(pk__in=sku_ids).update(stock=F("stock") + delta)
    _book(deltas, StockMovement.Reason.IMPORT, reference)


@atomic_with_retry
def adjust(
    *,
    sku_id: int,
    delta: int,
    note: str,
    actor_id: int | None = None,
    reason: StockMovement.Reason = StockMovement.Reason.ADJUSTMENT,
) -> StockMovement:
    """Add to a SKU's stock, or take from it, by a number of pieces and for a reason that staff state.

    Returns the row of the ledger.

    Raises InsufficientStock if the stock would fall below zero, InvalidInput for no change,
    no note or an unknown SKU.
    """
    if delta == 0:
        raise InvalidInput(fields={"delta": [_("Say by how much the stock changes.")]})
    if not note.strip():
        raise InvalidInput(fields={"note": [_("Say why the stock changes.")]})
    if delta < 0:
        _take_one(sku_id, -delta)
    elif not Sku.objects.filter(pk=sku_id).update(stock=F("stock") + delta):
        raise InvalidInput(fields={"sku": [_("There is no such SKU.")]})
    return _book({sku_id: delta}, reason, "", note=note.strip(), actor_id=actor_id)[0]


@atomic_with_retry
def adjust_all(*, sku_ids: Collection[int], delta: int, note: str, actor_id: int | None = None) -> None:
    """Adjust several SKUs alike, for one reason: all of them or none.

    Raises AdjustmentRefused, which tells of every SKU that would fall below zero, or InvalidInput as `adjust` does.
    """
    available = {}
    for sku_id in sorted(sku_ids):
        try:
            adjust(sku_id=sku_id, delta=delta, note=note, actor_id=actor_id)
        except InsufficientStock as refusal:
            available[sku_id] = int(refusal.members["available"])
    if available:
        raise AdjustmentRefused(available=available)


def _check(quantities: Mapping[int, int]) -> None:
    """Stop a caller who forgot the transaction, or would take a negative number: both are mistakes in our code."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("stock moves inside the transaction of its cause")
    if any(pieces < 1 for pieces in quantities.values()):
        raise ValueError("stock moves by whole pieces")


def _refuse_negative(quantities: Mapping[int, int]) -> None:
    if any(pieces < 0 for pieces in quantities.values()):
        raise InvalidInput(fields={"stock": [_("Stock cannot be negative.")]})


def _alike(quantities: Mapping[int, int]) -> list[tuple[int, list[int]]]:
    """Return each number once, with the SKUs it belongs to, so that one UPDATE serves them all."""
    alike: dict[int, list[int]] = {}
    for sku_id, pieces in sorted(quantities.items()):
        alike.setdefault(pieces, []).append(sku_id)
    return list(alike.items())


def _book(
    deltas: Mapping[int, int],
    reason: StockMovement.Reason,
    reference: str,
    *,
    note: str = "",
    actor_id: int | None = None,
) -> list[StockMovement]:
    movements = [
        StockMovement(sku_id=sku_id, delta=delta, reason=reason, reference=reference, note=note, actor_id=actor_id)
        for sku_id, delta in sorted(deltas.items())
    ]
    insert(*movements)
    return movements
