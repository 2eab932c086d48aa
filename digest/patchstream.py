r"""The byte stream of one ``git log --raw -p -z``, taken apart as it arrives.

git diffs every file twice when it is asked for ``--numstat`` beside ``-p``, so
lines are counted from the hunks instead.  That is exact: inside a hunk every
line begins with a space, ``+``, ``-`` or ``\``, so a line feed followed by
``+`` is one added line and nothing else, and ``diff --git`` at the start of a
line can only be git's own.  Commits are told apart by a random nonce, which no
commit can hold.

Memory is bounded by the budget of one commit, whatever a patch weighs.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec

CHUNK = 1 << 19
"""Bytes read at once: large enough that Python's share of the work is small."""

_SECTION = b"\ndiff --git "
_HUNK = b"\n@@ "
_PLUS = b"\n+"
_MINUS = b"\n-"


class RawFile(msgspec.Struct):
    """One line of ``--raw`` with what its patch section showed."""

    path: bytes
    previous_path: bytes | None
    status: str
    old_mode: str
    new_mode: str
    old_name: str | None = None
    """Object name of the old content; None where there is none."""
    new_name: str | None = None
    insertions: int = 0
    deletions: int = 0
    binary: bool = False
    data: bytes = b""
    """The hunks that were kept, whole ones only."""
    lines_read: int = 0
    rank: int = 0
    """What the budget lets go first: the larger, the sooner."""


class RawCommit(msgspec.Struct):
    """The fields of one commit as bytes, with its files."""

    fields: list[bytes]
    files: list[RawFile] = msgspec.field(default_factory=list)


class PatchStream:
    """Commits out of a stream.

    Arguments:
        stream: standard output of git.
        nonce: what each commit begins with.
        fields: how many NUL-terminated fields follow the nonce.
        budget: bytes of patch to keep of each commit; None where git shows no patches.
        rank: path → how soon its patch is let go when the budget is exceeded.
    """

    def __init__(
        self,
        stream: BinaryIO,
        *,
        nonce: bytes,
        fields: int,
        budget: int | None,
        rank: Callable[[bytes], int],
    ) -> None:
        self._stream = stream
        self._nonce = nonce
        self._fields = fields
        self._patches = budget is not None
        self._budget = budget or 0
        self._rank = rank
        self._buffer = b""
        self._position = 0
        self._ended = False
        self._marker: int | None = None

    def __iter__(self) -> Iterator[RawCommit]:
        """One record per commit, in git's order."""
        while self._peek(len(self._nonce)) == self._nonce:
            self._skip(len(self._nonce) + 1)
            commit = RawCommit([self._until_nul() for _ in range(self._fields)])
            self._skip(1)  # the terminator that -z adds
            if self._peek(2) == b"\n:":
                self._skip(1)
                commit.files = list(self._raw_files())
                if self._patches:
                    self._skip(1)  # the NUL between the list and the patch
                    self._read_patch(commit.files)
            yield commit

    # The buffer

    def _fill(self) -> bool:
        """Read one more chunk behind what is left; False at the end."""
        if self._ended:
            return False
        chunk = self._stream.read(CHUNK)
        if not chunk:
            self._ended = True
            return False
        self._buffer = self._buffer[self._position :] + chunk
        self._position = 0
        self._marker = None
        return True

    def _peek(self, size: int) -> bytes:
        while len(self._buffer) - self._position < size and self._fill():
            pass
        return self._buffer[self._position : self._position + size]

    def _skip(self, size: int) -> None:
        """Pass over bytes, which may not have arrived yet."""
        there = len(self._peek(size))  # which may move the position
        self._position += there

    def _until_nul(self) -> bytes:
        searched = self._position
        while (end := self._buffer.find(b"\0", searched)) < 0:
            searched = len(self._buffer) - self._position
            if not self._fill():
                raise EOFError("git's output ended inside a record")
        value = self._buffer[self._position : end]
        self._position = end + 1
        return value

    # Files

    def _raw_files(self) -> Iterator[RawFile]:
        while self._peek(1) == b":":
            old_mode, new_mode, old, new, letter = self._until_nul()[1:].decode("ascii").split(" ")
            path, previous = self._until_nul(), None
            if letter[0] in "RC":
                previous, path = path, self._until_nul()
            yield RawFile(
                path,
                previous,
                letter[0],
                old_mode,
                new_mode,
                old_name=old if old.strip("0") else None,
                new_name=new if new.strip("0") else None,
                rank=self._rank(path),
            )

    def _read_patch(self, files: list[RawFile]) -> None:
        """Count every section and keep what the budget allows, the most significant."""
        kept = 0
        heap: list[tuple[int, int, int]] = []
        for index, file in enumerate(files):
            # A change of type is shown as a deletion and an addition.
            for _ in range(2 if file.status == "T" else 1):
                self._read_section(file)
            if not file.data:
                continue
            kept += len(file.data)
            heapq.heappush(heap, (-file.rank, -len(file.data), index))
            while kept > self._budget:
                dropped = files[heapq.heappop(heap)[2]]
                kept -= len(dropped.data)
                dropped.data, dropped.lines_read = b"", 0

    def _next_commit(self) -> int:
        """Where the next commit's nonce is in the buffer, or -1; searched once per chunk."""
        if self._marker is None or 0 <= self._marker < self._position:
            self._marker = self._buffer.find(b"\n" + self._nonce, self._position)
        return self._marker

    def _section_end(self) -> tuple[int, bool]:
        """Where the section at hand ends in the buffer, and whether that is its true end."""
        marker = self._next_commit()
        limit = marker if marker >= 0 else len(self._buffer)
        section = self._buffer.find(_SECTION, self._position, limit)
        if section >= 0:
            return section + 1, True
        if marker >= 0:
            return marker + 1, True
        if self._ended:
            return limit, True
        # The last bytes may be the beginning of either token.
        margin = max(len(_SECTION), len(self._nonce) + 1)
        return max(self._position, limit - margin), False

    def _read_section(self, file: RawFile) -> None:
        """Take one ``diff --git`` section, in pieces if it is larger than a chunk."""
        if self._peek(5) != b"diff ":
            raise ValueError("git's output has no patch where one was announced")
        pieces: list[bytes] = []
        size = -1  # the line feed in front of the first hunk is not kept
        in_hunks = False
        while True:
            end, last = self._section_end()
            if not last and end - self._position < CHUNK:
                self._fill()  # at the end of the stream, the next look finds the true end
                continue
            start = self._position
            if not in_hunks:
                hunk = self._buffer.find(_HUNK, start, end + 1)
                header = self._buffer[start : hunk if hunk >= 0 else end]
                if b"\nBinary files " in header:
                    file.binary = True
                in_hunks = hunk >= 0
                start = hunk if in_hunks else end
            if in_hunks:
                # One byte more than the piece, so that a pair on the seam counts once.
                seam = end if last else end + 1
                file.insertions += self._buffer.count(_PLUS, start, seam)
                file.deletions += self._buffer.count(_MINUS, start, seam)
                if size <= self._budget:
                    pieces.append(self._buffer[start:end])
                    size += end - start
            self._position = end
            if last:
                break
        data = b"".join(pieces)
        if size > self._budget:
            # Whole hunks only: half of one would be read as something it is not.
            data = data[: max(data.rfind(_HUNK, 0, self._budget + 1 + len(_HUNK)), 0)]
        if data:
            data = data.removeprefix(b"\n")
            file.data = file.data + b"\n" + data if file.data else data
            file.lines_read = _lines(file.data)


def _lines(data: bytes) -> int:
    return data.count(_PLUS) + data.count(_MINUS)
