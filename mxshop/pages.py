"""The pages that the shop draws itself: at `/`, to log in by scanning, to bind third parties, of links in letters."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from apps.common import problems

# Our own script and nothing else, in no frame of others; no form is sent but by the script.
OURS_ALONE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The QR code is a picture in the page itself.
SCRIPT_POLICY = f"{OURS_ALONE}; img-src 'self' data:"
# Nothing else here: the address of the page holds a secret.
ACTIVATION_POLICY = f"{OURS_ALONE}; img-src 'self'"


@csrf_exempt
def home(request: HttpRequest) -> HttpResponse:
    """Show the attached shop or the welcome page; both take any query string, as the client's forms add one."""
    if request.method not in ("GET", "HEAD"):
        return problems.method_not_allowed(request, allowed=["GET", "HEAD"])
    if (settings.SHOP_DIR / settings.SHOP_ENTRY).is_file():
        return render(request, "shop.html", {"entry": settings.SHOP_ENTRY})
    return render(request, "welcome.html", _what_is_here())


def _what_is_here() -> dict[str, object]:
    """Return what the welcome page may tell: where the shop serves the public, nothing of the machine it runs on."""
    files = {
        settings.SMS_OUTBOX_FILE: "console" in settings.SMS_PROVIDERS,
        settings.MAIL_OUTBOX_FILE: settings.MAIL_PROVIDER == "console",
    }
    return {
        "on_trial": settings.SAMPLE_SHOP,
        "third_party_sandbox": settings.THIRD_PARTY_SANDBOX,
        "outboxes": [_below_the_shop(file) for file, is_written in files.items() if is_written],
    }


def _below_the_shop(file: Path) -> Path:
    return file.relative_to(settings.BASE_DIR) if file.is_relative_to(settings.BASE_DIR) else file


@csrf_exempt
def scan(request: HttpRequest) -> HttpResponse:
    """Show the page of a browser that wants to be let in by a phone."""
    return _script_page(request, "scan/browser.html")


@csrf_exempt
def scanned(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the page that a QR code leads a phone to; whose it is, and whether it is still good, its script asks."""
    return _script_page(request, "scan/phone.html", public_id=public_id)


@csrf_exempt
def log_ins(request: HttpRequest) -> HttpResponse:
    """Show the page where users bind and unbind third parties; who looks, and what is bound, its script asks."""
    return _script_page(request, "users/third_party/own.html")


def _script_page(request: HttpRequest, template: str, **context: object) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return problems.method_not_allowed(request, allowed=["GET", "HEAD"])
    response = render(request, template, context)
    response["Content-Security-Policy"] = SCRIPT_POLICY
    response["Cache-Control"] = "no-store"
    return response


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
