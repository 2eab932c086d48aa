"""What a default comes to where the environment says nothing.

``default=int(os.environ.get("APP_PORT", "8000"))`` is 8000 for whoever sets nothing, the same
as ``default=8000`` with the variable named beside it.  Told as their source text, the two would
look like another default.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from digest.facts.interface.environment import reads
from digest.facts.interface.nodes import (
    UPPERCASE,
    arguments,
    field,
    string_of,
    text_of,
    values,
)

if TYPE_CHECKING:
    import tree_sitter

    from digest.facts.syntax import Piece

_NUMBER = re.compile(r"[-+]?\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?")
_FALSE = re.compile(r"None|False|\"\"|''|\[\s*\]|\{\s*\}|\(\s*\)")
_ZERO = re.compile(r"[-+]?[0_]+(?:\.0*)?(?:[eE].*)?")
_CASTS = frozenset(["int", "float", "str"])
_CASES: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
}
_DEPTH = 8
"""Expressions in one another that are followed."""


def fallback(piece: Piece, node: tree_sitter.Node | None) -> str:
    """The source of a Python default, without the environment that may replace it.

    Arguments:
        piece: what the node is of.
        node: the expression; None gives an empty text.

    Returns:
        The expression as it stands where no variable is read in it, or where it is not clear what
        it comes to.
    """
    source = text_of(piece, node)
    if node is None or "env" not in source.casefold():
        return source
    found = _settled(piece, node, _DEPTH)
    return source if found is None else found


def _settled(piece: Piece, node: tree_sitter.Node, depth: int) -> str | None:
    """What an expression comes to, as source; None where that is not clear."""
    if depth == 0:
        return None
    if node.type == "parenthesized_expression":
        inner = values(node)
        return _settled(piece, inner[0], depth - 1) if len(inner) == 1 else None
    if node.type == "call":
        return _called(piece, node, depth)
    if node.type == "comparison_operator":
        return _compared(piece, node, depth)
    if node.type == "boolean_operator":
        return _chosen(piece, node, depth)
    source = piece.source(node)
    # A plain text such as ``".env"`` reads nothing.
    plain = string_of(piece, node) is not None or "env" not in source.casefold()
    return source if plain else None


def _called(piece: Piece, node: tree_sitter.Node, depth: int) -> str | None:
    function = field(node, "function")
    places, names = arguments(piece, field(node, "arguments"))
    name = text_of(piece, function)
    if places and reads(name) and _names_variable(piece, places[0]):
        default = names.get("default") or (places[1] if len(places) > 1 else None)
        return "None" if default is None else _settled(piece, default, depth - 1)
    if name in _CASTS and len(places) == 1 and not names:
        inner = _settled(piece, places[0], depth - 1)
        if inner == "None":
            return None  # ``int(None)`` raises, and ``str(None)`` is a text
        number = _string(inner)
        return number if number is not None and _NUMBER.fullmatch(number) else inner
    case = _CASES.get(name.rpartition(".")[2])
    on = field(function, "object")
    if case is None or on is None or places or names:
        return None
    inner = _string(_settled(piece, on, depth - 1))
    return None if inner is None else f'"{case(inner)}"'


def _names_variable(piece: Piece, node: tree_sitter.Node) -> bool:
    """Tell whether something is the name of a variable, or a constant that holds one."""
    named = string_of(piece, node) or piece.source(node).rpartition(".")[2]
    return UPPERCASE.fullmatch(named) is not None


def _compared(piece: Piece, node: tree_sitter.Node, depth: int) -> str | None:
    """``… == "true"`` and ``… in ("1", "true")``."""
    sides = values(node)
    if len(sides) != 2:  # noqa: PLR2004 - a chain is not followed
        return None
    left = _string(_settled(piece, sides[0], depth - 1))
    operator = " ".join(child.type for child in node.children if not child.is_named)
    right = sides[1]
    if left is None:
        return None
    if operator == "==" and (text := string_of(piece, right)) is not None:
        return str(left == text)
    if operator == "in" and right.type in {"tuple", "list", "set"}:
        return str(left in [string_of(piece, item) for item in values(right)])
    return None


def _chosen(piece: Piece, node: tree_sitter.Node, depth: int) -> str | None:
    """``os.environ.get("X") or 1``."""
    left, right = field(node, "left"), field(node, "right")
    if left is None or right is None or text_of(piece, field(node, "operator")) != "or":
        return None
    first = _settled(piece, left, depth - 1)
    truth = None if first is None else _truth(first)
    if truth is None:
        return None
    return first if truth else _settled(piece, right, depth - 1)


def _truth(source: str) -> bool | None:
    """Whether Python takes a literal for true; None for all else."""
    if _FALSE.fullmatch(source):
        return False
    if _NUMBER.fullmatch(source):
        return _ZERO.fullmatch(source) is None
    return True if source == "True" or _string(source) else None


def _string(source: str | None) -> str | None:
    """The content of a string's source; None for anything else."""
    quoted = re.fullmatch(r"([\"'])([^\"'\\]*)\1", source or "")
    return quoted[2] if quoted else None
