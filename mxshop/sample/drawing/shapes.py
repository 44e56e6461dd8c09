"""Outlines, as lists of points. Around every motif lies a square from -50 to 50, y pointing down."""

import math
from collections.abc import Iterator, Sequence
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Shape: TypeAlias = Sequence[Point]
# Points one by one, or written as in the `points` of an SVG polygon: "0,-24 14,-31".
Knots: TypeAlias = str | Sequence[Point]


def on_ellipse(cx: float, cy: float, rx: float, ry: float, degrees: float) -> Point:
    """Return the point of an ellipse at an angle, clockwise from the right."""
    angle = math.radians(degrees)
    return cx + rx * math.cos(angle), cy + ry * math.sin(angle)


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """Return points of an ellipse between two angles in degrees."""
    steps = max(8, round(abs(end - start) / 6))
    return [on_ellipse(cx, cy, rx, ry, start + (end - start) * step / steps) for step in range(steps + 1)]


def ellipse(cx: float, cy: float, rx: float, ry: float | None = None, *, tilt: float = 0) -> list[Point]:
    """Return an ellipse, turned by `tilt` degrees; a circle with one radius."""
    outline = arc(0, 0, rx, rx if ry is None else ry, 0, 360)[:-1]
    cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    return [(cx + x * cos - y * sin, cy + x * sin + y * cos) for x, y in outline]


def box(
    left: float, top: float, right: float, bottom: float, *, round_top: float = 0, round_bottom: float = 0
) -> Shape:
    """Return a rectangle whose upper and lower corners have radii of their own."""
    t, b = round_top, round_bottom
    return [
        *arc(left + t, top + t, t, t, 180, 270),
        *arc(right - t, top + t, t, t, 270, 360),
        *arc(right - b, bottom - b, b, b, 0, 90),
        *arc(left + b, bottom - b, b, b, 90, 180),
    ]


def pill(left: float, top: float, right: float, bottom: float, radius: float) -> Shape:
    """Return a rectangle with four equal round corners."""
    return box(left, top, right, bottom, round_top=radius, round_bottom=radius)


def polygon(knots: Knots) -> list[Point]:
    """Return the knots themselves, with straight lines between them."""
    if not isinstance(knots, str):
        return list(knots)
    pairs = (pair.split(",") for pair in knots.split())
    return [(float(x), float(y)) for x, y in pairs]


def smooth(knots: Knots) -> list[Point]:
    """Return a closed curve through the knots (Catmull-Rom)."""
    points = polygon(knots)
    following = points[1:] + points[:1], points[2:] + points[:2]
    return [
        point
        for before, start, end, after in zip(points[-1:] + points[:-1], points, *following, strict=True)
        for point in _segment(before, start, end, after)
    ]


def curve(knots: Knots) -> list[Point]:
    """Return an open curve through the knots."""
    points = polygon(knots)
    line = [points[0], *points, points[-1]]
    segments = (_segment(*line[n : n + 4]) for n in range(len(points) - 1))
    return [point for segment in segments for point in segment] + points[-1:]


def mirrored(knots: Knots) -> list[Point]:
    """Return a closed curve from its right half, given from top to bottom."""
    half = polygon(knots)
    return smooth(half + [(-x, y) for x, y in reversed(half) if x])


def star(cx: float, cy: float, outer: float, inner: float, points: int) -> list[Point]:
    """Return a star, first point up."""
    turn = 180 / points
    radii = [outer, inner] * points
    return [on_ellipse(cx, cy, radius, radius, n * turn - 90) for n, radius in enumerate(radii)]


def _segment(before: Point, start: Point, end: Point, after: Point) -> Iterator[Point]:
    """Yield the curve from `start` up to, but without, `end`."""
    for step in range(10):
        t = step / 10
        x, y = (
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            for a, b, c, d in zip(before, start, end, after, strict=True)
        )
        yield x, y
