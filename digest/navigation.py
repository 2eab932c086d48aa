"""The site's navigation: what the user wrote, and the archive with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from digest.pageviews import ARCHIVE_PATH

HOME_PATH = "index.md"


def with_archive(
    nav: Sequence[Any],
    *,
    home: bool,
    titles: tuple[str, str, str],
    archive: Sequence[object],
    views: Sequence[object],
) -> list[Any]:
    """A navigation with the archive's pages.

    They stand where the user names ``archive/index.md``, or else at the front,
    behind the home page; the views over it stand behind it.

    Arguments:
        nav: the navigation of the pages that are not ours.
        home: whether the home page is ours.
        titles: of the home page, of the archive and of the views.
        archive: the archive's part.
        views: the views' part.
    """
    mentioned = set(_paths(nav))
    listed = [_opened(item, titles[1], archive) for item in nav]
    if ARCHIVE_PATH not in mentioned:
        position = 1 if listed and not home and _is_home(listed[0]) else 0
        listed.insert(position, {titles[1]: list(archive)})
    else:
        position = next(n for n, item in enumerate(nav) if ARCHIVE_PATH in _paths([item]))
    listed.insert(position + 1, {titles[2]: list(views)})
    if home and HOME_PATH not in mentioned:
        listed.insert(0, {titles[0]: HOME_PATH})
    return listed


def _opened(item: Any, title: str, archive: Sequence[object]) -> Any:  # noqa: ANN401 - YAML
    """An item in which the archive's page, where it is named, is the whole archive."""
    if item == ARCHIVE_PATH:
        return {title: list(archive)}
    if not isinstance(item, dict):
        return item
    return {
        name: list(archive)
        if value == ARCHIVE_PATH
        else [_opened(child, title, archive) for child in value]
        if isinstance(value, list)
        else value
        for name, value in item.items()
    }


def _is_home(item: object) -> bool:
    """Whether an item of a navigation is the site's first page."""
    return any(path in (HOME_PATH, "README.md") for path in _paths([item]))


def _paths(nav: Sequence[object]) -> Iterator[str]:
    """All paths in a navigation."""
    for item in nav:
        for value in item.values() if isinstance(item, dict) else [item]:
            if isinstance(value, str):
                yield value
            elif isinstance(value, list):
                yield from _paths(value)
