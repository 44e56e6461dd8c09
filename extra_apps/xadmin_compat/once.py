"""A form that is sent twice, as by a double click or by loading its answer again, has its effect once.

Each form that is shown carries a token of its own. Who keeps which of them had their effect is a setting
(`ANSWER_ONCE`): the overlay knows no app.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.module_loading import import_string

FIELD = "once"
# Well within the 24 hours for which it is kept what a token did: an older form might have its effect again.
GOOD_FOR = timedelta(hours=12)
DONE = 200
_signer = signing.TimestampSigner(salt="xadmin_compat.once")


def new_token() -> str:
    """Return what a form carries when it is shown."""
    return _signer.sign(uuid.uuid4().hex)


def is_good(token: str) -> bool:
    """Tell whether the shop gave this token to a form, and not too long ago."""
    try:
        _signer.unsign(token, max_age=GOOD_FOR)
    except signing.BadSignature:
        return False
    return True


def have_once(*, user: Any, route: str, token: str, part: str, effect: Callable[[], None]) -> bool:
    """Run `effect` in a transaction, unless this part of the form had its own; tells whether it ran.

    The effect runs again when its transaction gets lost, so it leaves what it was given as it is. One that raises
    leaves the part to be sent again. Raises the keeper's refusals: it is under way, or the database cannot tell.
    """
    answer_once: Any = import_string(settings.ANSWER_ONCE)
    answer = answer_once(user=user, route=route, key=f"{token} {part}", request=part, status=DONE, effect=effect)
    return not answer.is_replay
