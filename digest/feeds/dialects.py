"""The same words for other readers than a page's: HTML, plain CommonMark, plain text.

A dialect says how text of others is made safe, and what a paragraph, a list or a
link looks like; templates are the same for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from markupsafe import Markup

from digest import escape
from digest.wording import Markdown, Wording

_SPACES = re.compile(r"[ \n]+")
_TICKS = re.compile(r"`+")

_NOTHING = Markup()

Caller = Callable[[], Markup]


class Dialect(Protocol):
    """How one kind of reader is written for."""

    def text(self, value: str) -> Markup:
        """One line of anybody's text."""

    def code(self, value: str) -> Markup:
        """A name as code."""

    def link(self, text: Markup, address: str) -> Markup:
        """A link to an address that we made."""

    def strong(self, text: Markup) -> Markup:
        """Words that stand out."""

    def heading(self, level: int, text: Markup) -> Markup:
        """A heading; level 1 is the highest."""

    def paragraph(self, text: Markup) -> Markup:
        """A paragraph."""

    def bullets(self, items: Markup) -> Markup:
        """A list of what ``bullet`` made."""

    def bullet(self, text: Markup) -> Markup:
        """One item of a list."""

    def quote(self, text: Markup) -> Markup:
        """A paragraph that is set off."""


class Html:
    """HTML for a feed: elements without attributes, but for the addresses of links."""

    def text(self, value: str) -> Markup:
        """See ``Dialect``."""
        return Markup(escape.xml(value))  # noqa: S704 - escaped

    def code(self, value: str) -> Markup:
        """See ``Dialect``."""
        return self._in("code", self.text(value))

    def link(self, text: Markup, address: str) -> Markup:
        """See ``Dialect``."""
        return Markup(f'<a href="{escape.xml(address)}">{text}</a>')  # noqa: S704 - escaped

    def strong(self, text: Markup) -> Markup:
        """See ``Dialect``."""
        return self._in("strong", text)

    def heading(self, level: int, text: Markup) -> Markup:
        """See ``Dialect``."""
        return self._in(f"h{level}", text)

    def paragraph(self, text: Markup) -> Markup:
        """See ``Dialect``."""
        return self._in("p", text)

    def bullets(self, items: Markup) -> Markup:
        """See ``Dialect``."""
        return self._in("ul", items) if items.strip() else Markup()

    def bullet(self, text: Markup) -> Markup:
        """See ``Dialect``."""
        return self._in("li", text)

    def quote(self, text: Markup) -> Markup:
        """See ``Dialect``."""
        return self._in("blockquote", self._in("p", text))

    @staticmethod
    def _in(name: str, content: Markup) -> Markup:
        return Markup(f"<{name}>{_line(content)}</{name}>")  # noqa: S704 - escaped


class CommonMark:
    """CommonMark that reads well as it is: no HTML, no attributes, no tables."""

    def text(self, value: str) -> Markup:
        """See ``Dialect``."""
        return Markup(escape.commonmark(value))  # noqa: S704 - escaped

    def code(self, value: str) -> Markup:
        """See ``Dialect``."""
        # Section 6.1: a code span ends at the first run of as many backticks as it began with.
        content = _line(escape.plain(value)) or " "
        fence = "`" * (max(map(len, _TICKS.findall(content)), default=0) + 1)
        pad = " " if content[0] == "`" or content[-1] == "`" else ""
        return Markup(f"{fence}{pad}{content}{pad}{fence}")  # noqa: S704 - code

    def link(self, text: Markup, address: str) -> Markup:
        """See ``Dialect``."""
        return Markup(f"[{text}]({address})")  # noqa: S704 - escaped

    def strong(self, text: Markup) -> Markup:
        """See ``Dialect``."""
        return Markup(f"**{_line(text)}**")  # noqa: S704 - escaped

    def heading(self, level: int, text: Markup) -> Markup:
        """See ``Dialect``."""
        return Markup(f"{'#' * level} {_line(text)}\n\n")  # noqa: S704 - escaped

    def paragraph(self, text: Markup) -> Markup:
        """See ``Dialect``."""
        return Markup(f"{_line(text)}\n\n")  # noqa: S704 - escaped

    def bullets(self, items: Markup) -> Markup:
        """See ``Dialect``."""
        # Each item is a line already; what the template has between them is not.
        lines = [line for line in map(str.strip, items.split("\n")) if line]
        return Markup("\n".join(lines) + "\n\n") if lines else Markup()  # noqa: S704 - escaped

    def bullet(self, text: Markup) -> Markup:
        """See ``Dialect``."""
        return Markup(f"- {_line(text)}\n")  # noqa: S704 - escaped

    def quote(self, text: Markup) -> Markup:
        """See ``Dialect``."""
        return Markup(f"> {_line(text)}\n\n")  # noqa: S704 - escaped


class Plain:
    """Text where nothing is markup."""

    def text(self, value: str) -> Markup:
        """See ``Dialect``."""
        return Markup(escape.plain(value))  # noqa: S704 - never read as markup

    code = text


class Names(Protocol):
    """What of a dialect is within a sentence."""

    def text(self, value: str) -> Markup:
        """One line of anybody's text."""

    def code(self, value: str) -> Markup:
        """A name as code."""


class Speech(Wording):
    """The words of a language, with everybody else's made safe for a dialect.

    Arguments:
        language: ``en`` or ``zh``.
        dialect: what they are to stand in.
    """

    def __init__(self, language: str, dialect: Names) -> None:
        super().__init__(language)
        self.dialect = dialect

    def finalize(self, value: object) -> Markup:
        """What a template prints of a value: numbers, words and all else as text."""
        if value is None:
            return _NOTHING
        return value if isinstance(value, Markup) else self.dialect.text(str(value))

    def _value(self, value: object) -> Markdown:
        if isinstance(value, int):
            return self.number(value)
        return Markdown(self.finalize(value))

    def _name(self, value: str) -> Markdown:
        return Markdown(self.dialect.code(value))


def block(make: Callable[..., Markup]) -> Callable[..., Markup]:
    """A block of a dialect for ``{% call %}`` in a template: the body is its last argument."""

    def called(*arguments: Any, caller: Caller) -> Markup:  # noqa: ANN401 - Jinja's
        return make(*arguments, caller())

    return called


def _line(text: str) -> str:
    """The same on one line."""
    return _SPACES.sub(" ", text).strip(" ")
