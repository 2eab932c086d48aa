"""Our own words in the language of a page, and everybody else's made safe.

Templates speak through a ``Wording``.  What a template puts out is escaped
unless it is ``Markdown``: words of ours, or something that has been through
``escape`` already.  So a value that nobody thought of is text, never markup.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Any

import babel
from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, get_day_names
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from markupsafe import Markup

from digest import compiledfiles, escape
from digest.factviews import CHANGES, ECOSYSTEMS, MENTIONS, REASONS, WHATS, Change
from digest.model import Kind, Level, Statement
from digest.phrases import ASPECTS, AUDIENCES, KINDS, LEVEL_NAMES, say
from digest.textlanguage import language_of


class Markdown(Markup):
    """Markdown that is ours or has been escaped; printed as it is.

    It is markupsafe's type with another border: what is joined with it is
    escaped for Markdown and not for HTML alone.
    """

    __slots__ = ()

    @classmethod
    def escape(cls, s: Any, /) -> Markdown:  # noqa: ANN401 - markupsafe's signature
        """Anything as Markdown: what is Markdown already as it is, all else as text."""
        if type(s) is cls:
            return s
        return cls(s) if isinstance(s, Markup) else cls(escape.markdown(str(s)))


_NOTHING = Markdown()


def finalize(value: object) -> Markdown:
    """What a template prints of a value; see ``Markdown``."""
    return _NOTHING if value is None else Markdown.escape(value)


def code(value: object) -> Markdown:
    """A name as code."""
    return Markdown(f"<code>{escape.html(str(value))}</code>")


@lru_cache(maxsize=8)
def _translations(language: str) -> NullTranslations:
    """The catalogue of a language."""
    source = resources.files("digest").joinpath("locales", language, "LC_MESSAGES", "digest.po")
    if not source.is_file():
        return NullTranslations()
    content = source.read_bytes()
    key = hashlib.sha256(content + babel.__version__.encode()).digest()
    kept = compiledfiles.load(f"words-{language}") or b""
    if not kept.startswith(key):
        # Not needed, once it is compiled.
        from babel.messages.mofile import write_mo  # noqa: PLC0415
        from babel.messages.pofile import read_po  # noqa: PLC0415

        compiled = io.BytesIO()
        write_mo(compiled, read_po(io.BytesIO(content), locale=language))
        kept = key + compiled.getvalue()
        compiledfiles.keep(f"words-{language}", kept)
    return Translations(io.BytesIO(kept.removeprefix(key)))


@lru_cache(maxsize=65_536)
def _decimal(value: int, language: str) -> Markdown:
    """A number as a language writes it; the same few are asked for on every page."""
    return Markdown(format_decimal(value, locale=language))


class Wording:
    """The words of one language.

    Arguments:
        language: ``en`` or ``zh``.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(language)
        _ = self._locale.days  # loads its data, so that processes that are forked have it
        self._translations = _translations(language)
        self._messages: dict[str, Markdown] = {}
        """Those without values, which are most of what a page says."""

    def text(self, message: str, /, **values: object) -> Markdown:
        """A message of ours with values of anybody's; gettext's ``_``."""
        if values:
            return self._fill(self._translations.gettext(message), values)
        found = self._messages.get(message)
        if found is None:
            found = self._messages[message] = self._fill(self._translations.gettext(message), {})
        return found

    def plural(self, singular: str, plural: str, number: int, /, **values: object) -> Markdown:
        """A message that depends on a number, which it may name as ``%(number)s``."""
        message = self._translations.ngettext(singular, plural, number)
        return self._fill(message, {"number": number, **values})

    def number(self, value: int) -> Markdown:
        """A number with the language's own grouping."""
        return _decimal(value, self.language)

    def date(self, date: dt.date) -> Markdown:
        """A day as a heading has it, with its weekday; tables and addresses have ISO 8601."""
        return Markdown(format_date(date, "full", self._locale))

    def month(self, year: int, month: int) -> Markdown:
        """A month as a heading has it."""
        first = dt.date(year, month, 1)
        return Markdown(format_skeleton("yMMMM", first, locale=self._locale))

    def weekdays(self) -> list[Markdown]:
        """The shortest names of the days of the week that differ, Monday first."""
        forms = (
            [get_day_names(width, "stand-alone", self._locale)[day] for day in range(7)]
            for width in ("narrow", "short")
        )
        return [Markdown.escape(name) for name in next(f for f in forms if len(set(f)) == len(f))]

    def kind(self, kind: Kind) -> Markdown:
        """The name of a kind of change."""
        return self.text(KINDS[kind])

    def level(self, level: Level) -> Markdown:
        """The name of a level of importance."""
        return self.text(LEVEL_NAMES[level])

    def aspect(self, aspect: str) -> Markdown:
        """The name of an aspect of an insight."""
        return self.text(ASPECTS[aspect])

    def audience(self, audience: str) -> Markdown:
        """Whom a recommendation is for."""
        return self.text(AUDIENCES[audience])

    def what(self, what: str) -> Markdown:
        """The name of a part of an interface, or of where dependencies come from."""
        return self.text((WHATS | ECOSYSTEMS)[what])

    def mention(self, what: str) -> Markdown:
        """The same within a sentence."""
        return self.text(MENTIONS[what])

    def change(self, change: Change) -> Markdown:
        """What happened to a name."""
        return self.text(CHANGES[change])

    def reason(self, reason: str) -> Markdown:
        """Why something is expected to break."""
        return self.text(REASONS[reason])

    def statement(self, statement: Statement) -> Markdown:
        """What an analysis says, a phrase or somebody's own words."""
        if statement.text is not None:
            return self.quoted(statement.text, statement.language)
        return Markdown(
            say(
                statement,
                self._translations,
                self._value,
                self._locale,
                render_name=self._name,
                render_quoted=self.quoted,
            )
        )

    def quoted(self, text: str, language: str | None = None) -> Markdown:
        """Somebody's own words; where they are in another language, it is marked.

        Arguments:
            text: a title, a sentence.
            language: BCP 47 code; None where it must be told by the text.
        """
        attribute = self.lang(text, language)
        words = self._value(text)
        return Markdown(f"<span{attribute}>{words}</span>") if attribute else words

    def lang(self, text: str, language: str | None = None) -> Markdown:  # noqa: ARG002
        """The attribute of an element that holds such words: `` lang="en"``, or nothing.

        Only where there are elements, see ``PageWording``.
        """
        return _NOTHING

    def written_in(self, statements: Iterable[Statement]) -> Markdown:
        """In which language a model wrote, where it is not the page's; else nothing."""
        for statement in statements:
            if statement.text is not None and statement.language is not None:
                code = self.foreign(statement.text, statement.language)
                return Markdown(escape.markdown(self.language_name(code))) if code else Markdown()
        return Markdown()

    def language_name(self, code: str) -> str:
        """The name of a language in this one; the code where it has none."""
        try:
            named = Locale.parse(code, sep="-").get_display_name(self._locale)
        except (UnknownLocaleError, ValueError):
            named = None
        return named or code

    def foreign(self, text: str, language: str | None = None) -> str | None:
        """The language of somebody's own words, where it is not the page's."""
        code = language or language_of(text)
        if code is None or code.partition("-")[0].lower() == self.language:
            return None
        return code

    def _fill(self, message: str, values: dict[str, Any]) -> Markdown:
        return Markdown(message % {name: self._value(value) for name, value in values.items()})

    def _value(self, value: object) -> Markdown:
        return self.number(value) if isinstance(value, int) else finalize(value)

    def _name(self, value: str) -> Markdown:
        return code(value)


class PageWording(Wording):
    """The words of a page in HTML, where text in another language than the page's is marked."""

    def lang(self, text: str, language: str | None = None) -> Markdown:
        """The attribute of an element that holds such words: `` lang="en"``, or nothing."""
        code = self.foreign(text, language)
        return Markdown(f' lang="{escape.html(code)}"' if code else "")
