"""A model's words made plain: one line each, nothing invisible, no leading marks of a layout.

HTML and Markdown inside a line stay as they are: the page shows them as text.
"""

from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SPACES = re.compile(r"\s+")
_LEADING = re.compile(r"(?:#{1,6}\s|#{2,6}|[-*+•>]\s|>|\|)+\s*")
"""Headings, items, quotes and rows; ``#12``, ``--flag`` and ``-1`` are none of them."""
_RULE = re.compile(r"[\s|:=_*#+•>-]*")
"""Lines that only draw something: rules, underlines, the second row of a table."""
_FENCE = re.compile(r"(?:`{3,}|~{3,})\s*[\w+-]*")
_INVISIBLE = frozenset(["Cc", "Cf", "Cs", "Co", "Cn"])
"""Categories of Unicode: controls, marks of direction and joiners, halves of pairs, the rest."""


def plain(text: str) -> str:
    """One line of text, without what a page would take for structure or not show at all.

    Arguments:
        text: as the model wrote it.
    """
    lines = []
    for line in _BREAKS.split(text):
        bare = _visible(line).strip()
        bare = _LEADING.sub("", bare, count=1) if _LEADING.match(bare) else bare
        if bare and not _RULE.fullmatch(bare) and not _FENCE.fullmatch(bare):
            lines.append(bare.removesuffix(" |"))
    return " ".join(lines)


def _visible(text: str) -> str:
    text = _SPACES.sub(" ", text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character for character in text if unicodedata.category(character) not in _INVISIBLE
    )
