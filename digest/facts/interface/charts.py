"""Defaults that are shipped as files: a Helm chart's values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.interface.declared import Declared, is_interface, whole_text
from digest.facts.interface.yamlpaths import Tree

if TYPE_CHECKING:
    from digest.facts.diffs import FileDiff, Side

_MOVING = frozenset(["tag", "digest", "version", "appVersion"])
"""Keys that every release moves."""
_VALUES = re.compile(r"(?:^|/)values\.ya?ml$")


def declared(file: FileDiff) -> tuple[list[Declared], list[Declared]]:
    """Read what both sides of a chart's values hold in their changed lines.

    Arguments:
        file: any changed file; one that is no ``values.yaml`` declares nothing.
    """
    path = file.change.path
    if not _VALUES.search(path) or not file.patch.data or not is_interface(file):
        return [], []
    return _side(file, "old"), _side(file, "new")


def _side(file: FileDiff, side: Side) -> list[Declared]:
    text = whole_text(file, side)
    if not text:
        return []
    tree = Tree(text)
    found = []
    for number, hunk in enumerate(file.hunks, 1):
        for line in hunk.side(side):
            place = tree.place(line.number)
            if place is None or place.listed or place.path[-1] in _MOVING:
                continue
            name = ".".join(place.path)
            parent = ".".join(place.path[:-1])
            found.append(
                Declared(
                    "config key",
                    name,
                    file.path(side),
                    line.number,
                    place.value,
                    parent,
                    hunk=number,
                    changed=line.changed,
                )
            )
    return found
