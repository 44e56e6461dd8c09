"""Meat, eggs, fish."""

from mxshop.sample.drawing.brushwork import body, ground, leaf, motif, shine
from mxshop.sample.drawing.canvas import Canvas
from mxshop.sample.drawing.colours import TINTS, WHITE, Tint, mix
from mxshop.sample.drawing.shapes import arc, curve, ellipse, mirrored, on_ellipse, smooth

FAT = mix(TINTS["cream"].main, WHITE, 0.45)


@motif
def steak(canvas: Canvas, tint: Tint) -> None:
    """Draw a steak."""
    ground(canvas, 32, 46)
    shape = smooth("-44,-4 -34,-28 -4,-34 28,-30 46,-10 38,12 14,16 2,30 -24,32 -42,16")
    with canvas.at(1.5, 5):
        canvas.fill(shape, (tint.dark, tint.deep))
    canvas.fill(shape, FAT)
    with canvas.at(0, -1, scale=0.89):
        body(canvas, shape, tint, gloss=0.25)
        with canvas.inside(shape):
            for line in (
                ((-34, -8), (-18, -20), (0, -18)),
                ((-20, 10), (-4, 2), (8, 6)),
                ((8, -22), (22, -16), (30, -4)),
                ((-30, 14), (-20, 22), (-8, 22)),
            ):
                canvas.stroke(curve(line), 3, FAT, opacity=0.8)
    canvas.fill(ellipse(-18, -4, 8, 6.5), (WHITE, FAT))
    canvas.fill(ellipse(-18, -4, 4, 3.2), tint.light)
    leaf(canvas, 22, 22, length=24, angle=-24)
    leaf(canvas, 22, 22, length=20, angle=20)


@motif
def ribs(canvas: Canvas, tint: Tint) -> None:
    """Draw four ribs."""
    ground(canvas, 36, 46)
    for x in (-30, -10, 10, 30):
        with canvas.at(x, 0, angle=x * 0.25):
            canvas.fill(smooth("-5,-44 0,-41 5,-45 9,-38 5,-30 5,0 -5,0 -5,-30 -9,-38"), (WHITE, FAT))
            shape = smooth("-9,-24 9,-24 13,0 11,28 0,36 -11,28 -13,0")
            body(canvas, shape, tint, gloss=0.3)
            canvas.stroke(curve("-3,-14 2,2 -2,20"), 2.2, FAT, opacity=0.7)


@motif
def drumstick(canvas: Canvas, tint: Tint) -> None:
    """Draw two drumsticks."""
    ground(canvas, 38, 40)
    for x, y, size, angle in ((14, -6, 0.82, 34), (-8, 4, 1.0, -30)):
        with canvas.at(x, y, scale=size, angle=angle):
            canvas.fill(smooth("-4,20 4,20 4,40 11,44 6,51 0,47 -6,51 -11,44 -4,40"), (WHITE, FAT))
            body(canvas, smooth("0,-42 20,-36 28,-14 20,10 7,28 -7,28 -20,10 -28,-14 -20,-36"), tint)
            shine(canvas, 0, -12, 19, 21, start=190, end=240)


@motif
def eggs(canvas: Canvas, tint: Tint) -> None:
    """Draw eggs in a tray."""
    ground(canvas, 40, 46)
    for x in (-26, 0, 26):
        with canvas.at(x, -14):
            body(canvas, mirrored("0,-22 11,-16 16,2 12,16 0,21"), tint, gloss=0.5)
    for x in (-14, 14):
        with canvas.at(x, -2):
            body(canvas, mirrored("0,-22 11,-16 16,2 12,16 0,21"), tint, gloss=0.5)
    tray = smooth("-46,4 -38,12 -27,4 -13,13 0,4 13,13 27,4 38,12 46,4 40,36 34,40 -34,40 -40,36")
    canvas.fill(tray, (TINTS["grey"].light, TINTS["slate"].main))
    with canvas.inside(tray):
        for x in (-26, 0, 26):
            canvas.soften(x, 20, 12, 16, WHITE, 0.35)
        canvas.soften(0, 44, 60, 14, TINTS["slate"].deep, 0.6)


@motif
def sausages(canvas: Canvas, tint: Tint) -> None:
    """Draw three sausages."""
    ground(canvas, 34, 44)
    for x, y, angle in ((4, -20, -16), (0, 0, -8), (-4, 20, 2)):
        with canvas.at(x, y, angle=angle):
            body(canvas, smooth("-38,-6 -20,-9 0,-6 20,-9 38,-6 44,2 36,10 0,12 -36,10 -44,2"), tint)
            canvas.stroke(curve("-32,-2 0,0 30,-3"), 2, WHITE, opacity=0.5)
            for side in (-1, 1):
                canvas.fill(smooth([(43 * side, 1), (50 * side, -3), (50 * side, 6)]), tint.deep)


@motif
def fish(canvas: Canvas, tint: Tint) -> None:
    """Draw a fish."""
    ground(canvas, 32, 44)
    with canvas.at(0, -2, angle=-8):
        canvas.fill(smooth("26,0 46,-22 50,-18 43,0 50,20 46,24"), (tint.main, tint.dark))
        canvas.fill(smooth("-8,-18 6,-34 24,-28 20,-14"), (tint.main, tint.dark))
        canvas.fill(smooth("0,16 6,30 18,26 16,14"), (tint.main, tint.dark))
        shape = smooth("-48,2 -36,-14 -10,-23 16,-17 32,-3 32,3 16,16 -10,21 -36,15")
        canvas.fill(shape, (tint.light, tint.dark))
        with canvas.inside(shape):
            canvas.soften(-8, 22, 46, 18, WHITE, 0.85)
            for row, y in enumerate((-12, -4, 4, 12)):
                for x in range(-14, 30, 10):
                    canvas.stroke(arc(x + row % 2 * 5, y, 5, 5, -60, 60), 1.1, tint.deep, opacity=0.4)
            canvas.stroke(arc(-34, 0, 14, 19, -58, 58), 1.8, tint.deep, opacity=0.7)
        canvas.fill(ellipse(-34, -5, 4.4), WHITE)
        canvas.fill(ellipse(-34.6, -5, 2.4), (40, 32, 44))


@motif
def prawn(canvas: Canvas, tint: Tint) -> None:
    """Draw a prawn."""
    ground(canvas, 40, 38)
    canvas.stroke(curve("-22,-30 -36,-40 -46,-24"), 1.4, tint.dark)
    canvas.stroke(curve("-22,-30 -36,-40 -52,-6"), 1.4, tint.dark)
    for angle in range(30, 150, 20):
        x, y = on_ellipse(2, 2, 20, 20, angle)
        canvas.stroke(curve([(x, y), (x * 0.55, y * 0.5 + 2)]), 2.4, tint.light)
    canvas.fill(smooth("-14,26 -30,16 -36,26 -34,36 -28,44 -14,36"), (tint.light, tint.dark))
    for step, angle in enumerate(range(126, -66, -24)):
        x, y = on_ellipse(2, 4, 29, 28, angle)
        body(canvas, ellipse(x, y, 12 + step * 0.5, 13.5 + step * 0.5, tilt=angle), tint, gloss=0.3)
    head = smooth("18,-36 4,-40 -16,-38 -34,-28 -16,-18 4,-14 20,-18")
    body(canvas, head, tint, gloss=0.4)
    canvas.fill(ellipse(-14, -30, 2.8), (40, 32, 44))


@motif
def crab(canvas: Canvas, tint: Tint) -> None:
    """Draw a crab."""
    ground(canvas, 32, 44)
    for side in (-1, 1):
        for y, reach in ((6, 46), (16, 44), (25, 36)):
            canvas.stroke(curve([(20 * side, y - 6), (36 * side, y - 8), (reach * side, y + 8)]), 4.4, tint.dark)
        canvas.stroke(curve([(22 * side, -6), (38 * side, -10), (36 * side, -24)]), 7, tint.main)
        claw = smooth(
            [(30 * side, -24), (26 * side, -40), (36 * side, -34), (46 * side, -44), (47 * side, -30), (40 * side, -20)]
        )
        body(canvas, claw, tint, gloss=0.3)
    for side in (-1, 1):
        canvas.stroke([(8 * side, -14), (9 * side, -24)], 2.6, tint.dark)
        canvas.fill(ellipse(9 * side, -25, 3.6), (50, 30, 40))
        canvas.fill(ellipse(8 * side, -26, 1.1), WHITE)
    shell = smooth("-32,4 -24,-12 0,-18 24,-12 32,4 22,24 0,28 -22,24")
    body(canvas, shell, tint)
    canvas.stroke(arc(0, 6, 11, 9, 30, 150), 2.2, tint.deep)


@motif
def scallop(canvas: Canvas, tint: Tint) -> None:
    """Draw a scallop."""
    ground(canvas, 38, 42)
    canvas.fill([(-16, 40), (-20, 26), (20, 26), (16, 40)], (tint.main, tint.dark))
    rim = [on_ellipse(0, 32, 46 + (2.5 if n % 2 else -2.5), 66 + (3 if n % 2 else -3), 200 + n * 10) for n in range(15)]
    shape = smooth([(0, 36), (-22, 30), *rim, (22, 30)])
    body(canvas, shape, tint)
    with canvas.inside(shape):
        for turn in range(205, 340, 19):
            x, y = on_ellipse(0, 32, 50, 70, turn)
            canvas.stroke([(0, 38), (x, y)], 2, tint.dark, opacity=0.7)
        for radius in (0.45, 0.7):
            canvas.stroke(arc(0, 32, 46 * radius, 66 * radius, 196, 344), 1.4, tint.pale, opacity=0.6)


@motif
def salmon(canvas: Canvas, tint: Tint) -> None:
    """Draw two slices of salmon on a board."""
    ground(canvas, 30, 46)
    canvas.fill(smooth("-46,14 46,14 42,30 0,34 -42,30"), (TINTS["brown"].light, TINTS["brown"].dark))
    for x, y in ((0, 4), (-10, -8)):
        with canvas.at(x, y, angle=-6):
            shape = smooth("-34,6 -20,-14 16,-18 40,-8 38,10 8,16 -26,16")
            with canvas.at(0.6, 4):
                canvas.fill(shape, (TINTS["slate"].main, TINTS["slate"].deep))
            canvas.fill(shape, (tint.light, tint.main))
            with canvas.inside(shape):
                for start in range(-30, 40, 11):
                    canvas.stroke(curve([(start, 18), (start + 9, 0), (start + 6, -20)]), 2.1, FAT, opacity=0.85)
    leaf(canvas, 24, -14, length=22, angle=-50)
