"""What was made in earlier builds: a folder that may be thrown away at any time.

Everything lies under a hash of what it was made from, so nothing in it is ever
wrong, only missing or not needed any more.  A file that cannot be read counts
as missing, and where the folder cannot be written, what is made is kept for
this build alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from digest.errors import DigestError
from digest.kept.store import SPARED, lies_in
from digest.search.postings import Lists
from digest.search.segments import Lot, Segment

_INFO = "info.json"
_LISTS = "lists"
_CHECKS = "checks"
_SEAL = 4
"""Bytes before lists by which they are known to be whole."""
_PUBLISHED = re.compile(r"(?:h?[0-9]{1,9}|docs)\.bin")
"""Names of what is published."""


class Store:
    """Lots and segments in a folder.

    ::

        t/<key>/info.json, lists, 0.bin, 1.bin …    a lot
        s/<key>/info.json, docs.bin, 0.bin …        a segment

    Arguments:
        root: the folder; made when something is first kept.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._aside: tempfile.TemporaryDirectory[str] | None = None
        """Where this build keeps what the folder cannot."""

    def close(self) -> None:
        """Forget what was kept for this build alone."""
        if self._aside is not None:
            self._aside.cleanup()
            self._aside = None

    def has_segment(self, key: str) -> bool:
        """Whether a segment is kept."""
        return self._info("s", key) is not None

    def segment_size(self, key: str) -> tuple[int, int, int]:
        """How many documents, files of postings, and files of heads' ones a kept segment has."""
        info = self._info("s", key) or {}
        return int(info["size"]), int(info["buckets"]), int(info["heads"])

    def keep_segment(self, made: Segment) -> None:
        """Keep a segment."""
        info = {"size": made.size, "buckets": made.buckets, "heads": made.heads}
        self._keep("s", made.key, made.files, info)

    def lot(self, key: str) -> Lot | None:
        """A lot without its texts and lists, or None."""
        info = self._info("t", key)
        if info is None:
            return None
        try:
            return Lot(info["name"], key, info["groups"], info["levels"], info["counts"])
        except KeyError:
            return None

    def keep_lot(self, made: Lot) -> None:
        """Keep a lot with its texts and lists."""
        files = {f"{number}.bin": text for number, text in enumerate(made.texts)}
        if made.lists is not None:
            files[_LISTS] = _sealed(made.lists.packed())
        info = {
            "name": made.name,
            "groups": list(made.groups),
            "levels": list(made.levels),
            "counts": list(made.counts),
        }
        self._keep("t", made.key, files, info)

    def lists(self, key: str) -> Lists | None:
        """The lists of a lot as they were kept, or None."""
        try:
            sealed = (self._place("t", key) / _LISTS).read_bytes()
            data = sealed[_SEAL:]
            return Lists.unpacked(data) if sealed == _sealed(data) else None
        except (OSError, ValueError):
            return None

    def publish(self, kind: str, key: str, target: Path) -> bool:
        """Copy what is published of a lot (``t``) or of a segment (``s``).

        Returns:
            Whether it was there as it was kept; what is damaged is removed, to be made again.

        Raises:
            DigestError: it cannot be written.
        """
        folder = target / kind / key
        if folder.exists():
            return True
        files = self._whole(kind, key)
        if files is None:
            shutil.rmtree(self._place(kind, key), ignore_errors=True)
            return False
        try:
            folder.mkdir(parents=True)
            for name, data in files.items():
                (folder / name).write_bytes(data)
        except OSError as error:
            raise DigestError(f"{folder}: the search index cannot be written ({error})") from error
        return True

    def _whole(self, kind: str, key: str) -> dict[str, bytes] | None:
        """The files of which a lot or a segment is published; None where one is not as it was."""
        place, noted = self._place(kind, key), (self._info(kind, key) or {}).get(_CHECKS)
        # A cache may come from anywhere, and what it names is read here and written elsewhere.
        if not isinstance(noted, dict) or not all(map(_PUBLISHED.fullmatch, noted)):
            return None
        try:
            files = {name: (place / name).read_bytes() for name in noted}
        except OSError:
            return None
        return files if all(zlib.crc32(files[name]) == noted[name] for name in noted) else None

    def forget(self, kind: str, needed: Iterable[str]) -> None:
        """Remove what this build had no need of, and no other of late."""
        kept, place = set(needed), self.root / kind
        if not lies_in(self.root.parent, place):
            return
        newest = time.time() - SPARED  # a cache's own upkeep; no page depends on it
        for folder in place.glob("*"):
            if folder.name not in kept and _age(folder) < newest:
                shutil.rmtree(folder, ignore_errors=True)

    def _info(self, kind: str, key: str) -> dict[str, Any] | None:
        place = self._place(kind, key)
        try:
            found = json.loads((place / _INFO).read_bytes())
        except (OSError, ValueError):
            return None
        with suppress(OSError):
            os.utime(place)
        return found if isinstance(found, dict) else None

    def _place(self, kind: str, key: str) -> Path:
        """Where something is kept."""
        aside = Path(self._aside.name, kind, key) if self._aside else None
        return aside if aside and aside.is_dir() else self.root / kind / key

    def _keep(
        self, kind: str, key: str, files: Mapping[str, bytes], info: Mapping[str, object]
    ) -> None:
        """Keep a folder, in this build's own place where the cache does not take it."""
        try:
            _write(self.root / kind, key, files, info)
        except OSError:
            try:
                self._aside = self._aside or tempfile.TemporaryDirectory()
                _write(Path(self._aside.name, kind), key, files, info)
            except OSError as error:
                raise DigestError(
                    f"{self.root}: the cache of the search index cannot be written ({error})"
                ) from error


def _write(place: Path, key: str, files: Mapping[str, bytes], info: Mapping[str, object]) -> None:
    """Write a folder whole or not at all."""
    place.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".", dir=place))
    checks = {name: zlib.crc32(data) for name, data in files.items() if name.endswith(".bin")}
    try:
        for name, data in files.items():
            (made / name).write_bytes(data)
        (made / _INFO).write_text(json.dumps({**info, _CHECKS: checks}), encoding="utf-8")
        shutil.rmtree(place / key, ignore_errors=True)
        os.rename(made, place / key)  # noqa: PTH104 - replaces nothing
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if not (place / key / _INFO).is_file():  # else another process has made it meanwhile
            raise


def _sealed(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_SEAL, "big") + data


def _age(path: Path) -> float:
    """When it was last used, in seconds of the epoch."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
