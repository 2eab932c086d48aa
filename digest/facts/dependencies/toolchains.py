"""Files that name the version of a language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.dependencies.entries import Entry, Source

if TYPE_CHECKING:
    from digest.model.facts import Ecosystem

_VERSION = re.compile(r"\s*v?([\w./+-]{1,60})\s*(?:#.*)?")
_TOOL = re.compile(r"([a-z][\w-]{0,40})\s+([\w.+-]{1,60})(?:\s.*)?")
_ECOSYSTEMS: dict[str, Ecosystem] = {
    "golang": "go", "go": "go", "java": "java", "node": "javascript", "nodejs": "javascript",
    "python": "python", "ruby": "ruby", "rust": "rust",
}  # fmt: skip
_NAMES = {"golang": "go", "nodejs": "node"}


def python_version(source: Source) -> Iterator[Entry]:
    """``.python-version``."""
    yield from _first(source, "python")


def node_version(source: Source) -> Iterator[Entry]:
    """``.nvmrc`` and ``.node-version``."""
    yield from _first(source, "node")


def _first(source: Source, name: str) -> Iterator[Entry]:
    for number, text in source.rows:
        if number and not text.lstrip().startswith("#") and (match := _VERSION.fullmatch(text)):
            yield Entry(_ECOSYSTEMS[name], name, match[1], number)
            return


def tool_versions(source: Source) -> Iterator[Entry]:
    """``.tool-versions`` of asdf and mise."""
    for number, text in source.rows:
        if number and (match := _TOOL.fullmatch(text)):
            name = _NAMES.get(match[1], match[1])
            yield Entry(_ECOSYSTEMS.get(name, "other"), name, match[2], number)
