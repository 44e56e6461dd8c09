"""The pages of `/oauth/`, where a shopper logs in and consents to log in to a sister application.

The shop's API knows its users by a token in a header, which a browser that comes from elsewhere cannot send; and the
sessions of the back office are none of the shop's. So the pages have a cookie of their own. It holds a token of a
session of the shop, for these pages alone: it is listed and ended like any other device.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider import views as toolkit
from oauth2_provider.exceptions import OAuthToolkitError
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from oauthlib.openid.connect.core.exceptions import ConsentRequired

from apps.common import problems
from apps.common.exceptions import Busy
from apps.common.visitors import client_ip
from apps.users.api.client_cookies import mark_in, remember_browser
from apps.users.api.throttling import count_try
from apps.users.exceptions import WrongLogin
from apps.users.models import DeviceSession
from apps.users.services import accounts, sessions, tokens
from apps.users.services.sessions import Device, SignedIn

COOKIE = "mxshop_sign_on"
PATH = "/oauth/"
# Our own style and nothing else. A form's answer leads on to the application that asked, which browsers count as part
# of the form.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)

NO_HEADERS: Mapping[str, str] = {}


def session_of_page(request: HttpRequest) -> DeviceSession | None:
    """Return the running session that the pages' cookie names."""
    return sessions.session_of_pages(request.COOKIES.get(COOKIE, ""))


def guarded(response: HttpResponse, *, leads_to: str = "") -> HttpResponse:
    """Let the page load nothing, stand in no frame and be kept by nobody; its forms may lead to one other origin."""
    response["Content-Security-Policy"] = f"{POLICY} {leads_to}".strip()
    response["Cache-Control"] = "no-store"
    return response


class AuthorizeView(toolkit.AuthorizationView):  # type: ignore[misc]  # the toolkit has no types
    """Ask who is logged in whether the application may know who they are."""

    template_name = "users/authorize.html"
    login_url = reverse_lazy("oauth2_provider:log-in")
    answered: dict[str, str] | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the pages' own user, and never that of the back office."""
        self.session = session_of_page(request)
        request.user = self.session.user if self.session else AnonymousUser()
        return guarded(super().dispatch(request, *args, **kwargs), leads_to=self.leads_to)

    @property
    def leads_to(self) -> str:
        """The origin that a good request came from."""
        address = urlsplit(self.oauth2_data.get("redirect_uri") or "")
        return f"{address.scheme}://{address.netloc}" if address.netloc else ""

    def validate_authorization_request(self, request: HttpRequest) -> Any:
        """Refuse a proof of the code (PKCE) that the code's thief could read here, before anybody is asked anything.

        The toolkit does so once there is consent.
        """
        scopes, credentials = super().validate_authorization_request(request)
        if credentials.get("code_challenge_method") == "plain":
            refusal = InvalidRequestError("code_challenge_method must be S256", state=credentials.get("state"))
            raise OAuthToolkitError(error=refusal, redirect_uri=credentials["redirect_uri"])
        return scopes, credentials

    def handle_no_permission(self) -> HttpResponse:
        """Ask nobody to log in for a request that leads nowhere."""
        answer: HttpResponse
        try:
            self.validate_authorization_request(self.request)
            answer = super().handle_no_permission()
        except OAuthToolkitError as error:
            answer = self.error_response(error, application=None)
        return answer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page; who asks for an answer without one is told that there is none."""
        answer: HttpResponse
        if "none" in request.GET.get("prompt", "").split():
            answer = self.refuse_silence(request)
        else:
            # An application can't choose for its users by `approval_prompt` that the page is not shown.
            asked = request.GET.copy()
            asked.pop("approval_prompt", None)
            request.GET = asked  # type: ignore[assignment]  # Django's own is immutable
            answer = super().get(request, *args, **kwargs)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer what the page was shown for: the request in its address; of the form, the consent alone.

        What else the form says could ask for more than the page told, or leave out the proof that the code is for.
        """
        allow = request.POST.get("allow", "")
        request.POST = QueryDict()
        answer: HttpResponse
        try:
            scopes, credentials = self.validate_authorization_request(request)
            asked = {**request.GET.dict(), "resource": " ".join(request.GET.getlist("resource"))}
            checked = {"redirect_uri": credentials["redirect_uri"], "scope": " ".join(scopes)}
            self.answered = {**asked, **checked, "allow": allow}
            answer = super().post(request, *args, **kwargs)
        except OAuthToolkitError as error:
            answer = self.error_response(error, application=None)
        return answer

    def get_form_kwargs(self) -> dict[str, Any]:
        """Fill the form with what `post` took, which is all there is to know."""
        kwargs: dict[str, Any] = super().get_form_kwargs()
        return kwargs if self.answered is None else {**kwargs, "data": self.answered}

    def refuse_silence(self, request: HttpRequest) -> Any:
        try:
            _scopes, credentials = self.validate_authorization_request(request)
            refusal = ConsentRequired(state=credentials.get("state"))
            raise OAuthToolkitError(error=refusal, redirect_uri=credentials["redirect_uri"])
        except OAuthToolkitError as error:
            return self.error_response(error, application=None)

    def create_authorization_response(self, request: HttpRequest, scopes: str, credentials: Any, allow: bool) -> Any:  # noqa: FBT001  as the toolkit calls it
        """Hand the session over, on which code and token will hang."""
        credentials["session"] = self.session
        return super().create_authorization_response(request, scopes, credentials, allow)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "here": self.request.get_full_path(), "who": self.request.user}


def way_on(request: HttpRequest) -> str:
    """Return the request of the application that brought somebody here, and never an address elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith(f"{PATH}authorize/?")
    return wanted if ours else "/"


def remember(response: HttpResponse, signed_in: SignedIn) -> HttpResponse:
    """Give the pages' cookie to the browser. It is sent along when another application leads here, hence `Lax`."""
    response.set_cookie(
        COOKIE,
        tokens.issue_page_token(signed_in.session),
        max_age=int(settings.TOKEN_LIFETIME.total_seconds()),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return guarded(response)


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class LogInView(View):
    """Log a shopper in on these pages, with the limits and the answers of the API's log-in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        name, password = request.POST.get("username", ""), request.POST.get("password", "")
        try:
            if used_up := count_try(request, name):
                return self.page(request, error=used_up.words, status=429, headers=used_up.headers)
            agent = request.headers.get("User-Agent", "")
            device = Device(ip=client_ip(request), user_agent=agent, mark=mark_in(request))
            signed_in = accounts.log_in(name=name, password=password, device=device)
        except (Busy, WrongLogin) as refusal:
            return self.page(
                request, error=str(refusal.detail), status=refusal.status, headers=problems.wait_of(refusal)
            )
        return remember_browser(remember(HttpResponseRedirect(way_on(request)), signed_in), signed_in.user)

    def page(
        self, request: HttpRequest, *, error: str = "", status: int = 200, headers: Mapping[str, str] = NO_HEADERS
    ) -> HttpResponse:
        context = {"next": way_on(request), "name": request.POST.get("username", ""), "error": error}
        response = render(request, "users/openid_log_in.html", context, status=status)
        problems.add_headers(response, headers)
        return guarded(response)


class LogOutView(View):
    """End the pages' session, for somebody else to log in."""

    def post(self, request: HttpRequest) -> HttpResponse:
        session = session_of_page(request)
        if session:
            sessions.end_session(session=session)
        page = f"{reverse('oauth2_provider:log-in')}?{urlencode({'next': way_on(request)})}"
        response = HttpResponseRedirect(page)
        response.delete_cookie(COOKIE, path=PATH)
        return guarded(response)
