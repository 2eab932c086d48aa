"""The views over the archive: breaking changes, reverts, interfaces, dependencies.

Which pages there are is planned first, so that their paths and the navigation
are known before any of them is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Protocol

import msgspec

from digest.aftermath import Event
from digest.factviews import ECOSYSTEMS, Fact
from digest.ledgers import INTERFACE_KINDS, Breakage, Ledger, Ledgers, Place, Sheet
from digest.model import Repository
from digest.pages import Pages
from digest.pageviews import Page
from digest.wording import Markdown

BREAKING_PATH = "breaking/index.md"
REVERTS_PATH = "reverts/index.md"
INTERFACE_PATH = "interface/index.md"
DEPENDENCIES_PATH = "dependencies/index.md"

RECENT_DAYS = 30
"""Days whose changes stand on the first page of a view."""
RECENT_SHOWN = 60
"""Entries of those days that are shown, so that the page does not grow without bound."""


class Planned(msgspec.Struct, frozen=True):
    """A page that is still to be made."""

    path: str
    title: str
    """In the navigation."""
    make: Callable[[], Page]
    count: int = 0
    """What it holds: names, or entries."""


class Branch(msgspec.Struct, frozen=True):
    """A part of the navigation: pages, and parts of their own."""

    title: str
    items: Sequence[Planned | Branch]

    def planned(self) -> Iterator[Planned]:
        """All its pages."""
        for item in self.items:
            if isinstance(item, Planned):
                yield item
            else:
                yield from item.planned()

    def navigation(self) -> list[object]:
        """Its items as MkDocs writes a navigation."""
        return [
            {item.title: item.path if isinstance(item, Planned) else item.navigation()}
            for item in self.items
        ]


class Book(msgspec.Struct, frozen=True):
    """The ledger of one kind as an index tells it."""

    title: Markdown
    count: int
    pages: Sequence[Planned]
    by_month: bool

    @property
    def node(self) -> Planned | Branch:
        """Where it stands in the navigation."""
        if self.by_month:
            return Branch(str(self.title), _by_year(self.pages))
        return Branch(str(self.title), self.pages) if len(self.pages) > 1 else self.pages[0]


class Shelf(msgspec.Struct, frozen=True):
    """The ledgers of one sort in one repository."""

    title: Markdown
    path: str
    books: Sequence[Book]


class Keep(Protocol):
    """Finds a page again that nothing has changed of, or has it made."""

    def __call__(self, until: dt.date, parts: object, make: Callable[[], Page]) -> Page:
        """The page.

        Arguments:
            until: the last day that it tells of.
            parts: what else decides it, but for the days until then.
            make: makes it.
        """


def made_anew(until: dt.date, parts: object, make: Callable[[], Page]) -> Page:  # noqa: ARG001
    """A page that is not kept."""
    return make()


class Views:
    """The views of one site.

    Arguments:
        pages: the templates.
        ledgers: what was gathered over all days.
        aftermath: what later commits did to earlier ones, and how many bumps were superseded.
        repositories: by the anchor of their sections, in the site's order.
        keep: finds a page again that nothing has changed of, or has it made.
    """

    def __init__(
        self,
        pages: Pages,
        ledgers: Ledgers,
        aftermath: tuple[Sequence[Event], Mapping[tuple[str, str], int]],
        repositories: Mapping[str, Repository],
        keep: Keep = made_anew,
    ) -> None:
        self._keep = keep
        self._templates = pages
        self._wording = pages.wording
        self._ledgers = ledgers
        self._events, self._superseded = aftermath
        self._repositories = repositories
        self._slugs = {anchor: item.slug for anchor, item in repositories.items()}
        self._shelves: dict[str, list[Shelf]] = {anchor: [] for anchor in repositories}
        self._tree = Branch(
            str(self._wording.text("Views")),
            (self._breaking(), self._reverts(), self._interface(), self._dependencies()),
        )

    def paths(self) -> list[str]:
        """Where every page is, without making any."""
        return [item.path for item in self._tree.planned()]

    def pages(self) -> Iterator[Page]:
        """Every page."""
        for item in self._tree.planned():
            yield item.make()

    def page(self, path: str) -> Page:
        """One of the pages, by its path."""
        return next(item for item in self._tree.planned() if item.path == path).make()

    def shelves(self, anchor: str) -> list[Shelf]:
        """The ledgers of a repository, by the anchor of its sections."""
        return self._shelves[anchor]

    def navigation(self) -> list[object]:
        """Their part of the navigation: a section for each view.

        Pages of one repository or one year stand apart, so that a pruned page does not grow.
        """
        return self._tree.navigation()

    # Breaking changes

    def _breaking(self) -> Branch:
        title = str(self._wording.text("Breaking changes"))
        newest_first = self._ledgers.breaking[::-1]
        months = [
            self._breaking_month(month, list(items))
            for month, items in groupby(newest_first, key=lambda item: _month(item.place))
        ]
        recent = [item for item in newest_first if item.place.date >= self._ledgers.recent_from]

        def index() -> Page:
            return self._templates.render(
                "breaking.md.jinja",
                BREAKING_PATH,
                title,
                recent=recent[:RECENT_SHOWN],
                recent_count=len(recent),
                months=months,
                groups=[],
                slugs=self._slugs,
            )

        return Branch(title, (Planned(BREAKING_PATH, title, index), *_by_year(months)))

    def _breaking_month(self, month: str, items: Sequence[Breakage]) -> Planned:
        title = str(self._wording.text("Breaking changes, %(month)s", month=self._named(month)))
        path = f"breaking/{month}.md"
        groups = [
            (repository, anchor, mine)
            for anchor, repository in self._repositories.items()
            if (mine := [item for item in items if item.place.repository == anchor])
        ]

        def make() -> Page:
            return self._templates.render(
                "breaking.md.jinja",
                path,
                title,
                navigation_title=month,
                recent=[],
                months=[],
                groups=groups,
                slugs=self._slugs,
            )

        until = max(item.place.date for item in items)
        return Planned(path, month, lambda: self._keep(until, (path, len(items)), make), len(items))

    def _named(self, month: str) -> Markdown:
        """A month such as ``2026-02`` as a heading has it."""
        return self._wording.month(*map(int, month.split("-")))

    # Reverts and outcomes

    def _reverts(self) -> Branch:
        title = str(self._wording.text("Reverts and outcomes"))
        newest_first = self._events[::-1]
        months = [
            self._reverts_month(month, list(items))
            for month, items in groupby(newest_first, key=lambda event: f"{event.date:%Y-%m}")
        ]
        recent = [event for event in newest_first if event.date >= self._ledgers.recent_from]

        def index() -> Page:
            return self._templates.render(
                "reverts.md.jinja",
                REVERTS_PATH,
                title,
                recent=recent[:RECENT_SHOWN],
                recent_count=len(recent),
                months=months,
                groups=[],
                several=len(self._slugs) > 1,
            )

        return Branch(title, (Planned(REVERTS_PATH, title, index), *_by_year(months)))

    def _reverts_month(self, month: str, events: Sequence[Event]) -> Planned:
        title = str(self._wording.text("Reverts and outcomes, %(month)s", month=self._named(month)))
        path = f"reverts/{month}.md"
        groups = [
            (item, anchor, mine, self._superseded.get((item.slug, month), 0))
            for anchor, item in self._repositories.items()
            if (mine := [event for event in events if event.slug == item.slug])
        ]

        def make() -> Page:
            return self._templates.render(
                "reverts.md.jinja",
                path,
                title,
                navigation_title=month,
                recent=[],
                months=[],
                groups=groups,
                several=False,
            )

        # A commit may have been picked from one that another repository got later, and bumps
        # are counted to the end of the month.
        until, told = max(event.date for event in events), repr(events)
        parts = (path, told, [bumps for *_, bumps in groups])
        return Planned(path, month, lambda: self._keep(until, parts, make), len(events))

    # Ledgers

    def _interface(self) -> Branch:
        return self._shelf(
            INTERFACE_PATH,
            title=self._wording.text("Interface ledger"),
            introduction=self._wording.text(
                "Flags, environment variables, config keys, routes, metrics, schemas and public "
                "symbols: when each appeared, changed and disappeared, as the diffs show it."
            ),
            empty=self._wording.text(
                "No interface change has been found in the days that are archived."
            ),
            ledgers=self._ledgers.interface,
            kinds={kind: self._wording.what(what) for what, kind in INTERFACE_KINDS.items()},
            recent=self._ledgers.recent_interface,
        )

    def _dependencies(self) -> Branch:
        direct = {ecosystem: self._wording.what(ecosystem) for ecosystem in ECOSYSTEMS}
        locked = {
            f"{ecosystem}-locked": self._wording.text("%(name)s (lock files)", name=name)
            for ecosystem, name in direct.items()
        }
        return self._shelf(
            DEPENDENCIES_PATH,
            title=self._wording.text("Dependency ledger"),
            introduction=self._wording.text(
                "What the repositories depend on: when each was added, moved and removed. "
                "What only lock files name is listed apart, by month."
            ),
            empty=self._wording.text(
                "No dependency change has been found in the days that are archived."
            ),
            ledgers=self._ledgers.dependencies,
            kinds=direct | locked,
            recent=self._ledgers.recent_dependencies,
        )

    def _shelf(
        self,
        path: str,
        *,
        title: Markdown,
        introduction: Markdown,
        empty: Markdown,
        ledgers: Mapping[str, Mapping[str, Ledger]],
        kinds: Mapping[str, Markdown],
        recent: Sequence[tuple[Place, Sequence[Fact]]],
    ) -> Branch:
        """The ledgers of one sort: an index, then those of each repository."""
        books = {
            anchor: [
                self._book(path, title, anchor, ledgers[anchor][kind], name)
                for kind, name in kinds.items()
                if kind in ledgers[anchor]
            ]
            for anchor in self._repositories
            if anchor in ledgers
        }

        def index() -> Page:
            return self._templates.render(
                "ledgers.md.jinja",
                path,
                str(title),
                introduction=introduction,
                empty=empty,
                shelves=[(self._repositories[anchor], mine) for anchor, mine in books.items()],
                recent=recent[: -RECENT_SHOWN - 1 : -1],
                recent_count=len(recent),
                slugs=self._slugs,
            )

        for anchor, mine in books.items():
            self._shelves[anchor].append(Shelf(title, path, mine))
        branches = [
            Branch(self._slugs[anchor], [book.node for book in mine])
            for anchor, mine in books.items()
        ]
        return Branch(str(title), (Planned(path, str(title), index), *branches))

    def _book(
        self, view_path: str, view_title: Markdown, anchor: str, ledger: Ledger, name: Markdown
    ) -> Book:
        """The pages of one ledger, the newest first."""
        folder = f"{view_path.rpartition('/')[0]}/{anchor.removeprefix('repository-')}"
        pages: list[Planned] = []

        def page(sheet: Sheet) -> Planned:
            path = f"{folder}/{sheet.stem}.md"
            number = f" ({sheet.part})" if sheet.part > 1 else ""
            short = f"{sheet.month}{number}" if sheet.month else f"{name}{number}"
            month = f" · {sheet.month}" if sheet.month else ""

            def make() -> Page:
                return self._templates.render(
                    "ledger.md.jinja",
                    path,
                    f"{name} · {self._slugs[anchor]}{month}{number}",
                    navigation_title=short,
                    view_path=view_path,
                    view_title=view_title,
                    repository=self._repositories[anchor],
                    others=_beside(sheet, pages),
                    rows=ledger.rows(sheet),
                    bulk=ledger.by_month,
                )

            def kept() -> Page:
                others = [(item.path, item.title) for item in _beside(sheet, pages)]
                parts = (path, name, self._slugs[anchor], ledger.marks(sheet), others)
                return self._keep(sheet.until, parts, make)

            return Planned(path, short, kept, len(sheet.names))

        newest_first = sorted(ledger.sheets, key=lambda sheet: sheet.month or "", reverse=True)
        pages += map(page, newest_first)
        return Book(name, ledger.count, pages, by_month=ledger.by_month)


def _month(place: Place) -> str:
    return f"{place.date:%Y-%m}"


def _beside(sheet: Sheet, pages: Sequence[Planned]) -> list[Planned]:
    """The other pages of a ledger that one of them links to: those of its year."""
    year = (sheet.month or "")[:4]
    beside = [page for page in pages if page.title.startswith(year)]
    return beside if len(beside) > 1 else []


def _by_year(pages: Iterable[Planned]) -> list[Branch]:
    """Pages that are titled by their months, in a part for each year."""
    return [
        Branch(year, list(months))
        for year, months in groupby(pages, key=lambda page: page.title[:4])
    ]
