"""A small brush: smooth shapes, gradients and soft shadows on a Pillow picture."""

import cmath
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TypeAlias

from PIL import Image, ImageChops, ImageDraw

from mxshop.sample.drawing.colours import Rgb
from mxshop.sample.drawing.shapes import Point, Shape

# One colour, or a gradient from the upper left, where the light comes from, to the lower right.
Paint: TypeAlias = Rgb | tuple[Rgb, Rgb]
# Whole pixels: left, top, right, bottom.
Area: TypeAlias = tuple[int, int, int, int]
# A mask, and the part of the picture that it covers.
Stencil: TypeAlias = tuple[Image.Image, Area]
Draw: TypeAlias = Callable[[ImageDraw.ImageDraw, list[Point]], None]
# Each outline is drawn so many times larger and then reduced: that is what makes its edge smooth.
FINENESS = 4
CLOUD = 256  # pixels: the side of Pillow's radial gradient
NOTHING: Stencil = (Image.new("L", (1, 1)), (0, 0, 0, 0))


class Canvas:
    """A picture under the brush. Lengths are in units of a motif's square, see `shapes`."""

    def __init__(self, width: int, height: int, *, unit: float) -> None:
        self.image = Image.new("RGB", (width, height))
        # Place, size and direction of the motif, as complex numbers: point * turn + origin.
        self._turn = complex(unit)
        self._origin = complex(width / 2, height / 2)
        self._clip: Stencil = (Image.new("L", (width, height), 255), (0, 0, width, height))

    # -- Where ---------------------------------------------------------------------------------------
    @contextmanager
    def at(self, x: float, y: float, *, scale: float = 1, angle: float = 0) -> Iterator[None]:
        """Draw around another point for a while, larger or smaller, turned by degrees."""
        before = self._origin, self._turn
        self._origin += complex(x, y) * self._turn
        self._turn *= cmath.rect(scale, math.radians(angle))
        try:
            yield
        finally:
            self._origin, self._turn = before

    @contextmanager
    def inside(self, shape: Shape) -> Iterator[None]:
        """Draw only within the shape for a while; inside another one, within both."""
        before = self._clip
        stencil = self._stencil(self._place(shape), lambda brush, points: brush.polygon(points, fill=255))
        self._clip = self._clipped(*stencil) if stencil else NOTHING
        try:
            yield
        finally:
            self._clip = before

    # -- What ----------------------------------------------------------------------------------------
    def fill(self, shape: Shape, paint: Paint, *, opacity: float = 1) -> None:
        """Fill an outline."""

        def draw(brush: ImageDraw.ImageDraw, points: list[Point]) -> None:
            brush.polygon(points, fill=round(255 * opacity))

        self._apply(self._stencil(self._place(shape), draw), paint)

    def stroke(self, line: Shape, width: float, paint: Paint, *, opacity: float = 1) -> None:
        """Draw a line with round ends."""
        thickness = width * abs(self._turn)

        def draw(brush: ImageDraw.ImageDraw, points: list[Point]) -> None:
            level, radius = round(255 * opacity), thickness * FINENESS / 2
            brush.line(points, fill=level, width=round(2 * radius), joint="curve")
            for x, y in (points[0], points[-1]):
                brush.ellipse([x - radius, y - radius, x + radius, y + radius], fill=level)

        self._apply(self._stencil(self._place(line), draw, margin=thickness / 2), paint)

    def soften(self, x: float, y: float, rx: float, ry: float, colour: Rgb, opacity: float) -> None:
        """Lay a cloud of colour over an ellipse, strongest in its middle: a shadow, or a light."""
        centre = complex(x, y) * self._turn + self._origin
        width, height = rx * abs(self._turn), ry * abs(self._turn)
        area = _whole(centre.real - width, centre.imag - height, centre.real + width, centre.imag + height)
        if seen := self._seen(area):
            left, top, right, bottom = seen
            across, down = CLOUD / (area[2] - area[0]), CLOUD / (area[3] - area[1])
            # Of a large cloud only the part that is seen is computed.
            part = (
                (left - area[0]) * across,
                (top - area[1]) * down,
                (right - area[0]) * across,
                (bottom - area[1]) * down,
            )
            size = right - left, bottom - top
            self._apply((_cloud(opacity).resize(size, Image.Resampling.BILINEAR, box=part), seen), colour)

    # -- How -----------------------------------------------------------------------------------------
    def _place(self, shape: Shape) -> list[Point]:
        places = (complex(x, y) * self._turn + self._origin for x, y in shape)
        return [(place.real, place.imag) for place in places]

    def _stencil(self, points: list[Point], draw: Draw, margin: float = 0) -> Stencil | None:
        """Return a mask of what is drawn through the points, as far as it is seen; None if nothing is."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        area = self._seen(_whole(min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin))
        if area is None:
            return None
        left, top, right, bottom = area
        mask = Image.new("L", ((right - left) * FINENESS, (bottom - top) * FINENESS))
        draw(ImageDraw.Draw(mask), [((x - left) * FINENESS, (y - top) * FINENESS) for x, y in points])
        return mask.reduce(FINENESS), area

    def _seen(self, area: Area) -> Area | None:
        """Return the part of the area where the clip lets something through."""
        _mask, clip = self._clip
        left, top, right, bottom = (
            max(area[0], clip[0]),
            max(area[1], clip[1]),
            min(area[2], clip[2]),
            min(area[3], clip[3]),
        )
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _clipped(self, mask: Image.Image, area: Area) -> Stencil:
        clip, (left, top, _right, _bottom) = self._clip
        within = clip.crop((area[0] - left, area[1] - top, area[2] - left, area[3] - top))
        return ImageChops.multiply(mask, within), area

    def _apply(self, stencil: Stencil | None, paint: Paint) -> None:
        if stencil is None:
            return
        mask, area = self._clipped(*stencil)
        self.image.paste(gradient(*paint, mask.size) if len(paint) == 2 else paint, area, mask)


def _whole(left: float, top: float, right: float, bottom: float) -> Area:
    """Return the smallest area of whole pixels around the one given."""
    return math.floor(left), math.floor(top), math.ceil(right) + 1, math.ceil(bottom) + 1


def gradient(light: Rgb, dark: Rgb, size: tuple[int, int]) -> Image.Image:
    """Return an area that goes from light, at the upper left, to dark."""
    between = tuple((a + b) // 2 for a, b in zip(light, dark, strict=True))
    corners = Image.new("RGB", (2, 2))
    corners.putdata([light, between, between, dark])
    return corners.resize(size, Image.Resampling.BILINEAR, box=(0.5, 0.5, 1.5, 1.5))


@cache
def _cloud(opacity: float) -> Image.Image:
    """Return a round mask that fades from its middle to its edge without a visible border."""
    # Pillow's own reaches 180 at the middle of each side, and 255 only in the corners.
    ways = [min(level / 180, 1) for level in range(256)]
    return Image.radial_gradient("L").point([round(255 * opacity * (1 - way) ** 2 * (1 + 2 * way)) for way in ways])
