"""How a repository writes its titles and lays out its folders, learnt from its recent commits.

What a word in front of a title means is told by what the commits that carry it change:
a word whose commits touch folders of that name is an area, and one whose commits only
ever change documentation means documentation.  Nothing is known of any project beforehand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Literal

import msgspec

from digest.facts import layout
from digest.facts.filekinds import kind_of_files
from digest.facts.messages import title_of
from digest.facts.prefixes import Prefix, dashed, long_colon, parts_of, peel
from digest.facts.vocabulary import EMOJI, TYPES, VERBS, WEAK_TYPES

if TYPE_CHECKING:
    from digest.model import Commit, Kind

Style = Literal["unknown", "conventional", "tags", "emoji", "areas", "sentences"]

SUPPORT = 4
"""Commits that must carry a word before anything is learnt of it."""
CERTAIN = 0.8
"""Share of a word's commits that must agree on what it means."""
TOUCHED = 0.5
"""Share of a word's commits that touch a folder or file of that name, where it is an area."""
DOMINANT = 0.5
"""Share of titles that makes a style."""
WORDS_LIMIT = 400
"""Words that are kept, the most frequent first."""


class Grammar(msgspec.Struct, frozen=True):
    """What the words in front of a repository's titles mean.  The default knows nothing."""

    style: Style = "unknown"
    """What most titles begin with."""
    kinds: Mapping[str, Kind] = msgspec.field(default_factory=dict)
    """Words, in small letters, and emoji that stand for a kind here."""
    areas: frozenset[str] = frozenset()
    """Words, in small letters, that name what is in a folder or file of that name."""
    phrases: frozenset[str] = frozenset()
    """Words that stand before a dash, or are many before a colon, again and again."""
    roots: frozenset[str] = frozenset()
    """Folders that are components, beside those that a path alone tells."""


UNKNOWN = Grammar()
"""That of a repository of which nothing is known."""


def learn(commits: Iterable[Commit]) -> Grammar:
    """Learn the grammar of a repository from its commits.

    Arguments:
        commits: those of some weeks, in any order; the result does not depend on it.
    """
    lessons = [(title_of(commit), commit) for commit in commits]
    phrases = _phrases(title for title, _ in lessons)
    words: dict[str, _Word] = {}
    styles: Counter[Style] = Counter()
    for title, commit in lessons:
        prefixes, _ = peel(title, phrases)
        styles[_style_of(prefixes)] += 1
        keys = dict.fromkeys(prefix.key for prefix in prefixes)
        if keys:
            names = layout.names_in(_paths(commit))
            kind = kind_of_files(commit)
            for key in keys:
                words.setdefault(key, _Word()).add(key, names, kind)
    ranked = sorted(words.items(), key=lambda item: (-item[1].count, item[0]))[:WORDS_LIMIT]
    style = _dominant(styles)
    areas = frozenset(key for key, word in ranked if _is_area(key, word, style))
    kinds = {key: kind for key, word in sorted(ranked) if (kind := _meaning(key, word, areas))}
    roots = layout.learn_roots(_paths(commit) for _, commit in lessons)
    return Grammar(style=style, kinds=kinds, areas=areas, phrases=phrases, roots=roots)


class _Word(msgspec.Struct):
    """What was seen of a word."""

    count: int = 0
    touches: int = 0
    kinds: Counter[Kind] = msgspec.field(default_factory=Counter)

    def add(self, key: str, names: frozenset[str], kind: Kind | None) -> None:
        """Count a commit.

        Arguments:
            key: the word.
            names: of the folders and files that the commit touches.
            kind: what its files leave as the only kind.
        """
        self.count += 1
        wanted = [layout.plain(part) for part in key.replace("/", " ").split()]
        if wanted and ("".join(wanted) in names or names.issuperset(wanted)):
            self.touches += 1
        if kind is not None:
            self.kinds[kind] += 1


def _paths(commit: Commit) -> list[str]:
    return [change.path for change in commit.changes[: layout.FILES_LIMIT]]


def _phrases(titles: Iterable[str]) -> frozenset[str]:
    """Words before a dash or a colon that come so often that they are no sentences."""
    seen: Counter[str] = Counter()
    for title in titles:
        _, rest = peel(title)
        for phrase in (dashed(rest), long_colon(rest)):
            if phrase and (" " not in phrase or phrase.split()[0] not in VERBS):
                seen[phrase] += 1
    ranked = sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:WORDS_LIMIT]
    return frozenset(phrase for phrase, count in ranked if count >= SUPPORT)


def _style_of(prefixes: list[Prefix]) -> Style:
    if not prefixes:
        return "sentences"
    first = prefixes[0]
    if first.form == "colon":
        return "conventional" if first.key in TYPES else "areas"
    return {"tag": "tags", "emoji": "emoji"}.get(first.form, "areas")  # type: ignore[return-value]


def _dominant(styles: Counter[Style]) -> Style:
    """The style of at least half of the titles."""
    total = sum(styles.values())
    if total < SUPPORT:
        return "unknown"
    style = min(styles, key=lambda style: (-styles[style], style))
    return style if styles[style] >= DOMINANT * total else "unknown"


def _is_area(key: str, word: _Word, style: Style) -> bool:
    """Tell whether a word names a part of the repository.

    A known type is one only where nearly all of its commits are in that folder, and it is
    no folder of tests or documentation: Linux means the tool by ``perf: …``.
    """
    if word.count < SUPPORT or word.touches < TOUCHED * word.count:
        return False
    if key not in TYPES or key in WEAK_TYPES:
        return True
    by_files = word.kinds[TYPES[key]] >= TOUCHED * word.count
    return style != "conventional" and not by_files and word.touches >= CERTAIN * word.count


def _meaning(key: str, word: _Word, areas: frozenset[str]) -> Kind | None:
    """The kind that a word stands for, where it is not one that is known everywhere."""
    if any(part in TYPES and part not in WEAK_TYPES for part in parts_of(key)):
        return None
    if key in EMOJI or word.count < SUPPORT or not word.kinds:
        return None
    kind = min(word.kinds, key=lambda kind: (-word.kinds[kind], kind))
    if word.kinds[kind] < CERTAIN * word.count:
        return None
    # In `net: …` the folder is the area, whatever is changed in it.
    return None if key in areas and kind == "chore" else kind
