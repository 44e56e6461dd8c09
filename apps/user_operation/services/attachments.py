"""Files that users attach: what they are is read from their content, and what they are called is forgotten."""

import re
import uuid
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from apps.common.exceptions import InvalidInput, TooLarge
from apps.common.images import clean_image

PICTURES = (b"GIF87a", b"GIF89a", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
PDF = b"%PDF-"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The older Office files are OLE containers; each program's main stream has its own name in there.
OLE_STREAMS: Mapping[str, str] = {"WordDocument": ".doc", "Workbook": ".xls", "PowerPoint Document": ".ppt"}
# The newer ones are zip files with a folder of the program's name.
ZIP_FOLDERS: Mapping[str, str] = {"word/": ".docx", "xl/": ".xlsx", "ppt/": ".pptx"}
TEXT_ENCODINGS = ("utf-8-sig", "gb18030")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def clean_attachment(*, file: IO[bytes], field: str = "file") -> "ContentFile[bytes]":
    """Return the file as the shop keeps it, under a random name whose ending tells what it really is.

    Pictures are drawn anew. Word, Excel, PowerPoint, PDF and zip files are known by their signatures; plain text
    has none, so its name must say `.txt` as well. Raises InvalidInput for everything else, under `field`, and
    TooLarge beyond `settings.MAX_UPLOAD_BYTES`.
    """
    content = file.read(settings.MAX_UPLOAD_BYTES + 1)
    if len(content) > settings.MAX_UPLOAD_BYTES:
        raise TooLarge(fields={field: [_("The file is too large.")]})
    if content.startswith(PICTURES):
        return clean_image(BytesIO(content), field=field)
    ending = _ending_of(content, file.name or "")
    if not ending:
        raise InvalidInput(
            fields={field: [_("Only pictures (gif, jpg, png), Word, Excel, PowerPoint, PDF, txt and zip are taken.")]}
        )
    return ContentFile(content, name=f"{uuid.uuid4().hex}{ending}")


def _ending_of(content: bytes, name: str) -> str | None:
    if content.startswith(PDF):
        return ".pdf"
    if content.startswith(ZIP):
        return _zip_ending(content)
    if content.startswith(OLE):
        return next((end for stream, end in OLE_STREAMS.items() if stream.encode("utf-16-le") in content), None)
    return ".txt" if name.lower().endswith(".txt") and _is_text(content) else None


def _zip_ending(content: bytes) -> str | None:
    """Look at the list of members only: nothing is unpacked."""
    try:
        members = zipfile.ZipFile(BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in members:
        return ".zip"
    return next((end for folder, end in ZIP_FOLDERS.items() if any(m.startswith(folder) for m in members)), ".zip")


def _is_text(content: bytes) -> bool:
    for encoding in TEXT_ENCODINGS:
        try:
            return not CONTROL.search(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    return False
