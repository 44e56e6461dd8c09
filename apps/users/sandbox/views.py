"""Where the sandbox asks a person who they are, and whether the shop may know."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views import View

from apps.common import problems
from apps.users.gateways import third_party_sandbox

# No script, nothing from elsewhere, in nobody's frame.
PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


class PersonForm(forms.Form):
    """Who is asked."""

    nickname = forms.CharField(label=_("Nickname"), max_length=30, initial="小满")


class AskView(View):
    """Play the page at which WeChat shows its QR code; a person of one's own invention stands for the phone."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not third_party_sandbox.is_open():
            raise Http404
        asked = {"app_id": request.GET.get("appid", ""), "redirect_uri": request.GET.get("redirect_uri", "")}
        if not third_party_sandbox.is_asked_by_us(**asked):
            return problems.answer(request, 400)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(PersonForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Lead back with a code, or, as WeChat does when somebody says no, without one."""
        back = {"state": request.GET.get("state", "")}
        redirect_uri = request.GET["redirect_uri"]
        if "allow" in request.POST:
            form = PersonForm(request.POST)
            if not form.is_valid():
                return self._show(form, status=400)
            back["code"] = third_party_sandbox.issue_code(redirect_uri=redirect_uri, **form.cleaned_data)
        return HttpResponseRedirect(f"{redirect_uri}?{urlencode(back)}")

    def _show(self, form: PersonForm, *, status: int = 200) -> HttpResponse:
        response = render(self.request, "users/third_party/sandbox.html", {"form": form}, status=status)
        response["Content-Security-Policy"] = PAGE_POLICY
        response["Cache-Control"] = "no-store"
        return response
