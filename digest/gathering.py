"""Archive → what all pages of a site share, whatever their language.

Days are read one at a time; of those that are done only the numbers and what
is told of all days together are kept, so memory does not grow with what the
days hold.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Protocol

import msgspec

from digest.aftermath import Aftermath
from digest.archive import Archive
from digest.errors import ArchiveError
from digest.feeds.choosing import Choice
from digest.hindsight import Hindsight
from digest.kept.memory import Memory, key_of, program
from digest.ledgers import Ledgers
from digest.model import Entry, Repository, RepositoryState
from digest.pageviews import EntryView, Page, RepositoryDay, anchors, name_in_anchors
from digest.settings import Settings
from digest.views import RECENT_DAYS

_GATHERED = "gathered"
_UNSETTLED = 4
"""Of the newest days, so many may still change."""
_APART = 4
"""What was gathered of so many days more is worth keeping once more."""


class Followed(msgspec.Struct, frozen=True, dict=True):
    """A repository with what the archive knows of it."""

    repository: Repository
    state: RepositoryState
    dates: frozenset[dt.date]
    anchor: str

    wanted: Callable[[dt.date], dt.date]
    """The first day that is wanted on a given day."""

    @cached_property
    def unreached(self) -> frozenset[dt.date]:
        """The days since it was last reached for which it was asked in vain."""
        if self.state.failure is None or self.state.reached_at is None:
            return frozenset()
        first, last = self.state.reached_at.date(), self.state.failure.at.date()
        return frozenset(first + dt.timedelta(days=n + 1) for n in range((last - first).days))

    def concerns(self, date: dt.date) -> bool:
        """Whether a day's page has a section for it."""
        if date in self.dates or date in self.unreached:
            return True
        if self.state.failure is not None and self.state.reached_at is None:
            asked = self.state.failure.at.date()
            return self.wanted(asked) <= date <= asked
        # A hole: between its first day and now something is missing.
        return self._first is not None and self._first < date

    @cached_property
    def _first(self) -> dt.date | None:
        return min(self.dates, default=None)


class Wait(Protocol):
    """Waits for a day that other processes may be making."""

    def __call__(self, date: dt.date, *, pages: bool) -> None:
        """Wait.

        Arguments:
            date: the day.
            pages: whether its page and what is published with it are wanted, or just its numbers.
        """


class Gathered(msgspec.Struct, frozen=True):
    """What the first reading of all days leaves."""

    ledgers: Ledgers = msgspec.field(default_factory=Ledgers)
    aftermath: Aftermath = msgspec.field(default_factory=Aftermath)
    hindsight: Hindsight = msgspec.field(default_factory=Hindsight)
    choice: Choice = msgspec.field(default_factory=Choice)
    """What is in which feed."""
    unfinished: set[tuple[str, dt.date]] = msgspec.field(default_factory=set)
    """Days of repositories that were not over when they were read."""

    def add(self, date: dt.date, sections: Sequence[RepositoryDay]) -> None:
        """Take up a day; days come oldest first."""
        self.ledgers.add(date, sections)
        self.aftermath.add(date, sections)
        self.hindsight.add(sections)
        self.choice.add(date, sections)
        for section in sections:
            if section.day is not None and not section.day.complete:
                self.unfinished.add((section.repository.slug, date))


class Gathering:
    """The archive of one site, read once for all of its languages.

    Arguments:
        settings: the site's settings.
        memory: what earlier builds kept.
    """

    def __init__(self, settings: Settings, memory: Memory | None = None) -> None:
        self.settings = settings
        self.archive = Archive(settings.archive)
        self.problems: list[ArchiveError] = []
        """Archive files that could not be read; filled while pages are made."""
        self.repositories = tuple(self._followed())
        dates = {date for item in self.repositories for date in item.dates | item.unreached}
        self.dates = tuple(sorted(dates))
        """Each day that has a page, oldest first."""
        self.memory = memory or Memory(None)
        self.program = program()
        """A hash of this program, which decides all that it makes."""
        self._hashes: dict[dt.date, list[str | None]] = {}
        self._keys: dict[dt.date, str] = {}
        self._latest: tuple[dt.date, list[RepositoryDay]] | None = None
        self._read: tuple[dt.date, list[RepositoryDay]] | None = None
        self.wait: Wait | None = None
        """Waits for a day that is being made; see ``ahead``."""
        self.give: Callable[[Page], None] | None = None
        """Takes a page that was made, for what is to be made of it."""

    @cached_property
    def gathered(self) -> Gathered:
        """What is told of all days together, for which each is read once before any page.

        What earlier builds gathered of the days that are as they were is not gathered again.
        """
        gathered, done = self._before
        kept = self._to_keep(done)
        for date in self.dates[done:]:
            gathered.add(date, self._sections(date))
            if date in kept and not self.problems:
                # Later builds want no more of these, as what is new is only newer then.
                gathered.ledgers.forget(_recent_from(date))
                self.memory.put(_GATHERED, self._chain[date], gathered)
        if self.dates:
            gathered.ledgers.forget(_recent_from(self.dates[-1]))
        return gathered

    def ungathered(self) -> tuple[dt.date, ...]:
        """The days that no earlier build has gathered."""
        return self.dates[self._before[1] :]

    def take(self, gathered: Gathered) -> None:
        """Take what another process gathered, or the part of it that is needed here."""
        self.__dict__["gathered"] = gathered
        self._keys.clear()

    def entries(self, date: dt.date) -> list[tuple[Repository, Entry]]:
        """The entries of a day's page, in its order, with nothing of other days."""
        sections = self._sections(date)
        return [(view.repository, view.entry) for part in sections for view in part.entries]

    @cached_property
    def _before(self) -> tuple[Gathered, int]:
        """The latest that is kept and still holds, and of how many days it is."""
        recent = _recent_from(self.dates[-1]) if self.dates else dt.date.min
        for number, date in reversed(list(enumerate(self.dates, 1))):
            if self.memory.has(_GATHERED, key := self._chain[date]):
                found = self.memory.find(_GATHERED, key)
                if isinstance(found, Gathered) and found.ledgers.recent_from <= recent:
                    return found, number
        return Gathered(), 0

    def _to_keep(self, done: int) -> set[dt.date]:
        """The days after which what was gathered is kept.

        Two do not move from day to day, one in each week and one in eight, with the last days,
        which may change, behind them.  One is the newest that no run reads again, where enough
        days came since the one before it: to keep a year costs as much as to read some days.

        Arguments:
            done: the number of days that earlier builds gathered.
        """
        settled = [date for date in self.dates[:-_UNSETTLED] if date.toordinal() % 8 == 0]
        older = [date for date in settled if date.toordinal() % 64 == 0]
        landmarks = {*settled[-1:], *older[-1:]}
        open_days = [
            date for item in self.repositories for date in (*item.state.unsettled, *item.state.owed)
        ]
        tip = bisect_left(self.dates, min(open_days, default=dt.date.max))
        before = max(done, bisect_right(self.dates, max(landmarks, default=dt.date.min)))
        if tip - before >= max(_APART, len(self.dates) // 32):
            landmarks.add(self.dates[tip - 1])
        return landmarks

    @cached_property
    def _chain(self) -> dict[dt.date, str]:
        """For each day the hash of all that is archived until then."""
        chain: dict[dt.date, str] = {}
        key = key_of(
            self.program, [[item.repository.slug, item.anchor] for item in self.repositories]
        )
        for date in self.dates:
            key = chain[date] = key_of(key, date, self._contents(date))
        return chain

    def until(self, date: dt.date) -> str | None:
        """The hash of all that is archived until the end of a day, and of who is followed."""
        web = [item.repository.web for item in self.repositories]
        return None if self.problems else key_of(self._chain[date], self.settings.zone.key, web)

    def _contents(self, date: dt.date) -> list[str | None]:
        """The hash of each repository's file of a day."""
        if date not in self._hashes:
            self._hashes[date] = [
                self.archive.fingerprint(item.repository.slug, date) for item in self.repositories
            ]
        return self._hashes[date]

    def key(self, date: dt.date) -> str | None:
        """The hash of all that decides what is told of a day, whatever the language.

        None where a file of the archive cannot be read, which is to be said by each build.
        """
        if self.problems:
            return None
        if date not in self._keys:
            self._keys[date] = self._key(date)
        return self._keys[date]

    def _key(self, date: dt.date) -> str:
        states = [
            msgspec.json.encode(item.state).decode() if self._is_open(item, date) else ""
            for item in self.repositories
            if item.concerns(date)
        ]
        repositories = [
            [item.repository.slug, item.repository.web, item.anchor, item.concerns(date)]
            for item in self.repositories
        ]
        outcomes = self.gathered.hindsight.told_on(date)
        zone = self.settings.zone.key
        return key_of(
            self.program, zone, date, repositories, self._contents(date), states, outcomes
        )

    def _is_open(self, item: Followed, date: dt.date) -> bool:
        """Whether how a repository stands is told on a day's page."""
        return date not in item.dates or (item.repository.slug, date) in self.gathered.unfinished

    def sections(self, date: dt.date) -> list[RepositoryDay]:
        """What a day's page shows, each entry with its anchor and what later happened to it.

        The day that was asked for last is kept, for the other languages.
        """
        if self._latest is None or self._latest[0] != date:
            self._latest = date, self.gathered.hindsight.of(self._sections(date))
        return self._latest[1]

    def _followed(self) -> Iterator[Followed]:
        taken: set[str] = set()
        for repository in self.settings.repositories:
            anchor = f"repository-{name_in_anchors(repository.slug)}"
            while anchor in taken:
                anchor += "-"
            taken.add(anchor)
            try:
                state = self.archive.state(repository.slug)
            except ArchiveError as error:
                self.problems.append(error)
                state = RepositoryState(schema_version=0, repository=repository.slug)
            dates = frozenset(self.archive.dates(repository.slug))
            yield Followed(repository, state, dates, anchor, self.settings.first_day)

    def _tell(self, problem: ArchiveError) -> None:
        """Keep a problem once, however often a day is read."""
        if str(problem) not in map(str, self.problems):
            self.problems.append(problem)

    def _sections(self, date: dt.date) -> list[RepositoryDay]:
        """A day as it is archived; the one read last is kept, which is the newest at first.

        So processes that are forked then need not read it again.
        """
        if self._read is None or self._read[0] != date:
            self._read = date, self._archived(date)
        return self._read[1]

    def _archived(self, date: dt.date) -> list[RepositoryDay]:
        loaded = []
        for item in self.repositories:
            if not item.concerns(date):
                continue
            day, damaged = None, False
            try:
                day = self.archive.load(item.repository.slug, date)
            except ArchiveError as error:
                self._tell(error)
                damaged = True
            loaded.append((item, day, damaged))
        entries = [
            (item.repository, entry) for item, day, _ in loaded if day for entry in day.entries
        ]
        views = iter(
            EntryView(entry, repository, anchor)
            for (repository, entry), anchor in zip(entries, anchors(entries), strict=True)
        )
        return [
            RepositoryDay(
                repository=item.repository,
                state=item.state,
                anchor=item.anchor,
                day=day,
                entries=tuple(next(views) for _ in day.entries) if day else (),
                damaged=damaged,
            )
            for item, day, damaged in loaded
        ]


def _recent_from(newest: dt.date) -> dt.date:
    """The first day of which the lists of what is new tell, by the newest one."""
    return newest - dt.timedelta(days=RECENT_DAYS - 1)
