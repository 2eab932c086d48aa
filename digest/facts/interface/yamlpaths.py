"""Where the lines of a YAML file stand in its tree, told from their indentation.

A whole parse of a generated file of a megabyte takes seconds; a walk up from the changed
lines takes what it needs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_KEY = re.compile(
    r"( *)((?:- +)*)(\"[^\"]*\"|'[^']*'|[^\s#'\"\[{:](?:[^:#]*[^\s:#])?) *:(?: +(.*)|\s*)$"
)
LONGEST = 2_000
"""Characters of a line that may hold a key."""
LINES = 60_000
DEPTH = 60


class Place(NamedTuple):
    """One ``key: value`` line."""

    line: int
    path: tuple[str, ...]
    """The keys above it and its own, outermost first; places in lists are left out."""
    lines: tuple[int, ...]
    """The line of each of them."""
    value: str
    """What stands behind the colon, without a comment; empty for a mapping."""
    listed: bool
    """Whether it stands in a list."""


class _Key(NamedTuple):
    parent: int
    """Line of the key above it; zero at the top."""
    column: int
    name: str
    value: str
    dashed: bool


class Tree:
    """The lines of a YAML file.

    Arguments:
        text: the file.
    """

    def __init__(self, text: str) -> None:
        self.lines: Sequence[str] = text.split("\n", LINES)[:LINES]
        self._keys: dict[int, _Key | None] = {}

    def place(self, number: int) -> Place | None:
        """Where one line stands; None where it is no ``key: value`` line, or only text.

        Arguments:
            number: from 1.
        """
        first = key = self._key(number)
        above: list[tuple[str, int]] = []
        listed, at = False, number
        while key is not None:
            above.append((key.name, at))
            listed = listed or key.dashed
            if not key.parent or first is None:
                names, lines = zip(*reversed(above), strict=True)
                return Place(number, names, lines, first.value if first else "", listed)
            if len(above) > DEPTH:
                return None
            at = key.parent
            key = self._key(at)
            if key is not None and key.value:
                return None  # the text of something else
        return None

    def children(self, number: int, limit: int = 200) -> dict[str, tuple[int, str]]:
        """Line number and value of the keys directly below a line.

        Arguments:
            number: of a ``key:`` line.
            limit: lines that are looked at.
        """
        match = _match(self.lines[number - 1])
        outer = _column(match) if match else 0
        found: dict[str, tuple[int, str]] = {}
        column = -1
        for at in range(number + 1, min(number + limit, len(self.lines)) + 1):
            line = self.lines[at - 1]
            text = line.lstrip()
            indent = len(line) - len(text)
            if not text:
                continue
            if indent < outer or (indent == outer and not text.startswith("- ")):
                break
            match = _match(line)
            if match and column in {-1, _column(match)}:
                column = _column(match)
                found.setdefault(_bare(match[3]), (at, _value(match)))
        return found

    def _key(self, number: int) -> _Key | None:
        if number not in self._keys:
            self._keys[number] = self._found(number)
        return self._keys[number]

    def _found(self, number: int) -> _Key | None:
        match = _match(self.lines[number - 1]) if 0 < number <= len(self.lines) else None
        if match is None:
            return None
        column, dashed, parent = _column(match), bool(match[2]), 0
        for at in range(number - 1, 0, -1) if column else ():
            line = self.lines[at - 1]
            text = line.lstrip()
            indent = len(line) - len(text)
            if indent > column or not text or text[0] == "#":
                continue
            other = _match(line)
            if other is None:
                if indent < column and not text.startswith("- "):
                    return None
            elif _column(other) < column:
                parent = at
                break
            elif _column(other) == column:
                dashed = dashed or bool(other[2])
                known = self._keys.get(at)
                if known is not None:
                    parent, dashed = known.parent, dashed or known.dashed
                    break
        return _Key(parent, column, _bare(match[3]), _value(match), dashed)


def _match(line: str) -> re.Match[str] | None:
    return _KEY.match(line) if len(line) <= LONGEST else None


def _column(match: re.Match[str]) -> int:
    return len(match[1]) + len(match[2])


def _bare(name: str) -> str:
    return name.strip("\"' ")


def _value(match: re.Match[str]) -> str:
    value = (match[4] or "").strip()
    if value.startswith("#") or (value.startswith(("&", "!")) and " " not in value):
        return ""
    return re.sub(r"\s+#.*$", "", value)
