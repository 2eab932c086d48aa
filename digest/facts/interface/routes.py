"""Routes of HTTP servers, as programs declare them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.interface.gates import hint
from digest.facts.interface.nodes import (
    Found,
    Match,
    Rule,
    Scene,
    arguments,
    field,
    only,
    string_of,
    text_of,
    values,
)

if TYPE_CHECKING:
    import tree_sitter


_VERBS = frozenset(["get", "post", "put", "patch", "delete", "head", "options"])
_PATH = re.compile(r"/[^\s\"'?#]{0,200}")
_CLIENTS = re.compile(
    r"(?i)client|session|requests|http[sx]?$|mock|fetch|axios|self\.\w*(?:client|session)"
)


def _route(methods: list[str], path: str | None, node: tree_sitter.Node) -> Iterator[Found]:
    if path is not None and (path == "" or _PATH.fullmatch(path)):
        for method in methods:
            yield Found("HTTP route", f"{method.upper()} {path or '/'}", "", node)


# Python: FastAPI, Flask, Starlette, aiohttp

_DECORATOR = """
(decorator (call function: (attribute object: (_) @on attribute: (identifier) @name)
  arguments: (argument_list . (string) @path) @arguments)
  (#match? @name "^(get|post|put|patch|delete|head|options|route|websocket|api_route)$")) @node
"""
_ADDED = """
(call function: (attribute object: (_) @on attribute: (identifier) @name)
  arguments: (argument_list . (string) @path) @arguments
  (#match? @name "^add_([a-z_]+_)?(route|url_rule|get|post|put|delete|patch)$")) @node
"""


def _python(scene: Scene, match: Match) -> Iterator[Found]:
    """``@router.get("/x")`` and ``app.add_api_route("/x", …, methods=["POST"])``."""
    piece = scene.piece
    name, on = piece.source(only(match, "name")), piece.source(only(match, "on"))
    if _CLIENTS.search(on):
        return
    path = string_of(piece, only(match, "path"))
    _, names = arguments(piece, only(match, "arguments"))
    method = name.removeprefix("add_")
    if "websocket" in method:
        methods = ["WEBSOCKET"]
    elif method in _VERBS:
        methods = [method]
    else:
        listed = re.findall(r"[\"'](\w+)[\"']", text_of(piece, names.get("methods")))
        methods = listed or (["GET"] if method in {"api_route", "route", "url_rule"} else ["ANY"])
    yield from _route(methods, _prefixed(scene, on, path), only(match, "node"))


def _prefixed(scene: Scene, router: str, path: str | None) -> str | None:
    """A path behind the prefix of its router, where the file gives one."""
    if path is None or not router.isidentifier() or "prefix" not in scene.content():
        return path
    pattern = (
        rf"\b{router}\s*=\s*\w*(?:Router|Blueprint)\([^()]*\b(?:url_)?prefix\s*=\s*[\"']([^\"']+)"
    )
    found = re.search(pattern, scene.content())
    return f"{found[1].rstrip('/')}{path}" if found else path


# Rust: axum, actix, rocket

_AXUM = """
(call_expression function: (field_expression field: (field_identifier) @name)
  arguments: (arguments . [(string_literal) (reference_expression) (identifier)] @path
    . (_) @handler) @arguments (#eq? @name "route"))
"""
_ACTIX = """
(attribute_item (attribute (identifier) @name arguments: (token_tree . (string_literal) @path))
  (#match? @name "^(get|post|put|patch|delete|head|options)$")) @node
"""
_BESIDE = 20
"""Functions within a function that may stand before a route in it."""
_REACH = 4_000
"""Bytes before a route in which its path is given."""
_HANDLER = re.compile(r"\b(get|post|put|patch|delete|head|options|any)(?:_service)?\(")


def _axum(scene: Scene, match: Match) -> Iterator[Found]:
    """``.route("/x", get(handler).post(other))``, and ``.route(&path, …)``."""
    piece, path = scene.piece, only(match, "path")
    methods = _HANDLER.findall(piece.source(only(match, "handler")))
    literal = string_of(piece, path) if path.type == "string_literal" else _assigned(scene, path)
    # The chain of calls around it would make every route of it one node.
    yield from _route(list(dict.fromkeys(methods)), literal, only(match, "arguments"))


def _assigned(scene: Scene, node: tree_sitter.Node) -> str | None:
    """The one path that a local variable is given: ``let path = path.unwrap_or("/x".into());``."""
    piece, blocks = scene.piece, scene.blocks()
    last = bisect_right(blocks, node.start_byte, key=lambda block: block.start_byte)
    around = next(
        (
            block
            for block in reversed(blocks[max(0, last - _BESIDE) : last])
            if block.type == "function_item" and node.end_byte <= block.end_byte
        ),
        None,
    )
    name = piece.source(node).removeprefix("&")
    if around is None or not name.isidentifier():
        return None
    before = piece.text[max(around.start_byte, node.start_byte - _REACH) : node.start_byte]
    given = re.findall(
        rf"\blet (?:mut )?{name}\b[^=;]{{0,200}}=([^;]{{1,300}});",
        before.decode("utf-8", "replace"),
    )
    paths = {path for value in given for path in re.findall(r"\"(/[^\"\s]*)\"", value)}
    return paths.pop() if len(paths) == 1 else None


def _actix(scene: Scene, match: Match) -> Iterator[Found]:
    """``#[get("/x")]``."""
    piece = scene.piece
    path = string_of(piece, only(match, "path"))
    yield from _route([piece.source(only(match, "name"))], path, only(match, "node"))


# Go: net/http, gin, echo, chi

_GO = """
(call_expression function: (selector_expression operand: (_) @on field: (field_identifier) @name)
  arguments: (argument_list . [(interpreted_string_literal) (raw_string_literal)] @path) @arguments
  (#match? @name "^[A-Z]")) @node
"""
_GO_METHODS = _VERBS | {"any", "handle", "handlefunc"}


def _go(scene: Scene, match: Match) -> Iterator[Found]:
    """``r.GET("/x", handler)``, ``mux.HandleFunc("GET /x", handler)``."""
    piece = scene.piece
    name, path = piece.source(only(match, "name")), string_of(piece, only(match, "path"))
    if path is None or name.casefold() not in _GO_METHODS:
        return
    if len(values(only(match, "arguments"))) < 2:  # noqa: PLR2004 - path, handler
        return
    on = piece.source(only(match, "on"))
    if _CLIENTS.search(on) and on != "http":
        return
    methods = ["ANY"] if name in {"Any", "Handle", "HandleFunc"} else [name]
    if (spelt := re.fullmatch(r"([A-Z]+) (/.*)", path)) and methods == ["ANY"]:
        methods, path = [spelt[1]], spelt[2]
    yield from _route(methods, path or None, only(match, "node"))


# In JavaScript, by Express, Fastify, Koa, Hono

_SCRIPT = """
(call_expression function: (member_expression object: (_) @on property: (property_identifier) @name)
  arguments: (arguments . (string) @path . (_)) @arguments
  (#match? @name "^(get|post|put|patch|delete|head|options|all)$")) @node
"""
_SERVERS = re.compile(r"(?:this\.)?(?:app|router|server|api|routes|fastify|\w+Router|\w+App)")


def _script(scene: Scene, match: Match) -> Iterator[Found]:
    """``app.get("/x", handler)``."""
    piece = scene.piece
    if not _SERVERS.fullmatch(piece.source(only(match, "on"))):
        return
    name = piece.source(only(match, "name"))
    path = string_of(piece, only(match, "path"))
    yield from _route(["any" if name == "all" else name], path or None, only(match, "node"))


# In Java, by Spring

_SPRING = """
[(annotation name: (identifier) @name arguments: (annotation_argument_list) @arguments)] @node
"""
_MAPPINGS = {
    "GetMapping": "get",
    "PostMapping": "post",
    "PutMapping": "put",
    "PatchMapping": "patch",
    "DeleteMapping": "delete",
}


def _spring(scene: Scene, match: Match) -> Iterator[Found]:
    """``@GetMapping("/x")`` in a class under ``@RequestMapping("/y")``."""
    piece, node = scene.piece, only(match, "node")
    method = _MAPPINGS.get(piece.source(only(match, "name")))
    if method is None:
        return
    path = ""
    for child in values(only(match, "arguments")):
        pair = child.type == "element_value_pair"
        if pair and text_of(piece, field(child, "key")) not in {"value", "path"}:
            continue
        path = string_of(piece, field(child, "value") if pair else child) or path
    prefix = re.search(
        r"@RequestMapping\((?:(?:value|path)\s*=\s*)?\"([^\"]+)\"[^)]*\)[^{;]{0,400}?\bclass\b",
        scene.content(),
    )
    yield from _route([method], (prefix[1].rstrip("/") if prefix else "") + path, node)


_VERB = rb"\.(?:get|post|put|patch|delete|head|options|all)\("

RULES = {
    "python": [
        Rule(
            re.compile(
                rb"@[\w.]+\.(?:get|post|put|patch|delete|head|options|route|websocket|api_route)\("
            ),
            _DECORATOR,
            _python,
        ),
        Rule(
            re.compile(rb"\.add_(?:\w+_)?(?:route|url_rule|get|post|put|delete|patch)\("),
            _ADDED,
            _python,
        ),
    ],
    "rust": [
        Rule(re.compile(rb"\.route\("), _AXUM, _axum),
        Rule(re.compile(rb"#\[(?:get|post|put|patch|delete|head|options)\("), _ACTIX, _actix),
    ],
    "go": [Rule(re.compile(rb"\"(?:[A-Z]+ )?/"), _GO, _go)],
    "javascript": [Rule(re.compile(_VERB), _SCRIPT, _script)],
    "typescript": [Rule(re.compile(_VERB), _SCRIPT, _script)],
    "java": [Rule(re.compile(rb"Mapping\b"), _SPRING, _spring)],
}
"""Language → how routes are declared in it."""
_PYTHON_VERB = rb"@[\w.]+\.(?:get|post|put|patch|delete|head|options|route|websocket|api_route)\("
_SCRIPT_HINTS = [hint(b"/", rb"\.(?:get|post|put|patch|delete|head|options|all)\(\s*[\"'`]/")]
GATES = {
    "python": [
        hint(b"@", _PYTHON_VERB),
        hint(b".add_", rb"\.add_(?:\w+_)?(?:route|url_rule|get|post|put|delete|patch)\("),
    ],
    "rust": [
        hint(b".route(", rb"\.route\( *(?:$|\"|&?\w+,)"),
        hint(b"#[", rb"#\[(?:get|post|put|patch|delete|head|options)\("),
    ],
    "go": [hint(b'"', rb"\(\s*\"(?:[A-Z]+ )?/")],
    "javascript": _SCRIPT_HINTS,
    "typescript": _SCRIPT_HINTS,
    "java": [hint(b"Mapping", rb"@\w+Mapping")],
}
"""Language → what changed lines hold when a route may be declared in them."""
