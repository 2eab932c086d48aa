"""In which language a model answers, told by the share of Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Iterable

NAMES = {"en": "English", "zh": "Simplified Chinese (简体中文)"}
"""What a model is told to write in, by the codes of the settings."""

_TRADITIONAL = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
_CODE = re.compile(r"`[^`]{0,2000}`")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
"""Latin words; those beside a digit, ``_``, ``.``, ``/`` or ``-`` are names and not counted."""
_NAME = re.compile(r"[A-Za-z0-9]*[_./:\\-][\w./:\\-]*|\w*\d\w*|[A-Z]{2,}|[a-z]+[A-Z]\w*", re.ASCII)
_ENOUGH = 8
"""Words and characters below which a text is too short to judge."""
_CHINESE = 0.3
"""Share of Chinese characters among them and words, above which a text is Chinese: a Chinese
sentence about code has 0.5 and more, an English one that quotes Chinese seldom 0.2."""


def name_of(language: str) -> str:
    """What a model is told to write in."""
    if language.lower().startswith(_TRADITIONAL):
        return "Traditional Chinese (繁體中文)"
    return NAMES.get(language.partition("-")[0].lower(), language)


def is_in(language: str, texts: Iterable[str]) -> bool:
    """Whether texts are in a language, as far as can be told cheaply; doubt counts as yes.

    Arguments:
        language: BCP 47 code; only English and Chinese are told apart.
        texts: of one answer; each is looked at.
    """
    wanted = language.partition("-")[0].lower()
    if wanted not in NAMES:
        return True
    return all(_fits(text, chinese=wanted == "zh") for text in texts)


def _fits(text: str, *, chinese: bool) -> bool:
    bare = _NAME.sub(" ", _CODE.sub(" ", text))
    han, words = len(_HAN.findall(bare)), len(_WORD.findall(bare))
    if han + words < _ENOUGH:
        return True
    return (han / (han + words) > _CHINESE) is chinese
