"""Which classes and functions a commit works on.

git names, in the heading of each hunk, the last line before it that begins in
the first column: mostly the class or the function that the hunk is in.  Lines
of that sort inside a hunk take over from there.  That costs nothing, and is
enough to tell a reader where to look; what is *declared* differently is told by
:mod:`digest.facts.interface`, which reads more closely.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from digest.model import Evidence, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.facts.diffs import Diff, FileDiff

LIMIT = 5
PARTS = 2_000
"""Beginnings inside one hunk that are looked at."""
HUNKS = 400
"""Hunks of a commit that are looked at."""

_NAME = rb"[A-Za-z_$][\w$]{0,100}"
_PYTHON = re.compile(rb"(?:async\s+)?(?:def|class)\s+(" + _NAME + rb")")
_RUST = re.compile(
    rb"(?:pub(?:\([^()]{1,40}\))?\s+)?(?:default\s+|const\s+|async\s+|unsafe\s+|extern\s+\"C\"\s+)*"
    rb"(?:(?:fn|struct|enum|trait|union|mod|macro_rules!)\s+(" + _NAME + rb")"
    rb"|impl\b(?:<[^{]{0,200}?>)?\s*(?:[^{]{0,200}?\bfor\s+)?(?:&(?:'\w+\s+)?)?(?:\w+::)*("
    + _NAME
    + rb"))"
)
_GO = re.compile(
    rb"(?:func\s+(?:\(\s*(?:\w+\s+)?\*?(\w{1,100})[^()]{0,60}\)\s*)?(\w{1,100})|type\s+(\w{1,100}))"
)
_SCRIPT = re.compile(
    rb"(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    rb"(?:(?:class|function\*?|interface|enum|namespace|type)\s+(" + _NAME + rb")"
    rb"|(?:const|let|var)\s+("
    + _NAME
    + rb")\s*(?::[^=]{1,200})?=\s*(?:async\s*)?(?:function|\(|\w+\s*=>))"
)
_JAVA = re.compile(
    rb"(?:(?:public|protected|private|abstract|final|static|sealed|data|open|internal)\s+)*"
    rb"(?:class|interface|enum|record|object)\s+(" + _NAME + rb")"
)
_C = re.compile(
    rb"(?!(?:if|for|while|switch|return|else|using|typedef|namespace|extern|template)\b)"
    rb"(?:(?:class|struct|enum(?:\s+class)?|union)\s+(" + _NAME + rb")(?!\s*[;*&]|[^{:;]{0,80}\()"
    rb"|[A-Za-z_][\w:<>,*&\s]{0,160}?[\s*&]((?:\w{1,80}::){0,4}~?\w{1,80})\s*\([^;]{0,400}$)"
)
_BY_SUFFIX: dict[str, re.Pattern[bytes]] = {
    **dict.fromkeys(("py", "pyi", "pyx"), _PYTHON),
    "rs": _RUST,
    "go": _GO,
    **dict.fromkeys(("ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts"), _SCRIPT),
    **dict.fromkeys(("java", "kt", "scala", "cs"), _JAVA),
    **dict.fromkeys(("c", "cc", "cpp", "cxx", "h", "hh", "hpp", "cu", "cuh"), _C),
}
_TESTS = frozenset(["tests", "test", "bench", "benches"])
"""Modules inside a source file that are not the program."""
_STARTS = re.compile(rb"\n[ +-](?=[A-Za-z_$])")
_CHANGED = re.compile(rb"\n[+-]")


def symbols_of(diff: Diff) -> tuple[Symbol, ...]:
    """Collect the classes and functions around a commit's changed lines, the busiest first.

    Arguments:
        diff: the changed files; only those of source are looked at.
    """
    lines: dict[tuple[str, str], int] = {}
    first: dict[tuple[str, str], Evidence] = {}
    left = HUNKS
    for file in diff.files:
        pattern = _BY_SUFFIX.get(file.change.path.rpartition(".")[2].lower())
        if pattern is None or file.category != "source" or file.change.status == "D" or left <= 0:
            continue
        left -= len(file.hunks)
        for name, count, number in _around(file, pattern):
            key = (file.change.path, name)
            lines[key] = lines.get(key, 0) + count
            first.setdefault(key, Evidence(path=file.change.path, line=number))
    ranked = sorted(lines, key=lambda key: (-lines[key], key))
    return tuple(
        Symbol(name=name, lines=lines[path, name], evidence=(first[path, name],))
        for path, name in ranked[:LIMIT]
    )


def _around(file: FileDiff, pattern: re.Pattern[bytes]) -> Iterator[tuple[str, int, int]]:
    """Symbols, how many lines are changed in each, and the new number of one of them."""
    for hunk in file.hunks[:HUNKS]:
        name = _named(hunk.heading, pattern)
        # What comes before the first line of a hunk that may begin something is under its heading.
        found = islice(_STARTS.finditer(hunk.data), PARTS)
        bounds = [match.start() + 1 for match in found]
        if _STARTS.match(b"\n" + hunk.data[:2]):
            bounds.insert(0, 0)
        if not bounds and (name is None or name in _TESTS):
            continue
        starts = frozenset(bounds)
        number = hunk.new_start
        for start, end in zip([0, *bounds], [*bounds, len(hunk.data)], strict=True):
            part = hunk.data[start:end]
            if start in starts:
                name = _named(part[1 : part.find(b"\n") % (len(part) + 1)], pattern) or name
            removed = _count(part, b"-")
            if name is not None and name not in _TESTS:
                added = _count(part, b"+")
                if added or removed:
                    yield name, added + removed, max(1, number + _before(part) - (not added))
            number += part.count(b"\n") + (end == len(hunk.data)) - removed


def _count(part: bytes, mark: bytes) -> int:
    """How many lines of a part have a mark."""
    return part.count(b"\n" + mark) + part.startswith(mark)


def _before(part: bytes) -> int:
    """How many lines of context a part begins with."""
    match = _CHANGED.search(b"\n" + part)
    return 0 if match is None else part.count(b"\n", 0, max(match.start(), 0))


def _named(line: bytes, pattern: re.Pattern[bytes]) -> str | None:
    match = pattern.match(line[:600])
    if match is None:
        return None
    name = b".".join(group for group in match.groups() if group)
    # Two underscores in front belong to a compiler's own words in C: ``__launch_bounds__``.
    return None if name.startswith(b"__") else name.decode("ascii", "replace") or None
