"""Bread, cheese, sweets, nuts, grain."""

from mxshop.sample.drawing.brushwork import body, ground, leaf, motif, sheet
from mxshop.sample.drawing.canvas import Canvas
from mxshop.sample.drawing.colours import TINTS, WHITE, Tint, mix
from mxshop.sample.drawing.shapes import arc, curve, ellipse, mirrored, on_ellipse, pill, smooth, star

FAT = mix(TINTS["cream"].main, WHITE, 0.45)


@motif
def bread(canvas: Canvas, tint: Tint) -> None:
    """Draw a loaf of bread."""
    ground(canvas, 34, 46)
    canvas.fill(smooth("-16,-28 30,-30 46,-16 42,-2 42,30 36,34 -10,34 -10,0"), (tint.main, tint.deep))
    shape = smooth("-44,-14 -32,-28 -6,-30 18,-26 26,-12 21,0 21,28 16,34 -34,34 -40,28 -40,0")
    canvas.fill(shape, (tint.light, tint.dark))
    with canvas.at(-9.5, 3, scale=0.86), canvas.at(9, -3):
        canvas.fill(shape, (FAT, TINTS["cream"].main))
        with canvas.inside(shape):
            for x, y, r in (
                (-24, -8, 2),
                (-8, -14, 1.6),
                (4, 0, 2.2),
                (-20, 12, 1.7),
                (-2, 18, 2),
                (10, 14, 1.5),
                (-30, 22, 1.6),
                (8, -16, 1.4),
            ):
                canvas.fill(ellipse(x, y, r, r * 0.75), tint.main, opacity=0.35)


@motif
def croissant(canvas: Canvas, tint: Tint) -> None:
    """Draw a croissant."""
    ground(canvas, 28, 46)
    for angle, radius in ((196, 9), (344, 9), (216, 13.5), (324, 13.5), (238, 17), (302, 17), (270, 20)):
        x, y = on_ellipse(0, 24, 38, 34, angle)
        with canvas.at(x, y, angle=angle - 270):
            body(canvas, ellipse(0, 0, radius * 0.82, radius * 1.06), tint, gloss=0.45)
            canvas.stroke(arc(0, 0, radius * 0.6, radius * 0.86, 100, 250), 1.4, tint.deep, opacity=0.45)


@motif
def cake(canvas: Canvas, tint: Tint) -> None:
    """Draw a piece of cake."""
    ground(canvas, 38, 42)
    canvas.fill(ellipse(0, 34, 46, 9), (WHITE, TINTS["grey"].light))
    canvas.fill([(-38, -6), (10, 4), (10, 36), (-38, 22)], (FAT, TINTS["cream"].main))
    canvas.fill([(10, 4), (40, -14), (40, 16), (10, 36)], (TINTS["cream"].main, TINTS["tan"].main))
    for y in (8, 19):
        canvas.fill([(-38, -6 + y - 3), (10, 4 + y - 2), (10, 8 + y - 2), (-38, -3 + y - 3)], (tint.light, tint.main))
        canvas.fill([(10, 4 + y - 2), (40, -14 + y - 3), (40, -11 + y - 3), (10, 8 + y - 2)], tint.dark)
    canvas.fill(smooth("-38,-8 0,-28 20,-26 40,-16 36,-10 24,0 10,8 4,2 -8,4 -14,-1 -28,0"), (tint.pale, tint.light))
    with canvas.at(8, -26, scale=0.42):
        body(canvas, mirrored("0,-24 20,-28 36,-16 35,4 22,27 8,42 0,44"), TINTS["red"])
        for angle in (200, 270, 340):
            leaf(canvas, 0, -26, length=28, angle=angle)


@motif
def cheese(canvas: Canvas, tint: Tint) -> None:
    """Draw a piece of cheese."""
    ground(canvas, 32, 44)
    canvas.fill([(-44, -2), (10, -30), (44, -8), (44, -6), (-44, 0)], (tint.pale, tint.light))
    canvas.fill([(-44, -2), (44, -8), (44, 28), (-44, 30)], (tint.light, tint.dark))
    with canvas.inside([(-44, -2), (44, -8), (44, 28), (-44, 30)]):
        for x, y, r in ((-24, 12, 7.0), (4, 18, 5), (24, 6, 8), (36, 24, 5), (-8, 2, 4), (-38, 26, 5)):
            canvas.fill(ellipse(x, y, r), (tint.deep, tint.dark))
            canvas.fill(ellipse(x + 0.8, y + 1.2, r * 0.86), (tint.dark, tint.main))
    for x, y, r in ((8, -18, 5.0), (24, -12, 3.4)):
        canvas.fill(ellipse(x, y, r, r * 0.55), (tint.dark, tint.main))


@motif
def cookies(canvas: Canvas, tint: Tint) -> None:
    """Draw two cookies."""
    ground(canvas, 36, 44)
    for x, y, radius in ((-16, -12, 27), (18, 10, 29)):
        with canvas.at(x, y):
            rim = [on_ellipse(0, 0, radius + (n % 3 - 1) * 0.8, radius + (n % 2) * 0.8, n * 24) for n in range(15)]
            body(canvas, smooth(rim), tint, gloss=0.3)
            for px, py in ((-12, -8), (2, -14), (12, -4), (-4, 2), (-14, 8), (8, 10), (-2, 16), (16, 8)):
                canvas.fill(ellipse(px, py, 3.2, 2.6, tilt=px * 9), (TINTS["brown"].dark, TINTS["brown"].deep))
                canvas.fill(ellipse(px - 0.8, py - 0.8, 0.9), WHITE, opacity=0.35)


@motif
def chocolate(canvas: Canvas, tint: Tint) -> None:
    """Draw a bar of chocolate."""
    ground(canvas, 42, 34)
    with canvas.at(0, 0, angle=-9):
        canvas.fill(pill(-28, -44, 28, 24, 3), (tint.main, tint.deep))
        for row in range(4):
            for column in range(3):
                left, top = -25 + column * 17.5, -41 + row * 16
                canvas.fill(pill(left, top, left + 15, top + 13.5, 2), (tint.light, tint.dark))
                canvas.fill(pill(left + 3, top + 3, left + 12, top + 10.5, 1.4), (tint.main, tint.main))
        canvas.fill(
            smooth("-31,4 -20,0 -8,5 6,0 18,4 31,0 31,40 0,42 -31,40"), (TINTS["crimson"].light, TINTS["crimson"].dark)
        )
        canvas.fill(
            smooth("-31,4 -20,0 -8,5 6,0 18,4 31,0 31,6 18,10 6,6 -8,11 -20,6 -31,10"), (WHITE, TINTS["grey"].light)
        )
        canvas.fill(star(0, 26, 9, 4, 5), TINTS["amber"].light)


@motif
def candies(canvas: Canvas, tint: Tint) -> None:
    """Draw three candies."""
    ground(canvas, 36, 46)
    for x, y, angle, skin in ((-16, -18, -20, TINTS["sky"]), (20, -4, 24, TINTS["amber"]), (-8, 18, 4, tint)):
        with canvas.at(x, y, angle=angle):
            for side in (-1, 1):
                canvas.fill(
                    smooth([(14 * side, 0), (28 * side, -12), (26 * side, 0), (28 * side, 12)]), (skin.light, skin.dark)
                )
            drop = ellipse(0, 0, 18, 13.5)
            body(canvas, drop, skin)
            with canvas.inside(drop):
                for x0 in (-12, -2, 8):
                    canvas.stroke(curve([(x0, -16), (x0 + 4, 0), (x0, 16)]), 3, WHITE, opacity=0.55)


@motif
def walnuts(canvas: Canvas, tint: Tint) -> None:
    """Draw two walnuts."""
    ground(canvas, 36, 46)
    for x, y, radius in ((-20, -10, 24), (20, 10, 27)):
        with canvas.at(x, y, scale=radius / 27):
            shape = smooth("0,-26 17,-22 27,-4 22,18 0,26 -22,18 -27,-4 -17,-22")
            body(canvas, shape, tint, gloss=0.3)
            with canvas.inside(shape):
                canvas.stroke(curve("0,-28 -2,-8 2,8 0,28"), 2.6, tint.deep)
                for line in (
                    ((-8, -20), (-14, -8), (-8, 2)),
                    ((-20, -6), (-12, 6), (-18, 14)),
                    ((8, -18), (12, -6), (8, 4)),
                    ((20, -4), (12, 8), (14, 18)),
                    ((-8, 10), (-6, 18), (-10, 24)),
                ):
                    canvas.stroke(curve(line), 1.8, tint.dark)


@motif
def almonds(canvas: Canvas, tint: Tint) -> None:
    """Draw five almonds."""
    ground(canvas, 36, 46)
    for x, y, angle in ((-22, -14, -40), (18, -18, 30), (-4, 12, -8), (28, 14, 64), (-32, 18, 40)):
        with canvas.at(x, y, angle=angle, scale=0.86):
            shape = mirrored("0,-27 9,-14 14,4 9,18 0,22")
            body(canvas, shape, tint, gloss=0.3)
            for bend in (-5, 0, 5):
                canvas.stroke(curve([(bend * 0.3, -18), (bend, 2), (bend * 0.5, 17)]), 1, tint.deep, opacity=0.5)


@motif
def beans(canvas: Canvas, tint: Tint) -> None:
    """Draw coffee beans, or any other that are split."""
    ground(canvas, 34, 46)
    for x, y, angle in ((-22, -16, -30), (16, -20, 24), (-30, 14, 36), (0, 4, -16), (30, 8, 50), (2, 28, 12)):
        with canvas.at(x, y, angle=angle):
            body(canvas, ellipse(0, 0, 12.5, 16), tint, gloss=0.4)
            canvas.stroke(curve("1,-15 -3,-5 3,5 -1,15"), 2.2, tint.deep)


@motif
def grain(canvas: Canvas, tint: Tint) -> None:
    """Draw ears of grain."""
    for x, angle in ((-14, -20), (14, 20), (0, 0)):
        with canvas.at(x * 0.4, 40, angle=angle):
            canvas.stroke(curve("0,8 1,-20 0,-56"), 2.2, tint.dark)
            for step in range(6):
                for side in (-1, 1):
                    body(canvas, ellipse(6 * side, -34 - step * 9, 4.4, 8, tilt=26 * side), tint, gloss=0.3)
            body(canvas, ellipse(0, -90, 4, 8), tint, gloss=0.3)


@motif
def noodles(canvas: Canvas, tint: Tint) -> None:
    """Draw a bundle of noodles."""
    ground(canvas, 34, 46)
    with canvas.at(0, 0, angle=-28):
        for number in range(15):
            y = -19.6 + number * 2.8
            reach = 46 - abs(number - 7) * 0.6 - number % 3
            canvas.stroke([(-reach, y), (reach, y)], 2.5, tint.light if number % 2 else tint.main)
        canvas.soften(0, 22, 50, 12, tint.deep, 0.5)
        canvas.fill(pill(-10, -23, 10, 23, 3), (TINTS["crimson"].light, TINTS["crimson"].dark))
        canvas.fill(pill(-5, -14, 5, 14, 3), FAT)


@motif
def honey(canvas: Canvas, tint: Tint) -> None:
    """Draw a comb with a drop."""
    for row, y in enumerate((-26, -4, 18)):
        for column in range(-1, 2 - row % 2):
            x = column * 26 + (row % 2) * 13
            cell = [on_ellipse(x, y, 14, 14, turn) for turn in range(30, 390, 60)]
            canvas.fill(cell, (tint.light, tint.dark))
            canvas.fill([on_ellipse(x, y, 10.5, 10.5, turn) for turn in range(30, 390, 60)], (tint.pale, tint.main))
    body(canvas, mirrored("0,14 5,26 9,36 0,46"), tint, gloss=0.7)


@motif
def popcorn(canvas: Canvas, tint: Tint) -> None:
    """Draw a bucket of popcorn."""
    ground(canvas, 47, 26)
    for x, y in ((-22, -14), (-8, -20), (8, -19), (22, -13), (-15, -28), (1, -32), (15, -27), (-4, -42), (9, -40)):
        with canvas.at(x, y):
            body(canvas, smooth("-9,0 -5,-8 3,-7 9,-3 7,6 0,8 -7,6"), TINTS["cream"], gloss=0.5)
            canvas.fill(ellipse(1, 1, 2.2, 1.6), TINTS["amber"].main, opacity=0.6)
    front = [(-32, -10), (32, -10), (24, 47), (-24, 47)]
    canvas.fill(front, (WHITE, TINTS["grey"].light))
    with canvas.inside(front):
        for x in (-26, -6, 14):
            canvas.fill(
                [(x * 1.15, -12), (x * 1.15 + 12, -12), (x * 0.85 + 10, 48), (x * 0.85, 48)], (tint.light, tint.main)
            )
        canvas.soften(34, 20, 20, 50, tint.deep, 0.3)
    sheet(canvas, pill(-35, -15, 35, -7, 3), tint)
