"""What a declaration is, whatever the language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    import tree_sitter

    from digest.facts.diffs import FileDiff
    from digest.facts.syntax import Piece

SymbolKind = Literal["class", "function", "type", "constant", "variant"]
"""What sort of thing is declared: a class is whatever has members."""

LITERAL = re.compile(
    r"-?[\d.][\w.]{0,30}|\"[^\"\n]{0,60}\"|'[^'\n]{0,60}'|True|False|None|true|false"
)
"""A value that is told with a constant."""

_SPACE = re.compile(r"\s+")
_TIGHT = re.compile(r"(?<=[(\[{]) | (?=[)\]},;])")
_LAST_COMMA = re.compile(r",(?=[)\]}>])")
_LOOSE = re.compile(r"\s+(?=[^\w\s])|(?<=[^\w\s])\s+")


class Symbol(msgspec.Struct, frozen=True, eq=False):
    """A public declaration on one side of a file."""

    kind: SymbolKind
    name: str
    """With the names of the classes around it, as users of the language write it."""
    owner: str
    """The name of the class around it; empty for none."""
    signature: str
    """On one line, formatted evenly."""
    line: int
    fresh: bool
    """Whether the line of its name is changed on that side."""
    piece: Piece
    file: FileDiff

    @property
    def key(self) -> str:
        """What two equal signatures have in common, however they are formatted."""
        return key_of(self.signature)

    @property
    def short(self) -> str:
        """Its own name, without those of the classes around it."""
        return re.split(r"\.|::", self.name)[-1]


class Found(msgspec.Struct):
    """Collects the declarations of a piece."""

    piece: Piece
    file: FileDiff
    symbols: list[Symbol] = msgspec.field(default_factory=list)

    def add(
        self,
        kind: SymbolKind,
        name: str,
        node: tree_sitter.Node,
        signature: str,
        *,
        owner: str = "",
    ) -> None:
        """Note a declaration.

        Arguments:
            kind: what sort of thing it is.
            name: qualified.
            node: its name, which tells the line.
            signature: as :func:`signature` gives it.
            owner: the qualified name of the class around it.
        """
        self.symbols.append(
            Symbol(
                kind,
                name,
                owner,
                signature,
                self.piece.line(node),
                self.piece.changed(node),
                self.piece,
                self.file,
            )
        )


def child(node: tree_sitter.Node, field_name: str) -> tree_sitter.Node | None:
    """The child of a node in a field."""
    return node.child_by_field_name(field_name)


def text_of(node: tree_sitter.Node | None) -> str:
    """The text of a node; empty for none."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def signature(piece: Piece, node: tree_sitter.Node, end: tree_sitter.Node | None) -> str:
    """The text of a declaration up to its body, on one line.

    Arguments:
        piece: what the node is of.
        node: the declaration.
        end: what is left away with all behind it: the body.
    """
    stop = node.end_byte if end is None else end.start_byte
    parts, place = [], node.start_byte
    for comment in _comments(node, stop):
        parts.append(piece.text[place : comment.start_byte])
        place = comment.end_byte
    parts.append(piece.text[place:stop])
    return even(b" ".join(parts).decode("utf-8", "replace"))


def even(text: str) -> str:
    """A text on one line, formatted evenly."""
    line = _SPACE.sub(" ", text).strip(" ;{:=,")
    return _LAST_COMMA.sub("", _TIGHT.sub("", line))


def key_of(text: str) -> str:
    """A signature without what formatters decide."""
    return _LAST_COMMA.sub("", _LOOSE.sub("", text)).replace("'", '"')


def parameters_of(text: str) -> tuple[str, list[str], str] | None:
    """What stands before the parameters of a signature, the parameters, and what follows them.

    Arguments:
        text: the signature; None is returned where it has no closed brackets.
    """
    start = text.find("(")
    if start < 0:
        return None
    depth, place, found = 0, start + 1, []
    for index in range(start, len(text)):
        mark = text[index]
        if mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        if (mark == "," and depth == 1) or depth == 0:
            found.append(text[place:index].strip())
            place = index + 1
        if depth == 0:
            return text[: start + 1], found, text[index:]
    return None


def _comments(node: tree_sitter.Node, stop: int) -> Iterator[tree_sitter.Node]:
    for inner in node.children:
        if inner.start_byte >= stop:
            return
        if "comment" in inner.type:
            yield inner
        elif inner.child_count and (b"#" in (inner.text or b"") or b"/" in (inner.text or b"")):
            yield from _comments(inner, stop)
