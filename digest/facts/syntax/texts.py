"""Lines at hand, and the strings of many lines among them."""

from __future__ import annotations

import functools
import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from digest.facts.syntax.languages import Shape

_BLANK = b" "[0]
_WALKED = 200
"""Lines of a long walk."""
_WALKS = 3
"""Long walks upwards after which all lines are looked through."""


class Text:
    """The lines of one side that are at hand.

    Arguments:
        first: number of the first of them.
        data: all of them.
        heading: of a hunk: what git shows of the lines above it.
        whole: whether it is the whole file.
    """

    def __init__(
        self, first: int, data: bytes, *, heading: bytes = b"", whole: bool = True
    ) -> None:
        self.first = first
        self.data = data
        self.heading = heading
        self.whole = whole
        self._rows: dict[bytes, list[int]] = {}
        self._walks = 0
        self.listed: frozenset[bytes] | None = None
        """Names in ``__all__``, once they were looked for."""
        self.slices: dict[object, object] = {}
        """What was cut from it, by the arguments."""

    @functools.cached_property
    def lines(self) -> list[bytes]:
        """Each without the line feed behind it."""
        return self.data.split(b"\n")

    @property
    def last(self) -> int:
        """Number of the last line."""
        return self.first + len(self.lines) - 1

    def line(self, number: int) -> bytes:
        """One line; empty where there is none."""
        index = number - self.first
        return self.lines[index] if 0 <= index < len(self.lines) else b""

    @functools.cached_property
    def outermost(self) -> list[int]:
        """Indices of the lines that begin in the first column."""
        return [index for index, line in enumerate(self.lines) if line and line[0] > _BLANK]

    def above(self, index: int) -> int:
        """The index of the nearest line above one that begins in the first column, or -1."""
        # A few long walks cost less than to look through all lines.
        far = 0 if self._walks < _WALKS else max(index - _WALKED, 0)
        lines = self.lines
        for place in range(index - 1, far - 1, -1):
            line = lines[place]
            if line and line[0] > _BLANK:
                self._walks += index - place > _WALKED
                return place
        if far == 0:
            self._walks += index > _WALKED
            return -1
        place = bisect_left(self.outermost, far) - 1
        return self.outermost[place] if place >= 0 else -1

    def rows(self, mark: bytes) -> list[int]:
        """The index of the line of each occurrence of a mark, found once."""
        if mark not in self._rows:
            self._rows[mark] = self._find_rows(mark) if mark in self.data else []
        return self._rows[mark]

    def _find_rows(self, mark: bytes) -> list[int]:
        parts = self.data.split(mark)
        parts.pop()
        return list(itertools.accumulate([part.count(b"\n") for part in parts]))

    def between(self, first: int, last: int) -> bytes:
        """The lines from one number to another, both included."""
        if first <= self.first and last >= self.last:
            return self.data
        return b"\n".join(self.lines[max(first - self.first, 0) : max(last - self.first + 1, 0)])

    def lines_with(self, word: bytes) -> Iterator[tuple[int, bytes]]:
        """The lines that hold a word, with their numbers."""
        place, number, counted = self.data.find(word), self.first, 0
        while place >= 0:
            number += self.data.count(b"\n", counted, place)
            counted = place
            start = self.data.rfind(b"\n", 0, place) + 1
            end = self.data.find(b"\n", place)
            yield number, self.data[start : end if end >= 0 else len(self.data)]
            place = self.data.find(word, end) if end >= 0 else -1


def string_start(text: Text, shape: Shape, number: int) -> int | None:
    """The line that opens the string in which a line begins, as far as quotes tell.

    Arguments:
        text: the lines at hand.
        shape: how the language looks.
        number: of the line.
    """
    if number <= text.first:
        return None
    index = min(number - text.first, len(text.lines))
    found = None
    if shape.raw is not None:
        opens, ends = (_before(text.rows(mark), index) for mark in shape.raw)
        found = opens if opens > ends else None
    for fence in shape.fences:
        rows = text.rows(fence)
        count = bisect_left(rows, index)
        if count % 2:
            found = rows[count - 1]
    return None if found is None else text.first + found


def string_end(text: Text, shape: Shape, number: int) -> int:
    """The line on which a string ends that is open behind a line.

    Arguments:
        text: the lines at hand.
        shape: how the language looks.
        number: of the line.
    """
    index = number - text.first
    rows = [text.rows(mark) for mark in (*shape.fences, *(shape.raw or ())[1:])]
    found = [one[place] for one in rows if (place := bisect_right(one, index)) < len(one)]
    return text.first + min(found, default=len(text.lines) - 1)


def _before(rows: list[int], index: int) -> int:
    """The last of some rows before a line; negative for none."""
    place = bisect_left(rows, index)
    return rows[place - 1] if place else -1


def is_doubtful(text: Text, shape: Shape) -> bool:
    """Whether a hunk may begin or end inside a string of many lines.

    Arguments:
        text: the lines of the hunk.
        shape: how the language looks.
    """
    if shape.raw is not None and shape.raw[1] in text.data:
        return True
    return any(text.data.count(fence) % 2 for fence in shape.fences)


def indent_of(line: bytes) -> int:
    """Columns in front of a line; a tab counts as one."""
    return len(line) - len(line.lstrip())
