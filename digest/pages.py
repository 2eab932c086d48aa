"""Archive → Markdown: what one page shows, and the templates that say it.

Structure belongs to the templates: headings, tables, order and anchors are
theirs, so nothing that a commit or a model says can break a page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

from jinja2 import Environment, PackageLoader, StrictUndefined

from digest import escape, forges
from digest.claimviews import marks_of, runs_of, statements_of, weighed
from digest.dayviews import Brief, filter_data
from digest.factviews import WHATS, told
from digest.model import (
    LEVELS,
    Entry,
    Evidence,
    FileChange,
    Repository,
    Statement,
)
from digest.pageviews import (
    EntryView,
    Figures,
    Page,
    RepositoryDay,
    day_path,
    month_path,
    relative,
    year_path,
)
from digest.templating import Calls, compiled
from digest.wording import Markdown, Wording, finalize

_FILES_SHOWN = 200
"""Files listed of one entry; the rest are counted, the forge's page has them all."""


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
            bytecode_cache=compiled("pages"),
        )
        environment.context_class = Calls
        environment.globals |= {
            "_": self.wording.text,
            "ngettext": self.wording.plural,
            "words": self.wording,
            "levels": LEVELS,
            "link": link,
            "anchor_link": lambda text, anchor: html_link(text, f"#{anchor}"),
            "day_path": day_path,
            "month_path": month_path,
            "year_path": year_path,
            "day_anchor": lambda date, anchor: f"{day_path(date)}#{anchor}",
            "repository_link": lambda item: (
                link(item.slug, escape.url(item.web)) if item.web else item.slug
            ),
            "figures_of": Figures.of,
            "brief_of": Brief,
            "filter_data": lambda sections: filter_data(sections, self.wording.kind),
            "commit_link": _commit_link,
            "pull_request_link": _pull_request_link,
            "evidence_link": _evidence_link,
            "evidence_url": _evidence_url,
            "told": told,
            "modelled": _modelled,
            "written_in": lambda made: self.wording.written_in(statements_of(made)),
            "written_by": self.wording.written_in,
            "runs_of": runs_of,
            "weighed": weighed,
            "marks_of": lambda sections: marks_of(
                view.entry for section in sections for view in section.entries
            ),
            "interface": WHATS,
            "relative": relative,
            "sentences": self._sentences,
            "files_shown": _FILES_SHOWN,
        }
        filters: dict[str, Callable[..., Markdown]] = {
            "clock": clock,
            "minute": lambda moment: Markdown(moment.strftime("%H:%M")),
            "iso": lambda moment: Markdown(moment.isoformat()),
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
        short: Sequence[object] | None = None,
    ) -> Page:
        """The page of a day.

        Arguments:
            date: the calendar day in the site's zone.
            sections: each repository's part, in the site's order.
            previous: the nearest earlier day with a page.
            following: the nearest later day with a page.
            short: links to the whole day, where its page is to tell it in short.
        """
        title = str(self.wording.text("Daily digest (%(date)s)", date=self.wording.date(date)))
        return self.render(
            "day.md.jinja",
            day_path(date),
            title,
            navigation_title=date.isoformat(),
            date=date,
            sections=sections,
            figures=Figures.of(date, sections),
            short=short,
            **_around(date, previous, following),
        )

    def day_followed(
        self, text: str, date: dt.date, *, previous: dt.date | None, following: dt.date
    ) -> str | None:
        """The page of a day that was the newest, with the link to the one that came since.

        Arguments:
            text: of the page as it was.
            date: its day.
            previous: the nearest earlier day with a page.
            following: the nearest later one.

        Returns:
            What ``day`` would make; None where that cannot be told from the text.
        """
        pager = self._environment.get_template("pager.md.jinja")
        path = day_path(date)
        newest = pager.make_module({"path": path, **_around(date, previous, None)})
        followed = pager.make_module({"path": path, **_around(date, previous, following)})
        for kind, least in (("nav", 1), ("end", 0)):
            # No text of others has this: what is HTML in it is escaped.
            before = newest.pager(kind)  # type: ignore[attr-defined]
            if not least <= text.count(before) <= 1:
                return None
            text = text.replace(before, followed.pager(kind))  # type: ignore[attr-defined]
        return text

    def render(
        self,
        template: str,
        path: str,
        title: str,
        *,
        navigation_title: str | None = None,
        **context: object,
    ) -> Page:
        """A page from its template.

        Arguments:
            template: the template's name.
            path: where the page is.
            title: plain text, for its first heading.
            navigation_title: another one for the navigation.
            context: what the template speaks of.
        """
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


def _around(
    date: dt.date, previous: dt.date | None, following: dt.date | None
) -> dict[str, object]:
    """What a day's page is told of the pages around it."""
    month = f"{date.year:04}-{date.month:02}"
    return {"previous": previous, "following": following, "month_title": month}


def link(text: object, target: str) -> Markdown:
    """A link with any text to a target that we made."""
    return Markdown(f"[{finalize(text)}]({target})")


def html_link(text: object, target: str) -> Markdown:
    """The same as HTML, which stands in a line of HTML and in Markdown alike.

    Builders do not look into it: a target is an anchor of the page, or an address elsewhere.
    """
    return Markdown(f'<a href="{target}">{finalize(text)}</a>')


def code(value: object) -> Markdown:
    """A name as code."""
    return Markdown(f"<code>{escape.html(str(value))}</code>")


def clock(moment: dt.datetime) -> Markdown:
    """A moment in its own zone, to the second."""
    return Markdown(moment.strftime("%Y-%m-%d %H:%M:%S"))


def _modelled(view: EntryView) -> bool:
    """Whether a model was asked for the words of an entry; it is told to set code in backticks."""
    return view.entry.analysis.provenance.prompt is not None


def _commit_link(text: object, repository: Repository, sha: str) -> Markdown:
    if repository.web is None:
        return Markdown(finalize(text))
    return html_link(text, forges.commit_link(repository.web, sha))


def _pull_request_link(repository: Repository, number: int) -> Markdown:
    text = f"#{number}"
    if repository.web is None:
        return Markdown(finalize(text))
    return html_link(text, forges.pull_request_link(repository.web, number))


def _evidence_link(repository: Repository, entry: Entry, evidence: Evidence) -> Markdown:
    """The line that shows something, named by the last two parts of its path."""
    *folders, name = evidence.path.split("/")
    place = code(f"{'/'.join([*folders[-1:], name])}:{evidence.line}")
    title = escape.html(f"{evidence.path}:{evidence.line}")
    target = _evidence_url(repository, entry, evidence)
    if not target:
        return Markdown(f'<span class="digest-evidence" title="{title}">{place}</span>')
    return Markdown(f'<a class="digest-evidence" href="{target}" title="{title}">{place}</a>')


def _evidence_url(repository: Repository, entry: Entry, evidence: Evidence | None) -> Markdown:
    """Where the forge shows a line, fit for Markdown and for HTML; empty where nowhere."""
    if repository.web is None or evidence is None:
        return Markdown()
    parents = entry.commit.parents
    sha = parents[0] if evidence.side == "old" and parents else entry.commit.sha
    return Markdown(forges.line_link(repository.web, sha, evidence.path, evidence.line))
