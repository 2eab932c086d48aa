"""Whether what a commit takes away is really gone, and whether anybody had it.

Most functions that a program's source calls public are called by nobody outside, and much
that is taken away in one place stands again in another.  So a removal counts as strong
only where users could see the thing: an option, a variable, a route, a metric, a schema, or
a symbol that its package offers to others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from digest.facts.messages import title_of
from digest.facts.wordlists import names

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, FileDiff
    from digest.model import InterfaceChange

Strength = Literal["strong", "weak"]

ASIDE_FOLDERS = names(
    """
    .agents .claude .github bench benches benchmark benchmarks demo demos devtools example
    examples experimental_scripts fixtures hack internal_tools misc mocks playground playgrounds
    profiling recipes sample samples scripts skills testing testing_utils testutil testutils tools
    tutorial tutorials utils_test
    """
)
"""Folders of programs that are beside the product."""
PRIVATE_FOLDERS = names("_internal internal internals private _private _vendor impl detail details")
ABI_FOLDERS = names("bindings ffi include sdk")
"""Folders whose symbols other programs are built against."""
API_FOLDERS = names("api apis client clients protocol protocols public")
"""Folders whose symbols are meant for others, unless they serve the program itself."""
SOURCE_ROOTS = names("crates lib libs packages python src")
EXPORTING_FILES = names("__init__.py __init__.pyi index.ts index.js index.d.ts lib.rs mod.ts")
"""Files in which a package says what it offers."""
EXPORT_DEPTH = 2
"""Folders below the root of the sources; what lies deeper exports to the package itself."""
_VERSIONED = re.compile(r"/api(?:s)?/(?:[\w.-]{1,40}/)?v\d\w{0,10}/")
_TAKES_AWAY = re.compile(
    r"\b(?:remov|delet|drop|renam|discontinu|decommission|retir|eliminat|sunset)"
    r"(?:e|es|ed|ing|s|p|ps|ped|ping)?\b",
    re.IGNORECASE,
)
"""Words of a title whose aim is that something is gone."""
_TESTING = re.compile(r"(?:^|[/_])(?:tests?|bench(?:mark)?s?|mocks?|fixtures?)(?:[_./]|$)")
_PRIVATE = re.compile(r"(?:^|[.:#/])_(?!_\w+__$)")
_TAIL = re.compile(r"[A-Za-z_]\w*(?=\W*$)")
OCCURRENCES = 200
"""Lines that hold a name and are looked at."""
REACH = 300
"""Bytes on each side of a name that are looked at."""
_DEFINES = (
    rb"\b(?:def|class|fn|struct|enum|trait|type|func|interface|const|static|let|var|mod"
    rb"|function|union|using|import|use|export|from)\b[^\n]{0,200}?\bNAME\b"
    rb"|^\s*NAME\s*(?::[^=\n]{0,100})?=(?!=)"
    rb"|[\"']NAME[\"']"
)
"""A line that defines a name, hands it on, or keeps an alias of it."""
_UNUSED = re.compile(
    r"(?<![\w`-])(?:unused|dead|redundant|duplicated?|unnecessary|obsolete|stale|left-?overs?|unreachable"
    r"|orphaned|outdated|no-op|useless|internal|private|problematic|hard-?coded)\b",
    re.IGNORECASE,
)
"""What a title says of things that nobody misses; not the name of a thing: ``allow-unused``."""


def in_product(path: str) -> bool:
    """Tell whether a file is of the product, and not a script, example or benchmark beside it."""
    folded = path.lower()
    return ASIDE_FOLDERS.isdisjoint(folded.split("/")[:-1]) and not _TESTING.search(folded)


def is_private(change: InterfaceChange) -> bool:
    """Tell whether something is its package's own business, by its name and where it stands."""
    if change.what == "public symbol" and _PRIVATE.search(change.previous_name or change.name):
        return True
    if change.what not in {"public symbol", "config key", "schema"}:
        return False
    return any(
        folder in PRIVATE_FOLDERS or (folder.startswith("_") and folder != "__init__.py")
        for evidence in change.evidence[:1]
        for folder in evidence.path.lower().split("/")
    )


def removed_for_good(
    diff: Diff, interface: tuple[InterfaceChange, ...]
) -> tuple[InterfaceChange, ...]:
    """What a commit takes away or renames of the interface, without what is still there.

    Arguments:
        diff: the changed files.
        interface: what extraction found.

    Returns:
        Those of the product that nothing private, moved, re-exported or left as an alias
        explains away.
    """
    candidates = [
        change
        for change in interface
        if change.change in {"removed", "renamed"}
        and change.evidence
        and in_product(change.evidence[0].path)
        and not is_private(change)
    ]
    if not candidates:
        return ()
    added = _added_code(diff)
    return tuple(change for change in candidates if not _stays(change, added))


def strength_of(diff: Diff, change: InterfaceChange) -> Strength:
    """Tell how likely users had what is gone.

    Arguments:
        diff: whose title, exports and documentation may name it.
        change: something removed or renamed.
    """
    if change.what != "public symbol":
        return "strong"
    path = change.evidence[0].path.lower() if change.evidence else ""
    folders = path.split("/")[:-1]
    compiled = not path.endswith(".py")
    if compiled and (not ABI_FOLDERS.isdisjoint(folders) or _VERSIONED.search(f"/{path}")):
        return "strong"
    if not takes_away(title_of(diff.commit)):
        return "weak"
    tail = tail_of(change.previous_name or change.name)
    offered = (
        _exports(path)
        or not (ABI_FOLDERS | API_FOLDERS).isdisjoint(folders)
        or (tail != "" and _is_listed(diff, tail))
    )
    return "strong" if offered else "weak"


def _exports(path: str) -> bool:
    """Whether a file says what its whole package offers, by its path in small letters."""
    *folders, file = path.split("/")
    roots = [index for index, folder in enumerate(folders) if folder in SOURCE_ROOTS]
    depth = len(folders) - (roots[-1] + 1 if roots else 0)
    return file in EXPORTING_FILES and depth <= EXPORT_DEPTH


def tail_of(name: str) -> str:
    """The last identifier of a dotted name."""
    match = _TAIL.search(name[-200:])
    return match[0] if match else ""


def takes_away(title: str) -> bool:
    """Tell whether it is a title's aim that something is gone."""
    return _TAKES_AWAY.search(title) is not None


def says_unused(title: str) -> bool:
    """Tell whether a title says that nobody misses what is removed."""
    return _UNUSED.search(title) is not None


def _added_code(diff: Diff) -> bytes:
    """The added lines of programs, one after the other."""
    return b"\n".join([file.added for file in diff.files if file.category == "source"])


def _stays(change: InterfaceChange, added: bytes) -> bool:
    """Whether an added line defines the name again, hands it on, or keeps an alias of it."""
    name = change.previous_name or change.name
    tail = tail_of(name) if change.what == "public symbol" else name
    word = tail.encode("utf-8", "replace")
    if not word or word not in added:
        return False
    if change.what != "public symbol":
        # An option that an added line still names is still read, if only to warn.
        return change.change == "removed"
    # An identifier holds nothing that means something in a pattern.
    defines = re.compile(_DEFINES.replace(b"NAME", word))
    return any(defines.search(line) for line in _lines_with(added, word))


def _lines_with(text: bytes, word: bytes) -> Iterator[bytes]:
    """The first lines that hold a word, each once."""
    position = text.find(word)
    for _ in range(OCCURRENCES):
        if position < 0:
            return
        end = text.find(b"\n", position)
        end = len(text) if end < 0 else end
        yield text[
            max(text.rfind(b"\n", 0, position) + 1, position - REACH) : min(end, position + REACH)
        ]
        position = text.find(word, end)


def _is_listed(diff: Diff, tail: str) -> bool:
    """Whether the commit takes a name out of a package's exports or out of its documentation."""
    word = tail.encode("utf-8", "replace")
    listed = re.compile(rb"(?<!\w)" + re.escape(word) + rb"(?!\w)")
    telling = not tail.islower() or "_" in tail
    return any(
        word in file.patch.data and any(listed.search(line.text) for line in file.lines("old"))
        for file in diff.files
        if _exports(file.change.path.lower()) or (telling and _documents(file))
    )


def _documents(file: FileDiff) -> bool:
    path = file.change.path.lower()
    return file.category == "documentation" and "changelog" not in path and in_product(path)
