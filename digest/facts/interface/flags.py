"""Flags of command lines, as programs declare them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.interface.declared import UNKNOWN
from digest.facts.interface.fallbacks import fallback
from digest.facts.interface.gates import hint
from digest.facts.interface.nodes import (
    UPPERCASE,
    Found,
    Match,
    Rule,
    Scene,
    ancestor,
    arguments,
    field,
    kebab,
    only,
    string_of,
    text_of,
    values,
)

if TYPE_CHECKING:
    import tree_sitter

    from digest.facts.syntax import Piece

_FLAG = re.compile(r"--?[A-Za-z][\w.:-]{0,80}")
_CHAIN = 12
"""Calls of one chain that are followed."""


def _flags(
    names: list[str], value: str, node: tree_sitter.Node, *, hidden: bool = False
) -> Iterator[Found]:
    """A flag under its first long name, and its other long names as parts of it."""
    names = [name for name in names if _FLAG.fullmatch(name)]
    long = [name for name in names if name.startswith("--")] or names
    if not long or hidden:
        return
    yield Found("flag", long[0], value, node)
    for name in long[1:]:
        yield Found("flag", name, value, node, parent=long[0])


# Python: argparse and what wraps it, click, typer, absl

_PYTHON_CALLS = """
(call function: [(identifier) @name (attribute attribute: (identifier) @name)]
  arguments: (argument_list) @arguments
  (#match? @name "^add_([a-z_]+_)?arg(ument)?$")) @call
"""
_CLICK = """
(call function: [(identifier) @name (attribute attribute: (identifier) @name)]
  arguments: (argument_list) @arguments
  (#match? @name "^([oO]ption|Argument|DEFINE_[a-z_]+)$")) @call
"""
_ENVIRONMENT_KEYWORDS = ("env_var", "envvar", "env", "env_name")


def _python(scene: Scene, match: Match) -> Iterator[Found]:
    """``parser.add_argument("--x", default=1)``; also with ``flag_name=`` and ``env_var=``."""
    piece, call = scene.piece, only(match, "call")
    places, names = arguments(piece, only(match, "arguments"))
    flags = [text for node in places if (text := string_of(piece, node)) is not None]
    flags += [
        text for key in ("flag_name", "flag", "name") if (text := _keyword(piece, names, key))
    ]
    value = fallback(piece, names.get("default"))
    splat = any(node.type == "dictionary_splat" for node in places)
    if value == "argparse.SUPPRESS" or (not value and splat):
        value = UNKNOWN
    yield from _flags(flags, value, call, hidden=_suppressed(piece, names))
    yield from _variables(piece, names, value, call)


def _keyword(piece: Piece, names: dict[str, tree_sitter.Node], key: str) -> str | None:
    return string_of(piece, names.get(key))


def _suppressed(piece: Piece, names: dict[str, tree_sitter.Node]) -> bool:
    return text_of(piece, names.get("help")).endswith("SUPPRESS") or (
        text_of(piece, names.get("hidden")) == "True"
    )


def _variables(
    piece: Piece, names: dict[str, tree_sitter.Node], value: str, call: tree_sitter.Node
) -> Iterator[Found]:
    for key in _ENVIRONMENT_KEYWORDS:
        name = _keyword(piece, names, key)
        if name and UPPERCASE.fullmatch(name):
            yield Found("environment variable", name, value, call)


def _click(scene: Scene, match: Match) -> Iterator[Found]:
    """``@click.option("--x", default=1)``, ``typer.Option(1, "--x")``, ``DEFINE_string``."""
    piece, call, name = scene.piece, only(match, "call"), piece_name(scene, match)
    places, names = arguments(piece, only(match, "arguments"))
    texts = [string_of(piece, node) for node in places]
    value = fallback(piece, names.get("default"))
    if name.startswith("DEFINE_"):
        if texts and texts[0] and len(places) > 1:
            yield from _flags([f"--{texts[0]}"], fallback(piece, places[1]), call)
        return
    flags = [flag for text in texts if text for flag in text.split("/") if flag.startswith("-")]
    if name == "Option":
        if places and (texts[0] is None or not texts[0].startswith("-")):
            value = fallback(piece, places[0])
        parameter = ancestor(call, "typed_default_parameter", "typed_parameter")
        if parameter is not None and field(parameter, "type") is not None:
            default = field(parameter, "value")
            if default is not None and default.id != call.id:
                value = fallback(piece, default)
            if not flags:
                flags = [f"--{kebab(_parameter_name(piece, parameter))}"]
    elif name != "option":
        return
    yield from _flags(
        flags, "" if value == "..." else value, call, hidden=_suppressed(piece, names)
    )
    yield from _variables(piece, names, value, call)


def piece_name(scene: Scene, match: Match) -> str:
    """What a query captured as ``name``."""
    return scene.piece.source(only(match, "name"))


def _parameter_name(piece: Piece, parameter: tree_sitter.Node) -> str:
    name = field(parameter, "name") or (
        parameter.named_children[0] if parameter.named_children else None
    )
    return text_of(piece, name)


# In Rust, by clap

_CLAP_FIELD = "(field_declaration name: (field_identifier) @name) @field"
_CLAP_BUILDER = """
(call_expression function: (field_expression field: (field_identifier) @name)
  arguments: (arguments . (string_literal) @flag) (#eq? @name "long")) @call
"""
_ATTRIBUTE = re.compile(r"#\[\s*(?:arg|clap|structopt|option)\s*\((.*)\)\s*\]", re.DOTALL)
_OPTION = re.compile(
    r"\b(?P<key>long|env|default_value_t|default_value|default_values_t|hide|skip|flatten)\b"
    r"(?:\s*=\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|(?:[^,()\"]|\([^()]*\)){1,200}))?"
    r"|\"(?:[^\"\\]|\\.)*\""
)


def attributes(piece: Piece, node: tree_sitter.Node) -> list[str]:
    """The attributes in front of a field, struct or function of Rust."""
    found = []
    before = node.prev_named_sibling
    while before is not None and before.type in {"attribute_item", "line_comment", "block_comment"}:
        if before.type == "attribute_item":
            found.append(piece.source(before))
        before = before.prev_named_sibling
    return found


def _clap(scene: Scene, match: Match) -> Iterator[Found]:
    """``#[arg(long, env = "X", default_value = "1")] name: T``."""
    piece, node = scene.piece, only(match, "field")
    options: dict[str, str] = {}
    for attribute in attributes(piece, node):
        if found := _ATTRIBUTE.fullmatch(attribute):
            options |= {
                option["key"]: (option["value"] or "").strip()
                for option in _OPTION.finditer(found[1])
                if option["key"]
            }
    if {"hide", "skip", "flatten"} & set(options):
        return
    name = piece.source(only(match, "name")).removeprefix("r#")
    value = next((options[key] for key in options if key.startswith("default_value")), "")
    if "long" in options:
        yield from _flags([f"--{options['long'].strip(chr(34)) or kebab(name)}"], value, node)
    if "env" in options:
        variable = options["env"].strip('"') or name.upper()
        if UPPERCASE.fullmatch(variable):
            yield Found("environment variable", variable, value, node)


def _builder(scene: Scene, match: Match) -> Iterator[Found]:
    """``Arg::new("x").long("x").default_value("1")``."""
    piece, call = scene.piece, only(match, "call")
    name = string_of(piece, only(match, "flag"))
    top = call
    for _ in range(_CHAIN):
        above = top.parent
        if above is None or above.type not in {"field_expression", "call_expression"}:
            break
        top = above
    text = piece.source(top)
    if name and text.startswith(("Arg::", "clap::Arg::")):
        default = re.search(r"\.default_value\(([^()]{1,200})\)", text)
        yield from _flags([f"--{name}"], default[1] if default else "", top)


# Go: flag, pflag, cobra

_GO_CALL = """
(call_expression function: (selector_expression operand: (_) @on field: (field_identifier) @name)
  arguments: (argument_list) @arguments
  (#match? @name "^[A-Z]")) @call
"""
_GO_TYPES = re.compile(
    r"(?:Bool|Count|Duration|Float64|Float32|Func|IP|Int|Int32|Int64|String|Text|Uint|Uint32|Uint64"
    r"|BoolSlice|DurationSlice|IntSlice|StringArray|StringSlice|StringToString)(?:Var)?P?|VarP?"
)
_GO_FLAGS = re.compile(
    r"(?:flag|pflag|goflag|flags?|fs|flagset|\w*[fF]lags?|\w*[fF]lagSet)"
    r"|.{0,80}\.(?:Persistent|Local)?Flags\(\)",
    re.DOTALL,
)
_GO_NAME = re.compile(r"[A-Za-z][\w.-]{0,80}")


def _go(scene: Scene, match: Match) -> Iterator[Found]:
    """``flag.StringVar(&x, "name", "default", "usage")``."""
    piece = scene.piece
    method = piece_name(scene, match)
    if not (_GO_TYPES.fullmatch(method) and _GO_FLAGS.fullmatch(piece.source(only(match, "on")))):
        return
    places = values(only(match, "arguments"))
    texts = [string_of(piece, node) for node in places]
    at = 1 if method.rstrip("P").endswith("Var") else 0
    name = texts[at] if at < len(texts) else None
    if not name or not _GO_NAME.fullmatch(name) or len(places) < at + 2:
        return
    behind = at + (2 if method.endswith("P") and method != "IP" else 1)
    value = piece.source(places[behind]) if behind < len(places) - 1 else ""
    if method == "Var" or method.startswith(("Func", "Count")):
        value = ""
    yield from _flags([f"--{name}"], value, only(match, "call"))


# JavaScript: commander, yargs

_SCRIPT_CALL = """
(call_expression function: (member_expression property: (property_identifier) @name)
  arguments: (arguments . (string) @flag) @arguments
  (#match? @name "^(option|requiredOption)$")) @call
"""


def _script(scene: Scene, match: Match) -> Iterator[Found]:
    """``.option("-x, --xx <v>", "help", 1)`` and ``.option("xx", { default: 1 })``."""
    piece, call = scene.piece, only(match, "call")
    text = string_of(piece, only(match, "flag")) or ""
    places = values(only(match, "arguments"))
    last = places[-1]
    default = ""
    if last.type == "object":
        for pair in last.named_children:
            if pair.type == "pair" and text_of(piece, field(pair, "key")) == "default":
                default = text_of(piece, field(pair, "value"))
        if _GO_NAME.fullmatch(text):
            text = f"--{text}"
    elif len(places) > 2 and last.type not in {"arrow_function", "identifier"}:  # noqa: PLR2004
        default = piece.source(last)
    yield from _flags(re.findall(r"--?[A-Za-z][\w-]*", text), default, call)


# C++: gflags, CLI11

_CPP_CALL = """
(call_expression function: [(identifier) @name (field_expression field: (field_identifier) @name)]
  arguments: (argument_list) @arguments
  (#match? @name "^(DEFINE_[a-z0-9_]+|add_option|add_flag)$")) @call
"""


def _cpp(scene: Scene, match: Match) -> Iterator[Found]:
    """``DEFINE_int32(x, 1, "help")`` and ``app.add_option("-x,--xx", x, "help")``."""
    piece, call = scene.piece, only(match, "call")
    places = values(only(match, "arguments"))
    if piece_name(scene, match).startswith("DEFINE_"):
        if len(places) == 3 and places[0].type == "identifier":  # noqa: PLR2004 - name, default, help
            yield from _flags([f"--{piece.source(places[0])}"], piece.source(places[1]), call)
    elif text := string_of(piece, places[0] if places else None):
        yield from _flags(text.split(","), "", call)


_ARGUMENT = re.compile(rb"add_\w*arg")
_OPTIONS = re.compile(rb"\boption\(|\bOption\(|DEFINE_")

RULES = {
    "python": [Rule(_ARGUMENT, _PYTHON_CALLS, _python), Rule(_OPTIONS, _CLICK, _click)],
    "rust": [
        Rule(re.compile(rb"#\[(?:arg|clap|structopt)\b"), _CLAP_FIELD, _clap),
        Rule(re.compile(rb"\.long\("), _CLAP_BUILDER, _builder),
    ],
    "go": [Rule(re.compile(rb"(?i:flag)|fs\."), _GO_CALL, _go)],
    "javascript": [Rule(re.compile(rb"ption\("), _SCRIPT_CALL, _script)],
    "typescript": [Rule(re.compile(rb"ption\("), _SCRIPT_CALL, _script)],
    "cpp": [Rule(re.compile(rb"DEFINE_|add_option|add_flag"), _CPP_CALL, _cpp)],
}
"""Language → how flags are declared in it."""
_LONG = hint(b"--", rb"[\"']--[a-z][\w-]*[\"'],?[ \t]*$")
GATES = {
    "python": [
        hint(b"add_", rb"add_\w*arg"),
        hint(b"default", rb"default *="),
        hint(b"flag_name"),
        hint(b"ption(", rb"\b[oO]ption\("),
        hint(b"DEFINE_", rb"DEFINE_[a-z]"),
        hint(b"env", rb"env(?:_?var)?="),
        _LONG,
    ],
    "rust": [
        hint(b"#[", rb"#\[(?:arg|clap|structopt)\b"),
        hint(b"long", rb"\blong\b *[,=)]|\.long\("),
        hint(b"default_value"),
    ],
    "go": [
        hint(b"lag", rb"[fF]lag\w*(?:\(\))?\.[A-Z]\w+\("),
        hint(b"fs.", rb"\bfs\.[A-Z]\w+\("),
    ],
    "javascript": [hint(b"ption(", rb"\.(?:o|requiredO)ption\(")],
    "typescript": [hint(b"ption(", rb"\.(?:o|requiredO)ption\(")],
    "cpp": [hint(b"DEFINE_", rb"DEFINE_[a-z]"), hint(b"add_option"), hint(b"add_flag")],
}
"""Language → what changed lines hold when a flag may be declared in them."""
