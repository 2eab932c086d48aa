"""What the source code of one side declares, of all kinds at once: each slice is parsed once."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from digest.facts.interface import config_keys, environment, flags, metrics, routes
from digest.facts.interface.declared import NAME_LIMIT, Declared, is_interface
from digest.facts.interface.gates import Gate, Hint, changed_lines
from digest.facts.interface.nodes import Found, Rule, Scene, only
from digest.facts.syntax import captures, language_of, pieces

if TYPE_CHECKING:
    import tree_sitter

    from digest.facts.diffs import FileDiff, Side
    from digest.facts.syntax import Piece
    from digest.model import Unread

_KINDS = (flags, environment, routes, metrics)
_MATCHES = 4_000
_BLOCKS = "[(mod_item) (function_item)] @node"
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
        scene = Scene(
            piece, file.path(side), content, functools.cache(functools.partial(_blocks, piece))
        )
        for item in _found(scene, rules):
            items.append(_declared(scene, item, starts))
            if len(items) >= _MATCHES:
                return items, unread
    return items, unread


def _found(scene: Scene, rules: tuple[Rule, ...]) -> Iterator[Found]:
    piece = scene.piece
    tests = _Tests(scene)
    for rule in rules:
        if rule.hints.search(piece.text):
            for match in captures(piece, rule.query):
                for item in rule.read(scene, match):
                    if not (piece.language == "rust" and tests.hold(item.node)):
                        yield item


def _blocks(piece: Piece) -> list[tree_sitter.Node]:
    found = [only(match, "node") for match in captures(piece, _BLOCKS)]
    return sorted(found, key=lambda node: node.start_byte)


class _Tests:
    """The tests that Rust keeps beside its programs."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        """Where they begin and end, in their order; what is inside of others is left out."""
        spans: list[tuple[int, int]] = []
        for block in self._scene.blocks():
            inside = spans and block.end_byte <= spans[-1][1]
            if not inside and _is_test(self._scene.piece, block):
                spans.append((block.start_byte, block.end_byte))
        return spans

    def hold(self, node: tree_sitter.Node) -> bool:
        """Tell whether a node stands in one of them."""
        index = bisect_right(self._spans, node.start_byte, key=lambda span: span[0]) - 1
        return index >= 0 and node.end_byte <= self._spans[index][1]


def _is_test(piece: Piece, block: tree_sitter.Node) -> bool:
    if block.type == "mod_item":
        name = block.child_by_field_name("name")
        return name is not None and _TEST_MODULES.fullmatch(piece.source(name)) is not None
    before = block.prev_named_sibling
    if before is None or before.type != "attribute_item":
        return False
    return re.search(r"\btest\b", piece.source(before)) is not None


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
