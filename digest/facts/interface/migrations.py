"""Migrations of databases that are written in Python: Alembic and Django."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.interface.declared import is_interface, shown
from digest.facts.interface.nodes import ancestor, arguments, field, only, string_of, text_of
from digest.facts.syntax import captures, pieces
from digest.model import Evidence, InterfaceChange

if TYPE_CHECKING:
    import tree_sitter

    from digest.facts.diffs import FileDiff
    from digest.facts.interface.nodes import Match
    from digest.facts.syntax import Piece

_PLACE = re.compile(r"(?:^|/)(?:migrations?|alembic)/.*\.py$")
_GATE = re.compile(rb"\bop\.[a-z]|migrations\.[A-Z]")
_QUERY = """
(call function: (attribute object: (identifier) @on attribute: (identifier) @name)
  arguments: (argument_list) @arguments (#match? @on "^(op|batch_op|migrations)$")) @call
"""
_ADDS = frozenset(["add_column", "create_table", "AddField", "CreateModel"])
_DROPS = frozenset(["drop_column", "drop_table", "RemoveField", "DeleteModel"])
_ALTERS = frozenset(["alter_column", "AlterField"])
_RENAMES = frozenset(["rename_table", "RenameField", "RenameModel"])


def table_changes(file: FileDiff) -> list[InterfaceChange]:
    """What a migration does to tables and columns on its way up.

    Arguments:
        file: any changed file; one that is no migration changes nothing.
    """
    path = file.change.path
    if not _PLACE.search(path) or file.change.status == "D" or not is_interface(file):
        return []
    found, _ = pieces(file, "new", _GATE)
    changes: list[InterfaceChange] = []
    for piece in found:
        for match in captures(piece, _QUERY):
            call = only(match, "call")
            function = ancestor(call, "function_definition")
            name = text_of(piece, field(function, "name"))
            if piece.changed(call) and not name.startswith(("downgrade", "backward", "reverse")):
                changes += _changes(piece, match, path)
    return changes


def _changes(piece: Piece, match: Match, path: str) -> Iterator[InterfaceChange]:
    verb = piece.source(only(match, "name"))
    places, names = arguments(piece, only(match, "arguments"))
    here = Evidence(path=path, line=piece.line(only(match, "call")))
    target = _target(piece, verb, places, names)
    if target is None:
        return
    if verb in _ADDS:
        yield _change(target, None, _type(piece, places, names), here)
    elif verb in _DROPS:
        yield _change(target, "", None, here)
    elif verb in _ALTERS:
        yield _change(target, "", _type(piece, places, names), here)
    elif verb in _RENAMES:
        old = _text(piece, names, "old_name") or _at(piece, places, -2)
        new = _text(piece, names, "new_name") or _at(piece, places, -1)
        if old and new:
            table = target.rpartition(".")[0] if "." in target else "table "
            joint = "." if "." in target else ""
            yield InterfaceChange(
                what="schema",
                name=f"{table}{joint}{new}",
                before="",
                after="",
                previous_name=f"{table}{joint}{old}",
                evidence=(here,),
            )


def _target(
    piece: Piece, verb: str, places: list[tree_sitter.Node], names: dict[str, tree_sitter.Node]
) -> str | None:
    """The table or column that a step is about."""
    table = _text(piece, names, "model_name") or _text(piece, names, "table_name")
    if verb in {
        "create_table",
        "drop_table",
        "rename_table",
        "CreateModel",
        "DeleteModel",
        "RenameModel",
    }:
        table = (
            _text(piece, names, "name") or _text(piece, names, "old_name") or _at(piece, places, 0)
        )
        return f"table {table}" if table else None
    table = table or _at(piece, places, 0)
    column = _text(piece, names, "name") or _text(piece, names, "column_name")
    column = column or _text(piece, names, "old_name") or _at(piece, places, 1)
    if column is None and len(places) > 1 and places[1].type == "call":
        inner, _ = arguments(piece, field(places[1], "arguments"))
        column = _at(piece, inner, 0)
    return f"table {table}.{column}" if table and column else None


def _type(piece: Piece, places: list[tree_sitter.Node], names: dict[str, tree_sitter.Node]) -> str:
    node = names.get("field") or names.get("type_")
    if node is None and len(places) > 1 and places[1].type == "call":
        inner, _ = arguments(piece, field(places[1], "arguments"))
        node = inner[1] if len(inner) > 1 else None
    return text_of(piece, node)


def _text(piece: Piece, names: dict[str, tree_sitter.Node], key: str) -> str | None:
    return string_of(piece, names.get(key))


def _at(piece: Piece, places: list[tree_sitter.Node], index: int) -> str | None:
    return string_of(piece, places[index]) if -len(places) <= index < len(places) else None


def _change(name: str, before: str | None, after: str | None, here: Evidence) -> InterfaceChange:
    return InterfaceChange(
        what="schema",
        name=name,
        before=before,
        after=None if after is None else shown(name, after),
        evidence=(here,),
    )
