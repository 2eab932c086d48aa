"""Archives made of facts, for what is told of many days together."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from support import records

from digest.archive import Archive
from digest.model import (
    SCHEMA_VERSION,
    Analysis,
    BreakingChange,
    Coverage,
    Day,
    DependencyChange,
    Entry,
    Evidence,
    Facts,
    Importance,
    InterfaceChange,
    Provenance,
    Repository,
    Revert,
    Signal,
    Statement,
    Unread,
)
from digest.settings import Settings

FIRST = dt.date(2026, 2, 13)
ENGINE = "acme/engine"
SYMBOL = {"what": "public symbol"}
"""What makes a flag a name of the code."""


def flag(name: str, before: str | None = None, after: str | None = "", **more: Any) -> Any:
    """A change of a flag, or of another part of an interface; added unless more is said."""
    line = Evidence(path="src/cli.py", line=7, side="old" if after is None else "new")
    change = {"what": "flag", "evidence": (line,)} | more
    return InterfaceChange(name=name, before=before, after=after, **change)


def dependency(name: str, before: str | None, after: str | None, **more: Any) -> Any:
    """A change of a dependency."""
    change = {"ecosystem": "python", "evidence": (Evidence(path="pyproject.toml", line=3),)} | more
    return DependencyChange(name=name, before=before, after=after, **change)


def entry(
    subject: str, *, sha: str = "", level: Any = "medium", score: float = 0.5, **facts: Any
) -> Entry:
    """An entry with those facts."""
    commit = records.commit(subject)
    name = sha or hashlib.sha256(subject.encode("utf-8", "replace")).hexdigest()
    vanished = facts.pop("vanished", False)
    return Entry(
        commit=replace(commit, sha=name.ljust(40, "0")[:40]),
        facts=Facts(kind="feature", **facts),
        analysis=Analysis(
            importance=Importance(level=level, score=score),
            change_type="feature",
            summary=(Statement(text="Does something."),),
            provenance=Provenance(
                analyst="heuristic",
                version="1",
                coverage=Coverage(files=1, files_read=1, lines=1, lines_read=1),
            ),
        ),
        vanished=vanished,
    )


def full(text: str) -> Entry:
    """An entry in which a text stands in each place that the views tell of."""
    said = text or "x"
    line = Evidence(path=said, line=3)
    changes = [flag(text, text, text, what=what) for what in ("flag", "schema")]
    changes += [flag(f"{text}.{n}", None, text, evidence=(line,)) for n in range(14)]
    changes += [
        flag(f"{text}!", text, f"{text}2", previous_name=text),
        flag(text, text, None, **SYMBOL),
    ]
    dependencies = (
        dependency(text, text, f"{text}2", evidence=(line,)),
        dependency(text, None, text, locked=True),
    )
    return entry(
        text,
        interface=tuple(changes),
        dependencies=dependencies,
        breaking=tuple(
            BreakingChange(reason=reason, text=text)
            for reason in ("marker", "footer", "words", "interface", "default", "requirement")
        ),
        reverts=(Revert(subject=text), Revert(sha="2be83be"), Revert(pull_request=7)),
        signals=(Signal(name="todo_added", count=2, evidence=(line,)),),
        unread=(Unread(path=text, reason="syntax"),),
    )


def day(date: dt.date, entries: Iterable[Entry], slug: str = ENGINE) -> Day:
    """A day; its entries are given newest first."""
    return Day(
        schema_version=SCHEMA_VERSION,
        repository=slug,
        date=date,
        zone="UTC",
        complete=True,
        head=None,
        entries=tuple(entries),
    )


def settings(folder: Path, *days: Day, language: str = "en", slugs: Iterable[str] = ()) -> Settings:
    """The settings of a site of those days, which are archived below the folder."""
    archive = Archive(folder / "archive")
    for item in days:
        archive.save(item)
    named = dict.fromkeys([*slugs, *(item.repository for item in days)])
    return Settings(
        repositories=tuple(
            Repository(
                slug=slug, url=f"https://github.com/{slug}", web=f"https://github.com/{slug}"
            )
            for slug in named
        ),
        zone=ZoneInfo("UTC"),
        archive=folder / "archive",
        mirrors=folder / "mirrors",
        languages=(language,),
    )
