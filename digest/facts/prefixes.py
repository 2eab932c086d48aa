"""What stands in front of a title's text, and how it is written there.

Tags in brackets (``[Bugfix][Model] …``), emoji and their names (``🐛 …``, ``:bug: …``),
Conventional Commits (``feat(router)!: …``, conventionalcommits.org 1.0), the
``area: …`` of Linux and Go, ``(area) …`` and ``Area - …``.  Only the form is read here; what
the words mean is looked up elsewhere, or learnt from the repository.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Container
from typing import Literal, NamedTuple

from digest.facts.vocabulary import DEPENDENCY_SCOPES, TYPES, VERBS, WEAK_TYPES

Form = Literal["tag", "emoji", "colon", "parenthesis", "dash"]

LIMIT = 8
"""Prefixes of one title; behind them all is text."""
COLONS_LIMIT = 3
"""Areas one after the other: ``net: ethernet: …``."""
AREA_WORDS = 3
"""Words before a colon; with more of them it is a sentence, unless the repository repeats them."""

_TAG = re.compile(r"\s*\\?(?:\[([^\[\]]{1,80})\]|【([^【】]{1,80})】)\s*:?\s*")
_EMOJI = re.compile(
    r"(?::([a-z0-9_+-]{2,40}):|([\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff])"
    r"[\ufe0e\ufe0f\u200d\u20e3]*)[\s:|-]*"
)
_STRAY = re.compile(r"(?:[^\w\[【`'\"(<@$#./\\~&{%-]|[-*•]+\s)+")
"""Signs without a meaning, such as a lone hyphen; not those that a name may begin with."""
_COLON = re.compile(
    r"(?P<ticks>`?)(?P<word>[A-Za-z*][\w /.,+&{}*-]{0,40})(?P=ticks)"
    r"(?:\((?P<scope>[^()]{0,100})\))?(?P<mark>!?):(?:\s+(?=\S)|$)"
)
_PARENTHESIS = re.compile(r"\(([^()]{1,60})\):?\s+(?=\S)")
_DASH = re.compile(r"([A-Za-z][\w /.+&-]{0,40}?)\s+[-\u2013\u2014]\s+(?=\S)")
_PART = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")


class Prefix(NamedTuple):
    """One of the things in front of a title's text."""

    word: str
    form: Form
    scope: str | None = None
    """What stands in parentheses behind a type."""
    marked: bool = False
    """Followed by ``!``."""

    @property
    def key(self) -> str:
        """The word as it is compared: in small letters."""
        return self.word.lower()


def peel(line: str, known: Container[str] = frozenset()) -> tuple[list[Prefix], str]:
    """Take the prefixes from a title.

    Arguments:
        line: the title, bounded and without control characters.
        known: words, in small letters, that this repository uses as prefixes; a dash, or a
            colon after many words, is only believed behind these.

    Returns:
        The prefixes in their order, and the text behind them.
    """
    prefixes: list[Prefix] = []
    position, colons = 0, 0
    while len(prefixes) < LIMIT:
        found = _next(line, position, known, colons)
        # A title that is nothing but a tag is its own text.
        if found is None or not line[found[1] :].strip():
            break
        prefix, position = found
        if prefix is None:
            continue
        prefixes.append(prefix)
        if prefix.form == "colon":
            colons += 1
            # A type is the last word before the text; behind it, `Note: …` is a sentence.
            if colons >= COLONS_LIMIT or (prefix.key in TYPES and prefix.key not in WEAK_TYPES):
                break
    return prefixes, line[position:].strip()


def dashed(line: str) -> str | None:
    """The words before a dash, which may be an area or the beginning of a sentence."""
    match = _DASH.match(line)
    return match[1].lower() if match else None


def long_colon(line: str) -> str | None:
    """The words before a colon that are too many for an area, unless they come again."""
    match = _COLON.match(line)
    return match["word"].strip().lower() if match and not _is_short(match["word"]) else None


def parts_of(word: str) -> list[str]:
    """The words of a prefix, in small letters."""
    return [part.lower() for part in _PART.findall(word)]


def _next(  # noqa: PLR0911 - one for each form
    line: str, position: int, known: Container[str], colons: int
) -> tuple[Prefix | None, int] | None:
    """The prefix at a position, and where it ends; no prefix for signs that mean nothing."""
    if match := _EMOJI.match(line, position):
        return Prefix(match[1] or match[2], "emoji"), match.end()
    if match := _TAG.match(line, position):
        word = (match[1] or match[2]).strip().strip("`")
        return Prefix(word, "tag"), match.end()
    if match := _COLON.match(line, position):
        word = match["word"].strip()
        if _is_short(word) or word.lower() in known:
            if word == "*":
                return None, match.end()
            scope = match["scope"]
            return Prefix(word, "colon", scope, bool(match["mark"])), match.end()
        return None
    if colons == 0 and (match := _PARENTHESIS.match(line, position)):
        return Prefix(match[1].strip().strip("`"), "parenthesis"), match.end()
    if (match := _DASH.match(line, position)) and match[1].lower() in known:
        return Prefix(match[1], "dash"), match.end()
    if match := _STRAY.match(line, position):
        return None, match.end()
    return None


@functools.lru_cache(maxsize=4096)
def _is_short(word: str) -> bool:
    """Tell whether words before a colon may be a type or an area, and are no sentence."""
    lower = word.strip().lower()
    if lower in TYPES or lower in DEPENDENCY_SCOPES:
        return True
    words = lower.split()
    # `Bug Fix: …` begins with a verb, and is a type.
    return 0 < len(words) <= AREA_WORDS and (words[0] not in VERBS or "".join(words) in TYPES)
