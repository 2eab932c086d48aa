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
import json
import logging
import os
from collections.abc import Callable, Container, Iterable, Mapping
from pathlib import Path
from typing import Any

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
    html: str | None = None
    """Key of its HTML."""


class Tally(msgspec.Struct):
    """How much of a build was done before."""

    pages: int = 0
    contents: int = 0
    """Pages whose content was kept."""
    htmls: int = 0
    """Pages whose whole HTML was kept."""


class ContentsAhead(msgspec.Struct, frozen=True):
    """Makes the contents of pages in other processes; ``KeptPages`` then finds them kept.

    Arguments:
        root: where they are kept.
        targets: the site's files, as far as they are known; contents that depend on others
            are made again.
        options: the configuration's part.
        markdown: the key of all that decides a content, but for the page itself.
    """

    root: Path
    targets: Mapping[str, Target]
    options: Options
    markdown: str

    @classmethod
    def of(cls, root: Path, config: MkDocsConfig, files: Iterable[File]) -> ContentsAhead | None:
        """For a site with such files, if contents can be kept where other processes see them."""
        if not Store(root).writable:
            return None
        try:
            key = keys.of_markdown(config)
        except keys.NoKeyError:
            return None
        return cls(root, {file.src_uri: _target(file) for file in files}, Options.of(config), key)

    def __call__(self, path: str, written: str) -> bool:
        """Make the content of a page, if it is not kept; whether it was made.

        Arguments:
            path: of the page.
            written: its file's text.
        """
        target, store = self.targets[path], _store(self.root)
        text, _ = meta.get_data(written)
        key = _content_key(self.markdown, target, keys.text_digest(text))
        if store.has("pages", key):
            return False
        rest, content = render(Source(target, text), self.targets, self.options).dump()
        store.save("contents", key, content)
        store.save("pages", key, rest)
        return True


@functools.cache
def _store(root: Path) -> Store:
    """One for a process, so that it warns once."""
    return Store(root)


class KeptPages:
    """The pages of one build.

    Arguments:
        store: where they are kept.
        config: the site's configuration.
        own: our own folder of theme templates.
    """

    def __init__(self, store: Store, config: MkDocsConfig, own: Path) -> None:
        self.store = store
        self.config = config
        self.own = own
        self.tally = Tally()
        self._pages: dict[str, _Kept] = {}
        self._targets: dict[str, Target] = {}
        self._alone = False

    def prepare(
        self,
        files: Files,
        ours: Iterable[File],
        *,
        alone: bool,
        made: Container[str] = (),
    ) -> None:
        """Find or make the contents of our pages, before MkDocs reads the first.

        Arguments:
            files: all files of the site.
            ours: those of our pages.
            alone: whether no other plugin looks at pages.
            made: paths of pages whose content this build has made ahead.
        """
        self._alone = alone
        try:
            markdown = keys.of_markdown(self.config)
        except keys.NoKeyError as reason:
            _log.debug("rendered pages are not kept: %s", reason)
            return
        targets = self._targets = {file.src_uri: _target(file) for file in files}
        missing: list[tuple[Source, _Kept]] = []
        for file in ours:
            self.tally.pages += 1
            front, hashed = self._head(file)
            key = _content_key(markdown, targets[file.src_uri], hashed)
            rendered = self._load(key)
            if rendered is not None and rendered.fits(targets):
                self.tally.contents += file.src_uri not in made
                self._pages[file.src_uri] = _Kept(front, hashed, key, rendered)
            else:
                nothing = Rendered("", None, [], [], {}, {})
                text, _ = meta.get_data(file.content_string)
                source = Source(targets[file.src_uri], text)
                missing.append((source, _Kept(front, hashed, key, nothing)))
        self._render(missing, targets)

    def _head(self, file: File) -> tuple[dict[str, Any], str]:
        """The front matter of a page, and the hash of its text.

        A file of the cache is named after all that decides it, so it is read once.
        """
        place, cache = file.abs_src_path or "", f"{self.store.root.parent.absolute()}{os.sep}"
        kept = place.startswith(cache)
        key = keys.text_digest(place.removeprefix(cache))  # a cache may be moved
        if kept and (found := self.store.load("heads", key)) is not None:
            front, hashed = json.loads(found)
            return front, hashed
        text, front = meta.get_data(file.content_string)
        head = front, keys.text_digest(text)
        if kept:
            self.store.save("heads", key, json.dumps(head).encode())
        return head

    def _render(self, missing: list[tuple[Source, _Kept]], targets: dict[str, Target]) -> None:
        options = Options.of(self.config)
        sources = [source for source, _ in missing]
        for (source, kept), rendered in zip(
            missing, render_all(sources, targets, options), strict=True
        ):
            rest, content = rendered.dump()
            self.store.save("contents", kept.content, content)
            self.store.save("pages", kept.content, rest)
            rendered.content = ""
            kept.rendered = rendered
            if self.store.has("contents", kept.content):
                self._pages[source.page.src_uri] = kept

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
        rendered = kept.rendered
        page.content = content
        page.toc = TableOfContents([]) if self._alone else rendered.table()
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
    ) -> None:
        """Have the theme hand out the HTML that is kept, once all pages are read.

        Arguments:
            env: the theme's templates.
            files: all files of the site.
            surroundings: the navigation that a page is shown with, and plain values of whatever
                else decides how it is shown.
        """
        if not self._alone or not self._pages:
            return
        try:
            theme = keys.of_theme(self.config, self.own)
        except keys.NoKeyError as reason:
            _log.debug("HTML of pages is not kept: %s", reason)
            theme = None
        self._add_template(env)
        prune = "navigation.prune" in (self.config.theme.get("features") or [])
        for path, kept in self._pages.items():
            file = files.get_file_from_path(path)
            page = file.page if file else None
            if page is None:
                continue
            kept.html = self._html_key(theme, page, kept, surroundings(page), prune=prune)
            if kept.html and self.store.has("html", kept.html):
                self.tally.htmls += 1
                page.meta["template"] = KEPT_TEMPLATE
            else:
                self._fill(page, kept)

    def _html_key(
        self,
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
            source = Source(_target(page.file), meta.get_data(page.file.content_string)[0])
            kept.rendered = render(source, self._targets, Options.of(self.config))
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
        tally = self.tally
        _log.info(
            "%s pages: %s contents and %s whole pages were kept from earlier builds (%.0f MB)",
            tally.pages,
            tally.contents,
            tally.htmls,
            left / 1e6,
        )


def alone(config: MkDocsConfig, ours: Callable[[object], bool]) -> bool:
    """Whether no other plugin looks at the text of pages.

    Arguments:
        config: the site's configuration.
        ours: whether an object is our plugin.
    """
    return all(
        ours(getattr(method, "__self__", None))
        for event in _LOOKERS
        for method in config.plugins.events[event]
    )


def _content_key(markdown: str, page: Target, text: str) -> str:
    """The key of a page's content, by the hash of its text."""
    return keys.digest(markdown, page.src_uri, page.url, text)


def _target(file: File) -> Target:
    excluded = bool(file.inclusion.is_excluded())  # type: ignore[no-untyped-call]
    return Target(file.src_uri, file.url, excluded)


def _read_head(page: Page, kept: _Kept, config: MkDocsConfig) -> None:  # noqa: ARG001
    """Stands in for ``Page.read_source``."""
    page.markdown, page.meta = "", dict(kept.meta)


def _links(rendered: Rendered, files: Files) -> dict[File, dict[str, str]]:
    found = ((files.get_file_from_path(path), links) for path, links in rendered.links.items())
    return {file: links for file, links in found if file is not None}
