"""Ranges of changed lines, as ``edits`` writes them into the archive and outcomes read them."""

from __future__ import annotations

import re
from typing import NamedTuple

from digest.model import Edit

_RANGE = re.compile(r"(\d{1,9})(?:([-=])(\d{1,9}))?(?:([+~])(\d{1,9}))?")


class Range(NamedTuple):
    """Lines that were replaced; none by some, or some by none."""

    start: int
    """The first line that went, or before which others came, in the file as it was."""
    removed: int
    added: int
    telling: bool = True
    """Whether more went than imports, comments, brackets and empty lines."""
    fresh: bool = True
    """Whether what came is new: it says something, and was not moved or indented."""

    def __str__(self) -> str:
        """As the archive has it."""
        removed = f"{'-' if self.telling else '='}{self.removed}" if self.removed else ""
        added = f"{'+' if self.fresh else '~'}{self.added}" if self.added else ""
        return f"{self.start}{removed}{added}"


def ranges_of(edit: Edit) -> list[Range]:
    """Read the ranges of an edit, in the order of the file."""
    return [
        Range(
            int(match[1]),
            int(match[3] or 0),
            int(match[5] or 0),
            telling=match[2] == "-",
            fresh=match[4] == "+",
        )
        for match in _RANGE.finditer(edit.ranges)
    ]
