"""A site that is collected at moments that are given, and what its archive holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from support.gitrepo import GitRepo

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive
from digest.collect import Summary, collect
from digest.model import Day, Repository, RepositoryState
from digest.settings import Settings

HOUR = dt.timedelta(hours=1)
NOON = dt.datetime(2026, 2, 13, 4, tzinfo=dt.UTC)
"""Noon in Shanghai."""
SLUG = "owner/name"


def date(text: str) -> dt.date:
    """A day of 2026, as ``02-13``."""
    return dt.date.fromisoformat(f"2026-{text}")


def at(text: str) -> dt.datetime:
    """A moment of 2026 in Shanghai, as ``02-13T10:00``."""
    return dt.datetime.fromisoformat(f"2026-{text}:00+08:00")


@dataclass
class Site:
    """A site, of which the days and the state can be asked."""

    settings: Settings

    @property
    def archive(self) -> Archive:
        return Archive(self.settings.archive)

    def collect(self, now: dt.datetime | str = NOON, *slugs: str, **more: object) -> Summary:
        now = at(now) if isinstance(now, str) else now
        options = {"analyst": HeuristicAnalyst()} | more
        return collect(self.settings, now=now, slugs=slugs, **options)  # type: ignore[arg-type]

    def day(self, text: str, slug: str = SLUG) -> Day | None:
        return self.archive.load(slug, date(text))

    def subjects(self, text: str, slug: str = SLUG) -> list[str]:
        day = self.day(text, slug)
        assert day is not None, f"{text} is a hole"
        return [
            entry.commit.subject + (" (vanished)" if entry.vanished else "")
            for entry in day.entries
        ]

    def days(self, slug: str = SLUG) -> list[str]:
        return [f"{day:%m-%d}" for day in self.archive.dates(slug)]

    def state(self, slug: str = SLUG) -> RepositoryState:
        return self.archive.state(slug)

    def files(self) -> dict[str, bytes]:
        return contents(self.settings.archive)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder by name."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def site_of(folder: Path, *repositories: Repository, **more: object) -> Site:
    values = {
        "zone": ZoneInfo("Asia/Shanghai"),
        "archive": folder / "archive",
        "mirrors": folder / "mirrors",
        "days": 5,
        "timeout": 20.0,
    }
    return Site(Settings(repositories=repositories, **values | more))  # type: ignore[arg-type]


def local(repo: GitRepo, slug: str = SLUG) -> Repository:
    return Repository(slug=slug, url=str(repo.path), local=True)


def begun(folder: Path) -> GitRepo:
    """Commits on the 8th, two on the 11th, one on the 13th."""
    made = GitRepo.create(folder)
    made.commit("feat: begin", {"a.py": "a\n"}, date="2026-02-08T10:00:00+08:00")
    made.commit("feat: one", {"a.py": "b\n"}, date="2026-02-11T00:00:00+08:00")
    made.commit("feat: two", {"a.py": "c\n"}, date="2026-02-11T23:59:59+08:00")
    made.commit("feat: today", {"a.py": "d\n"}, date="2026-02-13T09:00:00+08:00")
    return made
