"""Lines that differ from what they were in nothing but a value: the shape of another default."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.removals import in_product
from digest.model import Evidence

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, Hunk

LONGEST = 300
"""Bytes of a line with a default."""

_VALUE = re.compile(
    rb"\"[^\"\n]{0,80}\"|'[^'\n]{0,80}'|(?<![\w.])-?\d[\w.]{0,20}"
    rb"|\b(?:true|false|True|False|None|null|nil|on|off|store_true|store_false)\b"
)


def other_values(diff: Diff) -> tuple[Evidence, ...] | None:
    """The first line of a program that got another value, as it was and as it is.

    Another number does not count.

    Arguments:
        diff: the changed files.

    Returns:
        None where no line changed in a value only.
    """
    for file in diff.files:
        if file.category != "source" or not in_product(file.change.path):
            continue
        for hunk in file.hunks:
            if pair := _pair(hunk):
                old, new = pair
                return (
                    Evidence(path=file.path("old"), line=old, side="old"),
                    Evidence(path=file.path("new"), line=new),
                )
    return None


def _pair(hunk: Hunk) -> tuple[int, int] | None:
    old = {
        _VALUE.sub(b"0", line.text.strip()): line
        for line in hunk.side("old")
        if line.changed and _may_hold(line.text)
    }
    if not old:
        return None
    for line in hunk.side("new"):
        if line.changed and _may_hold(line.text):
            before = old.get(_VALUE.sub(b"0", line.text.strip()))
            if before is not None and _words(before.text) != _words(line.text):
                return before.number, line.number
    return None


def _words(text: bytes) -> list[bytes]:
    """The values of a line but for its numbers, which are tuned more often than decided."""
    return [value for value in _VALUE.findall(text) if not value.lstrip(b"-")[:1].isdigit()]


def _may_hold(text: bytes) -> bool:
    return len(text) <= LONGEST and (b"=" in text or b":" in text or b"(" in text)
