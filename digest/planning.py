"""Which days are to be read, decided without opening old days.

The rules: every day from the first wanted or archived one until today that is
missing is a hole; every day that the state calls unsettled is read again,
because it was still open or because late commits may have reached it; and when
the branch was rewritten, so is every day that still shows what is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from zoneinfo import ZoneInfo

from digest.archive import Archive
from digest.errors import ArchiveError
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


def rewritten_days(
    archive: Archive,
    state: RepositoryState,
    chain: Sequence[tuple[str, int, str]],
    known_since: dt.date | None,
) -> Iterator[dt.date]:
    """Archived days that show commits which a force push took off the branch.

    Arguments:
        archive: the archive.
        state: the repository as it was when it was last read.
        chain: the branch as it is now, along first parents.
        known_since: first day that the chain holds whole.
    """
    shas = {sha for sha, _, _ in chain}
    if state.head is None or state.head in shas:
        return
    for date in reversed(archive.dates(state.repository)):
        if known_since is not None and date < known_since:
            return
        try:
            day = archive.load(state.repository, date)
        except ArchiveError:
            continue  # told when the day is read
        entries = [entry for entry in day.entries if not entry.vanished] if day else []
        if any(entry.commit.sha not in shas for entry in entries):
            yield date
        elif entries:
            return
