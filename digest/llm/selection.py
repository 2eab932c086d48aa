"""Which part of a patch a model gets to read, within a budget of tokens.

The budget is spent by significance: source before tests before documents
before what programs wrote, the largest change first, in whole hunks; only a
hunk that is larger than all that is left is cut, at the end of a line.  What is
left out is counted and named, so that nobody speaks of what was not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from digest.facts.diffs import Diff, FileDiff, Hunk
from digest.llm.sizes import BYTES_PER_TOKEN
from digest.model import Category, Coverage

LONGEST_LINE = 600
"""Bytes of a line that are shown; nobody reads on in a longer one."""

_ORDER: tuple[Category, ...] = (
    "source", "build", "ci", "data", "test", "documentation", "vendored", "lock", "generated",
)  # fmt: skip
_RANKS = {category: rank for rank, category in enumerate(_ORDER)}
_WRITTEN_BY_PROGRAMS: frozenset[Category] = frozenset(["vendored", "lock", "generated"])
_SHARE = 0.5
"""The most of what is left that one file takes while others wait."""
_LITTLE = 0.05
"""The most of the budget that one file takes that a program wrote."""
_LEAST = 400
"""Bytes that are worth cutting a hunk for."""
_OVERHEAD = 60
"""Bytes that a hunk's place takes."""
_FILES_NAMED = 60


class Selection(msgspec.Struct, frozen=True):
    """A part of a patch."""

    text: str
    """Hunks under the names of their files."""
    left_out: tuple[str, ...]
    """Files of which nothing, or not everything, is there; with how much is not."""
    coverage: Coverage
    """How much of the commit it is."""


class _Chosen(msgspec.Struct):
    """What is taken of one file."""

    file: FileDiff
    hunks: dict[int, Hunk] = msgspec.field(default_factory=dict)
    """By their place in the file; one that was cut stands here as far as it goes."""
    cut: set[int] = msgspec.field(default_factory=set)


def select(diff: Diff, budget: int) -> Selection:
    """Choose what to read of a commit.

    Arguments:
        diff: the commit's changed files.
        budget: tokens that it may take.
    """
    whole = room = int(budget * BYTES_PER_TOKEN)
    chosen = [_Chosen(file) for file in sorted(diff.files, key=_significance)]
    # The first round gives each file its share, the second what is left.
    for share in (_SHARE, 1.0):
        for choice in chosen:
            allowance = int(room * share)
            if choice.file.category in _WRITTEN_BY_PROGRAMS:
                allowance = min(allowance, int(whole * _LITTLE))
            room -= _take(choice, allowance, cut=share == 1.0)
    return _selection(diff, chosen)


def _significance(file: FileDiff) -> tuple[int, int, str]:
    return (_RANKS[file.category], -_churn(file), file.change.path)


def _churn(file: FileDiff) -> int:
    return (file.change.insertions or 0) + (file.change.deletions or 0)


def _take(choice: _Chosen, allowance: int, *, cut: bool) -> int:
    """Take hunks of a file as far as they fit; how many bytes they have."""
    taken = 0
    for place, hunk in enumerate(choice.file.hunks):
        left = allowance - taken
        if left <= _OVERHEAD:
            break
        if place in choice.hunks:
            continue
        # Each line takes a byte at the least, so a million of them need not be measured.
        size = _size(hunk) if hunk.data.count(b"\n") < left else left + 1
        if size <= left:
            choice.hunks[place] = hunk
        elif cut and left >= _LEAST:
            hunk = _head(hunk, left)  # noqa: PLW2901 - the part of it that fits
            choice.hunks[place] = hunk
            choice.cut.add(place)
            size = _size(hunk)
        else:
            continue
        taken += size
    return taken


def _size(hunk: Hunk) -> int:
    """Bytes that a hunk takes as it is shown."""
    size = len(hunk.data)
    if size > LONGEST_LINE:
        size = sum(min(len(line), LONGEST_LINE) + 1 for line in hunk.lines)
    return size + min(len(hunk.heading), LONGEST_LINE) + _OVERHEAD


def _head(hunk: Hunk, room: int) -> Hunk:
    """The first lines of a hunk that fit."""
    kept, left = [], room - min(len(hunk.heading), LONGEST_LINE) - _OVERHEAD
    for line in hunk.lines:
        left -= min(len(line), LONGEST_LINE) + 1
        if left < 0:
            break
        kept.append(line)
    return Hunk(hunk.old_start, hunk.new_start, hunk.heading, b"\n".join(kept))


def _selection(diff: Diff, chosen: Iterable[_Chosen]) -> Selection:
    parts, left_out = [], []
    files_read = lines_read = 0
    for choice in chosen:
        total = _churn(choice.file)
        count = min(total, sum(map(_changed, choice.hunks.values())))
        lines_read += count
        files_read += count > 0 or total == 0
        if choice.hunks:
            parts.append("\n".join(_shown(choice)))
        if count < total:
            left_out.append(f"{choice.file.change.path} ({total - count} of {total} changed lines)")
    more = len(left_out) - _FILES_NAMED
    named = (*left_out[:_FILES_NAMED], *((f"and {more} more files",) if more > 0 else ()))
    coverage = Coverage(
        files=len(diff.files),
        files_read=files_read,
        lines=sum(map(_churn, diff.files)),
        lines_read=lines_read,
    )
    return Selection("\n".join(parts), named, coverage)


def _changed(hunk: Hunk) -> int:
    """Changed lines of a hunk."""
    data = b"\n" + hunk.data
    return data.count(b"\n+") + data.count(b"\n-")


def _shown(choice: _Chosen) -> Iterator[str]:
    """A file's hunks with their places, as git writes them."""
    change = choice.file.change
    origin = "" if change.previous_path is None else f", was {change.previous_path}"
    yield f"=== {change.path} ({STATUSES[change.status]}{origin})"
    for place, hunk in sorted(choice.hunks.items()):
        heading = hunk.heading[:LONGEST_LINE].decode("utf-8", "replace")
        yield f"@@ -{hunk.old_start} +{hunk.new_start} @@ {heading}".rstrip()
        for line in hunk.lines:
            text = line[:LONGEST_LINE].decode("utf-8", "backslashreplace").rstrip("\r")
            yield text if len(line) <= LONGEST_LINE else f"{text} […]"
        if place in choice.cut:
            yield "[the rest of this hunk is left out]"


STATUSES = {
    "A": "added",
    "C": "copied",
    "D": "deleted",
    "M": "modified",
    "R": "renamed",
    "T": "type changed",
}
"""What git's letters mean."""
