"""What can be read from a commit without judgement."""

from __future__ import annotations

from typing import Literal

from digest.model.base import Count, Record

Kind = Literal[
    "feature",
    "fix",
    "performance",
    "refactor",
    "documentation",
    "test",
    "ci",
    "build",
    "dependencies",
    "style",
    "chore",
    "revert",
    "other",
]
"""What sort of change a commit is."""

Category = Literal[
    "source", "test", "documentation", "ci", "build", "lock", "generated", "vendored", "data"
]
"""What a file is for, as far as its path and its first lines tell."""


class Evidence(Record, frozen=True):
    """A line that shows a fact: a link into the forge at that sha."""

    path: str
    line: Count
    side: Literal["new", "old"] = "new"


class Area(Record, frozen=True):
    """A component that a commit touches, named as the repository names it."""

    name: str
    category: Category
    files: Count
    insertions: Count
    deletions: Count


What = Literal[
    "flag",
    "environment variable",
    "config key",
    "HTTP route",
    "metric",
    "public symbol",
    "schema",
]
"""What part of an interface something is."""


class InterfaceChange(Record, frozen=True):
    """Something that users call, set or read, before and after."""

    what: What
    name: str
    """As users write it: ``--router-mode``, ``DYN_SYSTEM_PORT``, ``GET /health``,
    ``dynamo.llm.KvRouter.route``."""
    before: str | None
    """Its default, signature or definition; empty where there is nothing to tell of it, and
    None where it was not there."""
    after: str | None
    """Likewise; None where it is gone."""
    previous_name: str | None = None
    """What a renamed one was called."""
    evidence: tuple[Evidence, ...] = ()

    @property
    def change(self) -> Literal["added", "removed", "renamed", "changed"]:
        """What happened to it."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "changed" if self.previous_name is None else "renamed"


Ecosystem = Literal[
    "python", "rust", "javascript", "go", "java", "ruby", "image", "action", "submodule", "other"
]
"""Where a dependency comes from."""


class DependencyChange(Record, frozen=True):
    """A dependency that was added, moved or removed."""

    name: str
    before: str | None
    """The version, range or digest asked for; empty for any, None where it was not there."""
    after: str | None
    ecosystem: Ecosystem = "other"
    locked: bool = False
    """Only in a lock file: not asked for directly."""
    evidence: tuple[Evidence, ...] = ()

    @property
    def change(self) -> Literal["added", "removed", "changed"]:
        """What happened to it."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


class BreakingChange(Record, frozen=True):
    """A reason to expect that users must act."""

    reason: Literal["marker", "footer", "words", "interface", "default", "requirement"]
    text: str
    """The words or the name that says so."""
    evidence: tuple[Evidence, ...] = ()
    certain: bool = True
    """False where it may well concern nobody: the author says so while the diff changes nothing
    that users run, or what is gone was hardly anybody's to use."""


class References(Record, frozen=True):
    """What a commit's message points at."""

    pull_request: Count | None = None
    """The pull request that this commit is the merge of."""
    pull_requests: tuple[Count, ...] = ()
    """Other pull requests that the message names."""
    issues: tuple[Count, ...] = ()
    """Issues that it closes."""
    co_authors: tuple[str, ...] = ()
    repairs: tuple[Count, ...] = ()
    """Pull requests whose faults this one mends, as the message says."""
    repaired_commits: tuple[str, ...] = ()
    """Likewise by sha, seven or more digits of it: ``Fixes: 5c976a7e1a1b ("…")``."""
    cherry_picked: tuple[Count, ...] = ()
    """Pull requests of other branches that it brings here."""
    backports: tuple[str, ...] = ()
    """Branches that it is said to be for besides its own."""


class Revert(Record, frozen=True):
    """A commit that this one says it takes back."""

    sha: str | None = None
    """Seven or more digits of it, where the message gives them."""
    subject: str | None = None
    pull_request: Count | None = None
    reapplies: bool = False
    """It takes back a revert, so the change is there again."""
    partial: bool = False
    """Only a part of it, as the message says."""


class Symbol(Record, frozen=True):
    """A class or a function that a commit works on."""

    name: str
    lines: Count
    """Changed lines in it."""
    evidence: tuple[Evidence, ...] = ()


class Edit(Record, frozen=True):
    """The changed lines of a source file, as far as a commit's whole patch of it was read."""

    path: str
    """In the new tree; in the old one for a deletion."""
    ranges: str
    """``12-3+4 20+1``: four lines in the place of the three from line 12 of the old file on, and
    one before its line 20.  ``=`` for ``-`` where nothing but imports, comments, brackets and
    empty lines went; ``~`` for ``+`` where nothing else came, or lines were moved or indented."""


class Signal(Record, frozen=True):
    """Something about a change that judgement rests on."""

    name: str
    count: Count = 1
    evidence: tuple[Evidence, ...] = ()


class Unread(Record, frozen=True):
    """A file whose structure could not be read, so that facts may be missing."""

    path: str
    reason: Literal["syntax", "size", "missing"]


class Facts(Record, frozen=True):
    """What can be read from a commit without judgement."""

    kind: Kind
    scope: str | None = None
    breaking: tuple[BreakingChange, ...] = ()
    areas: tuple[Area, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    """The busiest first."""
    interface: tuple[InterfaceChange, ...] = ()
    dependencies: tuple[DependencyChange, ...] = ()
    references: References = References()
    reverts: tuple[Revert, ...] = ()
    cherry_picked_from: tuple[str, ...] = ()
    bot: bool = False
    merge: bool = False
    edits: tuple[Edit, ...] = ()
    """Of a changed file that is not among them, what became of its lines is not known."""
    signals: tuple[Signal, ...] = ()
    unread: tuple[Unread, ...] = ()
