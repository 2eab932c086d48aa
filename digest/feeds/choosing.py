"""Which days and commits are in which feed, known before any of them is written.

The first reading of the archive counts, so that the second renders only what is
needed: feeds cost what is new in them, however old the archive is.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Sequence
from typing import Literal

from digest.feeds.rendering import is_breaking
from digest.pageviews import EntryView, RepositoryDay

DAYS = 14
"""Days with commits in the feed of the site, and in that of a repository."""
COMMITS = 50
"""Commits in the feeds of important and of breaking ones."""

Kind = Literal["high", "breaking"]


class Choice:
    """The newest days with commits, and the newest important and breaking commits."""

    def __init__(self) -> None:
        self._days: dict[str | None, deque[dt.date]] = {}
        self._commits: dict[Kind, deque[tuple[dt.date, str, str]]] = {
            "high": deque(maxlen=COMMITS),
            "breaking": deque(maxlen=COMMITS),
        }

    def add(self, date: dt.date, sections: Sequence[RepositoryDay]) -> None:
        """Read one day; days come oldest first."""
        busy = [section for section in sections if section.entries]
        slugs: list[str | None] = [section.repository.slug for section in busy]
        for slug in [None, *slugs] if busy else []:
            self._days.setdefault(slug, deque(maxlen=DAYS)).append(date)
        for view in in_order(busy):
            for kind in kinds_of(view):
                self._commits[kind].append((date, view.repository.slug, view.entry.commit.sha))

    def days_of(self, date: dt.date) -> list[str | None]:
        """The feeds that a day is in: of which repositories, and None for the site's."""
        return [slug for slug, dates in self._days.items() if date in dates]

    def kinds_of(self, date: dt.date) -> list[Kind]:
        """The feeds of commits that any of a day's commits is in."""
        return [
            kind
            for kind, commits in self._commits.items()
            if any(date == day for day, *_ in commits)
        ]

    def has_commit(self, kind: Kind, key: tuple[str, str], date: dt.date) -> bool:
        """Whether a commit is in a feed."""
        return (date, *key) in self._commits[kind]

    @property
    def oldest(self) -> dt.date:
        """The first day of which anything is in any feed."""
        found = [days[0] for days in self._days.values()]
        found += [commits[0][0] for commits in self._commits.values() if commits]
        return min(found, default=dt.date.max)


def in_order(sections: Sequence[RepositoryDay]) -> list[EntryView]:
    """The entries of a day that are still on their branches, oldest first."""
    found = [view for section in sections for view in reversed(section.entries)]
    kept = [view for view in found if not view.entry.vanished]
    kept.sort(key=lambda view: view.entry.commit.committed_at)
    return kept


def kinds_of(view: EntryView) -> list[Kind]:
    """Which feeds of commits an entry belongs to."""
    kinds: list[Kind] = ["high"] if view.level == "high" else []
    return [*kinds, "breaking"] if is_breaking(view) else kinds
