"""The pictures of the sample shop: every motif can be drawn, alone and on a label, and the files are small."""

from io import BytesIO
from itertools import pairwise

import pytest
from PIL import Image, ImageChops, ImageStat

from mxshop.sample.drawing.brushwork import LABELS, MOTIFS
from mxshop.sample.drawing.canvas import Canvas
from mxshop.sample.pictures import Subject, banner, closeup, logo, portrait


def opened(file) -> Image.Image:
    return Image.open(BytesIO(file.read()))


@pytest.mark.parametrize("name", sorted(MOTIFS))
def test_every_motif_stays_within_the_picture_and_fills_it(name: str) -> None:
    blank = portrait(Subject("flower", "pink"), backdrop="cream")
    picture = opened(portrait(Subject(name, "teal"), backdrop="cream"))

    assert (picture.format, picture.size, picture.mode) == ("JPEG", (800, 800), "RGB")
    edge = Image.new("L", picture.size, 255)
    edge.paste(0, (30, 30, 770, 770))
    differs = ImageChops.difference(picture, opened(blank)).convert("L")
    assert name == "flower" or ImageStat.Stat(differs).mean[0] > 3, "it shows something"
    assert ImageStat.Stat(differs, mask=edge).mean[0] < 2, "nothing is cut off"


def test_files_are_small() -> None:
    subject = Subject.named("sack tan grain amber")
    sizes = [
        portrait(subject, backdrop="cream").size,
        closeup(subject, backdrop="cream").size,
        banner(subject, left=Subject.named("jug amber grain amber"), right=subject, backdrop="amber").size,
        logo(subject).size,
    ]

    assert max(sizes) < 60_000, sizes


def test_a_package_shows_what_is_in_it() -> None:
    for name in LABELS:
        plain = opened(portrait(Subject(name, "blue"), backdrop="sky"))
        labelled = opened(portrait(Subject.named(f"{name} blue apple red"), backdrop="sky"))
        assert ImageChops.difference(plain, labelled).getbbox()


def test_a_closeup_and_a_banner_have_their_sizes() -> None:
    apple = Subject.named("apple red")

    assert opened(closeup(apple, backdrop="pink")).size == (800, 800)
    assert opened(banner(apple, left=apple, right=apple, backdrop="pink")).size == (1200, 420)


def test_the_same_subject_is_drawn_the_same() -> None:
    pictures = [portrait(Subject.named("jar amber honey amber"), backdrop="amber").read() for _ in range(3)]

    assert all(one == other for one, other in pairwise(pictures))


def test_edges_are_smooth_and_clips_hold() -> None:
    canvas = Canvas(100, 100, unit=1)
    with canvas.inside([(-20, -20), (20, -20), (20, 20), (-20, 20)]):
        canvas.fill([(-50, -50), (50, -50), (-50, 40)], (255, 255, 255))

    assert canvas.image.getpixel((35, 35)) == (255, 255, 255)
    assert canvas.image.getpixel((10, 10)) == (0, 0, 0), "outside the clip"
    greys = {level for _, level in canvas.image.convert("L").getcolors() if 0 < level < 255}
    assert len(greys) > 4, "along the slope"


def test_a_motif_is_placed_turned_and_scaled() -> None:
    canvas = Canvas(100, 100, unit=1)
    with canvas.at(20, 0, scale=2, angle=90):
        canvas.fill([(0, -2), (10, -2), (10, 2), (0, 2)], (255, 0, 0))

    solid = canvas.image.convert("L").point([level // 60 for level in range(256)])
    assert solid.getbbox() == (66, 50, 74, 70)
