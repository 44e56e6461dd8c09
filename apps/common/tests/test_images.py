"""What becomes of an uploaded picture."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from apps.common import images
from apps.common.exceptions import Busy, InvalidInput
from apps.common.images import clean_image


def picture(image_format: str, mode: str = "RGB", size: tuple[int, int] = (40, 20), **options: object) -> BytesIO:
    file = BytesIO()
    Image.new(mode, size, "red").save(file, image_format, **options)
    file.seek(0)
    return file


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises more than it holds: what a decompression bomb looks like before it is unpacked."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("image_format", "mode", "suffix", "written_as"),
    [
        ("JPEG", "RGB", ".jpg", "JPEG"),
        ("JPEG", "CMYK", ".jpg", "JPEG"),
        ("JPEG", "L", ".jpg", "JPEG"),
        ("PNG", "RGBA", ".png", "PNG"),
        ("PNG", "P", ".png", "PNG"),
        ("GIF", "P", ".png", "PNG"),
        ("WEBP", "RGBA", ".webp", "WEBP"),
    ],
)
def test_a_picture_is_written_anew(image_format: str, mode: str, suffix: str, written_as: str) -> None:
    clean = clean_image(picture(image_format, mode))

    assert clean.name is not None
    assert clean.name.endswith(suffix)
    with Image.open(clean) as image:
        image.load()
        assert image.format == written_as
        assert image.size == (40, 20)


def test_the_name_is_random() -> None:
    assert clean_image(picture("PNG")).name != clean_image(picture("PNG")).name


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_f3_exif_and_comments_are_gone_and_the_picture_is_upright(image_format: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "where I live"
    file = picture(image_format, exif=exif, comment=b"a comment", icc_profile=b"a profile")
    assert b"where I live" in file.getvalue()

    clean = clean_image(file).read()

    assert b"where I live" not in clean
    assert b"a comment" not in clean
    assert b"a profile" not in clean
    with Image.open(BytesIO(clean)) as image:
        assert not image.getexif()
        assert image.size == (20, 40)


def test_bytes_behind_the_picture_are_gone() -> None:
    file = picture("PNG")
    file.seek(0, 2)
    file.write(b"<script>alert(1)</script>")
    file.seek(0)

    assert b"script" not in clean_image(file).read()


def test_transparency_survives() -> None:
    file = BytesIO()
    Image.new("RGBA", (2, 2), (0, 0, 0, 0)).save(file, "PNG")
    file.seek(0)

    with Image.open(clean_image(file)) as image:
        assert image.getpixel((0, 0)) == (0, 0, 0, 0)


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_a_large_picture_is_scaled_down(image_format: str) -> None:
    with Image.open(clean_image(picture(image_format, size=(800, 400)), max_side=100)) as image:
        assert image.size == (100, 50)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"GIF89a<script>alert(1)</script>",
        b"%PDF-1.4",
        picture("BMP").getvalue(),
        picture("TIFF").getvalue(),
        picture("JPEG").getvalue()[:200],
        picture("PNG").getvalue()[:60],
        png_header(100, 100),
        png_header(0, 0),
    ],
)
def test_f1_what_is_no_picture_is_refused_under_its_field(content: bytes) -> None:
    with pytest.raises(InvalidInput) as refusal:
        clean_image(BytesIO(content), field="avatar")

    assert list(refusal.value.fields) == ["avatar"]


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [5001, 12_000, 60_000])
def test_f4_a_decompression_bomb_is_refused_by_its_header(side: int) -> None:
    with pytest.raises(InvalidInput):
        clean_image(BytesIO(png_header(side, side)))


def test_f2_a_file_beyond_the_cap_is_refused(settings) -> None:
    file = picture("PNG")
    settings.MAX_UPLOAD_BYTES = len(file.getvalue())
    clean_image(file)
    file.seek(0)
    settings.MAX_UPLOAD_BYTES -= 1

    with pytest.raises(InvalidInput):
        clean_image(file)


def test_a_huge_picture_is_scaled_down_though_nobody_asks() -> None:
    with Image.open(clean_image(picture("PNG", size=(5120, 100)))) as image:
        assert image.size == (2560, 50)


def test_f4_only_so_many_pictures_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "WAIT_FOR_DECODER", 0.05)
    with images.DECODERS, images.DECODERS, pytest.raises(Busy):
        clean_image(picture("PNG"))

    assert clean_image(picture("PNG")).size


def test_f4_a_broken_picture_lets_the_next_one_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "WAIT_FOR_DECODER", 0.05)
    for _ in range(3):
        with pytest.raises(InvalidInput):
            clean_image(BytesIO(b"GIF89a"))
