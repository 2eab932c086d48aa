"""What was made in earlier builds: a folder that may be thrown away at any time.

Everything lies under a hash of what it was made from, so nothing in it is ever
wrong, only missing or not needed any more.  A file that cannot be read counts
as missing, and where the folder cannot be written, what is made is kept for
this build alone.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from digest.errors import DigestError
from digest.kept.store import SPARED, lies_in
from digest.search.postings import Lists
from digest.search.segments import Lot, Segment

_INFO = "info"
_LISTS = "lists"
_SEAL = 4
"""Bytes before what is not published by which it is known to be whole."""
_PUBLISHED = re.compile(r"(?:h?[0-9]{1,9}|docs)\.bin")
"""Names of what is published."""


class _LotInfo(msgspec.Struct, frozen=True):
    """What of a lot is not in the files that are published."""

    name: str
    groups: list[str]
    levels: list[int]
    counts: list[int]


class _SegmentInfo(msgspec.Struct, frozen=True):
    """Likewise of a segment."""

    size: int
    buckets: int
    heads: int


_Info = TypeVar("_Info", _LotInfo, _SegmentInfo)


class _Kept(msgspec.Struct, Generic[_Info], frozen=True):
    """What is told of a folder in it."""

    info: _Info
    checks: dict[str, int]
    """CRC-32 of each file that is published, by its name."""


class Store:
    """Lots and segments in a folder.

    ::

        t/<key>/info, lists, 0.bin, 1.bin …    a lot
        s/<key>/info, docs.bin, 0.bin …        a segment

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
        return self._segment(key) is not None

    def segment_size(self, key: str) -> tuple[int, int, int] | None:
        """How many documents, files of postings, and files of heads' ones a kept segment has."""
        kept = self._segment(key)
        return (kept.info.size, kept.info.buckets, kept.info.heads) if kept is not None else None

    def keep_segment(self, made: Segment) -> None:
        """Keep a segment."""
        self._keep("s", made.key, made.files, _SegmentInfo(made.size, made.buckets, made.heads))

    def lot(self, key: str) -> Lot | None:
        """A lot without its texts and lists, or None."""
        kept = self._lot(key)
        if kept is None:
            return None
        info = kept.info
        return Lot(info.name, key, info.groups, info.levels, info.counts)

    def keep_lot(self, made: Lot) -> None:
        """Keep a lot with its texts and lists."""
        files = {f"{number}.bin": text for number, text in enumerate(made.texts)}
        if made.lists is not None:
            files[_LISTS] = _sealed(made.lists.packed())
        columns = [*made.groups], [*made.levels], [*made.counts]
        self._keep("t", made.key, files, _LotInfo(made.name, *columns))

    def lists(self, key: str) -> Lists | None:
        """The lists of a lot as they were kept, or None."""
        try:
            return Lists.unpacked(_opened(self._place("t", key) / _LISTS))
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
            _remove(self._place(kind, key))
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
        kept = self._lot(key) if kind == "t" else self._segment(key)
        # A cache may come from anywhere, and what it names is read here and written elsewhere.
        if kept is None or not all(map(_PUBLISHED.fullmatch, kept.checks)):
            return None
        place = self._place(kind, key)
        try:
            files = {name: (place / name).read_bytes() for name in kept.checks}
        except OSError:
            return None
        whole = all(zlib.crc32(data) == kept.checks[name] for name, data in files.items())
        return files if whole else None

    def forget(self, kind: str, needed: Iterable[str]) -> None:
        """Remove what this build had no need of, and no other of late."""
        kept, place = set(needed), self.root / kind
        if not lies_in(self.root.parent, place):
            return
        newest = time.time() - SPARED  # a cache's own upkeep; no page depends on it
        for folder in place.glob("*"):
            if folder.name not in kept and _age(folder) < newest:
                shutil.rmtree(folder, ignore_errors=True)

    def _lot(self, key: str) -> _Kept[_LotInfo] | None:
        return self._found("t", key, _Kept[_LotInfo])

    def _segment(self, key: str) -> _Kept[_SegmentInfo] | None:
        return self._found("s", key, _Kept[_SegmentInfo])

    def _found(self, kind: str, key: str, expected: type[_Kept[_Info]]) -> _Kept[_Info] | None:
        place = self._place(kind, key)
        try:
            found = msgspec.json.decode(_opened(place / _INFO), type=expected)
        except (OSError, ValueError):
            return None
        with suppress(OSError):
            os.utime(place)
        return found

    def _place(self, kind: str, key: str) -> Path:
        """Where something is kept."""
        aside = Path(self._aside.name, kind, key) if self._aside else None
        return aside if aside and aside.is_dir() else self.root / kind / key

    def _keep(
        self, kind: str, key: str, files: Mapping[str, bytes], info: _LotInfo | _SegmentInfo
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


def _write(
    place: Path, key: str, files: Mapping[str, bytes], info: _LotInfo | _SegmentInfo
) -> None:
    """Write a folder whole or not at all."""
    place.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".", dir=place))
    checks = {name: zlib.crc32(data) for name, data in files.items() if name.endswith(".bin")}
    try:
        for name, data in files.items():
            (made / name).write_bytes(data)
        (made / _INFO).write_bytes(_sealed(msgspec.json.encode(_Kept(info, checks))))
        _remove(place / key)
        os.rename(made, place / key)  # noqa: PTH104 - replaces nothing
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if not (place / key / _INFO).is_file():  # else another process has made it meanwhile
            raise


def _remove(folder: Path) -> None:
    """Remove the folder of a lot or a segment, unless it is behind a link."""
    if lies_in(folder.parents[1], folder):
        shutil.rmtree(folder, ignore_errors=True)


def _sealed(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_SEAL, "big") + data


def _opened(path: Path) -> bytes:
    """What was sealed in a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not as it was written.
    """
    sealed = path.read_bytes()
    data = sealed[_SEAL:]
    if sealed != _sealed(data):
        raise ValueError(f"{path} is damaged")
    return data


def _age(path: Path) -> float:
    """When it was last used, in seconds of the epoch."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
