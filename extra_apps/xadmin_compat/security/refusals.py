"""What a rule of the shop refuses while something is saved, and a transaction that lost a race for locks."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db.models import ProtectedError, RestrictedError
from django.http import HttpResponseRedirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.common.exceptions import FieldErrors, ShopError
from apps.common.transactions import atomic_with_retry
from xadmin_compat import once
from xadmin_compat.patching import Bench, repair
from xadmin_compat.security.repeats import saved_once

T = TypeVar("T")

Refusal = ShopError | ProtectedError | RestrictedError
REFUSALS = (ShopError, ProtectedError, RestrictedError)
WHOLE_FORM = "__all__"


@repair
def refused_forms(bench: Bench) -> None:
    """A rule that refused while a form was being saved was a 500, and so was a row that others hold on to.

    The form comes back with what the rule said, and nothing is written. Losing a race for locks was a 500, too: the
    whole is run again, with a view of its own, for the first one holds rows that may not be true any more.
    """
    old = bench.original("xadmin.views.edit:ModelFormAdminView.post")

    @bench.replace("xadmin.views.edit:ModelFormAdminView.post")
    def post(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        views = _views(self)

        def save(view: Any) -> Any:
            return old(view, request, *args, **kwargs)

        try:
            return saved_once(self, views, save) if once.FIELD in request.POST else _run(views, save)
        except REFUSALS as refusal:
            again = next(views)
            again.form_is_spent = isinstance(refusal, once.Spent)
            return _shown_again(again, refusal)


@repair
def refused_deletions(bench: Bench) -> None:
    """A deletion that a rule refused, or a row that holds on to it, was a 500; now its page comes back and says so."""
    old = bench.original("xadmin.views.delete:DeleteAdminView.post")

    @bench.replace("xadmin.views.delete:DeleteAdminView.post")
    def post(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return _run(_views(self), lambda view: old(view, request, *args, **kwargs))
        except REFUSALS as refusal:
            return _said(self, refusal)


@repair
def refused_actions(bench: Bench) -> None:
    """A rule that refused an action of a list was a 500; now the list comes back and says so."""
    old = bench.original("xadmin.views.list:ListAdminView.post")

    @bench.replace("xadmin.views.list:ListAdminView.post")
    def post(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return old(self, request, *args, **kwargs)
        except REFUSALS as refusal:
            return _said(self, refusal)


@repair
def refused_patches(bench: Bench) -> None:
    """A rule that refused what was typed into a list was a 500; now it stands beside the field."""
    old = bench.original("xadmin.plugins.editable:EditPatchView.post")

    @bench.replace("xadmin.plugins.editable:EditPatchView.post")
    def post(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return _run(_views(self), lambda view: old(view, request, *args, **kwargs))
        except REFUSALS as refusal:
            said = [str(message) for messages in _messages(refusal).values() for message in messages]
            errors = [{"id": WHOLE_FORM, "name": WHOLE_FORM, "errors": said}]
            return self.render_response({"result": "error", "errors": errors})


def _run(views: Iterator[Any], save: Callable[[Any], T]) -> T:
    """Save by the first view, and by the next one when the database chose this transaction as victim."""

    @atomic_with_retry
    def saved() -> T:
        return save(next(views))

    return saved()


def _views(first: Any) -> Iterator[Any]:
    """Yield the view that was asked, and then new ones of its kind that read everything anew."""
    yield first
    while True:
        for file in first.request.FILES.values():
            file.seek(0)
        yield type(first)(first.request, *first.args, **first.kwargs)


def _shown_again(view: Any, refusal: Refusal) -> Any:
    view.instance_forms()
    view.setup_forms()
    view.valid_forms()
    for field, messages in _messages(refusal).items():
        view.form_obj.add_error(field if field in view.form_obj.fields else None, list(messages))
    return view.get_response()


def _said(view: Any, refusal: Refusal) -> HttpResponseRedirect:
    for messages in _messages(refusal).values():
        for message in messages:
            view.message_user(str(message), "error")
    return HttpResponseRedirect(view.request.get_full_path())


def _messages(refusal: Refusal) -> FieldErrors:
    if isinstance(refusal, ShopError):
        return refusal.fields or {WHOLE_FORM: [refusal.detail]}
    held_by = refusal.protected_objects if isinstance(refusal, ProtectedError) else refusal.restricted_objects
    names = sorted({capfirst(str(row._meta.verbose_name)) for row in held_by})
    return {WHOLE_FORM: [_("It cannot be deleted, for others refer to it: %(names)s.") % {"names": ", ".join(names)}]}
