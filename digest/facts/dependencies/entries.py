"""What manifests say: entries, and the texts that they are read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from digest.facts.diffs import LINE_LIMIT, Side

if TYPE_CHECKING:
    from digest.facts.diffs import FileDiff
    from digest.model.facts import Ecosystem

ROW_LIMIT = 30_000
"""Rows of one side of a file that are read; longer manifests are not written by hand."""

SHORT = 12
"""Digits of a commit id or digest that are shown."""

_COMMIT = re.compile(r"[0-9a-f]{40}")

Role = Literal["direct", "locked", "own"]
"""Asked for; only resolved by a tool; or the package itself, which is no dependency."""


Row = tuple[int, str]
"""One line of a file with its number, from 1; 0 for what git shows as the heading of a hunk.
A plain pair, because there are many."""


class Source(NamedTuple):
    """One side of a file, as far as it can be had."""

    rows: Sequence[Row]
    whole: bool
    """False where only hunks are there, each with its heading in front."""


class Entry(NamedTuple):
    """One dependency in one manifest."""

    ecosystem: Ecosystem
    name: str
    version: str
    """As it is shown; empty for any."""
    line: int
    slot: str = ""
    """Where in the manifest: its group and condition; entries of one slot belong together."""
    exact: str = ""
    """The commit or digest behind a version that only names it."""
    raw: str | None = None
    """What is compared, where the version is shown in another form than it is written."""
    role: Role = "direct"
    passing: bool = False
    """Used in passing, as other files are bound to use it too: only a move of its version
    counts, because nothing here tells whether it is new to the repository, or gone."""
    inherited: bool = False
    """There, but another manifest tells the version."""

    @property
    def identity(self) -> tuple[str, str]:
        """What must differ for a change."""
        return self.version if self.raw is None else self.raw, self.exact

    @property
    def shown(self) -> str:
        """The commit or digest, for two versions of the same name."""
        return short(self.exact) or self.version


def short(reference: str) -> str:
    """A commit id or digest cut to a length that people read; anything else as it is."""
    if _COMMIT.fullmatch(reference):
        return reference[:SHORT]
    if reference.startswith("sha256:"):
        return reference[: len("sha256:") + SHORT]
    return reference


def whole_source(content: bytes) -> Source:
    """A file from its content.

    Arguments:
        content: in any encoding; what is not UTF-8 is of no matter to what is looked for.
    """
    text = content.decode("utf-8", "replace")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    lines = text.split("\n", ROW_LIMIT)[:ROW_LIMIT]
    if max(map(len, lines)) > LINE_LIMIT:
        lines = [line[:LINE_LIMIT] for line in lines]
    return Source(list(enumerate(lines, 1)), whole=True)


def hunk_source(file: FileDiff, side: Side) -> Source:
    """One side of a file from its hunks, context included.

    Arguments:
        file: the changed file.
        side: which one.
    """
    return Source(list(_hunk_rows(file, side)), whole=False)


def _hunk_rows(file: FileDiff, side: Side) -> Iterator[Row]:
    left = ROW_LIMIT
    for hunk in file.hunks:
        yield 0, hunk.heading.decode("utf-8", "replace")
        lines = hunk.side(side)[: max(left, 0)]
        left -= len(lines)
        for number, text, _changed in lines:
            yield number, text.decode("utf-8", "replace")
