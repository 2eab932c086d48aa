"""The runs of changed lines of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

from digest.facts.diffs import FileDiff, Side
from digest.facts.syntax.texts import indent_of

_RUN = re.compile(rb"-+\+*|\++")


class Group(NamedTuple):
    """A run of changed lines without context between them."""

    old: tuple[int, int]
    """First and last line; the last is one less than the first where there is none."""
    new: tuple[int, int]
    lines: list[bytes]
    """All of its lines, without their marks, the removed ones first."""
    text: bytes
    """The same as one."""
    hunk: int
    """Which hunk of the file it is in."""

    def of(self, side: Side) -> list[bytes]:
        """The lines of one side."""
        removed = self.old[1] - self.old[0] + 1
        return self.lines[:removed] if side == "old" else self.lines[removed:]

    def indent(self, side: Side) -> int:
        """Columns in front of the first line of a side, or of the other where there is none."""
        for line in (*self.of(side), *self.lines):
            if line.strip():
                return indent_of(line)
        return 0


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
        # An empty side of a whole file begins at zero.
        start_old, start_new = max(hunk.old_start, 1), max(hunk.new_start, 1)
        for run in _RUN.finditer(hunk.marks):
            place, end = run.span()
            removed = hunk.marks.count(b"-", place, end)
            old = start_old + place - hunk.marks.count(b"+", 0, place)
            new = start_new + place - hunk.marks.count(b"-", 0, place)
            lines = [line[1:] for line in hunk.lines[place:end]]
            yield Group(
                (old, old + removed - 1),
                (new, new + len(lines) - removed - 1),
                lines,
                b"\n".join(lines),
                index,
            )


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
