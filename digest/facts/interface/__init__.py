"""What users call, set or read, before and after a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.facts.interface.symbols import symbol_changes

if TYPE_CHECKING:
    from digest.facts.diffs import Diff
    from digest.model import InterfaceChange, Unread


def interface_changes(diff: Diff) -> tuple[tuple[InterfaceChange, ...], tuple[Unread, ...]]:
    """Collect the changes of the interface, and the files that could not be read for it.

    Arguments:
        diff: the changed files; tests are no interface.
    """
    symbols, unread = symbol_changes(diff)
    return symbols, unread
