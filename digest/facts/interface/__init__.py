"""What users call, set or read, before and after a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.facts.interface.exports import export_changes
from digest.facts.interface.named import named_changes
from digest.facts.interface.symbols import symbol_changes

if TYPE_CHECKING:
    from digest.facts.diffs import Diff
    from digest.model import InterfaceChange, Unread


def interface_changes(diff: Diff) -> tuple[tuple[InterfaceChange, ...], tuple[Unread, ...]]:
    """Collect the changes of the interface, and the files that could not be read for it.

    Arguments:
        diff: the changed files; tests are no interface.
    """
    named, first = named_changes(diff)
    symbols, second = symbol_changes(diff)
    taken = {_last(item) for item in (*named, *symbols)}
    exports = [item for item in export_changes(diff) if not taken & {item.name, item.previous_name}]
    # A constant that holds the name of a variable is told as the variable.
    names = {item.name for item in named}
    symbols = tuple(item for item in symbols if item.name not in names)
    # A file that both could not read is told of once.
    unread = {item.path: item for item in (*first, *second)}
    return (*named, *exports, *symbols), tuple(unread.values())


def _last(item: InterfaceChange) -> str:
    """A name without what it stands in: a re-export is known by its own."""
    return item.name.rpartition(".")[2].rpartition("::")[2]
