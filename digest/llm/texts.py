"""Text that is searched for names: lines, whole files, paths.

All of one sort is one string of bytes with a way from a position to its line.
The most telling comes first, so the first hit of a plain search is the best
line, and no index has to be built that costs more than the few dozen searches
of an answer.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from digest.facts.diffs import Side

_TRIES = 300
"""Hits inside longer words that are passed over; a name that is only part of words ends here."""
_SEPARATORS = b"_- ."
_SHORTEST = 4
"""Letters of a name that may be spelt in another way; shorter ones are in any text."""
_WORD = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_WORDS = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+|[^\W\d_a-zA-Z]+|[^\w -]")


class Place(NamedTuple):
    """Where a line is."""

    path: str
    line: int
    side: Side


Line = tuple[bytes, Place | None]
Boundary = Callable[[bytes, int, int], bool]


class Text:
    """What is searched as one.

    Arguments:
        data: all of it, the most telling first.
        place: which line a position is in.
    """

    def __init__(self, data: bytes, place: Callable[[int], Place | None]) -> None:
        self._data = data
        self.place = place

    @cached_property
    def _lower(self) -> bytes:
        return self._data.lower()

    @cached_property
    def _squashed(self) -> bytes:
        return self._lower.translate(None, _SEPARATORS)

    def exact(self, name: str, boundary: Boundary) -> int | None:
        """Where a name stands as it is written.

        Arguments:
            name: what to look for.
            boundary: whether what is around a hit leaves it whole.
        """
        return _first(self._data, name.encode("utf-8", "replace"), boundary)

    def tolerant(self, name: str) -> int | None:
        """Where a name stands in any spelling: ``KvRouter``, ``kv_router``, ``kv-router``.

        It has to be there whole; ``KvRouter`` is not in ``KvRouterConfig``.
        """
        squashed = name.lower().encode("utf-8", "replace").translate(None, _SEPARATORS)
        if len(squashed) < _SHORTEST or squashed not in self._squashed:
            return None
        words = words_of(name)
        if len(words) < 2:  # noqa: PLR2004
            words = list(name.lower())
        pieces = [re.escape(word.encode("utf-8", "replace")) for word in words]
        # A pattern that begins with a letter is searched for quickly.
        first = pieces[0] + rb"(?<![a-z0-9]" + pieces[0] + rb")"
        pattern = rb"[_\- ]?".join([first, *pieces[1:]]) + rb"(?![a-z0-9])"
        pattern = re.sub(rb"(?<=[0-9])\[_\\- \]\?(?=[0-9])", rb"[_\\- .]?", pattern)
        match = re.search(pattern, self._lower)
        return match.start() if match else None

    def fitting(self, pattern: str) -> int | None:
        """Where a word fits a pattern: ``DYN_*``, ``test_*_router``."""
        pieces = [re.escape(piece.encode("utf-8", "replace")) for piece in pattern.split("*")]
        before = rb"(?<![A-Za-z0-9])" if pieces[0] else b""
        behind = rb"(?![A-Za-z0-9])" if pieces[-1] else b""
        match = re.search(before + rb"[\w.-]{0,80}?".join(pieces) + behind, self._data)
        return match.start() if match else None


def text_of_lines(lines: Iterable[Line]) -> Text:
    """Lines, each with its place."""
    pairs = list(lines)
    data = b"\n".join([line for line, _ in pairs])
    starts: list[int] = []

    def place(position: int) -> Place | None:
        if not starts:
            starts.extend(accumulate((len(line) + 1 for line, _ in pairs), initial=0))
        return pairs[bisect_right(starts, position) - 1][1]

    return Text(data, place)


def text_of_files(files: Sequence[tuple[bytes, str, Side]]) -> Text:
    """Whole files, each with its path."""
    data = b"\n".join([content for content, _, _ in files])
    starts = list(accumulate((len(content) + 1 for content, _, _ in files), initial=0))

    def place(position: int) -> Place:
        number = bisect_right(starts, position) - 1
        _, path, side = files[number]
        return Place(path, 1 + data.count(b"\n", starts[number], position), side)

    return Text(data, place)


class Paths:
    """Paths that are searched by their ends, their folders and their patterns.

    Arguments:
        paths: of files.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        joined = "/\n/".join(paths)
        self._data = f"/{joined}/".encode("utf-8", "replace") if joined else b""
        self.text = Text(self._data, lambda position: Place(self._path(position), 1, "new"))
        """The same, to be searched for names."""

    @cached_property
    def _lower(self) -> bytes:
        return self._data.lower()

    def _path(self, position: int) -> str:
        start = self._data.rfind(b"\n", 0, position + 1) + 1
        end = self._data.find(b"\n", position + 1)
        line = self._data[start : end if end >= 0 else len(self._data)]
        return line.decode("utf-8", "replace")[1:-1]

    def find(self, name: str, *, abridged: bool = False) -> str | None:
        """A path that a name means: its end, a folder on it, or what a pattern fits.

        Arguments:
            name: such as ``router.rs``, ``src/app/``, ``tests/*_router.py``.
            abridged: folders may be left out between its first and its last piece.
        """
        bare = re.sub(r"^(?:\.{1,2}/|/)+|^[ab]/(?=\w+/)|/+$", "", name.lower())
        bare = re.sub(r"(?:/\*+)+$", "", bare)
        if not bare.strip("*./"):
            return None
        if abridged and "/" in bare and "*" not in bare:
            bare = bare.replace("/", "/**/")
        if "*" not in bare:
            position = self._lower.find(f"/{bare}/".encode("utf-8", "replace"))
        else:
            match = re.search(_pattern(bare).encode("utf-8", "replace"), self._lower)
            position = match.start() if match else -1
        return None if position < 0 else self._path(position)


def words_of(name: str) -> list[str]:
    """The words that a name is made of, in lower case: ``KvRouter`` is ``kv router``."""
    return [word.lower() for word in _WORDS.findall(name)]


def whole_word(data: bytes, start: int, end: int) -> bool:
    """Whether a hit is no part of a longer word."""
    before, behind = data[start - 1 : start], data[end : end + 1]
    return not (before and before[0] in _WORD) and not (behind and behind[0] in _WORD)


def whole_humps(data: bytes, _start: int, end: int) -> bool:
    """Whether a hit is a run of words in a longer name: ``MockEngine`` in ``MockEngineArgs``."""
    return not data[end : end + 1].islower()


def whole_flag(data: bytes, start: int, end: int) -> bool:
    """Whether a hit is no part of a longer name with hyphens."""
    behind = data[end : end + 2]
    hyphened = behind[:1] == b"-" and behind[1:] and behind[1] in _WORD
    return whole_word(data, start, end) and data[start - 1 : start] != b"-" and not hyphened


def whole_number(data: bytes, start: int, end: int) -> bool:
    """Whether a hit is no part of a longer number or of a word that begins before it."""
    return whole_version(data, start, end) and not (
        data[end : end + 1] in {b".", b","} and data[end + 1 : end + 2].isdigit()
    )


def whole_version(data: bytes, start: int, end: int) -> bool:
    """The same, but ``1.93`` may stand for ``1.93.1``."""
    before, behind = data[max(0, start - 2) : start], data[end : end + 1]
    dotted = b"." in data[start:end] and before[-1:].isalpha()
    if before[-1:] and before[-1] in _WORD and before[-1] not in b"xXvV_" and not dotted:
        return False
    if before[-1:] in {b".", b","} and before[:1].isdigit():
        return False
    return not behind.isdigit()


def _first(data: bytes, name: bytes, boundary: Boundary) -> int | None:
    if not name:
        return None
    position = data.find(name)
    for _ in range(_TRIES):
        if position < 0:
            return None
        if boundary(data, position, position + len(name)):
            return position
        position = data.find(name, position + 1)
    return None


def _pattern(glob: str) -> str:
    """What a shell's pattern means among joined paths."""
    pattern = re.sub(r"/(?:\\\*){1,2}/", r"/(?:[^\\n/]{1,100}/){0,8}", re.escape(glob))
    pattern = re.sub(r"(?:\\\*){2,}", r"[^\\n]{0,200}?", pattern)
    return "/" + pattern.replace(r"\*", r"[^\n/]{0,100}") + "/"
