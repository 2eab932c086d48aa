"""Exported declarations of Go packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.interface.symbols_model import LITERAL, Found, child, even, signature, text_of
from digest.facts.syntax import Within

if TYPE_CHECKING:
    import tree_sitter

GATE = re.compile(
    rb"^func\b|^type\b|^(?:const|var)[ \t]|^\t[A-Z]\w*(?:\(|[ \t]*=|[ \t]+\w+[ \t]*=|$)"
    rb"|^\t[a-z]\w*[ \t]+[^\n=:(]{1,200},$|^\)[^\n]*\{$",
    re.MULTILINE,
)
"""Top-level declarations, members of groups and interfaces, parameters."""
WITHIN = Within(
    declares=re.compile(rb"^(?:func|type|const|var)\b|^\t[A-Z]\w*", re.MULTILINE),
    owners=re.compile(rb"^(?:func|const|var)\b|^type\b.*\binterface\b"),
    outside=re.compile(rb"^func\b"),
)


def declarations(found: Found) -> None:
    """Note the exported declarations of a piece."""
    for node in found.piece.root.named_children:
        if node.type == "function_declaration":
            _function(found, node, "")
        elif node.type == "method_declaration":
            receiver = re.search(r"(\w+)(?:\[[^\]]*\])?\s*\)\Z", text_of(child(node, "receiver")))
            if receiver and receiver[1][:1].isupper():
                _function(found, node, receiver[1])
        elif node.type == "type_declaration":
            for inner in node.named_children:
                _type(found, inner)
        elif node.type in {"const_declaration", "var_declaration"}:
            _constants(found, node)


def _function(found: Found, node: tree_sitter.Node, owner: str) -> None:
    name = child(node, "name")
    if name is not None and text_of(name)[:1].isupper():
        qualified = f"{owner}.{text_of(name)}" if owner else text_of(name)
        text = signature(found.piece, node, child(node, "body"))
        found.add("function", qualified, name, text, owner=owner)


def _type(found: Found, node: tree_sitter.Node) -> None:
    name, inner = child(node, "name"), child(node, "type")
    if name is None or inner is None or not text_of(name)[:1].isupper():
        return
    owner = text_of(name)
    if inner.type not in {"struct_type", "interface_type"}:
        found.add("type", owner, name, even(f"type {text_of(node)}"))
        return
    found.add("class", owner, name, f"type {owner} {inner.type.removesuffix('_type')}")
    for member in inner.named_children:
        if member.type == "method_elem":
            title = child(member, "name")
            if title is not None and text_of(title)[:1].isupper():
                text = signature(found.piece, member, None)
                found.add("function", f"{owner}.{text_of(title)}", title, text, owner=owner)


def _constants(found: Found, node: tree_sitter.Node) -> None:
    word = node.type.partition("_")[0]
    specs = [one for one in node.named_children if one.type.endswith("_spec")]
    for group in node.named_children:
        if group.type.endswith("_spec_list"):
            specs += group.named_children
    for spec in specs:
        name = child(spec, "name")
        if name is None or not text_of(name)[:1].isupper():
            continue
        value = text_of(child(spec, "value"))
        shown = f" = {value}" if LITERAL.fullmatch(value) else ""
        hint = text_of(child(spec, "type"))
        found.add("constant", text_of(name), name, even(f"{word} {text_of(name)} {hint}") + shown)
