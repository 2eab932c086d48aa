"""What was made before, or is made now: values by all that decides them."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from operator import attrgetter
from pathlib import Path
from typing import TypeVar, cast

from digest import compiledfiles
from digest.kept import pickles
from digest.kept.store import Store

_T = TypeVar("_T")
_WRITTEN_WITH = ("babel", "jinja2", "markupsafe", "msgspec")
"""Packages that have a part in what is kept, or in how it is."""
_PROGRAM = (".py", ".jinja", ".po", ".html")


class Memory:
    """Values by kind and key.

    Arguments:
        store: where they are kept; None to keep none.
    """

    def __init__(self, store: Store | None) -> None:
        self._store = store

    @property
    def root(self) -> Path | None:
        """The folder where they are kept, if they are."""
        return self._store.root if self._store else None

    def get(self, kind: str, key: str | None, make: Callable[[], _T]) -> _T:
        """A value that was kept, or else the one that is made.

        Arguments:
            kind: what it is; a folder's name.
            key: the hash of all that decides it; None where that is not known.
            make: makes it.
        """
        if self._store is None or key is None:
            return make()
        found = self.find(kind, key)
        if found is not None:
            return cast("_T", found)
        value = make()
        self._store.save(kind, key, pickles.dumps(value))
        return value

    def find(self, kind: str, key: str) -> object | None:
        """A value that was kept, or None."""
        data = self._store.load(kind, key) if self._store else None
        if data is None:
            return None
        try:
            return pickles.loads(data)
        except pickles.PickleError:
            return None

    def file(self, kind: str, key: str | None, make: Callable[[], bytes]) -> Path | None:
        """A file with bytes that were kept, or else with those that are made; None for no file.

        Arguments:
            kind: what it is; a folder's name.
            key: the hash of all that decides it; None where that is not known.
            make: makes the bytes; not asked where there can be no file.
        """
        if self._store is None or key is None:
            return None
        file = self._store.file(kind, key) or self._store.save_file(kind, key, make())
        return file and file.absolute()

    def kept_file(self, kind: str, key: str | None) -> Path | None:
        """A file with bytes that were kept, or None."""
        return self._store.file(kind, key) if self._store is not None and key is not None else None

    def has(self, kind: str, key: str | None) -> bool:
        """Whether a value is kept, without reading it."""
        return self._store is not None and key is not None and self._store.has(kind, key)

    def put(self, kind: str, key: str, value: object) -> None:
        """Keep a value."""
        if self._store is not None:
            self._store.save(kind, key, pickles.dumps(value))

    def sweep(self) -> None:
        """Remove what is of no use any more."""
        if self._store is not None:
            self._store.sweep()


def key_of(*parts: object) -> str:
    """A hash of plain values."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def program() -> str:
    """A hash of this program and of what it writes with: what it makes may change when they do."""
    return key_of(_hash(_files(str(Path(__file__).parent.parent))), _versions())


@functools.cache
def version(package: str) -> str:
    """The version of a package, as it was when this process first asked."""
    return metadata.version(package)


def _versions() -> list[str]:
    return [platform.python_version(), *map(version, _WRITTEN_WITH)]


_Looks = tuple[str, int, int, int, int]
"""A file's path, and what of it changes when it is written: size, times, inode; as git has it."""


def _files(folder: str) -> Iterator[_Looks]:
    """The files of a program below a folder."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=attrgetter("name"))
    for entry in found:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        elif entry.name.endswith(_PROGRAM):
            about = entry.stat()
            changed = about.st_mtime_ns, about.st_ctime_ns
            yield entry.path, about.st_size, *changed, about.st_ino


def _hash(files: Iterable[_Looks]) -> str:
    """A hash of what is in files, which are read once as long as they stay as they are."""
    looks = tuple(files)
    key = hashlib.sha256(repr(looks).encode()).digest()
    kept = compiledfiles.load("program") or b""
    if kept.startswith(key):
        return kept.removeprefix(key).decode()
    digest = hashlib.sha256()
    for one in looks:
        digest.update(_content(one))
    found = digest.hexdigest()
    compiledfiles.keep("program", key + found.encode())
    return found


@functools.lru_cache(maxsize=4096)
def _content(looks: _Looks) -> bytes:
    return hashlib.sha256(Path(looks[0]).read_bytes()).digest()
