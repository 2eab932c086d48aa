"""Scales: where an axis ends, and how counts become a few steps."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


def rounded_up(value: int) -> int:
    """The smallest of 1, 2, 4, 6, 8, 10, 20, 40 … that is no less: where an axis ends.

    All but 1 can be halved, so that there is a line at the middle.
    """
    if value <= 1:
        return 1
    unit = 1
    while unit * 10 < value:
        unit *= 10
    return next(unit * factor for factor in (1, 2, 4, 6, 8, 10) if unit * factor >= value)


class Steps(msgspec.Struct, frozen=True):
    """A few steps of about as many values each; 0 is a step of its own."""

    starts: tuple[int, ...]
    """The least value of each step behind that of 0, ascending."""
    most: int
    """The greatest value."""

    @classmethod
    def of(cls, values: Iterable[int], count: int) -> Steps:
        """Cut values into at most so many steps, not counting that of 0."""
        found = sorted(value for value in values if value > 0)
        if not found:
            return cls((), 0)
        cuts = {found[len(found) * number // count] for number in range(1, count)}
        return cls(tuple(sorted({found[0], *cuts})), found[-1])

    def of_value(self, value: int) -> int:
        """The step of a value: 0 for none, else 1 and up."""
        return sum(value >= start for start in self.starts)

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """First and last value of each step."""
        ends = [start - 1 for start in self.starts[1:]]
        return list(zip(self.starts, [*ends, self.most], strict=True)) if self.starts else []
