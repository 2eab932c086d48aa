"""Archive → Markdown: what one page shows, and the templates that say it.

Structure belongs to the templates: headings, tables, order and anchors are
theirs, so nothing that a commit or a model says can break a page.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jinja2 import Environment, PackageLoader, StrictUndefined

from digest import escape, forges
from digest.model import (
    LEVELS,
    Day,
    Entry,
    Evidence,
    FileChange,
    Level,
    Repository,
    RepositoryState,
    Statement,
)
from digest.wording import Markdown, Wording, finalize

ARCHIVE_PATH = "archive/index.md"
"""Where the list of all months is."""

_NOT_IN_ANCHORS = re.compile(r"[^A-Za-z0-9-]+")
_FILES_SHOWN = 200
"""Files listed of one entry; the rest are counted, the forge's page has them all."""


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file of the site."""

    path: str
    """Relative to the folder of all pages, with forward slashes."""
    title: str
    """Plain text, for the navigation."""
    content: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as one page shows it."""

    entry: Entry
    repository: Repository
    anchor: str

    @property
    def level(self) -> Level:
        """Its importance, in the badge and in the group alike."""
        return self.entry.analysis.importance.level


@dataclass(frozen=True)
class RepositoryDay:
    """What a day page shows of one repository."""

    repository: Repository
    state: RepositoryState
    anchor: str
    day: Day | None
    """None where nothing is archived."""
    entries: tuple[EntryView, ...] = ()
    damaged: bool = False
    """The archive's file cannot be read."""

    @property
    def partial(self) -> bool:
        """Whether the local clone that was read holds only a part of the day."""
        edge = self.state.known_since
        return bool(self.day and not self.day.complete and edge and self.day.date < edge)

    @property
    def open(self) -> bool:
        """Whether the day was not over when it was last read."""
        return bool(self.day and not self.day.complete and not self.partial)

    def level(self, level: Level) -> list[EntryView]:
        """The entries of one level, newest first."""
        return [view for view in self.entries if view.level == level]

    @property
    def breaking(self) -> list[EntryView]:
        """The entries that say they break something."""
        return [view for view in self.entries if view.entry.facts.breaking]

    @property
    def reverts(self) -> list[EntryView]:
        """The entries that take something back."""
        return [view for view in self.entries if view.entry.facts.reverts]


@dataclass(frozen=True)
class Figures:
    """The numbers of one day over all repositories."""

    date: dt.date
    commits: int = 0
    levels: Mapping[Level, int] = field(default_factory=dict)
    open: bool = False
    """Whether the day was not over when it was last read."""
    partial: bool = False
    """Whether some local clone holds only a part of the day."""
    damaged: bool = False
    """Whether some archive file cannot be read."""
    reached: bool = True
    """Whether every repository that should have the day was reached for it."""

    @classmethod
    def of(cls, date: dt.date, sections: Sequence[RepositoryDay]) -> Figures:
        """Count a day's entries."""
        views = [view for section in sections for view in section.entries]
        return cls(
            date=date,
            commits=len(views),
            levels={level: sum(view.level == level for view in views) for level in LEVELS},
            open=any(section.open for section in sections),
            partial=any(section.partial for section in sections),
            damaged=any(section.damaged for section in sections),
            reached=all(section.day or section.damaged for section in sections),
        )


def anchors(entries: Iterable[tuple[Repository, Entry]]) -> list[str]:
    """An anchor for each entry of a page: the first seven digits of its sha.

    Where two would be the same, the older commit keeps the short form, so that a
    link to it never changes; the younger gets more digits, and the same commit
    in another repository gets that repository's name.
    """
    listed = list(entries)
    order = sorted(
        range(len(listed)),
        # Of one commit in two repositories, the one that the site names first is first.
        key=lambda index: (listed[index][1].commit.committed_at, index),
    )
    taken: set[str] = set()
    shas: set[str] = set()
    chosen = [""] * len(listed)
    for index in order:
        repository, entry = listed[index]
        sha = entry.commit.sha
        suffix = f"-{name_in_anchors(repository.slug)}" if sha in shas else ""
        forms = (sha[:length] + suffix for length in range(7, len(sha) + 1))
        chosen[index] = next(form for form in forms if form not in taken)
        taken.add(chosen[index])
        shas.add(sha)
    return chosen


def name_in_anchors(slug: str) -> str:
    """A slug of letters, digits and hyphens: in anchors, dots and underscores mean something."""
    return _NOT_IN_ANCHORS.sub("-", slug)


class Pages:
    """The templates in one language.

    Arguments:
        wording: the words.
        site_name: the site's name, for its home page.
    """

    def __init__(self, wording: Wording, site_name: str) -> None:
        self.wording = wording
        self.site_name = site_name

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=PackageLoader("digest", "templates"),
            # ``finalize`` escapes for Markdown; autoescape lets macros return what is escaped.
            autoescape=True,
            finalize=finalize,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.globals |= {
            "_": self.wording.text,
            "ngettext": self.wording.plural,
            "words": self.wording,
            "levels": LEVELS,
            "link": link,
            "anchor_link": lambda text, anchor: link(text, f"#{anchor}"),
            "day_path": day_path,
            "month_path": month_path,
            "year_path": year_path,
            "day_anchor": lambda date, anchor: f"{day_path(date)}#{anchor}",
            "repository_link": lambda item: (
                link(item.slug, escape.url(item.web)) if item.web else item.slug
            ),
            "figures_of": Figures.of,
            "commit_link": _commit_link,
            "pull_request_link": _pull_request_link,
            "evidence_link": _evidence_link,
            "relative": relative,
            "sentences": self._sentences,
            "files_shown": _FILES_SHOWN,
        }
        filters: dict[str, Callable[..., Markdown]] = {
            "clock": clock,
            "code": code,
            "html": lambda value: Markdown(escape.html(str(value))),
            "block": lambda value: Markdown(escape.block(str(value))),
            "front_matter": lambda value: Markdown(escape.yaml(str(value))),
            "n": self.wording.number,
            "churn": self._churn,
        }
        environment.filters |= filters
        return environment

    def day(
        self,
        date: dt.date,
        sections: Sequence[RepositoryDay],
        *,
        previous: dt.date | None,
        following: dt.date | None,
    ) -> Page:
        """The page of a day.

        Arguments:
            date: the calendar day in the site's zone.
            sections: each repository's part, in the site's order.
            previous: the nearest earlier day with a page.
            following: the nearest later day with a page.
        """
        title = str(self.wording.text("Daily digest (%(date)s)", date=Markdown(date.isoformat())))
        return self._render(
            "day.md.jinja",
            day_path(date),
            title,
            navigation_title=date.isoformat(),
            date=date,
            sections=sections,
            figures=Figures.of(date, sections),
            previous=previous,
            following=following,
            month_title=f"{date.year:04}-{date.month:02}",
        )

    def month(self, year: int, month: int, days: Sequence[Figures]) -> Page:
        """The page of a month: its days, newest first."""
        title = f"{year:04}-{month:02}"
        return self._render("month.md.jinja", month_path(year, month), title, days=days)

    def year(self, year: int, months: Mapping[int, Sequence[Figures]]) -> Page:
        """The page of a year: its months, newest first."""
        return self._render(
            "year.md.jinja", year_path(year), f"{year:04}", year=year, months=months
        )

    def archive(self, years: Mapping[int, Mapping[int, Sequence[Figures]]]) -> Page:
        """The list of all months by year, newest first."""
        return self._render(
            "archive.md.jinja", ARCHIVE_PATH, str(self.wording.text("Archive")), years=years
        )

    def home(
        self,
        newest: tuple[dt.date, Sequence[RepositoryDay]] | None,
        recent: Sequence[Figures],
        repositories: Sequence[tuple[Repository, RepositoryState]],
    ) -> Page:
        """The first page: the newest day, recent days, and how each repository stands."""
        return self._render(
            "home.md.jinja",
            "index.md",
            self.site_name,
            newest=newest,
            recent=recent,
            repositories=repositories,
        )

    def _render(
        self,
        template: str,
        path: str,
        title: str,
        *,
        navigation_title: str | None = None,
        **context: object,
    ) -> Page:
        content = self._environment.get_template(template).render(title=title, path=path, **context)
        return Page(path=path, title=navigation_title or title, content=content)

    def _sentences(self, statements: Iterable[Statement]) -> Markdown:
        """Statements one after another, as the language writes them."""
        gap = Markdown("" if self.wording.language == "zh" else " ")
        return Markdown(gap.join(self.wording.statement(item) for item in statements))

    def _churn(self, change: FileChange) -> Markdown:
        """Lines added and removed of one file, or why there are none."""
        if change.missing:
            return self.wording.text("content not in the clone")
        if change.binary:
            return self.wording.text("binary")
        number = self.wording.number
        return Markdown(f"+{number(change.insertions or 0)} −{number(change.deletions or 0)}")


def day_path(date: dt.date) -> str:
    """Where the page of a day is."""
    return f"{date.year:04}/{date.month:02}/{date.day:02}.md"


def month_path(year: int, month: int) -> str:
    """Where the page of a month is."""
    return f"{year:04}/{month:02}/index.md"


def year_path(year: int) -> str:
    """Where the page of a year is."""
    return f"{year:04}/index.md"


def relative(target: str, start: str) -> Markdown:
    """The path of one page as a link on another writes it."""
    there, here = target.split("/"), start.split("/")[:-1]
    while there[:-1] and here and there[0] == here[0]:
        there, here = there[1:], here[1:]
    return Markdown("/".join([*[".."] * len(here), *there]))


def link(text: object, target: str) -> Markdown:
    """A link with any text to a target that we made."""
    return Markdown(f"[{finalize(text)}]({target})")


def code(value: object) -> Markdown:
    """A name as code."""
    return Markdown(f"<code>{escape.html(str(value))}</code>")


def clock(moment: dt.datetime) -> Markdown:
    """A moment in its own zone, to the second."""
    return Markdown(moment.strftime("%Y-%m-%d %H:%M:%S"))


def _commit_link(text: object, repository: Repository, sha: str) -> Markdown:
    if repository.web is None:
        return Markdown(finalize(text))
    return link(text, forges.commit_link(repository.web, sha))


def _pull_request_link(repository: Repository, number: int) -> Markdown:
    text = f"#{number}"
    if repository.web is None:
        return Markdown(finalize(text))
    return link(text, forges.pull_request_link(repository.web, number))


def _evidence_link(repository: Repository, entry: Entry, evidence: Evidence) -> Markdown:
    text = code(f"{evidence.path}:{evidence.line}")
    parents = entry.commit.parents
    sha = parents[0] if evidence.side == "old" and parents else entry.commit.sha
    if repository.web is None:
        return text
    return link(text, forges.line_link(repository.web, sha, evidence.path, evidence.line))
