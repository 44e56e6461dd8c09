"""What many motifs share: the table of motifs, bodies with light and shade, leaves and stalks."""

from collections.abc import Callable
from typing import TypeAlias

from mxshop.sample.drawing.canvas import Canvas
from mxshop.sample.drawing.colours import TINTS, WHITE, Rgb, Tint
from mxshop.sample.drawing.shapes import Shape, arc, curve, smooth

# The colour of shadows on the table.
DUSK: Rgb = (64, 36, 58)

Motif: TypeAlias = Callable[[Canvas, Tint], None]
MOTIFS: dict[str, Motif] = {}


def motif(draw: Motif) -> Motif:
    """Enter a drawing into the table under its own name."""
    MOTIFS[draw.__name__] = draw
    return draw


# Where a package shows a picture of what is in it: x, y and size of the emblem.
LABELS: dict[str, tuple[float, float, float]] = {}


def package(x: float, y: float, size: float) -> Callable[[Motif], Motif]:
    """Enter a drawing as `motif` does, and say where its label is."""

    def enter(draw: Motif) -> Motif:
        LABELS[draw.__name__] = (x, y, size)
        return motif(draw)

    return enter


def body(canvas: Canvas, shape: Shape, tint: Tint, *, gloss: float = 0.45) -> None:
    """Fill a shape so that it looks round: lit from the upper left, in shade at the lower right."""
    xs, ys = [x for x, _ in shape], [y for _, y in shape]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    canvas.fill(shape, (tint.light, tint.dark))
    with canvas.inside(shape):
        canvas.soften(max(xs), max(ys), width * 1.05, height * 1.05, tint.deep, 0.6)
        canvas.soften(min(xs) + width * 0.3, min(ys) + height * 0.28, width * 0.42, height * 0.38, WHITE, gloss)


def sheet(canvas: Canvas, shape: Shape, tint: Tint) -> None:
    """Fill a shape as something flat, with one soft gradient."""
    canvas.fill(shape, (tint.light, tint.main))


def ground(canvas: Canvas, y: float, width: float, *, strength: float = 0.3) -> None:
    """Lay the shadow of something that stands on a table at height `y`."""
    canvas.soften(4, y, width * 1.9, width * 0.28, DUSK, strength)
    canvas.soften(2, y - 1, width * 1.2, width * 0.14, DUSK, strength * 1.5)


def leaf(canvas: Canvas, x: float, y: float, *, length: float, angle: float, tint: Tint = TINTS["green"]) -> None:
    """Draw a leaf that grows from a point in a direction (0 is to the right)."""
    with canvas.at(x, y, scale=length / 100, angle=angle):
        outline = smooth("0,0 30,-26 68,-24 100,0 68,22 30,24")
        canvas.fill(outline, (tint.light, tint.dark))
        with canvas.inside(outline):
            canvas.fill([(0, 0), (100, 0), (100, 50), (0, 50)], tint.deep, opacity=0.25)
        canvas.stroke(curve("2,0 50,-2 86,0"), 4, tint.pale, opacity=0.7)


def stalk(canvas: Canvas, *knots: tuple[float, float], width: float = 3.6, tint: Tint = TINTS["brown"]) -> None:
    """Draw a stalk along a curve."""
    canvas.stroke(curve(knots), width, tint.dark)
    canvas.stroke([(x - width * 0.15, y) for x, y in curve(knots)], width * 0.4, tint.light, opacity=0.6)


def shine(canvas: Canvas, cx: float, cy: float, rx: float, ry: float, *, start: float, end: float) -> None:
    """Draw a bright line along an ellipse, as a smooth surface reflects a window."""
    canvas.stroke(arc(cx, cy, rx, ry, start, end), 2.6, WHITE, opacity=0.65)
