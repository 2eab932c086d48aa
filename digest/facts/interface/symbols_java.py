"""Public and protected declarations of Java classes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.interface.symbols_model import LITERAL, Found, child, even, signature, text_of
from digest.facts.syntax import Within

if TYPE_CHECKING:
    import tree_sitter

GATE = re.compile(
    rb"\b(?:public|protected|class|interface|enum|record)\b|^[ \t]+[\w<>\[\].]+[ \t]+\w+\("
    rb"|^[ \t]+(?:final[ \t]+)?[\w<>\[\].]+[ \t]+\w+[,)]",
    re.MULTILINE,
)
"""Visible declarations, methods of interfaces, parameters."""
WITHIN = Within(
    declares=re.compile(rb"\b(?:public|protected|class|interface|enum|record)\b|\w\("),
    owners=re.compile(rb"\b(?:public|protected|interface)\b|^[ \t]+[\w<>\[\]., ]+\("),
    outside=re.compile(rb"^[^@]*\)[^;]*\{[ \t]*$"),
)

_CLASSES = frozenset(
    {
        "class_declaration",
        "interface_declaration",
        "enum_declaration",
        "record_declaration",
        "annotation_type_declaration",
    }
)
_BODIES = frozenset({"class_body", "interface_body", "enum_body", "enum_body_declarations"})
_ANNOTATION = re.compile(r"@\w+(?:\([^()]{0,200}\))? ")


def declarations(found: Found) -> None:
    """Note the public and protected declarations of a piece."""
    _walk(found, found.piece.root, "", all_public=False)


def _walk(found: Found, node: tree_sitter.Node, owner: str, *, all_public: bool) -> None:
    for inner in node.named_children:
        if inner.type in _BODIES:
            _walk(found, inner, owner, all_public=all_public)
            continue
        words = next((text_of(one) for one in inner.children if one.type == "modifiers"), "")
        seen = re.search(r"\b(?:public|protected)\b", words) is not None
        if not seen and not (all_public and "private" not in words):
            continue
        if inner.type in _CLASSES:
            _class(found, inner, owner)
        elif inner.type in {"method_declaration", "constructor_declaration"} and owner:
            _method(found, inner, owner)
        elif inner.type in {"field_declaration", "constant_declaration"} and owner:
            _field(found, inner, owner, static="static" in words or all_public)


def _class(found: Found, node: tree_sitter.Node, owner: str) -> None:
    name_node, body = child(node, "name"), child(node, "body")
    if name_node is None:
        return
    name = text_of(name_node)
    qualified = f"{owner}.{name}" if owner else name
    word = node.type.partition("_")[0]
    found.add("class", qualified, name_node, f"{word} {name}", owner=owner)
    if body is not None:
        _walk(found, body, qualified, all_public=word in {"interface", "annotation"})


def _method(found: Found, node: tree_sitter.Node, owner: str) -> None:
    name_node = child(node, "name")
    if name_node is None:
        return
    text = _ANNOTATION.sub("", signature(found.piece, node, child(node, "body")))
    made = node.type == "constructor_declaration"
    name = owner if made else f"{owner}.{text_of(name_node)}"
    found.add("function", name, name_node, text, owner=owner)


def _field(found: Found, node: tree_sitter.Node, owner: str, *, static: bool) -> None:
    declared = child(node, "declarator")
    name_node = child(declared, "name") if declared is not None else None
    if declared is None or name_node is None or not static:
        return
    value = text_of(child(declared, "value"))
    shown = f" = {value}" if LITERAL.fullmatch(value) else ""
    text = even(f"{text_of(child(node, 'type'))} {text_of(name_node)}") + shown
    found.add("constant", f"{owner}.{text_of(name_node)}", name_node, text, owner=owner)
