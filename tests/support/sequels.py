"""Entries day after day, and what later ones did to earlier ones."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace
from support import archives
from support.records import NOON, change, commit

from digest.analysts.heuristic import HeuristicAnalyst
from digest.facts.extract import extract
from digest.model import Coverage, Day, Edit, Entry, Reading
from digest.outcomes import gather

SLUG = "acme/engine"
COVERAGE = Coverage(files=1, files_read=1, lines=1, lines_read=1)

Said = tuple[str, str]


def entry(subject: str, body: str = "", *, at: float = 0, sha: str = "", **more: Any) -> Entry:
    """An entry of the n-th day, whose sha is made of its number and subject."""
    made = commit(subject, body, **more)
    sha = sha or hashlib.sha1(f"{at} {subject} {body}".encode()).hexdigest()  # noqa: S324
    made = replace(made, sha=sha, committed_at=NOON + dt.timedelta(days=at))
    read = Reading(commit=made, coverage=COVERAGE, patches=())
    found = extract(read)
    analysis = HeuristicAnalyst().analyse(read, found)
    return Entry(commit=made, facts=found, analysis=analysis)


def days(entries: Iterable[Entry], slug: str = SLUG) -> list[Day]:
    """Days of those entries, which are given oldest first."""
    by_date: dict[dt.date, list[Entry]] = {}
    for one in entries:
        by_date.setdefault(one.commit.committed_at.date(), []).insert(0, one)
    return [archives.day(date, found, slug) for date, found in by_date.items()]


def told(*entries: Entry) -> dict[str, list[Said]]:
    """Subject of each entry → what is told of it, as kind and the other's subject."""
    outcomes = gather(days(entries))
    return {
        f"{one.commit.subject}": [
            (found.kind, found.other.subject) for found in outcomes.of(SLUG, one.commit.sha)
        ]
        for one in entries
    }


TITLE = "feat(router): add an affinity mode (#12)"
SHA = hashlib.sha1(f"0 {TITLE} ".encode()).hexdigest()  # noqa: S324
ADDED = "feat(router): add a mode (#12)"
FIX = "fix(router): the mode (#13)"


def edited(
    subject: str,
    at: float,
    ranges: dict[str, str | None],
    *,
    body: str = "",
    moved: dict[str, str] | None = None,
    **more: Any,
) -> Entry:
    """An entry that changes those lines of its files; None where that is not known."""
    before = moved or {}
    changes = [
        change(path, 1, 1, "R", previous_path=before[path]) if path in before else change(path)
        for path in ranges
    ]
    made = entry(subject, body, at=at, changes=changes)
    told = tuple(Edit(path=path, ranges=text) for path, text in ranges.items() if text)
    return replace(made, facts=replace(made.facts, edits=told, **more))
