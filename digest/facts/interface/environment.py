"""Environment variables, as programs read and declare them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.interface.gates import hint
from digest.facts.interface.nodes import (
    UPPERCASE,
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

_SHORTEST = 3
_FOREIGN = re.compile(
    r"(?:PATH|HOME|USER|PWD|SHELL|TERM|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|HOSTNAME|CI|EDITOR|PAGER"
    r"|DISPLAY|LD_LIBRARY_PATH|LD_PRELOAD|PYTHON\w+|RUST_BACKTRACE|CARGO|CARGO_\w+|OUT_DIR"
    r"|NODE_ENV|XDG_\w+|GITHUB_\w+|BUILDKITE_?\w*|PYTEST_\w+|RANK|LOCAL_RANK|WORLD_SIZE"
    r"|LOCAL_WORLD_SIZE|MASTER_ADDR|MASTER_PORT|CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS|MAX_JOBS|NO_COLOR"
    r"|(?:CUDA|ROCM|HIP|ASCEND|AWS|OMP|NCCL|NVIDIA|KUBERNETES|TORCH|PYTORCH|TRITON|SLURM)_\w+|HTTPS?_PROXY"
    r"|POD_\w+|NODE_NAME)"
)
"""Variables of the system, the shell, or the runner: no project's own."""
_READS = re.compile(
    r"(?i)(?!.*(?:\bset|unset|del|patch|mock|put|remove|write|warn|deprecat|print|convert|alias))\w*env\w*"
)
"""Names of functions that read a variable: ``getenv``, ``get_bool_env_var``, ``env_flag``."""


def reads(function: str) -> bool:
    """Tell whether a Python function of that name reads an environment variable.

    Arguments:
        function: as it is called: ``os.environ.get``, ``getenv``, ``envs.get_bool_env``.
    """
    name = function.rpartition(".")[2]
    if name in {"get", "pop"}:
        return function.endswith("environ.get")
    return _READS.fullmatch(name) is not None


def _variable(
    name: str | None, value: str, node: tree_sitter.Node, *, use: bool
) -> Iterator[Found]:
    if not name or not UPPERCASE.fullmatch(name) or len(name) < _SHORTEST:
        return
    if not (use and _FOREIGN.fullmatch(name)):
        yield Found("environment variable", name, value, node, use=use)


# In Python

_CALL = """
(call function: [(identifier) @name (attribute attribute: (identifier) @name) @whole]
  arguments: (argument_list . (string)) @arguments
  (#match? @name "([eE][nN][vV]|^get$|^pop$)")) @call
"""
_SUBSCRIPT = """
(subscript value: [(identifier) @on (attribute attribute: (identifier) @on)]
  subscript: (string) @key (#eq? @on "environ")) @node
"""
_FIELD = """
(assignment left: (identifier) @name right: (call function: (_) @kind
  arguments: (argument_list) @arguments)
  (#match? @name "^[A-Z][A-Z0-9_]+$") (#match? @kind "^([a-z_]+\\\\.)?Env[A-Z]")) @node
"""
_TYPED = """
(assignment left: (identifier) @name type: (type) right: (_) @value
  (#match? @name "^[A-Z][A-Z0-9_]+$")) @node
"""
_ENTRY = """
(pair key: (string) @key value: [(lambda) (call)] @value) @node
"""
DECLARES = re.compile(r"(?:^|/)\w*env(?:s|iron\w*|_vars?)?\.py$")
"""Modules that declare variables."""


def _call(scene: Scene, match: Match) -> Iterator[Found]:
    """``os.getenv("X", default)``, and functions of the project's own that read variables."""
    piece = scene.piece
    if not piece.changed(only(match, "call")):
        return  # of what is only read, the texts tell whether it was there
    if not reads(piece.source(only(match, "whole" if "whole" in match else "name"))):
        return
    places, names = arguments(piece, only(match, "arguments"))
    default = names.get("default") or (places[1] if len(places) > 1 else None)
    yield from _variable(
        string_of(piece, places[0]), text_of(piece, default), only(match, "call"), use=True
    )


def _subscript(scene: Scene, match: Match) -> Iterator[Found]:
    """``os.environ["X"]``, where it is read."""
    node = only(match, "node")
    above = node.parent
    if above is not None and (
        above.type in {"delete_statement", "augmented_assignment"}
        or (above.type == "assignment" and _is(field(above, "left"), node))
    ):
        return
    yield from _variable(string_of(scene.piece, only(match, "key")), "", node, use=True)


def _is(one: tree_sitter.Node | None, other: tree_sitter.Node) -> bool:
    return one is not None and one.id == other.id


def _env_field(scene: Scene, match: Match) -> Iterator[Found]:
    """``SGLANG_X = EnvBool(False)`` in a class of variables."""
    piece = scene.piece
    places, names = arguments(piece, only(match, "arguments"))
    default = names.get("default") or (places[0] if places else None)
    yield from _variable(
        piece.source(only(match, "name")), text_of(piece, default), only(match, "node"), use=False
    )


def _typed(scene: Scene, match: Match) -> Iterator[Found]:
    """``VLLM_X: int = 60`` in a module that declares variables."""
    if DECLARES.search(scene.path):
        name, value = (scene.piece.source(only(match, key)) for key in ("name", "value"))
        yield from _variable(name, value, only(match, "node"), use=False)


def _entry(scene: Scene, match: Match) -> Iterator[Found]:
    """``"VLLM_X": lambda: …`` in a module that declares variables."""
    if DECLARES.search(scene.path) and scene.piece.changed(only(match, "node")):
        name = string_of(scene.piece, only(match, "key"))
        if "eprecat" in text_of(scene.piece, only(match, "value")):
            return  # it is only warned of
        yield from _variable(name, "", only(match, "node"), use=False)


# Rust

_RUST_CALL = """
(call_expression function: (_) @name arguments: (arguments . (string_literal)) @arguments) @call
"""
_RUST_MACRO = """
(macro_invocation macro: (identifier) @name (token_tree . (string_literal) @key)
  (#match? @name "^(option_)?env$")) @node
"""
_RUST_CONSTANT = """
(const_item name: (identifier) @name value: (string_literal) @value) @node
"""
_RUST_ENDING = re.compile(r"(?:\w+::)*(\w+)(?:::<.*>)?", re.DOTALL)


def _rust_call(scene: Scene, match: Match) -> Iterator[Found]:
    """``std::env::var("X")``, and functions of the project's own that read variables."""
    piece = scene.piece
    whole = piece.source(only(match, "name"))
    ending = _RUST_ENDING.fullmatch(whole)
    if ending is None or not (
        re.search(r"\benv::var(?:_os)?$", whole) or _READS.fullmatch(ending[1])
    ):
        return
    places = values(only(match, "arguments"))
    default = piece.source(places[1]) if len(places) > 1 else ""
    yield from _variable(string_of(piece, places[0]), default, only(match, "call"), use=True)


def _rust_macro(scene: Scene, match: Match) -> Iterator[Found]:
    """``env!("X")``."""
    name = string_of(scene.piece, only(match, "key"))
    yield from _variable(name, "", only(match, "node"), use=True)


def _constant(scene: Scene, match: Match) -> Iterator[Found]:
    """``const X: &str = "X"``: a constant that holds the name of a variable."""
    piece = scene.piece
    name, value = piece.source(only(match, "name")), string_of(piece, only(match, "value"))
    if value and "_" in value and (value == name or re.search(r"(?i)(?:^|_)env(?:_|$)", name)):
        yield from _variable(value, "", only(match, "node"), use=False)


# Go, Java, C

_GO_CALL = """
(call_expression
  function: [(identifier) @name (selector_expression field: (field_identifier) @name)]
  arguments: (argument_list . [(interpreted_string_literal) (raw_string_literal)]) @arguments
  (#match? @name "[eE][nN][vV]")) @call
"""
_GO_CONSTANT = """
(const_spec name: (identifier) @name
  value: (expression_list . (interpreted_string_literal) @value)) @node
"""
_JAVA_CALL = """
(method_invocation name: (identifier) @name arguments: (argument_list . (string_literal)) @arguments
  (#match? @name "[eE]nv")) @call
"""
_C_CALL = """
(call_expression function: (_) @name
  arguments: (argument_list . (string_literal)) @arguments
  (#match? @name "[eE][nN][vV]")) @call
"""


def _plain_call(scene: Scene, match: Match) -> Iterator[Found]:
    """``os.Getenv("X")``, ``System.getenv("X")``, ``getenv("X")``, ``envOr("X", default)``."""
    piece = scene.piece
    if not _READS.fullmatch(re.split(r"::", piece.source(only(match, "name")))[-1]):
        return
    places = values(only(match, "arguments"))
    default = piece.source(places[1]) if len(places) > 1 else ""
    yield from _variable(string_of(piece, places[0]), default, only(match, "call"), use=True)


def _go_constant(scene: Scene, match: Match) -> Iterator[Found]:
    """``const EnvX = "X"``."""
    piece = scene.piece
    value = string_of(piece, only(match, "value"))
    if value and "_" in value and re.search(r"(?i)env", piece.source(only(match, "name"))):
        yield from _variable(value, "", only(match, "node"), use=False)


# JavaScript

_PROCESS = """
[(member_expression object: (_) @on property: (property_identifier) @key)
 (subscript_expression object: (_) @on index: (string) @key)] @node
"""


def _process(scene: Scene, match: Match) -> Iterator[Found]:
    """``process.env.X``, where it is read."""
    piece, node = scene.piece, only(match, "node")
    if piece.source(only(match, "on")) not in {"process.env", "import.meta.env"}:
        return
    above, default = node.parent, ""
    if above is not None and above.type == "assignment_expression":
        if _is(field(above, "left"), node):
            return
    elif above is not None and above.type == "binary_expression":
        right = field(above, "right")
        if text_of(piece, field(above, "operator")) in {"||", "??"} and right is not None:
            default = "" if _is(right, node) else piece.source(right)
    yield from _variable(piece.source(only(match, "key")).strip("\"'"), default, node, use=True)


_ANY = re.compile(rb"env|Env|ENV")
_NODE = [Rule(re.compile(rb"\.env\b"), _PROCESS, _process)]

RULES = {
    "python": [
        Rule(_ANY, _CALL, _call),
        Rule(re.compile(rb"environ\["), _SUBSCRIPT, _subscript),
        Rule(re.compile(rb"\bEnv[A-Z]"), _FIELD, _env_field),
        Rule(re.compile(rb"^[ \t]*[A-Z][A-Z0-9_]+ *:", re.MULTILINE), _TYPED, _typed),
        Rule(re.compile(rb"^[ \t]*\"[A-Z][A-Z0-9_]+\" *:", re.MULTILINE), _ENTRY, _entry),
    ],
    "rust": [
        Rule(_ANY, _RUST_CALL, _rust_call),
        Rule(re.compile(rb"\benv!"), _RUST_MACRO, _rust_macro),
        Rule(re.compile(rb"\bconst\b"), _RUST_CONSTANT, _constant),
    ],
    "go": [
        Rule(_ANY, _GO_CALL, _plain_call),
        Rule(_ANY, _GO_CONSTANT, _go_constant),
    ],
    "java": [Rule(_ANY, _JAVA_CALL, _plain_call)],
    "c": [Rule(_ANY, _C_CALL, _plain_call)],
    "cpp": [Rule(_ANY, _C_CALL, _plain_call)],
    "javascript": _NODE,
    "typescript": _NODE,
    "tsx": _NODE,
}
"""Language → how environment variables are read and declared in it."""
_UPPER = rb"(?i:env)\w*!?\( *\"[A-Z]"
_READ = [hint(b"env", _UPPER), hint(b"Env", _UPPER), hint(b"ENV", _UPPER)]
_NODE_READ = [hint(b".env")]
GATES = {
    "python": [
        hint(b"environ", rb"environ(?:\[|\.get\()"),
        hint(b"env", rb"env\w*\(\s*[\"'][A-Z]"),
        hint(b"Env", rb"\bEnv[A-Z]\w*\("),
    ],
    "rust": [
        hint(b"env::var"),
        *_READ,
        hint(b"const ", rb"\bconst \w+: &(?:'static )?str =\s*\"[A-Z]"),
    ],
    "go": [*_READ, hint(b"Env", rb"\bEnv\w* *= *\"[A-Z]|Env *= *\"[A-Z]")],
    "java": _READ,
    "c": _READ,
    "cpp": _READ,
    "javascript": _NODE_READ,
    "typescript": _NODE_READ,
    "tsx": _NODE_READ,
}
"""Language → what changed lines hold when a variable may be read or declared in them."""
DECLARING_GATES = {
    "python": [
        hint(b"_", rb"^[ \t]*[A-Z][A-Z0-9]*_[A-Z0-9_]+ *:|^[ \t]*\"[A-Z][A-Z0-9_]+\" *:"),
    ],
}
"""Likewise, in modules that declare variables."""
