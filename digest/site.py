"""Archive → all pages of the site and their navigation.

A pure function of the archive and the settings: no clock, no network, no
clone.  Days are read one at a time; of those that are done only the numbers
are kept, so memory does not grow with what the days hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path

from digest.aftermath import Aftermath
from digest.archive import Archive
from digest.errors import ArchiveError, DigestError
from digest.hindsight import Hindsight
from digest.ledgers import Ledgers
from digest.model import Repository, RepositoryState
from digest.pages import Pages
from digest.pageviews import (
    ARCHIVE_PATH,
    EntryView,
    Figures,
    Page,
    RepositoryDay,
    anchors,
    day_path,
    month_path,
    name_in_anchors,
    year_path,
)
from digest.settings import Settings
from digest.views import RECENT_DAYS as VIEWED_DAYS
from digest.views import Views
from digest.wording import Wording

RECENT_DAYS = 14
"""Days listed on the home page."""

_MARK = "generator: change-digest"


@dataclass(frozen=True)
class Followed:
    """A repository with what the archive knows of it."""

    repository: Repository
    state: RepositoryState
    dates: frozenset[dt.date]
    anchor: str

    wanted: Callable[[dt.date], dt.date]
    """The first day that is wanted on a given day."""

    @cached_property
    def unreached(self) -> frozenset[dt.date]:
        """The days since it was last reached for which it was asked in vain."""
        if self.state.failure is None or self.state.reached_at is None:
            return frozenset()
        first, last = self.state.reached_at.date(), self.state.failure.at.date()
        return frozenset(first + dt.timedelta(days=n + 1) for n in range((last - first).days))

    def concerns(self, date: dt.date) -> bool:
        """Whether a day's page has a section for it."""
        if date in self.dates or date in self.unreached:
            return True
        if self.state.failure is not None and self.state.reached_at is None:
            asked = self.state.failure.at.date()
            return self.wanted(asked) <= date <= asked
        # A hole: between its first day and now something is missing.
        return self._first is not None and self._first < date

    @cached_property
    def _first(self) -> dt.date | None:
        return min(self.dates, default=None)


@dataclass(frozen=True)
class _Gathered:
    """What the first reading of all days leaves."""

    ledgers: Ledgers
    aftermath: Aftermath
    hindsight: Hindsight


@dataclass
class Site:
    """All pages of one site.

    Arguments:
        settings: the site's settings.
        name: the site's name.
    """

    settings: Settings
    name: str
    problems: list[ArchiveError] = field(default_factory=list)
    """Archive files that could not be read; filled while pages are made."""

    def __post_init__(self) -> None:
        self.archive = Archive(self.settings.archive)
        self.wording = Wording(self.settings.language)
        self._pages = Pages(self.wording, self.name)
        self.repositories = tuple(self._followed())
        dates = {date for item in self.repositories for date in item.dates | item.unreached}
        self.dates = tuple(sorted(dates))

    def pages(self) -> Iterator[Page]:
        """Every page; days oldest first, then the pages over the archive."""
        figures: list[Figures] = []
        newest = None
        views = self.views
        neighbours = zip((None, *self.dates), self.dates, (*self.dates[1:], None), strict=False)
        for previous, date, following in neighbours:
            sections = self._gathered.hindsight.of(self._sections(date))
            figures.append(Figures.of(date, sections))
            if newest is None or figures[-1].commits:
                # Early in the morning today is empty; what is new is on the day before.
                newest = (date, sections)
            yield self._pages.day(date, sections, previous=previous, following=following)
        years = _by_month(figures)
        for year, months in years.items():
            for month, days in months.items():
                yield self._pages.month(year, month, days)
            yield self._pages.year(year, months)
        yield self._pages.archive(years)
        yield self._pages.home(
            newest,
            figures[: -RECENT_DAYS - 1 : -1],
            [(item.repository, item.state) for item in self.repositories],
        )
        yield from views.pages()

    @cached_property
    def views(self) -> Views:
        """The views over the archive."""
        repositories = {item.anchor: item.repository for item in self.repositories}
        gathered = self._gathered
        events = gathered.aftermath.events(gathered.hindsight)
        return Views(self._pages, gathered.ledgers, events, repositories)

    @cached_property
    def _gathered(self) -> _Gathered:
        """What is told of all days together, for which each is read once before any page."""
        recent_from = self.dates[-1] - dt.timedelta(days=VIEWED_DAYS - 1) if self.dates else None
        gathered = _Gathered(Ledgers(recent_from or dt.date.min), Aftermath(), Hindsight())
        for date in self.dates:
            sections = self._sections(date)
            gathered.ledgers.add(date, sections)
            gathered.aftermath.add(date, sections)
            gathered.hindsight.add(sections)
        return gathered

    def navigation(self) -> list[object]:
        """The archive's part of the navigation, newest first, as MkDocs writes one.

        Only a path's own year and month are shown on a page when the theme prunes
        (``navigation.prune``), so a page does not grow with the archive.
        """
        days: dict[int, dict[int, list[dt.date]]] = {}
        for date in reversed(self.dates):
            days.setdefault(date.year, {}).setdefault(date.month, []).append(date)
        listing: list[object] = [ARCHIVE_PATH]
        for year, months in days.items():
            part: list[object] = [year_path(year)]
            for month, dates in months.items():
                paths = [{date.isoformat(): day_path(date)} for date in dates]
                part.append({f"{year:04}-{month:02}": [month_path(year, month), *paths]})
            listing.append({f"{year:04}": part})
        return listing

    def paths(self) -> list[str]:
        """Where every page is, without making any."""
        months = dict.fromkeys((date.year, date.month) for date in self.dates)
        years = dict.fromkeys(year for year, _ in months)
        return [
            "index.md",
            ARCHIVE_PATH,
            *(year_path(year) for year in years),
            *(month_path(year, month) for year, month in months),
            *(day_path(date) for date in self.dates),
            *self.views.paths(),
        ]

    def write(self, folder: Path) -> list[str]:
        """Write every page as a Markdown file, and remove those that there are no more.

        Files that are right already are not touched.

        Arguments:
            folder: where to; made if it is not there.

        Returns:
            The paths of all pages, relative to the folder.

        Raises:
            DigestError: a file is in the way that is not one of ours; nothing is written.
        """
        targets = {folder / path for path in self.paths()}
        for target in sorted(targets):
            if target.exists() and not _is_ours(target):
                raise DigestError(
                    f"{target}: there is a file that was not made by change-digest; "
                    "choose another folder, or remove it"
                )
        for page in self.pages():
            target = folder / page.path
            data = _marked(page.content).encode()
            if target.exists() and target.read_bytes() == data:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        for path in folder.rglob("*.md"):
            if path not in targets and _is_ours(path):
                path.unlink()
        return self.paths()

    def _followed(self) -> Iterator[Followed]:
        taken: set[str] = set()
        for repository in self.settings.repositories:
            anchor = f"repository-{name_in_anchors(repository.slug)}"
            while anchor in taken:
                anchor += "-"
            taken.add(anchor)
            try:
                state = self.archive.state(repository.slug)
            except ArchiveError as error:
                self.problems.append(error)
                state = RepositoryState(schema_version=0, repository=repository.slug)
            dates = frozenset(self.archive.dates(repository.slug))
            yield Followed(repository, state, dates, anchor, self.settings.first_day)

    def _tell(self, problem: ArchiveError) -> None:
        """Keep a problem once, however often a day is read."""
        if str(problem) not in map(str, self.problems):
            self.problems.append(problem)

    def _sections(self, date: dt.date) -> list[RepositoryDay]:
        """What a day's page shows, each entry with its anchor."""
        loaded = []
        for item in self.repositories:
            if not item.concerns(date):
                continue
            day, damaged = None, False
            try:
                day = self.archive.load(item.repository.slug, date)
            except ArchiveError as error:
                self._tell(error)
                damaged = True
            loaded.append((item, day, damaged))
        entries = [
            (item.repository, entry) for item, day, _ in loaded if day for entry in day.entries
        ]
        views = iter(
            EntryView(entry, repository, anchor)
            for (repository, entry), anchor in zip(entries, anchors(entries), strict=True)
        )
        return [
            RepositoryDay(
                repository=item.repository,
                state=item.state,
                anchor=item.anchor,
                day=day,
                entries=tuple(next(views) for _ in day.entries) if day else (),
                damaged=damaged,
            )
            for item, day, damaged in loaded
        ]


def _is_ours(path: Path) -> bool:
    """Whether a file says in its front matter that we made it."""
    with path.open("rb") as file:
        return _MARK.encode() in file.read(400)


def _marked(content: str) -> str:
    """A page that says in its front matter who made it."""
    return content.replace("---\n", f"---\n{_MARK}\n", 1)


def _by_month(figures: list[Figures]) -> Mapping[int, Mapping[int, list[Figures]]]:
    """Figures by year and month, the newest of each first."""
    newest_first = figures[::-1]
    return {
        year: {
            month: list(days) for month, days in groupby(in_year, key=lambda item: item.date.month)
        }
        for year, in_year in groupby(newest_first, key=lambda item: item.date.year)
    }
