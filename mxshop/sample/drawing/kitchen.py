"""Dishes, pots, and what is drunk from them."""

from mxshop.sample.drawing.brushwork import body, ground, leaf, motif
from mxshop.sample.drawing.canvas import Canvas
from mxshop.sample.drawing.colours import TINTS, WHITE, Tint, mix
from mxshop.sample.drawing.shapes import arc, box, curve, ellipse, on_ellipse, pill, smooth

STEEL = TINTS["grey"]
WOOD = TINTS["tan"]


def steam(canvas: Canvas, *places: float, top: float) -> None:
    """Let steam rise over places on the x axis."""
    for x in places:
        canvas.stroke(
            curve([(x, top + 18), (x - 4, top + 12), (x + 3, top + 5), (x - 1, top)]), 2.6, WHITE, opacity=0.85
        )


@motif
def bowl(canvas: Canvas, tint: Tint) -> None:
    """Draw a bowl."""
    ground(canvas, 36, 34)
    canvas.fill(smooth("-16,28 16,28 18,37 -18,37"), (tint.main, tint.deep))
    shape = [*arc(0, -6, 45, 40, 0, 180)]
    body(canvas, shape, tint, gloss=0.3)
    with canvas.inside(shape):
        canvas.stroke(arc(0, -6, 42, 30, 8, 172), 1.6, WHITE, opacity=0.75)
        for x in (-28, -14, 0, 14, 28):
            canvas.stroke(arc(x, 12 - abs(x) * 0.14, 4.5, 4.5, 0, 360), 1.6, WHITE, opacity=0.7)
    canvas.fill(ellipse(0, -6, 45, 10), (WHITE, tint.light))
    canvas.fill(ellipse(0, -5, 40, 7.6), (tint.dark, tint.light))


@motif
def plates(canvas: Canvas, tint: Tint) -> None:
    """Draw two plates."""
    ground(canvas, 40, 38)
    with canvas.at(4, -6):
        canvas.fill(ellipse(1, 2, 40), tint.deep, opacity=0.35)
        canvas.fill(ellipse(0, 0, 40), (WHITE, tint.pale))
        canvas.stroke(ellipse(0, 0, 35), 2.4, tint.main)
        canvas.fill(ellipse(0, 0, 27), (tint.pale, WHITE))
        for turn in range(0, 360, 30):
            x, y = on_ellipse(0, 0, 31.4, 31.4, turn)
            canvas.fill(ellipse(x, y, 1.5), tint.dark)
        leaf(canvas, -12, 8, length=28, angle=-40, tint=tint)
        leaf(canvas, -10, 10, length=22, angle=-4, tint=tint)
    canvas.fill(ellipse(-14, 36, 30, 8), (tint.light, tint.dark))
    canvas.fill(ellipse(-14, 33.6, 30, 8), (WHITE, tint.pale))
    canvas.fill(ellipse(-14, 33, 21, 4.6), (tint.light, tint.pale))


@motif
def mug(canvas: Canvas, tint: Tint) -> None:
    """Draw a steaming mug."""
    ground(canvas, 38, 34)
    canvas.stroke(arc(26, 8, 16, 16, -80, 80), 7, (tint.main, tint.dark))
    shape = smooth("-32,-20 28,-20 28,24 20,37 -2,39 -24,37 -32,24")
    body(canvas, shape, tint, gloss=0.3)
    with canvas.inside(shape):
        canvas.fill(smooth("-50,10 -24,4 0,12 26,6 50,12 50,20 26,16 0,22 -24,14 -50,20"), WHITE, opacity=0.5)
    canvas.fill(ellipse(-2, -21, 31, 8), (WHITE, tint.light))
    canvas.fill(ellipse(-2, -20.4, 26.6, 5.8), (TINTS["brown"].main, TINTS["brown"].deep))
    steam(canvas, -13, -2, 9, top=-47)


@motif
def glass(canvas: Canvas, tint: Tint) -> None:
    """Draw a tumbler of something cold, with a slice and a straw."""
    ground(canvas, 46, 22)
    canvas.stroke([(4, 20), (18, -46)], 3.4, TINTS["red"].light)
    outline = [(-26, -28), (26, -28), (20, 46), (-20, 46)]
    canvas.fill(outline, WHITE, opacity=0.45)
    drink = [(-25, -16), (25, -16), (20, 45), (-20, 45)]
    canvas.fill(drink, (tint.light, tint.main), opacity=0.9)
    with canvas.inside(drink):
        for x, y, angle in ((-10, -6, 14), (8, -2, -18), (-4, 14, 32)):
            with canvas.at(x, y, angle=angle):
                canvas.fill(pill(-7, -7, 7, 7, 2), WHITE, opacity=0.45)
        canvas.soften(20, 20, 14, 50, tint.deep, 0.45)
    canvas.fill(ellipse(0, -16, 25, 5), (tint.pale, tint.light))
    canvas.stroke(ellipse(0, -28, 26, 5.4), 1.6, WHITE)
    canvas.stroke(curve("-19,-20 -16,10 -14,38"), 2.6, WHITE, opacity=0.7)
    with canvas.at(-22, -28):
        canvas.fill(ellipse(0, 0, 13), (tint.main, tint.dark))
        canvas.fill(ellipse(0, 0, 11), mix(tint.main, WHITE, 0.8))
        for turn in range(0, 360, 60):
            with canvas.at(0, 0, angle=turn):
                canvas.fill(smooth("1.5,0 8,-3.4 9.6,0 8,3.4"), (tint.light, tint.main))


@motif
def teapot(canvas: Canvas, tint: Tint) -> None:
    """Draw a teapot."""
    ground(canvas, 34, 40)
    canvas.stroke(arc(-30, 2, 16, 18, 70, 290), 6, (tint.main, tint.dark))
    canvas.fill(smooth("20,10 34,4 38,-12 48,-20 50,-14 44,-2 40,16 24,26"), (tint.light, tint.dark))
    shape = smooth("-20,-18 20,-18 34,2 30,24 16,35 -16,35 -30,24 -34,2")
    body(canvas, shape, tint, gloss=0.4)
    with canvas.inside(shape):
        canvas.stroke(curve("-36,10 0,18 36,10"), 1.8, WHITE, opacity=0.5)
    canvas.fill(smooth("-23,-18 -14,-28 0,-31 14,-28 23,-18 0,-14"), (tint.light, tint.dark))
    body(canvas, ellipse(0, -34, 5.4), tint)


@motif
def thermos(canvas: Canvas, tint: Tint) -> None:
    """Draw a vacuum flask."""
    ground(canvas, 48, 22)
    canvas.fill(pill(-14, -50, 14, -26, 5), (STEEL.light, STEEL.dark))
    canvas.fill(box(-16, -30, 16, -24), (STEEL.pale, STEEL.dark))
    shape = box(-20, -25, 20, 48, round_top=7, round_bottom=6)
    body(canvas, shape, tint, gloss=0.35)
    with canvas.inside(shape):
        canvas.fill([(-30, 38), (30, 38), (30, 50), (-30, 50)], (STEEL.light, STEEL.dark))
        canvas.soften(22, 10, 12, 60, tint.deep, 0.5)
    canvas.stroke(curve("-13,-14 -13,30"), 3, WHITE, opacity=0.5)
    leaf(canvas, -6, 14, length=20, angle=-44, tint=TINTS["white"])
    leaf(canvas, -4, 15, length=16, angle=-6, tint=TINTS["white"])


@motif
def pot(canvas: Canvas, tint: Tint) -> None:
    """Draw a steaming pot."""
    ground(canvas, 36, 40)
    for side in (-1, 1):
        canvas.stroke(arc(38 * side, 4, 9, 7, 0, 360), 5, (STEEL.dark, STEEL.deep))
    shape = [*arc(0, 24, 38, 13, 0, 180), (-38, -6), *arc(0, -6, 38, 9, 180, 360)]
    body(canvas, shape, tint, gloss=0.35)
    canvas.fill([*arc(0, -6, 40, 9, 0, 180), *arc(0, -8, 40, 22, 180, 360)], (tint.light, tint.dark))
    canvas.stroke(arc(0, -6, 40, 9, 0, 180), 2.6, STEEL.light)
    canvas.soften(-14, -22, 16, 7, WHITE, 0.6)
    canvas.stroke([(0, -30), (0, -36)], 5, STEEL.deep)
    canvas.fill(ellipse(0, -38, 9, 5), (STEEL.main, STEEL.deep))
    steam(canvas, -20, 20, top=-50)


@motif
def pan(canvas: Canvas, tint: Tint) -> None:
    """Draw a frying pan with an egg."""
    ground(canvas, 26, 38)
    with canvas.at(-10, 2):
        canvas.stroke([(32, 2), (60, -12)], 8, (tint.main, tint.deep))
        canvas.stroke([(44, -4.4), (58, -11.4)], 2, WHITE, opacity=0.35)
        canvas.fill([*arc(0, 8, 38, 17, 0, 180), (-38, 0), *arc(0, 0, 38, 17, 180, 360)], (STEEL.main, STEEL.deep))
        canvas.fill(ellipse(0, 0, 38, 17), (STEEL.light, TINTS["slate"].main))
        canvas.fill(ellipse(0, 1.4, 33, 13.6), (TINTS["slate"].deep, TINTS["slate"].main))
        canvas.fill(smooth("-18,0 -8,-7 8,-6 20,0 12,8 -2,7 -12,9"), (WHITE, TINTS["cream"].light))
        body(canvas, ellipse(1, 0, 7.4, 5), TINTS["amber"], gloss=0.8)


@motif
def knife(canvas: Canvas, tint: Tint) -> None:
    """Draw a knife on its board."""
    ground(canvas, 34, 46)
    with canvas.at(0, 2, angle=-10):
        canvas.fill(pill(-46, -24, 42, 30, 9), (WOOD.dark, WOOD.deep))
        canvas.fill(pill(-46, -28, 42, 26, 9), (WOOD.light, WOOD.main))
        for y in (-18, -6, 6, 17):
            canvas.stroke(curve([(-40, y), (-10, y + 2), (14, y - 2), (36, y + 1)]), 1.1, WOOD.dark, opacity=0.5)
        canvas.fill(ellipse(-37, -1, 3.6), WOOD.deep)
        blade = smooth("-30,6 -24,-8 -4,-13 16,-13 16,8 -8,9")
        canvas.fill(blade, (WHITE, STEEL.main))
        canvas.stroke(curve("-28,5 -6,7 15,6"), 1.2, WHITE)
        canvas.fill(pill(15, -12, 46, 0, 5), (tint.light, tint.deep))
        for x in (22, 30, 38):
            canvas.fill(ellipse(x, -6, 1.6), STEEL.pale)


@motif
def lunchbox(canvas: Canvas, tint: Tint) -> None:
    """Draw a lunch box."""
    ground(canvas, 34, 44)
    canvas.fill(pill(-42, -2, 42, 34, 9), (WHITE, tint.pale))
    with canvas.inside(pill(-42, -2, 42, 34, 9)):
        for x, skin in ((-26, TINTS["green"]), (-8, TINTS["coral"]), (9, TINTS["amber"]), (26, TINTS["red"])):
            body(canvas, ellipse(x, 20, 10, 9), skin, gloss=0.4)
        canvas.fill([(-50, 0), (50, 0), (50, 40), (-50, 40)], WHITE, opacity=0.35)
    canvas.fill(pill(-46, -16, 46, 4, 7), (tint.light, tint.dark))
    canvas.fill(pill(-36, -22, 36, -14, 4), (tint.light, tint.main))
    for x in (-30, 30):
        canvas.fill(pill(x - 6, -6, x + 6, 12, 3), (tint.pale, tint.main))


@motif
def chopsticks(canvas: Canvas, tint: Tint) -> None:
    """Draw chopsticks and a spoon."""
    ground(canvas, 34, 44)
    for x, angle in ((-4, -40), (6, -34)):
        with canvas.at(x, 0, angle=angle):
            canvas.fill([(-52, -1.2), (-52, 1.2), (48, 3.4), (48, -3.4)], (tint.light, tint.dark))
            canvas.fill([(26, -3), (26, 3), (30, 3), (30, -3)], TINTS["amber"].main)
            canvas.fill([(34, -3.2), (34, 3.2), (36, 3.2), (36, -3.2)], TINTS["amber"].main)
    with canvas.at(2, 4, angle=36):
        canvas.stroke([(-6, 0), (44, 0)], 5, (tint.light, tint.dark))
        body(canvas, ellipse(-22, 0, 19, 13), tint, gloss=0.3)
        canvas.fill(ellipse(-22, 0, 15, 9.6), (tint.dark, tint.light))
