"""The site's navigation: what the user wrote, and the archive with it, one for each language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from digest.pageviews import ARCHIVE_PATH

HOME_PATH = "index.md"
HOME_PATHS = (HOME_PATH, "README.md")
"""What MkDocs takes for the first page of a folder."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/")
"""What begins an item that is no page of the site."""


def with_archive(
    nav: Sequence[Any],
    *,
    home: str | None,
    archive: tuple[str, Sequence[object]],
    behind: Sequence[tuple[str, Sequence[object]]] = (),
    base: str = "",
) -> list[Any]:
    """A navigation with the archive's pages.

    They stand where the user names ``archive/index.md``, or else at the front,
    behind the home page.

    Arguments:
        nav: the navigation of the pages that are not ours.
        home: the title of the home page, where that is ours.
        archive: the archive's part, and its title.
        behind: the parts that stand behind it, with their titles.
        base: the folder of the language, which its paths begin with.
    """
    archive_path, home_paths = base + ARCHIVE_PATH, [base + path for path in HOME_PATHS]
    mentioned = set(_paths(nav))
    title, pages = archive
    listed = [_opened(item, archive_path, title, pages) for item in nav]
    if home is not None:
        # Its own title is the site's name, which stands above it already.
        listed = [{home: item} if item == home_paths[0] else item for item in listed]
    if archive_path not in mentioned:
        first = bool(listed) and any(path in home_paths for path in _paths([listed[0]]))
        position = 1 if first else 0
        listed.insert(position, {title: list(pages)})
    else:
        position = next(n for n, item in enumerate(nav) if archive_path in _paths([item]))
    listed[position + 1 : position + 1] = [{name: list(part)} for name, part in behind if part]
    if home is not None and home_paths[0] not in mentioned:
        listed.insert(0, {home: home_paths[0]})
    return listed


def moved(nav: Sequence[Any], base: str) -> list[Any]:
    """A navigation whose pages are in a folder."""
    listed: list[Any] = _mapped(
        list(nav), lambda path: path if _ADDRESS.match(path) else base + path
    )
    return listed


def part_of(nav: Sequence[Any], belongs: Callable[[str], bool]) -> list[Any]:
    """What of a navigation is of one language.

    Links to other sites go with the pages that they stand among, and into each language where
    they stand by themselves.

    Arguments:
        nav: the navigation as the user wrote it.
        belongs: whether a page is of the language.
    """
    listed: list[Any] = []
    for item in nav:
        if isinstance(item, dict):
            named = {name: _kept(value, belongs) for name, value in item.items()}
            if named := {name: value for name, value in named.items() if value}:
                listed.append(named)
        elif _kept(item, belongs):
            listed.append(item)
    return listed


def _kept(value: Any, belongs: Callable[[str], bool]) -> Any:  # noqa: ANN401 - YAML
    if isinstance(value, str):
        return value if _ADDRESS.match(value) or belongs(value) else None
    if not isinstance(value, list):
        return value
    pages = [path for path in _paths(value) if not _ADDRESS.match(path)]
    return part_of(value, belongs) if not pages or any(map(belongs, pages)) else None


def _opened(item: Any, path: str, title: str, archive: Sequence[object]) -> Any:  # noqa: ANN401
    """An item in which the archive's page, where it is named, is the whole archive."""
    if item == path:
        return {title: list(archive)}
    if not isinstance(item, dict):
        return item
    return {
        name: list(archive)
        if value == path
        else [_opened(child, path, title, archive) for child in value]
        if isinstance(value, list)
        else value
        for name, value in item.items()
    }


def _mapped(nav: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - YAML
    """A navigation with each path changed."""
    if isinstance(nav, str):
        return change(nav)
    if isinstance(nav, dict):
        return {name: _mapped(value, change) for name, value in nav.items()}
    return [_mapped(item, change) for item in nav] if isinstance(nav, list) else nav


def _paths(nav: Sequence[object]) -> Iterator[str]:
    """All paths in a navigation."""
    for item in nav:
        for value in item.values() if isinstance(item, dict) else [item]:
            if isinstance(value, str):
                yield value
            elif isinstance(value, list):
                yield from _paths(value)
