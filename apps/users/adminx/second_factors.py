"""The second factor of staff: the page that sets it up and asks for it, and the action that takes it away."""

from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from xadmin.views import BaseAdminView
from xadmin_compat.actions import ServiceAction
from xadmin_compat.options import ReadOnly, SuperusersOnly

from apps.common import problems
from apps.common.exceptions import ShopError
from apps.users.middleware import OFFICE, PAGE, SHOWN
from apps.users.models import SecondFactor, UserProfile
from apps.users.services import second_factors

HANDED_OUT = _("Hand it to %(name)s in person, it is shown this once, and good once within eight hours: %(code)s")
# Under this name a session remembers which second factor it has begun to set up.
BEGUN = "second_factor_begun"


class SecondFactorView(BaseAdminView):
    """Set the second factor up, show it, or look after the recovery codes: whatever is next."""

    @method_decorator(never_cache)
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page()

    @method_decorator(never_cache)
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        code = request.POST.get("otp", "").replace(" ", "")
        try:
            if second_factors.factor_of(user=self.user) is None and self.begun() is None:
                return self.begin(code)
            recovery_codes = self.take(code)
        except ShopError as refusal:
            return self.refused(refusal)
        self.remember()
        return self.page(recovery_codes=recovery_codes) if recovery_codes else HttpResponseRedirect(self.way_on())

    def init_request(self, *args: Any, **kwargs: Any) -> None:
        if not settings.STAFF_SECOND_FACTOR:
            raise Http404

    def begun(self) -> SecondFactor | None:
        """Return what this very session has begun to set up; another one of the same user is shown nothing of it."""
        return second_factors.begun_enrolment(user=self.user, factor_id=self.request.session.get(BEGUN, 0))

    def begin(self, code: str) -> HttpResponse:
        """Use the code that was handed out, and let this session set the second factor up."""
        factor = second_factors.begin_enrolment(user=self.user, code=code)
        self.request.session.cycle_key()
        self.request.session[BEGUN] = factor.pk
        return HttpResponseRedirect(f"{PAGE}?{urlencode({'next': self.way_on()})}")

    def take(self, code: str) -> list[str]:
        """Use the code for what the page asked it for; returns recovery codes if there are new ones to be shown."""
        if begun := self.begun():
            return second_factors.confirm_enrolment(factor=begun, code=code)
        if "renew" in self.request.POST:
            return second_factors.renew_recovery_codes(user=self.user, code=code)
        second_factors.check_second_factor(user=self.user, code=code)
        return []

    def remember(self) -> None:
        """Let this session in, under another key than before."""
        factor = second_factors.factor_of(user=self.user)
        self.request.session.cycle_key()
        self.request.session[SHOWN] = factor.pk if factor else None

    def refused(self, refusal: ShopError) -> TemplateResponse:
        """Show the page with what was wrong; who is to come back later is told so as by the API."""
        page = self.page(error=refusal.title if refusal.fields else refusal.detail)
        if refusal.retry_after is not None:
            page.status_code = refusal.status
            problems.add_headers(page, problems.wait_of(refusal))
        return page

    def page(self, **more: Any) -> TemplateResponse:
        factor = second_factors.factor_of(user=self.user)
        context = {**self.get_context(), "title": _("Second factor"), "next": self.way_on(), **more}
        if begun := self.begun():
            address = second_factors.address_for_app(factor=begun)
            context["address"] = address
            context["qr"] = segno.make(address, error="m").svg_data_uri(scale=5, border=4)
        elif factor is None:
            context["is_new"] = True
        elif self.request.session.get(SHOWN) == factor.pk:
            context["left"] = second_factors.count_recovery_codes(factor=factor)
        return TemplateResponse(self.request, "users/second_factor.html", context)

    def way_on(self) -> str:
        """Return the page of the back office that was asked for first, and never one elsewhere."""
        wanted = self.request.POST.get("next") or self.request.GET.get("next", "")
        ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith(OFFICE)
        return wanted if ours else OFFICE


class HandOutEnrolment(SuperusersOnly, ServiceAction):
    """Gives a member of staff the code with which they set up their second factor, and shows it once."""

    action_name = "hand_out_enrolment"
    description = _("Code for the second factor")
    icon = "fa fa-mobile"
    right = "users.add_secondfactor"

    @classmethod
    def fits(cls, row: UserProfile) -> bool:
        return settings.STAFF_SECOND_FACTOR and row.is_staff and second_factors.factor_of(user=row) is None

    def name(self, row: UserProfile) -> str:
        return row.username

    def act(self, row: UserProfile, **answers: Any) -> None:
        code = second_factors.hand_out_enrolment(user=row)
        self.message_user(HANDED_OUT % {"name": row.username, "code": code}, "success")


class ResetSecondFactor(SuperusersOnly, ServiceAction):
    """Takes the second factor from somebody who lost it."""

    action_name = "reset_second_factor"
    description = _("Reset")
    icon = "fa fa-unlock"
    right = "users.delete_secondfactor"

    def name(self, row: SecondFactor) -> str:
        return str(row.user)

    def act(self, row: SecondFactor, **answers: Any) -> None:
        second_factors.reset_second_factor(user=row.user)


class SecondFactorAdmin(SuperusersOnly, ReadOnly):
    """Who has a second factor; the secrets are shown to nobody."""

    model_icon = "fa fa-key"
    list_display = ("user", "created_at", "enrolment_until", "confirmed_at")
    list_exclude = ("enrolment_hash", "secret", "key_id", "last_step")
    exclude = ("enrolment_hash", "secret", "key_id", "last_step")
    search_fields = ("user__username",)
    actions = (ResetSecondFactor,)


class RecoveryCodeAdmin(SuperusersOnly, ReadOnly):
    """Which recovery codes were used, and when."""

    model_icon = "fa fa-medkit"
    list_display = ("id", "factor", "used_at")
    list_filter = ("used_at",)
    list_exclude = ("code_hash",)
    exclude = ("code_hash",)
    search_fields = ("factor__user__username",)
