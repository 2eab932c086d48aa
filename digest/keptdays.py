"""What is made of one day alone, in one language: made once, and kept under all that decides it."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from functools import cached_property

from msgspec.structs import replace

from digest.feeds.publishing import Publisher
from digest.feeds.told import CandidateItem, DayParts
from digest.gathering import Gathering
from digest.kept.memory import key_of
from digest.pages import Pages
from digest.pageviews import Page, day_path
from digest.roundups import Told
from digest.summaries import DaySummary


class KeptDays:
    """The days of one site in one language; paths are without the base.

    Each part of a day is found, or else made and kept, when it is asked for.

    Arguments:
        gathering: the archive, and what earlier builds kept.
        pages: the templates.
        language: of the words.
        name: the site's.
    """

    def __init__(self, gathering: Gathering, pages: Pages, *, language: str, name: str) -> None:
        self._gathering = gathering
        self._pages = pages
        self._language = language
        self._name = name
        self.publisher: Publisher | None = None
        """Makes what is offered to programs, if anything is."""
        self.linked = False
        """Whether pages that are in files already are told by these."""

    def has(self, date: dt.date) -> bool:
        """Whether all parts of a day are kept."""
        memory, key = self._gathering.memory, self._gathering.key(date)
        if key is None or not memory.has("day", self._page_key(date)):
            return False
        publisher = self.publisher
        if publisher is not None:
            wanted = publisher.wanted(date)
            keys = [("items", self._items_key(date, publisher, feed)) for feed in wanted]
            keys.append(("feeds", self._published_key(date, publisher)))
            if not all(memory.has(*one) for one in keys):
                return False
        return memory.has("numbers", key)

    def page(self, date: dt.date) -> Page:
        """The page of a day, between the nearest earlier and later one."""

        def make() -> bytes:
            return (self._followed(date) or self.page_anew(date).text).encode()

        file = self._gathering.memory.file("day", self._page_key(date), make)
        if file is None:
            return self.page_anew(date)
        path, title = day_path(date), date.isoformat()
        if self.linked:
            return Page(path, title, "", str(file))
        return Page.of_text(path, title, file.read_text("utf-8"))

    def page_anew(self, date: dt.date) -> Page:
        """The same, made with the templates as they are now."""
        previous, following = self._around[date]
        sections, short = self._gathering.sections(date), self._shortened(date)
        return self._pages.day(date, sections, previous=previous, following=following, short=short)

    def _followed(self, date: dt.date) -> str | None:
        """The page of a day that was kept while it was the newest, led on to the next one."""
        previous, following = self._around[date]
        key = self.key(self._gathering.key(date), (previous, None), self._shortened(date))
        file = self._gathering.memory.kept_file("day", key) if following else None
        if file is None or following is None:
            return None
        return self._pages.day_followed(
            file.read_text("utf-8"), date, previous=previous, following=following
        )

    def told(self, date: dt.date) -> Told:
        """A day as the pages over many days need it: numbers now, words if they are wanted."""
        key, memory = self._gathering.key(date), self._gathering.memory

        def summary() -> DaySummary:
            return memory.get("summary", key, functools.partial(self._summary, date))

        numbers = memory.get("numbers", key, lambda: summary().numbers)
        return Told(key, numbers, summary)

    def publish(self, date: dt.date) -> None:
        """Have a day published, if anything is; days come oldest first."""
        if self.publisher is not None:
            self.publisher.take(*self._offered(date, self.publisher))

    def keep_published(self, date: dt.date) -> None:
        """Make and keep what is published of a day, for another process to find."""
        if self.publisher is not None:
            self._offered(date, self.publisher)

    def is_short(self, date: dt.date) -> bool:
        """Whether a day is told in short.

        What is old is counted from the newest day of the archive, so that no clock is asked.
        """
        days = self._gathering.settings.details_days
        return days is not None and (self._gathering.dates[-1] - date).days >= days

    def key(self, key: str | None, *more: object) -> str | None:
        """The hash of all that decides what is said in this language, by that of the archive."""
        return key and key_of(key, self._language, self._name, more)

    @cached_property
    def _around(self) -> dict[dt.date, tuple[dt.date | None, dt.date | None]]:
        """For each day the nearest earlier and later one."""
        dates = self._gathering.dates
        around = zip((None, *dates), (*dates[1:], None), strict=False)
        return dict(zip(dates, around, strict=False))

    def _page_key(self, date: dt.date) -> str | None:
        return self.key(self._gathering.key(date), self._around[date], self._shortened(date))

    def _shortened(self, date: dt.date) -> Sequence[object] | None:
        """Links to the whole of a day that its page tells in short; None for the other days."""
        if not self.is_short(date):
            return None
        return self.publisher.downloads(date) if self.publisher is not None else ()

    def _summary(self, date: dt.date) -> DaySummary:
        return DaySummary.of(date, self._gathering.sections(date))

    def _offered(
        self, date: dt.date, publisher: Publisher
    ) -> tuple[DayParts, dict[str, tuple[CandidateItem, ...]]]:
        """What programs are offered of a day, and what feeds have of it, by their paths."""
        items = {
            feed: self._gathering.memory.get(
                "items",
                self._items_key(date, publisher, feed),
                functools.partial(self._items, date, publisher, feed),
            )
            for feed in publisher.wanted(date)
        }
        return self._published(date, publisher), items

    def _published(self, date: dt.date, publisher: Publisher) -> DayParts:
        """What programs are offered of a day, its files apart from what is told of it."""
        key, memory = self._published_key(date, publisher), self._gathering.memory
        made: list[DayParts] = []

        def whole() -> DayParts:
            if not made:
                made.append(publisher.make(date, self._gathering.sections(date)))
            return made[0]

        def told() -> DayParts:
            assets = (replace(asset, content=b"") for asset in whole().assets)
            return replace(whole(), assets=tuple(assets))

        def content(number: int) -> bytes:
            return whole().assets[number].content

        if key is None:
            return whole()
        parts, files = memory.get("feeds", key, told), []
        if [asset.path for asset in parts.assets] != publisher.paths(date):
            return whole()  # a cache may come from anywhere
        for number, asset in enumerate(parts.assets):
            named = key_of(key, asset.path)
            file = memory.file("files", named, functools.partial(content, number))
            if file is None:
                return whole()
            files.append(replace(asset, source=str(file)))
        return replace(parts, assets=tuple(files))

    def _published_key(self, date: dt.date, publisher: Publisher) -> str | None:
        return self.key(self._gathering.key(date), publisher.decides(), self.is_short(date))

    def _items(self, date: dt.date, publisher: Publisher, feed: str) -> tuple[CandidateItem, ...]:
        return publisher.items(date, self._gathering.sections(date), feed)

    def _items_key(self, date: dt.date, publisher: Publisher, feed: str) -> str | None:
        return self.key(self._gathering.key(date), publisher.decides(), feed)
