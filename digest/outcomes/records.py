"""What is said of a commit and another one, and what is kept of each commit to find it."""

from __future__ import annotations

import datetime as dt
from array import array
from typing import Literal
from zlib import crc32

import msgspec

from digest.model import Commit, Entry

Fate = Literal[
    "reverted by", "reapplied by", "follow-up fix", "cherry-picked to", "superseded bump"
]
"""What later happened to a commit."""
Deed = Literal["reverts", "reapplies", "fixes", "cherry-picked from", "supersedes"]
"""What a commit did to an earlier one."""

DEEDS: dict[Fate, Deed] = {
    "reverted by": "reverts",
    "reapplied by": "reapplies",
    "follow-up fix": "fixes",
    "cherry-picked to": "cherry-picked from",
    "superseded bump": "supersedes",
}
"""The same from the other side."""

By = Literal["sha", "pull request", "subject", "same lines", "dependency"]
"""How it is known: the message names the sha, the number or the title; or it speaks of a revert
and takes away as many lines as the other added, file by file; or it is a fix, and works on
lines that the other added; or the same dependency was moved on."""

FILES = 64
"""Files of a commit that are remembered."""


class Mention(msgspec.Struct, frozen=True):
    """A commit as another one's entry speaks of it."""

    slug: str
    sha: str
    date: dt.date
    """The day whose page it is on."""
    subject: str
    pull_request: int | None


class Outcome(msgspec.Struct, frozen=True):
    """What a later commit did to an earlier one, from either side."""

    kind: Fate | Deed
    other: Mention
    by: By
    partial: bool = False
    """Only a part was taken back."""

    @property
    def later(self) -> bool:
        """Whether the other commit is the later one."""
        return self.kind in DEEDS


class Known(msgspec.Struct, frozen=True, eq=False):
    """A commit in the index."""

    mention: Mention
    files: bytes
    """Four bytes for each of its files; of many, the same few in every commit."""
    insertions: int
    deletions: int

    @classmethod
    def of(cls, slug: str, date: dt.date, entry: Entry) -> Known:
        """What is kept of an entry."""
        commit = entry.commit
        mention = Mention(
            slug, commit.sha, date, commit.subject, entry.facts.references.pull_request
        )
        return cls(mention, _files(commit), commit.insertions, commit.deletions)

    def shares_files(self, other: Known) -> bool:
        """Whether two commits touch a file in common, as far as their files are known."""
        if not self.files or not other.files:
            return True
        its = set(memoryview(other.files).cast("I"))
        return not its.isdisjoint(memoryview(self.files).cast("I"))

    def likeness(self, other: Known) -> float:
        """Part of the files of both that they have in common; 0 where they are not known."""
        mine = set(memoryview(self.files).cast("I"))
        its = set(memoryview(other.files).cast("I"))
        return len(mine & its) / len(mine | its) if mine and its else 0.0

    def mirrors(self, other: Known) -> bool:
        """Whether one takes away as many lines as the other adds, in the same files."""
        mine, its = (self.insertions, self.deletions), (other.deletions, other.insertions)
        return mine == its and self.files == other.files

    @property
    def shape(self) -> int:
        """A number that commits with the same files and the same counts of lines share."""
        return _shape(self.files, self.insertions, self.deletions)

    @property
    def opposite(self) -> int:
        """The shape of a commit that does the contrary."""
        return _shape(self.files, self.deletions, self.insertions)


def _shape(files: bytes, insertions: int, deletions: int) -> int:
    # The same in every process, unlike Python's own hash: indexes are kept between builds.
    return crc32(b"%d %d" % (insertions, deletions), crc32(files))


def _files(commit: Commit) -> bytes:
    """Numbers for the paths of a commit; the lowest, so that two commits keep the same ones."""
    paths = {change.path for change in commit.changes}
    paths |= {change.previous_path for change in commit.changes if change.previous_path}
    numbers = sorted(crc32(path.encode("utf-8", "replace")) for path in paths)
    return array("I", numbers[:FILES]).tobytes()
