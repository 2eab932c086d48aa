"""A folder that published files are written into."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from digest.errors import DigestError
from digest.feeds.places import LLMS, PACKED, ROBOTS, Asset
from digest.pageviews import leads_out

_MARK = b"change-digest"
_SHOWN = 400
"""Bytes within which a file of ours says whose it is."""


class Folder:
    """Writes what is published, and leaves alone what is right already.

    Arguments:
        root: the folder.
        disguised: an ending that files are not to have on the disk.
        linked: whether what has a file of its own already is only noted.
    """

    def __init__(self, root: Path, *, disguised: str | None = None, linked: bool = False) -> None:
        self.root = root
        self._disguised = disguised
        self._linked = linked
        self.written: dict[str, str] = {}
        """Paths of what was published, with their names on the disk, or where they are."""

    def put(self, asset: Asset) -> None:
        """Write a file; one of the user's own that is commonly written by hand is kept.

        Raises:
            DigestError: what was kept names a place outside of the folder.
        """
        if leads_out(asset.path):
            raise DigestError(f"{asset.path}: no file may lie there; remove the cache")
        if self._linked and asset.source is not None:
            self.written[asset.path] = asset.source
            return
        name, content = asset.path, asset.read()
        if self._disguised and name.endswith(self._disguised):
            name += ".txt"
        target = self.root / name
        if target.exists():
            found = target.read_bytes()
            if found == content:
                self.written[asset.path] = name
                return
            if target.name in (LLMS, ROBOTS) and _MARK not in found:
                return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        self.written[asset.path] = name

    def tidy(self) -> None:
        """Remove files of ours that were not published this time."""
        names = {self.root / name for name in self.written.values()}
        patterns = ("index.json", "index.json.gz", "feeds/**/*.xml", "feeds/**/*.json")
        for path in {path for pattern in patterns for path in self.root.rglob(pattern)}:
            if path not in names and _is_ours(path):
                path.unlink()


def _is_ours(path: Path) -> bool:
    try:
        with gzip.open(path) if path.name.endswith(PACKED) else path.open("rb") as file:
            return _MARK in file.read(_SHOWN)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        return False
