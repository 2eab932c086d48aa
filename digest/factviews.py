"""Interface and dependency changes as pages tell them: named, in order, shortened.

One small form for both kinds, because an entry, a day and the ledgers say the
same of them: what it is, what it is called, what it was before and is after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

import msgspec

from digest.model import DependencyChange, Evidence, Facts, InterfaceChange, Level

Change = Literal["added", "changed", "renamed", "removed"]

SHOWN: dict[Level, int] = {"high": 12, "medium": 12, "low": 5}
"""Facts of one kind that an entry shows; the others are folded."""
FOLDED = 150
"""Facts that are folded at most; the rest are counted, the forge's page has them all."""
LENGTH = 80
"""Characters shown of a default, a signature or a definition."""

WHATS: dict[str, str] = {
    "flag": "Flags",
    "environment variable": "Environment variables",
    "config key": "Config keys",
    "HTTP route": "HTTP routes",
    "metric": "Metrics",
    "schema": "Schemas",
    "public symbol": "Public symbols",
}
"""Names of the parts of an interface, in the order in which pages tell them: what most
users meet comes first."""

ECOSYSTEMS: dict[str, str] = {
    "python": "Python",
    "rust": "Rust",
    "javascript": "JavaScript",
    "go": "Go",
    "java": "Java",
    "ruby": "Ruby",
    "image": "Base images",
    "action": "CI actions",
    "submodule": "Submodules",
    "other": "Other",
}
"""Names of where dependencies come from, in the order in which pages tell them."""

MENTIONS: dict[str, str] = {
    "flag": "flags",
    "environment variable": "environment variables",
    "config key": "config keys",
    "HTTP route": "HTTP routes",
    "metric": "metrics",
    "schema": "schemas",
    "public symbol": "public symbols",
    **ECOSYSTEMS,
    "image": "base images",
    "action": "CI actions",
    "submodule": "submodules",
    "other": "other",
}
"""The same names within a sentence."""

CHANGES: dict[Change, str] = {
    "added": "added",
    "changed": "changed",
    "renamed": "renamed",
    "removed": "removed",
}
"""What happens to a name, in the order in which entries tell it."""

REASONS: dict[str, str] = {
    "marker": "marked by its author",
    "footer": "said in the message",
    "words": "said in the title",
    "interface": "interface",
    "default": "default",
    "requirement": "requirement",
}
"""Why a change is expected to break something."""

_WHAT_ORDER = {what: number for number, what in enumerate((*WHATS, *ECOSYSTEMS))}
_CHANGE_ORDER = {change: number for number, change in enumerate(CHANGES)}
_TO_CHOOSE = {"removed": 0, "renamed": 1, "changed": 2, "added": 3}
"""Where there are too many, what is gone is told before what is new."""
_CONTEXT = 20
"""Characters kept on each side of what differs between two long texts."""


class Fact(NamedTuple):
    """A name of the interface, or a dependency, and what happened to it."""

    what: str
    """A key of ``WHATS`` or of ``ECOSYSTEMS``."""
    name: str
    change: Change
    before: str | None
    after: str | None
    other: str | None = None
    """Of a renamed one, its other name: the former one, or the new one where this is gone."""
    locked: bool = False
    evidence: Evidence | None = None

    @property
    def values(self) -> tuple[str, str]:
        """What it was and is, shortened to where they differ."""
        return shortened(self.before or "", self.after or "")

    @property
    def moved(self) -> bool:
        """Whether there is a before and an after, and they differ."""
        return None not in (self.before, self.after) and self.before != self.after


Groups = list[tuple[Change, list[tuple[str, list[Fact]]]]]
"""Facts by what happened, then by what they are."""


class Told(msgspec.Struct, frozen=True):
    """Facts of one entry: those that are shown, those that are folded."""

    shown: Groups
    folded: Groups
    more: int
    """How many are not shown."""
    omitted: int
    """How many are not even folded."""


def interface_facts(facts: Facts) -> list[Fact]:
    """The interface changes of a commit, each once."""
    return list(dict.fromkeys(_interface_fact(change) for change in facts.interface))


def dependency_facts(facts: Facts) -> list[Fact]:
    """The dependency changes of a commit, each once."""
    return list(dict.fromkeys(_dependency_fact(change) for change in facts.dependencies))


def told(facts: Sequence[Fact], level: Level) -> Told:
    """Which facts of an entry are shown and which are folded, each in their groups."""
    limit = SHOWN[level]
    ranked = sorted(facts, key=weight)
    direct = [fact for fact in ranked if not fact.locked]
    shown = direct[:limit]
    folded = [*direct[limit:], *(fact for fact in ranked if fact.locked)]
    return Told(
        shown=_groups(shown),
        folded=_groups(folded[:FOLDED]),
        more=len(folded),
        omitted=max(0, len(folded) - FOLDED),
    )


def weight(fact: Fact) -> tuple[bool, int, int]:
    """A sort key: what users meet comes first, and what is gone before what is new."""
    symbol = fact.what == "public symbol"
    return fact.locked, 2 * symbol + (fact.change == "added"), _TO_CHOOSE[fact.change]


def shortened(before: str, after: str, length: int = LENGTH) -> tuple[str, str]:
    """Two texts as they are shown: cut, where they are long, to where they differ."""
    if len(before) <= length and len(after) <= length:
        return before, after
    if not before or not after:
        return _cut(before, 0, length), _cut(after, 0, length)
    head = _alike(before, after)
    tail = _alike(before[:head:-1], after[:head:-1])
    start = max(0, head - _CONTEXT)
    ends = (len(text) - tail + _CONTEXT for text in (before, after))
    lengths = [min(length, end - start) for end in ends]
    return _cut(before, start, lengths[0]), _cut(after, start, lengths[1])


def _alike(one: str, two: str) -> int:
    """How many characters two texts begin with in common."""
    pairs = enumerate(zip(one, two, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(two)))


def _cut(text: str, start: int, length: int) -> str:
    """So much of a text from a place on, with the cuts marked."""
    head, tail = "…" if start else "", "…" if start + length < len(text) else ""
    return f"{head}{text[start : start + length]}{tail}"


def _groups(facts: Iterable[Fact]) -> Groups:
    ordered = sorted(
        facts, key=lambda fact: (_CHANGE_ORDER[fact.change], _WHAT_ORDER[fact.what], fact.locked)
    )
    return [
        (
            change,
            [(what, list(items)) for what, items in groupby(group, key=lambda fact: fact.what)],
        )
        for change, group in groupby(ordered, key=lambda fact: fact.change)
    ]


def _interface_fact(change: InterfaceChange) -> Fact:
    return Fact(
        what=change.what,
        name=change.name,
        change=change.change,
        before=change.before,
        after=change.after,
        other=change.previous_name,
        evidence=_telling(change.evidence),
    )


def _dependency_fact(change: DependencyChange) -> Fact:
    return Fact(
        what=change.ecosystem,
        name=change.name,
        change=change.change,
        before=change.before,
        after=change.after,
        locked=change.locked,
        evidence=_telling(change.evidence),
    )


def _telling(evidence: Sequence[Evidence]) -> Evidence | None:
    """The line that a name is linked to: where it is now, else where it was."""
    new = (item for item in evidence if item.side == "new")
    return next(new, evidence[0] if evidence else None)
