"""Public symbols that a commit adds, removes, renames, or gives another signature."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from digest.facts.interface import (
    symbols_c,
    symbols_go,
    symbols_java,
    symbols_python,
    symbols_rust,
    symbols_script,
)
from digest.facts.interface.symbols_compare import Changes, compare
from digest.facts.interface.symbols_model import Found, Symbol
from digest.facts.interface.symbols_telling import told
from digest.facts.paths import classify
from digest.facts.syntax import Seeker, Within, language_of, pieces
from digest.facts.wordlists import names
from digest.model import Unread

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, FileDiff, Side
    from digest.model import InterfaceChange

LIMIT = 60
"""Symbols told of one commit: the weightiest."""
READ = 1_500
"""Declarations around the changes of one commit that are compared.  Whoever touches more
changes everything, and what only some of them tell would be wrong."""
FILE_LIMIT = 20
"""Symbols told of a file that is wholly new, or wholly gone."""

_PRIVATE_FOLDERS = names(
    """
    bench benchmark benchmarks build ci contrib demo demos dev devtools example examples experiments
    hack internal migrations notebooks playground recipes research samples script scripts
    tools tutorials utils_scripts xtask
    """
)
"""Folders of programs and helpers, which nobody builds on."""
_PROGRAMS = names("__main__.py main.rs main.go setup.py conftest.py build.rs noxfile.py")
_HEADERS = (".h", ".hh", ".hpp", ".hxx", ".h++", ".cuh")


class Reader(NamedTuple):
    """How the declarations of a language are found."""

    gate: Seeker
    within: Within
    declarations: Callable[[Found], None]


_SCRIPT = Reader(symbols_script.GATE, symbols_script.WITHIN, symbols_script.declarations)
_C = Reader(symbols_c.GATE, symbols_c.WITHIN, symbols_c.declarations)
_READERS = {
    "python": Reader(symbols_python.GATE, symbols_python.WITHIN, symbols_python.declarations),
    "rust": Reader(symbols_rust.GATE, symbols_rust.WITHIN, symbols_rust.declarations),
    "go": Reader(symbols_go.GATE, symbols_go.WITHIN, symbols_go.declarations),
    "java": Reader(symbols_java.GATE, symbols_java.WITHIN, symbols_java.declarations),
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "c": _C,
    "cpp": _C,
}


def symbol_changes(diff: Diff) -> tuple[tuple[InterfaceChange, ...], tuple[Unread, ...]]:
    """The public symbols that differ between both sides of all files of a commit.

    Arguments:
        diff: the changed files.

    Returns:
        The changes, weightiest first, and the files that could not be read for them.
    """
    old: list[Symbol] = []
    new: list[Symbol] = []
    unread: list[Unread] = []
    for file in _sources(diff):
        before, failed = _symbols(file, "old")
        after, failed_too = _symbols(file, "new")
        failed = failed or failed_too
        if failed is not None:
            unread.append(failed)
            continue
        old += before
        new += after
        if len(old) + len(new) > READ:
            return (), tuple(Unread(path=one.change.path, reason="size") for one in _sources(diff))
    changes: Changes = compare(diff, old, new)
    return tuple(islice(told(changes, FILE_LIMIT), LIMIT)), tuple(unread)


def _sources(diff: Diff) -> Iterator[FileDiff]:
    return (file for file in diff.files if file.category == "source")


@functools.lru_cache(maxsize=16_384)
def is_interface(path: str) -> bool:
    """Whether others can build on what a file declares, by its path.

    Arguments:
        path: as git has it.
    """
    *folders, name = path.split("/")
    lower = [folder.lower() for folder in folders]
    if name in _PROGRAMS or not _PRIVATE_FOLDERS.isdisjoint(lower) or "bin" in lower[-2:]:
        return False
    language = language_of(path)
    if language == "python":
        # A stub exists to describe an interface, also that of a compiled ``_core``.
        parts = folders if name.endswith(".pyi") else [*folders, name.rpartition(".")[0]]
        return not any(part.startswith("_") and part != "__init__" for part in parts)
    return language not in {"c", "cpp"} or name.endswith(_HEADERS)


def _symbols(file: FileDiff, side: Side) -> tuple[list[Symbol], Unread | None]:
    """The public symbols around the changes of one side."""
    path = file.path(side)
    reader = _READERS.get(language_of(path) or "")
    if reader is None or not file.patch.data or not is_interface(path):
        return [], None
    if file.change.status in "RC" and side == "old" and classify(path) != "source":
        return [], None
    if file.change.status == ("A" if side == "old" else "D"):
        return [], None
    whole = file.change.status in "AD"
    found: list[Symbol] = []
    parsed, unread = pieces(
        file,
        side,
        reader.gate,
        within=reader.within,
        bodies="none" if whole else "classes",
    )
    for piece in parsed:
        collected = Found(piece, file)
        try:
            if piece.known:
                reader.declarations(collected)
        except RecursionError:  # nobody nests that deep by hand
            return [], Unread(path=path, reason="syntax")
        found += collected.symbols
    # Slices may overlap.
    found = list({(one.name, one.line): one for one in found}.values())
    return found, unread
