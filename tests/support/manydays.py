"""An archive of some days, and what is asked to make things of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace
from support.archives import FIRST, day, entry, settings

from digest.feeds.folder import Folder
from digest.making import WORTH_IT
from digest.model import Day, Entry, Repository, Revert
from digest.settings import Settings
from digest.site import Site, sites

DAYS = WORTH_IT + 2


def days() -> list[Day]:
    """One commit a day; the last takes the first back, which the first day's page tells."""
    made = [
        day(FIRST + dt.timedelta(days=n), [entry(f"feat: {n}", sha=f"{n + 1:07x}")])
        for n in range(DAYS - 1)
    ]
    undone = Revert(sha=made[0].entries[0].commit.sha)
    last = entry("Take it back", sha="fffffff", reverts=(undone,))
    return [*made, day(FIRST + dt.timedelta(days=DAYS - 1), [last])]


def languages(current: Settings, data: Path) -> list[Site]:
    """Both languages of a site, with what they offer."""
    made = sites(current, "Digest")
    folder = Folder(data)
    for site in made:
        site.publish(folder.put, site_url="https://d.org/", description="d")
    return made


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def current(folder: Path, *archived: Day, cache: bool) -> Settings:
    made = settings(folder, *archived)
    return replace(made, languages=("en", "zh"), cache=folder / "cache" if cache else None)


@dataclass(frozen=True)
class Notes:
    """Notes which days and pages it was asked for."""

    folder: Path

    def missing(self) -> Sequence[dt.date]:
        return ()

    def make(
        self,
        date: dt.date,
        entries: Callable[[], Sequence[tuple[Repository, Entry]]] | None = None,
    ) -> None:
        assert entries is not None
        (self.folder / f"{date}").write_text(str(len(entries())))

    def parts(self) -> int:
        return 2

    def join(self, number: int) -> None:
        (self.folder / f"part-{number}").touch()

    def __call__(self, path: str, text: str) -> bool:
        (self.folder / path.replace("/", "-")).write_text(text)
        return "2026/02/13" not in path
