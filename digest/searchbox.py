"""The search in a build of MkDocs: the theme's box with our own index behind it.

Material shows a search box where its own search plugin is configured.  Where
it is not, we stand in for it, as far as the theme asks; where it is, it stays.
"""

from __future__ import annotations

import datetime as dt
import functools
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

from mkdocs.config import base
from mkdocs.config import config_options as c
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from digest.kept.store import Store
from digest.model import LEVELS
from digest.search import Entries, SearchIndex
from digest.search.sections import page_sections
from digest.search.texts import Document
from digest.settings import Settings
from digest.site import Site
from digest.wording import Wording

_NAMES = ("material/search", "search")
_TEMPLATES = Path(__file__).parent / "theme" / "search"
_KEPT = "search"
"""Where in the cache the index is."""
_PARTIAL = "partials/search.html"
"""The template of the box; the user may have another."""
_THEIRS = ("assets/javascripts/lunr/", "assets/javascripts/workers/search.")
"""Scripts of Material's search: a third of the files of the theme, and 1.2 MB."""


class _BoxConfig(base.Config):
    """What the theme's templates read."""

    enabled = c.Type(bool, default=True)
    bases = c.Type(dict, default={})
    """Where the pages of each language are, below the site."""
    words = c.Type(dict, default={})
    """What the box says in each language."""


class _Box(BasePlugin[_BoxConfig]):
    """Stands where Material's templates look for its search plugin; takes part in no event."""


class SearchBox:
    """The search of one build.

    Arguments:
        config: MkDocs' configuration; changed where the theme is Material without its own search.
        settings: the site's settings.
    """

    def __init__(self, config: MkDocsConfig, settings: Settings) -> None:
        self._settings = settings
        self._sections: dict[str, list[Document]] = {}
        self._sites: Sequence[Site] = ()
        self._box: _Box | None = None
        theirs = [config.plugins.get(name) for name in _NAMES]
        known = [plugin for plugin in theirs if plugin is not None]
        if config.theme.name != "material" or any(not isinstance(item, _Box) for item in known):
            return
        self._box = _Box()
        self._box.load_config({})
        config.plugins[_NAMES[0]] = self._box
        if (folder := str(_TEMPLATES)) not in config.theme.dirs:
            config.theme.dirs.insert(1 if config.theme.custom_dir else 0, folder)

    def spare(self, config: MkDocsConfig) -> None:
        """Keep the index of the build before, as MkDocs is about to empty its folder."""
        if self._box is None or self._settings.cache is None:
            return
        for index in indexes(self._settings, self._settings.cache):
            index.spare(Path(config.site_dir))

    def leave_out(self, files: Files, config: MkDocsConfig) -> None:
        """Have what only the theme's own search would load not published."""
        own = config.theme.custom_dir
        if self._box is None or (own and Path(own, *_PARTIAL.split("/")).exists()):
            return
        # The user's own files of such names are published, as all are.
        theirs = {folder for folder in config.theme.dirs if folder != own}
        for file in list(files):
            if file.src_uri.startswith(_THEIRS) and file.src_dir in theirs:
                files.remove(file)

    def serve(self, sites: Sequence[Site]) -> None:
        """Take the site's languages, before its first page is shown."""
        self._sites = sites
        self._sections = {site.base: [] for site in sites}
        if self._box is not None:
            self._box.config.bases = {site.language: site.base for site in sites}
            self._box.config.words = {site.language: _words(site.wording) for site in sites}

    def ahead(self) -> Ahead | None:
        """Makes the days' part of the index in other processes, where it can be kept."""
        if self._box is None or self._settings.cache is None:
            return None
        return Ahead(self._settings, self._settings.cache)

    def add(self, page: Page) -> None:
        """Take a hand-written page, when its content is there."""
        if self._box is None or page.file.generated_by == "digest":
            return
        options: Any = page.meta.get("search")
        if isinstance(options, dict) and options.get("exclude"):
            return
        bases = [found for found in self._sections if page.url.startswith(found)]
        if bases:
            place = max(bases, key=len)
            url = page.url.removeprefix(place)
            title = str(page.title or "")
            self._sections[place] += page_sections(page.content or "", url=url, title=title)

    def write(self, config: MkDocsConfig) -> None:
        """Write the index of each language.

        Raises:
            DigestError: a file cannot be written.
        """
        if self._box is None:
            return
        with ExitStack() as stack:
            kept = self._settings.cache
            cache = kept or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            made = indexes(self._settings, cache)
            for index, site in zip(made, self._sites, strict=True):
                index.write(
                    Path(config.site_dir),
                    self._sections[site.base],
                    directory_urls=config.use_directory_urls,
                )


def indexes(settings: Settings, cache: Path) -> list[SearchIndex]:
    """The index of each language, the main one first.

    Arguments:
        settings: the site's settings.
        cache: the folder of what builds keep for one another.
    """
    return [
        SearchIndex(
            settings,
            cache / _KEPT,
            language=language,
            base=f"{language}/" if number else "",
        )
        for number, language in enumerate(settings.languages)
    ]


class Ahead:
    """The days' part of the index in each language, see ``digest.ahead``.

    Arguments:
        settings: the site's settings.
        cache: where it is kept.
    """

    def __init__(self, settings: Settings, cache: Path) -> None:
        self._settings = settings
        self._cache = cache

    @cached_property
    def _indexes(self) -> list[SearchIndex]:
        return indexes(self._settings, self._cache)

    def missing(self) -> list[dt.date]:
        """The days that are not indexed in all languages, oldest first; none if nothing is kept.

        What a process keeps for itself alone is of use to none, and left lying when it ends.
        """
        if not Store(self._cache / _KEPT).writable:
            return []
        return sorted({date for index in self._indexes for date in index.missing()})

    def make(self, date: dt.date, entries: Callable[[], Entries] | None = None) -> None:
        """Index a day; its entries are read once, if at all."""
        once = functools.cache(entries or functools.partial(self._indexes[0].entries, date))
        for index in self._indexes:
            index.make(date, once)

    def parts(self) -> int:
        """How many segments there are in all languages."""
        return sum(index.parts() for index in self._indexes)

    def join(self, number: int) -> None:
        """Make one of these segments."""
        which, place = divmod(number, self._indexes[0].parts())
        self._indexes[which].join(place)


def _words(wording: Wording) -> dict[str, Any]:
    """What the box says.  A script puts numbers for the signs."""
    said = {
        "name": wording.text("Search"),
        "initial": wording.text("Type to search commits and pages"),
        "short": wording.text("Type a little more"),
        "none": wording.text("Nothing was found"),
        "one": wording.text("1 result"),
        "other": wording.text("# results"),
        "about": wording.text("About # results"),
        "loose": wording.text("Not found as it is written; about # results have its parts"),
        "failed": wording.text("The search index could not be loaded. Try again later."),
        "more": wording.text("More results"),
        "repository": wording.text("Repository"),
        "importance": wording.text("Importance"),
        "order": wording.text("Order"),
        "all": wording.text("All"),
        "relevance": wording.text("Most relevant first"),
        "newest": wording.text("Newest first"),
    }
    levels = [str(wording.level(level)) for level in LEVELS]
    return {**{name: str(text) for name, text in said.items()}, "levels": levels}
