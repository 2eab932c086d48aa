"""What processes make of days, asked by the first one (``ahead``)."""

from __future__ import annotations

import datetime as dt
import os
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from digest import garbage
from digest.gathering import Gathered
from digest.kept import pickles
from digest.kept.memory import Memory
from digest.kept.store import Store
from digest.model import Entry, Repository
from digest.settings import Settings
from digest.site import Offer, Site, sites

WORTH_IT = 16
"""Days from which starting processes takes less time than it saves; more than are gathered anew
each morning."""
_DAYS_BETWEEN = 8
"""Days after which a process looks for garbage."""
_NICE = 5
"""By how much a process that nobody waits for yet is to be nicer than the others."""
_OF_PAGES = "of-pages"
"""Beside what was gathered: what makes the rest of a page."""


class OfDays(Protocol):
    """What is made of days beside pages, and needs no other day."""

    def missing(self) -> Sequence[dt.date]:
        """The days of which it is not kept, oldest first."""

    def make(
        self,
        date: dt.date,
        entries: Callable[[], Sequence[tuple[Repository, Entry]]] | None = None,
    ) -> None:
        """Make and keep what there is of a day.

        Arguments:
            date: the day.
            entries: reads its entries, where somebody has read them already.
        """

    def parts(self) -> int:
        """How many things there are to be made of several days, when each day is made."""

    def join(self, number: int) -> None:
        """Make and keep one of these."""


OfPages = Callable[[str, str], bool]
"""Makes and keeps what there is to be made of a page, by its path and its text.

It says whether it did; what is kept already is not made.
"""


class Plan(msgspec.Struct, frozen=True):
    """All that a process must know; it can be pickled."""

    settings: Settings
    name: str
    store: Path
    offers: tuple[Offer | None, ...]
    of_days: OfDays | None


class _Here(msgspec.Struct):
    """What such a process has."""

    sites: Sequence[Site] = ()
    of_days: OfDays | None = None
    of_pages: OfPages | None = None
    told: Path | None = None
    """What it was last told."""
    nice: bool = False
    """Whether it leaves the cores to the others."""


_here = _Here()


def begin(plan: Plan) -> None:
    """Open the sites anew."""
    languages = sites(plan.settings, plan.name, memory=Memory(Store(plan.store)))
    for site, offer in zip(languages, plan.offers, strict=True):
        if offer is not None:
            site.publish(lambda _: None, **offer)
    take(languages, plan.of_days, None)


def take(languages: Sequence[Site], of_days: OfDays | None, of_pages: OfPages | None) -> None:
    """Begin with sites that are open, such as those of the process that this one is a fork of."""
    _here.sites, _here.of_days, _here.of_pages = languages, of_days, of_pages
    garbage.put_off_for_good()


def tell(told: Path, gathered: Gathered, of_pages: OfPages | None) -> None:
    """Write what processes are told that have begun before it was known.

    Arguments:
        told: the file; each of their tasks is given it.
        gathered: of all days.
        of_pages: makes what there is of pages; it can be pickled.
    """
    part = Gathered(
        hindsight=gathered.hindsight, choice=gathered.choice, unfinished=gathered.unfinished
    )
    told.with_name(_OF_PAGES).write_bytes(pickle.dumps(of_pages))
    told.write_bytes(pickles.dumps(part))


def _learn(told: Path) -> None:
    """Take what the first process found out meanwhile."""
    if _here.told != told:
        found = pickles.loads(told.read_bytes())
        assert isinstance(found, Gathered)  # noqa: S101 - written a moment ago
        _here.sites[0].gathering.take(found)
        _here.of_pages = pickle.loads(told.with_name(_OF_PAGES).read_bytes())  # noqa: S301 - likewise
        _here.told = told


def be_nice() -> None:
    """Leave the cores to what others wait for, from now on: nobody waits for this process yet."""
    if not _here.nice:
        os.nice(_NICE)
        _here.nice = True


def few(of_days: OfDays) -> None:
    """Make all that needs the day's own file only, where few days are new."""
    be_nice()
    garbage.put_off_for_good()
    missing = of_days.missing()
    if 0 < len(missing) < WORTH_IT:
        for date in missing:
            of_days.make(date)
        for number in range(of_days.parts()):
            of_days.join(number)


def of_day(date: dt.date) -> None:
    """Make of a day what needs its own file only."""
    assert _here.of_days is not None  # noqa: S101 - asked for only where there is one
    _here.of_days.make(date, lambda: _here.sites[0].gathering.entries(date))


def join(number: int) -> None:
    """Make of several days what needs their own files only."""
    assert _here.of_days is not None  # noqa: S101
    _here.of_days.join(number)


def text(date: dt.date) -> None:
    """Make the pages of a day."""
    _look(date)
    for site in _here.sites:
        site.days.page(date)


def published(date: dt.date) -> None:
    """Make what is published of a day beside its pages."""
    _look(date)
    for site in _here.sites:
        site.days.keep_published(date)


# Each gives the paths of the pages of which it has made something.


def day(date: dt.date, told: Path) -> list[str]:
    """Make all that there is to be made of a day."""
    _learn(told)
    made = contents(date)
    published(date)
    for site in _here.sites:
        site.days.told(date)
    return made


def contents(date: dt.date) -> list[str]:
    """Make the rest of a day's pages."""
    _look(date)
    made = []
    for site in _here.sites:
        page = site.days.page(date)
        made += of_page(site.base + page.path, page.text, None)
    return made


def contents_at_leisure(date: dt.date) -> list[str]:
    """Likewise, where it is needed last."""
    be_nice()
    return contents(date)


def of_page(path: str, written: str, told: Path | None) -> list[str]:
    """Make the rest of a page.

    Arguments:
        path: of the page.
        written: its text.
        told: what this process is to know, unless it has begun with it.
    """
    if told is not None:
        _learn(told)
    return [path] if _here.of_pages is not None and _here.of_pages(path, written) else []


def _look(date: dt.date) -> None:
    if date.day % _DAYS_BETWEEN == 0:
        garbage.look()
