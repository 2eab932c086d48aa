"""Whole files out of a mirror, by their object names."""

from __future__ import annotations

from collections import OrderedDict
from types import TracebackType
from typing import Self

from digest.errors import HistoryError
from digest.gitprocess import GitDir
from digest.processes import Dialogue

LIMIT = 1_000_000
"""Bytes of the largest file that is read whole: beyond that, nobody wrote it by hand."""

_KEPT = 8_000_000
"""Bytes of files that are kept: of two commits that follow one another, the one's new file is
the other's old one."""


class BlobReader:
    """Reads blobs through one ``git cat-file --batch``, started when first asked.

    Arguments:
        git: the git directory, which holds the objects; nothing is fetched.
    """

    def __init__(self, git: GitDir) -> None:
        self._git = git
        self._dialogue: Dialogue | None = None
        self._kept: OrderedDict[str, bytes | None] = OrderedDict()
        self._size = 0

    def __enter__(self) -> Self:
        """Nothing is started yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End git's process."""
        self.close()

    def close(self) -> None:
        """End git's process; the next question starts another."""
        if self._dialogue is not None:
            self._dialogue.close()
            self._dialogue = None

    def __call__(self, name: str) -> bytes | None:
        """The content of a blob; None where it is not there, or larger than ``LIMIT``.

        Arguments:
            name: its whole object name.
        """
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name]
        data = None
        try:
            if self._dialogue is None:
                self._dialogue = self._git.converse("cat-file", "--batch")
            data = self._ask(self._dialogue, name)
        except HistoryError:
            # Of an object that was never fetched, some versions of git die.
            self.close()
        self._take(name, data)
        return data

    def kept(self, name: str) -> bytes | None:
        """The content of a blob that was asked for before, or made from another.

        Arguments:
            name: its whole object name.
        """
        data = self._kept.get(name)
        if data is not None:
            self._kept.move_to_end(name)
        return data

    def keep(self, name: str, data: bytes) -> None:
        """Take up the content of a blob that is known without asking.

        Arguments:
            name: its whole object name.
            data: what is in it.
        """
        if name not in self._kept:
            self._take(name, data)

    def _take(self, name: str, data: bytes | None) -> None:
        self._kept[name] = data
        self._size += len(data or b"")
        while self._size > _KEPT and self._kept:
            self._size -= len(self._kept.popitem(last=False)[1] or b"")

    @staticmethod
    def _ask(dialogue: Dialogue, name: str) -> bytes | None:
        words = dialogue.ask(f"{name}\n".encode("ascii")).split()
        if len(words) != 3:  # noqa: PLR2004 - "<name> missing" is two
            return None
        kind, size = words[1], int(words[2])
        if kind != b"blob" or size > LIMIT:
            dialogue.skip(size + 1)
            return None
        return dialogue.read(size + 1)[:-1]
