"""The site's search: an index of static files that a browser reads a few of.

::

    archive → texts → grams → lists of a day → segments → files

A query is cut into the same grams as the texts were (``grams``), their postings
are fetched and joined, and of the first results the texts are fetched, looked
at and shown (``assets/search``).  What is published does not depend on the
server: no range requests, no content encoding, no program.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from digest.archive import Archive
from digest.errors import ArchiveError, DigestError
from digest.kept.memory import version
from digest.model import Entry, Repository
from digest.pageviews import anchors
from digest.search.postings import Lists
from digest.search.segments import LARGE, Lot, blocks, digest_of, lot, segment
from digest.search.spared import Spared
from digest.search.store import Store
from digest.search.texts import Document, PlainWording, entry_document
from digest.settings import Settings

__all__ = ["FOLDER", "SearchIndex"]

FOLDER = "search"
"""Where the index is, below the base of its language."""

_MADE_BY = (
    *("search", "locales", "model", "claimviews.py", "escape.py", "factviews.py"),
    *("pageviews.py", "phrases.py", "wording.py", "__init__.py"),
)
"""What of this package the index depends on beside the archive."""

Entries = Sequence[tuple[Repository, Entry]]
"""Of a day, in the order of its page."""


class SearchIndex:
    """The index of one site in one language.

    Arguments:
        settings: the site's settings.
        cache: a folder for what later builds need not make again.
        language: of the words; the site's main one by default.
        base: what the paths of this language's pages begin with: empty, or ``en/``.
    """

    def __init__(
        self, settings: Settings, cache: Path, *, language: str | None = None, base: str = ""
    ) -> None:
        self._settings = settings
        self._language = language or settings.language
        self._base = base
        self._cache = cache
        self._archive = Archive(settings.archive)
        self._store = Store(cache / f"{self._language}-{digest_of(base)[:6]}")
        self._made_by = digest_of(_made_by(), self._language)
        self._wording = PlainWording(self._language)

    def write(
        self,
        site_dir: Path,
        sections: Sequence[Document] = (),
        *,
        directory_urls: bool = True,
    ) -> None:
        """Write the index for the archive as it is.

        Arguments:
            site_dir: the folder of the built site.
            sections: of hand-written pages.
            directory_urls: whether a page is its folder, as MkDocs has it by default.

        Raises:
            DigestError: a file cannot be written.
        """
        target = site_dir / self._base / FOLDER
        spared = Spared(target, self._cache)
        spared.give()
        with closing(self._store):
            self._write(target, sections, directory_urls=directory_urls)
        spared.note()

    def spare(self, site_dir: Path) -> None:
        """Keep what the build before published from being removed, until the next to write."""
        Spared(site_dir / self._base / FOLDER, self._cache).take()

    def missing(self) -> list[dt.date]:
        """The days that are not indexed, oldest first."""
        return [date for date in self._dates() if self._store.lot(self._key(date)) is None]

    def entries(self, date: dt.date) -> Entries:
        """The entries of a day's page, in its order."""
        return list(self._entries(date))

    def make(self, date: dt.date, entries: Callable[[], Entries]) -> None:
        """Index a day, if that is not kept, for one of the next to write.

        Arguments:
            date: the day.
            entries: reads the entries of its page.
        """
        self._lot(date, entries)

    def parts(self) -> int:
        """How many segments the days have."""
        return len(blocks(self._dates()))

    def join(self, number: int) -> None:
        """Make one of these segments, if it is not kept, for one of the next to write."""
        self._segment([self._lot(date) for date in blocks(self._dates())[number]])

    def _write(self, target: Path, sections: Sequence[Document], *, directory_urls: bool) -> None:
        parts = [[self._lot(date) for date in block] for block in blocks(self._dates())]
        if sections:
            parts.append([self._pages(sections)])
        for part in parts:
            for item in part:
                self._publish("t", item.key, target, partial(self._again, item, sections))
        keys = [self._segment(part) for part in parts]
        for key, part in zip(keys, parts, strict=True):
            self._publish("s", key, target, partial(self._segment, part))
        used = [item.key for part in parts for item in part]
        self._manifest(target, keys, directory_urls=directory_urls)
        for kind, needed in (("s", keys), ("t", used)):
            self._store.forget(kind, needed)
            _remove_others(target / kind, needed)

    def _publish(self, kind: str, key: str, target: Path, make: Callable[[], object]) -> None:
        """Publish a lot or a segment, made again where the cache has lost or damaged it."""
        if not self._store.publish(kind, key, target):
            make()
            if not self._store.publish(kind, key, target):
                raise self._unreadable()

    def _unreadable(self) -> DigestError:
        return DigestError(f"{self._cache}: the cache of the search index cannot be read")

    def _again(self, item: Lot, sections: Sequence[Document] = ()) -> Lot:
        """A lot that the cache has lost, made anew."""
        if item.name:
            date = dt.date.fromisoformat(item.name)
            return self._make(item.key, date, self.entries(date))
        if sections:
            return self._pages(sections)
        raise DigestError(f"{self._cache}: the cache of the search index is damaged: remove it")

    def _segment(self, part: Sequence[Lot]) -> str:
        """The key of the segment of some lots, which is there."""
        key = digest_of(self._made_by, *(item.key for item in part))
        if not self._store.has_segment(key):
            self._store.keep_segment(segment(key, part, map(self._lists, part)))
        return key

    def _manifest(self, target: Path, keys: Sequence[str], *, directory_urls: bool) -> None:
        sizes = [self._store.segment_size(key) for key in keys]
        if None in sizes:
            raise self._unreadable()
        content = {
            "language": self._language,
            "day": "YYYY/MM/DD/" if directory_urls else "YYYY/MM/DD.html",
            "repositories": [repository.slug for repository in self._settings.repositories],
            "first": LARGE,
            "segments": [
                [key, *size] for key, size in zip(keys, sizes, strict=True) if size is not None
            ],
        }
        try:
            target.mkdir(parents=True, exist_ok=True)
            path = target / "index.json"
            path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        except OSError as error:
            raise DigestError(f"{target}: the search index cannot be written ({error})") from error

    def _dates(self) -> list[dt.date]:
        slugs = [repository.slug for repository in self._settings.repositories]
        return sorted({date for slug in slugs for date in self._archive.dates(slug)})

    def _lot(self, date: dt.date, entries: Callable[[], Entries] | None = None) -> Lot:
        """A day, from what was kept where its files are the same."""
        key = self._key(date)
        kept = self._store.lot(key)
        return kept or self._make(key, date, entries() if entries else self.entries(date))

    def _key(self, date: dt.date) -> str:
        files = [
            (repository.slug, found)
            for repository in self._settings.repositories
            if (found := self._archive.fingerprint(repository.slug, date)) is not None
        ]
        return digest_of(self._made_by, date, *(part for file in files for part in file))

    def _make(self, key: str, date: dt.date, entries: Entries) -> Lot:
        documents = [
            entry_document(repository, entry, anchor, self._wording)
            for (repository, entry), anchor in zip(entries, anchors(entries), strict=True)
        ]
        made = lot(date.isoformat(), key, documents)
        self._store.keep_lot(made)
        return made

    def _entries(self, date: dt.date) -> Iterator[tuple[Repository, Entry]]:
        for repository in self._settings.repositories:
            try:
                day = self._archive.load(repository.slug, date)
            except ArchiveError:
                continue  # told when the pages are made
            if day is not None:
                yield from ((repository, entry) for entry in day.entries)

    def _pages(self, sections: Sequence[Document]) -> Lot:
        key = digest_of(self._made_by, *(text for item in sections for text in item.record))
        if (kept := self._store.lot(key)) is not None:
            return kept
        made = lot("", key, sections)
        self._store.keep_lot(made)
        return made

    def _lists(self, item: Lot) -> Lists:
        """The lists of a lot; made anew where the cache has lost them."""
        found = item.lists or self._store.lists(item.key)
        if found is None:
            found = self._again(item).lists
            assert found is not None  # noqa: S101 - just made
        return found


def _remove_others(place: Path, needed: Iterable[str]) -> None:
    """Remove what was published before and is not any more."""
    kept = set(needed)
    for folder in [*place.iterdir()] if place.is_dir() else []:
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def _made_by() -> str:
    """A hash of the code and words that the index depends on, as they were loaded."""
    package = resources.files("digest")
    contents = (part for name in _MADE_BY for part in _contents(package / name))
    # Small letters are as Python has them, and numbers as Babel writes them.
    return digest_of(platform.python_version(), version("babel"), *contents)


def _contents(item: Traversable) -> Iterable[bytes]:
    if item.is_file():
        yield item.name.encode()
        yield item.read_bytes()
    elif item.is_dir():
        for inner in sorted(item.iterdir(), key=lambda inner: inner.name):
            if inner.name.endswith((".py", ".po")) or inner.is_dir():
                yield from _contents(inner)
