"""What a site offers to programs, as files of a build of MkDocs and in the heads of its pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from digest import escape
from digest.feeds.folder import Folder
from digest.site import Site

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

HEAD = "digest_head"
"""Where a page's ``meta`` has what our template prints into its head."""


class FeedFiles:
    """The files of one build that are for programs.

    Arguments:
        folder: where they are written until MkDocs copies them.
        linked: whether what is in a file already, kept from earlier builds, stays there.
    """

    def __init__(self, folder: Path, *, linked: bool) -> None:
        # To MkDocs a Markdown file is a page, whatever it is published as.
        self._folder = Folder(folder, disguised=".md", linked=linked)

    def attach(self, languages: Sequence[Site], config: MkDocsConfig) -> None:
        """Have the files made when the pages are."""
        for site in languages:
            site.publish(
                self._folder.put,
                site_url=config.site_url or "",
                description=config.site_description or "",
                directory_urls=config.use_directory_urls,
            )

    def files(self, taken: Iterable[str], config: MkDocsConfig) -> list[File]:
        """All files that were made, but for those whose place the user's own file has."""
        known = set(taken)
        return [
            _file(published, name, self._folder.root, config)
            for published, name in self._folder.written.items()
            if published not in known
        ]

    def describe(self, files: Files, sites: Sequence[Site]) -> None:
        """Tell pages what to say in their heads, and the site map when ours last changed.

        Arguments:
            files: all files of the site; its pages have been read.
            sites: the site in each language, the main one first.
        """
        for file in files.documentation_pages():
            if file.page is not None:
                further = (site for site in sites[1:] if file.src_uri.startswith(site.base))
                self._describe(file.page, next(further, sites[0]))

    @staticmethod
    def _describe(page: Page, site: Site) -> None:
        publisher = site.publisher
        if publisher is None:
            return
        path = page.file.src_uri.removeprefix(site.base)
        head = publisher.head(path)
        # A title may be HTML; themes print it, and a description, as they are.
        title = Markup(str(page.meta.get("title") or page.title or "")).striptags()  # noqa: S704
        own = str(page.meta.get("description") or escape.xml(head.description))
        page.meta["description"] = own
        said = {"title": title, "description": Markup(own).unescape()}  # noqa: S704
        plain = {name: escape.plain(text) for name, text in said.items()}
        page.meta[HEAD] = msgspec.to_builtins(head) | plain
        modified = publisher.modified(path)
        if modified is not None and page.file.generated_by == "digest":
            page.update_date = modified.isoformat()


def _file(published: str, name: str, folder: Path, config: MkDocsConfig) -> File:
    source = folder / name  # its own place, where it has one: it is absolute then
    shown = f"{published}.txt" if source.is_absolute() and name == str(source) else name
    file = File(
        shown,
        str(folder),
        config.site_dir,
        use_directory_urls=config.use_directory_urls,
        dest_uri=published,
    )
    file.abs_src_path = str(source)
    file.generated_by = "digest"
    return file
