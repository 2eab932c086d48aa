"""The lines of one side of a changed file that are at hand."""

from __future__ import annotations

from typing import cast

from digest.facts.diffs import LINE_LIMIT, FileDiff, Hunk, Side
from digest.facts.syntax.texts import Text

FILE_LIMIT = 1_000_000
"""Bytes of the largest file that is read."""


def whole_text(file: FileDiff, side: Side) -> Text | None:
    """All lines of one side; None where they cannot be had.

    Arguments:
        file: the changed file.
        side: which side to read.
    """
    notes, key = vars(file), f"_text_{side}"
    if key not in notes:
        notes[key] = _patched_text(file, side) or _read_text(file, side)
    return cast("Text | None", notes[key])


def _patched_text(file: FileDiff, side: Side) -> Text | None:
    """The whole of a file that came or went, out of its patch."""
    came = side == "new"
    if file.change.status != ("A" if came else "D") or not file.hunks:
        return None
    lines = file.change.insertions if came else file.change.deletions
    return hunk_text(file, side, 0) if len(file.hunks[0].lines) == lines else None


def _read_text(file: FileDiff, side: Side) -> Text | None:
    content = file.content(side)
    if content is None or len(content) > FILE_LIMIT:
        return None
    return Text(1, content.replace(b"\r\n", b"\n") if b"\r" in content else content)


def hunk_text(file: FileDiff, side: Side, index: int) -> Text:
    """The lines of one side of a hunk, taken apart once.

    Arguments:
        file: the changed file.
        side: which side to read.
        index: of the hunk.
    """
    notes, key = vars(file), f"_hunk_{side}_{index}"
    if key not in notes:
        hunk = file.hunks[index]
        start = hunk.old_start if side == "old" else hunk.new_start
        # The patch of a file that came or went is the whole of it.
        whole = file.change.status == ("D" if side == "old" else "A")
        notes[key] = Text(start, _side_of(hunk, side), heading=hunk.heading, whole=whole)
    return cast("Text", notes[key])


def _side_of(hunk: Hunk, side: Side) -> bytes:
    """The lines of one side of a hunk, without their marks."""
    if b"\r" in hunk.data or hunk.text(side) is None or is_long(hunk.data):
        mark = b"+" if side == "old" else b"-"
        return b"\n".join(
            line[1:LINE_LIMIT].rstrip(b"\r") for line in hunk.lines if line[:1] != mark
        )
    return (hunk.text(side) or b"")[:-1]


def is_long(text: bytes) -> bool:
    """Whether a text has a line that nobody wrote by hand."""
    place, size = 0, len(text)
    while size - place > LINE_LIMIT:
        # The last line that ends within the limit; all before it do, too.
        end = text.rfind(b"\n", place, place + LINE_LIMIT + 1)
        if end < 0:
            return True
        place = end + 1
    return False
