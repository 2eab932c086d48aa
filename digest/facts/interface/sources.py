"""What the source code of one side declares, of all kinds at once: each slice is parsed once."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.interface import config_keys, environment, flags, metrics, routes
from digest.facts.interface.declared import NAME_LIMIT, Declared, is_interface
from digest.facts.interface.gates import Gate, Hint, changed_lines
from digest.facts.interface.nodes import Found, Rule, Scene
from digest.facts.syntax import captures, language_of, pieces

if TYPE_CHECKING:
    import tree_sitter

    from digest.facts.diffs import FileDiff, Side
    from digest.facts.syntax import Piece
    from digest.model import Unread

_KINDS = (flags, environment, routes, metrics)
_MATCHES = 4_000
_COMMENT = re.compile(r"[ \t]#[^\n\"']*$", re.MULTILINE)
_TEST_MODULES = re.compile(r"(?:\w+_)?tests?")


@functools.cache
def _hints(language: str, *, configures: bool, declares: bool) -> tuple[Hint, ...]:
    """What changed lines hold when anything may be declared in them."""
    tables = [kind.GATES for kind in _KINDS]
    tables += [config_keys.GATES] if configures else []
    tables += [environment.DECLARING_GATES] if declares else []
    return tuple(hint for table in tables for hint in table.get(language, ()))


@functools.cache
def _rules(language: str, *, configures: bool) -> tuple[Rule, ...]:
    kinds = (*_KINDS, config_keys) if configures else _KINDS
    tables: list[dict[str, list[Rule]]] = [kind.RULES for kind in kinds]
    return tuple(rule for table in tables for rule in table.get(language, ()))


def declared(file: FileDiff) -> tuple[list[Declared], list[Declared], Unread | None]:
    """Read what a source file declares around its changes.

    Arguments:
        file: any changed file.

    Returns:
        What it declared before, what it declares now, and why it could not be read, if so.
    """
    old, new = file.path("old"), file.path("new")
    language = language_of(new)
    if language is None or language_of(old) != language or not is_interface(file):
        return [], [], None
    configures = language == "java" or bool(config_keys.PLACES.search(new))
    declares = bool(environment.DECLARES.search(new))
    gate = Gate(_hints(language, configures=configures, declares=declares), file.changed)
    if not gate.admits(changed_lines(file)):
        return [], [], None
    rules = _rules(language, configures=configures)
    before, first = _side(file, "old", gate, rules)
    after, second = _side(file, "new", gate, rules)
    return before, after, first or second


def _side(
    file: FileDiff, side: Side, gate: Gate, rules: tuple[Rule, ...]
) -> tuple[list[Declared], Unread | None]:
    found, unread = pieces(file, side, gate, bodies=tuple(rule.hints for rule in rules))
    content = functools.cache(lambda: (file.content(side) or b"").decode("utf-8", "replace"))
    starts = [hunk.old_start if side == "old" else hunk.new_start for hunk in file.hunks]
    items: list[Declared] = []
    for piece in found:
        scene = Scene(piece, file.path(side), content)
        for item in _found(scene, rules):
            items.append(_declared(scene, item, starts))
            if len(items) >= _MATCHES:
                return items, unread
    return items, unread


def _found(scene: Scene, rules: tuple[Rule, ...]) -> Iterator[Found]:
    piece = scene.piece
    for rule in rules:
        if rule.hints.search(piece.text):
            for match in captures(piece, rule.query):
                for item in rule.read(scene, match):
                    if not (piece.language == "rust" and _tested(piece, item.node)):
                        yield item


def _tested(piece: Piece, node: tree_sitter.Node) -> bool:
    """Tell whether a node stands in the tests that Rust keeps beside its programs."""
    above = node.parent
    while above is not None:
        if above.type == "mod_item":
            name = above.child_by_field_name("name")
            if name is not None and _TEST_MODULES.fullmatch(piece.source(name)):
                return True
        elif above.type == "function_item":
            before = above.prev_named_sibling
            marked = before is not None and before.type == "attribute_item"
            if before is not None and marked and re.search(r"\btest\b", piece.source(before)):
                return True
        above = above.parent
    return False


def _declared(scene: Scene, item: Found, starts: list[int]) -> Declared:
    line = scene.piece.line(item.node)
    return Declared(
        item.what,
        item.name[:NAME_LIMIT],
        scene.path,
        line,
        _plain(item.value),
        item.parent,
        *_trace(item),
        bisect_right(starts, line),
        changed=scene.piece.changed(item.node),
        use=item.use,
    )


def _plain(value: str) -> str:
    """A value without the comments in it and the brackets around it alone."""
    if "#" in value:
        value = _COMMENT.sub("", value)
    value = value.strip()
    if value.startswith("(") and value.endswith(")") and not set(value[1:-1]) & set("(),"):
        value = value[1:-1].strip()
    return value


def _trace(item: Found) -> tuple[str, str]:
    """How a name is written, and a pattern of the lines that speak of it."""
    if item.what in {"config key", "schema"}:
        name = item.name.rpartition(".")[2]
        word = re.escape(name)
        return name, rf"^[ \t]+(?:pub(?:\([a-z]+\))? +)?{word}\??[ \t]*:|[\"'`:]{word}[\"',]"
    if item.what == "HTTP route":
        path = item.name.partition(" ")[2]
        return path, rf"[\"'`]{re.escape(path)}[\"'`]"
    return item.name, rf"(?<![\w-]){re.escape(item.name)}(?![\w-])"
