"""What the shop asks a tracking service about a parcel, and what it is told."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Which parcel is meant. `carrier` is the service's code; some carriers want the recipient's `mobile`, too."""

    carrier: str
    tracking_number: str
    mobile: str
    shipped_at: datetime


@dataclass(frozen=True, kw_only=True)
class Scan:
    """Where a parcel was seen, when, and what the carrier says of it."""

    happened_at: datetime
    place: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Course:
    """A parcel's way so far, in any order; `delivered_at` is none as long as the recipient has not got it."""

    scans: tuple[Scan, ...] = ()
    delivered_at: datetime | None = None
