"""What a Python package offers through its ``__init__``: names that it imports to be imported.

A class that is written in a private module, or compiled from another language,
is public by the line ``from ._core import Router as Router``.  Such lines are
read by Python's grammar over both versions of the file.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from digest.facts.syntax.languages import parse
from digest.model import Evidence, InterfaceChange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from digest.facts.diffs import Diff, FileDiff, Side

LARGEST = 60_000
"""Bytes of an ``__init__`` that is read."""
NAMES = 40
"""Names that are told of, and compared with each other."""
ALIKE = 0.6
"""How much two names share if one is the other's new name."""
FILES = 60
"""Files in which the new name of a declaration is looked for."""

_LAZY = re.compile(rb"\bimport\s*\(?\s*\*|__getattr__")
"""Whoever does that offers names which nobody sees."""


def export_changes(diff: Diff) -> list[InterfaceChange]:
    """Collect what packages offer no longer, or under another name.

    What is new is told where it is declared.

    Arguments:
        diff: the changed files.
    """
    gone: dict[str, Evidence] = {}
    new: dict[str, Evidence] = {}
    for file in diff.files:
        if not _is_package(file):
            continue
        before, after = file.content("old"), file.content("new")
        if before is None or after is None or max(len(before), len(after)) > LARGEST:
            continue
        if _LAZY.search(after):
            continue
        offered = _exports(file, "new", after)
        # A name that stands there in any other way may well be offered still.
        gone |= {
            name: line
            for name, line in _exports(file, "old", before).items()
            if re.search(rb"\b" + re.escape(name.encode()) + rb"\b", after) is None
        }
        new |= offered
    left = [name for name in gone if name not in new][:NAMES]
    return list(_told(diff, left, gone, new))


def _told(
    diff: Diff, left: list[str], gone: dict[str, Evidence], new: dict[str, Evidence]
) -> Iterator[InterfaceChange]:
    free = [name for name in new if name not in gone][: NAMES * 5]
    for name in left:
        alike = difflib.get_close_matches(name, free, n=3, cutoff=ALIKE)
        other = next((one for one in alike if _is_renamed(diff, name, one)), None)
        yield InterfaceChange(
            what="public symbol",
            name=other or name,
            before="",
            after="" if other else None,
            previous_name=name if other else None,
            evidence=(new[other], gone[name]) if other else (gone[name],),
        )


def _is_renamed(diff: Diff, old: str, new: str) -> bool:
    """Whether some declaration has the new name where it had the old one, and else is the same."""
    before, after = old.encode(), new.encode()
    for file in diff.files[:FILES]:
        data = file.patch.data
        if file.category != "source" or before not in data or after not in data:
            continue
        added = {line.text.strip() for line in file.lines("new") if after in line.text}
        for line in file.lines("old"):
            text = line.text.strip()
            if before in text and b"import" not in text and text.replace(before, after) in added:
                return True
    return False


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


def _exports(file: FileDiff, side: Side, data: bytes) -> dict[str, Evidence]:
    """The names that a package imports from within itself, each with its line."""
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
