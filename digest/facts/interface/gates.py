"""Cheap questions that decide which changed lines are parsed.

An alternation of patterns is tried at every byte; a search for a few plain words is two
orders of magnitude faster.  So each pattern has a word in front that it cannot match without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from digest.facts.diffs import FileDiff


class Hint(NamedTuple):
    """What changed lines hold when something may be declared in them."""

    word: bytes
    """Must be there."""
    pattern: re.Pattern[bytes] | None = None
    """Must match, too."""


def hint(word: bytes, pattern: bytes | None = None) -> Hint:
    """A hint from a word and the source of a pattern."""
    return Hint(word, None if pattern is None else re.compile(pattern, re.MULTILINE))


class Gate:
    """Answers for one file which of its changes are worth parsing, on either side.

    Arguments:
        hints: any of them is enough.
        changed: all changed lines of the file; what is not in them is in none of its changes.
    """

    def __init__(self, hints: Iterable[Hint], changed: bytes) -> None:
        self._hints = [hint for hint in hints if hint.word in changed]
        self._answers: dict[bytes, bool] = {}

    def admits(self, lines: bytes) -> bool:
        """Tell whether the changed lines of a file can hold such changes at all."""
        for place, (_, pattern) in enumerate(self._hints):
            if pattern is None or pattern.search(lines):
                # Those before it match nowhere.
                del self._hints[:place]
                return True
        return False

    def search(self, text: bytes) -> bool:
        """Tell whether changed lines may declare something."""
        answer = self._answers.get(text)
        if answer is None:
            answer = self._answers[text] = self._search(text)
        return answer

    def _search(self, text: bytes) -> bool:
        for word, pattern in self._hints:
            if word in text and (pattern is None or pattern.search(text)):
                return True
        return False


def changed_lines(file: FileDiff) -> bytes:
    """All removed and added lines of a file, one after another.

    Arguments:
        file: whose patch is read.
    """
    return file.changed.replace(b"\n+", b"\n-").replace(b"\n-", b"\n")[1:]
