"""Facts as sentences: what a commit does to the interface and to its dependencies.

Each sentence speaks of one sort of change to one sort of thing, names what it
speaks of, and carries the lines that show it.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Literal, get_args

from msgspec.structs import replace

from digest.model import InterfaceChange, Statement, What

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digest.model import DependencyChange, Facts

NAMES = 3
"""Names that one sentence gives; the rest are counted."""
_NAME_IN_TITLE = re.compile(r"[@\w][\w./@-]{0,200}\w|\w")
SHORT = 60
"""Characters of a default or a signature that fit into a sentence."""

Change = Literal["removed", "renamed", "changed", "added"]
_CHANGES: tuple[Change, ...] = get_args(Change)
"""The weightiest first: what is gone, before what is new."""
_WHATS: tuple[What, ...] = get_args(What)
_DEFAULTS: frozenset[What] = frozenset(["flag", "environment variable", "config key"])
"""What has a default, of which before and after speak."""

_SLUGS: dict[What, str] = {what: what.lower().replace(" ", "_") for what in _WHATS}


def phrase(identifier: str, /, **values: int | str | tuple[str, ...]) -> Statement:
    """A statement out of our catalogue."""
    return Statement(phrase=identifier, values=values)


def slug_of(what: What) -> str:
    """What a sort of thing is called in the identifiers of phrases."""
    return _SLUGS[what]


def interface_told(facts: Facts) -> Iterator[Statement]:
    """One sentence for each sort of change to each sort of thing, the weightiest first.

    What whoever runs the program meets comes before what only those meet who call its code.
    """
    ranked = sorted(facts.interface, key=_weight)
    for (change, what), group in groupby(ranked, key=lambda item: (item.change, item.what)):
        yield from _told(change, what, list(group))


def _weight(item: InterfaceChange) -> tuple[bool, int, int]:
    return (
        item.what == "public symbol",
        _CHANGES.index(item.change),
        _WHATS.index(item.what),
    )


def _told(change: Change, what: What, items: list[InterfaceChange]) -> Iterator[Statement]:
    if change == "renamed" and len(items) == 1:
        (item,) = items
        yield _shown(
            phrase(
                f"tell.renamed.one.{slug_of(what)}",
                name=item.name,
                previous=item.previous_name or "",
            ),
            items,
        )
        return
    if (
        change == "changed"
        and what in _DEFAULTS
        and len(items) == 1
        and (moved := _moved(items[0]))
    ):
        yield _shown(moved, items)
        return
    yield named(f"tell.{change}.{slug_of(what)}", items)


def _moved(item: InterfaceChange) -> Statement | None:
    """Of a default, from what to what; None where it is too long to say."""
    before, after = item.before or "", item.after or ""
    if not before or not after or max(len(before), len(after)) > SHORT:
        return None
    return phrase(f"tell.default.{slug_of(item.what)}", name=item.name, before=before, after=after)


def named(identifier: str, items: Sequence[InterfaceChange | DependencyChange]) -> Statement:
    """A sentence that names its things, and counts those that are too many to name."""
    names = tuple(dict.fromkeys(map(_name, items)))
    if len(names) > NAMES + 1:
        more = len(names) - NAMES
        return _shown(phrase(f"{identifier}.more", names=names[:NAMES], more=more), items)
    return _shown(phrase(identifier, names=names, count=len(names)), items)


def _name(item: InterfaceChange | DependencyChange) -> str:
    """What a thing is called, and of one that is renamed what it was called before."""
    previous = item.previous_name if isinstance(item, InterfaceChange) else None
    return f"{previous} → {item.name}" if previous else item.name


def _shown(statement: Statement, items: Iterable[InterfaceChange | DependencyChange]) -> Statement:
    """A statement with the first line that shows each thing it names."""
    evidence = [item.evidence[0] for item in items if item.evidence]
    return replace(statement, evidence=tuple(dict.fromkeys(evidence))[:NAMES])


def dependencies_told(facts: Facts, title: str = "") -> Iterator[Statement]:
    """What becomes of the dependencies that are asked for directly; else of the locked ones.

    Arguments:
        facts: of a commit.
        title: of the commit; a dependency that it names comes first.
    """
    direct = [item for item in facts.dependencies if not item.locked]
    words = words_in(title)
    chosen = sorted(direct or facts.dependencies, key=lambda item: not is_named(item, words))
    for item in chosen[:1]:
        yield _shown(_dependency_told(item), [item])
    if len(chosen) > 1:
        yield named("tell.dependencies", chosen[1:])


def words_in(title: str) -> frozenset[str]:
    """The words of a title as names of dependencies are written, in small letters."""
    return frozenset(_NAME_IN_TITLE.findall(title.casefold().replace("_", "-")))


def is_named(item: DependencyChange, words: frozenset[str]) -> bool:
    """Whether a title names a dependency.

    Arguments:
        item: the dependency.
        words: those of the title, see :func:`words_in`.
    """
    return item.name.casefold().replace("_", "-") in words


def symbols_told(facts: Facts) -> Iterator[Statement]:
    """The classes and functions that a commit works on most."""
    if facts.symbols:
        names = tuple(dict.fromkeys(symbol.name for symbol in facts.symbols))[:NAMES]
        shown = [symbol.evidence[0] for symbol in facts.symbols[:NAMES] if symbol.evidence]
        yield replace(phrase("tell.symbols", names=names), evidence=tuple(shown))


def _dependency_told(item: DependencyChange) -> Statement:
    before, after = (item.before or "")[:SHORT], (item.after or "")[:SHORT]
    if item.change == "removed":
        return phrase("tell.dependency.removed", name=item.name)
    if item.change == "added":
        if after:
            return phrase("tell.dependency.added.version", name=item.name, after=after)
        return phrase("tell.dependency.added", name=item.name)
    if before and after:
        return phrase("tell.dependency.moved", name=item.name, before=before, after=after)
    return phrase("tell.dependency.changed", name=item.name)
