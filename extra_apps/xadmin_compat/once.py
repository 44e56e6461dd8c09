"""A form that is sent twice, as by a double click or by loading its answer again, has its effect once.

Each form that is shown carries a token of its own. Who keeps which of them had their effect is a setting
(`ANSWER_ONCE`): the overlay knows no app.
"""

import hashlib
import json
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import Conflict
from apps.common.idempotency import comparable

FIELD = "once"
# Well within the 24 hours for which it is kept what a token did: an older form might have its effect again.
GOOD_FOR = timedelta(hours=12)
DONE = 200
# What may differ between two clicks on one form: which of the buttons it was, and the mask of the CSRF token.
NOT_TYPED = frozenset({"_save", "_continue", "_addanother", "csrfmiddlewaretoken"})
# Seconds to wait, again and again, for the first of two clicks: a page that says "in a moment" invites a third.
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.5, 2.0)
_signer = signing.TimestampSigner(salt="xadmin_compat.once")


class TooOld(Conflict):
    """The form was opened so long ago that nobody would remember whether it had its effect."""

    type = "form_too_old"
    title = _("This form was open for too long, and nothing was saved. Please look it over and save it again.")


class Spent(Conflict):
    """The form had its effect, and now says something else."""

    type = "form_spent"
    title = _(
        "This form was saved before, and what it says now is not saved yet. If it shall be saved beside or over what "
        "was saved then, save it again."
    )


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
    return not _answer(user=user, route=route, key=f"{token} {part}", request=part, effect=effect).is_replay


def save_once(*, user: Any, request: HttpRequest, save: Callable[[], str]) -> str | None:
    """Run `save` in a transaction, unless this form was saved before; returns what it returned then, else None.

    What is saved names itself: `save` returns the row's key. Whoever sends the form while it is being saved waits.
    Runs again and raises as above; and TooOld, or Spent for a form that says something else than when it was saved.
    """
    token = request.POST[FIELD]
    if not is_good(token):
        raise TooOld
    said = _said_in(request)
    keep = partial(_answer, user=user, route="xadmin form", key=token, request="save")
    answer = _patiently(lambda: keep(effect=lambda: {"row": save(), "said": said}))
    if not answer.is_replay:
        return None
    if answer.body["said"] != said:
        raise Spent
    return str(answer.body["row"])


def _answer(**given: Any) -> Any:
    answer_once: Any = import_string(settings.ANSWER_ONCE)
    return answer_once(status=DONE, **given)


def _patiently(ask: Callable[[], Any]) -> Any:
    for pause in PAUSES:
        try:
            return ask()
        except Conflict as refusal:
            if refusal.retry_after is None:  # of the save itself
                raise
            time.sleep(pause)
    return ask()


def _said_in(request: HttpRequest) -> str:
    """Return a hash of what the form says; with the token in it, which is kept nowhere, it gives nothing away."""
    said = {**comparable(request.POST), **comparable(request.FILES)}
    told = {name: value for name, value in said.items() if name not in NOT_TYPED}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
