"""The items of feeds that tell of one day: of the day itself, and of single commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import msgspec

from digest.feeds import cards
from digest.feeds.choosing import Kind, in_order, kinds_of
from digest.feeds.dialects import Speech
from digest.feeds.items import Item, key_of, plain_zone, when_known, when_written
from digest.feeds.places import ATOM, BREAKING_FEED, HIGH_FEED, SITE_FEED, Places, repository_feed
from digest.feeds.rendering import Renderer, in_full
from digest.feeds.told import CandidateItem
from digest.pageviews import EntryView, Figures, RepositoryDay, day_path

COMMIT_FEEDS: dict[Kind, str] = {"high": HIGH_FEED, "breaking": BREAKING_FEED}
"""The feeds of commits."""


class DayItems(msgspec.Struct, frozen=True):
    """What feeds may tell of one day."""

    places: Places
    words: Speech
    html: Renderer
    zone: ZoneInfo
    several: bool
    """Whether the site follows several repositories."""

    def day(
        self, date: dt.date, sections: Sequence[RepositoryDay], slug: str | None
    ) -> Iterator[CandidateItem]:
        """The day itself, in the feed of a repository, or of the site where none is named."""
        busy = [
            section
            for section in sections
            if section.entries and slug in {None, section.repository.slug}
        ]
        if busy:
            feed = repository_feed(slug) if slug else SITE_FEED
            yield CandidateItem(None, self._day(feed, date, busy, slug))

    def commits(
        self, date: dt.date, sections: Sequence[RepositoryDay], kind: Kind
    ) -> Iterator[CandidateItem]:
        """Its commits of a kind."""
        for view in in_order(sections):
            if kind in kinds_of(view):
                yield CandidateItem(key_of(view), self._commit(view, date, COMMIT_FEEDS[kind]))

    def _day(
        self, feed: str, date: dt.date, sections: Sequence[RepositoryDay], slug: str | None
    ) -> Item:
        figures = Figures.of(date, sections)
        full = [view for section in sections for view in in_full(section)]
        counted = cards.counted(self.words, figures)
        title = f"{date}{self.words.text(': ')}{counted}"
        names = [section.repository.slug for section in sections]
        tag = self.places.tag
        return Item(
            id=tag(slug, date.isoformat()) if slug else self.places.tag_of_all(date.isoformat()),
            title=f"{slug} · {title}" if slug else title,
            page=self.places.published(day_path(date)),
            published=plain_zone(
                min(view.entry.commit.committed_at for s in sections for view in s.entries)
            ),
            updated=when_known(date, sections, self.zone),
            summary=cards.in_brief(self.words, figures, sections),
            content=self.html.day(date, sections, start=feed + ATOM),
            categories=tuple(names),
            commits=frozenset(map(key_of, full)),
        )

    def _commit(self, view: EntryView, date: dt.date, feed: str) -> Item:
        subject = cards.subject_of(self.words, view)
        slug, kinds = view.repository.slug, kinds_of(view)
        return Item(
            id=self.places.tag(slug, view.entry.commit.sha),
            title=f"{slug}{self.words.text(': ')}{subject}" if self.several else subject,
            page=self.places.entry(date, view.anchor),
            published=plain_zone(view.entry.commit.committed_at),
            updated=when_written(view),
            summary=cards.summary_of(self.words, view),
            content=self.html.commit(view, date, start=feed + ATOM),
            categories=(slug, *kinds, view.entry.analysis.change_type),
            commits=frozenset([key_of(view)]),
        )
