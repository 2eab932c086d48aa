"""What a page shows: its entries with their anchors, its numbers, and where pages are.

Plain records between the archive and the templates; nothing here puts
anything into words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal

import msgspec

from digest import daychanges
from digest.factviews import Fact, dependency_facts, interface_facts, weight
from digest.model import (
    LEVELS,
    Day,
    Entry,
    Level,
    Repository,
    RepositoryState,
    Statement,
)
from digest.outcomeviews import OutcomeView, Standing, standing
from digest.phrases import PHRASES
from digest.wording import Markdown

ARCHIVE_PATH = "archive/index.md"
"""Where the list of all months is."""

MARK = "generator: change-digest"
"""The line of front matter by which a file is known as ours."""

HEADLINES = 5
"""Entries named at the front of a day."""
_TOLD_BY_FACTS = frozenset(
    ["interface_removed", "default_changed", "switch_added", "documentation_updated", "tests_added"]
)
"""Signals that say what the other facts of an entry, or its files, say already."""
_WEAK = (
    *("reason.size", "reason.spread", "reason.kind.", "reason.with.", "reason.adds"),
    *("reason.words", "reason.breaking.words", "reason.breaking.marker"),
)
"""Reasons that say how large a change is, or what its title says already, and not what it does."""

_FACTS = (
    *("tell.default.", "tell.changed.", "tell.added.", "tell.removed.", "tell.renamed."),
    *("tell.dependency.", "summary.reverts", "summary.reapplies"),
)
"""Sentences that say from what to what."""
_NOT_IN_ANCHORS = re.compile(r"[^A-Za-z0-9-]+")


class Page(msgspec.Struct, frozen=True):
    """One Markdown file of the site."""

    path: str
    """Relative to the folder of all pages, with forward slashes."""
    title: str
    """Plain text, for the navigation."""
    content: str
    source: str | None = None
    """The file that it is in already, where nobody asked for the content; then that is empty."""

    @classmethod
    def of_text(cls, path: str, title: str, text: str) -> Page:
        """The page whose file has such a text."""
        return cls(path, title, text.replace(f"---\n{MARK}\n", "---\n", 1))

    @property
    def text(self) -> str:
        """The text of its file, which says in its front matter who made it."""
        return self.content.replace("---\n", f"---\n{MARK}\n", 1)


def leads_out(path: str) -> bool:
    """Whether a path, which is relative to a folder, may lead out of it.

    None of ours does, but the one in what was kept, which may come from anywhere, may.
    """
    return not {"", ".", ".."}.isdisjoint(path.split("/"))


class EntryView(msgspec.Struct, frozen=True, dict=True):
    """An entry as one page shows it."""

    entry: Entry
    repository: Repository
    anchor: str
    outcomes: tuple[OutcomeView, ...] = ()
    """What later happened to it, and what it did to earlier ones."""

    @cached_property
    def fates(self) -> list[OutcomeView]:
        """What later happened to it."""
        return [view for view in self.outcomes if view.outcome.later]

    @cached_property
    def undoes(self) -> list[OutcomeView]:
        """What it took back or brought back, as far as that was found."""
        kinds = ("reverts", "reapplies")
        return [view for view in self.outcomes if view.outcome.kind in kinds]

    @cached_property
    def standing(self) -> Standing | None:
        """How it stands today."""
        return standing(self.fates)

    @property
    def level(self) -> Level:
        """Its importance, in the badge and in the group alike."""
        return self.entry.analysis.importance.level

    @cached_property
    def breaks(self) -> Literal["certainly", "perhaps"] | None:
        """Whether users must act."""
        if not (reasons := self.entry.facts.breaking):
            return None
        return "certainly" if any(reason.certain for reason in reasons) else "perhaps"

    @cached_property
    def interface(self) -> list[Fact]:
        """What it changes of an interface."""
        return interface_facts(self.entry.facts)

    @cached_property
    def dependencies(self) -> list[Fact]:
        """What it changes of the dependencies."""
        return dependency_facts(self.entry.facts)

    @cached_property
    def why(self) -> Statement | None:
        """The most telling sentence: what it does, or why it matters.

        A model's first sentence says what the change is about.  The built-in analyst's summary
        begins with what becomes of settings and dependencies, or else with what the files show;
        then a reason that names what users meet goes before it, as what breaks them does in any
        case.
        """
        analysis = self.entry.analysis
        said = [item for item in analysis.summary if item.text is not None and not item.doubtful]
        if said:
            return said[0]
        reasons = [item for item in analysis.importance.reasons if item.phrase]
        telling = [item for item in reasons if not (item.phrase or "").startswith(_WEAK)]
        breaks = [item for item in telling if (item.phrase or "").startswith("reason.breaks")]
        facts = [item for item in analysis.summary[:1] if (item.phrase or "").startswith(_FACTS)]
        return next(iter([*breaks, *facts, *telling, *analysis.summary, *reasons]), None)

    @cached_property
    def signals(self) -> list[Statement]:
        """What stands out of it and has lines that show it, where nothing else tells of it."""
        if self.level == "low":
            return []
        analysis = self.entry.analysis
        told = {said.phrase for insight in analysis.insights for said in insight.statements}
        told |= {risk.risk.phrase for risk in analysis.risks}
        return [
            Statement(
                phrase=f"signal.{signal.name}",
                values={"count": signal.count},
                evidence=signal.evidence[:1],
            )
            for signal in self.entry.facts.signals
            if signal.evidence and signal.name not in _TOLD_BY_FACTS
            if f"signal.{signal.name}" in PHRASES.keys() - told
        ]


class RepositoryDay(msgspec.Struct, frozen=True, dict=True):
    """What a day page shows of one repository."""

    repository: Repository
    state: RepositoryState
    anchor: str
    day: Day | None
    """None where nothing is archived."""
    entries: tuple[EntryView, ...] = ()
    damaged: bool = False
    """The archive's file cannot be read."""

    @property
    def partial(self) -> bool:
        """Whether the local clone that was read holds only a part of the day."""
        edge = self.state.known_since
        return bool(self.day and not self.day.complete and edge and self.day.date < edge)

    @property
    def open(self) -> bool:
        """Whether the day was not over when it was last read."""
        return bool(self.day and not self.day.complete and not self.partial)

    def level(self, level: Level) -> list[EntryView]:
        """The entries of one level, newest first."""
        return [view for view in self.entries if view.level == level]

    @cached_property
    def breaking(self) -> list[EntryView]:
        """The entries that break something."""
        return [view for view in self.entries if view.breaks == "certainly"]

    @property
    def may_break(self) -> list[EntryView]:
        """The entries that perhaps do."""
        return [view for view in self.entries if view.breaks == "perhaps"]

    @cached_property
    def reverts(self) -> list[EntryView]:
        """The entries that take something back."""
        return [view for view in self.entries if view.entry.facts.reverts]

    @cached_property
    def headlines(self) -> list[EntryView]:
        """The entries with the highest scores, where there are as many others beside them."""
        limit = min(HEADLINES, len(self.entries) // 2)
        return [view for view in ranked(self._lasting()) if view.level != "low"][:limit]

    @cached_property
    def interface(self) -> list[tuple[EntryView, Fact]]:
        """What the day changes of an interface, the weightiest of each entry first."""
        return _in_turn(self._net((view, view.interface) for view in self._lasting()))

    @cached_property
    def dependencies(self) -> list[tuple[EntryView, Fact]]:
        """Which dependencies the day changes, without those that only lock files name."""
        return _in_turn(
            self._net(
                (view, [fact for fact in view.dependencies if not fact.locked])
                for view in self._lasting()
            )
        )

    def _lasting(self) -> list[EntryView]:
        """The entries that are still on the branch."""
        return [view for view in self.entries if not view.entry.vanished]

    def _net(
        self, told: Iterable[tuple[EntryView, Sequence[Fact]]]
    ) -> list[tuple[EntryView, list[Fact]]]:
        """The facts from the day before to the day after, without what the day takes back."""
        return daychanges.net([*told], self._ties)

    @cached_property
    def _ties(self) -> daychanges.Ties:
        """Which of its entries take back or bring back others."""
        return daychanges.ties(
            [
                (view.entry.commit, [item.outcome for item in view.outcomes])
                for view in self._lasting()
            ]
        )


def ranked(views: Iterable[EntryView]) -> list[EntryView]:
    """Entries with the most important first."""
    return sorted(views, key=_score)


def _score(view: EntryView) -> tuple[int, float]:
    """A sort key: the most important first."""
    importance = view.entry.analysis.importance
    return LEVELS.index(importance.level), -importance.score


def _in_turn(
    told: Iterable[tuple[EntryView, Sequence[Fact]]],
) -> list[tuple[EntryView, Fact]]:
    """Facts of several entries: of each in turn, so that one entry does not hide the others.

    What users meet comes before all public symbols.
    """
    ranked = [
        (fact.what == "public symbol", turn, weight(fact), _score(view), view, fact)
        for view, facts in told
        for turn, fact in enumerate(sorted(facts, key=weight))
    ]
    ranked.sort(key=lambda item: item[:4])
    return [(view, fact) for *_, view, fact in ranked]


class Figures(msgspec.Struct, frozen=True):
    """The numbers of one day over all repositories."""

    date: dt.date
    commits: int = 0
    levels: Mapping[Level, int] = msgspec.field(default_factory=dict)
    open: bool = False
    """Whether the day was not over when it was last read."""
    partial: bool = False
    """Whether some local clone holds only a part of the day."""
    damaged: bool = False
    """Whether some archive file cannot be read."""
    reached: bool = True
    """Whether every repository that should have the day was reached for it."""

    @classmethod
    def of(cls, date: dt.date, sections: Sequence[RepositoryDay]) -> Figures:
        """Count a day's entries."""
        views = [view for section in sections for view in section.entries]
        return cls(
            date=date,
            commits=len(views),
            levels={level: sum(view.level == level for view in views) for level in LEVELS},
            open=any(section.open for section in sections),
            partial=any(section.partial for section in sections),
            damaged=any(section.damaged for section in sections),
            reached=all(section.day or section.damaged for section in sections),
        )


def anchors(entries: Iterable[tuple[Repository, Entry]]) -> list[str]:
    """An anchor for each entry of a page: the first seven digits of its sha.

    Where two would be the same, the older commit keeps the short form, so that a
    link to it never changes; the younger gets more digits, and the same commit
    in another repository gets that repository's name.
    """
    listed = list(entries)
    order = sorted(
        range(len(listed)),
        # Of one commit in two repositories, the one that the site names first is first.
        key=lambda index: (listed[index][1].commit.committed_at, index),
    )
    taken: set[str] = set()
    shas: set[str] = set()
    chosen = [""] * len(listed)
    for index in order:
        repository, entry = listed[index]
        sha = entry.commit.sha
        suffix = f"-{name_in_anchors(repository.slug)}" if sha in shas else ""
        forms = (sha[:length] + suffix for length in range(7, len(sha) + 1))
        chosen[index] = next(form for form in forms if form not in taken)
        taken.add(chosen[index])
        shas.add(sha)
    return chosen


def name_in_anchors(slug: str) -> str:
    """A slug of letters, digits and hyphens: in anchors, dots and underscores mean something."""
    return _NOT_IN_ANCHORS.sub("-", slug)


def day_path(date: dt.date) -> str:
    """Where the page of a day is."""
    return f"{date.year:04}/{date.month:02}/{date.day:02}.md"


def month_path(year: int, month: int) -> str:
    """Where the page of a month is."""
    return f"{year:04}/{month:02}/index.md"


def year_path(year: int) -> str:
    """Where the page of a year is."""
    return f"{year:04}/index.md"


def relative(target: str, start: str) -> Markdown:
    """The path of one page as a link on another writes it."""
    there, here = target.split("/"), start.split("/")[:-1]
    while there[:-1] and here and there[0] == here[0]:
        there, here = there[1:], here[1:]
    return Markdown("/".join([*[".."] * len(here), *there]))
