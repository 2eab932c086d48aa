"""How each repository stands, for a person at a terminal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from digest.archive import Archive
from digest.errors import ArchiveError
from digest.planning import days_to_read
from digest.settings import Settings
from digest.sitesize import SiteSize

_NAMED = 10


def report(settings: Settings, today: dt.date, site: Path | None = None) -> Iterator[str]:
    """Lines about every repository.

    Arguments:
        settings: the site's settings.
        today: the current day in the site's zone.
        site: folder of the built site.
    """
    archive = Archive(settings.archive)
    for repository in settings.repositories:
        yield repository.slug
        for name, value in _facts(archive, settings, repository.slug, today):
            yield f"  {name:<10} {value}"
    size = SiteSize.of(site) if site is not None else None
    if size is not None:
        yield "the site, as it was built last"
        yield f"  {'size':<10} {size}"
        if size.advice is not None:
            yield f"  {'too large' if size.share > 1 else 'soon full':<10} {size.advice}"


def _facts(
    archive: Archive, settings: Settings, slug: str, today: dt.date
) -> Iterator[tuple[str, str]]:
    try:
        state = archive.state(slug)
    except ArchiveError as error:
        yield "damaged", str(error)
        return
    yield "reached", state.reached_at.isoformat(sep=" ") if state.reached_at else "never"
    if state.failure:
        yield "failed", f"{state.failure.at.isoformat(sep=' ')}: {state.failure.reason}"
    if state.branch:
        yield "branch", f"{state.branch} at {state.head[:12] if state.head else 'no commit'}"
    dates = archive.dates(slug)
    yield "days", f"{len(dates)} archived" + (f", {dates[0]} to {dates[-1]}" if dates else "")
    damaged, open_days = [], []
    pending: Counter[str] = Counter()
    for date in dates:
        try:
            day = archive.load(slug, date)
        except ArchiveError as error:
            damaged.append(str(error))
            continue
        if day is None:
            continue
        if not day.complete:
            open_days.append(date)
        notes = (entry.analysis.provenance.pending for entry in day.entries)
        if day.overview and day.overview.provenance.pending:
            pending[day.overview.provenance.pending.reason] += 1
        pending.update(note.reason for note in notes if note is not None)
    holes = days_to_read(
        first=settings.first_day(today),
        last=today,
        archived=dates,
        unsettled=(),
        fill_from_archive=True,
    )
    yield "open", _listed(open_days)
    yield "holes", _listed(holes)
    yield "again", _listed(state.unsettled)
    yield from _batches(archive, slug)
    reasons = ", ".join(f"{reason}: {count}" for reason, count in pending.most_common())
    yield "pending", f"{pending.total()} analyses ({reasons})" if pending else "none"
    for problem in damaged:
        yield "damaged", problem


def _batches(archive: Archive, slug: str) -> Iterator[tuple[str, str]]:
    """The questions that wait for answers in batches."""
    try:
        sent = archive.batches(slug).batches
    except ArchiveError as error:
        yield "damaged", str(error)
        return
    for batch in sent:
        moment = batch.sent_at.isoformat(sep=" ")
        yield "batch", f"{len(batch.questions)} questions, sent {moment}"


def _listed(dates: Sequence[dt.date]) -> str:
    if not dates:
        return "none"
    named = ", ".join(date.isoformat() for date in dates[:_NAMED])
    return named + (f" and {len(dates) - _NAMED} more" if len(dates) > _NAMED else "")
