"""Exported declarations of JavaScript and TypeScript modules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.interface.symbols_model import (
    LITERAL,
    Found,
    SymbolKind,
    child,
    even,
    signature,
    text_of,
)
from digest.facts.syntax import Within

if TYPE_CHECKING:
    import tree_sitter

GATE = re.compile(
    rb"^[ \t]*export\b|^[ \t]+(?:(?:public|static|async|abstract|readonly|get|set)[ \t]+){0,4}"
    rb"[\w$]+(?:<[^\n]{0,100}>)?\([^\n]*[{},(;]$|^[ \t]+[\w$]+\??:[^\n]{1,300},$"
    rb"|^[ \t]*\)[^\n]{0,200}\{$",
    re.MULTILINE,
)
"""Exports, methods, parameters and the ends of signatures."""
WITHIN = Within(
    declares=re.compile(
        rb"\bexport\b|^[ \t]+[\w$]+(?:<[^\n]{0,100}>)?\(|^[ \t]+(?:public|static|async|abstract)\b",
        re.MULTILINE,
    ),
    owners=re.compile(rb"\bexport\b|^[ \t]+[\w$ ]+(?:<[^\n]{0,100}>)?\("),
    outside=re.compile(rb"\bfunction\b|=>[ \t]*\{"),
)

_KINDS: dict[str, SymbolKind] = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "function_signature": "function",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "interface_declaration": "class",
    "enum_declaration": "class",
    "type_alias_declaration": "type",
}
_METHODS = frozenset({"method_definition", "method_signature", "abstract_method_signature"})
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function"})


def declarations(found: Found) -> None:
    """Note the exported declarations of a piece."""
    _walk(found, found.piece.root)


def _walk(found: Found, node: tree_sitter.Node) -> None:
    for inner in node.named_children:
        if inner.type != "export_statement":
            continue
        declared = child(inner, "declaration")
        if declared is not None and declared.type == "ambient_declaration":
            declared = next(iter(declared.named_children), None)
        if declared is None:
            continue
        if declared.type in {"lexical_declaration", "variable_declaration"}:
            _variables(found, declared)
        elif declared.type in _KINDS:
            _declaration(found, declared)


def _declaration(found: Found, node: tree_sitter.Node) -> None:
    name_node, body = child(node, "name"), child(node, "body")
    if name_node is None:
        return
    kind, name = _KINDS[node.type], text_of(name_node)
    if kind == "class":
        word = re.sub(r"(?:abstract_)?(\w+)_declaration", r"\1", node.type)
        found.add(
            "class", name, name_node, f"{word} {name}{text_of(child(node, 'type_parameters'))}"
        )
        if body is not None and word == "class":
            _methods(found, body, name)
    else:
        found.add(kind, name, name_node, signature(found.piece, node, body))


def _methods(found: Found, body: tree_sitter.Node, owner: str) -> None:
    for inner in body.named_children:
        name_node = child(inner, "name") if inner.type in _METHODS else None
        if name_node is None or name_node.type == "private_property_identifier":
            continue
        name, text = text_of(name_node), signature(found.piece, inner, child(inner, "body"))
        if name.startswith("_") or re.match(r"(?:private|protected|set)\b", text):
            continue
        found.add("function", f"{owner}.{name}", name_node, text, owner=owner)


def _variables(found: Found, node: tree_sitter.Node) -> None:
    for inner in node.named_children:
        name_node, value = child(inner, "name"), child(inner, "value")
        if (
            inner.type != "variable_declarator"
            or name_node is None
            or name_node.type != "identifier"
        ):
            continue
        name, hint = text_of(name_node), text_of(child(inner, "type"))
        if value is not None and value.type in _FUNCTIONS:
            text = signature(found.piece, inner, child(value, "body"))
            found.add("function", name, name_node, text.removesuffix("=>").strip())
        else:
            shown = f" = {text_of(value)}" if LITERAL.fullmatch(text_of(value)) else ""
            found.add("constant", name, name_node, even(f"const {name}{hint}") + shown)
