"""Archive → all pages of the site and their navigation, in one language or in several.

A pure function of the archive and the settings: no clock, no network, no
clone.  The archive is read once for all languages.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypedDict

from digest.errors import ArchiveError
from digest.feeds.indexes import schemas
from digest.feeds.places import ATOM, JSON, Asset, Places
from digest.feeds.publishing import About, Covered, Publisher
from digest.feeds.told import DayParts, Offered
from digest.gathering import Gathering
from digest.kept.memory import Memory, key_of
from digest.kept.store import Store
from digest.navigation import moved
from digest.pages import Pages
from digest.pageviews import (
    ARCHIVE_PATH,
    Page,
    day_path,
    month_path,
    year_path,
)
from digest.repositorypages import RepositoryPages, repository_path
from digest.roundups import MonthLine, Roundups, Told
from digest.settings import Settings
from digest.summaries import DaySummary
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
        self.publisher: Publisher | None = None
        """What it offers to programs, if it does; see ``publish``."""
        self.linked = False
        """Whether pages that are in files already are told by these."""
        self.offer: Offer | None = None
        """How it was asked to."""
        self._wanted: str | None = None
        """The page that is made once more, if one is; without the base."""

    @property
    def problems(self) -> list[ArchiveError]:
        """Archive files that could not be read; filled while pages are made."""
        return self.gathering.problems

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
                yield self._day(date, self._shortened(date))
                return
        if path in self.views.paths():
            yield self.views.page(path)
            return
        roundups = self._roundups()
        for date in self.dates:
            yield from roundups.add(self._told(self.gathering.key(date), date))
        yield from roundups.finish()

    def _roundups(self) -> Roundups:
        feeds = self.publisher is not None
        return Roundups(
            self._pages, self.dates, self.repository_pages, self._keep_month, feeds=feeds
        )

    @cached_property
    def _around(self) -> dict[dt.date, tuple[dt.date | None, dt.date | None]]:
        """For each day the nearest earlier and later one."""
        around = zip((None, *self.dates), (*self.dates[1:], None), strict=False)
        return dict(zip(self.dates, around, strict=False))

    def _made(self) -> Iterator[Page]:
        """Every page, its links and its path as if its language were alone.

        Days come last: what sums them up is made here while they may be made by other processes.
        """
        wait, publisher, roundups = self.gathering.wait, self.publisher, self._roundups()
        for date in self.dates:
            if wait is not None:
                wait(date, pages=False)
            yield from roundups.add(self._told(self.gathering.key(date), date))
        yield from roundups.finish()
        yield from self.views.pages()
        for date in self.dates:
            if wait is not None:
                wait(date, pages=True)
            yield self._keep_day(date)
            if publisher is not None:
                parts = self._keep_published(date, publisher)
                publisher.take(parts, self._keep_items(date, publisher))
        if publisher is not None:
            program, memory = self.gathering.program, self.gathering.memory
            publisher.finish(lambda: memory.get("schemas", program, schemas))

    def has(self, date: dt.date) -> bool:
        """Whether all that is made of a day alone is kept."""
        memory, key = self.gathering.memory, self.gathering.key(date)
        if key is None or not memory.has("day", self._day_key(date)):
            return False
        publisher = self.publisher
        if publisher is not None:
            wanted = publisher.wanted(date)
            keys = [("items", self._items_key(date, publisher, feed)) for feed in wanted]
            keys.append(("feeds", self._published_key(date, publisher)))
            if not all(memory.has(*one) for one in keys):
                return False
        return memory.has("numbers", key)

    def keep_page(self, date: dt.date) -> Page:
        """Make and keep a day's page, if it is not kept yet."""
        page = self._keep_day(date)
        return replace(page, path=self.base + page.path)

    def keep_numbers(self, date: dt.date) -> None:
        """Make and keep what other pages tell of a day."""
        _ = self._told(self.gathering.key(date), date)

    def keep_published(self, date: dt.date) -> None:
        """Make and keep what programs are offered of a day."""
        if self.publisher is not None:
            self._keep_published(date, self.publisher)
            self._keep_items(date, self.publisher)

    def _keep_day(self, date: dt.date) -> Page:
        def make() -> bytes:
            return self._day(date, self._shortened(date)).text.encode()

        file = self.gathering.memory.file("day", self._day_key(date), make)
        if file is None:
            return self._day(date, self._shortened(date))
        path, title = day_path(date), date.isoformat()
        if self.linked:
            return Page(path, title, "", str(file))
        return Page.of_text(path, title, file.read_text("utf-8"))

    def _day_key(self, date: dt.date) -> str | None:
        return self._key(self.gathering.key(date), self._around[date], self._shortened(date))

    def _keep_published(self, date: dt.date, publisher: Publisher) -> DayParts:
        """What programs are offered of a day, its files apart from what is told of it."""
        key, memory = self._published_key(date, publisher), self.gathering.memory
        made: list[DayParts] = []

        def whole() -> DayParts:
            if not made:
                made.append(self._published(date))
            return made[0]

        def told() -> DayParts:
            assets = (replace(asset, content=b"") for asset in whole().assets)
            return replace(whole(), assets=tuple(assets))

        def content(number: int) -> bytes:
            return whole().assets[number].content

        if key is None:
            return whole()
        parts, files = memory.get("feeds", key, told), []
        for number, asset in enumerate(parts.assets):
            named = key_of(key, asset.path)
            file = memory.file("files", named, functools.partial(content, number))
            if file is None:
                return whole()
            files.append(replace(asset, source=str(file)))
        return replace(parts, assets=tuple(files))

    def _published_key(self, date: dt.date, publisher: Publisher) -> str | None:
        return self._key(self.gathering.key(date), publisher.decides(), self._is_short(date))

    def _keep_items(self, date: dt.date, publisher: Publisher) -> dict[str, tuple[Offered, ...]]:
        """What feeds have of a day, by their paths."""
        return {
            feed: self.gathering.memory.get(
                "items",
                self._items_key(date, publisher, feed),
                functools.partial(self._items, date, publisher, feed),
            )
            for feed in publisher.wanted(date)
        }

    def _items(self, date: dt.date, publisher: Publisher, feed: str) -> tuple[Offered, ...]:
        return publisher.items(date, self.gathering.sections(date), feed)

    def _items_key(self, date: dt.date, publisher: Publisher, feed: str) -> str | None:
        return self._key(self.gathering.key(date), publisher.decides(), feed)

    def _day(self, date: dt.date, short: Sequence[object] | None) -> Page:
        """The page of a day, between the nearest earlier and later one."""
        previous, following = self._around[date]
        sections = self.gathering.sections(date)
        return self._pages.day(date, sections, previous=previous, following=following, short=short)

    def _shortened(self, date: dt.date) -> Sequence[object] | None:
        """Links to the whole of a day that its page tells in short; None for the other days."""
        if not self._is_short(date):
            return None
        return self.publisher.downloads(date) if self.publisher is not None else ()

    def _is_short(self, date: dt.date) -> bool:
        """Whether a day is told in short.

        What is old is counted from the newest day of the archive, so that no clock is asked.
        """
        days = self.settings.details_days
        return days is not None and (self.dates[-1] - date).days >= days

    def _published(self, date: dt.date) -> DayParts:
        """What programs are offered of a day."""
        assert self.publisher is not None  # noqa: S101 - asked for by it alone
        return self.publisher.make(date, self.gathering.sections(date))

    def _told(self, key: str | None, date: dt.date) -> Told:
        """A day as the pages over many days need it: numbers now, words if they are wanted."""
        memory, part = self.gathering.memory, functools.partial

        def summary() -> DaySummary:
            return memory.get("summary", key, part(self._summary, date))

        numbers = memory.get("numbers", key, lambda: summary().numbers)
        return Told(key, numbers, summary)

    def _summary(self, date: dt.date) -> DaySummary:
        return DaySummary.of(date, self.gathering.sections(date))

    def _keep_month(
        self, parts: object, make: Callable[[], tuple[Page, MonthLine]]
    ) -> tuple[Page, MonthLine]:
        key = None if parts is None else self._key(self.gathering.program, parts)
        kept = self.gathering.memory.get("month", key, make)
        return make() if kept[0].path == self._wanted else kept

    def _keep(self, until: dt.date, parts: object, make: Callable[[], Page]) -> Page:
        """A page over many days: the one that was kept, or the one that is made."""
        if self._wanted is not None:
            return make()
        return self.gathering.memory.get(
            "page", self._key(self.gathering.until(until), parts), make
        )

    def _key(self, key: str | None, *more: object) -> str | None:
        """The hash of all that decides what is said of a day in this language."""
        return key and key_of(key, self.language, self.name, more)

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
        self.publisher = Publisher(
            places,
            about,
            lambda: self.gathering.gathered.choice,
            put,
            texts=texts,
            packs=self._is_short,
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
            "index.md",
            ARCHIVE_PATH,
            *(year_path(year) for year in years),
            *(month_path(year, month) for year, month in months),
            *(day_path(date) for date in self.dates),
            *self.repository_pages.paths(),
            *self.views.paths(),
        ]
        return [self.base + path for path in paths]

    def feeds(self) -> list[str]:
        """Where every feed is that pages lead to."""
        feeds = self.publisher.feeds if self.publisher is not None else []
        return [self.base + feed.path + end for feed in feeds for end in (ATOM, JSON)]


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
