"""The pictures of the sample shop, as files."""

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from io import BytesIO
from uuid import uuid4

from django.core.files.base import ContentFile
from PIL import Image

from mxshop.sample.drawing import fresh, fruit, household, kitchen, packages, pantry, vegetables
from mxshop.sample.drawing.brushwork import LABELS, MOTIFS
from mxshop.sample.drawing.canvas import Canvas, gradient
from mxshop.sample.drawing.colours import TINTS, WHITE, mix

__all__ = ["Subject", "banner", "closeup", "logo", "portrait"]

# The motifs enter the table when their modules are imported.
SHELVES = (fresh, fruit, household, kitchen, packages, pantry, vegetables)

SIDE = 800
BANNER = (1200, 420)
LOGO_SIDE = 240
QUALITY = 86
# Left, upper, right, lower: what a close-up shows of the portrait.
CLOSE = (170, 140, 650, 620)


@dataclass(frozen=True)
class Subject:
    """What a picture shows: a motif in a tint, and on a package the motif and tint of its emblem."""

    motif: str
    tint: str
    emblem: "Subject | None" = None

    @classmethod
    def named(cls, words: str) -> "Subject":
        """Read `apple red`, or `pouch amber walnuts tan`."""
        motif, tint, *emblem = words.split()
        return cls(motif, tint, cls.named(" ".join(emblem)) if emblem else None)

    def in_tint(self, tint: str) -> "Subject":
        """Return the same in another tint."""
        return replace(self, tint=tint)

    def draw(self, canvas: Canvas) -> None:
        """Draw it in the canvas's square."""
        MOTIFS[self.motif](canvas, TINTS[self.tint])
        if self.emblem:
            x, y, size = LABELS[self.motif]
            with canvas.at(x, y, scale=size):
                self.emblem.draw(canvas)


def portrait(subject: Subject, *, backdrop: str) -> "ContentFile[bytes]":
    """Return the big picture of a goods, in front of a backdrop of a tint."""
    return _file(_portrait(subject, backdrop))


def closeup(subject: Subject, *, backdrop: str) -> "ContentFile[bytes]":
    """Return the same picture from nearer."""
    return _file(_portrait(subject, backdrop).resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=CLOSE))


def banner(subject: Subject, *, left: Subject, right: Subject, backdrop: str) -> "ContentFile[bytes]":
    """Return a wide picture of a goods between two others."""
    width, height = BANNER
    tint = TINTS[backdrop]
    canvas = Canvas(width, height, unit=height / 100)
    canvas.image.paste(gradient(tint.light, mix(tint.main, WHITE, 0.08), BANNER))
    for x, y, radius in ((-118, -40, 60), (-30, 60, 34), (122, 44, 70), (60, -58, 40)):
        canvas.soften(x, y, radius, radius, WHITE, 0.35)
    canvas.soften(0, 0, 130, 70, WHITE, 0.55)
    for companion, x, y, size in ((left, -84, 8, 0.6), (right, 84, 8, 0.6), (subject, 0, -2, 0.86)):
        with canvas.at(x, y, scale=size):
            companion.draw(canvas)
    return _file(canvas.image)


def logo(subject: Subject) -> "ContentFile[bytes]":
    """Return a brand's mark: its motif in a ring."""
    tint = TINTS[subject.tint]
    canvas = Canvas(LOGO_SIDE, LOGO_SIDE, unit=LOGO_SIDE / 100)
    canvas.image.paste(WHITE, (0, 0, LOGO_SIDE, LOGO_SIDE))
    canvas.soften(0, 0, 62, 62, tint.pale, 1)
    with canvas.at(0, 0, scale=0.62):
        subject.draw(canvas)
    return _file(canvas.image)


# A close-up follows its portrait at once; to keep them all would take two megabytes each.
@lru_cache(maxsize=1)
def _portrait(subject: Subject, backdrop: str) -> Image.Image:
    canvas = Canvas(SIDE, SIDE, unit=SIDE / 150)
    canvas.image.paste(_backdrop(backdrop))
    subject.draw(canvas)
    return canvas.image


@cache
def _backdrop(name: str) -> Image.Image:
    tint = TINTS[name]
    canvas = Canvas(SIDE, SIDE, unit=SIDE / 100)
    far, near = mix(tint.pale, WHITE, 0.35), mix(tint.pale, TINTS["cream"].main, 0.4)
    canvas.image.paste(gradient(far, near, (SIDE, SIDE)))
    canvas.soften(0, -5, 66, 62, WHITE, 0.85)
    return canvas.image


def _file(picture: Image.Image) -> "ContentFile[bytes]":
    target = BytesIO()
    picture.save(target, "JPEG", quality=QUALITY)
    return ContentFile(target.getvalue(), name=f"{uuid4().hex}.jpg")
