"""What sort of change a commit is: by its title, and by its files where the title says nothing."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from digest.facts.paths import category_of

if TYPE_CHECKING:
    from digest.facts.titles import Title
    from digest.model import Category, Commit, Kind, Revert

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

SUPPORTING: frozenset[Kind] = frozenset(["documentation", "test", "ci", "build", "style"])
"""Kinds that a second tag may narrow: ``[Bugfix][CI]`` repairs CI if only CI changed."""


def kind_of(commit: Commit, title: Title, reverts: tuple[Revert, ...]) -> Kind:
    """Tell what sort of change a commit is.

    A declared type stands as it is.  Where several tags are declared, or only a verb
    speaks, the files decide whether product, tests, documentation or CI is meant.

    Arguments:
        commit: whose files are looked at.
        title: its title, taken apart.
        reverts: what it takes back; reapplying is a change like the first time.
    """
    if reverts and not all(revert.reapplies for revert in reverts):
        return "revert"
    by_files = _kind_of_files(commit)
    declared = [kind for kind in title.kinds if kind != "revert" or not reverts]
    if declared:
        return _declared(declared, by_files)
    if by_files is not None and title.verb != "dependencies":
        return by_files
    if title.verb is None or (title.verb == "revert" and reverts) or not commit.changes:
        return "other"
    return title.verb


def _declared(declared: list[Kind], by_files: Kind | None) -> Kind:
    """Choose among the kinds that a title declares."""
    if by_files in SUPPORTING and by_files in declared:
        return by_files
    if len(declared) > 1:
        return next((kind for kind in declared if kind not in SUPPORTING), declared[0])
    return declared[0]


def _kind_of_files(commit: Commit) -> Kind | None:
    """The kind that the files leave as the only one, if they do."""
    churn: Counter[Category] = Counter()
    for change in commit.changes:
        if change.submodule:
            churn["vendored"] += 1
        else:
            lines = (change.insertions or 0) + (change.deletions or 0)
            churn[category_of(change)] += 1 + lines
    if not churn or "source" in churn:
        return None
    # What a tool or a recording rewrites along the way says nothing about the aim.
    aims = [category for category in churn if category not in {"lock", "generated", "data"}]
    largest = max(aims or churn, key=lambda category: churn[category])
    return KINDS_OF_FILES[largest]
