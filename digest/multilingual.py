"""Several languages in one build of MkDocs, which knows of one only.

MkDocs has one navigation, one configuration and one language of the theme for
all pages.  Here each page is given those of its own language when the theme
is about to show it; what MkDocs and the user configured is not changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin

from babel import Locale
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel, file_sort_key
from mkdocs.structure.nav import Navigation, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import nest_paths

from digest.languageoptions import COMPLETE
from digest.navigation import HOME_PATH, HOME_PATHS, moved, part_of, with_archive
from digest.pageviews import ARCHIVE_PATH
from digest.site import Site

_SYSTEM, _DARK = "(prefers-color-scheme)", "slate"


class Overlay(Mapping[str, Any]):
    """What another object has, by attribute or by key, but for some values.

    Arguments:
        beneath: the other object; it is not changed.
        values: what goes before it.
    """

    def __init__(self, beneath: Any, **values: object) -> None:  # noqa: ANN401 - any object
        self._beneath = beneath
        self._values = values

    @property
    def changed(self) -> dict[str, Any]:
        """What is not as in the other object."""
        return self._values

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what the other object has
        if name in self._values:
            return self._values[name]
        return getattr(self._beneath, name)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - what the other object has
        return self._values[key] if key in self._values else self._beneath[key]

    def __contains__(self, key: object) -> bool:
        return key in self._values or key in self._beneath

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._beneath, *self._values]))

    def __len__(self) -> int:
        return len(list(iter(self)))


class Multilingual:
    """The languages of one build: whose each page is, and what the theme is told on it.

    Arguments:
        sites: the site in each language, the main one first.
        files: all files of the build, ours among them.
        theirs: paths of the user's own pages.
    """

    def __init__(self, sites: Sequence[Site], files: Files, theirs: Sequence[str]) -> None:
        self.sites = sites
        self._files = files
        self._theirs = theirs
        self._navigations: dict[str, Navigation] = {}
        self._in_nav: dict[str, list[File]] = {}

    def site_of(self, path: str) -> Site:
        """The site that a page belongs to, by its path in ``docs_dir``."""
        for site in self.sites[1:]:
            if path.startswith(site.base):
                return site
        return self.sites[0]

    def navigation(self, config: MkDocsConfig) -> list[Any]:
        """The navigation of the main language, for MkDocs; the others' come with ``resolve``.

        Pages that MkDocs is not to look for in it are marked as such.
        """
        self._written = {site.base: self._nav_of(site, config) for site in self.sites}
        apart = {path for site in self.sites for path in site.parents()}
        for file in self._files.documentation_pages():
            site = self.site_of(file.src_uri)
            if file.src_uri in apart:
                file.inclusion = InclusionLevel.NOT_IN_NAV
            elif site.base and file.inclusion.is_in_nav():
                self._in_nav.setdefault(site.base, []).append(file)
                file.inclusion = InclusionLevel.NOT_IN_NAV
        return self._written[self.sites[0].base]

    def resolve(self, nav: Navigation, config: MkDocsConfig) -> None:
        """Make the navigation of each language, and put the pages in it that it does not list.

        Arguments:
            nav: what MkDocs made of the main language's.
            config: MkDocs' configuration; as before when this returns.
        """
        self._navigations = {self.sites[0].base: nav}
        given = config.nav
        for site in self.sites[1:]:
            files = [file for file in self._files if file.src_uri.startswith(site.base)]
            for file in self._in_nav.get(site.base, ()):
                file.inclusion = InclusionLevel.INCLUDED
            for file in files:
                file.page = None  # it has neither the title nor the place that it gets here
            config.nav = self._written[site.base]
            try:
                made = get_navigation(Files(files), config)
            finally:
                config.nav = given
            made.homepage = self._page(site.base + HOME_PATH)
            self._navigations[site.base] = made
        for site in self.sites:
            self._attach(site)

    def context(self, context: Any, page: Page | None, config: MkDocsConfig) -> None:  # noqa: ANN401
        """Give a page of the theme the navigation and the words of its language.

        Arguments:
            context: of the template; changed.
            page: the page, or None for a template such as the one for errors.
            config: MkDocs' configuration.
        """
        site = self.site_of(page.file.src_uri) if page else self.sites[0]
        context["nav"] = self._navigations[site.base]
        if page:
            _mark(page.toc, site)
        else:
            context["digest_missing"] = [self._missing(there) for there in self.sites]
        if len(self.sites) == 1:
            return
        values: dict[str, object] = {"site_name": site.name}
        if site.language in site.settings.descriptions:
            values["site_description"] = site.settings.descriptions[site.language]
        theme: dict[str, object] = {"language": _theme_language(site, page, config)}
        if site.base and (palette := _palette(config.theme.get("palette"), site)):
            theme["palette"] = palette
        extra = dict(config.extra)
        if "alternate" not in config.extra:
            extra["alternate"] = self._alternates(site, page, config)
            extra["digest_languages"] = self._choices(site, page)
        context["config"] = Overlay(
            config, theme=Overlay(config.theme, **theme), extra=extra, **values
        )

    def surroundings(self, page: Page, config: MkDocsConfig) -> tuple[Navigation, object]:
        """What of the site decides how a page is shown: its navigation, and its language's values.

        Arguments:
            page: the page.
            config: MkDocs' configuration.
        """
        context: dict[str, Any] = {}
        self.context(context, page, config)
        seen = context.get("config")
        if not isinstance(seen, Overlay):
            return context["nav"], None
        values = seen.changed
        theme, extra = values["theme"], values["extra"]
        alternates = [extra.get(name) for name in ("alternate", "digest_languages")]
        return context["nav"], [
            values["site_name"],
            values.get("site_description"),
            theme.changed,
            alternates,
        ]

    def _missing(self, site: Site) -> dict[str, object]:
        """What is said in a language where a page is not there."""
        text = site.wording.text
        ways = ((text("Home"), HOME_PATH), (text("Archive"), ARCHIVE_PATH))
        return {
            "lang": site.language,
            "base": site.base,
            "site": site.name,
            "title": str(text("There is no such page")),
            "text": str(
                text("The address may be mistyped, or its day may not be in the archive yet.")
            ),
            "links": [
                {"name": str(name), "link": _address(file)}
                for name, path in ways
                if (file := self._files.get_file_from_path(site.base + path))
            ],
        }

    def _nav_of(self, site: Site, config: MkDocsConfig) -> list[Any]:
        """What the user wrote of a language's navigation, with the archive."""
        named = []
        if config.nav is not None:
            named = part_of(config.nav, lambda path: self.site_of(path) is site)
        if not named and (config.nav is None or site.base):
            named = self._listed(site)
        text = site.wording.text
        return with_archive(
            named,
            home=None if self._has_home(site) else str(text("Home")),
            archive=(str(text("Archive")), site.navigation()),
            behind=[
                (str(text("Repositories")), site.repository_navigation()),
                (str(text("Views")), moved(site.views.navigation(), site.base)),
            ],
            base=site.base,
        )

    def _has_home(self, site: Site) -> bool:
        """Whether the user wrote the home page of a language."""
        return any(site.base + path in self._theirs for path in HOME_PATHS)

    def _listed(self, site: Site) -> list[Any]:
        """The user's pages of a language, as MkDocs lists them where no navigation is written."""
        pages = [
            file
            for file in self._files.documentation_pages()
            if file.src_uri in self._theirs and self.site_of(file.src_uri) is site
            if file.inclusion.is_in_nav()
        ]
        paths = [file.src_uri for file in sorted(pages, key=file_sort_key)]
        return moved(nest_paths(path.removeprefix(site.base) for path in paths), site.base)

    def _attach(self, site: Site) -> None:
        """Let the pages that the navigation does not list belong to one that it lists.

        The theme then shows them as a part of it; and each leads to its neighbours.
        """
        parents = site.parents()
        pages = [page for path in parents if (page := self._page(path))]
        for page in pages:
            # MkDocs has sections only for parents; a page is one where it is asked for nothing
            # but its own parent and to be active.
            page.parent = self._page(parents[page.file.src_uri])  # type: ignore[assignment]
        for page, following in pairwise(pages):
            page.next_page, following.previous_page = following, page

    def _page(self, path: str) -> Page | None:
        file = self._files.get_file_from_path(path)
        return file.page if file else None

    def _counterpart(self, page: Page | None, here: Site, there: Site) -> File | None:
        """The same page in another language."""
        path = page.file.src_uri.removeprefix(here.base) if page else HOME_PATH
        return self._files.get_file_from_path(there.base + path)

    def _alternates(
        self, here: Site, page: Page | None, config: MkDocsConfig
    ) -> list[dict[str, str]]:
        """The page in each language that it is in, itself too, for search engines."""
        return [
            {
                "name": _name(there),
                "lang": there.language,
                "link": urljoin(config.site_url or "", _address(file)),
            }
            for there in self.sites
            if (file := self._counterpart(page, here, there))
        ]

    def _choices(self, here: Site, page: Page | None) -> list[dict[str, object]]:
        """Where the theme's switch leads: to the same page, or else to the language's home."""
        return [
            {
                "name": _name(there),
                "lang": there.language,
                "link": _address(
                    self._counterpart(page, here, there) or self._counterpart(None, here, there)
                ),
                "current": page is not None and there is here,
            }
            for there in self.sites
        ]


def _mark(contents: Iterable[AnchorLink], site: Site) -> None:
    """Mark titles in another language in a page's contents, which have no markup of headings."""
    for item in contents:
        if not item.title.startswith("<span"):
            language = site.wording.foreign(unescape(item.title))
            if language:
                item.title = f'<span lang="{language}">{item.title}</span>'
        _mark(item.children, site)


def _address(file: File | None) -> str:
    """Where a file is, from the site's root; never empty, which a template takes for nothing."""
    return (file.url if file else "") or "."


def _name(site: Site) -> str:
    """A language's own name for itself."""
    return Locale.parse(site.language).get_display_name() or site.language


def _theme_language(site: Site, page: Page | None, config: MkDocsConfig) -> str:
    """The theme's code of a page's language: the user's own code where it is the same language."""
    own = page.meta.get("language") if page else None
    wanted = own if isinstance(own, str) and own in COMPLETE else site.language
    configured = str(config.theme.get("language") or "")
    return configured if COMPLETE.get(configured.lower()) == wanted else wanted


def _palette(palette: object, site: Site) -> list[object] | None:
    """The theme's colour schemes, their buttons named in the site's language.

    Material's button stands for the scheme that comes next.
    """
    if not isinstance(palette, list) or not all(isinstance(item, dict) for item in palette):
        return None
    named: list[object] = []
    for item, following in zip(palette, [*palette[1:], *palette[:1]], strict=True):
        if following.get("media") == _SYSTEM:
            name = site.wording.text("Switch to system preference")
        elif following.get("scheme") == _DARK:
            name = site.wording.text("Switch to dark mode")
        else:
            name = site.wording.text("Switch to light mode")
        toggle = item.get("toggle")
        named.append(item | {"toggle": toggle | {"name": str(name)}} if toggle else item)
    return named
