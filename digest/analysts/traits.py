"""What about a commit bears on its importance: its traits, each with a name and a group.

A trait is a plain observation, there or not.  Nothing is weighed here: the
weights are in a table, see ``weights``.  Traits of one group are told as one
reason.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from digest.analysts.notes import is_notes
from digest.analysts.telling import slug_of
from digest.facts.messages import title_of
from digest.facts.titles import without_references
from digest.facts.wordlists import names

if TYPE_CHECKING:
    from digest.analysts.shape import Shape
    from digest.analysts.telling import Change
    from digest.model import (
        Commit,
        DependencyChange,
        Ecosystem,
        Facts,
        InterfaceChange,
        What,
    )


class Trait(NamedTuple):
    """Something that is so about a commit."""

    name: str
    group: str


LINES = (1, 4, 12, 40, 120, 400, 1_500)
"""Lines of source: between them a size changes its name."""
FILES = (2, 4, 8, 16, 40)
"""Files of source, likewise."""
AREAS = 5
"""Areas from which it no longer matters how many there are."""
BODY = (1, 200, 1_000)
"""Characters of a message's body, likewise."""
MANY = 3
"""Interface changes of one sort from which there are many."""
SHRINKING = 3
"""A change that takes away so many times what it adds tidies up."""

TOOLING_FOLDERS = names(
    """
    .devcontainer benchmark benchmarks contrib dev devtools ecosystem fuzz hack infra internal
    misc playground playgrounds script scripts site task tasks tool tooling tools util utils
    website xtask
    """
)
"""Folders of what a project keeps for those who work on it."""

_CODE = re.compile(r"`[^`]{0,200}`")
_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*")
_OPTION = re.compile(r"(?<![\w-])--?[a-z][\w-]+")
_LABEL = re.compile(r"\s*(?:\[[^\[\]]{1,60}\]\s*)*(?:[\w./*, -]{1,40}(?:\([^()]{0,60}\))?!?:\s+)?")
_RELEASE = re.compile(
    r"^\W*(?:chore\W+)?(?:releas\w+|prepar\w+|bump\w*(?: \w+)? (?:version|to v?\d)"
    r"|version|cut|v?\d+\.\d)"
)
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ies", ("y",)),
    ("ied", ("y",)),
    ("ing", ("", "e")),
    ("ed", ("", "e")),
    ("es", ("", "e")),
    ("s", ("",)),
)
"""What a form of a word ends in, and what its base may end in instead."""


_STEM = 3
_VOWEL = re.compile("[aeiouy]")


def base_of(word: str, known: Container[str]) -> str:
    """The base of a word: ``adds``, ``added`` and ``adding`` are ``add``.

    Arguments:
        word: in small letters.
        known: bases; a word that comes from none of them stays as it is.
    """
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or (ending == "s" and stem.endswith(("i", "s", "u"))):
            continue
        bases = [stem + new for new in instead]
        if stem[-1:] == stem[-2:-1]:
            bases.append(stem[:-1])
        for base in bases:
            if len(base) >= _STEM and base in known and _VOWEL.search(base):
                return base
    return word


def traits_of(
    commit: Commit, facts: Facts, shape: Shape, *, first: Container[str], words: Container[str]
) -> list[Trait]:
    """All traits of a commit.

    Arguments:
        commit: whose message is looked at.
        facts: what it changes.
        shape: its files.
        first: words that count where a title begins with them.
        words: words that count anywhere in a title.
    """
    return [
        *_of_title(commit, first, words),
        *_of_message(commit, facts),
        *_of_files(commit, facts, shape),
        *_of_interface(facts),
        *_of_dependencies(facts),
    ]


def words_of(commit: Commit) -> list[str]:
    """The words of a title in small letters, without code and references."""
    return _WORD.findall(_lowered(commit))


def beginning_of(commit: Commit) -> list[str]:
    """The word that a title begins with behind its labels, if there is one."""
    lowered = _lowered(commit)
    label = _LABEL.match(lowered)
    beginning = _WORD.search(lowered, label.end() if label else 0)
    return [beginning[0]] if beginning else []


def _lowered(commit: Commit) -> str:
    return _CODE.sub(" ` ", without_references(title_of(commit)).lower())


def _of_title(commit: Commit, first: Container[str], words: Container[str]) -> Iterator[Trait]:
    title = without_references(title_of(commit))
    for word in dict.fromkeys(base_of(word, words) for word in words_of(commit)):
        if word in words:
            yield Trait(f"word:{word}", "words")
    for word in beginning_of(commit):
        if (base := base_of(word, first)) in first:
            yield Trait(f"first:{base}", "kind")
    if "`" in title:
        yield Trait("title:code", "words")
    if _OPTION.search(title):
        yield Trait("title:option", "words")
    if _RELEASE.match(title.lower()):
        yield Trait("title:release", "kind")


def _of_message(commit: Commit, facts: Facts) -> Iterator[Trait]:
    yield Trait(f"kind:{facts.kind}", "kind")
    yield Trait(f"body:{_step(len(commit.body), BODY)}", "message")
    if facts.references.issues:
        yield Trait("closes", "closes")
    if facts.bot:
        yield Trait("bot", "bot")
    if facts.merge:
        yield Trait("merge", "message")
    if facts.cherry_picked_from:
        yield Trait("picked", "message")
    if facts.references.co_authors:
        yield Trait("co-authors", "message")
    for revert in facts.reverts[:1]:
        yield Trait("reapplies" if revert.reapplies else "reverts", "kind")
    for reason in sorted({change.reason for change in facts.breaking}):
        yield Trait(f"breaking:{reason}", "breaking")


def _of_files(commit: Commit, facts: Facts, shape: Shape) -> Iterator[Trait]:
    categories = set(shape.apart)
    source = bool(shape.source)
    if not commit.changes:
        yield Trait("only:nothing", "files")
    elif not source:
        only = "+".join(sorted(categories)) if len(categories) == 1 else "mixed"
        yield Trait(f"only:{only}", "files")
    for category in sorted(categories):
        if source:
            yield Trait(f"with:{category}", f"with:{category}")
        elif len(categories) > 1:
            yield Trait(f"among:{category}", "files")
    if source:
        yield from _of_source(shape)
        if any(is_notes(change.path) for change in commit.changes):
            yield Trait("notes", "notes")
    for signal in facts.signals:
        yield Trait(f"signal:{signal.name}", f"signal:{signal.name}")


def _of_source(shape: Shape) -> Iterator[Trait]:
    yield Trait(f"lines:{_step(shape.source_lines, LINES)}", "size")
    yield Trait(f"areas:{min(len(shape.source), AREAS)}", "spread")
    yield Trait(f"files:{_step(shape.source_files, FILES)}", "spread")
    if shape.added:
        yield Trait("adds files", "adds")
    if shape.removed:
        yield Trait("removes files", "removes")
    if shape.renamed:
        yield Trait("renames files", "renames")
    if shape.surface:
        yield Trait("surface", "surface")
    if shape.migrations:
        yield Trait("migrations", "adds")
    added = sum(area.insertions for area in shape.source)
    removed = sum(area.deletions for area in shape.source)
    if removed > SHRINKING * added:
        yield Trait("shrinks", "size")
    elif added > SHRINKING * removed:
        yield Trait("grows", "size")
    folders = [set(area.name.lower().split("/")) for area in shape.source]
    if all(not TOOLING_FOLDERS.isdisjoint(parts) for parts in folders):
        yield Trait("only:tooling", "files")


def sorts_of(
    interface: Iterable[InterfaceChange],
) -> list[tuple[tuple[Change, What], list[InterfaceChange]]]:
    """Changes of the interface by what happened and to what."""

    def sort(item: InterfaceChange) -> tuple[Change, What]:
        return item.change, item.what

    return [(key, list(items)) for key, items in groupby(sorted(interface, key=sort), sort)]


def _step(number: int, bounds: tuple[int, ...]) -> int:
    """How many bounds a number reaches."""
    return sum(number >= bound for bound in bounds)


def _of_interface(facts: Facts) -> Iterator[Trait]:
    for (change, what), items in sorts_of(facts.interface):
        group = f"{change}:{slug_of(what)}"
        yield Trait(group, group)
        if what != "public symbol":
            # Each is rare by itself; all are meant for those who run a program.
            yield Trait(f"{change}:named", group)
        if len(items) >= MANY:
            yield Trait(f"{group}:many", group)


def _of_dependencies(facts: Facts) -> Iterator[Trait]:
    direct = [item for item in facts.dependencies if not item.locked]
    for change in sorted({item.change for item in direct}):
        yield Trait(f"dependency:{change}", "dependencies")
    if facts.dependencies and not direct:
        yield Trait("dependency:locked", "dependencies")
    if any(item.ecosystem == "action" for item in facts.dependencies):
        yield Trait("dependency:action", "dependencies")
    if any(item.ecosystem not in _TOOLS and _leaps(item) for item in direct):
        yield Trait("dependency:major", "dependencies")


_TOOLS: frozenset[Ecosystem] = frozenset(["action", "image"])
"""What builds the program, and not what it calls."""
_VERSION = re.compile(r"[\s^~=<>!v]*(\d{1,4})(?:\.(\d{1,4}))?(?![\w])")
"""The first two numbers of a version or of a range; no hash."""
_YEARS = 1900
"""From here on a first number is a year."""


def _leaps(item: DependencyChange) -> bool:
    """Whether a dependency moves to a version that need not be compatible.

    By Semantic Versioning the first number tells, and below 1.0 the second.  A year in front
    says only when a version was made.
    """
    before, after = (_VERSION.match(version or "") for version in (item.before, item.after))
    if before is None or after is None:
        return False
    old, new = ((int(found[1]), int(found[2] or 0)) for found in (before, after))
    if max(old[0], new[0]) >= _YEARS:
        return False
    return old[0] != new[0] if max(old[0], new[0]) else old != new
