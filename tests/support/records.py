"""Commits made of as few words as a test needs."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from digest.facts.extract import extract
from digest.model import Commit, Coverage, Facts, FileChange, Person, Reading, Trailer

NOON = dt.datetime(2026, 2, 13, 12, tzinfo=dt.UTC)


def change(
    path: str, added: int = 1, removed: int = 0, status: str = "M", **more: Any
) -> FileChange:
    """A changed file."""
    return FileChange(path=path, status=status, insertions=added, deletions=removed, **more)


def commit(
    subject: str,
    body: str = "",
    *,
    changes: Iterable[FileChange | str] = ("src/app/main.py",),
    author: str = "Ada",
    parents: int = 1,
    trailers: dict[str, str] | None = None,
    **more: Any,
) -> Commit:
    """A commit with that message; paths stand for files of which one line is added."""
    sha = hashlib.sha256(f"{subject}\0{body}".encode("utf-8", "backslashreplace")).hexdigest()
    return Commit(
        sha=sha,
        parents=tuple(f"{number:040x}" for number in range(parents)),
        author=Person(name=author),
        authored_at=NOON,
        committed_at=NOON,
        subject=subject,
        body=body,
        trailers=tuple(Trailer(key=key, value=value) for key, value in (trailers or {}).items()),
        changes=tuple(change(item) if isinstance(item, str) else item for item in changes),
        **more,
    )


def reading(subject: str, body: str = "", **more: Any) -> Reading:
    """A commit of which everything was read."""
    made = commit(subject, body, **more)
    files, lines = len(made.changes), made.insertions + made.deletions
    coverage = Coverage(files=files, files_read=files, lines=lines, lines_read=lines)
    return Reading(commit=made, coverage=coverage, patches=())


def facts(subject: str, body: str = "", **more: Any) -> Facts:
    """The facts of such a commit."""
    return extract(reading(subject, body, **more))
