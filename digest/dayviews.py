"""A day as a whole: the few lines at its top, its figures, and what its filters know.

Plain records beside those of ``pageviews``; nothing here puts anything into words.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import chain, zip_longest
from typing import TypeVar

import msgspec

from digest import escape
from digest.factviews import Fact
from digest.model import LEVELS, Kind
from digest.pageviews import EntryView, Figures, RepositoryDay, ranked
from digest.wording import Markdown

LINES = 7
"""Entries named at the top of a day with several repositories."""
AREAS = 60
"""Areas to choose from; those that most entries touch."""

_Item = TypeVar("_Item")


class Brief(msgspec.Struct, frozen=True, dict=True):
    """The day in a few lines: of one repository, or of all of a page."""

    date: dt.date
    sections: Sequence[RepositoryDay]

    @cached_property
    def views(self) -> list[EntryView]:
        """All entries."""
        return [view for section in self.sections for view in section.entries]

    @cached_property
    def figures(self) -> Figures:
        """Their numbers."""
        return Figures.of(self.date, self.sections)

    @cached_property
    def kinds(self) -> list[tuple[Kind, int]]:
        """How many entries there are of each kind, the most frequent first."""
        return Counter(view.entry.analysis.change_type for view in self.views).most_common()

    @cached_property
    def headlines(self) -> list[EntryView]:
        """The entries to know of."""
        named = list(chain.from_iterable(section.headlines for section in self.sections))
        return named if len(self.sections) == 1 else ranked(named)[:LINES]

    @cached_property
    def breaks(self) -> list[EntryView]:
        """Entries that break something, beside the headlines."""
        return [view for view in self._others if view.breaks == "certainly"]

    @cached_property
    def may_break(self) -> list[EntryView]:
        """Entries that perhaps do, likewise."""
        return [view for view in self._others if view.breaks == "perhaps"]

    @cached_property
    def reverts(self) -> list[EntryView]:
        """Entries that take something back."""
        return list(chain.from_iterable(section.reverts for section in self.sections))

    @cached_property
    def interface(self) -> list[tuple[EntryView, Fact]]:
        """Interface changes, of each repository in turn."""
        return self._in_turn(lambda section: _once(section.interface))

    @cached_property
    def dependencies(self) -> list[tuple[EntryView, Fact]]:
        """Dependency changes, likewise."""
        return self._in_turn(lambda section: _once(section.dependencies))

    @cached_property
    def _others(self) -> list[EntryView]:
        named = {view.anchor for view in self.headlines}
        return [view for view in ranked(self.views) if view.anchor not in named]

    def _in_turn(self, of: Callable[[RepositoryDay], Sequence[_Item]]) -> list[_Item]:
        rounds = zip_longest(*(of(section) for section in self.sections))
        return [item for items in rounds for item in items if item is not None]


def _once(facts: Sequence[tuple[EntryView, Fact]]) -> list[tuple[EntryView, Fact]]:
    """What reads the same, as where several commits add one flag to a program each, once."""
    found: dict[Fact, tuple[EntryView, Fact]] = {}
    for view, fact in facts:
        found.setdefault(fact._replace(evidence=None), (view, fact))
    return [*found.values()]


def filter_data(sections: Sequence[RepositoryDay], kind_name: Callable[[Kind], str]) -> Markdown:
    """What a day's filters know of its entries, as JSON for a ``<script>`` element.

    Arrays alone: repositories as ``[anchor, slug]``, kinds as ``[key, name]``, authors, areas,
    and a row for each entry with the positions in those lists::

        [anchor, repository, level, kind, author, [area …], breaks, changes an interface]

    Arguments:
        sections: the page's repositories.
        kind_name: what the page calls a kind.
    """
    shown = [section for section in sections if section.entries]
    views = [view for section in shown for view in section.entries]
    kinds = _frequent([view.entry.analysis.change_type for view in views])
    authors = sorted({view.entry.commit.author.name for view in views}, key=str.casefold)
    named = _frequent([name for view in views for name in _areas(view)])[:AREAS]
    areas = {name: place for place, name in enumerate(sorted(named))}
    rows = [
        [
            view.anchor,
            place,
            LEVELS.index(view.level),
            kinds.index(view.entry.analysis.change_type),
            authors.index(view.entry.commit.author.name),
            [areas[name] for name in _areas(view) if name in areas],
            int(view.breaks is not None),
            int(bool(view.interface)),
        ]
        for place, section in enumerate(shown)
        for view in section.entries
    ]
    repositories = [[section.anchor, section.repository.slug] for section in shown]
    words = [[kind, str(kind_name(kind))] for kind in kinds]
    return Markdown(escape.data([repositories, words, authors, list(areas), rows]))


def _areas(view: EntryView) -> list[str]:
    return list(dict.fromkeys(area.name for area in view.entry.facts.areas))


def _frequent(items: Sequence[_Item]) -> list[_Item]:
    """Each once, the most frequent first, as they come where that is the same."""
    return [item for item, _ in Counter(items).most_common()]
