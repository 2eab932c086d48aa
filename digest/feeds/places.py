"""Where machine-readable files are, how they are linked to, and the ids of what is in feeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from digest.pageviews import day_path, relative

AUTHORITY = "change-digest.invalid,2026"
"""Who gives our ids, as RFC 4151 wants it.  The domain can belong to nobody (RFC 2606), so ids
neither claim another's name nor change when a site moves."""

SITE_FEED = "feed"
HIGH_FEED = "feeds/high"
BREAKING_FEED = "feeds/breaking"
ATOM, JSON = ".xml", ".json"
PACKED = ".gz"
"""What the name of a file ends with that gzip has packed."""

INDEX = "index.json"
LLMS = "llms.txt"
ROBOTS = "robots.txt"
DAY_SCHEMA = "schema/day-1.json"
YEAR_SCHEMA = "schema/year-1.json"
INDEX_SCHEMA = "schema/index-1.json"


def overlapping(slugs: Sequence[str]) -> tuple[int, int] | None:
    """The first two slugs, by their numbers, that cannot be in one site; None where all can.

    Folders of the archive must neither be the same nor lie in each other, nor may one have
    the name of another's feed.
    """
    folders: list[str] = []
    for number, slug in enumerate(slugs):
        folder = slug.casefold() + "/"
        for earlier, other in enumerate(folders):
            if _within(folder, other) or _within(other, folder):
                return earlier, number
        folders.append(folder)
    return None


def _within(inner: str, outer: str) -> bool:
    """Whether a folder is another one, lies in it, or below what would be a feed of that."""
    feeds = [f"{outer[:-1]}{end}/" for end in (ATOM, JSON)]
    return inner.startswith(outer) or any(inner.startswith(f) and inner != f for f in feeds)


class Asset(msgspec.Struct, frozen=True):
    """A file of the site that is no page."""

    path: str
    """Relative to the site's root, with forward slashes."""
    content: bytes
    source: str | None = None
    """A file that holds the content, where there is one; then the content is empty."""

    def read(self) -> bytes:
        """The content, from wherever it is."""
        return self.content if self.source is None else Path(self.source).read_bytes()


class Places(msgspec.Struct, frozen=True):
    """Where things of one site are in one language.

    Paths that are given are relative to the language's folder, as pages' are.
    """

    site_url: str = ""
    """Where the site is published; empty where that is not known."""
    base: str = ""
    """Folder of the language: empty, or such as ``en/``."""
    first: str = ""
    """Slug of the first repository, which stands for the site in the ids of what is of all."""
    language: str = "en"
    directory_urls: bool = True
    """Whether the page ``a.md`` is published as ``a/`` and not as ``a.html``."""

    def published(self, path: str) -> str:
        """Where a page or another file is published, relative to the language's folder."""
        if not path.endswith(".md"):
            return path
        stem = path.removesuffix(".md")
        if stem == "README" or stem.endswith("/README"):
            stem = stem.removesuffix("README") + "index"  # as MkDocs has it
        if stem == "index" or stem.endswith("/index"):
            folder = stem.removesuffix("index")
            return folder if self.directory_urls else f"{folder}index.html"
        return f"{stem}/" if self.directory_urls else f"{stem}.html"

    def url(self, target: str) -> str | None:
        """The absolute address of what is published at a path; None where that is not known."""
        if not self.site_url:
            return None
        return urljoin(self.site_url.rstrip("/") + "/", self.base + target)

    def link(self, target: str, start: str) -> str:
        """A link from one published file to another: absolute where the site's address is known.

        Arguments:
            target: where it leads, with a fragment or without one.
            start: the file that it stands in.
        """
        return self.url(target) or self.beside(target, start)

    @staticmethod
    def beside(target: str, start: str) -> str:
        """A relative link from one published file to another."""
        path = str(relative(target, start))
        # A fragment alone would be one of the file that it stands in.
        return path if path and path[0] != "#" else f"./{path}"

    def entry(self, date: dt.date, anchor: str) -> str:
        """Where an entry is: on the page of its day."""
        return f"{self.published(day_path(date))}#{anchor}"

    def tag(self, *names: str) -> str:
        """An id that is the same for ever, wherever the site is (RFC 4151)."""
        specific = "/".join(quote(name, safe="/") for name in (self.language, *names))
        return f"tag:{AUTHORITY}:{specific}"

    def tag_of_all(self, *names: str) -> str:
        """The same for what is not of one repository.

        Neither the site's name nor its address is in it, both of which may change.  Its first
        repository tells it from other sites.
        """
        return self.tag("~all", self.first, *names)  # no slug begins so

    @property
    def root(self) -> str:
        """The path of the site on its host, with slashes at both ends."""
        return urlsplit(self.site_url).path.rstrip("/") + "/"


def repository_feed(slug: str) -> str:
    """Where the feed of a repository is, without the ending of its format."""
    return f"feeds/repository/{slug}"


def day_folder(date: dt.date) -> str:
    """The folder of what belongs to a day."""
    return day_path(date).removesuffix(".md") + "/"


def day_data(date: dt.date, *, packed: bool = False) -> str:
    """Where a day is as JSON, or as JSON that gzip has packed."""
    return f"{day_folder(date)}index.json{PACKED if packed else ''}"


def day_text(date: dt.date) -> str:
    """Where a day is as plain Markdown."""
    return f"{day_folder(date)}index.md"


def year_data(year: int) -> str:
    """Where the list of a year's days is."""
    return f"{year:04}/index.json"
