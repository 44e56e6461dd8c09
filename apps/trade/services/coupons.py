"""Coupons: claimed, used for an order, and given back. Each step is a conditional UPDATE that one caller wins."""

import uuid

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.common.exceptions import InvalidInput
from apps.common.transactions import atomic_with_retry
from apps.trade.exceptions import CouponGone, CouponNotUsable, NoSuchCoupon
from apps.trade.models import Coupon, CouponGrant, Order
from apps.users.models import UserProfile


@atomic_with_retry
def claim_coupon(*, user: UserProfile, public_id: uuid.UUID) -> CouponGrant:
    """Give the user a coupon that everybody may claim.

    Raises NoSuchCoupon (404) for one that needs a code, too, and CouponGone; then nothing is counted.
    """
    coupon = Coupon.objects.filter(public_id=public_id, code=None).first()
    if coupon is None:
        raise NoSuchCoupon
    return _grant(coupon, user)


@atomic_with_retry
def redeem_code(*, user: UserProfile, code_word: str) -> CouponGrant:
    """Give the user the coupon that a code stands for, however it is spelt; raises InvalidInput and CouponGone."""
    coupon = Coupon.objects.filter(code=code_word.strip().upper()).first()
    if coupon is None:
        raise InvalidInput(fields={"code_word": [_("There is no coupon of this code.")]})
    return _grant(coupon, user)


@atomic_with_retry
def grant_coupon(*, coupon: Coupon, name: str) -> CouponGrant:
    """Give a coupon to the buyer of this user name, mobile or e-mail, as staff do; limits and period hold.

    Raises InvalidInput for nobody's name, and CouponGone.
    """
    user = UserProfile.objects.named(name).first()
    if user is None:
        raise InvalidInput(fields={"name": [_("There is no such account.")]})
    return _grant(coupon, user)


def _grant(coupon: Coupon, user: UserProfile) -> CouponGrant:
    # What is left stands in the UPDATE's own condition. It holds the coupon's row until the end, so that the
    # buyer's grants, counted after it, are all there are.
    left = Coupon.objects.running(timezone.now()).with_some_left().filter(pk=coupon.pk)
    if not left.update(claimed_count=F("claimed_count") + 1):
        raise CouponGone
    had = CouponGrant.objects.filter(coupon=coupon, user=user).count()
    if had >= coupon.user_limit:
        raise CouponGone(_("You have this coupon already."))
    return CouponGrant.objects.create(coupon=coupon, user=user, ordinal=had + 1)


def use_coupon(*, grant: CouponGrant, order: Order) -> None:
    """Use a coupon for an order. Joins the caller's transaction, which must roll back on CouponNotUsable."""
    unused = CouponGrant.objects.filter(pk=grant.pk, state=CouponGrant.State.UNUSED)
    if not unused.update(state=CouponGrant.State.USED, order=order, used_at=timezone.now()):
        raise CouponNotUsable


def return_coupon(*, order: Order) -> None:
    """Give back the coupon that was used for an order, if any. It is worth what its period says."""
    used = CouponGrant.objects.filter(order=order, state=CouponGrant.State.USED)
    used.update(state=CouponGrant.State.UNUSED, order=None, used_at=None)


@atomic_with_retry
def void_grant(*, grant: CouponGrant) -> None:
    """Take an unused coupon back from its buyer, as staff do; raises CouponNotUsable for any other."""
    unused = CouponGrant.objects.filter(pk=grant.pk, state=CouponGrant.State.UNUSED)
    if not unused.update(state=CouponGrant.State.VOID):
        raise CouponNotUsable
