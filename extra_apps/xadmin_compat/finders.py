"""jQuery 3.7 and Bootstrap 3.4 on the paths where xadmin's pages ask for jQuery 2.0 and Bootstrap 3.0.

The files are those that DRF's wheel ships for its own pages: nothing is copied, nothing is downloaded, and they
are renewed with DRF. Listed first in STATICFILES_FINDERS, this finder wins over xadmin's own old files.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

VENDOR = "xadmin/vendor"
FILES = {
    f"{VENDOR}/jquery/jquery.js": "js/jquery-3.7.1.min.js",
    f"{VENDOR}/jquery/jquery.min.js": "js/jquery-3.7.1.min.js",
    f"{VENDOR}/bootstrap/js/bootstrap.js": "js/bootstrap.min.js",
    f"{VENDOR}/bootstrap/js/bootstrap.min.js": "js/bootstrap.min.js",
    f"{VENDOR}/bootstrap/css/bootstrap.css": "css/bootstrap.min.css",
    f"{VENDOR}/bootstrap/css/bootstrap.min.css": "css/bootstrap.min.css",
    f"{VENDOR}/bootstrap/css/bootstrap.min.css.map": "css/bootstrap.min.css.map",
    f"{VENDOR}/bootstrap/fonts/glyphicons-halflings-regular.woff2": "fonts/glyphicons-halflings-regular.woff2",
}


def framework_files() -> Path:
    """Return the folder of DRF's static files, without importing DRF."""
    spec = find_spec("rest_framework")
    assert spec is not None and spec.origin is not None  # noqa: S101, PT018  DRF is a dependency of the shop
    return Path(spec.origin).parent / "static" / "rest_framework"


class VendorStorage(FileSystemStorage):
    """Opens DRF's file under the name that xadmin uses."""

    def path(self, name: str) -> str:
        return super().path(FILES.get(name, name))


class VendorFinder(BaseFinder):
    """Finds the current files under the old paths."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = VendorStorage(location=framework_files())

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002  Django's signature
        found = [self.storage.path(path)] if path in FILES else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, VendorStorage]]:
        for name in FILES:
            yield name, self.storage
