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


class Evidence(Record):
    """A line that shows a fact: a link into the forge at that sha."""

    path: str
    line: Count
    side: Literal["new", "old"] = "new"


class Area(Record):
    """A component that a commit touches, named as the repository names it."""

    name: str
    category: Category
    files: Count
    insertions: Count
    deletions: Count


class InterfaceChange(Record):
    """Something that users call, set or read, before and after."""

    what: Literal[
        "flag",
        "environment variable",
        "config key",
        "HTTP route",
        "metric",
        "public symbol",
        "schema",
    ]
    name: str
    before: str | None
    after: str | None
    evidence: tuple[Evidence, ...] = ()


class DependencyChange(Record):
    """A dependency that was added, moved or removed."""

    name: str
    before: str | None
    after: str | None
    locked: bool = False
    """Only in a lock file: not asked for directly."""
    evidence: tuple[Evidence, ...] = ()


class BreakingChange(Record):
    """A reason to expect that users must act."""

    reason: Literal["marker", "footer", "words", "interface", "requirement"]
    text: str
    """The words or the name that says so."""
    evidence: tuple[Evidence, ...] = ()


class References(Record):
    """What a commit's message points at."""

    pull_request: Count | None = None
    """The pull request that this commit is the merge of."""
    pull_requests: tuple[Count, ...] = ()
    """Other pull requests that the message names."""
    issues: tuple[Count, ...] = ()
    """Issues that it closes."""
    co_authors: tuple[str, ...] = ()


class Revert(Record):
    """A commit that this one says it takes back."""

    sha: str | None = None
    """Seven or more digits of it, where the message gives them."""
    subject: str | None = None
    pull_request: Count | None = None
    reapplies: bool = False
    """It takes back a revert, so the change is there again."""


class Signal(Record):
    """Something about a change that judgement rests on."""

    name: str
    count: Count = 1
    evidence: tuple[Evidence, ...] = ()


class Facts(Record):
    """What can be read from a commit without judgement."""

    kind: Kind
    scope: str | None = None
    breaking: tuple[BreakingChange, ...] = ()
    areas: tuple[Area, ...] = ()
    interface: tuple[InterfaceChange, ...] = ()
    dependencies: tuple[DependencyChange, ...] = ()
    references: References = References()
    reverts: tuple[Revert, ...] = ()
    cherry_picked_from: tuple[str, ...] = ()
    bot: bool = False
    merge: bool = False
    signals: tuple[Signal, ...] = ()
