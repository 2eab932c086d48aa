"""What is kept of a day once its page is made: numbers, and the few entries worth naming.

Home, month, year and repository pages are made of these records alone.  The
numbers of a day are small and stay; what its entries say is dropped as soon
as no page needs it any more, so memory does not grow with what days hold.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from digest.aftermath import Event
from digest.factviews import Fact, weight
from digest.ledgers import Breakage, Place, place_of
from digest.model import LEVELS, Category, Kind, Level, Statement
from digest.outcomeviews import Standing
from digest.pageviews import EntryView, Figures, RepositoryDay

HEADLINES = 5
"""Entries named of a repository's newest day."""
_CODE: frozenset[Category] = frozenset(["source", "build", "ci", "data"])
"""Files whose folders count as areas that are worked on."""
Read = Literal["whole", "open", "partial", "damaged", "missing"]
"""How far a day of a repository is known."""


class Headline(msgspec.Struct, frozen=True):
    """An entry as a list of what matters names it."""

    place: Place
    score: float
    kind: Kind
    why: Statement | None
    """What it does, or why it matters, in a sentence."""
    breaks: Literal["certainly", "perhaps"] | None = None
    """Whether users must act."""
    standing: Standing | None = None
    """How it stands today."""

    @property
    def rank(self) -> tuple[int, float, int, str]:
        """A sort key: the most important first, and of equals the newest."""
        place = self.place
        return (
            LEVELS.index(place.level),
            -self.score,
            -place.date.toordinal(),
            place.anchor,
        )


class Told(msgspec.Struct, frozen=True):
    """What is named of one repository's day."""

    high: tuple[Headline, ...] = ()
    """The entries of high importance, the first first."""
    headlines: tuple[Headline, ...] = ()
    """The most important, where there are as many others beside them."""
    breaking: tuple[Breakage, ...] = ()
    """Newest first."""
    reverts: tuple[Event, ...] = ()
    """What was taken back or brought back; newest first."""
    interface: tuple[tuple[Place, tuple[Fact, ...]], ...] = ()
    """Entries that change an interface, the newest first, the weightiest fact first."""
    areas: Mapping[str, tuple[int, int]] = msgspec.field(default_factory=dict)
    """Commits, and those of high importance, by the folder that they work in."""


class Tally(msgspec.Struct, frozen=True):
    """One repository's day: its numbers, and while they are needed its entries."""

    repository: str
    """Anchor of the repository's sections."""
    read: Read
    commits: int = 0
    levels: tuple[int, int, int] = (0, 0, 0)
    """In the order of ``LEVELS``."""
    kinds: Mapping[Kind, int] = msgspec.field(default_factory=dict)
    breaking: int = 0
    may_break: int = 0
    """Beside those that surely do."""
    reverts: int = 0
    told: Told = Told()

    @classmethod
    def of(cls, date: dt.date, section: RepositoryDay) -> Tally:
        """Count a repository's day; what a rewritten history lost is counted, not named."""
        views = section.entries
        lasting = [view for view in views if not view.entry.vanished]
        told = Told(
            high=tuple(
                sorted(
                    (
                        _headline(date, section.anchor, view)
                        for view in lasting
                        if view.level == "high"
                    ),
                    key=lambda headline: headline.rank,
                )
            ),
            headlines=tuple(
                _headline(date, section.anchor, view) for view in section.headlines[:HEADLINES]
            ),
            breaking=tuple(
                Breakage(place_of(date, section.anchor, view), view.entry.facts.breaking)
                for view in lasting
                if view.entry.facts.breaking
            ),
            reverts=tuple(
                event for view in lasting if (event := _event(date, section, view)) is not None
            ),
            interface=tuple(
                (place_of(date, section.anchor, view), tuple(sorted(view.interface, key=weight)))
                for view in lasting
                if view.interface
            ),
            areas=_areas(lasting),
        )
        levels = Counter(view.level for view in views)
        certain = sum(item.certain for item in told.breaking)
        return cls(
            repository=section.anchor,
            read=_read(section),
            commits=len(views),
            levels=(levels["high"], levels["medium"], levels["low"]),
            kinds=Counter(view.entry.analysis.change_type for view in views),
            breaking=certain,
            may_break=len(told.breaking) - certain,
            reverts=len(told.reverts),
            told=told,
        )


class DaySummary(msgspec.Struct, frozen=True):
    """One day over all repositories."""

    date: dt.date
    figures: Figures
    tallies: tuple[Tally, ...]

    @classmethod
    def of(cls, date: dt.date, sections: Sequence[RepositoryDay]) -> DaySummary:
        """Sum a day up.

        Arguments:
            date: the calendar day in the site's zone.
            sections: each repository's part, with what later happened to its entries.
        """
        return cls(
            date=date,
            figures=Figures.of(date, sections),
            tallies=tuple(Tally.of(date, section) for section in sections),
        )

    @property
    def numbers(self) -> DaySummary:
        """The same without what its entries say."""
        return replace(self, tallies=tuple(replace(item, told=Told()) for item in self.tallies))

    @property
    def high(self) -> int:
        """Entries of high importance."""
        return self.figures.levels.get("high", 0)

    @property
    def breaking(self) -> int:
        """Entries that break something."""
        return sum(item.breaking for item in self.tallies)

    @property
    def may_break(self) -> int:
        """Entries that perhaps do."""
        return sum(item.may_break for item in self.tallies)

    @property
    def reverts(self) -> int:
        """Entries that take something back, or bring it back."""
        return sum(item.reverts for item in self.tallies)

    @property
    def first(self) -> Headline | None:
        """The most important entry of the day, if any is more than of low importance."""
        named = [line for item in self.tallies for line in item.told.headlines]
        return min(named, key=lambda headline: headline.rank, default=None)

    def of_repository(self, repository: str) -> Tally | None:
        """The part of one repository, by its anchor."""
        return next((item for item in self.tallies if item.repository == repository), None)


class Total(msgspec.Struct, frozen=True):
    """Numbers summed over days."""

    days: int
    commits: int
    levels: Mapping[Level, int]
    breaking: int
    may_break: int
    reverts: int

    @classmethod
    def of(cls, tallies: Iterable[Tally]) -> Total:
        """Sum repositories' days up."""
        found = list(tallies)
        return cls(
            days=sum(item.read != "missing" for item in found),
            commits=sum(item.commits for item in found),
            levels={
                level: sum(item.levels[number] for item in found)
                for number, level in enumerate(LEVELS)
            },
            breaking=sum(item.breaking for item in found),
            may_break=sum(item.may_break for item in found),
            reverts=sum(item.reverts for item in found),
        )

    @classmethod
    def over(cls, days: Sequence[DaySummary]) -> Total:
        """Sum whole days up; each counts once, whatever the number of repositories."""
        total = cls.of(item for day in days for item in day.tallies)
        return replace(total, days=len(days))


def _read(section: RepositoryDay) -> Read:
    if section.damaged:
        return "damaged"
    if section.day is None:
        return "missing"
    if section.partial:
        return "partial"
    return "open" if section.open else "whole"


def _headline(date: dt.date, repository: str, view: EntryView) -> Headline:
    analysis = view.entry.analysis
    return Headline(
        place=place_of(date, repository, view),
        score=analysis.importance.score,
        kind=analysis.change_type,
        why=view.why,
        breaks=view.breaks,
        standing=view.standing,
    )


def _event(date: dt.date, section: RepositoryDay, view: EntryView) -> Event | None:
    """A commit that takes something back or brings it back, as the list of those tells it."""
    undone = tuple(view.undoes)
    claims = view.entry.facts.reverts
    if not undone and not claims:
        return None
    return Event(
        slug=section.repository.slug,
        date=date,
        anchor=view.anchor,
        subject=view.entry.commit.subject,
        deeds=undone,
        claims=() if undone else claims,
    )


def _areas(views: Iterable[EntryView]) -> dict[str, tuple[int, int]]:
    commits: Counter[str] = Counter()
    high: Counter[str] = Counter()
    for view in views:
        names = {area.name for area in view.entry.facts.areas if area.category in _CODE}
        commits.update(names)
        if view.level == "high":
            high.update(names)
    return {name: (count, high[name]) for name, count in commits.items()}
