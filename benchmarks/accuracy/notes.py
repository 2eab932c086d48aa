"""The answer, hidden: what a commit itself writes into the changelog is not shown to the analyst."""

from __future__ import annotations

from dataclasses import replace

from digest.model import Reading

NOTES_STEMS = {"changelog", "changes", "history", "release-notes", "release_notes", "releases"}
NOTES_FOLDERS = {
    ".changelog",
    ".changeset",
    ".chloggen",
    ".unreleased",
    "changelog.d",
    "changelogs",
    "changes",
    "newsfragments",
}
"""Changelogs, and folders of pieces of one that is to come."""


def without_notes(reading: Reading) -> Reading:
    """Leave out of a commit what it writes into the changelog, for that is the answer."""
    changes = tuple(change for change in reading.commit.changes if not is_notes(change.path))
    if not changes or len(changes) == len(reading.commit.changes):
        return reading
    commit = reading.commit.model_copy(update={"changes": changes})
    patches = tuple(patch for patch in reading.patches if not is_notes(patch.path))
    return replace(reading, commit=commit, patches=patches)


def is_notes(path: str) -> bool:
    """Whether a file is a changelog, or a piece of one that is to come."""
    *folders, name = path.lower().split("/")
    return name.split(".", 1)[0] in NOTES_STEMS or not NOTES_FOLDERS.isdisjoint(folders)
