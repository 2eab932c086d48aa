"""The site's navigation: what the user wrote, and the archive behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def with_archive(
    nav: Sequence[Any] | None,
    *,
    theirs: Iterable[str],
    home: bool,
    titles: tuple[str, str],
    archive: Sequence[object],
) -> list[Any]:
    """A navigation with the archive's pages.

    Arguments:
        nav: the user's own navigation, or None for all pages in order.
        theirs: paths of the pages that are not ours.
        home: whether the home page is ours.
        titles: of the home page and of the archive.
        archive: the archive's part.
    """
    listed = list(nav) if nav is not None else [path for path in theirs if path != "index.md"]
    mentioned = set(_paths(listed))
    first = [] if "index.md" in mentioned else [{titles[0]: "index.md"} if home else "index.md"]
    if nav is not None and not home:
        first = []
    last = [] if "archive/index.md" in mentioned else [{titles[1]: list(archive)}]
    return [*first, *last, *listed]


def _paths(nav: Iterable[Any]) -> Iterable[str]:
    """All paths in a navigation."""
    for item in nav:
        values = item.values() if isinstance(item, dict) else [item]
        for value in values:
            if isinstance(value, str):
                yield value
            elif isinstance(value, list):
                yield from _paths(value)
