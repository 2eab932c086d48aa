"""Entries and sections of pages → what is searched and shown of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from digest.claimviews import runs_of
from digest.factviews import dependency_facts, interface_facts
from digest.model import LEVELS, Entry, Level, Repository, Statement
from digest.search.grams import tidy
from digest.wording import Markdown, Wording

PAGE = len(LEVELS)
"""What stands for the level where something is no entry but a part of a hand-written page."""

_PATHS = 200
"""Paths of one entry, as many as its page lists."""


class Document(msgspec.Struct, frozen=True):
    """One result: an entry, or a section of a hand-written page."""

    place: str
    """An entry's anchor on the page of its day; a section's address below the site's base."""
    title: str
    head: str
    """What else counts as much as the title: who, which pull request, names of the interface."""
    body: str
    group: str = ""
    """The repository's slug; the page's title."""
    level: int = PAGE
    """Index in ``LEVELS``, or ``PAGE``."""
    sha: str = ""
    """The whole sha, of which the head has the short form."""

    @property
    def record(self) -> list[str]:
        """What is published of it."""
        return [self.place, self.title, self.head, self.body, self.sha]


class PlainWording(Wording):
    """Our words, with everybody else's left as they are: for text that is never markup."""

    def _value(self, value: object) -> Markdown:
        return self.number(value) if isinstance(value, int) else Markdown(str(value))

    def _name(self, value: str) -> Markdown:
        return Markdown(value)


def entry_document(
    repository: Repository, entry: Entry, anchor: str, wording: PlainWording
) -> Document:
    """An entry as it is searched: what its page says of it, without what happened later.

    Arguments:
        repository: whose it is.
        entry: the entry.
        anchor: its place on the page of its day, see ``pageviews.anchors``.
        wording: the words of the site's language.
    """
    commit, references = entry.commit, entry.facts.references
    number = references.pull_request
    facts = [*interface_facts(entry.facts), *dependency_facts(entry.facts)]
    names = dict.fromkeys(name for fact in facts for name in (fact.name, fact.other) if name)
    head = [
        commit.short_sha,
        f"#{number}" if number is not None else "",
        commit.author.name,
        *references.co_authors,
        *names,
    ]
    body = [*_said(entry, wording), *(change.text for change in entry.facts.breaking), commit.body]
    for change in commit.changes[:_PATHS]:
        body += [change.previous_path or "", change.path]
    return Document(
        place=anchor,
        title=tidy(commit.subject) or str(wording.text("(no message)")),
        head=_joined(head),
        body=_joined(body),
        group=repository.slug,
        level=_number(entry.analysis.importance.level),
        sha=commit.sha,
    )


def _number(level: Level) -> int:
    return LEVELS.index(level)


def _joined(texts: Iterable[str]) -> str:
    """Texts one after another; what is said twice is said once."""
    return " · ".join(dict.fromkeys(text for text in map(tidy, texts) if text))


def _said(entry: Entry, wording: PlainWording) -> Iterator[str]:
    """The analysis in words, in the order of the page."""
    analysis = entry.analysis
    modelled = analysis.provenance.prompt is not None
    statements = [*analysis.summary, *analysis.importance.reasons, *analysis.impact]
    for insight in analysis.insights:
        statements += insight.statements
    for risk in analysis.risks:
        parts = (risk.risk, risk.consequence, risk.trigger, risk.mitigation)
        statements += [part for part in parts if part]
    statements += [advice.statement for advice in analysis.recommendations]
    for statement in statements:
        yield _plain(statement, wording, modelled=modelled)


def _plain(statement: Statement, wording: PlainWording, *, modelled: bool) -> str:
    if modelled and statement.text is not None:
        return "".join(piece.text for run in runs_of(statement) for piece in run.pieces)
    return str(wording.statement(statement))
