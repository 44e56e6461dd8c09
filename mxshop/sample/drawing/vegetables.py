"""Vegetables."""

from mxshop.sample.drawing.brushwork import body, ground, leaf, motif, shine, stalk
from mxshop.sample.drawing.canvas import Canvas
from mxshop.sample.drawing.colours import TINTS, WHITE, Tint, mix
from mxshop.sample.drawing.shapes import curve, ellipse, mirrored, on_ellipse, pill, smooth, star


@motif
def carrots(canvas: Canvas, tint: Tint) -> None:
    """Draw two carrots."""
    ground(canvas, 44, 36)
    for x, angle in ((16, -14), (-14, 12)):
        with canvas.at(x, 2, angle=angle):
            for turn in (-126, -90, -54):
                leaf(canvas, 0, -20, length=34, angle=turn)
            shape = mirrored("0,-26 11,-25 15,-14 10,14 3,40 0,43")
            body(canvas, shape, tint)
            for y, left, right in ((-12, -13, -4), (0, 2, 10), (10, -9, -1), (22, 0, 5)):
                canvas.stroke([(left, y), (right, y + 1)], 1.8, tint.deep, opacity=0.5)


@motif
def tomatoes(canvas: Canvas, tint: Tint) -> None:
    """Draw three tomatoes."""
    ground(canvas, 38, 46)
    for x, y, radius in ((18, -8, 26), (-16, 8, 30), (30, 24, 15)):
        with canvas.at(x, y, scale=radius / 30):
            body(canvas, smooth("0,-25 16,-28 30,-8 24,20 0,29 -24,20 -30,-8 -16,-28"), tint)
            shine(canvas, 0, 0, 22, 21, start=190, end=230)
            canvas.fill(star(0, -22, 15, 4, 5), (TINTS["green"].light, TINTS["forest"].main))
            stalk(canvas, (0, -22), (1, -30), width=3.4, tint=TINTS["green"])


@motif
def potatoes(canvas: Canvas, tint: Tint) -> None:
    """Draw three potatoes."""
    ground(canvas, 34, 46)
    for x, y, scale, angle in ((-4, -12, 0.85, -10), (-22, 12, 0.8, 12), (20, 10, 0.92, -18)):
        with canvas.at(x, y, scale=scale, angle=angle):
            shape = smooth("-32,2 -22,-20 4,-23 28,-14 34,6 20,22 -8,24 -26,18")
            body(canvas, shape, tint, gloss=0.35)
            for px, py in ((-14, -6), (8, -10), (18, 6), (-4, 10), (-20, 8)):
                canvas.stroke([(px, py), (px + 4, py - 1)], 1.8, tint.deep, opacity=0.6)


@motif
def corn(canvas: Canvas, tint: Tint) -> None:
    """Draw an ear of corn."""
    ground(canvas, 45, 24)
    shape = mirrored("0,-46 11,-40 17,-18 17,16 10,40 0,42")
    body(canvas, shape, tint)
    with canvas.inside(shape):
        for row in range(-44, 44, 7):
            for x in (-15, -9, -3, 3, 9, 15):
                canvas.fill(pill(x - 2.5, row, x + 2.5, row + 5.6, 2.2), (tint.light, tint.dark), opacity=0.75)
        canvas.soften(20, 10, 22, 60, tint.deep, 0.5)
    for side in (-1, 1):
        husk = smooth([(0, 46), (16 * side, 40), (28 * side, 14), (34 * side, -14), (20 * side, 0), (8 * side, 20)])
        canvas.fill(husk, (TINTS["lime"].main, TINTS["forest"].main))
        canvas.stroke(curve([(3 * side, 42), (18 * side, 24), (31 * side, -8)]), 1.6, TINTS["lime"].pale, opacity=0.6)


@motif
def greens(canvas: Canvas, tint: Tint) -> None:
    """Draw a head of bok choy."""
    ground(canvas, 44, 24)
    for x, angle, size in ((-13, -30, 0.86), (13, 30, 0.86), (-6, -13, 1.0), (7, 14, 1.0), (0, 0, 1.08)):
        with canvas.at(x * 0.5, 40, scale=size, angle=angle):
            blade = smooth("0,-30 14,-42 18,-62 8,-80 -6,-81 -17,-66 -15,-44")
            canvas.fill(blade, (tint.light, tint.dark))
            with canvas.inside(blade):
                canvas.soften(18, -50, 20, 30, tint.deep, 0.5)
                for y in (-44, -56, -68):
                    canvas.stroke(curve([(0, y), (8, y - 5), (15, y - 7)]), 1.3, tint.pale, opacity=0.6)
                    canvas.stroke(curve([(0, y), (-8, y - 5), (-15, y - 7)]), 1.3, tint.pale, opacity=0.6)
            stem = smooth("-8,0 -10,-16 -5,-34 -1,-76 1,-76 5,-34 10,-16 8,0 0,4")
            canvas.fill(stem, (WHITE, mix(TINTS["lime"].pale, TINTS["lime"].main, 0.35)))


@motif
def broccoli(canvas: Canvas, tint: Tint) -> None:
    """Draw a head of broccoli."""
    ground(canvas, 44, 24)
    stem = smooth("-9,44 -12,20 -26,2 -12,-4 0,4 14,-4 26,2 12,22 10,44 0,46")
    canvas.fill(stem, (mix(tint.pale, TINTS["lime"].light, 0.5), mix(tint.light, TINTS["lime"].dark, 0.5)))
    tufts = (
        (-30, -2, 13),
        (30, -1, 13),
        (-18, -20, 17),
        (18, -20, 17),
        (0, -28, 18),
        (-14, 0, 14),
        (14, 1, 14),
        (0, -8, 16),
    )
    for x, y, radius in tufts:
        rim = [on_ellipse(x, y, radius, radius, turn) for turn in range(0, 360, 40)]
        body(canvas, smooth(rim), tint, gloss=0.25)
        for turn in range(0, 360, 72):
            px, py = on_ellipse(x, y, radius * 0.55, radius * 0.55, turn)
            canvas.fill(ellipse(px, py, radius * 0.2), tint.light, opacity=0.4)


@motif
def mushrooms(canvas: Canvas, tint: Tint) -> None:
    """Draw two mushrooms."""
    ground(canvas, 42, 40)
    for x, y, size in ((20, 8, 0.78), (-14, 2, 1.0)):
        with canvas.at(x, y, scale=size):
            stem = smooth("-10,-2 10,-2 9,18 14,36 0,41 -14,36 -9,18")
            body(canvas, stem, TINTS["cream"], gloss=0.2)
            canvas.soften(0, 0, 16, 10, tint.deep, 0.5)
            cap = smooth("-34,-2 -26,-26 0,-38 26,-26 34,-2 18,4 0,5 -18,4")
            body(canvas, cap, tint)
            for px, py, radius in ((-14, -16, 4), (6, -24, 4.6), (18, -10, 3.4), (-2, -8, 3)):
                canvas.fill(ellipse(px, py, radius, radius * 0.7), tint.pale, opacity=0.7)


@motif
def eggplant(canvas: Canvas, tint: Tint) -> None:
    """Draw an eggplant."""
    ground(canvas, 40, 36)
    with canvas.at(0, 2, angle=-38):
        shape = smooth("-36,-6 -18,-16 6,-20 32,-22 47,-4 40,18 16,24 -10,12 -30,8")
        body(canvas, shape, tint, gloss=0.5)
        canvas.stroke(curve("-16,-9 6,-13 28,-14"), 2.6, WHITE, opacity=0.6)
        cap = smooth("-48,-3 -38,-10 -22,-16 -28,-7 -18,-1 -27,4 -20,12 -36,10 -48,5")
        canvas.fill(cap, (TINTS["green"].light, TINTS["forest"].dark))
        stalk(canvas, (-44, 1), (-54, -2), (-60, -8), width=5, tint=TINTS["forest"])


@motif
def chillies(canvas: Canvas, tint: Tint) -> None:
    """Draw a green and a red chilli."""
    ground(canvas, 36, 44)
    for x, y, angle, skin in ((-6, -8, -8, TINTS["green"]), (0, 10, 14, tint)):
        with canvas.at(x, y, angle=angle):
            shape = smooth("-34,-8 -28,-14 -8,-12 18,-2 44,18 46,22 22,16 -8,8 -30,4")
            body(canvas, shape, skin, gloss=0.4)
            canvas.stroke(curve("-24,-8 -6,-6 16,3"), 2, WHITE, opacity=0.6)
            canvas.fill(smooth("-39,-9 -30,-15 -26,-6 -31,4 -39,0"), (TINTS["green"].light, TINTS["forest"].main))
            stalk(canvas, (-37, -4), (-45, -8), (-49, -15), width=3.6, tint=TINTS["forest"])


@motif
def pumpkin(canvas: Canvas, tint: Tint) -> None:
    """Draw a pumpkin."""
    ground(canvas, 38, 44)
    stalk(canvas, (0, -22), (-2, -34), (8, -42), width=7, tint=TINTS["forest"])
    for x, rx in ((-28, 16), (28, 16), (-17, 18), (17, 18), (0, 18)):
        body(canvas, ellipse(x, 7, rx, 31), tint, gloss=0.3)
    leaf(canvas, 2, -26, length=32, angle=-14)


@motif
def cucumber(canvas: Canvas, tint: Tint) -> None:
    """Draw a cucumber and three slices."""
    ground(canvas, 34, 44)
    with canvas.at(-4, -8, angle=-16):
        shape = smooth("-44,2 -34,-12 0,-15 34,-12 45,0 34,12 0,15 -34,13")
        body(canvas, shape, tint)
        for y in (-6, 1, 8):
            canvas.stroke(curve([(-36, y), (0, y - 2), (36, y)]), 1.4, tint.pale, opacity=0.45)
    for x, y in ((-16, 20), (8, 22), (30, 18)):
        canvas.fill(ellipse(x, y, 15, 14), (tint.main, tint.deep))
        canvas.fill(ellipse(x, y - 0.5, 12.6, 11.6), (TINTS["lime"].pale, mix(TINTS["lime"].light, WHITE, 0.3)))
        for turn in range(0, 360, 60):
            px, py = on_ellipse(x, y, 6, 5.4, turn)
            canvas.fill(ellipse(px, py, 2.2, 1.2, tilt=turn), WHITE, opacity=0.9)


@motif
def garlic(canvas: Canvas, tint: Tint) -> None:
    """Draw two heads of garlic."""
    ground(canvas, 38, 44)
    for x, y, size in ((-12, 0, 1.0), (26, 16, 0.56)):
        with canvas.at(x, y, scale=size):
            shape = mirrored("0,-40 4,-38 6,-20 26,-6 34,14 22,33 0,37")
            body(canvas, shape, tint, gloss=0.3)
            with canvas.inside(shape):
                for bend in (-22, -8, 8, 22):
                    canvas.stroke(
                        curve([(bend * 0.1, -26), (bend, 8), (bend * 0.6, 38)]), 1.6, TINTS["violet"].light, opacity=0.5
                    )


@motif
def lotus(canvas: Canvas, tint: Tint) -> None:
    """Draw a root of lotus and a slice."""
    ground(canvas, 34, 44)
    with canvas.at(-6, -10, angle=-14):
        body(canvas, smooth("-42,0 -34,-15 -6,-12 6,-12 32,-16 44,0 32,16 6,12 -6,12 -34,15"), tint, gloss=0.3)
    with canvas.at(14, 14):
        canvas.fill(ellipse(0, 0, 25), (tint.main, tint.dark))
        canvas.fill(ellipse(-0.4, -0.6, 22.4), (WHITE, tint.light))
        for turn in range(0, 360, 45):
            px, py = on_ellipse(0, 0, 13.5, 13.5, turn)
            canvas.fill(ellipse(px, py, 4.4, 3.2, tilt=turn), (tint.deep, tint.dark))
        canvas.fill(ellipse(0, 0, 2.6), tint.deep)


@motif
def tofu(canvas: Canvas, tint: Tint) -> None:
    """Draw three cubes of tofu."""
    ground(canvas, 34, 46)
    canvas.fill(ellipse(0, 30, 46, 10), (WHITE, TINTS["sky"].pale))
    canvas.fill(ellipse(0, 28, 38, 7), (TINTS["sky"].pale, TINTS["sky"].light), opacity=0.6)
    for x, y in ((-14, 8), (14, 10), (0, -14)):
        with canvas.at(x, y, scale=0.6):
            canvas.fill([(-26, -12), (4, -24), (28, -14), (0, 0)], (WHITE, tint.pale))
            canvas.fill([(-26, -12), (0, 0), (0, 34), (-26, 20)], (tint.pale, tint.light))
            canvas.fill([(0, 0), (28, -14), (28, 18), (0, 34)], (tint.light, tint.main))
    leaf(canvas, 20, -26, length=20, angle=-20)
