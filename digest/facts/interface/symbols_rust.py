"""Public declarations of Rust modules."""

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
from digest.facts.syntax import Starts, Within, whole_text

if TYPE_CHECKING:
    import tree_sitter

GATE = Starts(
    rb"[ \t]+(?:mut[ \t]+|_)?[a-z]\w*:[^\n]{1,300},$|[ \t]*\)[ \t]*->"
    rb"|[ \t]+[A-Z]\w*(?:[ \t]*[({=][^\n]{0,300})?[,{(]$",
    words=(b"pub", b"fn", b"trait", b"impl", b"#[py"),
    anywhere=rb"\b(?:pub|fn|trait|impl)\b|\#\[py",
)
"""Visible items, parameters, variants."""
WITHIN = Within(
    declares=re.compile(rb"\b(?:pub|fn|trait)\b|^[ \t]+[A-Z]\w*[ \t]*(?:[({=,]|$)", re.MULTILINE),
    # A signature that ends on its own line is above a body.
    owners=re.compile(
        rb"\b(?:enum|trait)\b|\bfn\b(?!.*\)[^()]*\{[ \t]*\Z)|^[ \t]+[A-Z]\w*[ \t]*[({][ \t]*\Z"
    ),
    outside=re.compile(rb"\bfn\b|\bcfg\((?:all\()?test\b|\bmod[ \t]+tests\b"),
    # What looks like a variant is mostly a value.
    plainly=re.compile(rb"\b(?:pub|fn|trait)\b"),
)

_KINDS: dict[str, SymbolKind] = {
    "function_item": "function",
    "function_signature_item": "function",
    "struct_item": "class",
    "union_item": "class",
    "enum_item": "class",
    "trait_item": "class",
    "type_item": "type",
    "const_item": "constant",
    "static_item": "constant",
}
_FOREIGN = re.compile(r"\b(?:pyfunction|no_mangle|wasm_bindgen|unsafe\(no_mangle\))")
_TEST = re.compile(r"\bcfg\((?:all\()?test\b|\btest\b\]|doc\(hidden\)|\btokio::test\b")
_ENVIRONMENT = re.compile(r'&(?:\'static )?str = "[A-Z][A-Z0-9_]+"\Z')


def declarations(found: Found) -> None:
    """Note the public declarations of a piece."""
    _walk(found, found.piece.root)


def _walk(found: Found, node: tree_sitter.Node) -> None:
    attributes: list[str] = []
    for inner in node.children:
        if inner.type == "attribute_item":
            attributes.append(text_of(inner))
            continue
        if "comment" in inner.type:
            continue
        marks, attributes = " ".join(attributes), []
        if not inner.is_named or _TEST.search(marks):
            continue
        if inner.type == "mod_item":
            body = child(inner, "body")
            if body is not None and _public(inner) and text_of(child(inner, "name")) != "tests":
                _walk(found, body)
        elif inner.type == "impl_item":
            _implementation(found, inner, marks)
        elif inner.type in _KINDS and (_public(inner) or _FOREIGN.search(marks)):
            _item(found, inner, "")


def _item(found: Found, node: tree_sitter.Node, owner: str) -> None:
    name_node = child(node, "name")
    if name_node is None:
        return
    kind, name = _KINDS[node.type], text_of(name_node)
    qualified = f"{owner}::{name}" if owner else name
    body = child(node, "body")
    if kind == "constant":
        value = child(node, "value")
        text = signature(found.piece, node, value)
        shown = text_of(value)
        if _ENVIRONMENT.search(f"{text} = {shown}"):
            return  # the name of an environment variable or the like, which is told as such
        text += f" = {shown}" if LITERAL.fullmatch(shown) else ""
    elif kind == "class":
        parameters = text_of(child(node, "type_parameters"))
        text = even(f"pub {node.type.removesuffix('_item')} {name}{parameters}")
    else:
        text = signature(found.piece, node, body)
    found.add(kind, qualified, name_node, text, owner=owner)
    if body is not None and node.type in {"trait_item", "enum_item"}:
        _members(found, body, qualified)


def _members(found: Found, body: tree_sitter.Node, owner: str) -> None:
    for inner in body.named_children:
        if inner.type == "enum_variant":
            name = child(inner, "name")
            if name is not None:
                found.add(
                    "variant",
                    f"{owner}::{text_of(name)}",
                    name,
                    signature(found.piece, inner, None),
                    owner=owner,
                )
        elif inner.type in _KINDS:
            _item(found, inner, owner)


def _implementation(found: Found, node: tree_sitter.Node, marks: str) -> None:
    body, owner = child(node, "body"), _type_name(child(node, "type"))
    if child(node, "trait") is not None or body is None or not owner:
        return
    attributes: list[str] = []
    for inner in body.children:
        if inner.type == "attribute_item":
            attributes.append(text_of(inner))
            continue
        if "comment" in inner.type:
            continue
        own, attributes = " ".join(attributes), []
        if inner.type not in _KINDS or _TEST.search(own):
            continue
        name = text_of(child(inner, "name"))
        if _public(inner) or (not name.startswith("__") and _for_python(found, marks, owner)):
            _item(found, inner, owner)


def _for_python(found: Found, marks: str, owner: str) -> bool:
    """Whether an ``impl`` block is one that PyO3 shows to Python."""
    piece = found.piece
    if marks or piece.around.whole:
        return "pymethods" in marks
    # The hunk does not show what is above the block.
    text = whole_text(found.file, piece.side)
    if text is None or b"pymethods" not in text.data:
        return False
    return any(
        text.line(number - 1).strip() == b"#[pymethods]"
        for number, line in text.lines_with(owner.encode())
        if line.startswith(b"impl")
    )


def _type_name(node: tree_sitter.Node | None) -> str:
    while node is not None and node.type == "generic_type":
        node = child(node, "type")
    return text_of(node).rpartition("::")[2] if node is not None and "type" in node.type else ""


def _public(node: tree_sitter.Node) -> bool:
    return any(
        one.type == "visibility_modifier" and text_of(one) == "pub" for one in node.children[:3]
    )
