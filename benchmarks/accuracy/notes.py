"""The answer, hidden: what a commit itself writes into the changelog is not shown."""

from __future__ import annotations

from msgspec.structs import replace

from digest.analysts.notes import is_notes
from digest.model import Reading


def without_notes(reading: Reading) -> Reading:
    """Leave out of a commit what it writes into the changelog, for that is the answer."""
    changes = tuple(change for change in reading.commit.changes if not is_notes(change.path))
    if not changes or len(changes) == len(reading.commit.changes):
        return reading
    commit = replace(reading.commit, changes=changes)
    patches = tuple(patch for patch in reading.patches if not is_notes(patch.path))
    return replace(reading, commit=commit, patches=patches)
