"""Patterns that decide which changed lines are parsed, sought only where they can begin."""

from __future__ import annotations

import re
from typing import Protocol


class Seeker(Protocol):
    """Whatever answers as a pattern does."""

    def search(self, text: bytes, /) -> object:
        """Tell by something true whether it is found."""


class Starts:
    """A pattern for the starts of lines, tried at these only, and words for anywhere in them.

    An alternation of patterns that each begin with ``^`` is tried at every byte.

    Arguments:
        starts: the source of a pattern for a line's start.
        words: one of them must be there for ``anywhere`` to match.
        anywhere: the source of a pattern that is found wherever it stands.
    """

    def __init__(
        self, starts: bytes, *, words: tuple[bytes, ...] = (), anywhere: bytes = b""
    ) -> None:
        self._starts = re.compile(rb"\n(?:" + starts + rb")", re.MULTILINE)
        self._words = words
        self._anywhere = re.compile(anywhere)

    def search(self, text: bytes, /) -> bool:
        """Tell whether it is found."""
        for word in self._words:
            if word in text:
                if self._anywhere.search(text):
                    return True
                break
        return self._starts.search(b"\n" + text) is not None
