"""The lists that lead to everything: of days, of feeds, for language models, for crawlers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

import msgspec

from digest import escape
from digest.feeds import records
from digest.feeds.cards import counted
from digest.feeds.dialects import CommonMark, Speech
from digest.feeds.items import Feed
from digest.feeds.places import (
    ATOM,
    DAY_SCHEMA,
    INDEX,
    INDEX_SCHEMA,
    JSON,
    LLMS,
    ROBOTS,
    YEAR_SCHEMA,
    Asset,
    Places,
    day_data,
    day_text,
    year_data,
)
from digest.pageviews import ARCHIVE_PATH, Figures, day_path
from digest.views import BREAKING_PATH, DEPENDENCIES_PATH, INTERFACE_PATH, REVERTS_PATH

LLMS_DAYS = 30
"""Days that ``llms.txt`` names; the index has them all."""


class Listed(msgspec.Struct, frozen=True):
    """A day in the lists."""

    figures: Figures
    breaking: int
    packed: bool = False
    """Whether its JSON is packed."""

    @property
    def complete(self) -> bool:
        """Whether all of the day is known."""
        day = self.figures
        return day.reached and not (day.open or day.partial or day.damaged)


def year_file(year: int, days: Sequence[Listed], places: Places) -> records.YearFile:
    """The days of a year, which are given oldest first."""
    return records.YearFile(
        version=records.VERSION,
        generator=records.GENERATOR,
        language=places.language,
        year=year,
        days=tuple(
            records.DayListed(
                date=item.figures.date,
                data=day_data(item.figures.date, packed=item.packed),
                page=places.published(day_path(item.figures.date)),
                commits=item.figures.commits,
                levels={name: count for name, count in item.figures.levels.items() if count},
                breaking=item.breaking,
                complete=item.complete,
            )
            for item in reversed(days)
        ),
    )


def year_listed(year: int, days: Sequence[Listed]) -> records.YearListed:
    """A year in the index."""
    return records.YearListed(
        year=year,
        data=year_data(year),
        days=len(days),
        commits=sum(item.figures.commits for item in days),
    )


def by_year(days: Sequence[Listed]) -> dict[int, list[Listed]]:
    """Days, which are given oldest first, by year."""
    return {
        year: list(items) for year, items in groupby(days, key=lambda item: item.figures.date.year)
    }


def feed_listed(feed: Feed) -> records.Feed:
    """A feed in the index."""
    return records.Feed(
        title=escape.plain(feed.title), atom=feed.path + ATOM, json_feed=feed.path + JSON
    )


def index_file(
    places: Places,
    *,
    name: str,
    zone: str,
    repositories: Sequence[records.RepositoryListed],
    feeds: Sequence[Feed],
    days: Sequence[Listed],
) -> records.IndexFile:
    """The index of everything."""
    up = "../" * places.base.count("/")
    return records.IndexFile(
        version=records.VERSION,
        generator=records.GENERATOR,
        name=escape.plain(name),
        language=places.language,
        url=places.url(""),
        zone=zone,
        newest=max((item.figures.date for item in days if item.figures.commits), default=None),
        repositories=tuple(repositories),
        feeds=tuple(map(feed_listed, feeds)),
        years=tuple(year_listed(*item) for item in reversed(by_year(days).items())),
        schemas={
            "index": up + INDEX_SCHEMA,
            "year": up + YEAR_SCHEMA,
            "day": up + DAY_SCHEMA,
        },
    )


def schemas() -> list[Asset]:
    """The schemas of what is published; one for all languages."""
    kinds: dict[str, type[records.Published]] = {
        INDEX_SCHEMA: records.IndexFile,
        YEAR_SCHEMA: records.YearFile,
        DAY_SCHEMA: records.DayFile,
    }
    return [Asset(path, records.schema(kind, path)) for path, kind in kinds.items()]


def llms(
    places: Places,
    *,
    name: str,
    description: str,
    feeds: Sequence[Feed],
    days: Sequence[Listed],
    texts: bool,
) -> str:
    """What the site has for a language model, in the form that https://llmstxt.org describes.

    Arguments:
        places: where things are.
        name: the site's.
        description: what the site is.
        feeds: all its feeds.
        days: all its days, oldest first.
        texts: whether days are published as plain Markdown.
    """
    words, dialect = Speech(places.language, CommonMark()), CommonMark()
    colon = str(words.text(": "))

    def link(title: object, target: str) -> str:
        return f"- {dialect.link(words.finalize(title), places.link(target, LLMS))}"

    lines = [
        f"# {dialect.text(name) or 'change-digest'}",
        "",
        f"> {dialect.text(description)}",
        "",
        str(words.text("Changes of git repositories, a page for each day; made by change-digest.")),
        "",
        f"## {words.text('Recent days')}",
        "",
    ]
    newest = [item.figures for item in reversed(days) if item.figures.commits][:LLMS_DAYS]
    for figures in newest:
        page = places.published(day_path(figures.date))
        target = day_text(figures.date) if texts else page
        lines.append(f"{link(figures.date, target)}{colon}{counted(words, figures)}")
    lines += ["", f"## {words.text('Views')}", ""]
    views = {
        "Archive": ARCHIVE_PATH,
        "Breaking changes": BREAKING_PATH,
        "Reverts and outcomes": REVERTS_PATH,
        "Interface changes": INTERFACE_PATH,
        "Dependencies": DEPENDENCIES_PATH,
    }
    lines += [link(words.text(title), places.published(path)) for title, path in views.items()]
    lines += ["", f"## {words.text('Data')}", ""]
    lines.append(
        link(words.text("All days as JSON"), INDEX)
        + colon
        + str(words.text("one file for each day, with a schema"))
    )
    lines += ["", "## Optional", ""]
    lines += [link(f"{feed.title} (Atom)", feed.path + ATOM) for feed in feeds]
    return "\n".join(lines) + "\n"


def robots(places: Places) -> Asset:
    """Everything may be read; and where the site map is, which must be a whole address."""
    lines = ["# change-digest", "User-agent: *", "Allow: /"]
    sitemap = places.url("sitemap.xml")
    if sitemap is not None:
        lines += ["", f"Sitemap: {sitemap}"]
    return Asset(ROBOTS, ("\n".join(lines) + "\n").encode())


def newest_moment(moments: Sequence[dt.datetime | None]) -> dt.datetime:
    """The latest of what is known; the beginning of time where nothing is."""
    known = [moment for moment in moments if moment is not None]
    return max(known, default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
