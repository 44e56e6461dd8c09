"""The page at `/`, a Vue shop when one is attached, else one that says what this is; and that of links in letters."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from apps.common import problems

# Nothing but our own script and style: the address of the page holds a secret.
ACTIVATION_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"


@csrf_exempt
def home(request: HttpRequest) -> HttpResponse:
    """Show the attached shop or the welcome page; both take any query string, as the client's forms add one."""
    if request.method not in ("GET", "HEAD"):
        return problems.method_not_allowed(request, allowed=["GET", "HEAD"])
    if (settings.SHOP_DIR / settings.SHOP_ENTRY).is_file():
        return render(request, "shop.html", {"entry": settings.SHOP_ENTRY})
    return render(request, "welcome.html")


@csrf_exempt
def activation(request: HttpRequest) -> HttpResponse:
    """Show the page that a link in a letter leads to; a mere look at it, such as a mail scanner's, uses nothing up."""
    if request.method not in ("GET", "HEAD"):
        return problems.method_not_allowed(request, allowed=["GET", "HEAD"])
    response = render(request, "activate.html")
    response["Content-Security-Policy"] = ACTIVATION_POLICY
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response
