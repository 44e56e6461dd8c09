"""Things for the house, and things to wear."""

from mxshop.sample.drawing.brushwork import body, ground, leaf, motif, sheet
from mxshop.sample.drawing.canvas import Canvas
from mxshop.sample.drawing.colours import TINTS, WHITE, Tint, mix
from mxshop.sample.drawing.shapes import arc, box, curve, ellipse, mirrored, pill, polygon, smooth, star


@motif
def towels(canvas: Canvas, tint: Tint) -> None:
    """Draw a pile of towels."""
    ground(canvas, 38, 44)
    for top, skin in ((14, tint), (-8, TINTS["white"]), (-30, tint)):
        shape = pill(-42, top, 42, top + 23, 10)
        canvas.fill(shape, (skin.light, skin.dark))
        with canvas.inside(shape):
            canvas.stroke(curve([(-30, top + 11.5), (40, top + 11.5)]), 1.6, skin.deep, opacity=0.35)
            canvas.fill(box(18, top, 26, top + 30), WHITE if skin is tint else tint.main, opacity=0.7)
            canvas.soften(0, top + 24, 60, 8, skin.deep, 0.5)


@motif
def tissues(canvas: Canvas, tint: Tint) -> None:
    """Draw a box of tissues."""
    ground(canvas, 36, 44)
    canvas.fill(smooth("-14,-14 -22,-34 -6,-42 2,-34 14,-44 22,-30 14,-12"), (WHITE, TINTS["grey"].pale))
    canvas.stroke(curve("-4,-14 -2,-26 4,-34"), 1.4, TINTS["grey"].light)
    canvas.fill([(-44, -10), (-28, -22), (44, -22), (36, -10)], (tint.pale, tint.light))
    canvas.fill(ellipse(2, -16, 20, 3.6), tint.deep)
    canvas.fill(smooth("-14,-16 -10,-26 10,-27 18,-16 2,-14"), (WHITE, TINTS["grey"].pale))
    canvas.fill(box(-44, -10, 36, 36, round_bottom=4), (tint.light, tint.main))
    canvas.fill([(36, -10), (44, -22), (44, 24), (36, 34)], (tint.main, tint.deep))
    for x, y in ((-26, 4), (-4, 18), (18, 4), (-28, 26), (20, 26)):
        canvas.fill(star(x, y, 6, 2.6, 6), WHITE, opacity=0.75)


@motif
def rolls(canvas: Canvas, tint: Tint) -> None:
    """Draw three rolls of paper."""
    ground(canvas, 40, 44)
    for x, y in ((-20, 6), (20, 6), (0, -30)):
        with canvas.at(x, y):
            canvas.fill([*arc(0, 30, 19, 6, 0, 180), (-19, 0), *arc(0, 0, 19, 6, 180, 360)], (WHITE, tint.light))
            canvas.fill(ellipse(0, 0, 19, 6), (WHITE, tint.pale))
            canvas.fill(ellipse(0, 0, 6.6, 2.2), (TINTS["tan"].dark, TINTS["tan"].main))
            for py in (8, 16, 24):
                for px in (-11, -3, 5, 13):
                    canvas.fill(ellipse(px, py + 4, 1, 0.8), tint.main, opacity=0.5)


@motif
def soap(canvas: Canvas, tint: Tint) -> None:
    """Draw a bar of soap and bubbles."""
    ground(canvas, 32, 44)
    with canvas.at(0, 6, angle=-8):
        canvas.fill(pill(-38, -10, 38, 26, 15), (tint.dark, tint.deep))
        canvas.fill(pill(-38, -18, 38, 18, 15), (tint.pale, tint.main))
        canvas.stroke(pill(-30, -11, 30, 11, 9), 1.8, tint.dark, opacity=0.5)
        leaf(canvas, -11, 5, length=24, angle=-20, tint=tint)
    for x, y, radius in ((-30, -26, 8), (-14, -36, 5), (26, -28, 10), (38, -12, 5), (10, -40, 3.6)):
        canvas.fill(ellipse(x, y, radius), (WHITE, TINTS["sky"].pale), opacity=0.75)
        canvas.stroke(arc(x, y, radius * 0.66, radius * 0.66, 190, 250), 1.4, WHITE)


@motif
def toothbrush(canvas: Canvas, tint: Tint) -> None:
    """Draw two toothbrushes in a tumbler."""
    ground(canvas, 46, 30)
    for x, angle, skin in ((-8, -14, tint), (10, 16, TINTS["coral"])):
        with canvas.at(x, 20, angle=angle):
            canvas.stroke([(0, 10), (0, -58)], 5.4, (skin.light, skin.dark))
            canvas.fill(pill(-4.4, -70, 4.4, -44, 3), (skin.light, skin.dark))
            for y in (-68, -62, -56, -50):
                canvas.fill(pill(4, y, 13, y + 4.6, 1), (WHITE, TINTS["sky"].pale))
    shape = smooth("-22,-6 22,-6 20,40 14,46 -14,46 -20,40")
    canvas.fill(shape, (TINTS["mint"].pale, TINTS["mint"].main), opacity=0.93)
    canvas.fill(ellipse(0, -6, 22, 4.4), (WHITE, TINTS["mint"].light), opacity=0.7)
    canvas.stroke(curve("-15,2 -14,36"), 2.6, WHITE, opacity=0.7)


@motif
def basket(canvas: Canvas, tint: Tint) -> None:
    """Draw a basket."""
    ground(canvas, 40, 42)
    canvas.stroke(arc(0, -4, 28, 38, 180, 360), 4.6, (tint.main, tint.deep))
    for x, y, skin in ((-18, -8, TINTS["sky"]), (16, -10, TINTS["pink"]), (0, -14, TINTS["white"])):
        body(canvas, ellipse(x, y, 19, 13), skin, gloss=0.4)
    shape = smooth("-42,-6 42,-6 36,30 30,40 -30,40 -36,30")
    canvas.fill(shape, (tint.light, tint.dark))
    with canvas.inside(shape):
        for row in range(6):
            for column in range(-5, 6):
                left, top = column * 9 + row % 2 * 4.5 - 3, row * 8 - 3
                canvas.stroke([(left, top), (left + 6, top)], 3.4, tint.deep, opacity=0.3)
        canvas.soften(42, 24, 26, 40, tint.deep, 0.5)
    canvas.fill(pill(-45, -10, 45, -2, 4), (tint.light, tint.dark))


@motif
def umbrella(canvas: Canvas, tint: Tint) -> None:
    """Draw an umbrella."""
    ground(canvas, 47, 18)
    canvas.stroke([(0, -40), (0, 34)], 3.4, TINTS["slate"].dark)
    canvas.stroke(arc(7, 34, 7, 10, 20, 180), 4.4, TINTS["brown"].dark)
    shape = [
        *arc(0, 0, 48, 42, 180, 360),
        *arc(36, 0, 12, 6, 0, -180),
        *arc(12, 0, 12, 6, 0, -180),
        *arc(-12, 0, 12, 6, 0, -180),
        *arc(-36, 0, 12, 6, 0, -180),
    ]
    body(canvas, shape, tint, gloss=0.4)
    with canvas.inside(shape):
        for bend in (-24, 0, 24):
            canvas.stroke(curve([(0, -42), (bend * 0.75, -24), (bend, 0)]), 1.6, tint.deep, opacity=0.5)
    canvas.stroke([(0, -42), (0, -48)], 3, TINTS["slate"].dark)


@motif
def candle(canvas: Canvas, tint: Tint) -> None:
    """Draw a burning candle in a glass."""
    ground(canvas, 44, 30)
    canvas.soften(0, -32, 34, 30, TINTS["yellow"].light, 0.8)
    canvas.fill([*arc(0, 36, 28, 8, 0, 180), (-28, -8), *arc(0, -8, 28, 7, 180, 360)], WHITE, opacity=0.55)
    canvas.fill([*arc(0, 34, 25, 7, 0, 180), (-25, 4), *arc(0, 4, 25, 6, 180, 360)], (tint.light, tint.dark))
    canvas.fill(ellipse(0, 4, 25, 6), (tint.pale, tint.light))
    canvas.stroke(ellipse(0, -8, 28, 7), 1.6, WHITE)
    canvas.stroke([(0, 4), (0, -10)], 1.8, TINTS["slate"].deep)
    canvas.fill(mirrored("0,-36 5,-24 7,-14 4,-8 0,-7"), (TINTS["yellow"].light, TINTS["orange"].main))
    canvas.fill(mirrored("0,-24 3,-15 0,-8"), WHITE, opacity=0.8)
    canvas.fill(pill(-15, 14, 15, 32, 4), (WHITE, TINTS["cream"].light))
    canvas.stroke([(-7, 23), (7, 23)], 2.4, tint.main)


@motif
def plant(canvas: Canvas, tint: Tint) -> None:
    """Draw a plant in a pot."""
    ground(canvas, 46, 28)
    for angle, length in ((-150, 40), (-30, 40), (-126, 52), (-54, 52), (-90, 56), (-106, 40), (-72, 40)):
        leaf(canvas, 0, 10, length=length, angle=angle, tint=TINTS["forest" if angle % 4 else "green"])
    shape = smooth("-26,8 26,8 22,36 16,46 -16,46 -22,36")
    body(canvas, shape, tint, gloss=0.3)
    canvas.fill(pill(-29, 4, 29, 15, 4), (tint.light, tint.dark))


@motif
def lamp(canvas: Canvas, tint: Tint) -> None:
    """Draw a table lamp."""
    ground(canvas, 46, 28)
    canvas.soften(0, 12, 56, 44, TINTS["yellow"].light, 0.7)
    canvas.stroke([(0, -4), (0, 42)], 4.4, (TINTS["tan"].main, TINTS["brown"].main))
    canvas.fill(ellipse(0, 43, 22, 6), (TINTS["tan"].main, TINTS["brown"].dark))
    shape = [(-18, -42), (18, -42), (36, 0), (-36, 0)]
    canvas.fill([*shape[:2], *arc(0, 0, 36, 6, 0, 180)], (tint.pale, tint.main))
    with canvas.inside([*shape[:2], *arc(0, 0, 36, 6, 0, 180)]):
        canvas.soften(-6, -6, 30, 30, WHITE, 0.7)
    canvas.fill(ellipse(0, -42, 18, 3), (WHITE, tint.light))


@motif
def shirt(canvas: Canvas, tint: Tint) -> None:
    """Draw a T-shirt."""
    canvas.soften(4, 44, 50, 8, (64, 36, 58), 0.35)
    shape = polygon("-14,-38 -26,-34 -48,-12 -34,4 -26,-4 -26,42 26,42 26,-4 34,4 48,-12 26,-34 14,-38")
    canvas.fill(shape, (tint.light, tint.dark))
    with canvas.inside(shape):
        canvas.stroke([(-26, -4), (-24, -20)], 1.6, tint.deep, opacity=0.5)
        canvas.stroke([(26, -4), (24, -20)], 1.6, tint.deep, opacity=0.5)
        canvas.soften(30, 30, 26, 60, tint.deep, 0.4)
        canvas.soften(-12, 0, 18, 40, WHITE, 0.3)
        canvas.stroke([(-26, 38.6), (26, 38.6)], 0.9, tint.deep, opacity=0.5)
    canvas.fill([*arc(0, -39, 14, 12, 0, 180)], (tint.deep, tint.dark))
    canvas.stroke(arc(0, -38, 14, 12, 0, 180), 2.6, tint.pale)
    canvas.fill(ellipse(0, 2, 9), WHITE, opacity=0.85)
    leaf(canvas, -6, 6, length=14, angle=-40, tint=TINTS["green"])


@motif
def socks(canvas: Canvas, tint: Tint) -> None:
    """Draw a pair of socks."""
    ground(canvas, 42, 40)
    for x, y, skin in ((12, -4, TINTS["white"]), (-12, 2, tint)):
        with canvas.at(x, y):
            shape = smooth("-10,-42 14,-42 14,-8 18,8 14,24 -6,34 -28,40 -36,30 -28,18 -10,8 -9,-12")
            body(canvas, shape, skin, gloss=0.3)
            with canvas.inside(shape):
                canvas.fill(box(-30, -50, 40, -33), tint.dark)
                canvas.fill(ellipse(-32, 32, 13, 14), tint.dark, opacity=0.75)
                canvas.fill(ellipse(17, 16, 9, 11), tint.dark, opacity=0.75)
                for top in (-26, -18):
                    canvas.fill(box(-30, top, 40, top + 3.4), WHITE if skin is tint else tint.main, opacity=0.8)


@motif
def slippers(canvas: Canvas, tint: Tint) -> None:
    """Draw a pair of slippers."""
    ground(canvas, 40, 44)
    for x, angle in ((-20, -8), (20, 8)):
        with canvas.at(x, 0, angle=angle):
            sole = smooth("0,-42 15,-34 17,-10 13,18 12,36 0,42 -12,36 -13,18 -17,-10 -15,-34")
            with canvas.at(1.5, 4):
                canvas.fill(sole, (TINTS["brown"].main, TINTS["brown"].deep))
            canvas.fill(sole, (TINTS["cream"].light, TINTS["tan"].main))
            strap = smooth("0,-42 16,-33 19,-8 15,6 0,1 -15,6 -19,-8 -16,-33")
            body(canvas, strap, tint, gloss=0.4)
            canvas.stroke(curve("-15,3 0,-2 15,3"), 1.6, tint.pale, opacity=0.8)


@motif
def hat(canvas: Canvas, tint: Tint) -> None:
    """Draw a straw hat."""
    ground(canvas, 28, 44)
    canvas.fill(smooth("-48,16 -20,6 20,6 48,16 24,28 -24,28"), (tint.light, tint.dark))
    crown = smooth("-26,14 -24,-14 -12,-28 12,-28 24,-14 26,14 0,20")
    body(canvas, crown, tint, gloss=0.4)
    with canvas.inside(crown):
        canvas.stroke(curve("-28,8 0,14 28,8"), 8, TINTS["crimson"].main)
        for y in (-20, -12, -4):
            canvas.stroke(curve([(-26, y + 2), (0, y + 6), (26, y + 2)]), 0.9, tint.deep, opacity=0.4)


@motif
def tote(canvas: Canvas, tint: Tint) -> None:
    """Draw a cloth bag."""
    ground(canvas, 46, 34)
    canvas.stroke(arc(0, -14, 17, 32, 180, 360), 4.4, (tint.main, tint.deep))
    shape = smooth("-32,-18 0,-17 32,-18 35,40 30,46 -30,46 -35,40")
    canvas.fill(shape, (tint.light, tint.main))
    with canvas.inside(shape):
        canvas.soften(36, 30, 26, 60, tint.deep, 0.45)
        canvas.stroke([(-40, -12), (40, -12)], 1, tint.deep, opacity=0.4)
    leaf(canvas, -2, 30, length=30, angle=-120, tint=TINTS["forest"])
    leaf(canvas, 0, 30, length=34, angle=-80, tint=TINTS["green"])
    leaf(canvas, 2, 30, length=26, angle=-40, tint=TINTS["forest"])


@motif
def pillow(canvas: Canvas, tint: Tint) -> None:
    """Draw a pillow."""
    ground(canvas, 32, 46)
    shape = smooth("-46,-26 -24,-22 0,-25 24,-22 46,-26 42,0 46,28 24,25 0,28 -24,25 -46,28 -42,0")
    body(canvas, shape, tint, gloss=0.5)
    with canvas.inside(shape):
        for x in (-24, 0, 24):
            canvas.stroke(curve([(x - 2, -30), (x + 2, 0), (x - 2, 32)]), 3, WHITE, opacity=0.35)
        for turn in (-38, 38):
            canvas.stroke(curve([(turn, -20), (turn * 0.72, -8)]), 1.4, tint.deep, opacity=0.4)


@motif
def drops(canvas: Canvas, tint: Tint) -> None:
    """Draw drops of something clean."""
    for x, y, size in ((-18, 6, 1.0), (20, -8, 0.8), (14, 26, 0.6)):
        with canvas.at(x, y, scale=size):
            body(canvas, mirrored("0,-36 10,-14 20,6 16,24 0,31"), tint, gloss=0.6)


@motif
def flower(canvas: Canvas, tint: Tint) -> None:
    """Draw a flower."""
    leaf(canvas, 0, 6, length=44, angle=36)
    leaf(canvas, 0, 6, length=44, angle=144)
    for turn in range(0, 360, 60):
        with canvas.at(0, -6, angle=turn):
            petal = smooth("0,-6 12,-18 9,-36 0,-40 -9,-36 -12,-18")
            canvas.fill(petal, (mix(tint.main, WHITE, 0.5), tint.main))
    body(canvas, ellipse(0, -6, 11), TINTS["amber"])
    sheet(canvas, ellipse(-2, -8, 5), TINTS["yellow"])
