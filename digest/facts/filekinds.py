"""What sort of change a commit is by its files alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from digest.facts.paths import category_of, classify

if TYPE_CHECKING:
    from digest.model import Category, Commit, FilePatch, Kind

KINDS_OF_FILES: dict[Category, Kind] = {
    "documentation": "documentation",
    "test": "test",
    "ci": "ci",
    "build": "build",
    "lock": "dependencies",
    "vendored": "dependencies",
    "generated": "chore",
    "data": "chore",
}
"""What a commit is that changes files of one category only, and no source."""


def kind_of_files(commit: Commit) -> Kind | None:
    """The kind that the files leave as the only one, if they do."""
    churn: Counter[Category] = Counter()
    for change in commit.changes:
        if change.submodule:
            churn["vendored"] += 1
        else:
            category = category_of(change)
            if category == "source":
                return None
            churn[category] += 1 + (change.insertions or 0) + (change.deletions or 0)
    if not churn:
        return None
    # What a tool or a recording rewrites along the way says nothing about the aim.
    aims = [category for category in churn if category not in {"lock", "generated", "data"}]
    largest = max(aims or churn, key=lambda category: churn[category])
    return KINDS_OF_FILES[largest]


_SLASHES = ("//", "/*", "*/", "* ")
_COMMENTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("py", "pyi", "rb", "sh", "toml", "yaml", "yml"), ("#",)),
    **dict.fromkeys(
        (
            "c", "cc", "cpp", "cs", "cu", "cuh", "go", "h", "hpp", "java", "js", "jsx", "kt", "mjs",
            "proto", "rs", "scala", "swift", "ts", "tsx",
        ),
        _SLASHES,
    ),
}  # fmt: skip
"""What lines of comments begin with, by the endings of files."""

_CHANGED = re.compile(rb"^[+-](.{0,200})", re.MULTILINE)


def only_comments(patches: Iterable[FilePatch]) -> bool:
    """Tell whether nothing but comments changed in the sources of a commit.

    Arguments:
        patches: of its files; a source without one may have changed in any way.
    """
    found = False
    for patch in patches:
        if classify(patch.path) != "source":
            continue
        marks = _COMMENTS.get(patch.path.rpartition(".")[2])
        if marks is None or not patch.data or not _is_commented(patch.data, marks):
            return False
        found = True
    return found


def _is_commented(data: bytes, marks: tuple[str, ...]) -> bool:
    """Tell whether each changed line of a patch is a comment or empty."""
    beginnings = tuple(mark.encode() for mark in marks)
    seen = False
    for match in _CHANGED.finditer(data):
        line = match[1].strip()
        if line and not (line.startswith(beginnings) or line == b"*"):
            return False
        seen = seen or bool(line)
    return seen
