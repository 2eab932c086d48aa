"""TOML, read line by line, so that each value keeps the number of its line.

``tomllib`` tells no lines, reads whole files only and gives up at the first
error; manifests come as hunks and with conflict markers too.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from digest.facts.dependencies.entries import Row, Source

VALUE_LIMIT = 2_000
"""Lines of one value; an array that is longer was never closed."""

_TOKENS = re.compile(
    r""""(?:[^"\\]|\\.)*"|'[^']*'|(?P<comment>\#.*)|(?P<open>[\[{])|(?P<close>[\]}])"""
)
_HEADER = re.compile(
    r"\s*\[\[?([^\[\]]{1,300}(?:\[[^\[\]]{0,100}\][^\[\]]{0,100})?)\]\]?\s*(?:#.*)?"
)
_PAIR = re.compile(r"""\s*((?:[\w.\- \t]|"[^"]{0,200}"|'[^']{0,200}'){1,300}?)\s*=\s*(.*)""")
_KEYS = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
_STRING = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^']*)'""")
_TABLE = re.compile(r"\{[^{}]*\}")
_FIELD = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|(true|false))""")


_SIMPLE = re.compile(r"\s*([\w.-]+)\s*=\s*(.*)")
_NOTHING = {"", "#"}
_QUOTES = {'"', "'"}
_LONG_QUOTES = {'"""', "'''"}


class Setting(NamedTuple):
    """One key with its value."""

    path: tuple[str, ...]
    """Names of the table and of the key; without the table's where a hunk does not show it."""
    rows: list[Row]
    """The value, without comments."""
    known: bool
    """Whether the table is known."""

    @property
    def line(self) -> int:
        """Where the value begins."""
        return self.rows[0][0]

    @property
    def text(self) -> str:
        """The whole value."""
        return " ".join(text for _, text in self.rows) if len(self.rows) > 1 else self.rows[0][1]

    def string(self) -> str | None:
        """The value, where it is one string."""
        text = self.text.strip()
        match = _STRING.fullmatch(text) if text[:1] in {'"', "'"} else None
        return None if match is None else match[1] or match[2] or ""

    def strings(self) -> Iterator[Row]:
        """The strings of an array; not those in tables within."""
        for number, text in self.rows:
            for match in _STRING.finditer(_TABLE.sub("", text) if "{" in text else text):
                yield number, match[1] or match[2] or ""

    def fields(self) -> dict[str, str]:
        """The strings and truth values of an inline table."""
        if not self.text.lstrip().startswith("{"):
            return {}
        return {
            match[1]: match[2] or match[3] or match[4] or "" for match in _FIELD.finditer(self.text)
        }


def settings(source: Source) -> Iterator[Setting]:  # noqa: PLR0912 - a case for each sort of line
    """All keys of a file with their values.

    Arguments:
        source: the file, or its hunks.
    """
    table: tuple[str, ...] = ()
    known = source.whole
    pending: Setting | None = None
    depth = 0
    quotes = ""
    for number, line in source.rows:
        if number == 0:  # a new hunk: whatever was open is not known to go on
            if pending is not None:
                yield pending
            table, known, pending, quotes = (), False, None, ""
        if quotes:
            quotes = "" if quotes in line else quotes
        elif pending is not None:
            text, change = _plain(line)
            depth += change
            pending.rows.append((number, text))
            if depth <= 0 or len(pending.rows) > VALUE_LIMIT:
                yield pending
                pending = None
        elif (start := line.lstrip()[:1]) in _NOTHING:
            continue
        elif start == "[" and (match := _HEADER.fullmatch(line)):
            table, known = _names(match[1]), True
        elif (match := _SIMPLE.fullmatch(line) or _PAIR.fullmatch(line)) is None:
            if number and not known and start in _QUOTES:
                yield Setting((), [(number, _plain(line)[0])], known=False)
        elif (value := match[2])[:3] in _LONG_QUOTES:
            quotes = "" if value[:3] in value[3:] else value[:3]
        else:
            text, depth = _plain(value)
            setting = Setting((*table, *_names(match[1])), [(number, text)], known)
            if depth > 0:
                pending = setting
            else:
                yield setting
    if pending is not None:
        yield pending


@functools.lru_cache(maxsize=8_192)
def _names(text: str) -> tuple[str, ...]:
    return tuple(match[1] or match[2] or match[3] or "" for match in _KEYS.finditer(text))


def _plain(text: str) -> tuple[str, int]:
    """A line without its comment, and how many brackets it leaves open."""
    if (
        "#" not in text
        and text.count("[") == text.count("]")
        and text.count("{") == text.count("}")
    ):
        return text, 0
    depth = 0
    for match in _TOKENS.finditer(text):
        if match["open"]:
            depth += 1
        elif match["close"]:
            depth -= 1
        elif match["comment"]:
            return text[: match.start()].rstrip(), depth
    return text, depth
