"""Pages that are kept between builds, put into MkDocs' build where they fit.

MkDocs renders each page in two steps: Markdown to content when all pages are
read, and content to HTML by the theme when they are written.  For our own pages
each step is done once: the instance's ``render`` is replaced, and the template
of a page whose HTML is known only hands it out.  Everything else of MkDocs'
build goes on as ever: events, validation of links and anchors, and warnings,
which are said again, so that ``--strict`` finds what it would have found.
"""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Callable, Container, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import jinja2
import msgspec
from jinja2.runtime import Context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents
from mkdocs.utils import meta

from digest.kept.store import Store
from digest.rendering import keys
from digest.rendering.contentsahead import content_key, target_of
from digest.rendering.markup import BUILDER, Options, Rendered, Source, Target, render
from digest.rendering.workers import render_all

_log = logging.getLogger("digest")

KEPT_TEMPLATE = "digest-kept.html"
_LOOKERS = (
    "pre_page",
    "page_read_source",
    "page_markdown",
    "page_content",
    "page_context",
    "env",
    "post_page",
    "template_context",
)
"""Events by which another plugin can see or change a page's text."""
EARLY = ("pre_template", "post_template")
"""Events by which it can see pages before the first is shown."""


class _Kept(msgspec.Struct):
    """What is known of one page in this build."""

    meta: dict[str, Any]
    """Its front matter."""
    text: str
    """Hash of its Markdown."""
    content: str
    """Key of its content."""
    rendered: Rendered
    """What rendering gave, without the content."""
    awaited: bool = False
    """Whether another process is still rendering it."""
    html: str | None = None
    """Key of its HTML."""


_NOTHING = Rendered("", None, [], [], {}, {})
"""Of a page that is not rendered."""


class Tally(msgspec.Struct):
    """How much of a build was done before."""

    pages: int = 0
    contents: int = 0
    """Pages whose content was kept."""
    htmls: int = 0
    """Pages whose whole HTML was kept."""


class Ahead(Protocol):
    """What renders pages in other processes, and keeps what it rendered."""

    @property
    def paths(self) -> Container[str]:
        """The pages that it has rendered so far."""

    def awaits(self, path: str) -> bool:
        """Whether it may still render a page."""

    def wait(self, path: str) -> None:
        """Wait until it has, or is not going to."""

    def end(self) -> None:
        """Wait for all pages; its processes end."""


class KeptPages:
    """The pages of one build.

    Arguments:
        store: where they are kept.
        config: the site's configuration.
        own: our own folder of theme templates.
        program: the hash of this program.
    """

    def __init__(self, store: Store, config: MkDocsConfig, own: Path, program: str) -> None:
        self.store = store
        self.config = config
        self.own = own
        self.program = program
        self.tally = Tally()
        self._pages: dict[str, _Kept] = {}
        self._files = Files([])
        self._targets: dict[str, Target] = {}
        self._found: list[str] = []
        """Pages whose content was there when they were prepared."""
        self._alone = False
        self._ahead: Ahead | None = None
        self._key: Callable[[Page, _Kept], str | None] = _no_key
        """Makes the key of a page's HTML, once all pages are read."""

    def prepare(
        self,
        files: Files,
        ours: Iterable[File],
        *,
        alone: bool,
        ahead: Ahead | None = None,
    ) -> None:
        """Find or make the contents of our pages, before MkDocs reads the first.

        Where nobody looks at them earlier, contents that are still being made are awaited when
        their pages are shown.

        Arguments:
            files: all files of the site.
            ours: those of our pages.
            alone: whether no other plugin looks at pages.
            ahead: what renders some of them.
        """
        self._alone, self._ahead, self._files = alone, ahead, files
        if ahead is not None and not alone:
            ahead.end()
        try:
            markdown = keys.of_markdown(self.config)
        except keys.NoKeyError as reason:
            _log.debug("rendered pages are not kept: %s", reason)
            return
        targets = self._targets = {file.src_uri: target_of(file) for file in files}
        missing: list[tuple[File, _Kept]] = []
        for file in ours:
            self.tally.pages += 1
            front, hashed = self._head(file)
            key = content_key(markdown, targets[file.src_uri], hashed)
            kept = _Kept(front, hashed, key, _NOTHING)
            # Asked first: what is over before one looks is found.
            awaited = ahead is not None and ahead.awaits(file.src_uri)
            rendered = self._load(key)
            if rendered is not None and rendered.fits(targets):
                self._found.append(file.src_uri)
                kept.rendered = rendered
            elif awaited and "title" in front:
                kept.awaited = True  # with a title that others can show meanwhile
            else:
                missing.append((file, kept))
                continue
            self._pages[file.src_uri] = kept
        if missing and ahead is not None:
            ahead.end()  # so that others can be started
        self._render(missing)

    def _head(self, file: File) -> tuple[dict[str, Any], str]:
        """The front matter of a page, and the hash of its text.

        A file of the cache is named after all that decides it, so it is read once.
        """
        place, cache = file.abs_src_path or "", f"{self.store.root.parent.absolute()}{os.sep}"
        kept = place.startswith(cache)
        key = keys.text_digest(place.removeprefix(cache))  # a cache may be moved
        if kept and (found := self.store.load("heads", key)) is not None:
            with suppress(ValueError):
                return msgspec.json.decode(found, type=tuple[dict[str, Any], str])
        text, front = meta.get_data(file.content_string)
        head = front, keys.text_digest(text)
        if kept:
            data = msgspec.json.encode(head)
            if msgspec.json.decode(data) == [*head]:  # JSON has no dates, which YAML has
                self.store.save("heads", key, data)
        return head

    def _render(self, missing: Sequence[tuple[File, _Kept]]) -> None:
        options = Options.of(self.config)
        sources = [self._source(file) for file, _ in missing]
        for (file, kept), rendered in zip(
            missing, render_all(sources, self._targets, options), strict=True
        ):
            rest, content = rendered.dump()
            self.store.save("contents", kept.content, content)
            self.store.save("pages", kept.content, rest)
            rendered.content = ""
            kept.rendered = rendered
            if self.store.has("contents", kept.content):
                self._pages[file.src_uri] = kept

    def _source(self, file: File) -> Source:
        text, _ = meta.get_data(file.content_string)
        return Source(self._targets[file.src_uri], text)

    def _load(self, key: str) -> Rendered | None:
        rest = self.store.load("pages", key)
        if rest is None or not self.store.has("contents", key):
            return None
        try:
            return Rendered.load(rest)
        except (ValueError, TypeError, KeyError):
            return None

    def adopt(self, page: Page) -> None:
        """Have a page take its content from here, when MkDocs asks it to render."""
        kept = self._pages.get(page.file.src_uri)
        if kept is None:
            return
        page.render = functools.partial(self._put, page, kept)  # type: ignore[method-assign]
        if self._alone:
            # Nobody needs the text.
            page.read_source = functools.partial(_read_head, page, kept)  # type: ignore[method-assign]

    def _put(self, page: Page, kept: _Kept, config: MkDocsConfig, files: Files) -> None:
        """Stands in for ``Page.render``."""
        content: str | None = ""
        if not self._alone:
            same = keys.text_digest(page.markdown or "") == kept.text
            content = self._content(kept) if same else None
        if content is None:
            # Another plugin has changed the text, or the folder was emptied meanwhile.
            del self._pages[page.file.src_uri]
            Page.render(page, config, files)
            return
        page.content = content
        page.toc = TableOfContents([]) if self._alone else kept.rendered.table()
        self._connect(page, kept.rendered, files)

    def _connect(self, page: Page, rendered: Rendered, files: Files) -> None:
        """Tell MkDocs what it wants to know of a page beside its content."""
        page._title_from_render = rendered.title  # noqa: SLF001 - what ``Page.render`` sets
        page.present_anchor_ids = set(rendered.anchors)
        if logging.getLogger(BUILDER).getEffectiveLevel() > logging.DEBUG:
            page.links_to_anchors = _links(rendered, files)
        for name, level, text in rendered.messages:
            logging.getLogger(name).log(level, text)

    def hand_out(
        self,
        env: jinja2.Environment,
        files: Files,
        surroundings: Callable[[Page], tuple[Navigation, object]],
        *,
        early: bool = False,
    ) -> None:
        """Have the theme hand out the HTML that is kept, once all pages are read.

        Arguments:
            env: the theme's templates.
            files: all files of the site.
            surroundings: the navigation that a page is shown with, and plain values of whatever
                else decides how it is shown.
            early: whether somebody looks at what is in pages before the first is shown.
        """
        if not self._alone or not self._pages:
            return
        try:
            theme = keys.of_theme(self.config, self.own, self.program)
        except keys.NoKeyError as reason:
            _log.debug("HTML of pages is not kept: %s", reason)
            theme = None
        self._add_template(env)
        # A template may show what is in a page before it is this page's turn.
        early = early or theme is None or keys.shows_pages(self.config)
        prune = "navigation.prune" in (self.config.theme.get("features") or [])
        self._key = lambda page, kept: _html_key(theme, page, kept, surroundings(page), prune=prune)
        for path, kept in self._pages.items():
            file = files.get_file_from_path(path)
            page = file.page if file else None
            if page is None:
                continue
            if kept.awaited:
                if early:
                    self.complete(page)
                continue
            kept.html = self._key(page, kept)
            if kept.html and self.store.has("html", kept.html):
                self.tally.htmls += 1
                page.meta["template"] = KEPT_TEMPLATE
                if not early:
                    continue
            self._fill(page, kept)

    def complete(self, page: Page) -> None:
        """Give a page that is about to be shown what was still being made when it was read."""
        kept = self._pages.get(page.file.src_uri)
        if kept is None or not kept.awaited or self._ahead is None:
            return
        self._ahead.wait(page.file.src_uri)
        kept.awaited = False
        rendered = self._load(kept.content)
        if rendered is not None and rendered.fits(self._targets):
            kept.rendered = rendered
        else:
            self._render([(page.file, kept)])
        self._connect(page, kept.rendered, self._files)
        kept.html = self._key(page, kept)
        self._fill(page, kept)

    def _add_template(self, env: jinja2.Environment) -> None:
        @jinja2.pass_context
        def kept_html(context: Context) -> str:
            page: Page = context["page"]
            kept = self._pages[page.file.src_uri]
            html = self.store.load("html", kept.html or "")
            if html is not None:
                return html.decode()
            # The folder was emptied meanwhile.
            kept.html = None
            del page.meta["template"]
            self._fill(page, kept)
            return env.get_template(page.meta.get("template", "main.html")).render(
                context.get_all()
            )

        ours = jinja2.DictLoader({KEPT_TEMPLATE: "{{ digest_kept_html() }}"})
        env.loader = jinja2.ChoiceLoader([ours, *([env.loader] if env.loader else [])])
        env.globals["digest_kept_html"] = kept_html

    def _fill(self, page: Page, kept: _Kept) -> None:
        """Give a page the content that it did not need so far."""
        content = self._content(kept)
        if content is None:
            kept.rendered = render(self._source(page.file), self._targets, Options.of(self.config))
            content = kept.rendered.content
        page.content, page.toc = content, kept.rendered.table()

    def _content(self, kept: _Kept) -> str | None:
        data = self.store.load("contents", kept.content)
        return None if data is None else data.decode()

    def note(self, page: Page, html: str) -> None:
        """Keep what the theme made of a page, before other plugins change it."""
        kept = self._pages.get(page.file.src_uri)
        if kept is None or kept.html is None or page.meta.get("template") == KEPT_TEMPLATE:
            return
        self.store.save("html", kept.html, html.encode("utf-8", "surrogatepass"))
        page.content = ""  # written already; a thousand pages need not be held

    def forget(self, path: str) -> None:
        """Let go of a page that is to be made anew, from another text or by another theme."""
        self._pages.pop(path, None)

    def finish(self) -> None:
        """Tidy up after a whole build."""
        left = self.store.sweep()
        tally, made = self.tally, self._ahead.paths if self._ahead is not None else ()
        tally.contents = sum(path not in made for path in self._found)
        _log.info(
            "%s pages: %s contents and %s whole pages were kept from earlier builds (%.0f MB)",
            tally.pages,
            tally.contents,
            tally.htmls,
            left / 1e6,
        )


def _no_key(page: Page, kept: _Kept) -> str | None:  # noqa: ARG001
    """The key of a page before all are read."""
    return None


def _html_key(
    theme: str | None,
    page: Page,
    kept: _Kept,
    around: tuple[Navigation, object],
    *,
    prune: bool,
) -> str | None:
    nav, values = around
    try:
        shown = keys.of_page(page, nav, prune=prune)
        return theme and keys.digest(theme, kept.content, kept.rendered.lookups, shown, values)
    except keys.NoKeyError:
        return None


def alone(
    config: MkDocsConfig, ours: Callable[[object], bool], events: Sequence[str] = _LOOKERS
) -> bool:
    """Whether no other plugin looks at the text of pages.

    Arguments:
        config: the site's configuration.
        ours: whether an object is our plugin.
        events: by which it would.
    """
    return all(
        ours(getattr(method, "__self__", None))
        for event in events
        for method in config.plugins.events[event]
    )


def _read_head(page: Page, kept: _Kept, config: MkDocsConfig) -> None:  # noqa: ARG001
    """Stands in for ``Page.read_source``."""
    page.markdown, page.meta = "", dict(kept.meta)


def _links(rendered: Rendered, files: Files) -> dict[File, dict[str, str]]:
    found = ((files.get_file_from_path(path), links) for path, links in rendered.links.items())
    return {file: links for file, links in found if file is not None}
