"""Lines that changed in nothing but a number: a timeout, a retry, a tolerance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.signals.lines import Hit, code_of, lines_with

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, FileDiff

_TIMING = re.compile(rb"(?i:timeout|retr(?:y|ies)|back_?off|keep_?alive|heartbeat|grace_?period)")
_TIMING_HINTS = (b"imeout", b"TIMEOUT", b"retr", b"RETR", b"ackoff", b"BACKOFF", b"eartbeat")
_TOLERANCE = re.compile(rb"(?i:\b(?:rtol|atol|tol|tolerance|abs_tol|rel_tol)\b|_tol\b)")
_TOLERANCE_HINTS = (b"tol", b"TOL")
_NUMBER = re.compile(rb"(?<![\w.])\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?")


def timing_changed(file: FileDiff, joined: bytes) -> list[Hit]:
    """The new lines of a program that change how long or how often something is tried.

    Arguments:
        file: whose patch is searched.
        joined: the words in its changed lines, one after the other.
    """
    hints = tuple([hint for hint in _TIMING_HINTS if hint in joined])
    return [new for new, _, _ in _pairs(file, _TIMING, hints)]


def loosened(diff: Diff) -> list[Hit]:
    """The new lines of tests that allow more difference than before."""
    found: list[Hit] = []
    for file in diff.files:
        if file.category == "test":
            pairs = _pairs(file, _TOLERANCE, _TOLERANCE_HINTS)
            found += (new for new, before, after in pairs if after > before)
    return found


def _pairs(
    file: FileDiff, expression: re.Pattern[bytes], hints: tuple[bytes, ...]
) -> list[tuple[Hit, float, float]]:
    """New lines whose old ones differ only in a number, with what it was and is."""
    if not hints:
        return []
    data = file.patch.data
    old: dict[bytes, bytes] = {}
    new: dict[int, Hit] = {}
    path = file.change.path.lower()
    for hint in hints:
        for start, end in lines_with(data, hint):
            text = data[start + 1 : end].strip()
            if not _NUMBER.search(text) or not expression.search(code_of(text, path, "strings")):
                continue
            if data[start : start + 1] == b"-":
                old.setdefault(_NUMBER.sub(b"0", text), text)
            else:
                new[start] = Hit(file, start, "new", text)
    return [
        (hit, *values)
        for hit in new.values()
        if (before := old.get(_NUMBER.sub(b"0", hit.text))) is not None
        and (values := _difference(before, hit.text)) is not None
    ]


def _difference(before: bytes, after: bytes) -> tuple[float, float] | None:
    """The first number in which two lines differ."""
    for old, new in zip(_NUMBER.findall(before), _NUMBER.findall(after), strict=False):
        if old != new:
            return float(old), float(new)
    return None
