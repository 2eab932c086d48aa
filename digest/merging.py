"""Two versions of one repository's archive into one, when two runs collected at the same time.

Nothing that either run read or paid for is lost, and whichever of the two comes
first, the outcome is the same but for ties:

- what is known of the repository comes from the run that reached it later;
- a day is the one of that run, with the entries that only the other one has;
- of an entry, an answer of a model goes before none;
- what a later version of this program wrote goes before what this one did;
- such a day is noted to be read again, so that the next run settles what neither knew.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from digest.archive import serialise
from digest.model import SCHEMA_VERSION, Batches, Day, Entry, RepositoryState

_PATH = re.compile(
    r"(?P<slug>[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*){0,19})/"
    r"(?:(?P<year>\d{4})/(?P<date>(?P=year)-\d{2}-\d{2})\.json|(?P<state>repository|batch)\.state)"
)
_R = TypeVar("_R", Day, RepositoryState, Batches)


class Place(msgspec.Struct, frozen=True):
    """What a file of an archive is, by its path."""

    slug: str
    date: dt.date | None
    """Of a day; None for what is known of the repository as a whole."""
    batches: bool = False

    @property
    def may_go(self) -> bool:
        """Whether a run may remove such a file; days and states stay for ever."""
        return self.batches


def place(path: str) -> Place | None:
    """What a file is; None where it is no file of an archive.

    Paths come from branches and artifacts.  What passes here stays below the folder.
    """
    found = _PATH.fullmatch(path)
    if found is None or any(part.endswith(".") for part in path.split("/")):
        return None
    if found["date"] is None:
        return Place(found["slug"], None, batches=found["state"] == "batch")
    try:
        return Place(found["slug"], dt.date.fromisoformat(found["date"]))
    except ValueError:
        return None


def readable(where: Place, data: bytes) -> bool:
    """Whether a file holds what its path says, in a version that we know."""
    if where.date is not None:
        day = _read(data, Day)
        return day is not None and (day.repository, day.date) == (where.slug, where.date)
    record = _read(data, Batches) if where.batches else _read(data, RepositoryState)
    return record is not None and record.repository == where.slug


def reached_later(ours: bytes | None, theirs: bytes | None) -> bool:
    """Whether our run reached the repository after theirs, by the two states; a tie is theirs."""
    return _moment(_read(ours, RepositoryState)) > _moment(_read(theirs, RepositoryState))


def merged_day(ours: bytes, theirs: bytes, *, ours_later: bool) -> bytes:
    """One day out of two versions of it; what cannot be read loses."""
    mine, other = _read(ours, Day), _read(theirs, Day)
    if mine is None or other is None:
        return theirs if _loses(ours, theirs, Day) else ours
    newer, older = (mine, other) if ours_later else (other, mine)
    known = {entry.commit.sha: entry for entry in older.entries}
    entries = [_better(entry, known.pop(entry.commit.sha, entry)) for entry in newer.entries]
    entries += known.values()
    overview = newer.overview
    if overview is None or not overview.statements:
        overview = older.overview or overview
    day = replace(
        newer,
        entries=tuple(sorted(entries, key=lambda entry: entry.commit.committed_at, reverse=True)),
        overview=overview,
    )
    return serialise(day)


def merged_state(ours: bytes, theirs: bytes, again: Collection[dt.date]) -> bytes:
    """One state out of two versions of it.

    Arguments:
        ours: the one version.
        theirs: the other one.
        again: days of which there were two versions, to be read and asked about again.
    """
    mine, other = _read(ours, RepositoryState), _read(theirs, RepositoryState)
    if mine is None or other is None:
        return theirs if _loses(ours, theirs, RepositoryState) else ours
    newer, older = (mine, other) if _moment(mine) > _moment(other) else (other, mine)
    failures = [state.failure for state in (newer, older) if state.failure is not None]
    reached = newer.reached_at
    failure = max(failures, key=lambda item: item.at, default=None)
    if failure is not None and reached is not None and reached >= failure.at:
        failure = None
    return serialise(
        replace(
            newer,
            unsettled=tuple(sorted({*newer.unsettled, *older.unsettled, *again})),
            owed=tuple(sorted({*newer.owed, *older.owed, *again})),
            failure=failure,
        )
    )


def merged_batches(ours: bytes, theirs: bytes) -> bytes:
    """The batches that either version knows; one that is fetched already does no harm."""
    mine, other = _read(ours, Batches), _read(theirs, Batches)
    if mine is None or other is None:
        return theirs if _loses(ours, theirs, Batches) else ours
    known = {batch.token: batch for batch in other.batches}
    for batch in mine.batches:
        # Of a batch that was being sent, the one who knows its name knows more.
        if batch.id is not None or batch.token not in known:
            known[batch.token] = batch
    batches = tuple(sorted(known.values(), key=lambda batch: (batch.sent_at, batch.token)))
    return serialise(replace(other, batches=batches))


def _loses(ours: bytes, theirs: bytes, kind: type[_R]) -> bool:
    """Of two versions of which one cannot be read, whether ours is the one to drop.

    What a later program wrote is not read here, and is kept.
    """
    if _later_version(theirs) or _later_version(ours):
        return not _later_version(ours)
    return _read(ours, kind) is None


def _later_version(data: bytes) -> bool:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return False
    version = content.get("schema_version") if isinstance(content, dict) else None
    return isinstance(version, int) and version > SCHEMA_VERSION


def _better(newer: Entry, older: Entry) -> Entry:
    """Of two versions of an entry, the one with an answer that was paid for."""
    if _answered(older) and not _answered(newer):
        return replace(newer, analysis=older.analysis)
    return newer


def _answered(entry: Entry) -> bool:
    provenance = entry.analysis.provenance
    return provenance.prompt is not None and provenance.pending is None


def _moment(state: RepositoryState | None) -> dt.datetime:
    if state is None or state.reached_at is None:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return state.reached_at


def _read(data: bytes | None, kind: type[_R]) -> _R | None:
    try:
        record = msgspec.json.decode(data or b"", type=kind)
    except ValueError:
        return None
    return record if record.schema_version <= SCHEMA_VERSION else None
