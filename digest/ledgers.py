"""Archive → ledgers: each name of an interface and each dependency with all that happened to it.

One pass over the days, oldest first, keeps a line for each fact and none of
the days.  A name stays on the page of its ledger, and keeps its anchor there,
however the archive grows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import msgspec

from digest.factviews import ECOSYSTEMS, Fact, dependency_facts, interface_facts, weight
from digest.model import BreakingChange, Level
from digest.pageviews import EntryView, RepositoryDay

NAMES_A_PAGE = 300
"""Names on one page of a ledger, so that no page grows without bound."""
LENGTH_KEPT = 400
"""Characters kept of a default, a signature or a definition."""

INTERFACE_KINDS: dict[str, str] = {
    "flag": "flags",
    "environment variable": "variables",
    "config key": "keys",
    "HTTP route": "routes",
    "metric": "metrics",
    "schema": "schemas",
    "public symbol": "symbols",
}
"""Each part of an interface by the name that its pages have."""
HAPPENINGS = 5
"""Of a name, how many happenings are told in full; of older ones there is a link."""
OLDER = 30
"""Of a name, how many older happenings there is a link of."""
_BULK = frozenset(["symbols", *(f"{ecosystem}-locked" for ecosystem in ECOSYSTEMS)])
"""Ledgers with so many names that they go by month."""

_NOT_IN_ANCHORS = re.compile(r"[^a-z0-9]+")
_ANCHOR_LENGTH = 48


class Place(NamedTuple):
    """An entry, and where the page of its day shows it."""

    repository: str
    """Anchor of the repository's sections, which is unique in a site."""
    date: dt.date
    anchor: str
    subject: str
    level: Level


class Happening(NamedTuple):
    """What one commit did to a name."""

    place: Place
    fact: Fact


class Breakage(msgspec.Struct, frozen=True):
    """An entry that breaks something, and why that is expected."""

    place: Place
    reasons: tuple[BreakingChange, ...]

    @property
    def certain(self) -> bool:
        """Whether one of the reasons leaves no doubt."""
        return any(reason.certain for reason in self.reasons)

    @property
    def by_reason(self) -> dict[str, list[str]]:
        """What is said for each reason, each once."""
        said: dict[str, dict[str, None]] = {}
        for reason in self.reasons:
            said.setdefault(reason.reason, {})[reason.text] = None
        return {reason: list(texts) for reason, texts in said.items()}


class Row(msgspec.Struct, frozen=True):
    """A name with what happened to it."""

    name: str
    happenings: Sequence[Happening]
    """Oldest first."""
    anchor: str
    earlier: Sheet | None = None
    """Of a ledger by month, the nearest page before this one that has the name too."""
    later: Sheet | None = None

    @property
    def newest(self) -> Sequence[Happening]:
        """What is told in full, newest first."""
        return self.happenings[: -HAPPENINGS - 1 : -1]

    @property
    def older(self) -> Sequence[Happening]:
        """What there is only a link of, newest first."""
        return self.happenings[-HAPPENINGS - 1 : -HAPPENINGS - 1 - OLDER : -1]

    @property
    def omitted(self) -> int:
        """How much is only counted."""
        return max(0, len(self.happenings) - HAPPENINGS - OLDER)

    @property
    def gone(self) -> bool:
        """Whether it was not there any more after what happened last."""
        return self.happenings[-1].fact.after is None


class Sheet(msgspec.Struct, frozen=True, eq=False):
    """A page of a ledger."""

    kind: str
    month: str | None
    """``2026-02`` where the ledger goes by month."""
    part: int
    """1, and more where the names do not fit on one page."""
    names: Mapping[str, Sequence[Happening]]

    @property
    def until(self) -> dt.date:
        """The last day that it tells of."""
        return max(happenings[-1].place.date for happenings in self.names.values())

    @property
    def stem(self) -> str:
        """Its file's name without the suffix."""
        part = f"-{self.part}" if self.part > 1 else ""
        return f"{self.kind}{f'-{self.month}' if self.month else ''}{part}"


class Ledger(msgspec.Struct, dict=True):
    """All names of one kind in one repository."""

    kind: str
    names: dict[str, list[Happening]] = msgspec.field(default_factory=dict)
    """In the order in which they first appeared."""

    @property
    def count(self) -> int:
        """How many names it has."""
        return len(self.names)

    def add(self, name: str, happening: Happening) -> None:
        """Write down what happened to a name."""
        self.names.setdefault(name, []).append(happening)

    @property
    def by_month(self) -> bool:
        """Whether each page holds what happened in one month, and not all of a name."""
        return self.kind in _BULK

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Its pages, oldest first; to be asked for when all days have been read.

        Names are dealt to pages in the order in which they first appeared, so that new
        names come to the last page and move no other.
        """
        return tuple(
            Sheet(self.kind, month, number, dict(part))
            for month, names in self._months()
            for number, part in enumerate(_parts(names), 1)
        )

    def _months(self) -> Iterator[tuple[str | None, Mapping[str, Sequence[Happening]]]]:
        if not self.by_month:
            yield None, self.names
            return
        months: dict[str, dict[str, list[Happening]]] = {}
        for name, happenings in self.names.items():
            for happening in happenings:
                date = happening.place.date
                month = f"{date.year:04}-{date.month:02}"
                months.setdefault(month, {}).setdefault(name, []).append(happening)
        yield from sorted(months.items())

    @cached_property
    def _sheets_of(self) -> dict[str, list[Sheet]]:
        """The pages that have a name, oldest first."""
        found: dict[str, list[Sheet]] = {}
        for sheet in self.sheets:
            for name in sheet.names:
                found.setdefault(name, []).append(sheet)
        return found

    def marks(self, sheet: Sheet) -> list[object]:
        """What decides the rows of one of its pages, but for the days that they tell of."""
        return [
            [name, len(happenings), [other.stem for other in self._sheets_of[name]]]
            for name, happenings in sheet.names.items()
        ]

    def rows(self, sheet: Sheet) -> list[Row]:
        """The rows of one of its pages, by name."""
        return [
            self._row(sheet, name, sheet.names[name])
            for name in sorted(sheet.names, key=lambda name: (name.casefold(), name))
        ]

    def _row(self, sheet: Sheet, name: str, happenings: Sequence[Happening]) -> Row:
        pages = self._sheets_of[name]
        index = pages.index(sheet)
        return Row(
            name=name,
            happenings=happenings,
            anchor=row_anchor(self.kind, name),
            earlier=pages[index - 1] if index else None,
            later=pages[index + 1] if index + 1 < len(pages) else None,
        )


class Ledgers:
    """What is gathered over all days.

    Arguments:
        recent_from: the first day of which whole entries are kept, for the lists of what is new.
    """

    def __init__(self, recent_from: dt.date = dt.date.min) -> None:
        self.recent_from = recent_from
        self.interface: dict[str, dict[str, Ledger]] = {}
        """By repository and kind."""
        self.dependencies: dict[str, dict[str, Ledger]] = {}
        self.breaking: list[Breakage] = []
        """Oldest first."""
        self.recent_interface: list[tuple[Place, list[Fact]]] = []
        """Entries of the last days that change an interface, oldest first."""
        self.recent_dependencies: list[tuple[Place, list[Fact]]] = []

    def add(self, date: dt.date, sections: Iterable[RepositoryDay]) -> None:
        """Take up a day; days come oldest first.

        Commits that a rewritten history no longer has are left out.
        """
        for section in sections:
            for view in reversed(section.entries):
                if not view.entry.vanished:
                    self._add(view, place_of(date, section.anchor, view))

    def forget(self, recent_from: dt.date) -> None:
        """Drop the whole entries of days before one, of which they are no longer wanted."""
        self.recent_from = recent_from
        for recent in (self.recent_interface, self.recent_dependencies):
            recent[:] = [item for item in recent if item[0].date >= recent_from]

    def _add(self, view: EntryView, place: Place) -> None:
        facts = view.entry.facts
        if facts.breaking:
            self.breaking.append(Breakage(place, facts.breaking))
        if facts.interface:
            found = interface_facts(facts)
            for fact in found:
                _write(self.interface, INTERFACE_KINDS[fact.what], place, fact)
                if fact.change == "renamed" and fact.other is not None:
                    _write(self.interface, INTERFACE_KINDS[fact.what], place, _gone(fact))
            if place.date >= self.recent_from:
                self.recent_interface.append((place, sorted(found, key=weight)))
        if facts.dependencies:
            found = dependency_facts(facts)
            for fact in found:
                kind = f"{fact.what}-locked" if fact.locked else fact.what
                _write(self.dependencies, kind, place, fact)
            if place.date >= self.recent_from:
                self.recent_dependencies.append((place, sorted(found, key=weight)))


def place_of(date: dt.date, repository: str, view: EntryView) -> Place:
    """Where an entry is shown.

    Arguments:
        date: the day of its page.
        repository: the anchor of its repository's sections.
        view: the entry as that page shows it.
    """
    level, subject = view.level, view.entry.commit.subject
    return Place(repository, date, view.anchor, subject, level)


def row_anchor(kind: str, name: str) -> str:
    """The anchor of a name: readable, and told from all other names by a digest.

    ``--router-mode`` and ``--router_mode`` are two names, and letters of either case
    are too, so that what is readable alone would not do.
    """
    digest = hashlib.blake2s(f"{kind}\0{name}".encode("utf-8", "replace"), digest_size=5)
    readable = _NOT_IN_ANCHORS.sub("-", name.lower()).strip("-")[:_ANCHOR_LENGTH].strip("-")
    return "-".join(part for part in (kind, readable, digest.hexdigest()) if part)


def _gone(fact: Fact) -> Fact:
    """A renamed fact as the row of its former name tells it."""
    assert fact.other is not None  # noqa: S101 - the caller looked
    return fact._replace(name=fact.other, other=fact.name, after=None)


def _write(books: dict[str, dict[str, Ledger]], kind: str, place: Place, fact: Fact) -> None:
    ledgers = books.setdefault(place.repository, {})
    ledger = ledgers.setdefault(kind, Ledger(kind))
    ledger.add(fact.name, Happening(place, _kept(fact)))


def _kept(fact: Fact) -> Fact:
    """What a ledger keeps of a fact for as long as the pages are made."""
    return fact._replace(
        before=fact.before and fact.before[:LENGTH_KEPT],
        after=fact.after and fact.after[:LENGTH_KEPT],
        evidence=None,
    )


def _parts(
    names: Mapping[str, Sequence[Happening]],
) -> Iterator[list[tuple[str, Sequence[Happening]]]]:
    items = iter(names.items())
    while part := list(islice(items, NAMES_A_PAGE)):
        yield part
