"""Which declarations of both sides are the same, and what happened to the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import msgspec

from digest.facts.interface import symbols_check as check
from digest.facts.interface.symbols_model import Symbol, key_of

if TYPE_CHECKING:
    from digest.facts.diffs import Diff

SIMILAR_BODY = 0.6
"""Share of the lines of two definitions that are equal where one is the other renamed."""
VERY_SIMILAR_BODY = 0.75
"""The same where their signatures differ, too."""
BODY_LINES = 3
"""Lines of a body that tells something."""
SIMILAR_NAME = 0.5
"""Likeness of two names where there is little else to go by."""
LARGEST_MATCH = 40
"""Removed and added symbols of a file among which renamed ones are sought."""

_FAMILIES = {"tsx": "script", "typescript": "script", "javascript": "script", "c": "cpp"}


class Changes(msgspec.Struct):
    """What happened to the public symbols."""

    removed: list[Symbol] = msgspec.field(default_factory=list)
    added: list[Symbol] = msgspec.field(default_factory=list)
    changed: list[tuple[Symbol, Symbol]] = msgspec.field(default_factory=list)
    renamed: list[tuple[Symbol, Symbol]] = msgspec.field(default_factory=list)
    moved: list[tuple[Symbol, Symbol]] = msgspec.field(default_factory=list)
    """Declared in another file, which users must name differently."""


def compare(diff: Diff, old: list[Symbol], new: list[Symbol]) -> Changes:
    """Tell what happened between two sets of declarations.

    Arguments:
        diff: the commit that they are of.
        old: declarations around the changes, before.
        new: likewise, after.
    """
    changes = Changes()
    removed, added = _in_their_files(old, new, changes)
    removed, added = _without_members(removed), _without_members(added)
    removed = [one for one in removed if check.is_told(one)]
    added = [one for one in added if check.is_told(one)]
    removed, added = _moved(diff, removed, added, changes)
    added = [one for one in added if not check.is_there(one)]
    removed = [one for one in removed if not check.is_there(one)]
    removed = [one for one in removed if not (one.owner and check.went_along(diff, one))]
    removed, added = _renamed(removed, added, changes)
    changes.changed = [
        pair for pair in changes.changed if check.is_public(pair[0]) and check.is_public(pair[1])
    ]
    changes.removed, changes.added = removed, added
    return changes


def _family(symbol: Symbol) -> str:
    language = symbol.piece.language
    return _FAMILIES.get(language, language)


def _in_their_files(
    old: list[Symbol], new: list[Symbol], changes: Changes
) -> tuple[list[Symbol], list[Symbol]]:
    """Match by name inside each file; what is left was removed, or is added."""
    before = _grouped(old, lambda one: (id(one.file), one.name, one.kind == "function"))
    after = _grouped(new, lambda one: (id(one.file), one.name, one.kind == "function"))
    removed, added = [], []
    for key in {**before, **after}:
        olds, news = before.get(key, []), after.get(key, [])
        if not news:
            removed += [one for one in olds if one.fresh][:1]
        elif not olds:
            added += [one for one in news if one.fresh][:1]
        else:
            changes.changed += _changed(olds, news)
    return removed, added


def _grouped(
    symbols: Iterable[Symbol], key: Callable[[Symbol], object]
) -> dict[object, list[Symbol]]:
    groups: dict[object, list[Symbol]] = defaultdict(list)
    for symbol in symbols:
        groups[key(symbol)].append(symbol)
    return groups


def _changed(olds: list[Symbol], news: list[Symbol]) -> list[tuple[Symbol, Symbol]]:
    """Pairs of one name whose signatures differ."""
    if olds[0].kind == "class":
        return []
    if len(olds) == len(news) == 1 and olds[0].signature == news[0].signature:
        return []
    kept = {one.key for one in olds} & {one.key for one in news}
    olds = [one for one in olds if one.key not in kept]
    news = [one for one in news if one.key not in kept]
    if not olds or not news or len(olds) != len(news):
        return []  # overloads that came or went: the name is still there
    return [
        (one, other)
        for one, other in zip(olds, news, strict=True)
        if not check.same_signature(one, other)
    ]


def _moved(
    diff: Diff, removed: list[Symbol], added: list[Symbol], changes: Changes
) -> tuple[list[Symbol], list[Symbol]]:
    """Match by name over all files; a move is a change only where users name the file."""
    places = _grouped(added, lambda one: (_family(one), one.name, one.kind))
    left, taken = [], set()
    for one in removed:
        others = places.get((_family(one), one.name, one.kind), [])
        other = next((item for item in others if id(item) not in taken), None)
        if other is None:
            left.append(one)
            continue
        taken.add(id(other))
        if one.kind != "class" and not check.same_signature(one, other):
            changes.changed.append((one, other))
        elif not one.owner and check.moves_matter(diff, one):
            changes.moved.append((one, other))
    return left, [one for one in added if id(one) not in taken]


def _without_members(symbols: list[Symbol]) -> list[Symbol]:
    """Without what belongs to a class that is in the list as a whole."""
    classes = {one.name for one in symbols if one.kind == "class"}
    return [one for one in symbols if not one.owner or not _inside(one, classes)]


def _inside(symbol: Symbol, classes: set[str]) -> bool:
    mark = "::" if "::" in symbol.owner else "."
    parts = symbol.owner.split(mark)
    return any(mark.join(parts[: count + 1]) in classes for count in range(len(parts)))


def _renamed(
    removed: list[Symbol], added: list[Symbol], changes: Changes
) -> tuple[list[Symbol], list[Symbol]]:
    """Find the pairs of which one is the other under a new name, classes first."""
    gone = _grouped(removed, lambda one: one.file.change.path)
    come = _grouped(added, lambda one: one.file.change.path)
    used: set[int] = set()
    for key, olds in gone.items():
        news = come.get(key, [])
        if not news or len(olds) > LARGEST_MATCH or len(news) > LARGEST_MATCH:
            continue
        for one, other in _pairs(olds, news):
            if id(one) not in used and id(other) not in used:
                used |= {id(one), id(other)}
                changes.renamed.append((one, other))
    names: dict[object, str] = {
        (one.file.change.path, one.name): other.name for one, other in changes.renamed
    }
    for key, olds in gone.items():  # members of a class that has another name now
        for one in olds:
            owner = names.get((key, one.owner))
            if owner is None or id(one) in used:
                continue
            for other in come.get(key, []):
                if other.owner == owner and other.short == one.short:
                    used |= {id(one), id(other)}
    return (
        [one for one in removed if id(one) not in used],
        [one for one in added if id(one) not in used],
    )


def _pairs(olds: list[Symbol], news: list[Symbol]) -> list[tuple[Symbol, Symbol]]:
    """Likely renames of a file, the likeliest first."""
    found = []
    for one in olds:
        for other in news:
            if one.kind == other.kind and one.owner == other.owner:
                score = _likeness(one, other)
                if score > 0:
                    found.append((one.kind != "class", -score, one, other))
    found.sort(key=lambda item: item[:2])
    return [(one, other) for *_, one, other in found]


def _likeness(one: Symbol, other: Symbol) -> float:
    """How sure it is that two symbols are one; zero where it is not."""
    same = _shape(one) == _shape(other)
    bodies = check.body(one), check.body(other)
    if min(map(len, bodies)) >= BODY_LINES:
        share = _share(*bodies)
        return share if share >= (SIMILAR_BODY if same else VERY_SIMILAR_BODY) else 0
    names = SequenceMatcher(None, one.short.lower(), other.short.lower()).ratio()
    if same and one.kind != "class" and names >= SIMILAR_NAME and bodies[0] == bodies[1]:
        return names
    return 0


def _share(one: list[bytes], other: list[bytes]) -> float:
    """Share of the lines of two texts that are equal."""
    counts: dict[bytes, int] = defaultdict(int)
    for line in one:
        counts[line] += 1
    common = 0
    for line in other:
        if counts[line] > 0:
            counts[line] -= 1
            common += 1
    return 2 * common / (len(one) + len(other))


def _shape(symbol: Symbol) -> str:
    """A signature without the symbol's own name."""
    return key_of(symbol.signature.replace(symbol.short, "_", 1))
