"""What git says: repositories, commits, file changes, patches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from digest.model.base import Count, Record, Sha, Timestamp

Status = Literal["A", "C", "D", "M", "R", "T"]
"""git's letter for a file change: added, copied, deleted, modified, renamed, type changed."""


class Repository(Record, frozen=True):
    """A git repository that the site follows."""

    slug: str
    """Name in the archive and on the pages, as ``owner/name``."""
    url: str
    """``https://`` or ``ssh://`` URL without user information, or an absolute local path."""
    local: bool = False
    """Read in place from a path of this machine, without a copy."""
    branch: str | None = None
    """Branch to follow; None for the one that the remote's HEAD names."""
    web: str | None = None
    """Base of the links into the forge; None for no links."""


class Person(Record, frozen=True):
    """An author.  E-mail addresses are never stored."""

    name: str


class Trailer(Record, frozen=True):
    """One ``Key: value`` line at the end of a commit message."""

    key: str
    value: str


class FileChange(Record, frozen=True):
    """One file of a commit, compared with the first parent."""

    path: str
    """In the new tree (in the old one for a deletion); undecodable bytes as ``\\xNN``."""
    status: Status
    insertions: Count | None
    """Lines added; None where git counts none (binary)."""
    deletions: Count | None
    """Lines removed; None where git counts none (binary)."""
    previous_path: str | None = None
    """Where a renamed or copied file came from."""
    binary: bool = False
    generated: bool = False
    """Written by a program, by its path or by a mark in its first lines."""
    missing: bool = False
    """Its content is not in the clone at hand, so its lines could not be counted."""
    mode: str | None = None
    """The new mode, where it differs from the old one."""
    previous_mode: str | None = None
    submodule: bool = False
    symlink: bool = False


class Commit(Record, frozen=True):
    """A commit as git tells it.  Never altered later."""

    sha: Sha
    parents: tuple[Sha, ...]
    author: Person
    authored_at: Timestamp
    """In the site's zone, as all times are."""
    committed_at: Timestamp
    """In the site's zone; decides the day."""
    subject: str
    """The first line of the message."""
    changes: tuple[FileChange, ...]
    body: str = ""
    """The rest of the message, without e-mail addresses."""
    body_omitted: Count = 0
    """How many characters of an oversized body were left out."""
    trailers: tuple[Trailer, ...] = ()
    changes_known: bool = True
    """False at the edge of a shallow history, where there is no parent to compare with."""

    @property
    def short_sha(self) -> str:
        """The first seven digits; git's own abbreviation varies with the kind of clone."""
        return self.sha[:7]

    @property
    def insertions(self) -> int:
        """Lines added in all files."""
        return sum(change.insertions or 0 for change in self.changes)

    @property
    def deletions(self) -> int:
        """Lines removed in all files."""
        return sum(change.deletions or 0 for change in self.changes)


class Coverage(Record, frozen=True):
    """How much of a commit's patch was read."""

    files: Count
    files_read: Count
    lines: Count
    """Changed lines, insertions and deletions."""
    lines_read: Count

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return self.files_read == self.files and self.lines_read == self.lines


class FilePatch(msgspec.Struct, frozen=True):
    """The patch of one file, as bytes, because that is what git gives."""

    path: str
    data: bytes
    """From the first hunk's ``@@`` on; empty where nothing is to be read."""
    old: str | None = None
    """Object name of the old content; None where there is none, or it is not known."""
    new: str | None = None
    """Object name of the new content: of a blob, or of a submodule's commit."""

    @property
    def text(self) -> str:
        r"""The patch as text; undecodable bytes as ``\\xNN``."""
        return self.data.decode("utf-8", "backslashreplace")


class Reading(msgspec.Struct, frozen=True):
    """A commit together with its patch, as far as the budget went.  Not archived."""

    commit: Commit
    coverage: Coverage
    patches: tuple[FilePatch, ...]


Contents = Callable[[str], bytes | None]
"""Object name of a blob → what is in it; None where it is not there, or is too large to read."""


def no_contents(_name: str) -> bytes | None:
    """Where there is nothing but the patch."""
    return None
