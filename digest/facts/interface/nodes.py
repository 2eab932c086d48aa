"""What the readers of source code ask of the parser's nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import tree_sitter

    from digest.facts.syntax import Piece
    from digest.model import What

_STRINGS = frozenset(
    [
        "string", "string_literal", "raw_string_literal", "interpreted_string_literal",
        "template_string",
    ]
)  # fmt: skip
_PARTS = frozenset(["interpolation", "template_substitution", "ERROR"])
_LITERAL = re.compile(r"(?:[rRbBuULc]{0,2})#{0,3}(\"\"\"|'''|[\"'`])(.*)\1#{0,3}", re.DOTALL)
_COMMENTS = frozenset(["comment", "line_comment", "block_comment"])
UPPERCASE = re.compile(r"_?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_?")
"""What environment variables are called."""


class Found(NamedTuple):
    """One named thing in a piece of source code."""

    what: What
    name: str
    value: str
    node: tree_sitter.Node
    """The whole declaration."""
    parent: str = ""
    use: bool = False


class Scene(NamedTuple):
    """A piece, with what its file says around it."""

    piece: Piece
    path: str
    content: Callable[[], str]
    """The whole file of that side; empty where it is not at hand."""
    blocks: Callable[[], Sequence[tree_sitter.Node]]
    """The functions and modules of Rust in the piece, in their order.

    The parser finds the parent of a node from the root down, so whoever climbs from every call of
    a long chain takes the cube of its length.
    """


Match = dict[str, list["tree_sitter.Node"]]
Reader = Callable[[Scene, Match], Iterator[Found]]


class Rule(NamedTuple):
    """How one kind of thing is declared in one language."""

    hints: re.Pattern[bytes]
    """Without it in a piece there is nothing to find."""
    query: str
    read: Reader


def string_of(piece: Piece, node: tree_sitter.Node | None) -> str | None:
    """The content of a plain string; None for anything else."""
    if node is None or node.type not in _STRINGS:
        return None
    if any(child.type in _PARTS for child in node.children):
        return None
    match = _LITERAL.fullmatch(piece.source(node))
    return match[2] if match else None


def values(node: tree_sitter.Node | None) -> list[tree_sitter.Node]:
    """The arguments of a call, without comments."""
    if node is None:
        return []
    return [child for child in node.named_children if child.type not in _COMMENTS]


def arguments(
    piece: Piece, node: tree_sitter.Node | None
) -> tuple[list[tree_sitter.Node], dict[str, tree_sitter.Node]]:
    """The arguments of a Python call: those by place, and those by name."""
    places, names = [], {}
    for child in values(node):
        if child.type == "keyword_argument":
            name, value = child.child_by_field_name("name"), child.child_by_field_name("value")
            if name is not None and value is not None:
                names[piece.source(name)] = value
        else:
            places.append(child)
    return places, names


def ancestor(node: tree_sitter.Node, *types: str) -> tree_sitter.Node | None:
    """The nearest node around one of such a type."""
    above = node.parent
    while above is not None and above.type not in types:
        above = above.parent
    return above


def field(node: tree_sitter.Node | None, name: str) -> tree_sitter.Node | None:
    """A part of a node by its name in the grammar."""
    return None if node is None else node.child_by_field_name(name)


def text_of(piece: Piece, node: tree_sitter.Node | None) -> str:
    """The source of a node; empty where there is none."""
    return "" if node is None else piece.source(node)


def only(match: Match, name: str) -> tree_sitter.Node:
    """The one node that a query captured under a name."""
    return match[name][0]


def kebab(name: str) -> str:
    """``snake_case`` as command lines write it."""
    return name.strip("_").replace("_", "-")
