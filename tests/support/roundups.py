"""The pages that sum days up, made of what a test hands over and without an archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from digest.gathering import Followed
from digest.ledgers import Ledgers
from digest.pages import Pages
from digest.pageviews import Page, RepositoryDay
from digest.repositorypages import RepositoryPages
from digest.roundups import Roundups, Told
from digest.summaries import DaySummary
from digest.views import Views

Days = Mapping[dt.date, Sequence[RepositoryDay]]


def followed(days: Days) -> list[Followed]:
    """The repositories of those days, each archived on the days that have entries of it."""
    sections = {item.anchor: item for parts in days.values() for item in parts}
    return [
        Followed(
            repository=section.repository,
            state=section.state,
            dates=frozenset(
                date
                for date, parts in days.items()
                if any(part.anchor == anchor and part.day for part in parts)
            ),
            anchor=anchor,
            wanted=lambda today: today,
        )
        for anchor, section in sections.items()
    ]


def roundups(pages: Pages, days: Days, *, feeds: bool = False) -> dict[str, Page]:
    """Home, archive, years, months and repositories, by their paths."""
    dates = sorted(days)
    repositories = followed(days)
    views = Views(
        pages, Ledgers(), ([], {}), {item.anchor: item.repository for item in repositories}
    )
    until = dates[-1] if dates else None
    about = RepositoryPages(pages, repositories, until, views)
    made = Roundups(pages, dates, about, feeds=feeds)
    summaries = [DaySummary.of(date, days[date]) for date in dates]
    found = [page for day in summaries for page in made.add(_told(day))]
    return {page.path: page for page in [*found, *made.finish()]}


def _told(day: DaySummary) -> Told:
    return Told(key=None, numbers=day.numbers, summary=lambda: day)
