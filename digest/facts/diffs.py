"""A commit's patches taken apart: files, hunks, and lines with their true numbers."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Literal, NamedTuple, cast

import msgspec

from digest.facts.othersides import LARGEST, Shelf, other_side
from digest.facts.paths import category_of
from digest.model import (
    Category,
    Commit,
    Contents,
    FileChange,
    FilePatch,
    Reading,
    no_contents,
)

Side = Literal["old", "new"]

LINE_LIMIT = 10_000
"""Bytes of a line that are looked at; nobody wrote a longer one by hand."""

_OTHERS: dict[Side, re.Pattern[bytes]] = {
    "old": re.compile(rb"\n\+[^\n]*+"),
    "new": re.compile(rb"\n-[^\n]*+"),
}
_MARKS: dict[Side, bytes] = {"old": b"\n-", "new": b"\n+"}
_CONTEXT = re.compile(rb"\n[ @\\][^\n]*+")
_REMOVED = re.compile(rb"\n-[^\n]*+")
_HEADER = re.compile(rb"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)")


class Line(NamedTuple):
    """One line of one side of a hunk."""

    number: int
    """From 1, in the file of that side."""
    text: bytes
    """Without the mark in front and the line feed behind."""
    changed: bool
    """False for context, which both sides share."""


class Hunk:
    """One hunk of a patch.

    Arguments:
        old_start: number of its first line before.
        new_start: likewise, after.
        heading: what git shows behind the second ``@@``: the last line before the hunk that
            begins in the first column with a letter, ``_`` or ``$``; often the class or
            function around it.
        data: the lines that follow, each with its mark in front: a space, ``+``, ``-``, or a
            backslash; without the last line feed.
    """

    # A plain class: there are many, and most are only asked for their data.
    def __init__(self, old_start: int, new_start: int, heading: bytes, data: bytes) -> None:
        self.old_start = old_start
        self.new_start = new_start
        self.heading = heading
        self.data = data
        self._texts: dict[Side, bytes | None] = {}

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines, each with its mark in front; without git's note of a last line's end."""
        lines = self.data.split(b"\n") if self.data else []
        return [line for line in lines if line[:1] != b"\\"] if b"\n\\" in self.data else lines

    def text(self, side: Side) -> bytes | None:
        """All of one side, without marks; None where the end of the file has no line feed."""
        if side not in self._texts:
            data = self.data
            if data.startswith(b"\\") or b"\n\\" in data:
                self._texts[side] = None
            else:
                kept = b"\n" + data
                if _MARKS["old" if side == "new" else "new"] in kept:
                    kept = _OTHERS[side].sub(b"", kept)
                kept = kept.replace(_MARKS[side], b"\n ").replace(b"\n ", b"\n")
                self._texts[side] = kept[1:] + b"\n" if kept else b""
        return self._texts[side]

    def side(self, side: Side) -> list[Line]:
        """The lines of one side, in order."""
        mark, other = (b"-", b"+") if side == "old" else (b"+", b"-")
        number = self.old_start if side == "old" else self.new_start
        found = []
        for line in self.lines:
            first = line[:1]
            if first == other:
                continue
            found.append(Line(number, line[1:LINE_LIMIT].rstrip(b"\r"), first == mark))
            number += 1
        return found


class FileDiff(msgspec.Struct, frozen=True, dict=True):
    """One changed file with its patch."""

    change: FileChange
    patch: FilePatch
    contents: Contents = no_contents

    @cached_property
    def category(self) -> Category:
        """What the file is for."""
        return category_of(self.change)

    @cached_property
    def changed(self) -> bytes:
        """The changed lines of both sides, each behind a line feed and its mark."""
        return _CONTEXT.sub(b"", b"\n" + self.patch.data)

    @cached_property
    def added(self) -> bytes:
        """The added lines, one after the other."""
        return _REMOVED.sub(b"", self.changed).replace(b"\n+", b"\n")[1:]

    @cached_property
    def hunks(self) -> tuple[Hunk, ...]:
        """Its hunks, as far as they were read."""
        return tuple(hunks_of(self.patch.data))

    def path(self, side: Side) -> str:
        """Where the file was, or is."""
        if side == "old" and self.change.previous_path is not None:
            return self.change.previous_path
        return self.change.path

    def lines(self, side: Side) -> Iterator[Line]:
        """The changed lines of one side: what was removed, or what was added."""
        for hunk in self.hunks:
            yield from (line for line in hunk.side(side) if line.changed)

    def content(self, side: Side) -> bytes | None:
        """The whole file before or after; None where it was not there, or cannot be read."""
        name = self.patch.old if side == "old" else self.patch.new
        if name is None or self.change.submodule or self.change.symlink:
            return None
        notes = vars(self)
        key = f"_content_{side}"
        if key not in notes:
            made = self._made(name, side)
            notes[key] = self.contents(name) if made is None else made
        return cast("bytes | None", notes[key])

    def _made(self, name: str, side: Side) -> bytes | None:
        """One side out of the other, where that is at hand."""
        shelf = _shelf_of(self.contents)
        if shelf is not None and (kept := shelf.kept(name)) is not None:
            return kept
        other = self.patch.new if side == "old" else self.patch.old
        if other is None or not self.is_whole:
            return None
        content = vars(self).get("_content_new" if side == "old" else "_content_old")
        if content is None and shelf is not None:
            content = shelf.kept(other)
        made = None if content is None else other_side(content, self.hunks, side)
        if made is None or len(made) > LARGEST:
            return None
        if shelf is not None:
            shelf.keep(name, made)
        return made

    @cached_property
    def is_whole(self) -> bool:
        """Whether all hunks of the patch were read."""
        change, data = self.change, b"\n" + self.patch.data
        return (
            data.count(b"\n+") == (change.insertions or 0)
            and data.count(b"\n-") == (change.deletions or 0)
            and not change.binary
        )


def _shelf_of(contents: Contents) -> Shelf | None:
    """A reader of contents that keeps them."""
    kind: type = type(contents)
    return cast("Shelf", contents) if _keeps(kind) else None


@functools.lru_cache(maxsize=8)
def _keeps(kind: type) -> bool:
    # To look for methods takes longer than to ask for a content.
    return issubclass(kind, Shelf)


class Diff(msgspec.Struct, frozen=True):
    """All changed files of one commit."""

    commit: Commit
    files: tuple[FileDiff, ...]


def diff_of(reading: Reading, contents: Contents = no_contents) -> Diff:
    """Take a reading's patches apart.

    Arguments:
        reading: the commit with its patches, as far as they were read.
        contents: where whole files can be had.
    """
    patches = {patch.path: patch for patch in reading.patches}
    return Diff(
        commit=reading.commit,
        files=tuple(
            FileDiff(change, patches.get(change.path) or FilePatch(change.path, b""), contents)
            for change in reading.commit.changes
        ),
    )


def hunks_of(data: bytes) -> Iterator[Hunk]:
    """The hunks of one file's patch.

    Arguments:
        data: from the first ``@@`` on.  In a hunk every line has its mark, so an ``@@`` at
            the start of a line is a header and nothing else.
    """
    if not data:
        return
    for piece in data.removesuffix(b"\n").split(b"\n@@ "):
        head, _, lines = piece.partition(b"\n")
        match = _HEADER.match(head if head.startswith(b"@@ ") else b"@@ " + head)
        if match is not None:
            yield Hunk(int(match[1]), int(match[2]), match[3][:LINE_LIMIT], lines)
