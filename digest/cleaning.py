"""What the build before left in the site's folder, removed while the new site is made.

MkDocs removes it first, and waits for the disk: a tenth of a second of a morning's build.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from digest.processes import can_remove, removal


class Cleaning:
    """Takes out of MkDocs' way what it is about to remove.

    Arguments:
        cache: where that is put; nothing is where it is on another disk.
    """

    def __init__(self, cache: Path) -> None:
        self._aside = cache / ".site-before"
        self._wait: Callable[[], object] | None = None

    def begin(self, site_dir: Path) -> None:
        """Put aside what is in the site's folder, and have it removed by another process.

        What cannot be put aside is left to MkDocs.
        """
        if not can_remove() or self._aside.is_symlink():
            return
        with suppress(OSError):
            self._put_aside(site_dir)
        if self._aside.is_dir():  # a build that was killed may have left something, too
            with suppress(OSError):
                self._wait = removal(self._aside)

    def _put_aside(self, site_dir: Path) -> None:
        # MkDocs leaves hidden files alone, and links to folders.
        found = [
            entry
            for entry in os.scandir(site_dir)
            if not entry.name.startswith(".") and not entry.is_symlink()
        ]
        if found:
            self._aside.mkdir(parents=True, exist_ok=True)
            place = Path(tempfile.mkdtemp(dir=self._aside))
        for entry in found:
            with suppress(OSError):
                Path(entry.path).rename(place / entry.name)

    def end(self) -> None:
        """Wait until all is removed."""
        if self._wait is not None:
            self._wait()
