"""Fruit."""

from mxshop.sample.drawing.brushwork import body, ground, leaf, motif, shine, stalk
from mxshop.sample.drawing.canvas import Canvas
from mxshop.sample.drawing.colours import TINTS, WHITE, Tint, mix
from mxshop.sample.drawing.shapes import arc, curve, ellipse, mirrored, smooth, star


@motif
def apple(canvas: Canvas, tint: Tint) -> None:
    """Draw an apple."""
    ground(canvas, 41, 36)
    shape = smooth("0,-24 14,-31 31,-27 41,-6 36,20 20,40 7,41 0,38 -7,41 -20,40 -36,20 -41,-6 -31,-27 -14,-31")
    body(canvas, shape, tint)
    with canvas.inside(shape):
        canvas.soften(0, -25, 18, 9, tint.deep, 0.8)
    shine(canvas, 0, 5, 33, 28, start=190, end=235)
    stalk(canvas, (0, -24), (2, -34), (7, -43))
    leaf(canvas, 4, -32, length=30, angle=-24)


@motif
def pear(canvas: Canvas, tint: Tint) -> None:
    """Draw a pear."""
    ground(canvas, 43, 32)
    shape = mirrored("0,-34 10,-31 14,-18 20,-5 33,14 32,32 16,43 0,42")
    body(canvas, shape, tint)
    with canvas.inside(shape):
        for x, y in ((9, 12), (-12, 24), (4, 30), (17, 24), (-4, 6), (-18, 14)):
            canvas.fill(ellipse(x, y, 0.9), tint.deep, opacity=0.35)
    shine(canvas, 0, 18, 26, 22, start=185, end=225)
    stalk(canvas, (0, -32), (1, -40), (-3, -48))
    leaf(canvas, 1, -38, length=26, angle=-12)


@motif
def peach(canvas: Canvas, tint: Tint) -> None:
    """Draw a peach between its leaves."""
    ground(canvas, 40, 36)
    leaf(canvas, -4, -30, length=40, angle=-28)
    leaf(canvas, -6, -30, length=34, angle=212)
    shape = smooth("0,-28 22,-30 41,-6 30,26 4,42 -24,30 -41,0 -24,-29")
    body(canvas, shape, tint)
    with canvas.inside(shape):
        canvas.soften(26, -6, 34, 40, TINTS["red"].main, 0.5)
        canvas.stroke(curve("-3,-28 -15,-8 -13,18 4,42"), 2.4, tint.deep, opacity=0.5)
    shine(canvas, -2, 4, 33, 29, start=185, end=215)


@motif
def orange(canvas: Canvas, tint: Tint) -> None:
    """Draw an orange and a half."""
    ground(canvas, 38, 44)
    with canvas.at(-10, 0):
        skin = ellipse(0, 0, 36)
        body(canvas, skin, tint)
        with canvas.inside(skin):
            for x, y in ((-14, 8), (2, 14), (14, 2), (-4, -6), (10, -14), (-18, -6), (-2, 24), (18, 16), (-22, 14)):
                canvas.fill(ellipse(x, y, 1.1), tint.dark, opacity=0.5)
        shine(canvas, 0, 0, 28, 28, start=190, end=235)
        canvas.fill(ellipse(2, -33, 4, 2), TINTS["forest"].main)
        leaf(canvas, 2, -33, length=28, angle=-20)
    with canvas.at(24, 18):
        _cut(canvas, tint, radius=22)


@motif
def lemon(canvas: Canvas, tint: Tint) -> None:
    """Draw a lemon and a half."""
    ground(canvas, 34, 42)
    with canvas.at(-8, -2, angle=-24):
        body(canvas, smooth("-44,0 -34,-12 -12,-27 14,-26 34,-12 44,-1 34,13 12,27 -14,26 -35,12"), tint)
        shine(canvas, 0, 0, 27, 19, start=195, end=245)
    leaf(canvas, 26, -22, length=28, angle=-40)
    with canvas.at(24, 18):
        _cut(canvas, tint, radius=20)


def _cut(canvas: Canvas, tint: Tint, *, radius: float) -> None:
    """Draw a citrus fruit cut across."""
    canvas.fill(ellipse(0, 0, radius), (tint.main, tint.dark))
    canvas.fill(ellipse(-0.5, -0.5, radius * 0.9), mix(tint.main, WHITE, 0.85))
    for turn in range(0, 360, 45):
        with canvas.at(0, 0, angle=turn):
            outer = radius * 0.82
            segment = smooth([(outer * 0.13, 0), (outer * 0.8, -outer * 0.31), (outer, 0), (outer * 0.8, outer * 0.31)])
            canvas.fill(segment, (tint.light, tint.main))


@motif
def strawberry(canvas: Canvas, tint: Tint) -> None:
    """Draw a strawberry."""
    ground(canvas, 43, 24)
    shape = mirrored("0,-24 20,-28 36,-16 35,4 22,27 8,42 0,44")
    body(canvas, shape, tint)
    with canvas.inside(shape):
        for row, y in enumerate(range(-14, 40, 10)):
            for column in range(-3, 4):
                x = column * 13 + (row % 2) * 6.5
                canvas.fill(ellipse(x, y + 1, 1.9, 2.7), tint.deep, opacity=0.5)
                canvas.fill(ellipse(x, y, 1.5, 2.2), TINTS["yellow"].light)
    shine(canvas, 0, 0, 29, 24, start=190, end=225)
    stalk(canvas, (0, -28), (-1, -38), (4, -46), tint=TINTS["green"])
    for angle in (-6, 38, 90, 142, 186):
        leaf(canvas, 0, -28, length=27 if angle % 90 else 24, angle=angle)


@motif
def berries(canvas: Canvas, tint: Tint) -> None:
    """Draw a handful of berries."""
    ground(canvas, 36, 44)
    for x, y, radius in ((-26, -8, 16), (24, -12, 16), (-2, -20, 17), (-34, 18, 17), (34, 16, 18), (2, 14, 21)):
        with canvas.at(x, y):
            body(canvas, ellipse(0, 0, radius), tint, gloss=0.6)
            with canvas.at(radius * 0.15, -radius * 0.3, scale=radius / 60):
                canvas.fill(smooth(star(0, 0, 25, 11, 5)), tint.deep)
                canvas.fill(ellipse(0, 0, 9), tint.dark)
    leaf(canvas, -6, -34, length=32, angle=-30)
    leaf(canvas, -8, -33, length=28, angle=200)


@motif
def grapes(canvas: Canvas, tint: Tint) -> None:
    """Draw a bunch of grapes."""
    ground(canvas, 50, 14)
    stalk(canvas, (0, -22), (-2, -36), (6, -47))
    leaf(canvas, 0, -30, length=40, angle=-10)
    leaf(canvas, -2, -31, length=36, angle=196)
    rows = (
        (-16, (-23, 23, -8, 8)),
        (-4, (-30, 30, -15, 15, 0)),
        (9, (-23, 23, -8, 8)),
        (21, (-15, 15, 0)),
        (32, (-8, 8)),
        (42, (0,)),
    )
    for y, xs in rows:
        for x in xs:
            body(canvas, ellipse(x, y, 11.5), tint, gloss=0.7)


@motif
def watermelon(canvas: Canvas, tint: Tint) -> None:
    """Draw a slice of watermelon."""
    ground(canvas, 32, 42)
    with canvas.at(0, -14, angle=-9):
        for radius, colour in ((48, TINTS["forest"].main), (44.5, TINTS["lime"].pale), (41, tint.main)):
            canvas.fill(
                [*arc(0, 0, radius, radius, 0, 180)], (mix(colour, WHITE, 0.14), mix(colour, (60, 0, 30), 0.12))
            )
        for x, y in (
            (-24, 9),
            (-10, 11),
            (5, 9),
            (20, 10),
            (-16, 22),
            (-1, 24),
            (13, 22),
            (-5, 34),
            (6, 34),
            (30, 8),
            (-32, 7),
        ):
            canvas.fill(ellipse(x, y, 1.7, 2.8, tilt=-x), (50, 26, 34))
        canvas.soften(-16, 8, 26, 14, WHITE, 0.3)


@motif
def banana(canvas: Canvas, tint: Tint) -> None:
    """Draw three bananas."""
    ground(canvas, 37, 36)
    for angle, reach in ((-30, 0.94), (-10, 1.0), (12, 1.06)):
        with canvas.at(-20, -38, scale=reach, angle=angle):
            shape = smooth("-2,2 4,0 10,22 26,44 50,58 60,66 56,72 34,70 12,56 0,32")
            body(canvas, shape, tint, gloss=0.3)
            canvas.stroke(curve("3,6 9,32 24,54 54,68"), 1.8, tint.dark, opacity=0.45)
            canvas.fill(smooth("55,64 62,67 60,73 54,71"), TINTS["brown"].deep)
    stem = smooth("-26,-49 -14,-50 -9,-36 -15,-28 -26,-32")
    canvas.fill(stem, (TINTS["lime"].main, TINTS["brown"].main))


@motif
def kiwi(canvas: Canvas, tint: Tint) -> None:
    """Draw a kiwi fruit and a half."""
    ground(canvas, 34, 44)
    with canvas.at(-15, -6, angle=-14):
        body(canvas, ellipse(0, 0, 32, 27), TINTS["brown"], gloss=0.3)
    with canvas.at(15, 8):
        canvas.fill(ellipse(0, 0, 28), (TINTS["brown"].main, TINTS["brown"].deep))
        canvas.fill(ellipse(-0.6, -0.6, 25.6), (tint.light, tint.dark))
        canvas.soften(0, 0, 22, 22, TINTS["lime"].pale, 0.55)
        for turn in range(0, 360, 18):
            with canvas.at(0, 0, angle=turn):
                canvas.fill(ellipse(12.5 if turn % 36 else 14.5, 0, 2, 1), (43, 34, 28))
        canvas.fill(ellipse(0, 0, 8, 6.5), (TINTS["cream"].light, TINTS["cream"].main))


@motif
def cherries(canvas: Canvas, tint: Tint) -> None:
    """Draw two cherries."""
    ground(canvas, 42, 40)
    stalk(canvas, (-20, 14), (-12, -14), (10, -40), width=2.6, tint=TINTS["green"])
    stalk(canvas, (22, 14), (20, -14), (10, -40), width=2.6, tint=TINTS["green"])
    leaf(canvas, 10, -40, length=40, angle=20)
    for x, y in ((-21, 22), (22, 24)):
        with canvas.at(x, y):
            shape = smooth("0,-15 12,-18 21,-4 16,14 0,20 -16,14 -21,-4 -12,-18")
            body(canvas, shape, tint, gloss=0.6)
            canvas.soften(0, -14, 9, 4, tint.deep, 0.8)


@motif
def mango(canvas: Canvas, tint: Tint) -> None:
    """Draw a mango."""
    ground(canvas, 36, 40)
    with canvas.at(0, 2, angle=-20):
        shape = smooth("-40,4 -30,-20 -4,-30 24,-26 42,-8 36,14 10,26 -20,26")
        body(canvas, shape, tint)
        with canvas.inside(shape):
            canvas.soften(30, -14, 40, 34, TINTS["coral"].main, 0.55)
        shine(canvas, 0, 0, 32, 21, start=195, end=235)
    stalk(canvas, (36, -18), (41, -26), width=4)
    leaf(canvas, 40, -24, length=30, angle=188)
