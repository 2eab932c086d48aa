"""What OpenAPI documents and Kubernetes' custom resource definitions declare."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from digest.facts.interface.declared import Declared, one_line
from digest.facts.interface.protobuf import Entry
from digest.facts.interface.yamlpaths import Place, Tree

if TYPE_CHECKING:
    from digest.facts.diffs import FileDiff, Hunk, Side

METHODS = frozenset(["get", "put", "post", "delete", "options", "head", "patch", "trace"])
RESOURCE = re.compile(r"^kind: CustomResourceDefinition\b", re.MULTILINE)
DOCUMENT = re.compile(r"^(?:openapi|swagger): ?['\"]?[23]", re.MULTILINE)
_KIND = re.compile(r"^ +kind: *(\w+)", re.MULTILINE)
_THROUGH = frozenset(["items", "additionalProperties"])
_TOLD = frozenset(["type", "default", "format", "enum"])
_COLLECTIONS = {"components": 2, "definitions": 1}
_DEPTH = 40
_CHANGED = 3_000


class _Property(NamedTuple):
    name: str
    parent: str
    line: int
    declares: bool
    """Whether the line asked for is the one that declares it, or says its type."""


def declared(file: FileDiff, texts: tuple[str, str]) -> tuple[list[Declared], list[Declared]]:
    """Read what both sides declare around their changed lines.

    Arguments:
        file: the changed file.
        texts: the whole of it, before and after.
    """
    old, new = _Reader(file, texts[0]), _Reader(file, texts[1])
    for hunk in file.hunks:
        removed = old.read(number for number, change in _numbers(hunk, "old") if change)
        added = new.read(number for number, change in _numbers(hunk, "new") if change)
        # A property of which only the type or the default changes stands on both sides.
        shift = hunk.new_start - hunk.old_start
        back = _context(hunk)
        forth = {after: before for before, after in back.items()}
        new.read(back.get(line, line + shift) for line in removed)
        old.read(forth.get(line, line - shift) for line in added)
    return old.found("old"), new.found("new")


class _Reader:
    """What one side of a file declares, as far as it was asked.

    Arguments:
        file: the changed file.
        text: the whole of that side.
    """

    def __init__(self, file: FileDiff, text: str) -> None:
        self._file = file
        self._tree = Tree(text)
        self._resource = bool(RESOURCE.search(text))
        self._text = text
        self._properties: dict[int, _Property] = {}

    def read(self, numbers: Iterator[int]) -> list[int]:
        """Note what lines belong to; give the lines of declarations that they are only part of."""
        parts = []
        for number, _ in zip(numbers, range(_CHANGED), strict=False):
            place = self._tree.place(number)
            item = None if place is None else self._property(place)
            if item is not None:
                self._properties[item.line] = item
                if not item.declares:
                    parts.append(item.line)
        return parts

    def found(self, side: Side) -> list[Declared]:
        """All that was noted."""
        changed = {line.number for line in self._file.lines(side)}
        path = self._file.path(side)
        return [
            Declared(
                "schema",
                item.name,
                path,
                item.line,
                self._value(item.line),
                item.parent,
                changed=item.line in changed,
            )
            for item in self._properties.values()
        ]

    def _property(self, place: Place) -> _Property | None:
        if self._resource:
            return self._resource_property(place)
        return _document_part(place)

    def _resource_property(self, place: Place) -> _Property | None:
        if "openAPIV3Schema" not in place.path:
            return None
        at = place.path.index("openAPIV3Schema") + 1
        names, lines = _names(place.path[at:], place.lines[at:])
        rest = _rest(place.path[at:])
        whole = place.path[-1] == "openAPIV3Schema"
        if not (names or whole) or (rest and (len(rest) > 1 or rest[0] not in _TOLD)):
            return None
        prefix = f"{self._kind(place.lines[0])} {self._version(place, at)}".strip()
        if whole:
            return _Property(prefix, "", place.line, declares=True)
        parent = " ".join(filter(None, (prefix, ".".join(names[:-1]))))
        return _Property(f"{prefix} {'.'.join(names)}", parent, lines[-1], not rest)

    def _kind(self, number: int) -> str:
        """Of the resource in whose document a line stands."""
        start = sum(len(line) + 1 for line in self._tree.lines[: number - 1])
        match = _KIND.search(self._text, max(self._text.rfind("\n---", 0, start), 0))
        return match[1] if match else ""

    def _version(self, place: Place, at: int) -> str:
        """Of the version that a schema belongs to, which is named above it."""
        if "versions" not in place.path[:at] or at < 2:  # noqa: PLR2004 - schema, openAPIV3Schema
            return ""
        line = self._tree.lines[place.lines[at - 2] - 1]
        column = len(line) - len(line.lstrip(" -"))
        name = re.compile(rf"(?: {{{column}}}| {{{max(column - 2, 0)}}}- )name: *(\S+)")
        for number in range(place.lines[at - 2] - 1, max(place.lines[at - 2] - 200, 0), -1):
            text = self._tree.lines[number - 1]
            if match := name.match(text):
                return match[1]
            if len(text) - len(text.lstrip()) < column - 2:
                break
        return ""

    def _value(self, number: int) -> str:
        children = self._tree.children(number)
        value = children.get("type", (0, ""))[1]
        if "enum" in children:
            value += f" ({', '.join(self._items(children['enum'][0]))})"
        if default := children.get("default", (0, ""))[1]:
            value += f" = {default}"
        return value.strip()

    def _items(self, number: int) -> Iterator[str]:
        for line in self._tree.lines[number : number + 40]:
            text = line.strip()
            if not text.startswith("- "):
                break
            yield text[2:].strip("\"' ")


def _numbers(hunk: Hunk, side: Side) -> Iterator[tuple[int, bool]]:
    return ((line.number, line.changed) for line in hunk.side(side))


def _context(hunk: Hunk) -> dict[int, int]:
    """Old line → new line, of the lines that both sides of a hunk share."""
    old = (number for number, changed in _numbers(hunk, "old") if not changed)
    new = (number for number, changed in _numbers(hunk, "new") if not changed)
    return dict(zip(old, new, strict=False))


def _names(path: tuple[str, ...], lines: tuple[int, ...]) -> tuple[list[str], list[int]]:
    """The names of the properties on a path through a schema, and their lines."""
    names, found, expects = [], [], False
    for key, line in zip(path, lines, strict=True):
        if expects:
            names.append(key)
            found.append(line)
            expects = False
        elif key == "properties":
            expects = True
        elif key not in _THROUGH:
            break
    return names, found


def _rest(path: tuple[str, ...]) -> tuple[str, ...]:
    """What follows the last property on a path through a schema."""
    expects = False
    for index, key in enumerate(path):
        if expects:
            expects = False
        elif key == "properties":
            expects = True
        elif key not in _THROUGH:
            return path[index:]
    return ("properties",) * 2 if expects or (path and path[-1] in _THROUGH) else ()


def _document_part(place: Place) -> _Property | None:
    """What a line of an OpenAPI document declares."""
    path, lines = place.path, place.lines
    if path[0] == "paths" and len(path) == 3 and path[2] in METHODS:  # noqa: PLR2004 - paths./x.get
        return _Property(f"{path[2].upper()} {path[1]}", "", lines[2], declares=True)
    depth = _COLLECTIONS.get(path[0], 0)
    if not depth or (depth == 2 and path[1:2] != ("schemas",)) or len(path) <= depth:  # noqa: PLR2004
        return None
    names, places = _names(path[depth + 1 :], lines[depth + 1 :])
    rest = _rest(path[depth + 1 :])
    if len(rest) > 1 or (rest and rest[0] not in _TOLD):
        return None
    full = [f"schema {path[depth]}", *names]
    line = places[-1] if places else lines[depth]
    return _Property(".".join(full), ".".join(full[:-1]), line, not rest)


def json_entries(text: str) -> Iterator[Entry]:
    """Read what an OpenAPI document in JSON declares; its lines are not known.

    Arguments:
        text: the document.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested beyond reason.
    """
    document = json.loads(text)
    if not isinstance(document, dict) or not {"openapi", "swagger"} & set(document):
        return
    for path, item in _mapping(document.get("paths")).items():
        for method in METHODS & set(_mapping(item)):
            yield Entry(f"{method.upper()} {path}", "", 0)
    schemas = _mapping(_mapping(document.get("components")).get("schemas"))
    for name, schema in {**_mapping(document.get("definitions")), **schemas}.items():
        yield Entry(f"schema {name}", "", 0)
        yield from _json_properties(schema, f"schema {name}", 0)


def _json_properties(schema: Any, parent: str, depth: int) -> Iterator[Entry]:  # noqa: ANN401 - JSON
    for name, item in _mapping(_mapping(schema).get("properties")).items():
        yield Entry(f"{parent}.{name}", _json_value(_mapping(item)), 0, parent)
        if depth < _DEPTH:
            yield from _json_properties(item, f"{parent}.{name}", depth + 1)


def _json_value(item: dict[str, Any]) -> str:
    value = str(item.get("type") or str(item.get("$ref") or "").rpartition("/")[2])
    if isinstance(item.get("enum"), list):
        value += f" ({', '.join(map(str, item['enum'][:40]))})"
    if "default" in item:
        value += f" = {item['default']}"
    return one_line(value)


def _mapping(value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, dict) else {}
