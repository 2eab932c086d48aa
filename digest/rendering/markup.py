"""One Markdown text → HTML and what MkDocs wants to know of it: a pure function.

It runs MkDocs' own ``Page.render``, with stand-ins for the page and for the
site's files, so that it can run in a process of its own and so that it is known
which other files it asked for.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import msgspec
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents
from msgspec.structs import asdict

from digest.rendering.htmllines import HtmlLines

BUILDER = Page.__module__.partition(".")[0]
"""Who builds: MkDocs, or its successor ProperDocs, which stands in under MkDocs' name."""

Contents = list[tuple[str, str, int, "Contents"]]
"""The headings of a page: text as HTML, anchor, level, and those below it."""


class Target(msgspec.Struct, frozen=True):
    """A file of the site, as far as a link to it needs it."""

    src_uri: str
    url: str
    excluded: bool = False

    @property
    def inclusion(self) -> Target:
        """Itself: MkDocs asks a file's inclusion whether it is excluded."""
        return self

    def is_excluded(self) -> bool:
        """Whether it is not part of the built site."""
        return self.excluded


class Options(msgspec.Struct, frozen=True):
    """What the configuration says about Markdown; each part can be pickled."""

    extensions: tuple[str, ...]
    configs: Mapping[str, Any]
    use_directory_urls: bool
    validation: Any

    @classmethod
    def of(cls, config: MkDocsConfig) -> Options:
        """The part of a site's configuration."""
        return cls(
            extensions=tuple(config.markdown_extensions),
            configs=dict(config["mdx_configs"] or {}),
            use_directory_urls=config.use_directory_urls,
            validation=config.validation,
        )

    def __getitem__(self, name: str) -> object:
        """An option by the name by which ``Page.render`` asks for it."""
        extensions = [*self.extensions, HtmlLines(self.extensions)]
        return {"markdown_extensions": extensions, "mdx_configs": self.configs}[name]


class Source(msgspec.Struct, frozen=True):
    """A page's Markdown, without its front matter, and which page it is."""

    page: Target
    markdown: str


class Rendered(msgspec.Struct):
    """What rendering a page gives, and what it depended on."""

    content: str
    title: str | None
    contents: Contents
    anchors: list[str]
    links: dict[str, dict[str, str]]
    """Anchors that it links to, by the file they are in, with the link as written."""
    lookups: dict[str, str | None]
    """Files that it asked for: the URL of each, or None where there was none."""
    messages: list[tuple[str, int, str]] = msgspec.field(default_factory=list)
    """What MkDocs said: logger, level and text."""

    def dump(self) -> tuple[bytes, bytes]:
        """Everything but the content, and the content."""
        rest = {name: value for name, value in asdict(self).items() if name != "content"}
        text = json.dumps(rest, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.encode(), self.content.encode()

    @classmethod
    def load(cls, rest: bytes, content: str = "") -> Rendered:
        """What was dumped.

        Raises:
            ValueError, TypeError, KeyError: it is something else.
        """
        kept = msgspec.json.decode(rest)
        kept["messages"] = [
            (str(name), int(level), str(text)) for name, level, text in kept["messages"]
        ]
        return cls(content=content, **kept)

    def fits(self, targets: Mapping[str, Target]) -> bool:
        """Whether the files that it asked for are what they were."""
        return all(_answer(targets.get(path)) == url for path, url in self.lookups.items())

    def table(self) -> TableOfContents:
        """The contents list as MkDocs has it."""
        items = [_anchor_link(*item) for item in self.contents]
        if items:
            items[0].active = True  # type: ignore[attr-defined]
        return TableOfContents(items)


class _Lookups:
    """Stands in for the site's files, and notes what is asked for."""

    def __init__(self, targets: Mapping[str, Target]) -> None:
        self._targets = targets
        self.asked: dict[str, str | None] = {}

    def get_file_from_path(self, path: str) -> Target | None:
        found = self._targets.get(path)
        self.asked[path] = _answer(found)
        return found


class _Standin:
    """Stands in for a page while it is rendered."""

    def __init__(self, source: Source) -> None:
        self.file = source.page
        self.markdown = source.markdown
        self.content = ""
        self.toc = TableOfContents([])
        self.present_anchor_ids: set[str] = set()
        self.links_to_anchors: dict[Target, dict[str, str]] = {}
        self._title_from_render: str | None = None

    def rendered(self, lookups: _Lookups, messages: list[tuple[str, int, str]]) -> Rendered:
        return Rendered(
            content=self.content,
            title=self._title_from_render,
            contents=[_content(item) for item in self.toc],
            anchors=sorted(self.present_anchor_ids),
            links={target.src_uri: dict(links) for target, links in self.links_to_anchors.items()},
            lookups=lookups.asked,
            messages=messages,
        )


def render(source: Source, targets: Mapping[str, Target], options: Options) -> Rendered:
    """Render one page.

    Arguments:
        source: the page.
        targets: the site's files by their path below ``docs_dir``.
        options: the configuration's part.
    """
    page, lookups = _Standin(source), _Lookups(targets)
    with _overheard() as messages:
        Page.render(cast("Page", page), cast("MkDocsConfig", options), cast("Files", lookups))
    return page.rendered(lookups, messages)


@contextmanager
def _overheard() -> Iterator[list[tuple[str, int, str]]]:
    """What MkDocs logs meanwhile; it is said by whoever uses the page, not here."""
    messages: list[tuple[str, int, str]] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append((record.name, record.levelno, record.getMessage()))

    logger, ear = logging.getLogger(BUILDER), Ear()
    handlers, propagates, level = logger.handlers[:], logger.propagate, logger.level
    logger.handlers[:], logger.propagate = [ear], False
    logger.setLevel(logging.INFO)
    try:
        yield messages
    finally:
        logger.handlers[:], logger.propagate = handlers, propagates
        logger.setLevel(level)


def _answer(target: Target | None) -> str | None:
    return None if target is None else f"{'-' if target.excluded else '+'}{target.url}"


def _content(item: AnchorLink) -> tuple[str, str, int, Contents]:
    return item.title, item.id, item.level, [_content(child) for child in item.children]


def _anchor_link(title: str, anchor: str, level: int, children: Contents) -> AnchorLink:
    link = AnchorLink(title, anchor, level)
    link.children = [_anchor_link(*child) for child in children]
    return link
