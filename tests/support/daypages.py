"""Pages of a day, made of entries that are like or unlike others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any

from msgspec.structs import replace
from support import records

from digest.analysts.heuristic import HeuristicAnalyst
from digest.facts.extract import extract
from digest.model import SCHEMA_VERSION, Day, Entry, Repository, RepositoryState
from digest.pages import Pages
from digest.pageviews import EntryView, RepositoryDay, anchors
from digest.wording import Wording

DAY = dt.date(2026, 2, 13)
ENGINE = Repository(
    slug="acme/engine", url="https://github.com/acme/engine", web="https://github.com/acme/engine"
)
PLAIN = "harmless"


def entry(
    sha: str = "", *, minute: int = 0, subject: str = PLAIN, level: Any = "low", **more: Any
) -> Entry:
    """An entry as the built-in analyst makes it, with another sha, time or level."""
    reading = records.reading(subject, **more)
    found = extract(reading)
    analysis = HeuristicAnalyst().analyse(reading, found)
    importance = replace(analysis.importance, level=level)
    moment = records.NOON + dt.timedelta(minutes=minute)
    update = {"committed_at": moment} | ({"sha": sha.ljust(40, "0")} if sha else {})
    return Entry(
        commit=replace(reading.commit, **update),
        facts=found,
        analysis=replace(analysis, importance=importance),
    )


def repository(slug: str) -> Repository:
    return Repository(slug=slug, url=f"https://github.com/{slug}")


def state(**more: Any) -> RepositoryState:
    return RepositoryState(
        schema_version=SCHEMA_VERSION, repository=ENGINE.slug, reached_at=records.NOON, **more
    )


def section(
    entries: Iterable[EntryView] = (),
    *,
    day: bool = True,
    complete: bool = True,
    anchor: str = "repository-x",
    **more: Any,
) -> RepositoryDay:
    """A repository's part of the day."""
    entries = tuple(entries)
    record = Day(
        schema_version=SCHEMA_VERSION,
        repository=ENGINE.slug,
        date=DAY,
        zone="UTC",
        complete=complete,
        head=None,
        entries=tuple(view.entry for view in entries),
    )
    return RepositoryDay(
        repository=more.pop("repository", ENGINE),
        state=more.pop("state", state()),
        anchor=anchor,
        day=record if day else None,
        entries=entries,
        **more,
    )


def views(*entries: Entry) -> list[EntryView]:
    pairs = [(ENGINE, item) for item in entries]
    return [
        EntryView(item, ENGINE, anchor)
        for item, anchor in zip(entries, anchors(pairs), strict=True)
    ]


@cache
def templates(language: str) -> Pages:
    return Pages(Wording(language), "Site")


def day_page(*sections: RepositoryDay, language: str = "en") -> str:
    pages = templates(language)
    return pages.day(DAY, sections, previous=None, following=None).content
