"""Archive → all pages of the site and their navigation, in one language or in several.

A pure function of the archive and the settings: no clock, no network, no
clone.  The archive is read once for all languages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypedDict

from msgspec.structs import replace

from digest.errors import ArchiveError
from digest.feeds.indexes import schemas
from digest.feeds.places import ATOM, JSON, Asset, Places
from digest.feeds.publishing import About, Covered, Publisher
from digest.gathering import Gathering
from digest.kept.memory import Memory
from digest.kept.store import Store
from digest.keptdays import KeptDays
from digest.navigation import moved
from digest.pages import Pages
from digest.pageviews import (
    ARCHIVE_PATH,
    Page,
    day_path,
    leads_out,
    month_path,
    year_path,
)
from digest.repositorypages import RepositoryPages, repository_path
from digest.roundups import MonthLine, Roundups
from digest.settings import Settings
from digest.views import Views
from digest.wording import PageWording


class Offer(TypedDict):
    """What programs are offered; see ``Site.publish``."""

    site_url: str
    description: str
    directory_urls: bool
    texts: bool


class Site:
    """All pages of one site in one language.

    Arguments:
        settings: the site's settings.
        name: the site's name.
        language: of its words; the site's main one by default.
        base: what each path begins with: empty, or a folder such as ``en/``.
        gathering: what it shares with the site's other languages.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        *,
        language: str | None = None,
        base: str = "",
        gathering: Gathering | None = None,
    ) -> None:
        self.settings = settings
        self.name = name
        self.language = language or settings.language
        self.base = base
        self.gathering = gathering or Gathering(settings)
        self.archive = self.gathering.archive
        self.repositories = self.gathering.repositories
        self.dates = self.gathering.dates
        self.wording = PageWording(self.language)
        self._pages = Pages(self.wording, self.name)
        self.days = KeptDays(self.gathering, self._pages, language=self.language, name=self.name)
        """What is made of one day alone."""
        self.offer: Offer | None = None
        """How it was asked to."""
        self._wanted: str | None = None
        """The page that is made once more, if one is; without the base."""

    @property
    def problems(self) -> list[ArchiveError]:
        """Archive files that could not be read; filled while pages are made."""
        return self.gathering.problems

    @property
    def publisher(self) -> Publisher | None:
        """What it offers to programs, if it does; see ``publish``."""
        return self.days.publisher

    def pages(self) -> Iterator[Page]:
        """Every page: those over the archive, then the days, oldest first."""
        for made in self._made():
            page = replace(made, path=self.base + made.path)
            if self.gathering.give is not None and page.source is None:
                self.gathering.give(page)
            yield page

    def remade(self, path: str) -> Page:
        """One page once more, with the templates as they are now; the days are as they were.

        Arguments:
            path: of one of the pages that were made.

        Raises:
            KeyError: there is no such page.
        """
        self._wanted = path.removeprefix(self.base)
        try:
            for page in self._made_again(self._wanted):
                if page.path == self._wanted:
                    return replace(page, path=path)
        finally:
            self._wanted = None
        raise KeyError(path)

    def _made_again(self, path: str) -> Iterator[Page]:
        """Pages until one is among them, with as few others as may be."""
        for date in self.dates:
            if day_path(date) == path:
                yield self.days.page_anew(date)
                return
        if path in self.views.paths():
            yield self.views.page(path)
            return
        roundups = self._roundups()
        for date in self.dates:
            yield from roundups.add(self.days.told(date))
        yield from roundups.finish()

    def _roundups(self) -> Roundups:
        feeds = self.publisher is not None
        return Roundups(
            self._pages, self.dates, self.repository_pages, self._keep_month, feeds=feeds
        )

    def _made(self) -> Iterator[Page]:
        """Every page, its links and its path as if its language were alone.

        Days come last: what sums them up is made here while they may be made by other processes.
        """
        wait, roundups = self.gathering.wait, self._roundups()
        for date in self.dates:
            if wait is not None:
                wait(date, pages=False)
            yield from roundups.add(self.days.told(date))
        yield from roundups.finish()
        yield from self.views.pages()
        for date in self.dates:
            if wait is not None:
                wait(date, pages=True)
            yield self.days.page(date)
            self.days.publish(date)
        if self.publisher is not None:
            self.publisher.finish(self._schemas)

    def _schemas(self) -> list[Asset]:
        """The schemas of what is published, from what was kept."""
        kept = self.gathering.memory.get("schemas", self.gathering.program, schemas)
        return kept if all(map(_may_be_kept, kept)) else schemas()

    def _keep_month(
        self, parts: object, make: Callable[[], tuple[Page, MonthLine]]
    ) -> tuple[Page, MonthLine]:
        key = None if parts is None else self.days.key(self.gathering.program, parts)
        kept = self.gathering.memory.get("month", key, make)
        again = kept[0].path == self._wanted or not _may_be_kept(kept[0])
        return make() if again else kept

    def _keep(self, until: dt.date, parts: object, make: Callable[[], Page]) -> Page:
        """A page over many days: the one that was kept, or the one that is made."""
        if self._wanted is not None:
            return make()
        kept = self.gathering.memory.get(
            "page", self.days.key(self.gathering.until(until), parts), make
        )
        return kept if _may_be_kept(kept) else make()

    def publish(
        self,
        put: Callable[[Asset], None],
        *,
        site_url: str,
        description: str,
        directory_urls: bool = True,
        texts: bool = True,
    ) -> None:
        """Have feeds and data made in the pass that makes the pages.

        Arguments:
            put: takes each file as soon as it is made.
            site_url: where the site is published; empty where that is not known.
            description: what the site is, in its main language.
            directory_urls: whether pages are published as folders.
            texts: whether days are published as plain Markdown too.
        """
        about = About(
            name=self.name,
            description=self.settings.descriptions.get(
                self.language, "" if self.base else description
            ),
            zone=self.settings.zone,
            repositories=[
                Covered(item.repository, item.state, repository_path(item.anchor))
                for item in self.repositories
            ],
        )
        first = self.repositories[0].repository.slug
        self.offer = {
            "site_url": site_url,
            "description": description,
            "directory_urls": directory_urls,
            "texts": texts,
        }
        places = Places(site_url, self.base, first, self.language, directory_urls)
        self.days.publisher = Publisher(
            places,
            about,
            lambda: self.gathering.gathered.choice,
            put,
            texts=texts,
            packs=self.days.is_short,
        )

    @cached_property
    def views(self) -> Views:
        """The views over the archive; their paths are without the base."""
        repositories = {item.anchor: item.repository for item in self.repositories}
        gathered = self.gathering.gathered
        events = gathered.aftermath.events(gathered.hindsight)
        return Views(self._pages, gathered.ledgers, events, repositories, self._keep)

    @cached_property
    def repository_pages(self) -> RepositoryPages:
        """The pages of the repositories; their paths are without the base."""
        until = self.dates[-1] if self.dates else None
        return RepositoryPages(self._pages, self.repositories, until, self.views)

    def navigation(self) -> list[object]:
        """The archive's part of the navigation, newest first, as MkDocs writes one.

        Its days are not in it: they belong to the page of their month, see ``parents``.
        """
        years: dict[int, dict[int, None]] = {}
        for date in reversed(self.dates):
            years.setdefault(date.year, {})[date.month] = None
        listing: list[object] = [ARCHIVE_PATH]
        for year, months in years.items():
            pages = [{f"{year:04}-{month:02}": month_path(year, month)} for month in months]
            listing.append({f"{year:04}": [year_path(year), *pages]})
        return moved(listing, self.base)

    def repository_navigation(self) -> list[object]:
        """The repositories' part of the navigation."""
        pages = [{item.repository.slug: repository_path(item.anchor)} for item in self.repositories]
        return moved(pages, self.base)

    def parents(self) -> dict[str, str]:
        """Which page each page belongs to that is not in the navigation; oldest day first."""
        return {
            self.base + day_path(date): self.base + month_path(date.year, date.month)
            for date in self.dates
        }

    def paths(self) -> list[str]:
        """Where every page is, without making any."""
        months = dict.fromkeys((date.year, date.month) for date in self.dates)
        years = dict.fromkeys(year for year, _ in months)
        paths = [
            *(day_path(date) for date in self.dates),  # first: most of them are kept
            *(month_path(year, month) for year, month in months),
            *(year_path(year) for year in years),
            ARCHIVE_PATH,
            "index.md",
            *self.repository_pages.paths(),
            *self.views.paths(),
        ]
        return [self.base + path for path in paths]

    def feeds(self) -> list[str]:
        """Where every feed is that pages lead to."""
        feeds = self.publisher.feeds if self.publisher is not None else []
        return [self.base + feed.path + end for feed in feeds for end in (ATOM, JSON)]


def _may_be_kept(made: Page | Asset) -> bool:
    """Whether it is as it was kept: a cache may come from anywhere, and name files of others."""
    return made.source is None and not leads_out(made.path)


def sites(settings: Settings, name: str, *, memory: Memory | None = None) -> list[Site]:
    """The site in each of its languages, the main one first and at the root.

    Arguments:
        settings: the site's settings.
        name: the site's name in its main language.
        memory: what earlier builds kept; as the settings say by default.
    """
    if memory is None:
        memory = Memory(Store(settings.cache / "days") if settings.cache else None)
    gathering = Gathering(settings, memory)
    return [
        Site(
            settings,
            settings.names.get(language, name),
            language=language,
            base=f"{language}/" if number else "",
            gathering=gathering,
        )
        for number, language in enumerate(settings.languages)
    ]
