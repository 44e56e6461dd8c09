"""Bags, bottles, jars and boxes. Their labels show another motif: what is inside."""

from mxshop.sample.drawing.brushwork import body, ground, package, sheet
from mxshop.sample.drawing.canvas import Canvas
from mxshop.sample.drawing.colours import TINTS, WHITE, Tint, mix
from mxshop.sample.drawing.shapes import arc, box, curve, ellipse, mirrored, pill, smooth

PAPER = mix(TINTS["cream"].main, WHITE, 0.6)


@package(0, 10, 0.42)
def pouch(canvas: Canvas, tint: Tint) -> None:
    """Draw a bag that stands."""
    ground(canvas, 47, 34)
    shape = smooth("-30,-46 0,-47 30,-46 31,-38 35,0 36,40 32,46 0,48 -32,46 -36,40 -35,0 -31,-38")
    canvas.fill(shape, (tint.light, tint.dark))
    with canvas.inside(shape):
        canvas.fill([(-50, -50), (50, -50), (50, -37), (-50, -37)], tint.dark)
        for y in (-44, -41):
            canvas.stroke([(-40, y), (40, y)], 0.9, tint.light, opacity=0.7)
        canvas.soften(36, 10, 18, 60, tint.deep, 0.6)
        canvas.soften(-24, -10, 12, 44, WHITE, 0.4)
        canvas.soften(0, 50, 50, 10, tint.deep, 0.5)
        canvas.fill(pill(-20, -31, 20, -19, 6), PAPER, opacity=0.95)
        canvas.stroke([(-11, -25), (11, -25)], 3, tint.dark)
    canvas.fill(ellipse(0, 11, 25), PAPER)


@package(0, 12, 0.44)
def sack(canvas: Canvas, tint: Tint) -> None:
    """Draw a sack tied with a ribbon."""
    ground(canvas, 46, 38)
    shape = smooth("-22,-30 0,-26 22,-30 34,-14 40,20 36,42 20,47 0,46 -20,47 -36,42 -40,20 -34,-14")
    body(canvas, shape, tint, gloss=0.3)
    with canvas.inside(shape):
        for x in range(-36, 40, 6):
            canvas.stroke(curve([(x * 0.7, -30), (x, 10), (x * 0.9, 48)]), 0.7, tint.deep, opacity=0.18)
    canvas.fill(smooth("-26,-46 -10,-40 0,-47 12,-40 26,-46 20,-30 0,-26 -20,-30"), (tint.light, tint.dark))
    canvas.stroke(curve("-21,-30 0,-26 21,-30"), 4, TINTS["crimson"].main)
    canvas.stroke(curve("18,-29 26,-22 22,-15"), 2.4, TINTS["crimson"].main)
    canvas.fill(ellipse(0, 12, 25), PAPER)
    canvas.stroke(ellipse(0, 12, 23), 1, tint.dark)


@package(0, 20, 0.33)
def bottle(canvas: Canvas, tint: Tint) -> None:
    """Draw a bottle with a screw cap."""
    ground(canvas, 48, 24)
    shape = mirrored("0,-38 7,-38 7.5,-26 12,-16 22,-6 23,10 23,40 19,47 0,48")
    body(canvas, shape, tint, gloss=0.35)
    canvas.fill(pill(-9, -50, 9, -36, 2.5), (TINTS["slate"].light, TINTS["slate"].deep))
    with canvas.inside(shape):
        canvas.fill([(-40, 0), (40, 0), (40, 38), (-40, 38)], PAPER)
        canvas.fill([(-40, 0), (40, 0), (40, 3), (-40, 3)], tint.dark)
        canvas.fill([(-40, 35), (40, 35), (40, 38), (-40, 38)], tint.dark)
        canvas.soften(26, 16, 14, 50, tint.deep, 0.35)
    canvas.stroke(curve("-15,-4 -17,14 -17,40"), 2.4, WHITE, opacity=0.5)


@package(-2, 14, 0.36)
def jug(canvas: Canvas, tint: Tint) -> None:
    """Draw a big bottle of oil, with a handle."""
    ground(canvas, 48, 30)
    shape = smooth("-14,-32 10,-32 24,-22 29,-4 29,40 24,47 -24,47 -29,40 -29,-4 -24,-20")
    body(canvas, shape, tint, gloss=0.5)
    canvas.stroke(curve("16,-20 21,-8 19,4"), 5, tint.deep, opacity=0.6)
    canvas.stroke(curve("15,-20 20,-8 18,4"), 3, PAPER, opacity=0.9)
    canvas.fill(box(-10, -40, 6, -30, round_top=2), (tint.main, tint.dark))
    canvas.fill(pill(-12, -50, 8, -38, 3), (TINTS["red"].light, TINTS["red"].dark))
    with canvas.inside(shape):
        canvas.fill(pill(-24, -4, 20, 34, 6), PAPER)
        canvas.soften(32, 20, 12, 50, tint.deep, 0.5)
    canvas.stroke(curve("-22,-14 -24,6 -24,38"), 2.2, WHITE, opacity=0.55)


@package(0, 16, 0.34)
def jar(canvas: Canvas, tint: Tint) -> None:
    """Draw a jar."""
    ground(canvas, 46, 32)
    shape = smooth("-26,-26 26,-26 34,-14 35,8 34,36 27,46 0,47 -27,46 -34,36 -35,8 -34,-14")
    body(canvas, shape, tint, gloss=0.3)
    canvas.fill(pill(-29, -43, 29, -25, 4), (TINTS["amber"].light, TINTS["amber"].dark))
    for y in (-38, -34, -30):
        canvas.stroke([(-27, y), (27, y)], 0.8, TINTS["amber"].deep, opacity=0.35)
    with canvas.inside(shape):
        canvas.fill(pill(-27, -4, 27, 36, 7), PAPER)
        canvas.soften(38, 14, 15, 50, tint.deep, 0.45)
    canvas.stroke(curve("-28,-14 -30,6 -29,34"), 2.4, WHITE, opacity=0.6)


@package(-6, 16, 0.4)
def carton(canvas: Canvas, tint: Tint) -> None:
    """Draw a carton with a gable, as milk comes in."""
    ground(canvas, 47, 34)
    canvas.fill([(-28, -18), (16, -18), (16, 47), (-28, 47)], (WHITE, tint.pale))
    canvas.fill([(16, -18), (32, -24), (32, 40), (16, 47)], (tint.light, tint.main))
    canvas.fill([(-28, -18), (16, -18), (14, -40), (-20, -40)], (tint.light, tint.main))
    canvas.fill([(16, -18), (32, -24), (22, -42), (14, -40)], (tint.main, tint.dark))
    canvas.fill([(-20, -48), (16, -48), (22, -42), (14, -40), (-20, -40)], (tint.main, tint.dark))
    canvas.fill([(-28, 32), (16, 32), (16, 47), (-28, 47)], (tint.main, tint.dark))
    canvas.fill([(16, 32), (32, 26), (32, 40), (16, 47)], tint.dark)
    canvas.stroke([(-21, -10), (3, -10)], 4, tint.dark)
    canvas.fill(ellipse(4, -30, 6, 5), (WHITE, tint.pale))


@package(-7, 10, 0.46)
def packet(canvas: Canvas, tint: Tint) -> None:
    """Draw a cardboard box seen from its corner."""
    ground(canvas, 44, 42)
    canvas.fill([(-36, -32), (22, -32), (22, 44), (-36, 44)], (tint.light, tint.main))
    canvas.fill([(22, -32), (38, -40), (38, 34), (22, 44)], (tint.main, tint.deep))
    canvas.fill([(-36, -32), (22, -32), (38, -40), (-18, -40)], (tint.pale, tint.light))
    canvas.fill(pill(-29, -25, 15, -15, 5), PAPER)
    canvas.stroke([(-21, -20), (7, -20)], 2.6, tint.dark)
    canvas.fill(ellipse(-7, 14, 24), PAPER)


@package(0, 12, 0.36)
def tin(canvas: Canvas, tint: Tint) -> None:
    """Draw a round tin."""
    ground(canvas, 46, 32)
    shape = [*arc(0, 40, 32, 7, 0, 180), (-32, -28), *arc(0, -28, 32, 7, 180, 360)]
    body(canvas, shape, tint, gloss=0.35)
    with canvas.inside(shape):
        canvas.fill([*arc(0, 34, 33, 7, 0, 180), (-33, -8), *reversed(arc(0, -10, 33, 7, 0, 180))], PAPER)
        canvas.soften(34, 6, 16, 56, tint.deep, 0.5)
        canvas.soften(-22, 6, 8, 56, WHITE, 0.4)
    canvas.fill([*arc(0, -26, 34, 7, 0, 180), (-34, -36), *arc(0, -36, 34, 7, 180, 360)], (tint.main, tint.deep))
    canvas.fill(ellipse(0, -36, 34, 7), (tint.light, tint.dark))
    canvas.fill(ellipse(0, -36.6, 30, 5.4), (tint.pale, tint.main))


@package(0, 10, 0.36)
def cup(canvas: Canvas, tint: Tint) -> None:
    """Draw a cup with a lid of foil, as yogurt comes in."""
    ground(canvas, 44, 26)
    shape = smooth("-32,-26 32,-26 31,-20 24,38 19,44 0,45 -19,44 -24,38 -31,-20")
    canvas.fill(shape, (WHITE, tint.pale))
    with canvas.inside(shape):
        canvas.fill(smooth("-50,24 -20,32 10,26 50,34 50,60 -50,60"), (tint.light, tint.main))
        canvas.soften(30, 14, 18, 60, tint.dark, 0.4)
    canvas.fill(ellipse(0, -28, 36, 8), (tint.main, tint.dark))
    canvas.fill(ellipse(0, -30, 36, 8), (tint.pale, tint.light))
    canvas.fill(smooth("26,-30 44,-33 47,-26 36,-24"), (tint.pale, tint.light))


@package(0, 8, 0.4)
def pump(canvas: Canvas, tint: Tint) -> None:
    """Draw a bottle with a pump, as shampoo comes in."""
    ground(canvas, 48, 30)
    canvas.stroke([(0, -22), (0, -40)], 5, TINTS["grey"].light)
    canvas.stroke(curve("0,-43 -12,-43 -22,-38"), 6, TINTS["white"].main)
    canvas.fill(pill(-11, -48, 11, -37, 4), (WHITE, TINTS["grey"].light))
    canvas.fill(pill(-12, -32, 12, -20, 3), (WHITE, TINTS["grey"].main))
    shape = box(-27, -22, 27, 48, round_top=16, round_bottom=9)
    body(canvas, shape, tint, gloss=0.4)
    canvas.fill(pill(-19, -8, 19, 36, 8), PAPER)
    canvas.stroke([(-10, 30), (10, 30)], 2.4, tint.main)


@package(4, 20, 0.34)
def spray(canvas: Canvas, tint: Tint) -> None:
    """Draw a bottle with a trigger, as cleaners come in."""
    ground(canvas, 48, 30)
    canvas.fill(smooth("-30,-46 -8,-50 16,-46 18,-34 2,-32 -10,-36 -30,-40"), (WHITE, TINTS["grey"].light))
    canvas.stroke(curve("-12,-36 -18,-26 -14,-18"), 4, TINTS["red"].main)
    canvas.fill(pill(-6, -34, 14, -22, 2), (TINTS["grey"].light, TINTS["slate"].main))
    shape = smooth("-8,-24 16,-24 20,-12 30,4 30,40 24,47 -18,47 -24,40 -24,4 -12,-12")
    body(canvas, shape, tint, gloss=0.4)
    canvas.fill(pill(-18, 2, 24, 40, 7), PAPER)


@package(0, 15, 0.34)
def tub(canvas: Canvas, tint: Tint) -> None:
    """Draw a flat jar, as cream and snacks come in."""
    ground(canvas, 38, 42)
    shape = [*arc(0, 30, 42, 9, 0, 180), (-42, -8), *arc(0, -8, 42, 9, 180, 360)]
    body(canvas, shape, tint, gloss=0.3)
    canvas.fill(ellipse(0, 16, 27, 18), PAPER)
    lid = [*arc(0, -8, 44, 9, 0, 180), (-44, -22), *arc(0, -22, 44, 9, 180, 360)]
    canvas.fill(lid, (tint.pale, tint.main))
    canvas.fill(ellipse(0, -22, 44, 9), (WHITE, tint.light))
    sheet(canvas, ellipse(0, -22.6, 36, 6.4), tint)
