"""Days made ahead by all cores.

Pages are made in one pass, oldest day first (``site``).  All that is made of one day alone is
made here by processes of their own, which put it where the pass looks for it: what earlier
builds kept.  So the pass is the same, and finds its days made.

::

    what needs the day's own file only (search)     from the beginning to the end
    pages, feeds and data, contents                 when they are
    contents of the pages over many days            as soon as each is written

Where a few days are new, processes are forked when all days are gathered, and begin with what
was found; what needs no other day is made by one more (``FewAhead``).
Where many are, they are started before, and told (``gathering``).
"""

from __future__ import annotations

import datetime as dt
import os
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from digest import garbage
from digest.gathering import Gathered
from digest.kept import pickles
from digest.kept.memory import Memory
from digest.kept.store import Store
from digest.model import Entry, Repository
from digest.pageviews import Page
from digest.processes import NO_HELP, are_forked, cores, forked, stop, wait, workers
from digest.settings import Settings
from digest.site import Offer, Site, sites

WORTH_IT = 16
"""Days from which starting processes takes less time than it saves; more than are gathered anew
each morning."""
_FORKED_WORTH_IT = 4
"""Days of the archive from which that is so where processes are forked, were it for one new day."""
_DAYS_EACH = 3
"""Days to be made for which one more process is started."""
_DAYS_BETWEEN = 8
"""Days after which a process looks for garbage."""
_NICE = 10
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


_T = TypeVar("_T")
OfPages = Callable[[str, str], bool]
"""Makes and keeps what there is to be made of a page, by its path and its text.

It says whether it did; what is kept already is not made.
"""


def _nothing() -> None:
    """Nothing is made of pages."""


class _Plan(msgspec.Struct, frozen=True):
    """All that a process must know; it can be pickled."""

    settings: Settings
    name: str
    store: Path
    offers: tuple[Offer | None, ...]
    of_days: OfDays | None


@contextmanager
def made_ahead(
    languages: Sequence[Site],
    *,
    of_days: OfDays | None = None,
    of_pages: Callable[[], OfPages | None] = _nothing,
    processes: int | None = None,
) -> Iterator[set[str]]:
    """Have days made by processes of their own as long as this lasts.

    Nothing is made ahead where there is little to make, one core, a folder that processes cannot
    share, or a damaged archive, of which each build is to tell.

    Arguments:
        languages: the site in each language.
        of_days: makes what needs no page; nothing of it is made ahead if it cannot be pickled.
        of_pages: asked for what is made of each page, when the days are gathered; likewise.
        processes: how many; None for one on each core.

    Yields:
        The paths of the pages of which so much was made; filled when it ends.
    """
    gathering = languages[0].gathering
    processes = processes or cores()
    least = _FORKED_WORTH_IT if are_forked() else WORTH_IT
    if processes < 2 or gathering.problems or len(gathering.dates) < least:  # noqa: PLR2004
        yield set()
        return
    own = gathering.memory
    if own.root is not None and not Store(own.root).writable:
        yield set()
        return
    with tempfile.TemporaryDirectory(prefix="change-digest-") as aside:
        store = own.root or Path(aside, "days")
        if own.root is None:
            gathering.memory = Memory(Store(store))
        plan = _Plan(
            languages[0].settings,
            languages[0].name,
            store,
            tuple(site.offer for site in languages),
            _sendable(of_days),
        )
        ahead = _Ahead(languages, plan, of_pages, processes, Path(aside, "gathered"))
        whole = False
        try:
            ahead.begin()
            gathering.wait, gathering.give = ahead.wait, ahead.give
            yield ahead.paths
            whole = True
        finally:
            gathering.wait = gathering.give = None
            gathering.memory = own
            ahead.end(whole=whole)


class FewAhead:
    """What needs no other day, made of a few new days by a process that begins at once.

    Where many are new, it is made by the processes that make all else of them.  Nothing needs it
    before the pages are written, so the process leaves the cores to what others wait for.

    Arguments:
        of_days: makes it, if anything does.
    """

    def __init__(self, of_days: OfDays | None) -> None:
        self._process: BaseProcess | None = None
        if of_days is not None and are_forked() and cores() > 1:
            with suppress(*NO_HELP):
                self._process = forked(_make_few, of_days)

    def wait(self) -> None:
        """Wait until it is made, or the process has ended in some other way."""
        if self._process is not None:
            self._process.join()

    def stop(self) -> None:
        """End the process at once, if it has not ended."""
        if self._process is not None:
            self._process.terminate()
            self._process.join()


def _make_few(of_days: OfDays) -> None:
    os.nice(_NICE)
    garbage.put_off_for_good()
    missing = of_days.missing()
    if 0 < len(missing) < WORTH_IT:
        for date in missing:
            of_days.make(date)
        for number in range(of_days.parts()):
            of_days.join(number)


class _Ahead:
    """The processes of one build."""

    def __init__(
        self,
        languages: Sequence[Site],
        plan: _Plan,
        of_pages: Callable[[], OfPages | None],
        workers: int,
        gathered: Path,
    ) -> None:
        self._languages = languages
        self._plan = plan
        self._of_pages: OfPages | None = None
        self._ask = of_pages
        self._workers = workers
        self._gathered = gathered
        self._pool: ProcessPoolExecutor | None = None
        self._inherited = False
        self.paths: set[str] = set()
        """Of the pages of which something was made."""
        self._days: dict[dt.date, list[Future[list[str]]]] = {}
        self._made: list[Future[list[str]]] = []
        self._asked: list[Future[None]] = []
        """What else is being made."""

    def begin(self) -> None:
        """Have made what is missing."""
        try:
            self._begin()
        except NO_HELP:
            self._days.clear()

    def _begin(self) -> None:
        gathering = self._languages[0].gathering
        new = gathering.ungathered()
        of_days = self._plan.of_days
        if of_days is not None and len(new) >= WORTH_IT:
            pool = self._start(len(new))
            self._asked += [pool.submit(_make_of_day, date) for date in new]
        _ = gathering.gathered  # meanwhile
        missing = [
            date
            for date in gathering.dates
            if not all(site.days.has(date) for site in self._languages)
        ]
        if not missing or gathering.problems:
            return
        self._of_pages = _sendable(self._ask())
        if self._pool is None and are_forked():
            self._inherit(missing)
        elif self._pool is not None or len(missing) >= WORTH_IT:
            self._tell(missing)

    def _inherit(self, missing: Sequence[dt.date]) -> None:
        """Have days made by processes that begin with all that this one has found out.

        What is made of a day is shared out among them, as there may be one day only.
        """
        few = 2 * len(missing) + 1  # two parts of each day, and the pages over many days
        begin = (self._languages, self._plan.of_days, self._of_pages)
        pool = self._pool = workers(min(self._workers, few), _take, *begin)
        self._inherited = True
        for make in (_make_page, _make_published):
            for date in reversed(missing):  # the newest is the one with most to be made
                future = pool.submit(make, date)
                self._days.setdefault(date, []).append(future)
                self._made.append(future)

    def _tell(self, missing: Sequence[dt.date]) -> None:
        """Have days made by processes that are told what this one has found out."""
        pool = self._start(len(missing))
        told = self._languages[0].gathering.gathered
        part = Gathered(hindsight=told.hindsight, choice=told.choice, unfinished=told.unfinished)
        self._gathered.with_name(_OF_PAGES).write_bytes(pickle.dumps(self._of_pages))
        self._gathered.write_bytes(pickles.dumps(part))
        for date in missing:
            future = pool.submit(_make_day, date, self._gathered)
            self._days[date] = [future]
            self._made.append(future)
        if self._plan.of_days is not None:
            parts = range(self._plan.of_days.parts())
            self._asked += [pool.submit(_join, number) for number in parts]

    def wait(self, date: dt.date, *, pages: bool) -> None:
        """Wait until a day is made, unless what is wanted of it is made by this process."""
        if self._inherited and not pages:
            return
        wanted = self._days.pop(date, [])
        if self._pool is None:
            return
        try:
            wait(self._pool, wanted)
        except BrokenProcessPool:  # a process was killed: the rest is made here
            self._days.clear()
            self._stop()
        # What else may have failed there is made here, and fails here if it must.

    def give(self, page: Page) -> None:
        """Have made what there is to be made of a page of this process."""
        if self._pool is None or self._of_pages is None:
            return
        told = None if self._inherited else self._gathered
        with suppress(*NO_HELP):
            self._made.append(self._pool.submit(_make_of_page, page.path, page.text, told))

    def end(self, *, whole: bool) -> None:
        """Wait for all that is still being made, or, where the pass failed, end it at once.

        What is made is kept whole or not at all.
        """
        try:
            if whole and self._pool is not None:
                with suppress(BrokenProcessPool):  # a process was killed
                    wait(self._pool, [*self._asked, *self._made])
        finally:
            # After an interrupt, too: the exit would wait for what they are at.
            self._stop()
        for future in self._made:
            if future.done() and future.exception() is None:
                self.paths.update(future.result())

    def _stop(self) -> None:
        if self._pool is not None:
            stop(self._pool)
            self._pool = None

    def _start(self, days: int) -> ProcessPoolExecutor:
        if self._pool is None:
            few = max(2, days // _DAYS_EACH)  # each process opens the site before it does anything
            self._pool = workers(min(self._workers, few), _begin, self._plan)
        return self._pool


def _sendable(value: _T) -> _T | None:
    """What can be handed to another process, or None: an extension may have a lambda, say."""
    try:
        pickle.dumps(value)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return value


# In a process of its own


class _Here(msgspec.Struct):
    """What such a process has."""

    sites: Sequence[Site] = ()
    of_days: OfDays | None = None
    of_pages: OfPages | None = None
    told: Path | None = None
    """What it was last told."""


_here = _Here()


def _begin(plan: _Plan) -> None:
    """Open the sites anew."""
    languages = sites(plan.settings, plan.name, memory=Memory(Store(plan.store)))
    for site, offer in zip(languages, plan.offers, strict=True):
        if offer is not None:
            site.publish(lambda _: None, **offer)
    _take(languages, plan.of_days, None)


def _take(languages: Sequence[Site], of_days: OfDays | None, of_pages: OfPages | None) -> None:
    """Begin with sites that are open, such as those of the process that this one is a fork of."""
    _here.sites, _here.of_days, _here.of_pages = languages, of_days, of_pages
    garbage.put_off_for_good()


def _learn(told: Path) -> None:
    """Take what the first process found out meanwhile."""
    if _here.told != told:
        found = pickles.loads(told.read_bytes())
        assert isinstance(found, Gathered)  # noqa: S101 - written a moment ago
        _here.sites[0].gathering.take(found)
        _here.of_pages = pickle.loads(told.with_name(_OF_PAGES).read_bytes())  # noqa: S301 - likewise
        _here.told = told


def _make_of_day(date: dt.date) -> None:
    assert _here.of_days is not None  # noqa: S101 - asked for only where there is one
    _here.of_days.make(date, lambda: _here.sites[0].gathering.entries(date))


def _join(number: int) -> None:
    assert _here.of_days is not None  # noqa: S101
    _here.of_days.join(number)


# Each gives the paths of the pages of which it has made something.


def _make_day(date: dt.date, told: Path) -> list[str]:
    _learn(told)
    made = _make_page(date)
    _make_published(date)
    for site in _here.sites:
        _ = site.days.told(date)
    return made


def _make_page(date: dt.date) -> list[str]:
    if date.day % _DAYS_BETWEEN == 0:
        garbage.look()
    made = []
    for site in _here.sites:
        page = site.days.page(date)
        made += _make_of_page(site.base + page.path, page.text, None)
    return made


def _make_of_page(path: str, text: str, told: Path | None) -> list[str]:
    if told is not None:
        _learn(told)
    return [path] if _here.of_pages is not None and _here.of_pages(path, text) else []


def _make_published(date: dt.date) -> list[str]:
    if date.day % _DAYS_BETWEEN == 0:
        garbage.look()
    for site in _here.sites:
        site.days.keep_published(date)
    return []
