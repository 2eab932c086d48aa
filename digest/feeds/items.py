"""One item of a feed, and when it last changed.

Moments come from the archive and never from the clock of a build: when a commit was
made, when a day was over, when a model wrote, when a later commit took something back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from digest.pageviews import EntryView, RepositoryDay

Key = tuple[str, str]
"""A commit: its repository and its sha."""
Deed = tuple[Key, dt.date, dt.datetime]
"""An earlier commit with its day, and when something happened to it."""

_TELLING = frozenset(["reverts", "reapplies", "fixes"])
"""What a later commit does to an earlier one that is worth telling its readers again."""


class Item(msgspec.Struct):
    """One item of a feed."""

    id: str
    title: str
    page: str
    """Where it is on the site, relative to the language's folder."""
    published: dt.datetime
    updated: dt.datetime
    summary: str
    content: str
    """HTML without a page."""
    categories: tuple[str, ...] = ()
    commits: frozenset[Key] = frozenset()
    """Those it tells of in full, whose later fate is news of it."""


class Feed(msgspec.Struct, frozen=True):
    """A feed, whatever its format."""

    path: str
    """Without the ending of a format; relative to the language's folder."""
    title: str
    subtitle: str
    page: str
    """The page that it goes with, likewise."""
    id: str
    items: list[Item] = msgspec.field(default_factory=list)
    """Oldest first."""

    def updated(self, otherwise: dt.datetime) -> dt.datetime:
        """When any of its items last changed."""
        return max((item.updated for item in self.items), default=otherwise)


class Fates:
    """When something happened to commits that items tell of."""

    def __init__(self) -> None:
        self._moments: dict[Key, dt.datetime] = {}

    def add(self, deeds: Iterable[Deed], oldest: dt.date) -> None:
        """Take up what the commits of a day did to those of the days since ``oldest``."""
        for key, date, moment in deeds:
            if date >= oldest:
                self._moments[key] = max(moment, self._moments.get(key, moment))

    def tell(self, item: Item) -> None:
        """Put an item's change to the latest of what happened to its commits."""
        moments = (self._moments[key] for key in item.commits if key in self._moments)
        item.updated = max((item.updated, *moments))


def deeds_of(views: Iterable[EntryView]) -> tuple[Deed, ...]:
    """What the commits of a day did to earlier ones."""
    return tuple(
        (
            (seen.outcome.other.slug, seen.outcome.other.sha),
            seen.date,
            plain_zone(view.entry.commit.committed_at),
        )
        for view in views
        for seen in view.outcomes
        if seen.outcome.kind in _TELLING
    )


def key_of(view: EntryView) -> Key:
    """What tells a commit from all others."""
    return view.repository.slug, view.entry.commit.sha


def when_written(view: EntryView) -> dt.datetime:
    """When an entry got the words that it has."""
    committed, made = view.entry.commit.committed_at, view.entry.analysis.provenance.made_at
    return plain_zone(max(committed, made) if made else committed)


def when_known(date: dt.date, sections: Sequence[RepositoryDay], zone: ZoneInfo) -> dt.datetime:
    """When a day got the form that it has.

    While it is open, when its newest commit was made or its latest words were written; once
    it is over, its end at the earliest, since it is then that it no longer says to be open.
    """
    moments = [when_written(view) for section in sections for view in section.entries]
    overviews = (section.day.overview for section in sections if section.day)
    moments += [made for item in overviews if item and (made := item.provenance.made_at)]
    if not any(section.open for section in sections):
        moments.append(end_of(date, zone))
    return plain_zone(max(moments))


def plain_zone(moment: dt.datetime) -> dt.datetime:
    """The same moment, its offset as the standard library has it, so that it can be kept."""
    return moment.replace(tzinfo=dt.timezone(moment.utcoffset() or dt.timedelta()))


def end_of(date: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The midnight at the end of a day."""
    following = min(date, dt.date.max - dt.timedelta(days=2)) + dt.timedelta(days=1)
    return dt.datetime.combine(following, dt.time(), zone)
