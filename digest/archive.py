"""The archive: one JSON file per repository and day, and nothing else worth keeping.

::

    archive/<owner>/<name>/<year>/<date>.json     one day, a ``Day``
    archive/<owner>/<name>/repository.state       a ``RepositoryState``, JSON too
    archive/<owner>/<name>/batch.state            ``Batches``, while there are any

Every ``.json`` below the archive is a day.  Files are written whole or not at
all: into a temporary file beside the real one, flushed to the disk, then
renamed over it.  What cannot be read is never overwritten.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from digest.errors import ArchiveError
from digest.model import SCHEMA_VERSION, Batches, Day, Record, RepositoryState, as_json

_DAY_FILE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATE = "repository.state"
_BATCHES = "batch.state"
_LONGEST_REASON = 200
"""Characters of what is wrong with a file, which may quote from it."""
_R = TypeVar("_R", Day, RepositoryState, Batches)


class Archive:
    """The days of all repositories below one folder.

    Arguments:
        root: the folder; made when something is first saved.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def day_file(self, slug: str, date: dt.date) -> Path:
        """Where a day is kept."""
        return self.root / slug / f"{date.year:04}" / f"{date.isoformat()}.json"

    def dates(self, slug: str) -> list[dt.date]:
        """The days of a repository that are there, oldest first, without opening them."""
        return sorted(
            date
            for path in (self.root / slug).glob("[0-9][0-9][0-9][0-9]/*.json")
            if (date := _date(path.stem)) is not None and path.parent.name == path.stem[:4]
        )

    def load(self, slug: str, date: dt.date) -> Day | None:
        """A day, or None where there is none.

        Raises:
            ArchiveError: the file is damaged, or written by a newer version.
        """
        path = self.day_file(slug, date)
        day = _read(path, Day)
        if day is not None and (day.repository, day.date) != (slug, date):
            raise ArchiveError(path, f"it holds {day.repository} on {day.date}; restore or move it")
        return day

    def fingerprint(self, slug: str, date: dt.date) -> str | None:
        """A hash of a day's file; None where there is none, or where it cannot be read."""
        path = self.day_file(slug, date)
        try:
            about = path.stat()
            return _hash(path, about.st_size, about.st_mtime_ns, about.st_ino)
        except OSError:
            return None

    def days(self, slug: str) -> Iterator[Day]:
        """All days of a repository, oldest first.

        Raises:
            ArchiveError: a file is damaged, or written by a newer version.
        """
        for date in self.dates(slug):
            if (day := self.load(slug, date)) is not None:
                yield day

    def save(self, day: Day) -> bool:
        """Write a day, and say whether anything changed.

        Raises:
            ArchiveError: the file that is there cannot be read, and so is kept.
        """
        self.load(day.repository, day.date)
        return _write(self.day_file(day.repository, day.date), day)

    def state(self, slug: str) -> RepositoryState:
        """What is known of a repository as a whole.

        Where that file is lost, the days tell what they can.

        Raises:
            ArchiveError: the file is damaged, or written by a newer version.
        """
        return _read(self.root / slug / _STATE, RepositoryState) or self._state_of_days(slug)

    def save_state(self, state: RepositoryState) -> bool:
        """Write what is known of a repository, and say whether anything changed."""
        return _write(self.root / state.repository / _STATE, state)

    def batches(self, slug: str) -> Batches:
        """The batches of questions that were sent and not fetched.

        Raises:
            ArchiveError: the file is damaged, or written by a newer version.
        """
        none = Batches(schema_version=SCHEMA_VERSION, repository=slug)
        return _read(self.root / slug / _BATCHES, Batches) or none

    def save_batches(self, batches: Batches) -> None:
        """Write which batches were sent; where there are none, no file is left.

        Raises:
            ArchiveError: the file cannot be written.
        """
        path = self.root / batches.repository / _BATCHES
        if batches.batches:
            _write(path, batches)
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ArchiveError(path, f"it cannot be removed ({error.strerror})") from error

    def _state_of_days(self, slug: str) -> RepositoryState:
        """What the days tell where the state is lost; an empty state where there are none."""
        newest: Day | None = None
        unsettled, owed = [], []
        for date in reversed(self.dates(slug)):
            try:
                day = self.load(slug, date)
            except ArchiveError:
                continue  # told when the day is read
            if day is not None:
                newest = newest or day
                if not day.complete:
                    unsettled.append(date)
                notes = (entry.analysis.provenance.pending for entry in day.entries)
                if any(notes) or (day.overview and day.overview.provenance.pending):
                    owed.append(date)
        return RepositoryState(
            schema_version=SCHEMA_VERSION,
            repository=slug,
            zone=newest.zone if newest else None,
            head=newest.head if newest else None,
            unsettled=tuple(sorted(unsettled)),
            owed=tuple(sorted(owed)),
        )

    def remove_leftovers(self, slug: str) -> None:
        """Remove temporary files that a killed run left behind.

        Only to be called by the one run that holds the repository's lock.
        """
        for path in (self.root / slug).glob("**/.*.tmp"):
            path.unlink(missing_ok=True)


@functools.lru_cache(maxsize=65_536)
def _hash(path: Path, _size: int, _changed: int, _inode: int) -> str:
    """The hash of a file; one that is written anew is another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def serialise(record: Record) -> bytes:
    """A record as it is archived: sorted keys, one value a line, UTF-8.

    Fields at their default are left out, so that a new field costs old files
    nothing and a diff shows what is special about an entry.
    """
    content = as_json(record)
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def _read(path: Path, kind: type[_R]) -> _R | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ArchiveError(path, f"it cannot be read ({error.strerror})") from error
    try:
        record = msgspec.json.decode(data, type=kind)
    except ValueError as error:
        _refuse_newer(path, _version(data))
        reason = " ".join(str(error).split())[:_LONGEST_REASON]
        raise ArchiveError(
            path,
            f"it is damaged ({reason}); restore it from version control, "
            "or delete it to have it collected again",
        ) from error
    _refuse_newer(path, record.schema_version)
    return record


def _date(name: str) -> dt.date | None:
    """The day that a file is named after; None for a file that is somebody else's."""
    try:
        return dt.date.fromisoformat(name) if _DAY_FILE.fullmatch(name) else None
    except ValueError:
        return None


def _refuse_newer(path: Path, version: int | None) -> None:
    if version is not None and version > SCHEMA_VERSION:
        raise ArchiveError(
            path,
            f"it has schema version {version}, and this program reads up to {SCHEMA_VERSION}: "
            "update change-digest",
        )


def _version(data: bytes) -> int | None:
    """The schema version of a file that is otherwise not understood."""
    try:
        content: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    version = content.get("schema_version") if isinstance(content, dict) else None
    return version if isinstance(version, int) else None


def _write(path: Path, record: Record) -> bool:
    return write_whole(path, serialise(record))


def write_whole(path: Path, data: bytes) -> bool:
    """Write a file whole or not at all, and say whether anything changed.

    Raises:
        ArchiveError: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        if path.exists() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise ArchiveError(path, f"it cannot be written ({error.strerror})") from error
    return True
