"""A page for each repository: how it stands, what it is about lately, and where the rest is.

Bounded however old the archive is: the last ``WINDOW`` days in detail, months and
years as totals.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import TypeVar
from urllib.parse import quote

import msgspec

from digest.factviews import Fact
from digest.feeds.places import repository_feed
from digest.figures import Bar, Stack, stack
from digest.gathering import Followed
from digest.ledgers import Place
from digest.model import Kind, Repository, RepositoryState
from digest.pages import Pages
from digest.pageviews import Page
from digest.summaries import DaySummary, Headline, Tally, Total
from digest.views import Views

_Key = TypeVar("_Key", int, tuple[int, int])

WINDOW = dt.timedelta(days=90)
"""What is told in detail."""
MONTHS = 24
"""Months of the figure over months."""
HEADLINES = 10
"""Entries of high importance that are named."""
WEEKLY = 3
"""Entries that the timeline names of a week."""
AREAS = 12
"""Folders that are named."""
LISTED = 10
"""Breaking changes, reverts, and entries that change an interface."""
RANGES = 6
"""Holes that are named; the others are counted."""


class Gap(msgspec.Struct, frozen=True):
    """Days on end that are not known."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


class Stand(msgspec.Struct, frozen=True):
    """How a repository stands."""

    repository: Repository
    state: RepositoryState
    anchor: str
    days: int
    """Archived ones."""
    first: dt.date | None
    last: dt.date | None
    gaps: tuple[Gap, ...]
    """The days between its first day and the site's last that are not archived; newest first."""

    @property
    def path(self) -> str:
        """Where its page is."""
        return repository_path(self.anchor)

    @property
    def shown_gaps(self) -> tuple[Gap, ...]:
        """Those that are named."""
        return self.gaps[:RANGES]

    @property
    def missing(self) -> int:
        """Days that are not archived."""
        return sum(gap.days for gap in self.gaps)

    @property
    def unnamed(self) -> int:
        """Those of them that are not named."""
        return sum(gap.days for gap in self.gaps[RANGES:])

    @classmethod
    def of(cls, followed: Followed, until: dt.date | None) -> Stand:
        """How a repository stands on a site whose last day that is."""
        dates = sorted(followed.dates)
        return cls(
            repository=followed.repository,
            state=followed.state,
            anchor=followed.anchor,
            days=len(dates),
            first=dates[0] if dates else None,
            last=dates[-1] if dates else None,
            gaps=tuple(_gaps(dates, until)),
        )


class Week(msgspec.Struct, frozen=True):
    """A week of the timeline."""

    monday: dt.date
    total: Total
    first: Sequence[Headline]


class Share(msgspec.Struct, frozen=True):
    """A row of a table with a bar."""

    name: str
    commits: int
    high: int
    percent: int
    """Of the longest bar."""


def repository_path(anchor: str) -> str:
    """Where the page of a repository is, by the anchor of its sections."""
    return f"repositories/{anchor.removeprefix('repository-')}.md"


class RepositoryPages:
    """The pages of the repositories of one site in one language.

    Arguments:
        pages: the templates.
        followed: the site's repositories.
        until: the site's last day.
        views: where their ledgers are.
    """

    def __init__(
        self, pages: Pages, followed: Sequence[Followed], until: dt.date | None, views: Views
    ) -> None:
        self._pages = pages
        self._views = views
        self.stands = tuple(Stand.of(item, until) for item in followed)

    def paths(self) -> list[str]:
        """Where every page is."""
        return [stand.path for stand in self.stands]

    def pages(
        self, lately: Sequence[DaySummary], days: Sequence[DaySummary], *, feeds: bool = False
    ) -> Iterator[Page]:
        """Every page.

        Arguments:
            lately: the days of the window, with what they say, oldest first.
            days: all days, oldest first.
            feeds: whether the site has feeds.
        """
        for stand in self.stands:
            feed = quote(repository_feed(stand.repository.slug)) if feeds else None
            yield self._page(stand, _of(stand.anchor, lately), _of(stand.anchor, days), feed)

    def _page(
        self,
        stand: Stand,
        lately: Mapping[dt.date, Tally],
        all_: Mapping[dt.date, Tally],
        feed: str | None,
    ) -> Page:
        breaking = [item for day in _newest_first(lately) for item in day.told.breaking]
        reverts = [item for day in _newest_first(lately) for item in day.told.reverts]
        interface = [item for day in _newest_first(lately) for item in day.told.interface]
        # Those that break something stand in a list of their own.
        high = [line for day in lately.values() for line in day.told.high if not line.breaks]
        months = _totals(all_, lambda date: (date.year, date.month))
        open_day = max((date for date, day in all_.items() if day.read == "open"), default=None)
        return self._pages.render(
            "repository.md.jinja",
            stand.path,
            stand.repository.slug,
            stand=stand,
            open_day=open_day,
            total=Total.of(all_.values()),
            lately=Total.of(lately.values()),
            window=WINDOW.days,
            by_day=_by_day(lately),
            by_month=stack([_bar(month, total) for month, total in months[-MONTHS:]]),
            years=_totals(all_, lambda date: date.year)[::-1],
            weeks=_weeks(lately),
            headlines=sorted(high, key=lambda line: line.rank)[:HEADLINES],
            kinds=_kinds(lately.values()),
            areas=_areas(lately.values()),
            breaking=breaking[:LISTED],
            breaking_count=len(breaking),
            reverts=reverts[:LISTED],
            reverts_count=len(reverts),
            interface=_without_symbols(interface)[:LISTED],
            feed=feed,
            shelves=self._views.shelves(stand.anchor),
        )


def _of(anchor: str, days: Iterable[DaySummary]) -> dict[dt.date, Tally]:
    found = ((day.date, day.of_repository(anchor)) for day in days)
    return {date: tally for date, tally in found if tally is not None}


def _newest_first(tallies: Mapping[dt.date, Tally]) -> list[Tally]:
    return list(tallies.values())[::-1]


def _gaps(dates: Sequence[dt.date], until: dt.date | None) -> list[Gap]:
    """What is missing, the newest first."""
    if not dates or until is None:
        return []
    one = dt.timedelta(days=1)
    found = [Gap(a + one, b - one) for a, b in pairwise(dates) if b - a > one]
    if until > dates[-1]:
        found.append(Gap(dates[-1] + one, until))
    return found[::-1]


def _by_day(tallies: Mapping[dt.date, Tally]) -> Stack:
    """The days of the window, from the first that has anything."""
    if not tallies:
        return stack([])
    first, last = min(tallies), max(tallies)
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    none = (0, 0, 0)
    return stack(
        [Bar(date.isoformat(), tallies[date].levels if date in tallies else none) for date in days]
    )


def _bar(month: tuple[int, int], total: Total) -> Bar:
    return Bar(f"{month[0]:04}-{month[1]:02}", tuple(total.levels.values()))


def _totals(
    tallies: Mapping[dt.date, Tally], part: Callable[[dt.date], _Key]
) -> list[tuple[_Key, Total]]:
    """Totals of months, or of years, oldest first."""
    return [
        (key, Total.of(tallies[date] for date in dates))
        for key, dates in groupby(tallies, key=part)
    ]


def _weeks(tallies: Mapping[dt.date, Tally]) -> list[Week]:
    """The weeks of the window, the newest first."""
    weeks = []
    for monday, dates in groupby(tallies, key=_monday):
        days = [tallies[date] for date in dates]
        high = sorted((line for day in days for line in day.told.high), key=lambda line: line.rank)
        weeks.append(Week(monday, Total.of(days), high[:WEEKLY]))
    return weeks[::-1]


def _monday(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())


def _kinds(tallies: Iterable[Tally]) -> list[tuple[Kind, int, int]]:
    """Kinds of change, the most frequent first, with what each is of the first in percent."""
    found: Counter[Kind] = Counter()
    for tally in tallies:
        found.update(tally.kinds)
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(kind, count, _percent(count, ranked[0][1])) for kind, count in ranked]


def _areas(tallies: Iterable[Tally]) -> list[Share]:
    """The folders that most commits work in."""
    commits: Counter[str] = Counter()
    high: Counter[str] = Counter()
    for tally in tallies:
        for name, (count, weighty) in tally.told.areas.items():
            commits[name] += count
            high[name] += weighty
    ranked = sorted(commits, key=lambda name: (-commits[name], name))[:AREAS]
    return [
        Share(name, commits[name], high[name], _percent(commits[name], commits[ranked[0]]))
        for name in ranked
    ]


def _percent(value: int, whole: int) -> int:
    return max(1, value * 100 // whole) if whole else 0


def _without_symbols(
    entries: Iterable[tuple[Place, Sequence[Fact]]],
) -> list[tuple[Place, list[Fact]]]:
    """Entries that change what users set, call or read from outside."""
    told = (
        (place, [fact for fact in facts if fact.what != "public symbol"])
        for place, facts in entries
    )
    return [(place, facts) for place, facts in told if facts]
