"""Actions of the lists that do not write rows but call a service of the shop."""

from collections.abc import Callable
from copy import copy
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.template import loader
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from xadmin.layout import Col, Container, Fieldset, FormHelper, Layout
from xadmin.plugins.actions import ACTION_CHECKBOX_NAME, BaseActionView
from xadmin.util import model_format_dict
from xadmin.views import BaseAdminPlugin

from apps.common.exceptions import ShopError
from xadmin_compat import once
from xadmin_compat.answers import in_words


class ServiceAction(BaseActionView):
    """Ask in a form what the service wants to know, then call it for each chosen row.

    A subclass names the action, says in `right` which right it takes (`trade.change_order`), and calls the service
    in `act`. The right is asked of the account itself: a page's `remove_permissions` forbid typing, not moves. What
    cannot be undone takes a `level` of staff as well. What the service refuses is said, row by row; the other rows are
    done all the same.

    A form that is sent twice is done once for each row: `act` and its line in the log are one transaction with the
    note that the form had its effect. What calls a gateway (`asks_gateway`) must not do so in a transaction: there the
    note comes first, and a form that was sent is spent, whatever came of it.
    """

    right = ""
    level = 0
    form: type[forms.Form] = forms.Form
    # Before anything is done. What does not ask has no form, and must do no harm when it is done twice.
    asks = True
    asks_gateway = False
    # A page that asks names every row in a hidden input, and each row is a transaction while the browser waits.
    max_rows = 100
    icon = "fa fa-check"
    # Whether the log tells the answers; those that name people are kept where they can be erased.
    logs_answers = True
    # What is done with which answers, as the log says it.
    told = ""
    _held: list[tuple[str, str]] | None = None

    @classmethod
    def has_perm(cls, list_view: Any) -> bool:
        return bool(list_view.user.has_perm(cls.right) and list_view.user.reaches(cls.level))

    @classmethod
    def fits(cls, row: Any) -> bool:
        """Tell whether the row's own page should offer this; the service decides when it is called."""
        return True

    def act(self, row: Any, **answers: Any) -> None:
        """Call the service for one row, with what the form asked for."""
        raise NotImplementedError

    def name(self, row: Any) -> str:
        """Return what the row is called on the page that asks, and where it is refused."""
        return str(row)

    @property
    def label(self) -> str:
        return str(self.description) % model_format_dict(self.opts)

    @property
    def questions(self) -> type[forms.Form]:
        """The action's own form: xadmin puts the model's options before it, and they may have a `form`, too."""
        return next(cls.form for cls in type(self).__mro__[1:] if issubclass(cls, ServiceAction))

    def get_media(self) -> forms.Media:
        return super().get_media() + self.vendor("xadmin.page.form.js", "xadmin.form.css")

    def do_action(self, queryset: Any) -> TemplateResponse | None:
        if not self.has_perm(self):
            raise PermissionDenied
        rows = list(queryset[: self.max_rows + 1])
        if len(rows) > self.max_rows:
            self.message_user(_("At most %(count)s rows at once.") % {"count": self.max_rows}, "error")
            return None
        if not rows:
            self.message_user(_("What was chosen is not in this list any more."), "error")
            return None
        confirmed = "post" in self.request.POST or not self.asks
        form = self.questions(self.request.POST if confirmed else None)
        if not confirmed or not form.is_valid():
            return self.page(form, rows)
        if self.asks and not once.is_good(self.token):
            self.message_user(_("This form is too old, and nothing was done. Please open it again."), "error")
            return None
        self.told = in_words(self.label, form) if self.logs_answers else self.label
        self.act_on_all(rows, form.cleaned_data)
        return None

    def page(self, form: forms.Form, rows: list[Any]) -> TemplateResponse:
        form.helper = FormHelper()
        form.helper.form_tag = False
        form.helper.include_media = False
        fields = Fieldset("", *form.fields, css_class="unsort no_title")
        form.helper.add_layout(Layout(Container(Col("full", fields, horizontal=True, span=12))))
        context = self.get_context() | {
            "title": self.label,
            "form": form,
            "rows": [(row.pk, self.name(row)) for row in rows],
            "action": self.action_name,
            "checkbox": ACTION_CHECKBOX_NAME,
            "once": (once.FIELD, once.new_token()),
            "back": self.request.get_full_path(),
        }
        return TemplateResponse(self.request, "xadmin_compat/action.html", context)

    def act_on_all(self, rows: list[Any], answers: dict[str, Any]) -> None:
        done = repeated = 0
        for row in rows:
            try:
                is_first = self.do_once(str(row.pk), partial(self.act_and_log, row, answers))
            except ShopError as refusal:
                self.message_user(f"{self.name(row)}: {_text(refusal)}", "error")
                continue
            done += is_first
            repeated += not is_first
        if done:
            self.say_done(done)
        if repeated:
            self.say_repeated()

    def act_and_log(self, row: Any, answers: dict[str, Any]) -> None:
        row = copy(row)  # it may be done again, and must not find what was rolled back
        self.act(row, **answers)
        self.log("change", self.told, row)

    @property
    def token(self) -> str:
        return str(self.request.POST.get(once.FIELD, ""))

    def do_once(self, part: str, effect: Callable[[], None]) -> bool:
        """Have the effect unless this form had it; tells whether it was had now. Raises what the effect raises."""
        if not self.asks:
            effect()
            return True
        route = f"xadmin {self.action_name}"
        keep = partial(once.have_once, user=self.user, route=route, token=self.token, part=part)
        if not self.asks_gateway:
            return self._say_what_was_said(partial(keep, effect=partial(self._anew, effect)))
        is_first = keep(effect=lambda: None)
        if is_first:
            effect()
        return is_first

    def _anew(self, effect: Callable[[], None]) -> None:
        """Have the effect, perhaps again; what was said before was rolled back."""
        self._held = []
        effect()

    def _say_what_was_said(self, keep: Callable[[], bool]) -> bool:
        """Say what an action said only when it is committed: a code that was rolled back opens nothing."""
        try:
            is_first = keep()
        except BaseException:
            self._held = None
            raise
        held, self._held = self._held or [], None
        for message, level in held:
            self.message_user(message, level)
        return is_first

    def message_user(self, message: str, level: str = "info") -> None:
        if self._held is None:
            super().message_user(message, level)
        else:
            self._held.append((message, level))

    def say_done(self, count: int) -> None:
        self.message_user(_("%(action)s: %(count)d done.") % {"action": self.label, "count": count}, "success")

    def say_repeated(self) -> None:
        said = _("%(action)s: this form was sent before, and is not done twice. To do it once more, open it again.")
        self.message_user(said % {"action": self.label}, "warning")


def _text(refusal: ShopError) -> str:
    said = [str(message) for messages in refusal.fields.values() for message in messages]
    return " ".join(said) or str(refusal.detail)


class ActionButtons(BaseAdminPlugin):
    """Offers on a row's own page the actions that its list has."""

    actions: list[Any] = []

    def block_nav_btns(self, context: Any, nodes: list[str]) -> None:
        view = self.admin_view
        row = getattr(view, "org_obj", None)
        offered = [action for action in self.actions if self._offers(action, row)]
        if row is not None and offered:
            names = model_format_dict(view.opts)
            buttons = [(a.action_name, capfirst(str(a.description) % names), a.icon) for a in offered]
            shown = {"buttons": buttons, "row": row, "list": view.model_admin_url("changelist")}
            shown["checkbox"] = ACTION_CHECKBOX_NAME
            nodes.append(loader.render_to_string("xadmin_compat/action_buttons.html", shown, request=self.request))

    def _offers(self, action: Any, row: Any) -> bool:
        if not (isinstance(action, type) and issubclass(action, ServiceAction)):
            return False
        return action.has_perm(self.admin_view) and action.fits(row)
