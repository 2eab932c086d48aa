"""In which language a text is, as far as its script and its words tell."""

from __future__ import annotations

import re
from functools import lru_cache

_CODE = re.compile(r"`[^`]{0,2000}`")
_NAME = re.compile(
    r"https?://\S{1,2000}|(?<![A-Za-z0-9])[A-Za-z0-9]*[_./:\\@#-][\w./:\\@#-]*"
    r"|(?<!\w)\w*\d\w*|[A-Z]{2,}|(?<![a-z])[a-z]+[A-Z]\w*",
    re.ASCII,
)
"""Addresses, paths, identifiers, numbers: of no language.

Each is looked for where it can begin, and not again at each of its letters.
"""
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
# Compiled when a text has more than ASCII: it takes longer than to tell the language of most.
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_KANA = r"[\u3040-\u30ff]"
_HANGUL = r"[\uac00-\ud7af]"
_ACCENTED = r"[\u00c0-\u024f]"
_LONGEST = 2_000
"""Characters that are looked at: enough to tell, and no more work for a long message."""
_TYPE = re.compile(r"^\s*[A-Za-z]+(?:\([^)]{0,200}\))?!?:\s")
"""The type in front of a title, which is English whatever the language is."""


@lru_cache(maxsize=65_536)
def language_of(text: str) -> str | None:
    """The language of a text, by its script.

    Arguments:
        text: a title, a sentence, a message.

    Returns:
        A BCP 47 code, or None for what is no text but a name, or may be one of several.
        Commit messages in Latin letters without accents are taken for English.
    """
    bare = _NAME.sub(" ", _CODE.sub(" ", _TYPE.sub("", text[:_LONGEST])))
    words = len(_WORD.findall(bare))
    if not bare.isascii():
        if (hangul := len(re.findall(_HANGUL, bare))) and hangul >= words:
            return "ko"
        # A character is about half a word.
        han, kana = len(re.findall(_HAN, bare)), len(re.findall(_KANA, bare))
        if (han + kana) * 2 > words:
            return "ja" if kana else "zh"
        if re.search(_ACCENTED, bare):
            return None
    return "en" if words >= 2 else None  # noqa: PLR2004 - one word may be a name
