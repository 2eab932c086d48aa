"""Lines of whole HTML, put by before a parser reads them.

Most of our pages is HTML already: blocks of one line each (``templates/entry.md.jinja``).
Python-Markdown leaves such a block as it is, but finds its end by parsing it tag by tag, and
MkDocs parses it once more for ids; both together are four fifths of the time of a page.  Here
such a line is put where Python-Markdown would put it, when a look at its tags shows that it
would.  What is not plainly such a line is left to the parsers, so the HTML is the same.

The text of a heading is put by likewise, and so are spans of words in items of lists and rows of
tables, as Python-Markdown does with each of their references and elements one by one: words that
``escape`` has been through say nothing to any extension that we know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

_BEFORE_THE_PARSERS = 21.5
"""MkDocs looks for ids at 21, Python-Markdown takes blocks of HTML out at 20."""

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-zA-Z-]+(?:="[^"<>]*")?)*)>')
_REFERENCE = re.compile(r"&(?:#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);")
_LOOKED_AT = re.compile(r" (?:id|markdown)(?![a-zA-Z-])")
"""Attributes that the parsers look for, and, of a link, ``name``."""
_VOID = frozenset(["br", "img", "input", "wbr"])
_OTHERS = frozenset(["hr", "iframe", "plaintext", "script", "style", "textarea", "title", "xmp"])
"""Elements that the parsers treat in ways of their own."""


_WORD = r"[^\\`*_\[\]!|~^=+\"'{}$:@<>#&\x02\x03]|&(?:#[0-9]+|[a-z]+);"
_WORDS = rf"(?:{_WORD})+"
_HEADING = re.compile(
    rf'\A(#{{1,6}} )(<span lang="[A-Za-z-]+">{_WORDS}</span>|{_WORDS})( \{{ #[^{{}}]+ \}})\Z'
)
_SPAN = re.compile(
    r'<span(?: class="[a-z -]+"| lang="[A-Za-z-]+")*>'
    rf"(?:{_WORD}|<code>(?:{_WORD})++</code>|<br>)++</span>"
)
_KNOWN = frozenset(
    [
        *("admonition", "attr_list", "codehilite", "def_list", "fenced_code", "footnotes"),
        *("md_in_html", "meta", "sane_lists", "smarty", "tables", "toc"),
        *("pymdownx.betterem", "pymdownx.caret", "pymdownx.details", "pymdownx.emoji"),
        *("pymdownx.highlight", "pymdownx.inlinehilite", "pymdownx.keys", "pymdownx.mark"),
        *("pymdownx.smartsymbols", "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist"),
        *("pymdownx.tilde",),
    ]
)
"""Extensions of which we know that they read no plain words; ``abbr`` does, say."""


class HtmlLines(Extension):
    """For pages that we wrote.

    Arguments:
        extensions: the others that are used.
    """

    def __init__(self, extensions: Iterable[str]) -> None:
        super().__init__()
        self._words = _KNOWN.issuperset(extensions)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Have lines of HTML put by."""
        put_by = _PutBy(md, words=self._words)
        md.preprocessors.register(put_by, "digest_html_lines", _BEFORE_THE_PARSERS)


class _PutBy(Preprocessor):
    def __init__(self, md: Markdown, *, words: bool) -> None:
        super().__init__(md)
        self._words = words

    def run(self, lines: list[str]) -> list[str]:
        """The lines, with a mark in the place of each that was put by."""
        assert self.md is not None  # noqa: S101 - given by the extension
        made = list(lines)
        found = whole(lines, self.md.is_block_level)
        for number in found:
            # A blank line follows, the first break of which belongs to the block.
            made[number] = self.md.htmlStash.store(lines[number] + "\n")
        for number, line in enumerate(made) if self._words else ():
            # Where some element is open from line to line, what is in it is another matter.
            if found and line.startswith("#"):
                made[number] = _HEADING.sub(self._heading, line)
            # Not what code and backslashes may show as it is.
            elif line.startswith(("- ", "| ")) and "`" not in line and "\\" not in line:
                made[number] = _SPAN.sub(lambda span: self._store(span[0]), line)
        return made

    def _heading(self, heading: re.Match[str]) -> str:
        begin, words, attributes = heading.groups()
        return f"{begin}{self._store(words)}{attributes}"

    def _store(self, html: str) -> str:
        assert self.md is not None  # noqa: S101 - given by the extension
        return str(self.md.htmlStash.store(html))


def whole(lines: Sequence[str], is_block: Callable[[str], bool]) -> list[int]:
    """Which lines are each one element of HTML that no parser needs to look into.

    Arguments:
        lines: of the text.
        is_block: whether an element of a name is a block.
    """
    found: list[int] = []
    outer: list[str] = []
    """Elements that are open from line to line; what is in them is left to the parsers."""
    blank = True
    for number, line in enumerate(lines):
        was_blank, blank = blank, not line.strip()
        if "<" not in line:
            continue
        tags = _TAG.findall(line)
        if len(tags) != line.count("<"):
            return []  # a comment, say, which may end on any line
        starts = line.lstrip(" ").startswith("<") and is_block(tags[0][1])
        followed = number + 1 == len(lines) or not lines[number + 1].strip()
        if outer or (starts and not (was_blank and followed and _is_whole(line, tags))):
            if not _follow(tags, outer):
                return []
        elif starts:
            found.append(number)
    return [] if outer else found


def _is_whole(line: str, tags: Sequence[tuple[str, str, str]]) -> bool:
    """Whether a line that begins with a block is that block, without anything to be looked at."""
    opened: list[str] = []
    for number, (closing, name, attributes) in enumerate(tags, 1):
        if name in _OTHERS or (name == "a" and " name" in attributes):
            return False
        if attributes and _LOOKED_AT.search(attributes):
            return False
        if closing:
            if attributes or not opened or opened.pop() != name:
                return False
            if not opened and number < len(tags):
                return False
        elif name not in _VOID:
            opened.append(name)
    return (
        not opened
        and line.startswith("<")
        and line.endswith(">")
        and line.count("&") == len(_REFERENCE.findall(line))
    )


def _follow(tags: Sequence[tuple[str, str, str]], outer: list[str]) -> bool:
    """Note which elements are open behind a line; whether that is plain."""
    for closing, name, _ in tags:
        if closing:
            if not outer or outer.pop() != name:
                return False
        elif name not in _VOID and name != "hr":
            outer.append(name)
    return True
