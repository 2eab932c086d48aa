"""What was made in earlier builds: a folder that may be thrown away at any time.

Everything lies under a hash of what it was made from, so nothing in it is ever
wrong, only missing or not needed any more.  A file that cannot be read counts
as missing.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from digest.errors import DigestError
from digest.search.postings import Lists
from digest.search.segments import Lot, Segment

_INFO = "info.json"
_LISTS = "lists"


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

    def has_segment(self, key: str) -> bool:
        """Whether a segment is kept."""
        return self._info("s", key) is not None

    def segment_size(self, key: str) -> tuple[int, int]:
        """How many documents and how many files of postings a kept segment has."""
        info = self._info("s", key) or {}
        return int(info["size"]), int(info["buckets"])

    def keep_segment(self, made: Segment) -> None:
        """Keep a segment."""
        self._keep("s", made.key, made.files, {"size": made.size, "buckets": made.buckets})

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
            files[_LISTS] = made.lists.packed()
        info = {
            "name": made.name,
            "groups": list(made.groups),
            "levels": list(made.levels),
            "counts": list(made.counts),
        }
        self._keep("t", made.key, files, info)

    def lists(self, key: str) -> Lists | None:
        """The lists of a lot, or None."""
        try:
            return Lists.unpacked((self.root / "t" / key / _LISTS).read_bytes())
        except (OSError, ValueError):
            return None

    def publish(self, kind: str, key: str, target: Path) -> None:
        """Copy what is published of a lot (``t``) or of a segment (``s``).

        Raises:
            DigestError: it cannot be written.
        """
        folder = target / kind / key
        if folder.exists():
            return
        try:
            folder.mkdir(parents=True)
            for source in (self.root / kind / key).glob("*.bin"):
                shutil.copyfile(source, folder / source.name)
        except OSError as error:
            raise DigestError(f"{folder}: the search index cannot be written ({error})") from error

    def forget(self, kind: str, needed: Iterable[str]) -> None:
        """Remove what this build had no need of."""
        kept = set(needed)
        for folder in (self.root / kind).glob("*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def _info(self, kind: str, key: str) -> dict[str, Any] | None:
        try:
            found = json.loads((self.root / kind / key / _INFO).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def _keep(self, kind: str, key: str, files: Mapping[str, bytes], info: object) -> None:
        """Write a folder whole or not at all."""
        place = self.root / kind
        try:
            place.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=".", dir=place))
            for name, data in files.items():
                (made / name).write_bytes(data)
            (made / _INFO).write_text(json.dumps(info), encoding="utf-8")
            shutil.rmtree(place / key, ignore_errors=True)
            os.rename(made, place / key)  # noqa: PTH104 - replaces nothing
        except OSError as error:
            raise DigestError(
                f"{place}: the cache of the search index cannot be written ({error})"
            ) from error
