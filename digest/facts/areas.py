"""The components that a commit touches, named by folders as the repository names them.

A component is the first folder that names something: ``src``, ``lib``,
``components`` and their like only hold components; a package of the project's own name
(``vllm/``, ``python/sglang/``) holds parts that are worth telling apart.  That much
is told from the path alone.  Packages further down, and the parts of components that most
commits touch, are learnt from the repository (see ``layout``).
"""

from __future__ import annotations

import functools
from collections.abc import Collection

import msgspec

from digest.facts.paths import category_of
from digest.facts.wordlists import names
from digest.model import Area, Category, Commit

HOLDERS = names(
    """
    addons apps backends bindings cmd components contrib crates deploy extensions integrations
    launch lib libs modules packages pkg plugins projects providers services src staging
    """
)
"""Folders that hold components and are none."""
SOURCE_ROOTS = names("java kotlin python src")
"""Below them stands the package, and the package's parts are the components."""
JAVA_ROOTS = names("com io main net org")
"""Folders above a package of Java, below ``src``."""
CROSSROADS = names("contrib internal model_executor srt v0 v1 v2 v3 v4 v1alpha1 v1beta1")
"""Folders so general that the one below is meant."""
COARSE: frozenset[Category] = frozenset(["documentation", "ci", "vendored"])
"""Categories of which nobody asks for the part."""
SET_APART = frozenset({"lock", "generated", "vendored", "data"})
"""Categories that come last, however large, because nobody wrote them."""


@functools.lru_cache(maxsize=65_536)
def component_of(path: str, category: Category) -> str:
    """Name the component that a file belongs to.

    Arguments:
        path: of the file.
        category: what the file is for.  Tests, documentation and CI keep to coarser names.

    Returns:
        A folder, without a slash at its end; the file itself where it lies at the top.
    """
    folders = path.split("/")[:-1]
    if not folders:
        return path
    if category == "ci" or (category == "documentation" and folders[0] not in HOLDERS):
        return "/".join(folders[:2]) if folders[0] in {"scripts", "tools"} else folders[0]
    depth = 0
    while depth < len(folders) and _holds(folders, depth):
        depth += 1
    in_root = depth > 0 and folders[depth - 1] in SOURCE_ROOTS
    depth = _step(folders, depth)
    if depth == 1 or in_root:
        depth = _step(folders, depth)
    while folders[depth - 1] in CROSSROADS and (deeper := _step(folders, depth)) > depth:
        depth = deeper
    return "/".join(folders[:depth])


def _holds(folders: list[str], depth: int) -> bool:
    """Tell whether a folder only holds components; ``bindings/python`` is one itself."""
    folder = folders[depth]
    if folder in HOLDERS:
        return True
    below_source = depth > 0 and folders[0] == "src"
    return (folder in SOURCE_ROOTS and (depth == 0 or below_source)) or (
        folder in JAVA_ROOTS and below_source
    )


def _step(folders: list[str], depth: int) -> int:
    """Go one folder deeper, but not into the ``src`` of a component that is already named."""
    if depth >= len(folders) or (depth > 0 and folders[depth] == "src"):
        return depth
    return depth + 1


def within(path: str, component: str, category: Category, roots: Collection[str]) -> str:
    """The deepest of some folders that holds a file, if it is deeper than its component.

    Arguments:
        path: of the file.
        component: what its path alone says.
        category: what the file is for; documentation and CI keep to coarser names.
        roots: the folders.
    """
    if not roots or category in COARSE:
        return component
    end = path.rfind("/")
    while end > len(component):
        if path[:end] in roots:
            return path[:end]
        end = path.rfind("/", 0, end)
    return component


class _Churn(msgspec.Struct):
    files: int = 0
    insertions: int = 0
    deletions: int = 0


def areas_of(commit: Commit, roots: Collection[str] = frozenset()) -> tuple[Area, ...]:
    """Sum a commit's changes up by component and category.

    Arguments:
        commit: whose changes are summed up.
        roots: folders that are components of this repository, learnt from its recent commits;
            they are finer than what a path alone tells.

    Returns:
        The largest churn first; lock, generated, vendored and data files after all others.
    """
    sums: dict[tuple[str, Category], _Churn] = {}
    for change in commit.changes:
        category = category_of(change)
        name = within(change.path, component_of(change.path, category), category, roots)
        churn = sums.setdefault((name, category), _Churn())
        churn.files += 1
        churn.insertions += change.insertions or 0
        churn.deletions += change.deletions or 0
    areas = (
        Area(
            name=name,
            category=category,
            files=churn.files,
            insertions=churn.insertions,
            deletions=churn.deletions,
        )
        for (name, category), churn in sums.items()
    )
    return tuple(
        sorted(
            areas,
            key=lambda area: (
                area.category in SET_APART,
                -(area.insertions + area.deletions),
                -area.files,
                area.name,
                area.category,
            ),
        )
    )
