"""The MkDocs plugin: a thin adapter from MkDocs' events to the pipeline and the pages."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, file_sort_key
from mkdocs.utils import nest_paths

from digest import clock
from digest.analysts.heuristic import HeuristicAnalyst
from digest.collect import collect
from digest.config import DigestConfig, settings
from digest.errors import DigestError
from digest.llm.analyst import analyst_for
from digest.navigation import with_archive
from digest.owing import Asking
from digest.progress import progress_for
from digest.settings import Settings
from digest.site import Site

_log = get_plugin_logger("digest")

_EXTENSIONS = ("attr_list", "md_in_html", "tables")
"""Markdown extensions that the pages are written for."""

_STYLE = "assets/digest/digest.css"


class DigestPlugin(BasePlugin[DigestConfig]):
    """Collects, writes the pages, and hands them to MkDocs."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._pages: tempfile.TemporaryDirectory[str] | None = None
        self._collected = False

    def on_startup(self, **_: object) -> None:
        """Do nothing: its presence keeps this object over the rebuilds of ``serve``."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Check the settings and add what the pages need."""
        _show_progress()
        try:
            self._settings = settings(self.config, config)
        except DigestError as error:
            raise PluginError(str(error)) from error
        for extension in _EXTENSIONS:
            if extension not in config.markdown_extensions:
                config.markdown_extensions.append(extension)
        if _STYLE not in config.extra_css:
            config.extra_css.append(_STYLE)
        return config

    @event_priority(50)
    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Bring the archive up to date and add its pages, before other plugins look."""
        assert self._settings is not None  # noqa: S101 - on_config runs first
        try:
            self._collect(self._settings)
            site = Site(self._settings, config.site_name)
            self._pages = self._pages or tempfile.TemporaryDirectory(prefix="change-digest-")
            written = site.write(Path(self._pages.name))
        except DigestError as error:
            raise PluginError(str(error)) from error
        for problem in site.problems:
            _log.error("%s", problem)
        nav = config.nav if config.nav is not None else _nav_of(files)
        taken = {file.dest_uri for file in files}
        ours = [_file(path, self._pages.name, config) for path in written]
        for file in ours:
            # The user's own home page goes before ours; the others are linked to from all over.
            if file.dest_uri not in taken:
                files.append(file)
            elif file.src_uri != "index.md":
                raise PluginError(
                    f"docs_dir has a page that would be published at {file.url!r}, where the "
                    "digest's own page is: move or rename it"
                )
        with resources.as_file(resources.files("digest") / "assets") as assets:
            files.append(_file(_STYLE, str(assets), config, source="digest.css"))
        config.nav = with_archive(
            nav,
            home="index.html" not in taken,
            titles=(
                site.wording.text("Home"),
                site.wording.text("Archive"),
                site.wording.text("Views"),
            ),
            archive=site.navigation(),
            views=site.views.navigation(),
        )
        return files

    def on_serve(self, server: LiveReloadServer, **_: object) -> LiveReloadServer:
        """Rebuild when the archive changes."""
        if self._settings is not None and self._settings.archive.is_dir():
            server.watch(str(self._settings.archive))
        return server

    def on_shutdown(self) -> None:
        """Remove the files that were made for the build."""
        if self._pages is not None:
            self._pages.cleanup()

    def _collect(self, current: Settings) -> None:
        if self._collected or current.collect == "never":
            return
        model = analyst_for(current, os.environ)
        summary = collect(
            current,
            now=clock.now(os.environ),
            analyst=HeuristicAnalyst(),
            asking=Asking(model, progress=progress_for(sys.stderr)) if model else None,
        )
        self._collected = True
        logging.getLogger("digest").info("%s", summary)
        if not summary.reached and summary.results:
            if current.collect == "always":
                raise PluginError(f"{summary} (collect: true)")
            logging.getLogger("digest").warning(
                "nothing could be reached: the site is built from the archive as it is"
            )


def _nav_of(files: Files) -> list[Any]:
    """The navigation that MkDocs makes of the user's own pages where they wrote none."""
    pages = sorted(files.documentation_pages(), key=file_sort_key)
    nav: list[Any] = nest_paths(file.src_uri for file in pages if file.inclusion.is_in_nav())
    return nav


def _file(path: str, folder: str, config: MkDocsConfig, *, source: str | None = None) -> File:
    """A file of the site that lies outside of ``docs_dir``."""
    file = File(path, folder, config.site_dir, use_directory_urls=config.use_directory_urls)
    if source is not None:
        file.abs_src_path = str(Path(folder) / source)
    file.generated_by = "digest"
    return file


def _show_progress() -> None:
    """Print our own log where MkDocs prints its log.

    It is not a child of MkDocs' logger, because a repository that cannot be reached
    is told as a warning, and under ``--strict`` each of those would stop the build.
    """
    theirs, ours = logging.getLogger("mkdocs"), logging.getLogger("digest")
    ours.setLevel(theirs.getEffectiveLevel())
    for handler in theirs.handlers:
        if isinstance(handler, logging.StreamHandler) and handler not in ours.handlers:
            ours.addHandler(handler)
