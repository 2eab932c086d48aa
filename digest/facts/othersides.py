"""The content of a file on one side of a commit, from that on the other side and the patch.

Between two commits most of a file stays as it is.  To put a patch onto the lines that are
at hand costs a tenth of asking git for the other version.  Every line of the patch is held
against the content; where one differs, nothing is made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, runtime_checkable

Side = Literal["old", "new"]

LARGEST = 1_000_000
"""Bytes of the largest content that is made."""


@runtime_checkable
class Shelf(Protocol):
    """Where contents are kept that were asked for before, or made."""

    def kept(self, name: str) -> bytes | None:
        """A content that is at hand; None where it would have to be read."""

    def keep(self, name: str, data: bytes) -> None:
        """Take up a content that is known."""


class Part(Protocol):
    """A hunk of a patch."""

    old_start: int
    new_start: int

    def text(self, side: Side) -> bytes | None:
        """All of one side; None where the end of the file has no line feed."""


def other_side(content: bytes, hunks: Sequence[Part], side: Side) -> bytes | None:
    """The content of one side; None where the patch does not fit.

    Arguments:
        content: the whole of the other side.
        hunks: all of the patch.
        side: which side is wanted.
    """
    other: Side = "old" if side == "new" else "new"
    parts: list[bytes] = []
    place, line = 0, 1
    for hunk in hunks:
        there = hunk.text(other)
        if there is None:  # the last line has no end, so lines alone do not tell all
            return None
        here = hunk.text(side) or b""
        wanted = hunk.old_start if other == "old" else hunk.new_start
        found = _find(content, there, place, wanted - line)
        if found < 0:
            return None
        parts += (content[place:found], here)
        place = found + len(there)
        line = wanted + there.count(b"\n")
    parts.append(content[place:])
    return b"".join(parts)


def _find(content: bytes, lines: bytes, place: int, below: int) -> int:
    """Where lines stand that begin so many lines below a place; negative for nowhere."""
    if not lines or below < 0:
        return -1
    found, counted = content.find(lines, place), place
    while found >= 0:
        below -= content.count(b"\n", counted, found)
        if below < 0:
            return -1
        if below == 0 and (found == 0 or content[found - 1] == _LINE_FEED):
            return found
        counted = found
        # What stands here and further up is no match; the next line may be.
        found = content.find(lines, found + 1)
    return -1


_LINE_FEED = b"\n"[0]
