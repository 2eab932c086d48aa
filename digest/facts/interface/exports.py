"""What a Python package offers through its ``__init__``: names that it imports to be imported.

A class that is written in a private module, or compiled from another language,
is public by the line ``from ._core import Router as Router``.  Such lines are
read by Python's grammar over both versions of the file.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from digest.facts.syntax.languages import parse
from digest.model import Evidence, InterfaceChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from digest.facts.diffs import Diff, FileDiff, Side

LARGEST = 60_000
"""Bytes of an ``__init__`` that is read."""
ALIKE = 0.6
"""How much two names share if one is the other's new name."""


def export_changes(diff: Diff) -> list[InterfaceChange]:
    """Collect what packages offer no longer, or under another name.

    What is new is told where it is declared.

    Arguments:
        diff: the changed files.
    """
    gone: dict[str, Evidence] = {}
    new: dict[str, Evidence] = {}
    for file in diff.files:
        if _is_package(file):
            before, after = _exports(file, "old"), _exports(file, "new")
            gone |= {name: line for name, line in before.items() if name not in after}
            new |= {name: line for name, line in after.items() if name not in before}
    moved = gone.keys() & new.keys()
    left = [name for name in gone if name not in moved]
    free = [name for name in new if name not in moved]
    return list(_told(left, free, gone, new))


def _told(
    left: list[str], free: list[str], gone: dict[str, Evidence], new: dict[str, Evidence]
) -> Iterator[InterfaceChange]:
    for name in left:
        likely = difflib.get_close_matches(name, free, n=1, cutoff=ALIKE)
        if likely:
            free.remove(likely[0])
        yield InterfaceChange(
            what="public symbol",
            name=likely[0] if likely else name,
            before="",
            after="" if likely else None,
            previous_name=name if likely else None,
            evidence=(new[likely[0]], gone[name]) if likely else (gone[name],),
        )


def _is_package(file: FileDiff) -> bool:
    """Whether a file says what a public package offers, and has changed what it imports."""
    *folders, name = file.change.path.split("/")
    return (
        name in {"__init__.py", "__init__.pyi"}
        and file.category == "source"
        and file.change.status == "M"
        and not any(folder.startswith("_") for folder in folders)
        and b"import" in file.patch.data
    )


def _exports(file: FileDiff, side: Side) -> dict[str, Evidence]:
    """The names that a package imports from within itself, each with its line."""
    data = file.content(side)
    if data is None or len(data) > LARGEST:
        return {}
    package = file.path(side).split("/")[:-1]
    found: dict[str, Evidence] = {}
    tree = parse("python", data)
    for statement in tree.root_node.children if tree is not None else ():
        if statement.type != "import_from_statement":
            continue
        module = statement.child_by_field_name("module_name")
        if module is None or not _is_own(module, package):
            continue
        for node in statement.children_by_field_name("name"):
            name = _bound(node)
            if not name.startswith("_"):
                line = node.start_point[0] + 1
                found[name] = Evidence(path=file.path(side), line=line, side=side)
    return found


def _is_own(module: Node, package: list[str]) -> bool:
    text = (module.text or b"").decode("utf-8", "replace")
    return text.startswith(".") or text.split(".")[0] in package


def _bound(node: Node) -> str:
    alias = node.child_by_field_name("alias")
    return ((alias or node).text or b"_").decode("utf-8", "replace")
