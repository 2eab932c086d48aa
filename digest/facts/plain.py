"""The kind of a plain English title, weighed from its words and its files.

Each word that tells kinds apart has a weight for each group of kinds (see
``weights``); the sums are compared.  The weights were learnt from commits that
maintainers had sorted into the sections of their changelogs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.paths import category_of
from digest.facts.reasoned import REASONED
from digest.facts.vocabulary import MODIFIERS, TYPES
from digest.facts.weights import BIAS, GROUPS, WEIGHTS, Group

if TYPE_CHECKING:
    from digest.model import Commit

BRANCH = "@"
"""What stands before a type that a merged branch has in its name."""
WORDS_LIMIT = 40
WIDE = 8
"""Sources from which on a change is wide."""
SHORT = 4
"""Letters from which on a word may have an ending."""
TINY, LARGE = 6, 300
"""Changed lines of sources up to which a change is tiny, and from which on it is large."""

_MERGED = re.compile(r"Merge pull request #\d{1,9} from [^\s/]{1,60}/(\S{1,100})")
_USES = frozenset(["use", "uses", "used", "using"])
_WORD = re.compile(r"--?[a-z][\w-]{1,30}|[^\W\d_]+(?:['-][^\W\d_]+){0,3}")


def features(text: str, commit: Commit) -> Iterator[str]:
    """What a commit is weighed by: words, and marks of its files.

    Arguments:
        text: its title without prefixes and references.
        commit: whose files are looked at.

    Returns:
        ``^word`` for the word that the title begins with, ``word`` for any of its words,
        ``+mark`` for what the files show, ``@type`` for what a merged branch is called.
    """
    words = [stem(word[0]) for word in _WORD.finditer(text.lower().replace("\u2019", "'"))]
    words = words[:WORDS_LIMIT]
    first = next((word for word in words if word not in MODIFIERS), None)
    if first:
        yield f"^{first}"
    yield from dict.fromkeys(words)
    if "`" in text:
        yield "+code"
    yield from _of_branch(commit)
    yield from _marks(commit)


def _of_branch(commit: Commit) -> Iterator[str]:
    """The types in the name of a branch that is merged, such as ``fix/1234-wrong-tenant``."""
    if match := _MERGED.match(commit.subject):
        parts = re.split(r"[^a-z]+", match[1].lower())
        yield from dict.fromkeys(f"{BRANCH}{TYPES[part]}" for part in parts if part in TYPES)


def _marks(commit: Commit) -> Iterator[str]:
    """What the files show."""
    kept = [(category_of(change), change) for change in commit.changes]
    sources = [change for category, change in kept if category == "source"]
    if any(category == "test" for category, _ in kept):
        yield "+tests"
    if any(category == "documentation" and not _is_news(change.path) for category, change in kept):
        yield "+docs"
    if len(sources) >= WIDE:
        yield "+wide"
    elif len(sources) == 1:
        yield "+one"
    added = sum(change.insertions or 0 for change in sources)
    removed = sum(change.deletions or 0 for change in sources)
    if added + removed <= TINY:
        yield "+tiny"
    elif added + removed >= LARGE:
        yield "+large"
    if removed > 2 * added:
        yield "+shrinks"
    elif added > 8 * (removed + 1):
        yield "+grows"


def _is_news(path: str) -> bool:
    """Tell whether a file only tells of changes, so that it goes along with any of them."""
    lower = path.lower()
    return any(word in lower for word in ("change", "news", "release", "history", "chloggen"))


@functools.lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A word without its ending, so that adds, added and adding are the same word."""
    if word in _USES:
        return "use"
    if word.startswith("-") or len(word) < SHORT:
        return word
    if word.endswith(("ies", "ied")):
        return word[:-3] + "y"
    if word.endswith("ing") and len(word) > SHORT + 1:
        word = _single(word[:-3])
    elif word.endswith("ed") and len(word) > SHORT:
        word = _single(word[:-2])
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word.removesuffix("e")


def _single(word: str) -> str:
    """``stopp`` is ``stop``, but ``miss`` and ``pull`` stay."""
    if len(word) >= SHORT and word[-1] == word[-2] and word[-1] not in "lsze":
        return word[:-1]
    return word


def weigh(text: str, commit: Commit) -> Group | None:
    """The group of kinds that a plain title speaks for.

    Arguments:
        text: the title without prefixes and references.
        commit: whose files are looked at.

    Returns:
        None where no word of the title tells anything.
    """
    sums = list(WEIGHTS[BIAS])
    told = False
    for feature in features(text, commit):
        for table in (WEIGHTS, REASONED):
            if (weights := table.get(feature)) is not None:
                told = told or feature[0] != "+"
                sums = [total + weight for total, weight in zip(sums, weights, strict=True)]
    return GROUPS[sums.index(max(sums))] if told else None
