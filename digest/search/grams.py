"""Text → the grams by which it is found, cut the same way here and in the browser.

Whatever occurs in a text as a substring, letter case aside, has all its grams
in the grams of the text, so a search over grams misses nothing; the browser
then looks at the text itself before it shows a result.

Characters are of three classes, by ranges of code points and not by Unicode's
tables, whose versions differ between Python and browsers:

* *ideographs*: Han, kana, hangul.  A gram is two neighbours, or one that no
  other follows, so that a single character is found by what begins with it.
* *letters*: the printable part of ASCII, punctuation included, and the
  alphabets.  A gram is four in a row, of which the last, or the last but one,
  may be a space.  Three characters are found by what begins with them.
* *gaps*: all else, as one space.

How a word begins, its first two letters or digits, is a gram too: so short
queries such as ``kv`` and ``v1`` find words that begin with them.

Grams of one *family* begin alike and are published together; ``search/engine.js``
has the same rules.
"""

from __future__ import annotations

import re
from itertools import pairwise

from digest import escape

IDEOGRAPHS = "\u3005-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
LETTERS = "!-~\u00c0-\u1fff"

LENGTH = 4
"""Characters of a gram of letters."""

PARTS = 4
"""Families of pairs that begin alike: a rare one is not to bring all that follows a frequent
character.  What a single character begins is looked for in all of them."""

SHORT = "\x01"
"""What a gram that is the beginning of a word begins with."""

HEAD = "\x02"
"""Behind a gram: the documents that have it in title or head."""

_SPACE = re.compile(r"\s+")
_IDEOGRAPHS = f"[{IDEOGRAPHS}]+"
"""Compiled by whoever cuts a text, which is not the first process of a build."""
_NO_LETTERS = re.compile(f"[^{LETTERS}]+")
_WORD_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{1,2}")


def tidy(text: str) -> str:
    """Text on one line, with single spaces, and nothing in it that is not seen."""
    return escape.plain(_SPACE.sub(" ", text).strip())


def grams(text: str) -> set[str]:
    """Every gram of a text."""
    text = text.lower()
    found = {SHORT + start for start in _WORD_START.findall(text)}
    for run in re.findall(_IDEOGRAPHS, text):
        found.update(map("".join, pairwise(run)))
        found.add(run[-1])
    stream = _NO_LETTERS.sub(" ", text).lstrip() + " "
    found.update(
        gram
        for gram in {stream[at : at + LENGTH] for at in range(len(stream) - LENGTH + 1)}
        if " " not in gram[:2]
    )
    return found


def family(gram: str) -> str:
    """What the grams that are published together begin with."""
    gram = gram.removesuffix(HEAD)
    if gram[0] == SHORT:
        return gram
    if len(gram) == LENGTH:
        return gram[:3]
    return f"{gram[0]}{ord(gram[1]) % PARTS if len(gram) > 1 else 0}"


def number_of(name: str) -> int:
    """A number for a family by which it is put in a file: FNV-1a over UTF-16, 32 bits."""
    number = 0x811C9DC5
    for unit in memoryview(name.encode("utf-16-le")).cast("H"):
        number = ((number ^ unit) * 0x01000193) & 0xFFFFFFFF
    return number ^ (number >> 15)
