"""Stacked bars, as paths in whole numbers.

The drawing is stretched to the width that it finds, so it holds no text: the
labels of the axes stand beside it and keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from digest.figures.scale import rounded_up

PITCH = 10
"""From one bar to the next, in units of the drawing."""
BREADTH = 8
"""Of a bar."""
HEIGHT = 1000


class Bar(msgspec.Struct, frozen=True):
    """One bar: its name, and the parts that it is stacked from, the lowest first."""

    name: str
    parts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All its parts."""
        return sum(self.parts)


class Stack(msgspec.Struct, frozen=True):
    """Bars side by side."""

    bars: tuple[Bar, ...]
    top: int
    """Where the axis ends."""
    paths: tuple[str, ...]
    """For each part, the shape of all its pieces; empty where there is none."""

    @property
    def width(self) -> int:
        """Units from left to right."""
        return PITCH * len(self.bars)

    @property
    def height(self) -> int:
        """Units from top to bottom."""
        return HEIGHT

    @property
    def places(self) -> list[tuple[int, Bar]]:
        """Where each bar begins."""
        return [(PITCH * number, bar) for number, bar in enumerate(self.bars)]

    @property
    def axis(self) -> tuple[str, ...]:
        """The names below the bars: the first, that in the middle, the last."""
        names = [bar.name for bar in self.bars]
        places = sorted({0, (len(names) - 1) // 2, len(names) - 1})
        return tuple(names[place] for place in places) if names else ()


def stack(bars: Sequence[Bar]) -> Stack:
    """Draw bars.

    Arguments:
        bars: from left to right; each with as many parts as the others.
    """
    top = rounded_up(max((bar.total for bar in bars), default=0))
    count = len(bars[0].parts) if bars else 0
    return Stack(tuple(bars), top, tuple(_path(bars, part, top) for part in range(count)))


def _path(bars: Sequence[Bar], part: int, top: int) -> str:
    """The pieces of one part, as rectangles on the pieces below them."""
    pieces = []
    for number, bar in enumerate(bars):
        if not bar.parts[part]:
            continue
        # Rounded where they meet, and not each by itself, so that no gap opens.
        below = _height(sum(bar.parts[:part]), top)
        height = _height(sum(bar.parts[: part + 1]), top) - below
        left = PITCH * number + (PITCH - BREADTH) // 2
        pieces.append(f"M{left} {HEIGHT - below}v{-height}h{BREADTH}v{height}z")
    return "".join(pieces)


def _height(value: int, top: int) -> int:
    return value * HEIGHT // top
