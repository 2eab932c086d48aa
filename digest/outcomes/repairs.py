"""Fixes of lines that another commit added a few days before: a small blame.

The archive says which lines each commit took away and which it put there (see
``digest.facts.ranges``).  Following them along the branch tells who added a line that a
later fix works on, as ``git blame`` would; only lines of the last days are followed, so
there is never much to remember.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from digest.facts.ranges import Range, ranges_of
from digest.model import Entry, FileChange, Kind
from digest.outcomes.records import Known

WITHIN = dt.timedelta(days=7)
"""How long the lines of a commit are followed."""
SHARE = 0.6
"""Part of the lines that a fix replaces which one commit must have added."""
INSERTED = 20
"""Lines that a fix may add where it replaces none; with more it is new work."""
FEW = 2
"""Lines that are replaced on the way where more than that are added elsewhere."""
FILES = 20
"""Files of a fix; one that touches more of them is a sweep through the sources."""

_SAYS_SO = re.compile(
    r"(?<!pre)(?<!suf)fix(?!ture)|(?<!de)bug|\b(?:avoid|broken?|correct|crash|deadlock|error|fail|guard|hang|incorrect|leak"
    r"|missing|patch|prevent|race|regress|repair|resolve|restore|typo|wrong)|修",
    re.IGNORECASE,
)
"""A title that speaks of something wrong; other titles are fixes by their files at best."""
_INNOCENT: frozenset[Kind] = frozenset({"revert", "style"})
_BRINGS_BACK = re.compile(r"\b(?:revert|re-?(?:apply|land)|roll ?back)", re.IGNORECASE)


class _Segment(NamedTuple):
    """Lines that stand together, and the commit that added them."""

    start: int
    end: int
    """The first line behind it."""
    known: Known


class _Blame:
    """Lines that a commit worked on, by the commits that had added them."""

    def __init__(self) -> None:
        self.removed = 0
        """All lines that it took away and that say something."""
        self.inserted = 0
        """All lines that it put between others."""
        self.of_removed: Counter[Known] = Counter()
        self.around_inserted: Counter[Known] = Counter()

    def author(self) -> Known | None:
        """The commit that added most of the lines that were replaced, or worked within."""
        if not self.removed and self.inserted > INSERTED:
            return None
        whole, found = self.removed, self.of_removed
        if not whole:
            whole, found = self.inserted, self.around_inserted
        for known, lines in found.most_common(1):
            elsewhere = self.inserted - self.around_inserted[known]
            if lines >= SHARE * whole and (lines > FEW or elsewhere <= INSERTED):
                return known
        return None


class Repairs:
    """Who added the lines of the last days, in one repository."""

    def __init__(self) -> None:
        self._files: dict[str, list[_Segment]] = {}
        """The segments of each file, in the order of their lines."""
        self._today = dt.date.min

    def add(self, known: Known, entry: Entry) -> Known | None:
        """Take a commit in, and give the one whose lines it repairs.

        Arguments:
            known: the commit; one of the first-parent chain, each after the one before it.
            entry: the same.

        Returns:
            The commit that added, within the last days, most of the lines that this one
            replaces; or, where it replaces none, those that it puts its own between.  None
            where there is no such commit, where several share the lines, and where this one
            is no fix.
        """
        self._forget(known.mention.date)
        blame = _Blame()
        if not entry.commit.changes_known:
            self._files.clear()
            return None
        edits = {edit.path: ranges_of(edit) for edit in entry.facts.edits}
        source = None if _is_innocent(entry) else known
        followed: dict[str, list[_Segment]] = {}
        for change in entry.commit.changes:
            before = self._files.pop(path, []) if (path := _path_before(change)) else []
            if change.path in edits:
                followed[change.path] = _followed(before, edits[change.path], source, blame)
            elif change.insertions == change.deletions == 0:
                followed[change.path] = before
            # Of all others the lines can no longer be told.
        self._files |= {path: segments for path, segments in followed.items() if segments}
        return blame.author() if _is_fix(entry) else None

    def _forget(self, today: dt.date) -> None:
        """Let go of the lines that have been there for long."""
        if today <= self._today:
            return
        self._today = today
        for path, segments in tuple(self._files.items()):
            recent = [one for one in segments if today - one.known.mention.date <= WITHIN]
            if recent:
                self._files[path] = recent
            else:
                del self._files[path]


def _is_fix(entry: Entry) -> bool:
    facts, commit = entry.facts, entry.commit
    return (
        facts.kind == "fix"
        and not facts.bot
        and not facts.reverts
        and len(commit.changes) <= FILES
        and _SAYS_SO.search(commit.subject[:300]) is not None
    )


def _is_innocent(entry: Entry) -> bool:
    """Whether a commit brings lines back, or only shapes them: another one wrote what they say."""
    subject = entry.commit.subject[:300]
    return (
        entry.facts.kind in _INNOCENT
        or bool(entry.facts.reverts)
        or _BRINGS_BACK.search(subject) is not None
    )


def _path_before(change: FileChange) -> str | None:
    """Where a file stood whose lines it still has; None for a new one."""
    if change.status in {"A", "C"}:
        return None
    return change.previous_path or change.path


def _followed(
    segments: list[_Segment], ranges: Iterable[Range], known: Known | None, blame: _Blame
) -> list[_Segment]:
    """The segments of a file after some of its lines were replaced.

    Arguments:
        segments: before that.
        ranges: what was replaced, in the order of the file.
        known: the commit that did it; None to leave what it added to nobody.
        blame: told whose lines they were.
    """
    waiting = segments[::-1]
    after: list[_Segment] = []
    shift = 0
    for one in ranges:
        stop = one.start + one.removed
        while waiting and waiting[-1].start < stop:
            start, end, author = waiting.pop()
            if start < one.start:
                after.append(_Segment(start + shift, min(end, one.start) + shift, author))
            if one.telling:
                blame.of_removed[author] += max(0, min(end, stop) - max(start, one.start))
            elif one.fresh and not one.removed and start < one.start < end:
                blame.around_inserted[author] += one.added
            if end > stop:
                waiting.append(_Segment(max(start, stop), end, author))
                break
        if one.telling:
            blame.removed += one.removed
        if one.fresh and not one.removed:
            blame.inserted += one.added
        if one.fresh and known is not None:
            after.append(_Segment(one.start + shift, one.start + shift + one.added, known))
        shift += one.added - one.removed
    after += (_Segment(start + shift, end + shift, author) for start, end, author in waiting[::-1])
    return after
