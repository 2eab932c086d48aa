"""Changes of what has a name that users write: flags, variables, keys, routes, metrics, schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.facts.interface import charts, migrations, schemas, sources
from digest.facts.interface.comparing import compare
from digest.facts.interface.mentions import Mentions

if TYPE_CHECKING:
    from digest.facts.diffs import Diff
    from digest.facts.interface.declared import Declared
    from digest.model import InterfaceChange, Unread

LIMIT = 60
"""Changes of one commit; whoever changes more changes everything."""
FILES = 400
"""Files of one commit that are read for it."""


def named_changes(diff: Diff) -> tuple[list[InterfaceChange], list[Unread]]:
    """Tell what a commit adds to, removes from, or changes in the named parts of an interface.

    Arguments:
        diff: the changed files; tests, documentation, examples and benchmarks are no interface.

    Returns:
        The changes in the order of their places, and the files that could not be read.
    """
    old: list[Declared] = []
    new: list[Declared] = []
    tables: list[InterfaceChange] = []
    unread: dict[str, Unread] = {}
    for file in diff.files[:FILES]:
        parts, problem = schemas.declared(file)
        before, after, other = sources.declared(file)
        values = charts.declared(file)
        old += parts[0] + before + values[0]
        new += parts[1] + after + values[1]
        tables += schemas.table_changes(file) + migrations.table_changes(file)
        for item in (problem, other):
            if item is not None:
                unread[item.path] = item
    found = compare(old, new, Mentions(diff)) if old or new else []
    return (found + tables)[:LIMIT], list(unread.values())
