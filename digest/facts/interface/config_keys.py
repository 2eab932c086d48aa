"""Keys of configurations with their defaults, and fields of what an HTTP interface takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.interface.fallbacks import fallback
from digest.facts.interface.flags import attributes
from digest.facts.interface.gates import hint
from digest.facts.interface.nodes import (
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
)

if TYPE_CHECKING:
    import tree_sitter

    from digest.facts.syntax import Piece
    from digest.model import What

_CONFIGURATION = re.compile(
    r"config|settings|(?:^|[_/])(?:args?|arguments|options|opts|params|cli|flags)(?:[_./]|$)",
    re.IGNORECASE,
)
"""Where programs keep what users configure."""
_MESSAGES = re.compile(
    r"(?:^|/)(?:protocol|schemas?|requests?|api_types)(?:[./]|$)|/api/(?:\w+/)?v\d|_types\.go$"
)
"""Where they keep what their interfaces take."""
PLACES = re.compile(f"(?i:{_CONFIGURATION.pattern})|{_MESSAGES.pattern}")
_HOLDER = re.compile(
    r"[A-Z]\w*(?:Config|Configuration|Settings|Args|Arguments|Options|Params)(?:Base)?"
)
_INNER = re.compile(
    r"\w*(?:Quant|Tile|Bench)\w*Config"
    r"|\w+(?:Arch|Architecture|VAE|Dit|DiT|Encoder|Decoder|Head|Pipeline|Transformer|Parser|Vision|Text|Audio)Config"
)
"""What describes a model or a kernel: it comes with them, nobody sets it."""
_MESSAGE = re.compile(r"[A-Z]\w*(?:Request|Response)")
_BASES = re.compile(r"\w*(?:Model|Settings|Struct|Schema|Config|ConfigBase|Args|Params|Base)\b")
_DECORATORS = re.compile(
    r"^\s*@\s*(?:\w+\.){0,3}(?:dataclass|config|define|frozen|attrs|s)\b", re.MULTILINE
)
_HEADER = 1_500
"""Characters in front of a definition in which its decorators are looked for."""
_PARSES = re.compile(r"\badd_\w*argument\(")
_OTHER_FIELD = re.compile(r"get_field\(\s*(\w+),\s*\"(\w+)\",?\s*\)")
"""A default that is taken from a field of another class (vllm)."""
_FACTORIES = re.compile(r"(?:\w+\.)?(?:[fF]ield|ib|attrib)")
_BY_PLACE = re.compile(
    r"(?:^|/)(?:[^/]*(?:test|mock|kernel|transformers_utils)[^/]*|models?|layers?)/", re.IGNORECASE
)

_PYTHON_FIELD = """
(class_definition name: (identifier) @class body: (block (expression_statement
  (assignment left: (identifier) @name type: (type) @type) @node)))
"""


def _python(scene: Scene, match: Match) -> Iterator[Found]:
    """``name: type = default`` in a class of options."""
    piece, node = scene.piece, only(match, "node")
    holder, name = (piece.source(only(match, key)) for key in ("class", "name"))
    type_ = piece.source(only(match, "type"))
    message = bool(_MESSAGE.fullmatch(holder))
    owner = ancestor(only(match, "name"), "class_definition")
    if owner is None or name.startswith("_") or "ClassVar" in type_:
        return
    if not _counts(scene.path, holder, message=message):
        return
    value = _default(piece, field(node, "right"))
    if value is None:
        return
    if holder.removesuffix("Base").endswith(("Args", "Arguments")):
        flag = f"--{kebab(name)}"
        if re.match(r"(?:A|Annotated)\[", type_) or f'"{flag}"' in scene.content():
            yield Found("flag", flag, value, node)
            return
    if not _takes(scene, owner, holder, message=message):
        return
    if message:
        yield from _key("schema", (holder, name), value, node, only(match, "class"))
    elif not _parses(scene.content()):
        # Otherwise it holds what a command line gives, and the flags tell it all.
        yield from _key("config key", (holder, name), value, node, only(match, "class"))


def _parses(content: str) -> bool:
    """Tell whether a file reads a command line; the plain word is found much faster."""
    return "argument(" in content and _PARSES.search(content) is not None


def _counts(path: str, holder: str, *, message: bool) -> bool:
    """Tell whether a class of that name is made for users, in a file there."""
    if message:
        return bool(_MESSAGES.search(path))
    if not _HOLDER.fullmatch(holder) or _INNER.fullmatch(holder):
        return False
    return bool(_CONFIGURATION.search(path)) and not _BY_PLACE.search(path)


def _key(
    what: What,
    names: tuple[str, str],
    value: str,
    node: tree_sitter.Node,
    header: tree_sitter.Node,
) -> Iterator[Found]:
    """A key, and what holds it, which is told instead when all of it is new or gone."""
    yield Found(what, names[0], "", header)
    yield Found(what, ".".join(names), value, node, parent=names[0])


def _takes(scene: Scene, owner: tree_sitter.Node, holder: str, *, message: bool) -> bool:
    """Tell whether a class is made of its fields."""
    bases = text_of(scene.piece, field(owner, "superclasses"))
    if message:
        return bool(re.search(r"\w*Model\b", bases))
    return bool(_BASES.search(bases) or _DECORATORS.search(_above(scene, owner, "class", holder)))


def _above(scene: Scene, owner: tree_sitter.Node, keyword: str, name: str) -> str:
    """The decorators or attributes of a definition, which a piece often leaves out."""
    piece = scene.piece
    around = owner.parent
    if around is not None and around.type == "decorated_definition":
        return " ".join(
            piece.source(child) for child in around.children if child.type == "decorator"
        )
    found = attributes(piece, owner)
    if found:
        return " ".join(found)
    content = scene.content()
    match = re.search(rf"^[ \t]*(?:pub(?:\([a-z]+\))? )?{keyword} {name}\b", content, re.MULTILINE)
    place = match.start() if match else 0
    lines = content[max(place - _HEADER, 0) : place].split("\n")[:-1]
    above = []
    for line in reversed(lines):
        if not line.strip() or line.startswith(("}", "class ", "def ")):
            break
        above.append(line)
    return "\n".join(line for line in reversed(above) if not line.startswith(("//", "#!")))


def _default(piece: Piece, node: tree_sitter.Node | None) -> str | None:
    """The default of a field, empty where there is none; None where it cannot be set."""
    if node is None:
        return ""
    function = field(node, "function")
    if node.type != "call" or not _FACTORIES.fullmatch(text_of(piece, function)):
        source = fallback(piece, node)
        got = _OTHER_FIELD.fullmatch(source)
        return f"{got[1]}.{got[2]}" if got else source
    places, names = arguments(piece, field(node, "arguments"))
    if text_of(piece, names.get("init")) == "False":
        return None
    factory = names.get("default_factory") or names.get("factory")
    if factory is not None:
        if factory.type == "lambda":
            return fallback(piece, field(factory, "body"))
        source = piece.source(factory)
        return f"{source}()" if source.isidentifier() else source
    value = fallback(piece, names.get("default") or (places[0] if places else None))
    return "" if value in {"...", "MISSING", "UNSET", "PydanticUndefined"} else value


# Rust

_RUST_FIELD = """
(struct_item name: (type_identifier) @class body: (field_declaration_list
  (field_declaration name: (field_identifier) @name) @node)) @struct
"""
_SERDE_DEFAULT = re.compile(r"\bdefault(?:\s*=\s*\"([^\"]+)\")?")


def _rust(scene: Scene, match: Match) -> Iterator[Found]:
    """A field of a struct that serde reads."""
    piece, node = scene.piece, only(match, "node")
    holder = piece.source(only(match, "class"))
    if not _counts(scene.path, holder, message=False) or holder.endswith("Args"):
        return
    if not piece.source(only(match, "struct")).startswith("pub"):
        return
    derived = _above(scene, only(match, "struct"), "struct", holder)
    if not re.search(r"\bDeserialize\b", derived) or re.search(r"\b(?:Parser|Args)\b", derived):
        return
    own = " ".join(attributes(piece, node))
    if re.search(r"\bserde\([^)]*\b(?:skip|skip_deserializing|flatten)\b(?!_)", own):
        return
    name = piece.source(only(match, "name")).removeprefix("r#")
    if renamed := re.search(r"\brename\s*=\s*\"([^\"]+)\"", own):
        name = renamed[1]
    default = _SERDE_DEFAULT.search(own) if "serde" in own else None
    value = f"{default[1]}()" if default and default[1] else ""
    yield from _key("config key", (holder, name), value, node, only(match, "class"))


# Go

_GO_FIELD = """
(type_spec name: (type_identifier) @class type: (struct_type (field_declaration_list
  (field_declaration tag: (_) @tag) @node)))
"""
_TAG = re.compile(r"\b(?:json|yaml|mapstructure|toml|koanf):\"([\w.-]+)")
_GO_DEFAULT = re.compile(r"\+kubebuilder:default:?=(.*)|\bdefault:\"([^\"]*)\"")
_GO_API = re.compile(r"/api/(?:\w+/)?v\d\w*/|_types\.go$")


def _go(scene: Scene, match: Match) -> Iterator[Found]:
    """A field with a tag, in a struct of options or in a type of a Kubernetes interface."""
    piece, node = scene.piece, only(match, "node")
    holder = piece.source(only(match, "class"))
    resource = bool(_GO_API.search(scene.path)) and holder[:1].isupper()
    if not resource and not _HOLDER.fullmatch(holder):
        return
    tag = piece.source(only(match, "tag"))
    name = _TAG.search(tag)
    if name is None or name[1] == "-" or holder.endswith("Status"):
        return
    default = _GO_DEFAULT.search(tag) or _marker(piece, node)
    value = (default[1] or default[2] or "").strip() if default else ""
    what: What = "schema" if resource else "config key"
    yield from _key(what, (holder, name[1]), value, node, only(match, "class"))


def _marker(piece: Piece, node: tree_sitter.Node) -> re.Match[str] | None:
    """The default in the comments above a field (controller-gen)."""
    before = node.prev_named_sibling
    while before is not None and before.type == "comment":
        if found := _GO_DEFAULT.search(piece.source(before)):
            return found
        before = before.prev_named_sibling
    return None


# TypeScript

_SCRIPT_FIELD = """
(export_statement (interface_declaration name: (type_identifier) @class
  body: (interface_body (property_signature name: (_) @name) @node)))
"""


def _script(scene: Scene, match: Match) -> Iterator[Found]:
    """A property of an exported interface of options."""
    piece = scene.piece
    holder, name = (piece.source(only(match, key)) for key in ("class", "name"))
    if _HOLDER.fullmatch(holder) and re.fullmatch(r"[\w$]+", name):
        yield from _key("config key", (holder, name), "", only(match, "node"), only(match, "class"))


# In Java, by Spring

_JAVA_VALUE = """
(annotation name: (identifier) @name arguments: (annotation_argument_list (string_literal) @value)
  (#eq? @name "Value")) @node
"""
_PLACEHOLDER = re.compile(r"\$\{([\w.-]{1,120})(?::([^}]*))?\}")


def _java(scene: Scene, match: Match) -> Iterator[Found]:
    """``@Value("${server.port:80}")``."""
    text = string_of(scene.piece, only(match, "value")) or ""
    for found in _PLACEHOLDER.finditer(text):
        yield Found("config key", found[1], found[2] or "", only(match, "node"), use=True)


_HOLDS = re.compile(rb"(?:Config|Configuration|Settings|Args|Arguments|Options|Params)\b|Base\b")

RULES = {
    "python": [
        Rule(re.compile(_HOLDS.pattern + rb"|Request|Response"), _PYTHON_FIELD, _python),
    ],
    "rust": [Rule(_HOLDS, _RUST_FIELD, _rust)],
    "go": [Rule(re.compile(rb"json:|yaml:|mapstructure:|toml:|koanf:"), _GO_FIELD, _go)],
    "typescript": [Rule(_HOLDS, _SCRIPT_FIELD, _script)],
    "tsx": [Rule(_HOLDS, _SCRIPT_FIELD, _script)],
    "java": [Rule(re.compile(rb"@Value"), _JAVA_VALUE, _java)],
}
"""Language → how keys are declared in it."""
_TYPED = [hint(b":", rb"^[ \t]+\w+\?? *: ")]
GATES = {
    "python": [
        hint(b":", rb"^(?: {4}|\t)[a-z]\w* *: *[A-Za-z\"\[](?!.*,$)"),
        hint(b"] =", rb"^[ \t]+\] ="),
        hint(b"default", rb"default(?:_factory)? *="),
    ],
    "rust": [hint(b"pub ", rb"^[ \t]+pub(?:\([a-z]+\))? +\w+ *: "), hint(b"#[serde")],
    "go": [
        hint(b'json:"'),
        hint(b'yaml:"'),
        hint(b'mapstructure:"'),
        hint(b'toml:"'),
        hint(b"kubebuilder:default"),
    ],
    "typescript": _TYPED,
    "tsx": _TYPED,
    "java": [hint(b"@Value(")],
}
"""Language → what changed lines hold when a key may be declared in them, in such places."""
