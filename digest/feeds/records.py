"""What is published as JSON, as records; their schemas are made from them.

A field that is at its default is left out.  Fields may be added within a version;
one is renamed, removed or given another meaning only in the next version, which is
another schema.  Texts are one line each, in the language of the folder that they are in.
"""

from __future__ import annotations

import ast
import datetime as dt
import gzip
import inspect
import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec

from digest.feeds.places import AUTHORITY
from digest.model import LEVELS, Count, Kind, Level, Sha, Status, Timestamp, What, as_json

GENERATOR = "change-digest"
VERSION = 1
"""Of what is published here; the archive has a version of its own."""


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all records: closed, so that the schema says all."""


class Line(Published, frozen=True):
    """A line of a file that shows something."""

    path: str
    line: Count
    side: str = "new"
    """``new`` for the file after the commit, ``old`` for the one before it."""


class Named(Published, frozen=True):
    """A name or figure in a statement that was looked up."""

    text: str
    verdict: str
    """``found``, ``elsewhere`` in the repository, ``not found``, or ``no source`` of a figure."""
    evidence: tuple[Line, ...] = ()


class Said(Published, frozen=True):
    """One thing that an analysis says."""

    text: str
    language: str | None = None
    """BCP 47 code where it is somebody's own words in a language that is known."""
    evidence: tuple[Line, ...] = ()
    claims: tuple[Named, ...] = ()
    doubtful: bool = False
    """It rests only on names that were not found in the commit."""


class SaidOn(Published, frozen=True):
    """What is said under one aspect, or to one audience."""

    about: str
    """The aspect (``architecture``, ``security`` …), or the audience (``users`` …)."""
    statements: tuple[Said, ...]


class RiskSaid(Published, frozen=True):
    """What may go wrong."""

    risk: Said
    consequence: Said | None = None
    trigger: Said | None = None
    mitigation: Said | None = None


class Breaking(Published, frozen=True):
    """A reason to expect that users must act."""

    reason: str
    text: str
    certain: bool = True
    """False where it may well concern nobody."""
    evidence: tuple[Line, ...] = ()


class Interface(Published, frozen=True):
    """Something that users call, set or read, before and after."""

    what: What
    name: str
    change: str
    """``added``, ``changed``, ``renamed`` or ``removed``."""
    before: str | None = None
    after: str | None = None
    previous_name: str | None = None
    evidence: tuple[Line, ...] = ()


class Dependency(Published, frozen=True):
    """A dependency that was added, moved or removed."""

    ecosystem: str
    name: str
    change: str
    """``added``, ``changed`` or ``removed``."""
    before: str | None = None
    after: str | None = None
    locked: bool = False
    """Only in a lock file."""
    evidence: tuple[Line, ...] = ()


class Signal(Published, frozen=True):
    """Something that stands out of the diff."""

    name: str
    count: Count = 1
    evidence: tuple[Line, ...] = ()


class Area(Published, frozen=True):
    """A component that the commit touches."""

    name: str
    category: str
    files: Count
    insertions: Count
    deletions: Count


class File(Published, frozen=True):
    """A file that the commit changes."""

    path: str
    status: Status
    previous_path: str | None = None
    insertions: Count | None = None
    """None where git counts no lines."""
    deletions: Count | None = None


class Outcome(Published, frozen=True, kw_only=True):
    """What a later commit did to this one, or this one to an earlier one."""

    kind: str
    """``reverted by``, ``reapplied by``, ``follow-up fix``, ``cherry-picked to``,
    ``superseded bump``; ``reverts``, ``reapplies``, ``fixes``, ``cherry-picked from``,
    ``supersedes``."""
    repository: str
    sha: Sha
    date: dt.date
    subject: str
    by: str
    """How it is known."""
    partial: bool = False
    page: str
    """The other entry; relative to the folder of ``/index.json``."""


class LineAddresses(Published, frozen=True):
    """Where the forge shows lines of a commit's files.

    In each, ``{path}`` stands for a line's path, percent-encoded but for its slashes, and
    ``{line}`` for its number.
    """

    new: str
    old: str


class PullRequest(Published, frozen=True):
    """The pull request that a commit is the merge of."""

    number: Count
    url: str | None = None


class Analyst(Published, frozen=True, kw_only=True):
    """Who made an analysis, and from how much."""

    name: str
    version: str
    model: str | None = None
    made_at: Timestamp | None = None
    files: Count
    files_read: Count
    lines: Count
    lines_read: Count
    pending: bool = False
    """A language model is still to be asked."""


class Importance(Published, frozen=True):
    """Does someone who uses or builds on this repository need to know?"""

    level: Level
    score: Annotated[float, msgspec.Meta(ge=0, le=1)]
    reasons: tuple[Said, ...] = ()


class Commit(Published, frozen=True, kw_only=True):
    """An entry: a commit with what is known and thought of it."""

    id: str
    """Stable: the same as in the feeds, wherever the site is."""
    sha: Sha
    page: str
    """The entry's permalink; relative to the folder of ``/index.json``."""
    url: str | None = None
    """The same as a whole address, where the site knows its own."""
    commit_url: str | None = None
    evidence_urls: LineAddresses | None = None
    """Addresses of the lines that are named as evidence; None where there is no forge."""
    pull_request: PullRequest | None = None
    subject: str
    author: str
    co_authors: tuple[str, ...] = ()
    committed_at: Timestamp
    authored_at: Timestamp
    bot: bool = False
    merge: bool = False
    vanished: bool = False
    """The commit is no longer on the branch: its history was rewritten."""
    kind: Kind
    """What sort of change its message and files tell."""
    change_type: Kind
    """The same in the analyst's judgement."""
    scope: str | None = None
    importance: Importance
    standing: str | None = None
    """``reverted``, ``reverted in part``, ``reapplied``, ``fixed`` or ``superseded``."""
    outcomes: tuple[Outcome, ...] = ()
    breaking: tuple[Breaking, ...] = ()
    interface: tuple[Interface, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    areas: tuple[Area, ...] = ()
    signals: tuple[Signal, ...] = ()
    summary: tuple[Said, ...]
    impact: tuple[Said, ...] = ()
    insights: tuple[SaidOn, ...] = ()
    risks: tuple[RiskSaid, ...] = ()
    recommendations: tuple[SaidOn, ...] = ()
    analyst: Analyst
    insertions: Count
    deletions: Count
    files: tuple[File, ...] = ()
    files_omitted: Count = 0
    """How many more there are; the forge's page has them all."""
    changes_known: bool = True
    """False at the edge of a shallow history, where there is no parent to compare with."""


class RepositoryDay(Published, frozen=True, kw_only=True):
    """What is known of one repository on the day."""

    repository: str
    url: str | None = None
    state: str
    """``complete``; ``open``: later commits will be added; ``partial``: the local clone holds
    only a part; ``missing``: not collected; ``damaged``: the archive's file cannot be read."""
    overview: tuple[Said, ...] = ()
    entries: tuple[Commit, ...] = ()
    """Newest first."""


class DayFile(Published, frozen=True, kw_only=True):
    """One calendar day of all repositories in the site's time zone."""

    version: int
    generator: str
    language: str
    date: dt.date
    zone: str
    page: str
    """The day's page; relative to the folder of ``/index.json``."""
    text: str | None = None
    """The day as plain Markdown, likewise."""
    url: str | None = None
    """The day's page as a whole address, where the site knows its own."""
    repositories: tuple[RepositoryDay, ...]


class DayListed(Published, frozen=True):
    """A day in the list of its year."""

    date: dt.date
    data: str
    """Where the day is as JSON; relative to the folder of ``/index.json``.  A file whose name
    ends in ``.gz`` is packed by gzip."""
    page: str
    commits: Count
    levels: Annotated[
        dict[Level, Count],
        msgspec.Meta(extra_json_schema={"propertyNames": {"enum": list(LEVELS)}}),
    ] = msgspec.field(default_factory=dict)
    breaking: Count = 0
    """Commits that surely break something."""
    complete: bool = True
    """False while something of the day is open, missing or unreadable."""


class YearFile(Published, frozen=True):
    """The days of a year, newest first."""

    version: int
    generator: str
    language: str
    year: int
    days: tuple[DayListed, ...]


class YearListed(Published, frozen=True):
    """A year in the index."""

    year: int
    data: str
    """Where the year's days are listed; relative to this file's folder."""
    days: Count
    commits: Count


class Feed(Published, frozen=True):
    """A feed in both of its formats."""

    title: str
    atom: str
    """Relative to this file's folder."""
    json_feed: str


class RepositoryListed(Published, frozen=True, kw_only=True):
    """A repository that the site follows."""

    repository: str
    url: str | None = None
    reached_at: Timestamp | None = None
    feed: Feed


class IndexFile(Published, frozen=True, kw_only=True):
    """Where everything is."""

    version: int
    generator: str
    name: str
    language: str
    url: str | None = None
    zone: str
    newest: dt.date | None = None
    """The newest day with commits."""
    repositories: tuple[RepositoryListed, ...]
    feeds: tuple[Feed, ...]
    years: tuple[YearListed, ...]
    """Newest first."""
    schemas: dict[str, str]
    """Of the index, a year and a day; relative to this file's folder."""


def dumped(record: Published) -> bytes:
    """A record as it is published."""
    return (json.dumps(as_json(record), ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def packed(content: bytes) -> bytes:
    """A file as gzip packs it, with no moment and no name in its head: the same for the same."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def schema(record: type[Published], path: str) -> bytes:
    """The JSON Schema of a record (draft 2020-12), with what its fields' docstrings say."""
    made = msgspec.json.schema(record)
    told = _docstrings()
    for name, definition in made["$defs"].items():
        for field, properties in definition.get("properties", {}).items():
            if (name, field) in told:
                properties["description"] = told[name, field]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"tag:{AUTHORITY}:{path.removesuffix('.json')}",
    }
    return (json.dumps(head | made, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _docstrings() -> dict[tuple[str, str], str]:
    """What stands below each field, by class and field."""
    classes = [
        node
        for node in ast.parse(Path(__file__).read_text("utf-8")).body
        if isinstance(node, ast.ClassDef)
    ]
    return {
        (owner.name, field.target.id): inspect.cleandoc(text.value.value)
        for owner in classes
        for field, text in pairwise(owner.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
