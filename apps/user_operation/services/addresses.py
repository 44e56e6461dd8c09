"""Delivery addresses: the names as typed, and the region they mean."""

from typing import TypedDict, Unpack

from django.conf import settings

from apps.common.transactions import atomic_with_retry
from apps.regions.models import Region
from apps.regions.services.lookup import find_region
from apps.user_operation.exceptions import TooManyAddresses
from apps.user_operation.models import Address
from apps.users.models import UserProfile


class AddressText(TypedDict, total=False):
    """What people type; what they leave untouched is absent."""

    province: str
    city: str
    district: str
    address: str
    recipient_name: str
    recipient_mobile: str


@atomic_with_retry
def add_address(*, user_id: int, **text: Unpack[AddressText]) -> Address:
    """Keep a new address of the user, with its region where the names mean one.

    Raises TooManyAddresses at `settings.MAX_ADDRESSES`; the user's row is locked, so that none slips in between.
    """
    UserProfile.objects.select_for_update().only("pk").get(pk=user_id)
    if Address.objects.filter(user_id=user_id).count() >= settings.MAX_ADDRESSES:
        raise TooManyAddresses
    address = Address(user_id=user_id, **text)
    address.region = _region_of(address)
    address.save()
    return address


@atomic_with_retry
def change_address(*, kept: Address, **text: Unpack[AddressText]) -> Address:
    """Write what was typed anew over an address, and find its region again."""
    for field, value in text.items():
        setattr(kept, field, value)
    kept.region = _region_of(kept)
    kept.save(update_fields=[*text, "region"])
    return kept


def _region_of(address: Address) -> Region | None:
    return find_region(province=address.province, city=address.city, district=address.district)
