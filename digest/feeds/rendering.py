"""Entries and days in a dialect, by templates of our own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from digest import forges
from digest.claimviews import runs_of, weighed
from digest.factviews import told
from digest.feeds.dialects import CommonMark, Dialect, Html, Speech, block
from digest.feeds.places import Places, day_text
from digest.model import LEVELS, Evidence, Level
from digest.outcomeviews import OutcomeView
from digest.pageviews import EntryView, Figures, RepositoryDay, day_path
from digest.templating import Calls, compiled

FULL = 12
"""Entries of one repository that a day's item has in full; the page has them all."""
LISTED = 200
"""Others of one repository that it lists."""
MARKS: dict[Level, str] = {"high": "🔴", "medium": "🟡", "low": "🟢"}


class Renderer:
    """Entries and days in one dialect of one language.

    Arguments:
        language: ``en`` or ``zh``.
        dialect: what is written.
        places: where things are.
    """

    def __init__(self, language: str, dialect: Dialect, places: Places) -> None:
        self._places = places
        self._environment = _environment(language, type(dialect))

    def commit(self, view: EntryView, date: dt.date, *, start: str) -> str:
        """One entry in full.

        Arguments:
            view: the entry.
            date: its day.
            start: the file that it will stand in, which relative links begin at.
        """
        return self._render("feeds/commit.jinja", date, start, view=view)

    def day(self, date: dt.date, sections: Sequence[RepositoryDay], *, start: str) -> str:
        """A day as an item of a feed: its breaking and its high entries in full."""
        return self._render(
            "feeds/day.jinja",
            date,
            start,
            title=None,
            page=None,
            sections=sections,
            figures=Figures.of(date, sections),
            in_full=in_full,
        )

    def text(self, date: dt.date, sections: Sequence[RepositoryDay], title: str) -> str:
        """A whole day to be read without its page."""
        start = day_text(date)
        return self._render(
            "feeds/day.jinja",
            date,
            start,
            title=title,
            page=self._places.link(self._places.published(day_path(date)), start),
            sections=sections,
            figures=Figures.of(date, sections),
            in_full=lambda section: [
                view for level in LEVELS for view in section.entries if view.level == level
            ],
        )

    def _render(self, template: str, date: dt.date, start: str, **context: object) -> str:
        places = self._places

        def address(view: EntryView) -> str:
            return places.link(places.entry(date, view.anchor), start)

        def outcome_address(seen: OutcomeView) -> str:
            return places.link(places.entry(seen.date, seen.anchor), start)

        made = self._environment.get_template(template).render(
            address=address, outcome_address=outcome_address, **context
        )
        return _spaced(made)


def in_full(section: RepositoryDay) -> list[EntryView]:
    """The entries that a day's item of a feed has in full, the most important first."""
    chosen = [view for view in section.entries if is_breaking(view) or view.level == "high"]
    chosen.sort(key=lambda view: (LEVELS.index(view.level), -view.entry.analysis.importance.score))
    return chosen[:FULL]


def is_breaking(view: EntryView) -> bool:
    """Whether an entry surely breaks something, as far as its author or its diff says."""
    return any(change.certain for change in view.entry.facts.breaking)


def _others(section: RepositoryDay, full: Sequence[EntryView]) -> list[EntryView]:
    known = {view.anchor for view in full}
    return [
        view
        for level in LEVELS
        for view in section.entries
        if view.level == level and view.anchor not in known
    ]


@lru_cache(maxsize=8)
def _environment(language: str, kind: type[Dialect]) -> Environment:
    dialect = kind()
    words = Speech(language, dialect)

    def inline(value: object) -> Markup:
        return words.finalize(value)

    environment = Environment(
        loader=PackageLoader("digest", "templates"),
        # ``finalize`` escapes for the dialect; autoescape lets macros return what is escaped.
        autoescape=True,
        finalize=words.finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=compiled(f"{kind.__name__.lower()}-{language}"),
    )
    environment.context_class = Calls
    environment.globals |= {
        "_": words.text,
        "ngettext": words.plural,
        "words": words,
        "levels": LEVELS,
        "marks": MARKS,
        "listed": LISTED,
        "text": inline,
        "code": lambda value: dialect.code(str(value)),
        "link": lambda value, address: dialect.link(inline(value), address),
        "strong": lambda value: dialect.strong(inline(value)),
        "clock": lambda moment: moment.isoformat(" ", "seconds"),
        "heading": block(dialect.heading),
        "paragraph": block(dialect.paragraph),
        "bullets": block(dialect.bullets),
        "bullet": block(dialect.bullet),
        "quote": block(dialect.quote),
        "told": told,
        "weighed": weighed,
        "runs": runs_of,
        "runs_of": runs_of,
        "modelled": _modelled,
        "others": _others,
        "commit_address": _commit_address,
        "pull_request_address": _pull_request_address,
        "evidence_address": _evidence_address,
    }
    return environment


def html(language: str, places: Places) -> Renderer:
    """A renderer of HTML for feeds."""
    return Renderer(language, Html(), places)


def commonmark(language: str, places: Places) -> Renderer:
    """A renderer of Markdown that is read as it is."""
    return Renderer(language, CommonMark(), places)


def _modelled(view: EntryView) -> bool:
    """Whether a model was asked for the words of an entry; only it is told to set code."""
    return view.entry.analysis.provenance.prompt is not None


def _commit_address(view: EntryView) -> str | None:
    web = view.repository.web
    return forges.commit_link(web, view.entry.commit.sha) if web else None


def _pull_request_address(view: EntryView) -> str | None:
    web, number = view.repository.web, view.entry.facts.references.pull_request
    return forges.pull_request_link(web, number) if web and number else None


def _evidence_address(view: EntryView, evidence: Evidence | None) -> str | None:
    return evidence_address(view, evidence) if evidence else None


def evidence_address(view: EntryView, evidence: Evidence) -> str | None:
    """Where the forge shows a line; None where nowhere."""
    web, commit = view.repository.web, view.entry.commit
    if web is None:
        return None
    old = evidence.side == "old" and commit.parents
    sha = commit.parents[0] if old else commit.sha
    return forges.line_link(web, sha, evidence.path, evidence.line)


def _spaced(text: str) -> str:
    """Lines without those that a template's own structure left empty, but for one at a time."""
    kept: list[str] = []
    for line in map(str.rstrip, text.split("\n")):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"
