"""Where projects write down what is new, for those who use them."""

from __future__ import annotations

from digest.facts.wordlists import names

NOTES_STEMS = names("changelog changes history release-notes release_notes whats-new whats_new")
NOTES_ENDINGS = ("", ".md", ".mdx", ".rst", ".txt", ".adoc")
NOTES_FOLDERS = names(
    ".changelog .changes .changeset .chloggen .unreleased changelog.d changelogs newsfragments"
)
"""Changelogs, and folders of pieces of one that is to come."""


def is_notes(path: str) -> bool:
    """Whether a file is a changelog, or a piece of one that is to come."""
    *folders, name = path.lower().split("/")
    stem, dot, ending = name.partition(".")
    is_changelog = stem in NOTES_STEMS and dot + ending in NOTES_ENDINGS
    # Towncrier's folder, where no program has one at the top.
    return is_changelog or not NOTES_FOLDERS.isdisjoint(folders) or folders[:1] == ["changes"]
