"""``mkdocs serve``: an edited template is seen at once, however many days the archive has.

A whole build is no answer to an edited template: it changes every page, and a year
has some hundred of them.  While a site is served, each page is made again when
somebody opens it, by MkDocs' own steps and from what the last whole build knew.
Every other change has MkDocs build the whole site, as ever, and so does ``build``.
"""

from __future__ import annotations

import posixpath
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import jinja2
import msgspec
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.plugins import get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation

from digest.errors import DigestError

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

_log = get_plugin_logger("digest")

_ENDINGS = (".html", ".jinja")
_FEEDS = "feeds"
"""Templates of files that are not pages; a whole build makes those."""

_Stamp = tuple[int, int]
_Builder = Callable[[], None]


class _Build(msgspec.Struct, frozen=True):
    """What a whole build knew."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: jinja2.Environment


class Steps(Protocol):
    """What is ours of making a page once more."""

    def write(self, file: File) -> None:
        """Write the Markdown of a page of ours, and let go of what was kept of it."""

    def describe(self, file: File) -> None:
        """Say again what the head of a page says, when it has been read."""


class Preview:
    """The pages of a site that is served.

    Arguments:
        steps: what is ours of making a page once more.
        folders: our own templates.
    """

    def __init__(self, steps: Steps, folders: Iterable[Path]) -> None:
        self._steps = steps
        self._own = tuple(folders)
        self._lock = threading.Lock()
        """Held while a page or a site is made."""
        self._running: _Build | None = None
        self._build: _Build | None = None
        self._stale: dict[str, File] = {}
        """Pages that were made with other templates, by where they are published."""
        self._seen: dict[Path, _Stamp] = {}

    def remember(
        self, config: MkDocsConfig, files: Files, nav: Navigation, env: jinja2.Environment
    ) -> None:
        """Take up what a build knows when it has read all pages."""
        self._running = _Build(config, files, nav, env)

    def attach(self, server: LiveReloadServer, config: MkDocsConfig) -> None:
        """Stand between a server and the builds that it starts.

        Arguments:
            server: MkDocs' server, after the first build and before it serves.
            config: the site's configuration.
        """
        # MkDocs begins with the last of these after this event; what is watched is looked at now.
        for path in [*map(str, self._folders(config)), *config.watch]:
            server.watch(path)
        build, answer = server.builder, server.serve_request

        def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            self._open(environ["PATH_INFO"], server.mount_path)
            return answer(environ, start_response)

        server.builder = lambda: self._rebuild(server, build)
        server.set_app(app)
        self._build, self._running = self._running, None
        self._seen = _stamps(server)

    def _folders(self, config: MkDocsConfig) -> list[Path]:
        """Where templates are that somebody may edit."""
        custom = config.theme.custom_dir
        return [*self._own, *([Path(custom)] if custom else [])]

    def _rebuild(self, server: LiveReloadServer, build: _Builder) -> None:
        """Stands in for a whole build: it may be that none is needed."""
        with self._lock:
            before, self._seen = self._seen, _stamps(server)
            changed = {path for path, _ in before.items() ^ self._seen.items()}
            known = self._build
            if known is not None and all(self._shows(path, known) for path in changed):
                # Several files that are saved at once may be told of twice.
                if not changed:
                    return
                if known.env.cache is not None:
                    known.env.cache.clear()
                pages = known.files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
                self._stale = {file.dest_uri: file for file in pages}
                _log.info(
                    "A template was edited: each of %s pages is made again when it is opened; "
                    "feeds, the search and 404.html are as they were until the next build",
                    len(pages),
                )
                return
            self._stale, self._build, self._running = {}, None, None
            build()
            self._build = self._running

    def _shows(self, path: Path, known: _Build) -> bool:
        """Whether a file does nothing but say how pages look."""
        if path.suffix not in _ENDINGS or path.name in known.config.theme.static_templates:
            return False
        for folder in self._folders(known.config):
            if path.is_relative_to(folder.absolute()):
                inner = path.relative_to(folder.absolute()).parts
                return folder not in self._own or inner[0] != _FEEDS
        return False

    def _open(self, asked: str, mount: str) -> None:
        """Make the page that is asked for, where it is an old one."""
        path = asked.encode("latin-1").decode("utf-8", "ignore")
        if not self._stale or not path.startswith(mount):
            return
        index = "index.html" if path.endswith("/") else ""
        name = posixpath.normpath(f"/{path.removeprefix(mount)}{index}").lstrip("/")
        if name not in self._stale:
            return
        with self._lock:
            file, known = self._stale.pop(name, None), self._build
            if file is None or known is None:
                return  # made meanwhile
            try:
                self._make(file, known)
            except (DigestError, MkDocsException, jinja2.TemplateError) as error:
                self._stale[name] = file
                _log.error("%s is shown as it was before: %s", file.src_uri, error)

    def _make(self, file: File, known: _Build) -> None:
        page = file.page
        assert page is not None  # noqa: S101 - the whole build made one
        if file.generated_by == "digest":
            self._steps.write(file)
        for replaced in ("render", "read_source"):
            vars(page).pop(replaced, None)
        _populate_page(page, known.config, known.files)
        self._steps.describe(file)
        pages = known.files.documentation_pages(inclusion=InclusionLevel.is_in_serve)
        excluded = bool(file.inclusion.is_excluded())  # type: ignore[no-untyped-call]
        _build_page(page, known.config, pages, known.nav, known.env, excluded=excluded)


def _stamps(server: LiveReloadServer) -> dict[Path, _Stamp]:
    """Size and time of each file that a server watches."""
    found = {}
    for watched in map(Path, server._watched_paths):  # noqa: SLF001 - nothing tells of it
        for path in [watched, *watched.rglob("*")]:
            try:
                stat = path.stat()
            except OSError:
                continue  # gone meanwhile
            if path.is_file():
                found[path] = (stat.st_size, stat.st_mtime_ns)
    return found
