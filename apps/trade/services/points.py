"""Points: earned by finished orders, spent on new ones, and what refunds do to both. A ledger beside each balance.

- A finished order earns `POINTS_EARNED_PER_YUAN` for each yuan that was paid for the goods the buyer keeps.
- Points spent on an order that is closed unpaid all return.
- A refund of pieces returns the share of the points that these pieces were paid with, and takes back what they
  had earned. An account cannot go negative: what is no longer there is not taken, and the shop bears it. The next
  refund of the order tries again.
- A refund of money without pieces moves no points.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal

from django.conf import settings
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from apps.common.exceptions import InvalidInput
from apps.common.money import ZERO
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import NotEnoughPoints
from apps.trade.models import Order, OrderLine, PointsAccount, PointsEntry
from apps.trade.services.allocation import part_of
from apps.users.models import UserProfile

Reason = PointsEntry.Reason
ONE_POINT = Decimal(1)


def balance_of(*, user: UserProfile) -> int:
    """Return the buyer's points; who never earned any has none."""
    return PointsAccount.objects.filter(user=user).values_list("balance", flat=True).first() or 0


def check_balance(*, user: UserProfile, wanted: int) -> None:
    """Raise NotEnoughPoints if the buyer has fewer than they would spend."""
    available = balance_of(user=user)
    if available < wanted:
        raise NotEnoughPoints(available=available)


def earned_for(amount: Decimal) -> int:
    """Return the points that so many yuan earn; parts of a point are none."""
    return int((amount * settings.POINTS_EARNED_PER_YUAN).to_integral_value(rounding=ROUND_DOWN))


def spend_points(*, order: Order, points: int) -> None:
    """Take the points that an order is paid with, once. Joins the caller's transaction.

    Raises NotEnoughPoints, and the caller must roll back.
    """
    # The balance stands in the UPDATE itself: points that two orders want at once are spent by one.
    account = PointsAccount.objects.filter(user=order.user_id)
    if not account.filter(balance__gte=points).update(balance=F("balance") - points):
        available = account.values_list("balance", flat=True).first()
        raise NotEnoughPoints(available=available or 0)
    _book(account.get(), -points, Reason.SPENT, order=order, reference=order.number)


def return_spent(*, order: Order, points: int) -> None:
    """Give back what an order that was closed unpaid had been paid with; the caller proves it happens once."""
    if points:
        _credit(order.user_id, points, Reason.CLOSED, order=order, reference=order.number)


def earn_for_order(*, order: Order) -> None:
    """Credit what a finished order earns, once, however often it becomes finished."""
    if PointsEntry.objects.filter(reason=Reason.EARNED, reference=order.number).exists():
        return
    earned = earned_for(_kept(list(order.lines.all())))
    if earned:
        _credit(order.user_id, earned, Reason.EARNED, order=order, reference=order.number)


def return_and_take_back(*, order: Order, refund_number: str, pieces: Mapping[int, int], is_last: bool) -> None:
    """Return points spent, and take back points earned, for pieces that went back: `pieces` maps lines to pieces.

    Joins the transaction that completes the refund. The rules stand above.
    """
    lines = list(order.lines.select_for_update().order_by("pk"))
    returned = 0
    for line in lines:
        gone = line.quantity - line.settled_quantity if is_last else pieces.get(line.pk, 0)
        returned += _mark_back(line, min(gone, line.quantity - line.settled_quantity))
    if returned:
        _credit(order.user_id, returned, Reason.REFUND_RETURNED, order=order, reference=refund_number)
    _take_back_earned(order, lines, refund_number)


def _mark_back(line: OrderLine, gone: int) -> int:
    """Mark pieces of a line as back; return the points that they were paid with."""
    if not gone:
        return 0
    before = _points_of(line)
    line.settled_quantity += gone
    OrderLine.objects.filter(pk=line.pk).update(settled_quantity=line.settled_quantity)
    return _points_of(line) - before


def _points_of(line: OrderLine) -> int:
    """Return the points that the settled pieces of a line were paid with."""
    spent = Decimal(line.points_spent)
    return int(part_of(spent, pieces=line.settled_quantity, of=line.quantity, unit=ONE_POINT))


def _kept(lines: Sequence[OrderLine]) -> Decimal:
    """Return what was paid for the pieces that the buyer keeps."""
    settled = (part_of(line.amount, pieces=line.settled_quantity, of=line.quantity) for line in lines)
    return sum((line.amount for line in lines), ZERO) - sum(settled, ZERO)


def _take_back_earned(order: Order, lines: Sequence[OrderLine], refund_number: str) -> None:
    entries = PointsEntry.objects.filter(order=order, reason__in=[Reason.EARNED, Reason.REFUND_TAKEN])
    has_now = entries.aggregate(sum=Sum("delta"))["sum"] or 0
    too_many = has_now - earned_for(_kept(lines))
    if not has_now or too_many <= 0:
        return
    account = PointsAccount.objects.select_for_update().get(user=order.user_id)
    taken = min(too_many, account.balance)
    if taken:
        PointsAccount.objects.filter(pk=account.pk).update(balance=F("balance") - taken)
        note = "" if taken == too_many else _("%(points)s were spent already") % {"points": too_many - taken}
        _book(account, -taken, Reason.REFUND_TAKEN, order=order, reference=refund_number, note=note)


@atomic_with_retry
def adjust_points(*, account: PointsAccount, delta: int, note: str, actor_id: int | None) -> None:
    """Add points to an account or take some from it, for a reason that staff state.

    Raises InvalidInput for no change or no reason, NotEnoughPoints if the balance would be negative.
    """
    if not delta:
        raise InvalidInput(fields={"delta": [_("Say by how much the points change.")]})
    if not note.strip():
        raise InvalidInput(fields={"note": [_("Say why the points change.")]})
    enough = PointsAccount.objects.filter(pk=account.pk, balance__gte=-delta)
    if not enough.update(balance=F("balance") + delta):
        account.refresh_from_db()
        raise NotEnoughPoints(available=account.balance)
    _book(account, delta, Reason.ADJUSTMENT, note=note.strip(), actor_id=actor_id)


def _credit(user_id: int, points: int, reason: Reason, *, order: Order, reference: str) -> None:
    account, _is_new = PointsAccount.objects.get_or_create(user_id=user_id)
    PointsAccount.objects.filter(pk=account.pk).update(balance=F("balance") + points)
    _book(account, points, reason, order=order, reference=reference)


def _book(
    account: PointsAccount,
    delta: int,
    reason: Reason,
    *,
    order: Order | None = None,
    reference: str | None = None,
    note: str = "",
    actor_id: int | None = None,
) -> None:
    PointsEntry.objects.create(
        account=account, delta=delta, reason=reason, order=order, reference=reference, note=note, actor_id=actor_id
    )
