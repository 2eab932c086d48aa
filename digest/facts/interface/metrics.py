"""Metrics, as programs declare them."""

from __future__ import annotations

import re
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

    from digest.facts.syntax import Piece

_NAME = re.compile(r"[a-zA-Z_:][\w:./-]{2,120}")
_KIND = re.compile(r"(?i)(counter|gauge|histogram|summary|timer)")


def _metric(name: str | None, kind: str, node: tree_sitter.Node) -> Iterator[Found]:
    found = _KIND.search(kind)
    if name and _NAME.fullmatch(name) and re.search(r"[_:.]", name):
        yield Found("metric", name, found[1].lower() if found else "", node)


# Python: prometheus_client, OpenTelemetry

_PYTHON = """
(call function: [(identifier) @name (attribute attribute: (identifier) @name)]
  arguments: (argument_list) @arguments
  (#match? @name "([cC]ounter|[gG]auge|[hH]istogram|[sS]ummary)(_cls|_class)?$")) @node
"""


def _python(scene: Scene, match: Match) -> Iterator[Found]:
    """``Counter("x_total", "help")``, ``meter.create_counter("x")``."""
    piece, function = scene.piece, scene.piece.source(only(match, "name"))
    places, names = arguments(piece, only(match, "arguments"))
    described = len(places) > 1 or {"documentation", "description", "labelnames"} & set(names)
    if not described or not (
        function[:1].isupper() or re.search(r"_cls$|_class$|^create_", function)
    ):
        return
    name = string_of(piece, names.get("name") or (places[0] if places else None))
    yield from _metric(name, function, only(match, "node"))


# In Rust, by prometheus, metrics, OpenTelemetry

_RUST_CALL = """
(call_expression function: (_) @name arguments: (arguments . [
  (string_literal) @metric
  (call_expression function: (field_expression value: (string_literal) @metric))
  (reference_expression (string_literal) @metric)]) @arguments) @node
"""
_RUST_FUNCTION = re.compile(
    r"(?:.*[:.])?(?:(?:Histogram)?Opts|(?:Int)?(?:Counter|Gauge|Histogram)(?:Vec)?)::(?:new|with_opts)"
    r"|.*\.(?:create_|u64_|f64_|i64_)?(?:observable_)?(?:int)?(?:counter|gauge|histogram)(?:vec)?",
    re.DOTALL,
)
_RUST_MACRO = """
(macro_invocation macro: [(identifier) @name (scoped_identifier) @name]
  (token_tree . (string_literal) @metric)
  (#match? @name "(counter|gauge|histogram)")) @node
"""
_RUST_MACROS = re.compile(
    r"(?:\w+::)*(?:register_\w+|describe_\w+|(?:metrics::)?(?:counter|gauge|histogram))"
)
_RUST_CONSTANT = """
(const_item name: (identifier) @name value: (string_literal) @metric) @node
"""
_METRIC_FILE = re.compile(r"(?:metric|prometheus)[^/]*\.rs$")
_METRIC_ENDING = re.compile(
    r"\w+_(?:total|seconds|bytes|count|ratio|ms|us|milliseconds|microseconds|tokens|requests|blocks"
    r"|rate|sum|bucket|size|duration|latency|length|depth|usage|active|info)"
)
_NOT_METRICS = re.compile(
    r"(?i)label|prefix|name|status|reason|type|value|operation|error|phase|stage"
)


def _rust_call(scene: Scene, match: Match) -> Iterator[Found]:
    """``Opts::new("x_total", "help")``, ``create_intcounter("x", …)``."""
    piece, function = scene.piece, scene.piece.source(only(match, "name"))
    if _RUST_FUNCTION.fullmatch(function) and len(values(only(match, "arguments"))) > 1:
        kind = "" if function.endswith("Opts::new") else function
        yield from _metric(string_of(piece, only(match, "metric")), kind, only(match, "node"))


def _rust_macro(scene: Scene, match: Match) -> Iterator[Found]:
    """``register_int_counter!("x_total", "help")``."""
    piece, macro = scene.piece, scene.piece.source(only(match, "name"))
    if _RUST_MACROS.fullmatch(macro):
        yield from _metric(string_of(piece, only(match, "metric")), macro, only(match, "node"))


def _constant(scene: Scene, match: Match) -> Iterator[Found]:
    """``const X: &str = "x_total"`` in a module of metric names."""
    if not _METRIC_FILE.search(scene.path):
        return
    piece, node = scene.piece, only(match, "node")
    around = node.parent
    while around is not None and around.type != "mod_item":
        around = around.parent
    if around is not None and _NOT_METRICS.search(text_of(piece, field(around, "name"))):
        return
    name = string_of(piece, only(match, "metric"))
    if name and _METRIC_ENDING.fullmatch(name):
        yield from _metric(name, "", node)


# In Go, by prometheus

_GO = """
(composite_literal type: [(qualified_type name: (type_identifier) @name) (type_identifier) @name]
  body: (literal_value) @body
  (#match? @name "^(Counter|Gauge|Histogram|Summary)Opts$")) @node
"""


def _go(scene: Scene, match: Match) -> Iterator[Found]:
    """``prometheus.CounterOpts{Namespace: "a", Name: "b"}``."""
    piece = scene.piece
    parts: dict[str, str | None] = {}
    for child in values(only(match, "body")):
        pair = [*child.named_children]
        if child.type == "keyed_element" and len(pair) == 2:  # noqa: PLR2004 - key, value
            parts[piece.source(pair[0])] = _inner_string(piece, pair[1])
    names = [parts[key] for key in ("Namespace", "Subsystem", "Name") if key in parts]
    if parts.get("Name"):
        known = [name for name in names if name]
        yield from _metric("_".join(known), piece.source(only(match, "name")), only(match, "node"))


def _inner_string(piece: Piece, node: tree_sitter.Node) -> str | None:
    inner = (
        node.named_children[0] if node.type == "literal_element" and node.named_children else node
    )
    return string_of(piece, inner)


# JavaScript: prom-client; Java: Micrometer, Prometheus

_SCRIPT = """
(new_expression
  constructor: [(identifier) @name (member_expression property: (property_identifier) @name)]
  arguments: (arguments . (object) @body)
  (#match? @name "^(Counter|Gauge|Histogram|Summary)$")) @node
"""
_JAVA = """
(method_invocation object: (identifier) @on name: (identifier) @name
  arguments: (argument_list . (string_literal) @metric)
  (#match? @on "^(Counter|Gauge|Timer|DistributionSummary|Histogram|Summary)$")
  (#match? @name "^(builder|build)$")) @node
"""


def _script(scene: Scene, match: Match) -> Iterator[Found]:
    """``new Counter({ name: "x_total" })``."""
    piece = scene.piece
    for pair in values(only(match, "body")):
        if pair.type == "pair" and text_of(piece, field(pair, "key")) == "name":
            name = string_of(piece, field(pair, "value"))
            yield from _metric(name, piece.source(only(match, "name")), only(match, "node"))


def _java(scene: Scene, match: Match) -> Iterator[Found]:
    """``Counter.builder("x")``."""
    piece = scene.piece
    name = string_of(piece, only(match, "metric"))
    yield from _metric(name, piece.source(only(match, "on")), only(match, "node"))


_ANY = re.compile(rb"ounter|auge|istogram|ummary")

RULES = {
    "python": [Rule(_ANY, _PYTHON, _python)],
    "rust": [
        Rule(re.compile(rb"ounter|auge|istogram|Opts::new"), _RUST_CALL, _rust_call),
        Rule(
            re.compile(rb"register_|describe_|counter!|gauge!|histogram!"), _RUST_MACRO, _rust_macro
        ),
        Rule(re.compile(rb"\bconst\b"), _RUST_CONSTANT, _constant),
    ],
    "go": [Rule(re.compile(rb"(?:Counter|Gauge|Histogram|Summary)Opts"), _GO, _go)],
    "javascript": [Rule(_ANY, _SCRIPT, _script)],
    "typescript": [Rule(_ANY, _SCRIPT, _script)],
    "java": [Rule(re.compile(rb"\.buil"), _JAVA, _java)],
}
"""Language → how metrics are declared in it."""
_OBJECT = rb"new [\w.]*(?:Counter|Gauge|Histogram|Summary)\b"
_KINDS = (b"ounter", b"auge", b"istogram", b"ummary")
_MADE = rb"(?:Vec|vec)?(?:::new|::with_opts|!?\()"
GATES = {
    "python": [
        *(hint(kind, kind + rb"(?:_cls|_class)?\( *(?:$|[\"']|name=)") for kind in _KINDS),
        hint(b"name=", rb"name=[\"']\w+:\w"),
    ],
    "rust": [
        *(hint(kind, rb"(?i:" + kind + rb")" + _MADE) for kind in _KINDS),
        hint(b"Opts::new"),
        hint(b"const ", rb"\bconst \w+: &(?:'static )?str =\s*\"[a-z]\w*_"),
    ],
    "go": [
        *(hint(kind + b"Opts") for kind in _KINDS),
        hint(b"Name:", rb"\bName: +\""),
        hint(b"Subsystem:"),
    ],
    "javascript": [hint(kind, _OBJECT) for kind in _KINDS],
    "typescript": [hint(kind, _OBJECT) for kind in _KINDS],
    "java": [hint(b".buil", rb"\.(?:builder|build)\(\"")],
}
"""Language → what changed lines hold when a metric may be declared in them."""
