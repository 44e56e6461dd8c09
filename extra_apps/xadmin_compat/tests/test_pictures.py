"""What staff upload is treated like what visitors upload."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from PIL import Image
from xadmin.views import ModelFormAdminView

from apps.goods.models import Brand
from apps.goods.tests.factories import BrandFactory
from xadmin_compat.pictures import picture_cell
from xadmin_compat.tests.conftest import Office, Settings

ADD = "/xadmin/goods/brand/add/"


@pytest.fixture
def client(office: Office, settings: Settings, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    office.register(Brand)
    return office.superuser()


def photo(name: str = "photo.jpg") -> SimpleUploadedFile:
    """A JPEG that was taken somewhere, with something behind its end."""
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    data = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(data, "JPEG", exif=exif)
    return SimpleUploadedFile(name, data.getvalue() + b"<script>alert(1)</script>", "image/jpeg")


def test_a_picture_is_written_anew_under_another_name(client: Client) -> None:
    assert client.post(ADD, {"name": "甲", "position": 0, "image": photo("x.html")}).status_code == 302
    image = Brand.objects.get().image
    kept = image.read()
    assert image.name.startswith("brands/")
    assert image.name.endswith(".jpg")
    assert (b"SecretCamera" in kept, b"script" in kept) == (False, False)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("x.html", b"<script>alert(1)</script>"),
        ("x.png", b"\x89PNG\r\n\x1a\n broken"),
        ("x.jpg", b""),
    ],
)
def test_what_is_no_picture_is_refused_in_words(client: Client, tmp_path: Path, name: str, content: bytes) -> None:
    response = client.post(ADD, {"name": "甲", "position": 0, "image": SimpleUploadedFile(name, content)})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["image"]
    assert not Brand.objects.exists()
    assert list(tmp_path.rglob("*.*")) == []


def test_a_file_too_large_is_refused(client: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 100
    response = client.post(ADD, {"name": "甲", "position": 0, "image": photo()})
    assert response.context["form"].errors["image"] == ["文件过大。"]
    assert not Brand.objects.exists()


def test_a_picture_stays_is_replaced_and_is_taken_away(client: Client) -> None:
    brand = BrandFactory(image="brands/old.jpg")
    change = f"/xadmin/goods/brand/{brand.pk}/update/"
    data = {"name": "甲", "position": 0}
    shown = client.get(change).content.decode()
    assert '<img src="/media/brands/old.jpg" alt="" class="field_img">' in shown
    assert 'name="image-clear"' in shown
    assert 'accept="image/jpeg,image/png,image/gif,image/webp"' in shown

    client.post(change, data)
    assert Brand.objects.get().image.name == "brands/old.jpg"
    client.post(change, {**data, "image": photo()})
    assert Brand.objects.get().image.name not in ("", "brands/old.jpg")
    client.post(change, {**data, "image-clear": "on"})
    assert Brand.objects.get().image.name == ""


def test_a_picture_is_whole_when_the_form_is_saved_a_second_time(office: Office, client: Client) -> None:
    lost = iter([OperationalError(1213, "Deadlock found when trying to get lock")])

    def lose(view: ModelFormAdminView) -> None:
        for error in lost:
            raise error
        ModelFormAdminView.save_models(view)

    office.register(Brand, save_models=lose)
    assert client.post(ADD, {"name": "甲", "position": 0, "image": photo()}).status_code == 302
    with Image.open(Brand.objects.get().image) as image:
        assert image.size == (40, 20)


def test_a_cell_is_quoted() -> None:
    assert picture_cell("") == ""
    assert 'src="/x&quot;&gt;"' in picture_cell('/x">')
