"""Changed lines with what looks like a key or a token.

The prefixes are those by which the issuers themselves let scanners know their tokens
(GitHub's secret scanning, gitleaks' rules).  Only the place is told, never the value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.signals.lines import Hit

if TYPE_CHECKING:
    from digest.facts.diffs import FileDiff, Side

_KEYS: tuple[tuple[bytes, bytes, re.Pattern[bytes]], ...] = tuple(
    (hint, beginning, re.compile(re.escape(beginning) + rest))
    for hint, beginning, rest in (
        (b" PRIVATE", b"-----BEGIN ", rb"(?:[A-Z]{2,12} ){0,2}PRIVATE KEY-----(?!\.)"),
        (b" AKIA", b"AKIA", rb"[0-9A-Z]{16}\b"),
        (b" ghp_", b"ghp_", rb"[A-Za-z0-9]{36}\b"),
        (b" github_pat_", b"github_pat_", rb"[A-Za-z0-9_]{60,90}\b"),
        (b" hf_", b"hf_", rb"[A-Za-z0-9]{34}\b"),
        (
            b" sk ",
            b"sk-",
            rb"(?:proj-|ant-[a-z0-9]{2,6}-)?[A-Za-z0-9_-]{40,180}\b",
        ),
        (b" xox", b"xox", rb"[abpr]-\d{8,14}-[A-Za-z0-9-]{10,80}\b"),
        (b" AIza", b"AIza", rb"[0-9A-Za-z_-]{35}\b"),
    )
)
"""How a word of a credential begins, how the whole does, and how that goes on."""
_MADE_UP = re.compile(
    rb"(?i:example|dummy|fake|test|sample|placeholder|redacted|xxxx|0000|1234|abcd|your)"
)
_DIFFERENT = 12
"""Different characters that a random token of that length has at the least."""


def credentials_in(file: FileDiff, joined: bytes) -> list[Hit]:
    """The changed lines of a file with what looks like a credential, other than made-up ones.

    Arguments:
        file: whose patch is searched.
        joined: the words in its changed lines, each with a blank before and behind it.
    """
    data = file.patch.data
    found: dict[int, Hit] = {}
    for hint, beginning, key in _KEYS:
        if hint not in joined:
            continue
        position = data.find(beginning)
        while position >= 0:
            match = key.match(data, position)
            if match and not data[position - 1 : position].isalnum() and _is_random(match[0]):
                start = data.rfind(b"\n", 0, position) + 1
                if data[start : start + 1] in (b"+", b"-"):
                    side: Side = "new" if data[start : start + 1] == b"+" else "old"
                    found.setdefault(start, Hit(file, start, side, match[0]))
            position = data.find(beginning, match.end() if match else position + 1)
    return list(found.values())


def _is_random(token: bytes) -> bool:
    if token.startswith(b"-----"):
        return True
    digits = any(character in token for character in b"0123456789")
    return digits and len(set(token)) >= _DIFFERENT and not _MADE_UP.search(token)
