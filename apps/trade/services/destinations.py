"""Where an order goes: the region that its freight is charged for, and an address that lies in it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.common.exceptions import InvalidInput
from apps.regions.services.lookup import begin_with_region, begins_elsewhere, find_region_of_address, regions_for

MAX_ADDRESS = 300


@dataclass(frozen=True, kw_only=True)
class Destination:
    """The region that is charged for, as far as it is known, and the address as the parcel's label says it."""

    region_code: int | None
    address: str


def find_destination(*, address: str, region_code: int | None, needed: bool) -> Destination:
    """Return where it goes, by what the buyer wrote and by the code that their client sent, if it did.

    The narrower of the two counts. The parcel goes where it was charged for: with a code, the address begins with the
    full name of that region, and what it does not say of it is put in front. Raises InvalidInput for an unknown code,
    and for an address that begins with another province or city than the code's: nobody pays for a place that the
    parcel does not go to.

    Only the beginning is read. Not seen is another place further on (`浙江省杭州市西湖区 转 西藏拉萨市`), a city or a
    district that the table of regions lacks, as those of Taiwan, a district without its city, or an autonomous
    prefecture by half of its name. Then the label begins with the region that was paid for, and staff see that region
    beside the address. Without a code the text alone decides, and it stays as it is.
    """
    if region_code is None:
        found = find_region_of_address(address) if needed else None
        return Destination(region_code=found.code if found else None, address=address)
    regions = regions_for(address, region_code)
    if not any(region.code == region_code for region in regions):
        raise InvalidInput(fields={"region_code": [_("There is no region of this code.")]})
    if begins_elsewhere(address, region_code, regions):
        raise InvalidInput(fields={"region_code": [_("The address lies in another region.")]})
    narrower, full_address = begin_with_region(address, region_code, regions)
    if len(full_address) > MAX_ADDRESS:
        raise InvalidInput(fields={"address": [_("The address is too long.")]})
    return Destination(region_code=narrower, address=full_address)
