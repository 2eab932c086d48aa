"""What the head of a page says of it: a description, a card for links to it, and its feeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from digest import escape
from digest.feeds.dialects import Plain, Speech
from digest.model import LEVELS
from digest.pageviews import HEADLINES, EntryView, Figures, RepositoryDay

LENGTH = 280
"""Characters of a description: search engines and chats show less, none shows more."""
_LOCALES = {"en": "en_US", "zh": "zh_CN"}


class Link(msgspec.Struct, frozen=True):
    """Another form of a page, or a feed that goes with it."""

    type: str
    href: str
    title: str


class Head(msgspec.Struct, frozen=True):
    """What the head of a page says of it; plain text, to be escaped by the template."""

    description: str
    kind: str
    """``article`` for what was written once, ``website`` for what is a view."""
    locale: str
    site_name: str
    links: tuple[Link, ...]
    url: str | None = None
    published: str | None = None
    modified: str | None = None


def locale_of(language: str) -> str:
    """A language as Open Graph names it."""
    return _LOCALES.get(language, language)


def speech(language: str) -> Speech:
    """The words of a language as plain text."""
    return Speech(language, Plain())


def counted(words: Speech, figures: Figures) -> str:
    """How many commits a day has, by importance."""
    parts = [str(words.plural("%(number)s commit", "%(number)s commits", figures.commits))]
    parts += [
        f"{words.level(level)} {words.number(figures.levels[level])}"
        for level in LEVELS
        if figures.levels.get(level)
    ]
    return " · ".join(parts)


def in_brief(words: Speech, figures: Figures, sections: Sequence[RepositoryDay]) -> str:
    """A day in a few lines."""
    colon, semicolon = str(words.text(": ")), str(words.text("; "))
    breaking = [view for section in sections for view in section.breaking]
    may_break = [view for section in sections for view in section.may_break]
    headlines = [view for section in sections for view in section.headlines]
    if not breaking and not may_break and not headlines:
        # Of few commits none stands out of the others; so the first are named.
        entries = (view for section in sections for view in section.entries)
        headlines = sorted(entries, key=lambda view: LEVELS.index(view.level))[:HEADLINES]
    parts = [counted(words, figures)]
    for name, views in ((words.text("Breaking"), breaking), (words.text("May break"), may_break)):
        if views:
            parts.append(f"{name}{colon}{semicolon.join(_subjects(words, views))}")
    known = {view.anchor for view in (*breaking, *may_break)}
    rest = [view for view in headlines if view.anchor not in known]
    if rest:
        parts.append(semicolon.join(_subjects(words, rest)))
    return shortened(" · ".join(parts))


def subject_of(words: Speech, view: EntryView) -> str:
    """A commit's subject as plain text."""
    return escape.plain(view.entry.commit.subject).strip() or str(words.text("(no message)"))


def summary_of(words: Speech, view: EntryView) -> str:
    """What an entry says first, as plain text."""
    gap = "" if words.language == "zh" else " "
    said = (str(words.statement(item)) for item in view.entry.analysis.summary)
    return shortened(gap.join(said))


def shortened(text: str, length: int = LENGTH) -> str:
    """A text that is cut where it is too long, and says so."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _subjects(words: Speech, views: Iterable[EntryView]) -> list[str]:
    return [shortened(subject_of(words, view), 100) for view in views]
