"""Where a repository's components are, learnt from the paths of its recent commits.

A folder with a manifest is a package, and so a component.  A component that a large
part of all commits touches tells little; it is split into the folders below it.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence

from digest.facts.areas import HOLDERS, SOURCE_ROOTS, component_of
from digest.facts.paths import classify
from digest.facts.wordlists import names

MANIFESTS = names(
    """
    build.gradle build.gradle.kts cargo.toml composer.json go.mod mix.exs package.json package.swift
    pom.xml pyproject.toml setup.py
    """
)
"""Files that make their folder a package."""
LARGE = 0.1
"""Share of the commits on source from which on a component is split."""
PART = 0.015
"""Share from which on a folder of a split component is one itself."""
PART_COMMITS = 5
"""Commits that it must have at the least."""
SPLITS = 3
"""How often the parts of a component may be split again."""
ROOTS_LIMIT = 300
SHORT = 3
"""Letters of names that have no plural."""
FILES_LIMIT = 300
"""Files of one commit that are looked at; larger ones move or format everything."""


def learn_roots(commits: Iterable[Sequence[str]]) -> frozenset[str]:
    """Learn which folders are components.

    Arguments:
        commits: the paths that each commit changed.
    """
    packages: set[str] = set()
    counts: Counter[str] = Counter()
    """Commits by component, and by folder below it."""
    components: Counter[str] = Counter()
    total = 0
    for paths in commits:
        folders: set[str] = set()
        named: set[str] = set()
        for path in paths:
            category = classify(path)
            folder, _, name = path.rpartition("/")
            if name.lower() in MANIFESTS and folder and category == "build":
                packages.add(folder)
            if category == "source":
                component = component_of(path, category)
                named.add(component)
                folders.update(_below(component, folder))
        total += bool(named)
        components.update(named)
        counts.update(folders)
    roots = {folder for folder in packages if not _is_holder(folder)}
    large = [name for name, count in components.items() if count >= LARGE * total]
    least = max(PART_COMMITS, PART * total)
    for _ in range(SPLITS):
        parts = {
            part
            for part, count in counts.items()
            if count >= least and _is_part_of(part, frozenset(large))
        }
        roots |= parts
        large = [part for part in parts if counts[part] >= LARGE * total]
    ranked = sorted(roots, key=lambda folder: (-counts[folder], folder))
    return frozenset(ranked[:ROOTS_LIMIT])


@functools.lru_cache(maxsize=65_536)
def _below(component: str, folder: str) -> tuple[str, ...]:
    """The folders between a component and a file's own, that included."""
    if not folder.startswith(f"{component}/"):
        return ()
    parts = folder[len(component) + 1 :].split("/")
    return tuple("/".join((component, *parts[: depth + 1])) for depth in range(len(parts)))


def _is_part_of(folder: str, wholes: frozenset[str]) -> bool:
    """Tell whether a folder is the first that names something below one of those."""
    if _is_holder(folder):
        return False
    parent = folder.rpartition("/")[0]
    while parent and parent not in wholes and _is_holder(parent):
        parent = parent.rpartition("/")[0]
    return parent in wholes


def _is_holder(folder: str) -> bool:
    """Tell whether a folder is named like those that only hold something."""
    name = folder.rpartition("/")[2]
    return name in SOURCE_ROOTS or name in HOLDERS


@functools.lru_cache(maxsize=65_536)
def plain(name: str) -> str:
    """A name as it is compared: small letters and digits, no plural."""
    letters = "".join(character for character in name.lower() if character.isalnum())
    # `os` is no plural.
    return letters.removesuffix("s") if len(letters) > SHORT else letters


def names_in(paths: Iterable[str]) -> frozenset[str]:
    """The names of the folders and files of some paths, as they are compared."""
    found: set[str] = set()
    for path in paths:
        found |= _names_of(path)
    return frozenset(found)


@functools.lru_cache(maxsize=16_384)
def _names_of(path: str) -> frozenset[str]:
    *folders, name = path.split("/")
    return frozenset(plain(part) for part in (*folders, name.split(".", 1)[0]))
