"""Pictures that people upload: decoded and written anew, so that nothing but the picture is kept."""

import struct
import threading
import uuid
import zlib
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from apps.common.exceptions import Busy, InvalidInput, Text

# What is read, and what it is written as. An MPO is a JPEG with more pictures behind the first (many telephones
# write them); of a GIF the first frame is kept.
WRITTEN_AS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
MAX_SIDE = 2560  # pixels; no page shows more
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
# The largest picture taken unpacks to some 450 MB and costs seconds of a core: so many at once, and no more.
DECODERS = threading.BoundedSemaphore(2)
WAIT_FOR_DECODER = 5.0  # seconds that an upload waits for one of them
# Pillow's decoders raise whatever their parsers run into.
BROKEN = (
    OSError, EOFError, SyntaxError, ValueError, TypeError, LookupError, struct.error, zlib.error,
    Image.DecompressionBombError,
)  # fmt: skip


def clean_image(file: IO[bytes], *, field: str = "image", max_side: int = MAX_SIDE) -> "ContentFile[bytes]":
    """Return the picture in the file, written anew under a random name: upright, without EXIF or anything else.

    Reads JPEG, PNG, GIF and WebP by their content, whatever the name says. A picture larger than `max_side` is
    scaled down. Raises InvalidInput, under `field`, when the file is too large, is none of these, is broken, or
    would unpack to more than `settings.MAX_IMAGE_PIXELS`; that is known from its header, before it is unpacked.
    Raises Busy when too many others are unpacked at this moment.
    """
    content = _read(file, field)
    if not DECODERS.acquire(timeout=WAIT_FOR_DECODER):
        raise Busy(retry_after=10)
    try:
        return _written_anew(content, field, max_side)
    finally:
        DECODERS.release()


def _written_anew(content: bytes, field: str, max_side: int) -> "ContentFile[bytes]":
    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG", "GIF", "WEBP"]) as image:
            if image.width * image.height > settings.MAX_IMAGE_PIXELS:
                raise _refusal(field, _("The picture has too many pixels."))
            written_as = WRITTEN_AS[image.format or ""]
            picture = _redraw(image, max_side=max_side, keep_alpha=written_as != "JPEG")
    except BROKEN as error:
        raise _refusal(field, _("This is not a picture, or it is damaged.")) from error
    return ContentFile(_encode(picture, written_as), name=f"{uuid.uuid4().hex}{SUFFIXES[written_as]}")


def _read(file: IO[bytes], field: str) -> bytes:
    content = file.read(settings.MAX_UPLOAD_BYTES + 1)
    if len(content) > settings.MAX_UPLOAD_BYTES:
        raise _refusal(field, _("The file is too large."))
    return content


def _redraw(image: Image.Image, *, max_side: int, keep_alpha: bool) -> Image.Image:
    """Decode the first frame, turn it upright, and forget all but its pixels. Copies only where it must."""
    # Both decode a large JPEG at a fraction of its size, and then scale it.
    image.draft("RGB", (max_side, max_side))
    image.thumbnail((max_side, max_side))
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    mode = "RGBA" if keep_alpha and image.has_transparency_data else "RGB"
    picture = image if image.mode == mode else image.convert(mode)
    picture.info = {}
    return picture


def _encode(picture: Image.Image, written_as: str) -> bytes:
    options: dict[str, Any] = {} if written_as == "PNG" else {"quality": 88}
    target = BytesIO()
    picture.save(target, written_as, **options)
    return target.getvalue()


def _refusal(field: str, message: Text) -> InvalidInput:
    return InvalidInput(message, fields={field: [message]})
