"""A calendar of days, each with a step for how much happened on it.

Months are blocks of weeks, Monday first (ISO 8601), so that they flow into as
many columns as a screen has room for, and read like any calendar.
"""

from __future__ import annotations

import calendar as months_of
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from digest.figures.scale import Steps

COMMIT_STEPS = 4
HIGH_STEPS = 3

_WEEKS = months_of.Calendar()


class Cell(msgspec.Struct, frozen=True):
    """A day."""

    date: dt.date
    commits: int = 0
    high: int = 0
    """Entries of high importance."""
    page: bool = False
    """Whether the day has a page."""
    gap: bool = False
    """Whether it lies within the archive, and something of it is not known."""
    open: bool = False
    shade: int = 0
    """Step of the commits."""
    mark: int = 0
    """Step of those of high importance."""


class Month(msgspec.Struct, frozen=True):
    """A month as weeks of seven; None for the days of its neighbours."""

    year: int
    month: int
    weeks: tuple[tuple[Cell | None, ...], ...]


class Calendar(msgspec.Struct, frozen=True):
    """Months, the oldest first, with what the steps mean."""

    months: tuple[Month, ...]
    commits: Steps
    high: Steps


def calendar(days: Mapping[dt.date, Cell], months: Iterable[tuple[int, int]]) -> Calendar:
    """Lay days out.

    Arguments:
        days: those with a page, by date.
        months: which months to show, oldest first.
    """
    wanted = dict.fromkeys(months)
    shown = [cell for date, cell in days.items() if (date.year, date.month) in wanted]
    commits = Steps.of((cell.commits for cell in shown), COMMIT_STEPS)
    high = Steps.of((cell.high for cell in shown), HIGH_STEPS)
    first, last = (min(days), max(days)) if days else (dt.date.max, dt.date.min)

    def cell(date: dt.date) -> Cell:
        found = days.get(date)
        if found is None:
            return Cell(date, gap=first < date < last)
        return Cell(
            date,
            found.commits,
            found.high,
            page=True,
            gap=found.gap,
            open=found.open,
            shade=commits.of_value(found.commits),
            mark=high.of_value(found.high),
        )

    def month(year: int, number: int) -> Month:
        weeks = tuple(
            tuple(cell(date) if date is not None else None for date in week)
            for week in _weeks(year, number)
        )
        return Month(year, number, weeks)

    return Calendar(tuple(month(*item) for item in wanted), commits, high)


def _weeks(year: int, month: int) -> Iterator[list[dt.date | None]]:
    """The weeks of a month; its neighbours' days are None, and need not be dates at all."""
    for days in _WEEKS.monthdayscalendar(year, month):
        yield [dt.date(year, month, day) if day else None for day in days]


def months_between(first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    """All months from that of one day to that of another, oldest first."""
    numbers = [date.year * 12 + date.month - 1 for date in (first, last)]
    return [(number // 12, number % 12 + 1) for number in range(numbers[0], numbers[1] + 1)]
