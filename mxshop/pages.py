"""The page at `/`: a Vue shop when one is attached, else a page that says what this is."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from apps.common import problems


@csrf_exempt
def home(request: HttpRequest) -> HttpResponse:
    """Show the attached shop or the welcome page; both take any query string, as the client's forms add one."""
    if request.method not in ("GET", "HEAD"):
        return problems.method_not_allowed(request, allowed=["GET", "HEAD"])
    if (settings.SHOP_DIR / settings.SHOP_ENTRY).is_file():
        return render(request, "shop.html", {"entry": settings.SHOP_ENTRY})
    return render(request, "welcome.html")
