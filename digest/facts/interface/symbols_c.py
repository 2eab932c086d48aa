"""Declarations in the headers of C and C++."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.interface.symbols_model import Found, child, even, signature, text_of
from digest.facts.syntax import Within

if TYPE_CHECKING:
    import tree_sitter

GATE = re.compile(
    rb"^[ \t]*(?:typedef[ \t]+)?(?:class|struct|union|enum|using|namespace)\b|\w[ \t]*\("
    rb"|^[ \t]+(?:const[ \t]+)?[\w:<>]+[ \t*&]+\w+(?:[ \t]*=[^\n]{1,100})?(?:,|\)[^\n]{0,40}[;{])$",
    re.MULTILINE,
)
"""Types, whatever has parentheses, parameters."""
WITHIN = Within(
    declares=re.compile(
        rb"^[ \t]*(?:typedef[ \t]+)?(?:class|struct|union|enum|using)\b"
        rb"|\w[ \t]*\([^\n]*(?:[,{;)(]|const)[ \t]*$",
        re.MULTILINE,
    ),
    owners=re.compile(rb"\w[ \t]*\("),
    outside=re.compile(rb"^[^:]*\w\([^;]*\{[ \t]*$"),
)

_CLASSES = {"class_specifier": "class", "struct_specifier": "struct", "union_specifier": "union"}
_THROUGH = frozenset(
    {
        "translation_unit", "linkage_specification", "declaration_list", "preproc_if",
        "preproc_ifdef", "preproc_else", "preproc_elif",
    }
)  # fmt: skip
_INNER = re.compile(
    r"\A(?:detail|details|internal|impl|_\w*|anonymous)?\Z|_(?:detail|impl|internal)\Z"
)
_HIDDEN = re.compile(r"\b(?:static|friend|__device__|__global__|__launch_bounds__)\b")
"""Words of what nobody calls from elsewhere; what runs on the device is called by its launcher."""


def declarations(found: Found) -> None:
    """Note the declarations of a piece of a header."""
    for inner in found.piece.root.children:
        _declaration(found, inner, "", None)


def _declaration(
    found: Found, node: tree_sitter.Node, owner: str, template: tree_sitter.Node | None
) -> None:
    kind = node.type
    if kind in _THROUGH:
        for part in node.children:
            _declaration(found, part, owner, template)
    elif kind == "namespace_definition":
        body = child(node, "body")
        if body is not None and not _INNER.search(text_of(child(node, "name"))):
            _declaration(found, body, owner, None)
    elif kind == "template_declaration":
        for part in node.named_children:
            if "parameter" not in part.type:
                _declaration(found, part, owner, node)
    elif kind in _CLASSES:
        _class(found, node, owner)
    elif kind in {"enum_specifier", "alias_declaration"}:
        _type(found, node, owner)
    elif kind in {"declaration", "function_definition", "field_declaration"}:
        inner = child(node, "type")
        if inner is not None and inner.type in {*_CLASSES, "enum_specifier"}:
            _declaration(found, inner, owner, template)
        _function(found, node, owner, template)


def _type(found: Found, node: tree_sitter.Node, owner: str) -> None:
    name = child(node, "name")
    if name is None:
        return
    qualified = _join(owner, text_of(name))
    if node.type == "alias_declaration":
        if found.piece.root.has_error:
            return  # perhaps inside of a function whose header could not be read
        found.add("type", qualified, name, even(text_of(node)), owner=owner)
    elif child(node, "body") is not None:
        found.add("class", qualified, name, f"enum {text_of(name)}", owner=owner)


def _class(found: Found, node: tree_sitter.Node, owner: str) -> None:
    name, body = child(node, "name"), child(node, "body")
    if name is None or body is None or name.type != "type_identifier":
        return  # named in passing, or a specialisation
    word = _CLASSES[node.type]
    qualified = _join(owner, text_of(name))
    found.add("class", qualified, name, f"{word} {text_of(name)}", owner=owner)
    visible = word != "class"
    for inner in body.children:
        if inner.type == "access_specifier":
            visible = text_of(inner).startswith("public")
        elif visible:
            _declaration(found, inner, qualified, None)


def _function(
    found: Found, node: tree_sitter.Node, owner: str, template: tree_sitter.Node | None
) -> None:
    inner = child(node, "declarator")
    while inner is not None and inner.type in {"pointer_declarator", "reference_declarator"}:
        inner = child(inner, "declarator") or next(iter(inner.named_children), None)
    if inner is None or inner.type != "function_declarator":
        return
    name = child(inner, "declarator")
    if name is None or name.type not in {"identifier", "field_identifier"}:
        return  # a definition outside of its class, an operator, a pointer to a function
    if child(node, "type") is None and text_of(name) != owner.rpartition("::")[2]:
        return  # the call of a macro
    text = signature(found.piece, template or node, child(node, "body"))
    if not _HIDDEN.search(text.partition(text_of(name))[0]) and not text_of(name).startswith("__"):
        found.add("function", _join(owner, text_of(name)), name, text, owner=owner)


def _join(owner: str, name: str) -> str:
    return f"{owner}::{name}" if owner else name
