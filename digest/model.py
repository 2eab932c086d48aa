"""The records: what flows from git to the page.

All of them are frozen and validated, so that what is read back from the
archive is exactly what was written.  Nothing here knows git, MkDocs or a
language model.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

SCHEMA_VERSION = 1
"""Version of the archive's files.  A reader refuses a newer one."""

Sha = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")]
"""A whole object name, SHA-1 or SHA-256, in lower case."""

Timestamp = Annotated[
    AwareDatetime, PlainSerializer(lambda moment: moment.isoformat(), when_used="json")
]
"""A moment with its offset from UTC; ISO 8601 in the archive."""

Count = Annotated[int, Field(ge=0)]

Level = Literal["high", "medium", "low"]
LEVELS: tuple[Level, ...] = ("high", "medium", "low")
"""Importance, the most important first."""

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

Status = Literal["A", "C", "D", "M", "R", "T"]
"""git's letter for a file change: added, copied, deleted, modified, renamed, type changed."""

Category = Literal[
    "source", "test", "documentation", "ci", "build", "lock", "generated", "vendored", "data"
]
"""What a file is for, as far as its path and its first lines tell."""


class Record(BaseModel):
    """Base of all records: immutable, and closed against misspelt fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Repository(Record):
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


# What git says


class Person(Record):
    """An author.  E-mail addresses are never stored."""

    name: str


class Trailer(Record):
    """One ``Key: value`` line at the end of a commit message."""

    key: str
    value: str


class FileChange(Record):
    """One file of a commit, compared with the first parent."""

    path: str
    """In the new tree (in the old one for a deletion); undecodable bytes as ``\\xNN``."""
    previous_path: str | None = None
    """Where a renamed or copied file came from."""
    status: Status
    insertions: Count | None
    """Lines added; None where git counts none (binary)."""
    deletions: Count | None
    """Lines removed; None where git counts none (binary)."""
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


class Commit(Record):
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
    body: str = ""
    """The rest of the message, without e-mail addresses."""
    body_omitted: Count = 0
    """How many characters of an oversized body were left out."""
    trailers: tuple[Trailer, ...] = ()
    changes: tuple[FileChange, ...]
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


class Coverage(Record):
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


@dataclass(frozen=True, slots=True)
class FilePatch:
    """The patch of one file, as bytes, because that is what git gives."""

    path: str
    data: bytes
    """From the first hunk's ``@@`` on; empty where nothing is to be read."""

    @property
    def text(self) -> str:
        r"""The patch as text; undecodable bytes as ``\\xNN``."""
        return self.data.decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True)
class Reading:
    """A commit together with its patch, as far as the budget went.  Not archived."""

    commit: Commit
    coverage: Coverage
    patches: tuple[FilePatch, ...] = field(repr=False)


# What can be read from a commit without judgement


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


# Judgement


class Statement(Record):
    """One thing that an analysis says: a phrase of ours, or somebody's own words.

    A phrase is an identifier with values, so that the same archive gives a page
    in each language.  Own words, a commit's or a model's, stand as they are.
    """

    phrase: str | None = None
    """Identifier in the catalogue of phrases."""
    values: dict[str, int | str | tuple[str, ...]] = {}
    """What the phrase speaks of; a list is joined as the language does."""
    text: str | None = None
    language: str | None = None
    """BCP 47 language of the text; None where nobody said."""
    evidence: tuple[Evidence, ...] = ()

    @model_validator(mode="after")
    def _one_form(self) -> Statement:
        if (self.phrase is None) == (self.text is None):
            raise ValueError("a statement is either a phrase or a text")
        return self


class Importance(Record):
    """Does someone who uses or builds on this repository need to know?"""

    level: Level
    score: Annotated[float, Field(ge=0, le=1)]
    reasons: tuple[Statement, ...] = ()


class Insight(Record):
    """What a change means under one aspect."""

    aspect: Literal[
        "architecture", "performance", "security", "maintainability", "compatibility", "tests"
    ]
    statements: tuple[Statement, ...]


class Risk(Record):
    """What may go wrong, and what to do about it."""

    risk: Statement
    consequence: Statement | None = None
    trigger: Statement | None = None
    mitigation: Statement | None = None


class Recommendation(Record):
    """What a reader should do."""

    audience: Literal["users", "operators", "developers", "everyone"]
    statement: Statement


class Tokens(Record):
    """What a model call cost."""

    prompt: Count
    completion: Count


class Pending(Record):
    """An analysis that is still owed, and why it is not there yet."""

    reason: str
    """A short code, not a server's text."""
    since: Timestamp
    attempts: Count


class Provenance(Record):
    """Who made an analysis, and from how much."""

    analyst: str
    version: str
    coverage: Coverage
    model: str | None = None
    made_at: Timestamp | None = None
    """None where the same input always gives the same analysis."""
    prompt: str | None = None
    """Hash of the prompt."""
    tokens: Tokens | None = None
    pending: Pending | None = None


class Analysis(Record):
    """The judgement on a commit.  Depth follows importance."""

    importance: Importance
    change_type: Kind
    summary: tuple[Statement, ...]
    impact: tuple[Statement, ...] = ()
    insights: tuple[Insight, ...] = ()
    risks: tuple[Risk, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    provenance: Provenance


# What is archived


class Entry(Record):
    """A commit with what is known and thought of it."""

    commit: Commit
    facts: Facts
    analysis: Analysis
    vanished: bool = False
    """The commit is no longer on the branch: its history was rewritten."""


class Day(Record):
    """The entries of one repository on one calendar day in the site's zone."""

    schema_version: int
    repository: str
    date: dt.date
    zone: str
    """IANA name of the time zone whose midnight begins the day."""
    complete: bool
    """Whether the day was over, and wholly readable, when the repository was last read."""
    head: Sha | None
    """Tip of the branch when the day was read; None where the branch has no commit."""
    entries: tuple[Entry, ...]
    """Newest first."""

    @property
    def quiet(self) -> bool:
        """Whether the day was read and nothing happened."""
        return self.complete and not self.entries


class Failure(Record):
    """Why the last attempt to reach a repository failed."""

    at: Timestamp
    reason: str
    """For a person; free of credentials, paths and addresses of the machine."""


class RepositoryState(Record):
    """What is known of a repository as a whole, beside its days."""

    schema_version: int
    repository: str
    zone: str | None = None
    """Whose midnights its days begin at; None before anything was read."""
    branch: str | None = None
    head: Sha | None = None
    reached_at: Timestamp | None = None
    """When its history was last read successfully."""
    known_since: dt.date | None = None
    """First day that a shallow history holds whole; None where it goes back to its root."""
    unsettled: tuple[dt.date, ...] = ()
    """Archived days to be read again: open ones, and those that late commits may still reach."""
    failure: Failure | None = None
    """None after a success."""
