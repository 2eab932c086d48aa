"""Days made ahead by all cores.

Pages are made in one pass, oldest day first (``site``).  All that is made of one day alone is
made here by processes of their own (``making``), which put it where the pass looks for it: what
earlier builds kept.  So the pass is the same, and finds its days made.

::

    what needs the day's own file only (search)     until the site is built
    pages, feeds and data                           when the days are gathered
    contents of the pages                           when the pages are made

Where a few days are new, processes are forked when all days are gathered, and begin with what
was found; what needs no other day is made by one more (``FewAhead``).  Contents are then still
made while the first pages are shown.
Where many are, they are started before, and told (``gathering``).
"""

from __future__ import annotations

import datetime as dt
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from digest import making
from digest.kept.memory import Memory
from digest.kept.store import Store
from digest.making import WORTH_IT, OfDays, OfPages, Plan
from digest.pageviews import Page, day_path
from digest.processes import NO_HELP, are_forked, cores, forked, stop, wait, workers
from digest.site import Site

_FORKED_WORTH_IT = 4
"""Days of the archive from which that is so where processes are forked, were it for one new day."""
_DAYS_EACH = 3
"""Days to be made for which one more process is started."""

_T = TypeVar("_T")


def _nothing() -> None:
    """Nothing is made of pages."""


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
                self._process = forked(making.few, of_days)

    def wait(self) -> None:
        """Wait until it is made, or the process has ended in some other way."""
        if self._process is not None:
            self._process.join()

    def stop(self) -> None:
        """End the process at once, if it has not ended."""
        if self._process is not None:
            self._process.terminate()
            self._process.join()


@contextmanager
def made_ahead(
    languages: Sequence[Site],
    *,
    of_days: OfDays | None = None,
    of_pages: Callable[[], OfPages | None] = _nothing,
    processes: int | None = None,
) -> Iterator[Ahead]:
    """Have days made by processes of their own as long as this lasts.

    Nothing is made ahead where there is little to make, one core, a folder that processes cannot
    share, or a damaged archive, of which each build is to tell.

    Arguments:
        languages: the site in each language.
        of_days: makes what needs no page; nothing of it is made ahead if it cannot be pickled.
        of_pages: asked for what is made of each page, when the days are gathered; likewise.
        processes: how many; None for one on each core.

    Yields:
        What is made of pages; it may be going on when this ends.
    """
    gathering = languages[0].gathering
    processes = processes or cores()
    least = _FORKED_WORTH_IT if are_forked() else WORTH_IT
    if processes < 2 or gathering.problems or len(gathering.dates) < least:  # noqa: PLR2004
        yield Ahead()
        return
    own = gathering.memory
    if own.root is not None and not Store(own.root).writable:
        yield Ahead()
        return
    with tempfile.TemporaryDirectory(prefix="change-digest-") as aside:
        store = own.root or Path(aside, "days")
        if own.root is None:
            gathering.memory = Memory(Store(store))
        plan = Plan(
            languages[0].settings,
            languages[0].name,
            store,
            tuple(site.offer for site in languages),
            _sendable(of_days),
        )
        days = _Days(languages, plan, of_pages, processes, Path(aside, "gathered"))
        whole = False
        try:
            days.begin()
            gathering.wait, gathering.give = days.wait, days.give
            yield days.ahead
            whole = True
        finally:
            gathering.wait = gathering.give = None
            gathering.memory = own
            days.end(whole=whole)
        if own.root is None:
            days.ahead.end()  # what it reads is removed now


class Ahead:
    """What processes make of pages, if any do."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self._made: list[Future[list[str]]] = []
        """Each tells of which pages something was made."""
        self._awaited: dict[str, Future[list[str]]] = {}
        """By the paths of pages, what may still be going on when all days are made."""

    @property
    def paths(self) -> set[str]:
        """The pages of which something was made so far."""
        done = [one for one in self._made if one.done() and one.exception() is None]
        return {path for one in done for path in one.result()}

    def add(self, paths: Sequence[str], future: Future[list[str]]) -> None:
        """Take up what is made of some pages; it may be going on when all days are made."""
        self._awaited.update(dict.fromkeys(paths, future))
        self._made.append(future)

    def awaits(self, path: str) -> bool:
        """Whether something may still be made of a page."""
        future = self._awaited.get(path)
        return self.pool is not None and future is not None and not future.done()

    def wait(self, path: str) -> None:
        """Wait until it is made, or is not going to be: what is not there is made here then."""
        if self.awaits(path):
            self.wait_for([self._awaited[path]])

    def wait_for(self, futures: Sequence[Future[Any]]) -> None:
        """Likewise for all of what was asked."""
        if self.pool is not None:
            try:
                wait(self.pool, futures)
            except BrokenProcessPool:  # a process was killed: the rest is made here
                self.stop()

    def end(self) -> None:
        """Wait for all of it."""
        try:
            self.wait_for(self._made)
        finally:
            # After an interrupt, too: the exit would wait for what they are at.
            self.stop()

    def stop(self) -> None:
        """End at once what is still being made.  What is made is kept whole or not at all."""
        if self.pool is not None:
            stop(self.pool)
            self.pool = None


class _Days:
    """The days that the processes of one build make."""

    def __init__(
        self,
        languages: Sequence[Site],
        plan: Plan,
        of_pages: Callable[[], OfPages | None],
        workers: int,
        gathered: Path,
    ) -> None:
        self.ahead = Ahead()
        self._languages = languages
        self._plan = plan
        self._of_pages: OfPages | None = None
        self._ask = of_pages
        self._workers = workers
        self._gathered = gathered
        self._inherited = False
        self._days: dict[dt.date, list[Future[Any]]] = {}
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
            self._asked += [pool.submit(making.of_day, date) for date in new]
        _ = gathering.gathered  # meanwhile
        missing = [
            date
            for date in gathering.dates
            if not all(site.days.has(date) for site in self._languages)
        ]
        if not missing or gathering.problems:
            return
        self._of_pages = _sendable(self._ask())
        if self.ahead.pool is None and are_forked():
            self._inherit(missing)
        elif self.ahead.pool is not None or len(missing) >= WORTH_IT:
            self._tell(missing)

    def _inherit(self, missing: Sequence[dt.date]) -> None:
        """Have days made by processes that begin with all that this one has found out.

        What is made of a day is shared out among them, as there may be one day only.
        """
        few = 2 * len(missing) + 1  # two parts of each day, and the pages over many days
        begin = (self._languages, self._plan.of_days, self._of_pages)
        pool = self.ahead.pool = workers(min(self._workers, few), making.take, *begin)
        self._inherited = True
        newest_first = [*reversed(missing)]  # it is the one with most to be made
        for make in (making.published, making.text):  # what takes longest goes first
            for date in newest_first:
                self._days.setdefault(date, []).append(pool.submit(make, date))
        self._asked += [future for futures in self._days.values() for future in futures]
        if self._of_pages is not None:
            for date in newest_first:
                future = pool.submit(making.contents_at_leisure, date)
                self.ahead.add(self._paths(date), future)

    def _tell(self, missing: Sequence[dt.date]) -> None:
        """Have days made by processes that are told what this one has found out."""
        pool = self._start(len(missing))
        gathered = self._languages[0].gathering.gathered
        making.tell(self._gathered, gathered, self._of_pages)
        for date in missing:
            future = pool.submit(making.day, date, self._gathered)
            self._days[date] = [future]
            self.ahead.add(self._paths(date), future)
        if self._plan.of_days is not None:
            parts = range(self._plan.of_days.parts())
            self._asked += [pool.submit(making.join, number) for number in parts]

    def wait(self, date: dt.date, *, pages: bool) -> None:
        """Wait until a day is made, unless what is wanted of it is made by this process."""
        if self._inherited and not pages:
            return
        self.ahead.wait_for(self._days.pop(date, []))
        # What else may have failed there is made here, and fails here if it must.

    def give(self, page: Page) -> None:
        """Have made what there is to be made of a page of this process."""
        pool = self.ahead.pool
        if pool is None or self._of_pages is None:
            return
        with suppress(*NO_HELP):
            told = None if self._inherited else self._gathered
            future = pool.submit(making.of_page, page.path, page.text, told)
            self.ahead.add([page.path], future)

    def end(self, *, whole: bool) -> None:
        """Wait for the days, and for all else but what may be made later.

        Where the pass failed, all is ended at once.
        """
        over = False
        try:
            if whole:
                self.ahead.wait_for(self._asked)
                over = True
        finally:
            if not over:
                self.ahead.stop()  # after an interrupt, too: the exit would wait for them
        if not self._inherited or self._of_pages is None:
            self.ahead.end()

    def _paths(self, date: dt.date) -> list[str]:
        return [site.base + day_path(date) for site in self._languages]

    def _start(self, days: int) -> ProcessPoolExecutor:
        if self.ahead.pool is None:
            few = max(2, days // _DAYS_EACH)  # each process opens the site before it does anything
            self.ahead.pool = workers(min(self._workers, few), making.begin, self._plan)
        return self.ahead.pool


def _sendable(value: _T) -> _T | None:
    """What can be handed to another process, or None: an extension may have a lambda, say."""
    try:
        pickle.dumps(value)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    return value
