"""Colours, and how they become lighter and darker."""

from dataclasses import dataclass
from typing import TypeAlias

from PIL import ImageColor

Rgb: TypeAlias = tuple[int, int, int]

WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)


def rgb(code: str) -> Rgb:
    """Return `#d9432f` as three numbers."""
    red, green, blue = ImageColor.getrgb(code)[:3]
    return red, green, blue


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Return the colour that lies `share` of the way (0 to 1) from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


# What every shadow leans to: a warm plum, never grey.
_DUSK: Rgb = (64, 16, 56)


@dataclass(frozen=True)
class Tint:
    """A colour with its shades; the darker, the richer, so that yellow turns to gold and not to mud."""

    main: Rgb

    @property
    def pale(self) -> Rgb:
        return mix(self.main, WHITE, 0.72)

    @property
    def light(self) -> Rgb:
        return mix(self.main, WHITE, 0.28)

    @property
    def dark(self) -> Rgb:
        return mix(_richer(self.main, 1.45), _DUSK, 0.14)

    @property
    def deep(self) -> Rgb:
        return mix(_richer(self.main, 2), _DUSK, 0.36)


def _richer(colour: Rgb, power: float) -> Rgb:
    red, green, blue = (round(255 * (part / 255) ** power) for part in colour)
    return red, green, blue


TINTS = {
    name: Tint(rgb(code))
    for name, code in {
        "red": "#e2483d",
        "crimson": "#c22f48",
        "pink": "#f08ba5",
        "coral": "#f4795b",
        "orange": "#f5922f",
        "amber": "#eda92b",
        "yellow": "#f6cd45",
        "lime": "#a8c83c",
        "green": "#5bab4b",
        "forest": "#3b7f53",
        "mint": "#6fc7a9",
        "teal": "#2f9c9c",
        "sky": "#5cb4e4",
        "blue": "#3d78c9",
        "navy": "#36507f",
        "violet": "#8a63b8",
        "plum": "#7a4069",
        "brown": "#8f5a3c",
        "tan": "#d3a26a",
        "cream": "#f3dfb8",
        "white": "#f6f2ec",
        "grey": "#9aa3ad",
        "slate": "#5d6875",
    }.items()
}
