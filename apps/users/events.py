"""What happens to users that other rooms act on in the same transaction."""

import uuid
from dataclasses import dataclass

from apps.common.events import Event


@dataclass(frozen=True, kw_only=True)
class UserSignedIn(Event):
    """Somebody registered or logged in; `guest_cart` is the cart that their client filled before, if it names one."""

    user_id: int
    guest_cart: uuid.UUID | None
