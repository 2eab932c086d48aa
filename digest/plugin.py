"""The MkDocs plugin: a thin adapter from MkDocs' events to the pipeline and the pages."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from digest import assetfiles, garbage
from digest.ahead import Ahead, FewAhead, made_ahead
from digest.cleaning import Cleaning
from digest.config import DigestConfig, settings
from digest.errors import DigestError
from digest.feedfiles import FeedFiles
from digest.kept.store import Store
from digest.languageoptions import COMPLETE
from digest.multilingual import Multilingual
from digest.otherbuilders import EXTENSIONS
from digest.rendering.bytecode import keep_bytecode
from digest.rendering.contentsahead import ContentsAhead
from digest.rendering.kept import EARLY, KeptPages, alone
from digest.rendering.listing import list_quickly
from digest.rendering.markup import BUILDER
from digest.searchbox import SearchBox
from digest.serving import Preview
from digest.settings import Settings
from digest.site import Site, sites
from digest.sitesize import SiteSize
from digest.writing import rewrite, write

if TYPE_CHECKING:
    import jinja2
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.utils.templates import TemplateContext

_log = get_plugin_logger("digest")

_THEME = Path(__file__).parent / "theme"
"""Templates that go before those of Material, and behind the user's own."""

_TEMPLATES = Path(__file__).parent / "templates"
"""What our pages say."""

_PAGES = "pages"
"""Where in the cache contents and whole pages are."""


class DigestPlugin(BasePlugin[DigestConfig]):
    """Collects, writes the pages, and hands them to MkDocs."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._pages: tempfile.TemporaryDirectory[str] | None = None
        self._collected = False
        self._made: Ahead | None = None
        """What other processes make of pages."""
        self._languages: Multilingual | None = None
        self._kept: KeptPages | None = None
        self._nav: Navigation | None = None
        self._feeds: FeedFiles | None = None
        self._search: SearchBox | None = None
        self._preview: Preview | None = None
        self._few: FewAhead | None = None
        """What another process has begun to index."""
        self._cleans = False
        self._cleaning: Cleaning | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Prepare to serve; this event's presence keeps this object over the rebuilds."""
        self._cleans = not dirty
        if command == "serve":
            self._preview = Preview(self, (_TEMPLATES, _THEME))
        else:
            garbage.look_seldom()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Check the settings and add what the pages need."""
        _show_progress()
        try:
            self._settings = settings(self.config, config)
        except DigestError as error:
            raise PluginError(str(error)) from error
        for extension in EXTENSIONS:
            if extension not in config.markdown_extensions:
                config.markdown_extensions.append(extension)
        _load_assets(config)
        _adapt_theme(config, self._settings, chosen=self.config.languages is not None)
        self._search = SearchBox(config, self._settings)
        list_quickly(config)
        return config

    @event_priority(-100)  # behind all that may still stop the build and leave the site as it is
    def on_pre_build(self, config: MkDocsConfig) -> None:
        """Put aside what need not be written again, before the site's folder is emptied."""
        self._stop()
        if self._search is not None:
            self._search.spare(config)
        if self._settings is not None and self._settings.collect == "never":
            self._begin_search()
        if self._cleans and self._settings is not None and self._settings.cache is not None:
            self._cleaning = Cleaning(self._settings.cache)
            self._cleaning.begin(Path(config.site_dir))

    @event_priority(50)
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Bring the archive up to date and add its pages, before other plugins look."""
        assert self._settings is not None  # noqa: S101 - on_config runs first
        try:
            if self._settings.collect != "never":
                self._collect(self._settings)
                self._begin_search()
            languages = sites(self._settings, config.site_name)
            self._pages = self._pages or tempfile.TemporaryDirectory(prefix="change-digest-")
            folder = Path(self._pages.name)
            kept = self._settings.cache is not None
            self._feeds = FeedFiles(folder / "data", linked=kept)
            self._feeds.attach(languages, config)
            pages = folder / "pages"
            with garbage.put_off(), self._ahead(languages, pages, files, config) as self._made:
                written = write(languages, pages, linked=kept)
        except DigestError as error:
            raise PluginError(str(error)) from error
        for problem in languages[0].problems:
            _log.error("%s", problem)
        theirs = [file.src_uri for file in files.documentation_pages()]
        taken = {file.dest_uri for file in files}
        homes = [f"{site.base}index.md" for site in languages]
        for path, source in written.items():
            file = _file(path, str(pages), config, source=source)
            # The user's own home page goes before ours; the others are linked to from all over.
            if file.dest_uri not in taken:
                files.append(file)
            elif file.src_uri not in homes:
                raise PluginError(
                    f"docs_dir has a page that would be published at {file.url!r}, where the "
                    "digest's own page is: move or rename it"
                )
        for file in self._feeds.files(taken, config):
            files.append(file)
        with resources.as_file(resources.files("digest") / "assets") as assets:
            for name in assetfiles.names():
                published = f"{assetfiles.FOLDER}/{name}"
                files.append(_file(published, str(assets), config, source=assets / name))
        self._languages = Multilingual(languages, files, theirs)
        if self._search is not None:
            self._search.serve(languages)
            self._search.leave_out(files, config)
        config.nav = self._languages.navigation(config)
        return files

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Make the navigation of the other languages."""
        if self._languages is not None:
            self._languages.resolve(nav, config)
        self._nav = nav
        self._kept = self._prepare(files, config)
        return nav

    def on_pre_page(self, page: Page, **_: object) -> Page:
        """Have a page of ours take its content from what is kept."""
        if self._kept is not None:
            self._kept.adopt(page)
        return page

    @event_priority(-100)
    def on_env(
        self, env: jinja2.Environment, config: MkDocsConfig, files: Files
    ) -> jinja2.Environment:
        """Have the theme hand out the HTML that is kept, when all plugins have said their say."""
        languages = self._languages
        keep_bytecode(env, config)
        if self._feeds is not None and languages is not None:
            self._feeds.describe(files, languages.sites)
        if self._kept is not None and languages is not None:
            self._kept.hand_out(
                env,
                files,
                lambda page: languages.surroundings(page, config),
                early=not alone(config, lambda owner: owner is self, EARLY),
            )
        if self._preview is not None and self._nav is not None:
            self._preview.remember(config, files, self._nav, env)
        return env

    @event_priority(100)
    def on_post_page(self, output: str, page: Page, **_: object) -> str:
        """Keep what the theme made of a page, before other plugins change it."""
        if self._kept is not None:
            self._kept.note(page, output)
        return output

    def on_post_build(self, config: MkDocsConfig) -> None:
        """Tidy up what is kept, and write the search index."""
        if self._made is not None:
            self._made.end()
        if self._few is not None:
            self._few.wait()
        if self._kept is not None:
            self._kept.finish()
        if self._languages is not None:
            self._languages.sites[0].gathering.memory.sweep()
        if self._search is not None:
            try:
                with garbage.put_off():
                    self._search.write(config)
            except DigestError as error:
                raise PluginError(str(error)) from error
        if self._cleaning is not None:
            self._cleaning.end()
        _tell_size(Path(config.site_dir))

    def on_page_markdown(self, markdown: str, page: Page, **_: object) -> str:
        """Say in which language a page is, for templates and other plugins."""
        if self._languages is not None:
            page.meta.setdefault("language", self._languages.site_of(page.file.src_uri).language)
        return markdown

    @event_priority(50)
    def on_page_context(
        self, context: TemplateContext, page: Page, config: MkDocsConfig, **_: object
    ) -> TemplateContext:
        """Show a page with the navigation and the words of its language."""
        if self._kept is not None:
            self._kept.complete(page)
        if self._search is not None:
            self._search.add(page)
        if self._languages is not None:
            self._languages.context(context, page, config)
        return context

    @event_priority(50)
    def on_template_context(
        self, context: TemplateContext, config: MkDocsConfig, **_: object
    ) -> TemplateContext:
        """Show a page that is a template of the theme alone in the main language."""
        if self._languages is not None:
            self._languages.context(context, None, config)
        return context

    def on_serve(
        self, server: LiveReloadServer, config: MkDocsConfig, **_: object
    ) -> LiveReloadServer:
        """Rebuild when the archive changes, and show what other templates make of it."""
        if self._settings is not None and self._settings.archive.is_dir():
            server.watch(str(self._settings.archive))
        if self._preview is not None:
            self._preview.attach(server, config)
        return server

    def write(self, file: File) -> None:
        """Write the Markdown of a page once more; what was kept of it is of another template."""
        assert self._languages is not None  # noqa: S101 - a whole build went before
        assert self._pages is not None  # noqa: S101
        site = self._languages.site_of(file.src_uri)
        rewritten = rewrite(site, file.src_uri, Path(self._pages.name) / "pages")
        file.abs_src_path = str(rewritten)
        if self._kept is not None:
            self._kept.forget(file.src_uri)

    def describe(self, file: File) -> None:
        """Say again what the head of a page says, when it has been read once more."""
        if self._feeds is not None and self._languages is not None:
            self._feeds.describe(Files([file]), self._languages.sites)

    def on_build_error(self, **_: object) -> None:
        """End what was begun for a build that is not to be."""
        self._stop()

    def on_shutdown(self) -> None:
        """Remove the files that were made for the build."""
        self._stop()
        if self._cleaning is not None:
            self._cleaning.end()
        if self._pages is not None:
            self._pages.cleanup()

    def _begin_search(self) -> None:
        """Have new days indexed, now that the archive is as it will be."""
        if self._search is not None:
            self._few = FewAhead(self._search.ahead())

    def _stop(self) -> None:
        """End what other processes are at."""
        if self._few is not None:
            self._few.stop()
        if self._made is not None:
            self._made.stop()

    def _ahead(
        self, languages: Sequence[Site], folder: Path, files: Files, config: MkDocsConfig
    ) -> AbstractContextManager[Ahead]:
        """Have days made by all cores, and what is made of their pages."""
        assert self._settings is not None  # noqa: S101 - on_config runs first
        cache = self._settings.cache

        def contents() -> ContentsAhead | None:
            if cache is None:
                return None
            paths = [path for site in languages for path in (*site.paths(), *site.feeds())]
            ours = [_file(path, str(folder), config) for path in paths]
            return ContentsAhead.of(cache / _PAGES, config, [*files, *ours])

        search = self._search.ahead() if self._search is not None else None
        return made_ahead(languages, of_days=search, of_pages=contents)

    def _prepare(self, files: Files, config: MkDocsConfig) -> KeptPages | None:
        """Find or make the contents of our pages."""
        if self._settings is None or self._settings.cache is None or self._languages is None:
            return None
        program = self._languages.sites[0].gathering.program
        kept = KeptPages(Store(self._settings.cache / _PAGES), config, _THEME, program)
        ours = [file for file in files.documentation_pages() if file.generated_by == "digest"]
        with garbage.put_off():
            without = alone(config, lambda owner: owner is self)
            if not self._cleans and self._made is not None:
                self._made.end()  # a page that need not be written is not shown
            kept.prepare(files, ours, alone=without, ahead=self._made)
        return kept

    def _collect(self, current: Settings) -> None:
        if self._collected or current.collect == "never":
            return
        from digest.update import update  # noqa: PLC0415 - takes as long to load as a small build

        summary = update(current, os.environ)
        self._collected = True
        logging.getLogger("digest").info("%s", summary)
        if not summary.reached and summary.results:
            if current.collect == "always":
                raise PluginError(f"{summary} (collect: true)")
            logging.getLogger("digest").warning(
                "nothing could be reached: the site is built from the archive as it is"
            )


def _load_assets(config: MkDocsConfig) -> None:
    """Have every page load our style and the script that loads the others."""
    config.extra_css += [path for path in assetfiles.styles() if path not in config.extra_css]
    if assetfiles.SCRIPT not in map(str, config.extra_javascript):
        script = ExtraScriptValue(assetfiles.SCRIPT)
        script.type = "module"
        config.extra_javascript.append(script)


def _adapt_theme(config: MkDocsConfig, current: Settings, *, chosen: bool) -> None:
    """Add our templates to the theme, and tell it what our pages need."""
    theme = config.theme
    if theme.name != "material":
        return
    own = str(_THEME)
    if own not in theme.dirs:
        theme.dirs.insert(1 if theme.custom_dir else 0, own)
    features = theme["features"]
    # A page must not grow with the archive.  The theme cannot do both.
    if not {"navigation.prune", "navigation.expand"} & {*features}:
        theme["features"] = [*features, "navigation.prune"]
    if chosen and COMPLETE.get(str(theme["language"]).lower()) != current.language:
        theme["language"] = current.language


def _file(path: str, folder: str, config: MkDocsConfig, *, source: Path | None = None) -> File:
    """A file of the site that lies outside of ``docs_dir``."""
    file = File(path, folder, config.site_dir, use_directory_urls=config.use_directory_urls)
    if source is not None:
        file.abs_src_path = str(source)
    file.generated_by = "digest"
    return file


def _tell_size(site_dir: Path) -> None:
    """Say how large the site is; our own log, so that a large site is still built by --strict."""
    size = SiteSize.of(site_dir)
    if size is not None:
        logging.getLogger("digest").info("the site: %s", size)
        if size.advice is not None:
            logging.getLogger("digest").warning("%s", size.advice)


def _show_progress() -> None:
    """Print our own log where MkDocs prints its log.

    It is not a child of MkDocs' logger, because a repository that cannot be reached
    is told as a warning, and under ``--strict`` each of those would stop the build.
    """
    theirs, ours = logging.getLogger(BUILDER), logging.getLogger("digest")
    ours.setLevel(theirs.getEffectiveLevel())
    for handler in theirs.handlers:
        if isinstance(handler, logging.StreamHandler) and handler not in ours.handlers:
            ours.addHandler(handler)
