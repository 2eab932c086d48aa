"""Public declarations of Python modules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.interface.symbols_model import LITERAL, Found, child, even, signature, text_of
from digest.facts.syntax import Starts, Within

if TYPE_CHECKING:
    import tree_sitter

GATE = Starts(
    rb"[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]"
    rb"|[ \t]*@(?:property|staticmethod|classmethod|(?:typing\.)?overload|\w*cached_property)\b"
    rb"|(?![ \t]*(?:if|elif|for|while|with|except)\b)[^\n]{0,400}\)"
    rb"(?:[ \t]*->[^\n]{1,300})?:[ \t]*$"
    rb"|[A-Z]\w*[ \t]*[:=]|type[ \t]"
    rb"|[ \t]+\*{0,2}[a-z_]\w*[ \t]*(?:[:=][^\n]{1,500})?,[ \t]*(?:\#[^\n]*)?$"
)
"""Headers, decorators that make a signature, ends and parameters of signatures, constants."""
WITHIN = Within(
    declares=re.compile(
        rb"^[ \t]*(?:async[ \t]+)?(?:def[ \t]+(?:__init__\b|[^_])|class[ \t]+[^_])"
        rb"|^[A-Z]\w*[ \t]*[:=]|^type[ \t]",
        re.MULTILINE,
    ),
    # A signature that ends on its own line is above a body.
    owners=re.compile(
        rb"[ \t]*(?:async[ \t]+)?def[ \t]+(?:__init__\b|[^_])(?!.*:[ \t]*(?:#.*)?\Z)"
    ),
    outside=re.compile(rb"\bdef\b"),
    begins=re.compile(rb"[ \t]*(?:@|(?:async[ \t]+)?def[ \t]|class[ \t])"),
    parameter=re.compile(rb"\*{0,2}[^\W\d]\w*[ \t]*(?:[:=,)#\\]|\Z)|[*/][ \t]*(?:[,#)]|\Z)|\)"),
    closes=re.compile(rb"\)[ \t]*(?:->|:|\\)"),
)

_SHOWN = re.compile(
    r"@(?:staticmethod|classmethod|property|[\w.]*cached_property|(?:abc\.)?abstractproperty)\b"
)
_HIDDEN = re.compile(r"@(?:[\w.]*overload\b|[\w.]+\.(?:setter|deleter)\b)")
_ALIAS = re.compile(
    r"(?:[\w.]*\b)?(?:Union|Optional|Literal|Callable|NewType|dict|list|tuple|set|type|Dict|List|Tuple)[\[(]"
)
_SELF = re.compile(r"\((?:self|cls)(?:, )?")


def declarations(found: Found) -> None:
    """Note the public declarations of a piece."""
    _walk(found, found.piece.root, "")


def _walk(found: Found, node: tree_sitter.Node, owner: str) -> None:
    for inner in node.children:
        kind = inner.type
        if kind == "decorated_definition":
            definition = child(inner, "definition")
            if definition is not None:
                shown = [text_of(one) for one in inner.children if one.type == "decorator"]
                _definition(found, definition, owner, shown)
        elif kind in {"class_definition", "function_definition"}:
            _definition(found, inner, owner, [])
        elif kind in _TRANSPARENT:
            _walk(found, inner, owner)
        elif not owner and kind == "expression_statement" and inner.start_point.column == 0:
            _constant(found, inner)
        elif not owner and kind == "type_alias_statement":
            left = child(inner, "left") or inner.named_children[0]
            name = re.split(r"\W", text_of(left))[0]
            if not name.startswith("_"):
                found.add("type", name, left, even(text_of(inner)))


_TRANSPARENT = frozenset(
    {
        "block",
        "if_statement",
        "else_clause",
        "elif_clause",
        "try_statement",
        "except_clause",
        "with_statement",
    }
)


def _definition(found: Found, node: tree_sitter.Node, owner: str, decorators: list[str]) -> None:
    name_node, body = child(node, "name"), child(node, "body")
    name = text_of(name_node)
    if name_node is None or not name:
        return
    qualified = f"{owner}.{name}" if owner else name
    if node.type == "class_definition":
        if not name.startswith("_"):
            bases = text_of(child(node, "superclasses"))
            found.add("class", qualified, name_node, even(f"class {name}{bases}"), owner=owner)
            if body is not None:
                _walk(found, body, qualified)
        return
    if any(_HIDDEN.match(one) for one in decorators):
        return
    text = signature(found.piece, node, body)
    if name == "__init__" and owner:
        parameters = _SELF.sub("(", text.partition("__init__")[2], count=1).removesuffix(" -> None")
        found.add("function", owner, name_node, owner.rpartition(".")[2] + parameters, owner=owner)
    elif not name.startswith("_"):
        shown = [one.strip() for one in decorators if _SHOWN.match(one)]
        found.add("function", qualified, name_node, " ".join([*shown, text]), owner=owner)


def _constant(found: Found, node: tree_sitter.Node) -> None:
    assignment = node.named_children[0] if node.named_children else None
    if assignment is None or assignment.type != "assignment":
        return
    left, right = child(assignment, "left"), child(assignment, "right")
    name = text_of(left)
    if left is None or left.type != "identifier" or not name[:1].isupper():
        return
    hint, value = text_of(child(assignment, "type")), text_of(right)
    if name.isupper() and len(name) > 1:
        shown = f" = {value}" if LITERAL.fullmatch(value) else ""
        found.add("constant", name, left, even(f"{name}: {hint}" if hint else name) + shown)
    elif hint.endswith("TypeAlias") or (not hint and _ALIAS.match(value)):
        found.add("type", name, left, even(f"{name} = {value}"))
