"""Forms of rows that are sent twice, as by a double click."""

from collections.abc import Callable, Iterator
from typing import Any

from crispy_forms.layout import HTML
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from xadmin_compat import once
from xadmin_compat.patching import Bench, repair


@repair
def forms_sent_twice(bench: Bench) -> None:
    """A form that was sent twice was saved twice: one goods too many, or one more row of its inlines.

    Every form carries a token, and by it `saved_once` knows it again.
    """
    old = bench.original("xadmin.views.edit:ModelFormAdminView.get_form_helper")

    @bench.replace("xadmin.views.edit:ModelFormAdminView.get_form_helper")
    def get_form_helper(self: Any) -> Any:
        helper = old(self)
        field = format_html('<input type="hidden" name="{}" value="{}">', once.FIELD, _token_of(self))
        helper.layout.append(HTML(field))
        return helper


def _token_of(view: Any) -> str:
    """Return the token of the form, the same as long as it was not saved: whoever clicks on goes on with this form."""
    sent = view.request.POST.get(once.FIELD, "")
    goes_on = once.is_good(sent) and not getattr(view, "form_is_spent", False)
    return str(sent) if goes_on else once.new_token()


class _NotSaved(Exception):
    """The form is shown again, so it was not saved; carries the page."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self.page = page


def saved_once(view: Any, views: Iterator[Any], save: Callable[[Any], Any]) -> Any:
    """Save a form by the next of the views, or answer as the first time if it was saved already.

    Raises what `once.save_once` does, and what a rule of the shop refuses.
    """
    answers: list[Any] = []

    def save_and_name() -> str:
        worker = next(views)
        answer = save(worker)
        if not hasattr(worker, "new_obj"):
            raise _NotSaved(answer)
        answers.append(answer)
        return str(worker.new_obj.pk)

    try:
        saved_before = once.save_once(user=view.user, request=view.request, save=save_and_name)
    except _NotSaved as shown:
        return shown.page
    return answers[-1] if saved_before is None else _answered_again(view, saved_before)


def _answered_again(view: Any, key: str) -> Any:
    view.message_user(_("This form was sent before, and is not saved twice."), "warning")
    view.new_obj = view.get_object(key)
    if view.new_obj is None:  # somebody has deleted it meanwhile
        return HttpResponseRedirect(view.model_admin_url("changelist"))
    answer = view.post_response()
    return HttpResponseRedirect(answer) if isinstance(answer, str) else answer
