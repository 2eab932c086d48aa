"""Contents of pages made in other processes, for ``KeptPages`` to find them kept."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.utils import meta

from digest.kept.store import Store
from digest.rendering import keys
from digest.rendering.markup import Options, Source, Target, render


class ContentsAhead(msgspec.Struct, frozen=True):
    """Makes the contents of pages in other processes; ``KeptPages`` then finds them kept.

    Arguments:
        root: where they are kept.
        targets: the site's files, as far as they are known; contents that depend on others
            are made again.
        options: the configuration's part.
        markdown: the key of all that decides a content, but for the page itself.
    """

    root: Path
    targets: Mapping[str, Target]
    options: Options
    markdown: str

    @classmethod
    def of(cls, root: Path, config: MkDocsConfig, files: Iterable[File]) -> ContentsAhead | None:
        """For a site with such files, if contents can be kept where other processes see them."""
        if not Store(root).writable:
            return None
        try:
            key = keys.of_markdown(config)
        except keys.NoKeyError:
            return None
        return cls(root, {file.src_uri: target_of(file) for file in files}, Options.of(config), key)

    def __call__(self, path: str, written: str) -> bool:
        """Make the content of a page, if it is not kept; whether it was made.

        Arguments:
            path: of the page.
            written: its file's text.
        """
        target, store = self.targets[path], _store(self.root)
        text, _ = meta.get_data(written)
        key = content_key(self.markdown, target, keys.text_digest(text))
        if store.has("pages", key):
            return False
        rest, content = render(Source(target, text), self.targets, self.options).dump()
        store.save("contents", key, content)
        store.save("pages", key, rest)
        return True


@functools.cache
def _store(root: Path) -> Store:
    """One for a process, so that it warns once."""
    return Store(root)


def content_key(markdown: str, page: Target, text: str) -> str:
    """The key of a page's content, by the hash of its text."""
    return keys.digest(markdown, page.src_uri, page.url, text)


def target_of(file: File) -> Target:
    """A file of the site, as far as a link to it needs it."""
    excluded = bool(file.inclusion.is_excluded())  # type: ignore[no-untyped-call]
    return Target(file.src_uri, file.url, excluded)
