"""HTML of a hand-written page → its sections, to be found like entries."""

from __future__ import annotations

from html.parser import HTMLParser

from digest.search.grams import tidy
from digest.search.texts import Document

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_SILENT = frozenset(["script", "style", "svg", "template", "noscript"])
_EMPTY = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)
_INLINE = frozenset(["a", "abbr", "b", "code", "em", "i", "kbd", "mark", "small", "span", "strong"])
_EXCLUDED = "data-search-exclude"
"""The attribute by which Material's own search leaves something out."""


def page_sections(html: str, *, url: str, title: str) -> list[Document]:
    """The sections of a page, each from a heading with an id to the next one.

    Arguments:
        html: the page's content.
        url: its address below the site's base.
        title: the page's title.
    """
    parser = _Sections(title)
    parser.feed(html)
    parser.close()
    found = []
    for anchor, heading, text in parser.sections:
        name, body = tidy("".join(heading)), tidy("".join(text))
        if name or body:
            place = f"{url}#{anchor}" if anchor else url
            found.append(Document(place, name or title, "", body, group=tidy(title)))
    return found


class _Sections(HTMLParser):
    """Collect the text below each heading."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.sections: list[tuple[str, list[str], list[str]]] = [("", [title], [])]
        self._heading = False
        self._silent: list[str] = []
        """Open elements of one that is left out, from that one on."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY:
            self._write(" ")
            return
        found = dict(attrs)
        left_out = tag in _SILENT or _EXCLUDED in found
        if self._silent or left_out or "headerlink" in (found.get("class") or "").split():
            self._silent.append(tag)
        elif tag in _HEADINGS and found.get("id"):
            first = len(self.sections) == 1 and tag == "h1" and not "".join(self.sections[0][2])
            if first:  # the page itself
                self.sections.clear()
            self.sections.append(("" if first else found["id"] or "", [], []))
            self._heading = True
        elif tag not in _INLINE:
            self._write(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in _HEADINGS:
            self._heading = False
        elif tag not in _INLINE:
            self._write(" ")

    def handle_data(self, data: str) -> None:
        self._write(data)

    def _write(self, data: str) -> None:
        if not self._silent:
            _, heading, text = self.sections[-1]
            (heading if self._heading else text).append(data)
