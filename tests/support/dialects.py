"""Pages as the dialects of Markdown read them."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise

import markdown
from markdown_it import MarkdownIt
from support.site import Outline

from digest.pageviews import Page

EXTENSIONS = ["attr_list", "md_in_html", "tables", "admonition", "toc"]


def html(page: str) -> str:
    """A page as Python-Markdown reads it, with the extensions of the shipped site."""
    found: str = _python_markdown().reset().convert(without_front_matter(page))
    return found


@cache
def _python_markdown() -> markdown.Markdown:
    return markdown.Markdown(extensions=EXTENSIONS)


@cache
def _commonmark() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


def without_front_matter(page: str) -> str:
    """What is left for Markdown; MkDocs reads the rest."""
    return page.split("---\n", 2)[2]


class Shape(Outline):
    """The elements of a page with the names of their attributes, its ids, links and headings."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.elements: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        self.elements.append(" ".join([tag, *(name for name, _ in attrs)]))
        for name, value in attrs:
            if name == "id":
                self.ids[value or ""] += 1
            if name in {"href", "src"}:
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        super().handle_data(data)
        self.text += data


def visible_text(page: str) -> str:
    return Shape(html(page)).text


def lines(page: Page) -> list[str]:
    """The items of a page's lists, as they are read."""
    source = re.sub(r"<br ?/?>", " | ", html(page.content))
    items = re.findall(r"<li>(.*?)</li>", source, re.DOTALL)
    return [" ".join(visible_text(f"---\n---\n{item}").split()) for item in items]


Skeleton = tuple[list[str], list[tuple[int, str]]]


def skeleton(source: str) -> Skeleton:
    return skeleton_and_headings(source)[0]


def skeleton_and_headings(source: str) -> tuple[Skeleton, list[tuple[int, str]]]:
    """A page's elements with the levels and ids of its headings; and what these say."""
    shape = Shape(source)
    ids = [(level, name) for level, name, _ in shape.headings]
    return (shape.elements, ids), [(level, text) for level, _, text in shape.headings]


def commonmark_shape(page: str) -> list[str]:
    """The elements as CommonMark with tables reads them; our raw HTML as it stands."""
    return Shape(_commonmark().render(without_front_matter(page))).elements


def outline_is_sound(levels: list[int]) -> bool:
    return (
        levels[0] == 1
        and levels.count(1) == 1
        and all(below <= above + 1 for above, below in pairwise(levels))
    )
