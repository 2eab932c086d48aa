"""What sort of change a commit is: by its title, and by its files where the title says nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.filekinds import kind_of_files, only_comments
from digest.facts.news import kind_of_news
from digest.facts.paths import category_of
from digest.facts.plain import weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.facts.titles import Title
    from digest.model import Commit, FilePatch, Kind, Revert

SUPPORTING: frozenset[Kind] = frozenset(["documentation", "test", "ci", "build", "style"])
"""Kinds that a second tag may narrow: ``[Bugfix][CI]`` repairs CI if only CI changed."""

_CERTAIN_VERBS: frozenset[Kind] = frozenset(
    ["performance", "documentation", "test", "dependencies", "chore", "revert"]
)
"""What a title's first words say without a doubt; the others are weighed."""
_INTERNAL_VERBS: frozenset[Kind] = frozenset(["refactor", "test", "style", "chore"])

TEXT_LIMIT = 300
_OF_DOCUMENTATION = re.compile(
    r"\b(?:docs|documentation|docstrings?|doc comments?|rustdocs?|javadocs?|readme|typos?"
    r"|(?:broken|dead) links?|(?<!for )examples?)\b",
    re.IGNORECASE,
)


def kind_of(  # noqa: PLR0911 - a ladder, the surest sign first
    commit: Commit, title: Title, reverts: tuple[Revert, ...], patches: Sequence[FilePatch] = ()
) -> Kind:
    """Tell what sort of change a commit is.

    A declared type stands as it is.  Where several tags are declared, or only a verb
    speaks, the files decide whether product, tests, documentation or CI is meant.

    Arguments:
        commit: whose files are looked at.
        title: its title, taken apart.
        reverts: what it takes back; reapplying is a change like the first time.
        patches: of its files, where they are at hand.  They may hold the commit's own news,
            and a change of comments only is one of documentation.
    """
    if reverts and not all(revert.reapplies for revert in reverts):
        return "revert"
    by_files = kind_of_files(commit)
    declared = [kind for kind in title.kinds if kind != "revert" or not reverts]
    if declared:
        return _declared(declared, by_files)
    if news := kind_of_news(commit, patches):
        return news
    bumps = "dependencies" in {title.verb, title.hint}
    if by_files == "documentation" and title.hint == "chore":
        # Lists of sponsors and contributors, and the notes of a release.
        return "chore"
    if by_files == "documentation" or (by_files is not None and not bumps):
        return by_files
    if title.hint is not None:
        return title.hint
    if not commit.changes or (title.verb == "revert" and reverts):
        return title.component or "other"
    if not bumps and only_comments(patches):
        return "documentation"
    return _by_words(commit, title)


def _declared(declared: list[Kind], by_files: Kind | None) -> Kind:
    """Choose among the kinds that a title declares."""
    if by_files in SUPPORTING and by_files in declared:
        return by_files
    if len(declared) > 1:
        return next((kind for kind in declared if kind not in SUPPORTING), declared[0])
    return declared[0]


def _by_words(commit: Commit, title: Title) -> Kind:
    """What a plain sentence says."""
    if title.verb in _CERTAIN_VERBS:
        return title.verb
    tested = any(category_of(change) == "test" for change in commit.changes)
    if not tested and _OF_DOCUMENTATION.search(title.text[:TEXT_LIMIT]):
        return "documentation"
    group = weigh(title.text, commit)
    if group is None:
        return title.verb or title.component or "other"
    if group == "internal":
        return title.verb if title.verb in _INTERNAL_VERBS else "refactor"
    return group
