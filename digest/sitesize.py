"""How large a site is, held against what GitHub Pages takes."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

LIMIT = 1_000_000_000
"""Bytes that a site on GitHub Pages may have
(https://docs.github.com/pages/getting-started-with-github-pages/github-pages-limits)."""
_NEARLY = 0.8
_STEPS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB"))


class SiteSize(msgspec.Struct, frozen=True):
    """The size of a built site."""

    files: int
    bytes: int

    @classmethod
    def of(cls, folder: Path) -> SiteSize | None:
        """The size of what is in a folder; None where there is no such folder."""
        if not folder.is_dir():
            return None
        sizes = [
            os.lstat(f"{parent}{os.sep}{name}").st_size
            for parent, _, names in os.walk(folder)
            for name in names
        ]
        return cls(len(sizes), sum(sizes))

    @property
    def share(self) -> float:
        """How much of the limit it is."""
        return self.bytes / LIMIT

    @property
    def advice(self) -> str | None:
        """What to do before it is too large; None while there is room."""
        if self.share < _NEARLY:
            return None
        return (
            f"GitHub Pages takes 1 GB, and the site has {self.share:.0%} of that. "
            "Set 'details: recent', or a number of days: an older day then takes about a third of "
            "the room, with a short page, and its full text as Markdown and packed JSON. "
            "Nothing in the archive is lost"
        )

    def __str__(self) -> str:
        return f"{self.files:,} files, {_told(self.bytes)} ({self.share:.1%} of GitHub Pages' 1 GB)"


def _told(size: int) -> str:
    for step, unit in _STEPS:
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} bytes"
