"""Whether the texts of a commit still speak of a name, or spoke of it before."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from digest.facts.diffs import LINE_LIMIT
from digest.facts.interface.declared import Declared, is_interface
from digest.facts.syntax import language_of

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, FileDiff, Side

_HISTORY = re.compile(r"change|release|migrat|upgrad|deprecat|history|news", re.IGNORECASE)
_FIELDS = frozenset[str](["config key", "schema"])
_BORROWED = re.compile(
    rb"\bflatten\b|\bparents=|\.add_(?:cli_)?arg(?:ument)?s\(|Flags\(\)\.AddFlagSet"
)
"""Lines by which one program takes the flags of another."""
_NEAR = 2
"""Folders between two files of one program."""
_OCCURRENCES = 200
"""Lines that hold a name and are looked at; whoever writes it more often has not lost it."""


class Mentions:
    """Answers whether a name is still there after a commit, or was there before.

    Arguments:
        diff: the commit, of which the files are read only when something is asked.
    """

    def __init__(self, diff: Diff) -> None:
        self._files = diff.files
        self._message = f"{diff.commit.subject}\n{diff.commit.body}"
        self._borrowing: dict[str, bool] = {}
        self._texts: dict[tuple[str, Side], bytes] = {}

    @cached_property
    def _by_path(self) -> dict[str, FileDiff]:
        return {path: file for file in self._files for path in (file.path("old"), file.path("new"))}

    @cached_property
    def _added(self) -> bytes:
        return self._lines(b"+")

    @cached_property
    def _after(self) -> bytes:
        """What documentation still says, too; only a changelog tells of what is gone."""
        return b"\n".join(
            _marked(file, b"+", b" ")
            for file in self._files
            if (file.category == "documentation" and not _HISTORY.search(file.change.path))
            or is_interface(file)
        )

    @cached_property
    def _before(self) -> bytes:
        return self._lines(b"-", b" ")

    def remains(self, item: Declared) -> bool:
        """Tell whether a name that one side lost still stands in its file, or in an added line."""
        if not item.word:
            return False
        if item.use and not self._told(item, b"-"):
            return True  # others may read it still
        if item.what in {"flag", "environment variable"} and self._borrows(item.path):
            return True
        if item.what in _FIELDS:
            # Many structures of a file have a field of that name.
            return _mentions(self._added, item)
        return self._found(item, "new") or _mentions(self._after, item)

    def was_there(self, item: Declared) -> bool:
        """Tell whether a name that one side gained stood in its file, or around the changes."""
        if not item.word or item.what in _FIELDS:
            return False
        if item.use and not item.value and not self._told(item, b"+"):
            return True
        return self._found(item, "old") or _mentions(self._before, item)

    def _told(self, item: Declared, mark: bytes) -> bool:
        """Tell whether a commit says more of a name than that it is read in one file.

        Most variables that are read without a default are not new: others read them, too.
        """
        if mark == b"+" and item.word in self._message:
            return True
        word = item.word.encode()
        return any(
            word in file.patch.data and _speaks(file, mark, item)
            for file in self._files
            if file.change.path != item.path
        )

    def _borrows(self, path: str) -> bool:
        """Tell whether a program begins to take flags from elsewhere, perhaps the old ones.

        Its command line is read in the folder of the old one, in one above it or below it.
        """
        folder = path.rpartition("/")[0]
        if folder not in self._borrowing:
            self._borrowing[folder] = any(
                _is_near(folder, file.change.path.rpartition("/")[0])
                and is_interface(file)
                and _BORROWED.search(_marked(file, b"+"))
                for file in self._files
            )
        return self._borrowing[folder]

    def _found(self, item: Declared, side: Side) -> bool:
        key = (item.path, side)
        if key not in self._texts:
            file = self._by_path.get(item.path)
            self._texts[key] = (file.content(side) if file is not None else None) or b""
        return _mentions(self._texts[key], item)

    def _lines(self, *marks: bytes) -> bytes:
        return b"\n".join(_marked(file, *marks) for file in self._files if is_interface(file))


def _is_near(one: str, other: str) -> bool:
    """Tell whether of two folders one holds the other, and they are of one program."""
    if one == other:
        return True
    short, long = sorted((one.split("/"), other.split("/")), key=len)
    return short != [""] and long[: len(short)] == short and len(long) - len(short) <= _NEAR


def _marked(file: FileDiff, *marks: bytes) -> bytes:
    """The lines of a patch with one of those marks."""
    return b"\n".join([line[1:] for line in file.patch.data.split(b"\n") if line[:1] in marks])


def _speaks(file: FileDiff, mark: bytes, item: Declared) -> bool:
    """Tell whether changed lines of a file name something.

    In a program only the name alone counts, in quotes or as a member: its comments and messages
    come and go with the code that they speak of.
    """
    text = _marked(file, mark)
    if language_of(file.change.path) is not None:
        word = re.escape(item.word.encode())
        named = rb"[\"']" + word + rb"[\"']|\." + word + rb"(?!\w)"
        return re.search(named, text) is not None
    return _mentions(text, item)


def _mentions(text: bytes, item: Declared) -> bool:
    """Tell whether a text names something, looking only at lines that hold its name at all."""
    word = item.word.encode()
    place = text.find(word)
    for _ in range(_OCCURRENCES):
        if place < 0:
            return False
        start, end = text.rfind(b"\n", 0, place) + 1, text.find(b"\n", place)
        line = text[start : end if end >= 0 else len(text)]
        if re.search(item.trace, line[:LINE_LIMIT].decode("utf-8", "replace")):
            return True
        place = text.find(word, start + len(line))
    return True
