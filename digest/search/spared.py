"""What was published by the build before, so that it need not be removed and copied again.

MkDocs empties the folder of the site at each build.  Of its files nine in ten are the search's,
which stay as they are for ever.  They are put aside before, and put back behind; each is looked
at then, and what is not as this program left it is published again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from digest.kept.store import SPARED, lies_in

KINDS = ("s", "t")
_NOTES = "notes.json"
_OTHERS = 4
"""Other folders of sites whose notes are kept."""


class Spared:
    """The published index of one language.

    Arguments:
        target: the folder that it is published in.
        cache: where it is put aside; nothing is where that is on another disk.
    """

    def __init__(self, target: Path, cache: Path) -> None:
        self._target = target
        self._cache = cache
        # One folder of this cache may serve several sites.
        name = hashlib.sha256(os.fsencode(target.absolute())).hexdigest()[:16]
        self._aside = cache / "published" / name
        self._given: dict[str, str] = {}
        """How what was put back looks."""

    def take(self) -> None:
        """Put it aside, before the site's folder is emptied."""
        if not lies_in(self._cache, self._aside):
            return
        for kind in KINDS:
            if (found := self._target / kind).is_dir():
                with suppress(OSError):
                    self._aside.mkdir(parents=True, exist_ok=True)
                    shutil.rmtree(self._aside / kind, ignore_errors=True)
                    found.rename(self._aside / kind)

    def give(self) -> None:
        """Put back what is as it was left."""
        noted = self._noted()
        for kind in KINDS:
            aside, found = self._aside / kind, self._target / kind
            if not aside.is_dir() or found.exists() or not lies_in(self._cache, aside):
                continue
            with suppress(OSError):
                for folder in list(os.scandir(aside)):
                    name, look = f"{kind}/{folder.name}", _look(Path(folder.path))
                    if look and noted.get(name) == look:
                        self._given[name] = look
                    else:
                        shutil.rmtree(folder.path)
                found.parent.mkdir(parents=True, exist_ok=True)
                aside.rename(found)

    def note(self) -> None:
        """Note what is published now."""
        noted = {
            (name := f"{kind}/{folder.name}"): self._given.get(name) or _look(folder)
            for kind in KINDS
            for folder in _folders(self._target / kind)
        }
        with suppress(OSError):
            self._aside.mkdir(parents=True, exist_ok=True)
            (self._aside / _NOTES).write_text(json.dumps(noted), encoding="utf-8")
            self._forget_others()

    def _forget_others(self) -> None:
        """Remove what is left of other folders of sites, but for a few: previews each have one."""
        if not lies_in(self._cache, self._aside):
            return
        others = [place for place in self._aside.parent.iterdir() if place != self._aside]
        others.sort(key=lambda place: place.stat().st_mtime)
        newest = time.time() - SPARED  # a cache's own upkeep; no page depends on it
        for place in others[:-_OTHERS]:
            if place.stat().st_mtime < newest:
                shutil.rmtree(place, ignore_errors=True)

    def _noted(self) -> dict[str, str]:
        try:
            found = json.loads((self._aside / _NOTES).read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def _folders(place: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (Path(entry.path) for entry in os.scandir(place))


def _look(folder: Path) -> str:
    """Names, sizes and times of all files of a folder, in short; empty where a link is among them.

    A link leads to a file of others, which is not to be published.
    """
    if folder.is_symlink():
        return ""
    seen = []
    for entry in list(os.scandir(folder)):
        found = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(found.st_mode):
            return ""
        seen.append(f"{entry.name} {found.st_size} {found.st_mtime_ns} {found.st_mode}")
    return hashlib.sha256("\n".join(sorted(seen)).encode()).hexdigest()[:32]
