"""Which dependencies a commit adds, moves or removes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.facts.diffs import Diff
    from digest.model import DependencyChange


def dependency_changes(diff: Diff) -> tuple[DependencyChange, ...]:
    """Collect the changes of dependencies, those asked for directly first.

    Arguments:
        diff: the changed files.
    """
    del diff
    return ()
