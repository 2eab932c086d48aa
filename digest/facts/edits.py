"""Which lines of the sources a commit changed, so that later ones can be held against them.

The archive keeps no patches.  What it keeps of them here is just enough to follow a line
from the commit that added it to the one that changes it: for each source file, which lines
went and how many came in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from digest.facts.diffs import Diff, FileDiff
from digest.facts.ranges import Range
from digest.facts.syntax.groups import groups_of
from digest.model import Edit

FILES = 30
RANGES = 40
"""Files of a commit, and ranges of a file, that are kept.  A file with more is left out whole:
to follow its lines any further would be to guess."""

_LOOKED_AT = 40
"""Lines of a range by which it is told whether they say something new."""
_MOVED = 0.5
"""Part of the lines of a range that went elsewhere in the commit, from which it is moved."""
_SHORTEST = 4
"""Bytes of a line below which any two may be the same by chance."""

_SAYS_LITTLE = re.compile(
    rb"[ \t]*+(?:(?:(?:import|from|use|pub use|using|#include|package|mod|pub mod) "
    rb"|#(?![a-z\[!])|//|/\*|\*[ /]).*+|\W*+)",
    re.DOTALL,
)
"""An import, a comment, brackets, or an empty line."""


def edits_of(diff: Diff) -> tuple[Edit, ...]:
    """The changed lines of each source file of which all is known; the others are left out."""
    files = list(islice(filter(_is_source, diff.files), FILES))
    removed = _removed(files)
    edits = []
    for file in files:
        ranges = list(islice(_ranges(file, removed), RANGES + 1))
        change = file.change
        whole = (
            sum(one.removed for one in ranges) == change.deletions
            and sum(one.added for one in ranges) == change.insertions
        )
        if whole and ranges and len(ranges) <= RANGES:
            edits.append(Edit(path=change.path, ranges=" ".join(map(str, ranges))))
    return tuple(edits)


def _is_source(file: FileDiff) -> bool:
    change = file.change
    return bool(
        file.patch.data
        and not change.submodule
        and not change.symlink
        and file.category == "source"
    )


def _removed(files: list[FileDiff]) -> frozenset[bytes]:
    """What went, from all these files, without indentation."""
    if not any(file.change.insertions for file in files):
        return frozenset()
    return frozenset(
        line.strip()
        for file in files
        if file.change.deletions
        for group in groups_of(file)
        for line in group.of("old")
    )


def _ranges(file: FileDiff, removed: frozenset[bytes]) -> Iterator[Range]:
    added = file.change.insertions
    if file.change.status == "A" and added:
        lines = [line[1:] for hunk in file.hunks[:1] for line in hunk.lines[:_LOOKED_AT]]
        yield Range(1, 0, added, telling=False, fresh=_are_fresh(lines, removed))
        return
    for group in groups_of(file):
        start, end = group.old
        went = end - start + 1
        lines = group.lines
        yield Range(
            start,
            went,
            len(lines) - went,
            telling=went > 0 and not _say_little(lines[:went]),
            fresh=len(lines) > went and _are_fresh(lines[went : went + _LOOKED_AT], removed),
        )


def _say_little(lines: list[bytes]) -> bool:
    return all(map(_SAYS_LITTLE.fullmatch, lines))


def _are_fresh(lines: list[bytes], removed: frozenset[bytes]) -> bool:
    if _say_little(lines):
        return False
    if not removed:
        return True
    said = [text for line in lines if len(text := line.strip()) >= _SHORTEST]
    if removed.isdisjoint(said):
        return True
    return sum(text in removed for text in said) < _MOVED * len(said)
