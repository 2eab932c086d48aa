"""The pages that sum days up: home, archive, years and months.

They are made in the same pass over the days as the pages of the days, from a
``DaySummary`` of each.  What the entries of a day say is kept until its month's
page is made, and of the last ``WINDOW`` days until the end; of all others only
the numbers are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import Protocol

import msgspec

from digest.aftermath import Event
from digest.feeds.places import BREAKING_FEED, HIGH_FEED, SITE_FEED
from digest.figures import Bar, Calendar, Cell, Stack, calendar, months_between, stack
from digest.ledgers import Breakage
from digest.pages import Pages
from digest.pageviews import (
    ARCHIVE_PATH,
    Page,
    month_path,
    year_path,
)
from digest.repositorypages import WINDOW, RepositoryPages, Stand
from digest.summaries import DaySummary, Headline, Tally, Total

SITE_FEEDS = {"all": SITE_FEED, "high": HIGH_FEED, "breaking": BREAKING_FEED}
"""What the feeds of the whole site are about, and where they are."""

CALENDAR_MONTHS = 12
"""Months of the calendar on the home page."""
RECENT_DAYS = 7
"""Days listed on the home page."""
LATELY = 7
"""Days whose breaking changes and reverts stand on the home page."""
LATELY_SHOWN = 8
"""Of each, so many at most."""
MONTH_HIGH = 60
"""Entries of high importance on a month's page, of each repository."""
MONTH_OPEN = 12
"""Of these, so many are seen at once; the rest is folded."""
MONTH_LISTED = 20
"""Breaking changes, and reverts, on a month's page; there is a page of each that has them all."""
MONTH_FIRST = 3
"""Entries of a month that the year's page names."""


class Card(msgspec.Struct, frozen=True):
    """A repository on the home page: what the newest day brought."""

    stand: Stand
    tally: Tally | None
    """None where the day has no section of it."""
    date: dt.date | None


class Part(msgspec.Struct, frozen=True):
    """A repository on a month's page."""

    stand: Stand
    total: Total
    high: Sequence[Headline]
    """The most important first."""
    more: int
    """How many of high importance are not named."""


class MonthLine(msgspec.Struct, frozen=True):
    """A month on the page of its year."""

    year: int
    month: int
    total: Total
    first: Sequence[Headline]


class Told(msgspec.Struct, frozen=True):
    """A day as the pages over many days need it."""

    key: str | None
    """The hash of all that decides what is told of it; None where that is not known."""
    numbers: DaySummary
    """Without what its entries say."""
    summary: Callable[[], DaySummary]
    """With what they say."""


class KeepMonth(Protocol):
    """Finds a month again that nothing has changed of, or has it made."""

    def __call__(
        self, parts: object, make: Callable[[], tuple[Page, MonthLine]]
    ) -> tuple[Page, MonthLine]:
        """The page of a month, and its line on that of the year.

        Arguments:
            parts: all that decides it; None where that is not known.
            make: makes it.
        """


def made_anew(
    parts: object,  # noqa: ARG001
    make: Callable[[], tuple[Page, MonthLine]],
) -> tuple[Page, MonthLine]:
    """A month that is not kept."""
    return make()


class Roundups:
    """The pages that sum days up, of one site in one language.

    Arguments:
        pages: the templates.
        dates: each day that has a page, oldest first.
        repository_pages: the pages of the repositories, which are told of the same days.
        keep: finds a month again that nothing has changed of, or has it made.
        feeds: whether the site has feeds that pages may lead to.
    """

    def __init__(
        self,
        pages: Pages,
        dates: Sequence[dt.date],
        repository_pages: RepositoryPages,
        keep: KeepMonth = made_anew,
        *,
        feeds: bool = False,
    ) -> None:
        self._pages = pages
        self._dates = dates
        self._repositories = repository_pages
        self._feeds = feeds
        self._keep = keep
        self._stands = {item.anchor: item for item in repository_pages.stands}
        self._numbers: list[DaySummary] = []
        """All days, oldest first, without what they say."""
        self._month: list[Told] = []
        """The days of the month that is not over."""
        self._lately: list[DaySummary] = []
        """The last days, with what they say."""
        self._newest: Told | None = None
        self._lines: list[MonthLine] = []

    def add(self, day: Told) -> Iterator[Page]:
        """Take up a day; days come oldest first.

        Yields:
            The pages of the month and of the year that end with it.
        """
        date, numbers = day.numbers.date, day.numbers
        self._numbers.append(numbers)
        self._month.append(day)
        if self._newest is None or numbers.figures.commits:
            # Early in the morning today is empty; what is new is on the day before.
            self._newest = day
        if self._dates[-1] - date < WINDOW:
            self._lately.append(day.summary())
        number = len(self._numbers)
        following = self._dates[number] if number < len(self._dates) else None
        if following is None or (following.year, following.month) != (date.year, date.month):
            yield self._month_page(date.year, date.month, following)
            self._month = []
        if following is None or following.year != date.year:
            yield self._year_page(date.year)

    def finish(self) -> Iterator[Page]:
        """The pages that are made when all days have been told."""
        yield self._archive_page()
        yield self._home_page()
        yield from self._repositories.pages(self._lately, self._numbers, feeds=self._feeds)

    # Months and years

    def _month_page(self, year: int, month: int, following: dt.date | None) -> Page:
        previous = self._lines[-1] if self._lines else None
        around = (
            (previous.year, previous.month) if previous else None,
            (following.year, following.month) if following else None,
        )
        keys = [day.key for day in self._month]
        page, line = self._keep(
            None if None in keys else (keys, around, self._slugs, self._feeds),
            lambda: self._whole_month(year, month, around),
        )
        self._lines.append(line)
        return page

    def _whole_month(
        self, year: int, month: int, around: tuple[tuple[int, int] | None, tuple[int, int] | None]
    ) -> tuple[Page, MonthLine]:
        days = [day.summary() for day in self._month]
        parts = [self._part(stand, days) for stand in self._stands.values()]
        high = [line for day in days for tally in day.tallies for line in tally.told.high]
        first = sorted(high, key=lambda line: line.rank)[:MONTH_FIRST]
        total = Total.over(days)
        previous, following = around
        breaking, reverts = _breaking(days), _reverts(days)
        name = f"{year:04}-{month:02}"
        page = self._pages.render(
            "month.md.jinja",
            month_path(year, month),
            str(self._pages.wording.month(year, month)),
            navigation_title=name,
            year=year,
            month=month,
            previous=previous,
            following=following,
            total=total,
            calendar=self._calendar(days, [(year, month)]),
            figure=self._by_day(days),
            days=days[::-1],
            high_open=MONTH_OPEN,
            parts_of_month=[part for part in parts if part.total.days],
            breaking=breaking[:MONTH_LISTED],
            breaking_count=len(breaking),
            breaking_page=f"breaking/{name}.md",
            reverts=reverts[:MONTH_LISTED],
            reverts_count=len(reverts),
            reverts_page=f"reverts/{name}.md",
            slugs=self._slugs,
        )
        return page, MonthLine(year, month, total, first)

    def _part(self, stand: Stand, days: Iterable[DaySummary]) -> Part:
        found = (day.of_repository(stand.anchor) for day in days)
        tallies = [tally for tally in found if tally is not None]
        high = sorted(
            (line for tally in tallies for line in tally.told.high), key=lambda line: line.rank
        )
        return Part(stand, Total.of(tallies), high[:MONTH_HIGH], max(0, len(high) - MONTH_HIGH))

    def _by_day(self, days: Sequence[DaySummary]) -> Stack:
        return stack([Bar(day.date.isoformat(), _levels(day.tallies)) for day in days])

    def _year_page(self, year: int) -> Page:
        days = [day for day in self._numbers if day.date.year == year]
        lines = [line for line in self._lines if line.year == year]
        return self._pages.render(
            "year.md.jinja",
            year_path(year),
            f"{year:04}",
            year=year,
            total=Total.over(days),
            months=lines[::-1],
            calendar=self._calendar(days, months_between(days[0].date, days[-1].date)),
            slugs=self._slugs,
        )

    def _archive_page(self) -> Page:
        return self._pages.render(
            "archive.md.jinja",
            ARCHIVE_PATH,
            str(self._pages.wording.text("Archive")),
            years=[
                (year, list(lines))
                for year, lines in groupby(self._lines[::-1], key=lambda line: line.year)
            ],
        )

    # Home

    def _home_page(self) -> Page:
        newest = self._newest.summary() if self._newest else None
        last = self._dates[-1] if self._dates else None
        lately = [day for day in self._lately if last and last - day.date < dt.timedelta(LATELY)]
        breaking, reverts = _breaking(lately), _reverts(lately)
        return self._pages.render(
            "home.md.jinja",
            "index.md",
            self._pages.site_name,
            newest=newest,
            cards=[
                Card(
                    stand,
                    newest.of_repository(stand.anchor) if newest else None,
                    newest.date if newest else None,
                )
                for stand in self._stands.values()
            ],
            lately=LATELY,
            breaking=breaking[:LATELY_SHOWN],
            breaking_count=len(breaking),
            reverts=reverts[:LATELY_SHOWN],
            reverts_count=len(reverts),
            calendar=self._home_calendar(),
            recent=self._lately[: -RECENT_DAYS - 1 : -1],
            feeds=SITE_FEEDS if self._feeds else {},
            slugs=self._slugs,
        )

    def _home_calendar(self) -> Calendar:
        if not self._numbers:
            return calendar({}, [])
        first, last = self._numbers[0].date, self._numbers[-1].date
        months = months_between(first, last)[-CALENDAR_MONTHS:]
        return self._calendar(self._numbers, months)

    def _calendar(self, days: Iterable[DaySummary], months: Iterable[tuple[int, int]]) -> Calendar:
        return calendar({day.date: _cell(day) for day in days}, months)

    @cached_property
    def _slugs(self) -> Mapping[str, str]:
        """Names of the repositories by anchor."""
        return {anchor: stand.repository.slug for anchor, stand in self._stands.items()}


def _cell(day: DaySummary) -> Cell:
    figures = day.figures
    return Cell(
        day.date,
        figures.commits,
        day.high,
        page=True,
        gap=figures.damaged or figures.partial or not figures.reached,
        open=figures.open,
    )


def _levels(tallies: Iterable[Tally]) -> tuple[int, ...]:
    """High, medium and low, summed over repositories."""
    return tuple(map(sum, zip((0, 0, 0), *(tally.levels for tally in tallies), strict=True)))


def _breaking(days: Sequence[DaySummary]) -> list[Breakage]:
    """What breaks something: what leaves no doubt first, then the newest."""
    found = [
        breakage
        for day in reversed(days)
        for tally in day.tallies
        for breakage in tally.told.breaking
    ]
    return sorted(found, key=lambda breakage: not breakage.certain)


def _reverts(days: Sequence[DaySummary]) -> list[Event]:
    """What was taken back or brought back, the newest first."""
    return [
        event for day in reversed(days) for tally in day.tallies for event in tally.told.reverts
    ]
