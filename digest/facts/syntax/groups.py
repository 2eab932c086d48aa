"""The runs of changed lines of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import cast

from digest.facts.diffs import FileDiff, Side
from digest.facts.syntax.texts import indent_of

_RUN = re.compile(
    rb"\n(?:-(?P<removed>[^\n]*+(?:\n-[^\n]*+)*+)(?P<added>(?:\n\+[^\n]*+)*+)"
    rb"|\+(?P<only>[^\n]*+(?:\n\+[^\n]*+)*+))"
)
_NOTE = re.compile(rb"\n\\[^\n]*+")
"""git's note of a last line's end."""


class Group:
    """A run of changed lines without context between them.

    Arguments:
        old: first and last line; the last is one less than the first where there is none.
        new: likewise.
        text: all of its lines, without their marks, the removed ones first.
        hunk: which hunk of the file it is in.
    """

    __slots__ = ("_lines", "hunk", "new", "old", "text")

    def __init__(self, old: tuple[int, int], new: tuple[int, int], text: bytes, hunk: int) -> None:
        self.old = old
        self.new = new
        self.text = text
        self.hunk = hunk
        self._lines: list[bytes] | None = None

    @property
    def lines(self) -> list[bytes]:
        """All of its lines."""
        if self._lines is None:
            self._lines = self.text.split(b"\n")
        return self._lines

    def of(self, side: Side) -> list[bytes]:
        """The lines of one side."""
        removed = self.old[1] - self.old[0] + 1
        return self.lines[:removed] if side == "old" else self.lines[removed:]

    def indent(self, side: Side) -> int:
        """Columns in front of the first line of a side, or of the other where there is none."""
        lines = self.lines
        first = 0 if side == "old" else self.old[1] - self.old[0] + 1
        for place in range(first, len(lines)):
            if lines[place].strip():
                return indent_of(lines[place])
        return next((indent_of(line) for line in lines if line.strip()), 0)


def groups_of(file: FileDiff) -> list[Group]:
    """The runs of changed lines of a file, found once.

    Arguments:
        file: the changed file.
    """
    notes = vars(file)
    if "_groups" not in notes:
        notes["_groups"] = list(_find_groups(file))
    return cast("list[Group]", notes["_groups"])


def _find_groups(file: FileDiff) -> Iterator[Group]:
    for index, hunk in enumerate(file.hunks):
        data = b"\n" + hunk.data
        if b"\n\\" in data:
            data = _NOTE.sub(b"", data)
        # An empty side of a whole file begins at zero.
        old, new = max(hunk.old_start, 1), max(hunk.new_start, 1)
        place = 0
        for run in _RUN.finditer(data):
            start, end = run.span()
            between = data.count(b"\n", place, start)
            old, new, place = old + between, new + between, end
            went, came, only = run.groups()
            if only is not None:
                text, removed = only.replace(b"\n+", b"\n"), 0
                added = text.count(b"\n") + 1
            else:
                text, added = went.replace(b"\n-", b"\n"), 0
                removed = text.count(b"\n") + 1
                if came:
                    text += came.replace(b"\n+", b"\n")
                    added = came.count(b"\n")
            yield Group((old, old + removed - 1), (new, new + added - 1), text, index)
            old, new = old + removed, new + added


def changed_numbers(file: FileDiff, side: Side) -> Sequence[int]:
    """The numbers of the changed lines of one side, found once.

    Arguments:
        file: the changed file.
        side: which side.
    """
    notes, key = vars(file), f"_changed_{side}"
    if key not in notes:
        ranges = (group.old if side == "old" else group.new for group in groups_of(file))
        notes[key] = [number for first, last in ranges for number in range(first, last + 1)]
    return cast("Sequence[int]", notes[key])


def near(file: FileDiff, side: Side, start: int, end: int) -> tuple[int, int]:
    """The lines between the first and the last change among some, with those beside them.

    Arguments:
        file: the changed file.
        side: which side the lines are of.
        start: number of the first of them.
        end: number of the last.
    """
    regions = [group.old if side == "old" else group.new for group in groups_of(file)]
    within = [one for one in regions if start <= max(one) and one[0] <= end]
    first = min((one[0] for one in within), default=start)
    last = max((max(one) for one in within), default=end)
    return max(first - 1, start), min(last + 1, end)
