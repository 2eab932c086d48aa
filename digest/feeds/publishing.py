"""Everything that a site offers to programs in one language, made as its days go by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import astuple, replace

from digest import escape
from digest.feeds import cards, records
from digest.feeds.atom import MEDIA_TYPE as ATOM_TYPE
from digest.feeds.atom import atom
from digest.feeds.atom import moment as written
from digest.feeds.cards import Head, Link
from digest.feeds.choosing import Choice, Kind
from digest.feeds.daydata import DayData
from digest.feeds.dayitems import COMMIT_FEEDS, DayItems
from digest.feeds.indexes import (
    Listed,
    by_year,
    feed_listed,
    index_file,
    llms,
    newest_moment,
    robots,
    schemas,
    year_file,
)
from digest.feeds.items import Fates, Feed, deeds_of, when_known
from digest.feeds.jsonfeed import MEDIA_TYPE as JSON_TYPE
from digest.feeds.jsonfeed import json_feed
from digest.feeds.places import (
    ATOM,
    BREAKING_FEED,
    HIGH_FEED,
    INDEX,
    JSON,
    LLMS,
    SITE_FEED,
    Asset,
    Places,
    day_data,
    day_text,
    repository_feed,
    year_data,
)
from digest.feeds.rendering import commonmark, html, is_breaking
from digest.feeds.told import CandidateItem, DayParts
from digest.model import Repository, RepositoryState
from digest.pageviews import (
    ARCHIVE_PATH,
    Figures,
    RepositoryDay,
    day_path,
    month_path,
    year_path,
)
from digest.views import BREAKING_PATH

HOME_PATH = "index.md"
_KINDS = {path: kind for kind, path in COMMIT_FEEDS.items()}
_FORMATS = ((ATOM_TYPE, ATOM), (JSON_TYPE, JSON))


class Covered(msgspec.Struct, frozen=True):
    """A repository of the site."""

    repository: Repository
    state: RepositoryState
    page: str
    """Its page, relative to the language's folder."""


class About(msgspec.Struct, frozen=True):
    """What a site says of itself."""

    name: str
    description: str
    zone: ZoneInfo
    repositories: Sequence[Covered]


class Publisher:
    """What a site offers to programs in one language.

    It is told of each day, oldest first, and hands out what belongs to that day; when all
    days are done, it hands out what is told of many.

    Arguments:
        places: where things are.
        about: what the site says of itself.
        choice: tells what is in which feed, when all days have been read.
        publish: takes each file that is made.
        texts: whether days are published as plain Markdown too.
        packs: tells of which days the JSON is packed; of none by default.
    """

    def __init__(
        self,
        places: Places,
        about: About,
        choice: Callable[[], Choice],
        publish: Callable[[Asset], None],
        *,
        texts: bool = True,
        packs: Callable[[dt.date], bool] = lambda _: False,
    ) -> None:
        self._places = places
        self._about = about
        self._chosen = choice
        self._publish = publish
        self._texts = texts
        self._packs = packs
        self._words = cards.speech(places.language)
        self._items = DayItems(
            places,
            self._words,
            html(places.language, places),
            about.zone,
            several=len(about.repositories) > 1,
        )
        self._text = commonmark(places.language, places)
        self._data = DayData(places, about.zone.key)
        self._fates = Fates()
        self._listed: list[Listed] = []
        self._site = self._feed(SITE_FEED, about.name, HOME_PATH, places.tag_of_all(SITE_FEED))
        self._commits: dict[Kind, Feed] = {
            "high": self._feed(
                HIGH_FEED,
                self._named("High importance"),
                HOME_PATH,
                places.tag_of_all(HIGH_FEED),
            ),
            "breaking": self._feed(
                BREAKING_FEED,
                self._named("Breaking changes"),
                BREAKING_PATH,
                places.tag_of_all(BREAKING_FEED),
            ),
        }
        self._of_repository = {
            item.repository.slug: self._feed(
                repository_feed(item.repository.slug),
                f"{about.name} · {item.repository.slug}",
                item.page,
                places.tag(repository_feed(item.repository.slug)),
            )
            for item in about.repositories
        }
        self._slugs = {feed.path: slug for slug, feed in self._of_repository.items()}
        self._pages = {item.page: item.repository.slug for item in about.repositories}
        self._heads: dict[str, tuple[str, dt.datetime | None]] = {}
        self._dates: dict[str, dt.date] = {}

    @property
    def _choice(self) -> Choice:
        return self._chosen()

    @property
    def feeds(self) -> list[Feed]:
        """All feeds of the site."""
        return [self._site, *self._commits.values(), *self._of_repository.values()]

    def decides(self) -> list[object]:
        """What decides the parts of a day beside its sections, as plain values."""
        return [*astuple(self._places), self._texts, self._items.several]

    def wanted(self, date: dt.date) -> list[str]:
        """The feeds that anything of a day is in, by their paths.

        What each has of a day is made and kept on its own: when the day leaves one feed, nothing
        is made again.
        """
        days = [repository_feed(slug) if slug else SITE_FEED for slug in self._choice.days_of(date)]
        return [*days, *(COMMIT_FEEDS[kind] for kind in self._choice.kinds_of(date))]

    def paths(self, date: dt.date) -> list[str]:
        """Where the files of a day are, in the order in which they are made."""
        files = [day_text(date)] if self._texts else []
        files.append(day_data(date, packed=self._packs(date)))
        return [self._places.base + file for file in files]

    def items(
        self, date: dt.date, sections: Sequence[RepositoryDay], feed: str
    ) -> tuple[CandidateItem, ...]:
        """What a feed may have of a day."""
        kind = _KINDS.get(feed)
        if kind is not None:
            return tuple(self._items.commits(date, sections, kind))
        return tuple(self._items.day(date, sections, self._slugs.get(feed)))

    def make(self, date: dt.date, sections: Sequence[RepositoryDay]) -> DayParts:
        """Everything that is published of one day."""
        views = [view for section in sections for view in section.entries]
        figures = Figures.of(date, sections)
        assets = []
        if self._texts:
            title = str(self._words.text("Daily digest (%(date)s)", date=date))
            text = self._text.text(date, sections, title)
            assets.append(Asset(self._places.base + day_text(date), text.encode()))
        record = records.dumped(self._data.day(date, sections, text=self._texts))
        if packed := self._packs(date):
            record = records.packed(record)
        assets.append(Asset(self._places.base + day_data(date, packed=packed), record))
        return DayParts(
            date=date,
            listed=Listed(figures, sum(map(is_breaking, views)), packed),
            brief=cards.in_brief(self._words, figures, sections),
            moment=when_known(date, sections, self._about.zone) if views else None,
            assets=tuple(assets),
            deeds=deeds_of(views),
        )

    def take(self, parts: DayParts, candidates: Mapping[str, Iterable[CandidateItem]]) -> None:
        """Publish a day, and keep of it what is told of many days; days come oldest first.

        Arguments:
            parts: the day.
            candidates: its items, by the path of the feed.
        """
        path = day_path(parts.date)
        self._listed.append(parts.listed)
        self._fates.add(parts.deeds, self._choice.oldest)
        self._heads[path] = (parts.brief, parts.moment)
        self._dates[path] = parts.date
        for asset in parts.assets:
            self._publish(asset)
        feeds = {feed.path: feed for feed in self.feeds}
        for feed, items in candidates.items():
            kind = _KINDS.get(feed)
            feeds[feed].items.extend(
                replace(one.item)
                for one in items
                if not (kind and one.commit)
                or self._choice.has_commit(kind, one.commit, parts.date)
            )

    def finish(self, shared: Callable[[], Iterable[Asset]] = schemas) -> None:
        """Publish what is told of many days.

        Arguments:
            shared: makes, or finds, what is the same on each site: the schemas of its files.
        """
        otherwise = newest_moment([item.state.reached_at for item in self._about.repositories])
        for feed in self.feeds:
            for item in feed.items:
                self._fates.tell(item)
            name = self._about.name
            content = atom(feed, self._places, author=name, otherwise=otherwise)
            self._put(feed.path + ATOM, content)
            self._put(feed.path + JSON, json_feed(feed, self._places, author=name))
        for year, days in by_year(self._listed).items():
            self._put(year_data(year), records.dumped(year_file(year, days, self._places)))
        index = index_file(
            self._places,
            name=self._about.name,
            zone=self._about.zone.key,
            repositories=[self._repository(item) for item in self._about.repositories],
            feeds=self.feeds[:3],
            days=self._listed,
        )
        self._put(INDEX, records.dumped(index))
        text = llms(
            self._places,
            name=self._about.name,
            description=self._about.description or self._described(),
            feeds=self.feeds,
            days=self._listed,
            texts=self._texts,
        )
        self._put(LLMS, text.encode())
        if not self._places.base:
            for asset in [*shared(), robots(self._places)]:
                self._publish(asset)
        self._tell_of_views()

    def head(self, path: str) -> Head:
        """What the head of a page says, to be asked for when all is published.

        Arguments:
            path: of the page's Markdown, relative to the language's folder.
        """
        description, moment = self._heads.get(path, (None, None))
        is_day = path in self._dates
        links = self._links(path)
        if is_day and self._texts:
            here = self._places.published(path)
            target = self._places.beside(day_text(self._dates[path]), here)
            links.append(Link("text/markdown", target, "Markdown"))
        return Head(
            description=description or self._about.description or self._described(),
            kind="article" if is_day else "website",
            locale=cards.locale_of(self._places.language),
            site_name=self._about.name,
            links=tuple(links),
            url=self._places.url(self._places.published(path)),
            published=self._dates[path].isoformat() if is_day else None,
            modified=written(moment) if is_day and moment else None,
        )

    def downloads(self, date: dt.date) -> tuple[Link, ...]:
        """The files that have the whole of a day, linked to from its page."""
        here = self._places.published(day_path(date))
        files = [("text/markdown", day_text(date), "Markdown")] if self._texts else []
        if self._packs(date):
            files.append(("application/gzip", day_data(date, packed=True), "JSON (gzip)"))
        else:
            files.append(("application/json", day_data(date), "JSON"))
        link = self._places.link
        return tuple(Link(kind, link(path, here), title) for kind, path, title in files)

    def modified(self, path: str) -> dt.date | None:
        """The day on which a page of ours last changed; None where that is not known."""
        moment = self._heads.get(path, (None, None))[1]
        return moment.astimezone(self._about.zone).date() if moment else None

    # Lists and heads

    def _repository(self, item: Covered) -> records.RepositoryListed:
        slug = item.repository.slug
        return records.RepositoryListed(
            repository=slug,
            url=item.repository.web,
            reached_at=item.state.reached_at,
            feed=feed_listed(self._of_repository[slug]),
        )

    def _tell_of_views(self) -> None:
        """Describe the pages over many days by what they count."""
        months: dict[str, list[Listed]] = {}
        for item in self._listed:
            date = item.figures.date
            for path in (month_path(date.year, date.month), year_path(date.year), ARCHIVE_PATH):
                months.setdefault(path, []).append(item)
        for path, days in months.items():
            commits = sum(item.figures.commits for item in days)
            told = [
                self._words.plural("%(number)s day", "%(number)s days", len(days)),
                self._words.plural("%(number)s commit", "%(number)s commits", commits),
            ]
            name = path.removesuffix("/index.md").replace("/", "-")
            prefix = "" if path == ARCHIVE_PATH else f"{name}{self._words.text(': ')}"
            self._heads[path] = (prefix + " · ".join(map(str, told)), self._latest(days))
        latest = self._latest(self._listed)
        self._heads[HOME_PATH] = (self._about.description or self._described(), latest)
        for path, slug in self._pages.items():
            if path != HOME_PATH:
                feed = self._of_repository[slug]
                moment = feed.items[-1].updated if feed.items else None
                self._heads[path] = (feed.subtitle, moment)

    def _latest(self, days: Sequence[Listed]) -> dt.datetime | None:
        """When the last of the pages of some days changed."""
        moments = [self._heads[day_path(item.figures.date)][1] for item in days]
        return max((moment for moment in moments if moment), default=None)

    def _links(self, path: str) -> list[Link]:
        """The feeds that go with a page, the nearest first."""
        slug, here = self._pages.get(path), self._places.published(path)
        nearest = [self._of_repository[slug], self._site] if slug else [self._site]
        forms = [(feed, kind, end) for feed in nearest for kind, end in _FORMATS]
        forms += [(feed, *_FORMATS[0]) for feed in self._commits.values()]
        return [
            Link(kind, self._places.beside(feed.path + end, here), escape.plain(feed.title))
            for feed, kind, end in forms
        ]

    # Names

    def _named(self, message: str) -> str:
        return f"{self._about.name} · {self._words.text(message)}"

    def _described(self) -> str:
        slugs = [item.repository.slug for item in self._about.repositories]
        message = "What changed in %(repositories)s, day by day"
        return str(self._words.text(message, repositories=str(self._words.text(", ")).join(slugs)))

    def _feed(self, path: str, title: str, page: str, tag: str) -> Feed:
        subtitle = self._about.description or self._described()
        return Feed(path, title, subtitle, self._places.published(page), tag)

    def _put(self, path: str, content: bytes) -> None:
        self._publish(Asset(self._places.base + path, content))
