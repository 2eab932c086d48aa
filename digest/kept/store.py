"""A folder of what builds keep for one another: by kind and key, compressed, bounded."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
import uuid
import weakref
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_log = logging.getLogger("digest")

SPARED = 3600.0
"""Seconds for which an entry is not removed: another build may be using it."""
_FOLDER_TAG = "CACHEDIR.TAG"
_TAG = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# What builds of change-digest keep for one another; safe to delete. See https://bford.info/cachedir/\n"
)


class Store:
    """Bytes by kind and key.

    What cannot be read is missing, and what cannot be written is kept for this build
    alone, in a folder of its own: a cache never stops a build, and one that is read-only
    makes it do nothing twice.

    Arguments:
        root: the folder; made when something is first kept.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = os.fspath(root)
        # Paths are text here: a morning asks for hundreds of files, and each is read in less time
        # than pathlib takes for its name.
        self._used: set[str] = set()
        self._aside: Path | None = None
        """Where this build keeps what the folder cannot; removed with this object."""

    @property
    def writable(self) -> bool:
        """Whether the folder takes what is made; other processes see only what lies there."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root) as file:
                file.write(b"x")
                file.flush()
                return True
        except OSError:
            return False

    def load(self, kind: str, key: str) -> bytes | None:
        """What is kept, or None."""
        for path in self._paths(kind, key):
            try:
                data = zlib.decompress(_read(path))
            except (OSError, zlib.error):
                continue
            self._use(path)
            return data
        return None

    def has(self, kind: str, key: str) -> bool:
        """Whether something is kept, without reading it."""
        for path in self._paths(kind, key):
            if os.path.exists(path):  # noqa: PTH110 - text
                self._use(path)
                return True
        return False

    def save(self, kind: str, key: str, data: bytes) -> None:
        """Keep something."""
        self._keep(kind, key, zlib.compress(data, 1))

    def _keep(self, kind: str, key: str, data: bytes) -> Path | None:
        """Write a file in the folder, or else in one of this build; None where neither can be."""
        if self._aside is None:
            path = self.root / kind / key
            try:
                self._write(path, data)
            except OSError as error:
                _log.warning(
                    "%s: what a build makes cannot be kept there (%s): the next one makes it again",
                    self.root,
                    error.strerror,
                )
            else:
                return path
        with suppress(OSError):
            if self._aside is None:
                self._aside = Path(tempfile.mkdtemp(prefix="change-digest-"))
                weakref.finalize(self, shutil.rmtree, self._aside, ignore_errors=True)
            path = self._aside / kind / key
            self._write(path, data)
            return path
        return None

    def _write(self, path: Path, data: bytes) -> None:
        """Write a file whole or not at all."""
        # Not the number of the process alone: threads share it, and so do hosts with one folder.
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
        try:
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True, exist_ok=True)
                (path.parents[1] / _FOLDER_TAG).write_bytes(_TAG)
            temporary.write_bytes(data)
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        self._used.add(os.fspath(path))

    def file(self, kind: str, key: str) -> Path | None:
        """The file with what ``save_file`` kept, as it was kept, or None."""
        for path, note in zip(
            self._paths(kind, key), self._paths(f"{kind}-notes", key), strict=True
        ):
            try:
                data, noted = _read(path), _read(note)
            except OSError:
                continue
            if _checked(data) == noted:
                self._use(path)
                self._use(note)
                return Path(path)
        return None

    def save_file(self, kind: str, key: str, data: bytes) -> Path | None:
        """Keep something as a file that others can read as it is; None where that fails."""
        path = self._keep(kind, key, data)
        noted = path is not None and self._keep(f"{kind}-notes", key, _checked(data)) is not None
        return path if noted else None

    def sweep(self) -> int:
        """Remove what was not used, oldest first, until as much is left as was used.

        So the folder never holds more than twice what one build needs.

        Returns:
            Bytes that are left.
        """
        used, others = 0, []
        for path in _files(self._folder):
            with suppress(OSError):
                found = os.lstat(path)
                if path in self._used:
                    used += found.st_size
                else:
                    others.append((found.st_mtime, found.st_size, path))
        total = sum(size for _, size, _ in others)
        newest = time.time() - SPARED  # a cache's own upkeep; no page depends on it
        for age, size, path in sorted(others):
            if total <= used or age > newest:
                break
            total -= size
            with suppress(OSError):
                Path(path).unlink()
        return used + total

    def _use(self, path: str) -> None:
        if path not in self._used:
            self._used.add(path)
            with suppress(OSError):
                os.utime(path)

    def _paths(self, kind: str, key: str) -> Iterator[str]:
        yield f"{self._folder}{os.sep}{kind}{os.sep}{key}"
        if self._aside is not None:
            yield f"{self._aside}{os.sep}{kind}{os.sep}{key}"


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - text
        return file.readall()


def lies_in(cache: Path, folder: Path) -> bool:
    """Whether a folder of a cache is in it, and not behind a link, where others' files may be.

    Arguments:
        cache: the folder that was chosen for a cache; may be a link.
        folder: by its path, which begins with that of the cache.
    """
    return folder.resolve() == cache.resolve() / folder.relative_to(cache)


def _checked(data: bytes) -> bytes:
    """What tells whether a file is still as it was written."""
    return b"%d %08x" % (len(data), zlib.crc32(data))


def _files(folder: str, *, top: bool = True) -> Iterator[str]:
    """The files below the folders of a folder; what is linked to is somebody else's."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path, top=False)
            elif not top:
                yield entry.path
