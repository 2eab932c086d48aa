"""What a commit says of itself in the changelog, or in a fragment of news, that comes with it.

Fragments are files such as ``changes/123.bugfix.rst`` (towncrier), ``.chloggen/x.yaml`` with
``change_type: bug_fix``, and ``.changelog/123.txt`` with ``release-note:improvement``.
In a changelog the section counts in which a line is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from digest.facts.diffs import hunks_of
from digest.facts.wordlists import names

if TYPE_CHECKING:
    from digest.model import Commit, FilePatch, Kind

ITEMS_LIMIT = 6
"""With more new items than these a release is made, or the changelog is rearranged."""
BYTES_LIMIT = 100_000

_TITLES: tuple[tuple[Kind, str], ...] = (
    ("feature", "improvements|new features|new component|preview features"),
    (
        "feature",
        "added|add|new|feature|features|new feature|enhancement|enhancements|improvement",
    ),
    ("fix", "fixed|fix|fixes|bug|bugs|bugfix|bugfixes|bug fix|bug fixes|security|regression"),
    ("performance", "perf|performance|performance improvements"),
    ("documentation", "doc|docs|documentation|improved documentation"),
    ("build", "packaging"),
    ("chore", "internal|internals|trivial|chore|contrib|under the hood"),
    ("refactor", "refactor|refactoring|refactors"),
)
SECTIONS: dict[str, Kind] = {title: kind for kind, titles in _TITLES for title in titles.split("|")}
"""Sections by their titles; ``Changed`` and ``Removed`` say no kind."""

FRAGMENTS = names(
    ".changelog .changes .chloggen .unreleased changelog changelog.d changelogs changes news"
    " newsfragments unreleased"
)
"""Folders of fragments."""

_NOTE = re.compile(
    rb"^\+(?:(?:change_type|kind|type):\s{0,3}[\"']?|```release-note:)([A-Za-z_ -]{2,30})",
    re.MULTILINE,
)
_CHANGELOG = re.compile(
    r"(?:^|/)(?:changelog|changes|history|news|release[-_]notes)[^/]{0,20}$", re.IGNORECASE
)
_HEADING = re.compile(r"#{1,6}\s+(.{2,60})|(?:\*\*)?([A-Z][A-Za-z ]{2,40}):(?:\*\*)?$")
_ITEM = re.compile(r"\s{0,3}[-*+]\s+(?:\[([A-Za-z ]{2,20})\])?")


def kind_of_news(commit: Commit, patches: Iterable[FilePatch]) -> Kind | None:
    """The kind that a commit's own news name, if they name one only.

    Arguments:
        commit: whose new files are looked at.
        patches: of its files, where they are at hand.
    """
    found = {
        kind for change in commit.changes if change.status == "A" for kind in _of_path(change.path)
    }
    for patch in patches:
        if not patch.data or len(patch.data) > BYTES_LIMIT:
            continue
        if _is_fragment(patch.path):
            found.update(_of_fragment(patch.data))
        elif _CHANGELOG.search(patch.path):
            items = list(_of_changelog(patch.data))
            if len(items) > ITEMS_LIMIT:
                return None
            found.update(kind for kind in items if kind)
    return next(iter(found)) if len(found) == 1 else None


def _is_fragment(path: str) -> bool:
    folders = path.lower().split("/")[:-1]
    return not FRAGMENTS.isdisjoint(folders)


def _of_path(path: str) -> Iterator[Kind]:
    """The kind in a fragment's name, without its number and ending."""
    if _is_fragment(path):
        parts = re.split(r"[.-]", path.rpartition("/")[2].lower())
        yield from (SECTIONS[part] for part in parts[:3] if part in SECTIONS)


def _of_fragment(data: bytes) -> Iterator[Kind]:
    for match in _NOTE.finditer(data):
        kind = _section(match[1].decode("ascii"))
        if kind is not None:
            yield kind


def _of_changelog(data: bytes) -> Iterator[Kind | None]:
    """The section of each item that is added; None where it says no kind."""
    for hunk in hunks_of(data):
        section = _title(_text(hunk.heading))
        for line in hunk.side("new"):
            text = _text(line.text)
            if (title := _title(text)) is not None:
                section = title
            elif line.changed and (item := _ITEM.match(text)):
                yield _section(item[1] or section or "")


def _text(line: bytes) -> str:
    return line[:100].decode("utf-8", "replace")


def _title(line: str) -> str | None:
    """The title of a section that a line is."""
    match = _HEADING.match(line)
    return (match[1] or match[2]) if match else None


def _section(title: str) -> Kind | None:
    """The kind that a section's title stands for."""
    words = re.findall(r"[a-z]+", re.sub(r":[a-z_]{2,30}:", " ", title.lower()))
    return SECTIONS.get(" ".join(words))
