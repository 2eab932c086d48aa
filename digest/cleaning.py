"""What the build before left in the site's folder, removed while the new site is made.

MkDocs removes it first, and waits for the disk: a tenth of a second of a morning's build.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

from digest.processes import are_forked, forked


class Cleaning:
    """Takes out of MkDocs' way what it is about to remove.

    Arguments:
        cache: where that is put; nothing is where it is on another disk.
    """

    def __init__(self, cache: Path) -> None:
        self._aside = cache / "removed"
        self._remover: BaseProcess | None = None

    def begin(self, site_dir: Path) -> None:
        """Put aside what is in the site's folder, and have it removed by another process.

        What cannot be put aside is left to MkDocs.
        """
        if not are_forked():
            return
        with suppress(OSError):
            self._put_aside(site_dir)
        if self._aside.is_dir():  # a build that was killed may have left something, too
            with suppress(OSError):
                self._remover = forked(_remove, self._aside)

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
        if self._remover is not None:
            self._remover.join()


def _remove(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
