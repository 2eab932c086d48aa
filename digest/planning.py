"""Which days are to be read, decided without opening old days.

The rules: every day from the first wanted or archived one until today that is
missing is a hole; every day that the state calls unsettled is read again,
because it was still open or because late commits may have reached it; and so is
every day, however old, that a push since then added commits to or took them from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from itertools import takewhile
from zoneinfo import ZoneInfo

from digest.archive import Archive
from digest.chains import SKEW
from digest.errors import ArchiveError
from digest.history import moment
from digest.model import RepositoryState


def days_to_read(
    *,
    first: dt.date,
    last: dt.date,
    archived: Collection[dt.date],
    unsettled: Collection[dt.date],
    fill_from_archive: bool,
) -> list[dt.date]:
    """The days that are missing or unsettled, oldest first.

    Arguments:
        first: first day wanted.
        last: last day wanted, included.
        archived: the days that are there.
        unsettled: those of them that are to be read again.
        fill_from_archive: begin at the first archived day if that is earlier.
    """
    if fill_from_archive and archived:
        first = min(first, *archived)
    days = (first + dt.timedelta(days=offset) for offset in range((last - first).days + 1))
    there = set(archived) - set(unsettled)
    return [day for day in days if day not in there]


def is_unsettled(day: dt.date, reached_at: dt.datetime, settle: int, zone: ZoneInfo) -> bool:
    """Whether a day that was read at a moment must be read again later.

    Arguments:
        day: the calendar day.
        reached_at: when the repository was read.
        settle: days for which late commits are looked for.
        zone: the site's zone.
    """
    return reached_at.astimezone(zone).date() <= day + dt.timedelta(days=settle)


def moved_days(
    archive: Archive,
    state: RepositoryState,
    chain: Sequence[tuple[str, int, str]],
    zone: ZoneInfo,
    known_since: dt.date | None,
) -> set[dt.date]:
    """Archived days whose commits are others now than when they were read.

    They are those that a force push took commits from, and those that commits were
    pushed to since then, however late.  Opened are only days that a force push reached.

    Arguments:
        archive: the archive.
        state: the repository as it was when it was last read.
        chain: the branch as it is now, along first parents, newest first.
        zone: the site's zone.
        known_since: first day that the chain holds whole.
    """
    dates = archive.dates(state.repository)
    shas = {sha for sha, _, _ in chain}
    known, moved, agreeing = {state.head}, set(), 0
    for date in () if state.head in shas else reversed(dates):
        if known_since is not None and date < known_since:
            break
        try:
            day = archive.load(state.repository, date)
        except ArchiveError:
            continue  # told when the day is read
        present = {entry.commit.sha for entry in day.entries if not entry.vanished} if day else ()
        known.update(present)
        if shas.issuperset(present):
            agreeing += len(present)
        else:
            moved.add(date)
            agreeing = 0
        # As with the walk itself, one wrong clock must not end the search.
        if agreeing >= SKEW:
            break
    pushed = takewhile(lambda commit: commit[0] not in known, chain)
    return moved | ({moment(seconds, zone).date() for _, seconds, _ in pushed} & set(dates))
