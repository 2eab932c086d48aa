"""Lines at hand, and the strings of many lines among them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from itertools import accumulate

from digest.facts.syntax.languages import Shape


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

    @functools.cached_property
    def lines(self) -> list[bytes]:
        """Each without the line feed behind it."""
        return self.data.split(b"\n")

    @functools.cached_property
    def ends(self) -> list[int]:
        """Where each line ends, with its line feed."""
        return list(accumulate(len(line) + 1 for line in self.lines))

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
        return [index for index, line in enumerate(self.lines) if line[:1] > b" "]

    def between(self, first: int, last: int) -> bytes:
        """The lines from one number to another, both included."""
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
    if number <= text.first or not (shape.fences or shape.raw):
        return None
    end = text.ends[min(number - text.first, len(text.lines)) - 1]
    place = -1
    if shape.raw is not None:
        opens, ends = (text.data.rfind(mark, 0, end) for mark in shape.raw)
        place = opens if opens > ends else -1
    for fence in shape.fences:
        if text.data.count(fence, 0, end) % 2:
            place = text.data.rfind(fence, 0, end)
    return None if place < 0 else text.first + text.data.count(b"\n", 0, place)


def string_end(text: Text, shape: Shape, number: int) -> int:
    """The line on which a string ends that is open behind a line.

    Arguments:
        text: the lines at hand.
        shape: how the language looks.
        number: of the line.
    """
    marks = (*shape.fences, *(shape.raw or ())[1:])
    places = [text.data.find(mark, text.ends[number - text.first]) for mark in marks]
    place = min((place for place in places if place >= 0), default=len(text.data))
    return text.first + text.data.count(b"\n", 0, place)


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
