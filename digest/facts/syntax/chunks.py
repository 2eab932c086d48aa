"""The statements of a whole file that can hold anything of what is sought.

A file that comes or goes is one change from its first line to its last.  To parse all of it
for the one function that reads a variable costs more than anything else that is done with it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from digest.facts.syntax.languages import Shape
from digest.facts.syntax.texts import Text

SHORT = 1_500
"""Bytes of a text that costs less to parse than to choose from."""

_START = re.compile(rb"\n(?=[A-Za-z_@])(?!(?:else|elif|except|finally|and|or|in|is|not)\b)")
"""The start of a line that begins a statement of its own, if it is not in a string."""


def rows_with(text: Text, shape: Shape, hints: Iterable[re.Pattern[bytes]]) -> Sequence[int]:
    """The rows of those statements in which a pattern is found.

    Arguments:
        text: a whole file.
        shape: how the language looks; of those with braces, all is kept.
        hints: patterns, of which each finds something inside of one statement.
    """
    data = text.data
    if shape.blocks or len(data) < SHORT:
        return range(len(text.lines))
    starts = _starts(data, shape.fences)
    ends = [*starts[1:], len(data)]
    chosen: set[int] = set()
    for hint in hints:
        place = 0
        while (match := hint.search(data, place)) is not None:
            chunk = bisect_right(starts, match.start()) - 1
            chosen.add(chunk)
            place = ends[chunk]
            if place >= len(data):
                break
    rows: list[int] = []
    row = counted = 0
    for chunk in sorted(chosen):
        row += data.count(b"\n", counted, starts[chunk])
        counted = starts[chunk]
        rows += range(row, row + data.count(b"\n", counted, ends[chunk] - 1) + 1)
    return rows


def _starts(data: bytes, fences: tuple[bytes, ...]) -> list[int]:
    """Where statements in the first column begin, each with the decorators above it."""
    starts, adorned = [0], data.startswith(b"@")
    counted, opened = 0, dict.fromkeys(fences, 0)
    for match in _START.finditer(data):
        start = match.end()
        for fence in fences:
            opened[fence] += data.count(fence, counted, start)
        counted = start
        if any(number % 2 for number in opened.values()):
            continue  # the text of a string
        if not adorned:
            starts.append(start)
        adorned = data[start] == _ADORNS
    return starts


_ADORNS = b"@"[0]
