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
HEADING = 80
"""Bytes of a heading, where git cuts it (``func`` in its ``xdiff/xemit.c``)."""
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
        name = _named(hunk.heading, pattern, cut_at=HEADING)
        data = b"\n" + hunk.data
        # What comes before the first line of a hunk that may begin something is under its heading.
        begun = [match.start() for match in islice(_STARTS.finditer(data), PARTS)]
        if not begun and (name is None or _is_of_tests(name)):
            continue
        number = hunk.new_start
        starts = begun if begun and begun[0] == 0 else [0, *begun]
        for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
            if start or starts is begun:
                name = _named(_line(data, start), pattern) or name
            removed = data.count(b"\n-", start, end)
            if name is not None and not _is_of_tests(name):
                added = data.count(b"\n+", start, end)
                if added or removed:
                    before = _before(data, start, end)
                    yield name, added + removed, max(1, number + before - (not added))
            number += data.count(b"\n", start, end) - removed


def _line(data: bytes, start: int) -> bytes:
    """The line behind a line feed, without its mark."""
    end = data.find(b"\n", start + 1)
    return data[start + 2 : end if end >= 0 else len(data)]


def _before(data: bytes, start: int, end: int) -> int:
    """How many lines of context a part begins with."""
    match = _CHANGED.search(data, start, end)
    return 0 if match is None else data.count(b"\n", start, match.start())


def _is_of_tests(name: str) -> bool:
    return name in _TESTS or name.endswith("_tests")


def _named(line: bytes, pattern: re.Pattern[bytes], *, cut_at: int = 600) -> str | None:
    """What a line names; None where the name itself may have been cut."""
    match = pattern.match(line[:cut_at])
    if match is None or match.end(match.lastindex or 0) == cut_at:
        return None
    name = b".".join(group for group in match.groups() if group)
    # Two underscores in front belong to a compiler's own words in C: ``__launch_bounds__``.
    return None if name.startswith(b"__") else name.decode("ascii", "replace") or None
