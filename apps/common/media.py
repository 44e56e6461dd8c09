"""Uploaded files, on their way back to browsers: pictures are shown, everything else is only handed out.

Nothing here is ever run by a browser as part of the shop, whatever somebody managed to upload: types come from a
short list and are not guessed, and every answer sits in a sandbox of its own.
"""

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils._os import safe_join
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from apps.common import problems

SHOWN: Mapping[str, str] = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
# Names are random and a changed picture gets a new one, so browsers may keep it.
PICTURE_CACHE = "public, max-age=2592000"
OTHER_CACHE = "private, max-age=3600"


@csrf_exempt
def serve(request: HttpRequest, path: str) -> HttpResponse | FileResponse:
    """Answer with an uploaded file; there are no listings, and nothing outside the media folder exists."""
    if request.method not in ("GET", "HEAD"):
        return problems.method_not_allowed(request, allowed=("GET", "HEAD"))
    file = _find(path)
    if file is None:
        return problems.answer(request, 404)
    modified = int(file.stat().st_mtime)
    response = get_conditional_response(request, last_modified=modified) or _hand_out(file)
    response["Last-Modified"] = http_date(modified)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = PICTURE_CACHE if file.suffix.lower() in SHOWN else OTHER_CACHE
    return response


def _find(path: str) -> Path | None:
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path)).resolve()
        inside = file.is_relative_to(Path(settings.MEDIA_ROOT).resolve()) and file.is_file()
    except (SuspiciousFileOperation, ValueError, OSError):  # above the folder, a NUL, a name too long
        return None
    hidden = any(part.startswith(".") for part in path.split("/"))
    return file if inside and not hidden else None


def _hand_out(file: Path) -> FileResponse:
    kind = SHOWN.get(file.suffix.lower())
    return FileResponse(
        file.open("rb"),
        as_attachment=kind is None,
        filename=file.name,
        content_type=kind or "application/octet-stream",
    )
