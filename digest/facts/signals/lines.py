"""Changed lines that hold one of the patterns, found without taking every hunk apart.

The words of a patch are looked up in one set of all the patterns' words, which costs a
hundredth of taking its lines apart; only around the words that are there are lines cut out
and read.
"""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from digest.model import Evidence

if TYPE_CHECKING:
    from digest.facts.diffs import FileDiff, Side
    from digest.facts.signals.patterns import Pattern, Where

EVIDENCE = 3
"""Lines that show a signal."""
LONGEST = 1_000
"""Bytes of a line; a longer one was written by a program."""
BEHIND = 240
"""Bytes behind a line in which a call goes on."""

_HEADER = re.compile(rb"@@ -(\d+)(?:,\d+)? \+(\d+)")
_SEPARATORS = bytes(
    code if chr(code).isalnum() or code in b"_" or code >= 0x80 else 0x20  # noqa: PLR2004
    for code in range(256)
)
_DOUBLE = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_EITHER = re.compile(rb'"(?:[^"\\]|\\.)*+"' + rb"|'(?:[^'\\]|\\.)*+'" + rb"|`[^`]*+`")
_HASH = re.compile(rb"(?:^|\s)#")
_SLASHES = re.compile(rb"//|^\s*(?:/?\*)|/\*")
_HASH_ENDINGS = (".py", ".pyi", ".pyx", ".sh", ".bash", ".rb", ".yaml", ".yml", ".toml", ".ex")
_EITHER_ENDINGS = (*_HASH_ENDINGS, ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".php", ".vue")
_HUNK = re.compile(rb"\n@@ ")
_RUST_TESTS = re.compile(rb"mod (?:\w{1,40}_)?tests?\b")
_PROSE = (b'"""', b"'''", b"- ", b"* ", b":param", b">>>")
"""What lines of comments and docstrings begin with."""


class Hit(NamedTuple):
    """A changed line that holds a pattern."""

    file: FileDiff
    position: int
    """Of the line in the patch, its mark included."""
    side: Side
    text: bytes
    """Without the blanks around it: what a moved line keeps."""

    def evidence(self) -> Evidence:
        """Where the line is."""
        number = number_of(self.file.patch.data, self.position, self.side)
        return Evidence(path=self.file.path(self.side), line=number, side=self.side)


class Found(msgspec.Struct):
    """A signal on its way."""

    name: str
    count: int
    evidence: list[Evidence] = msgspec.field(default_factory=list)


def words_of(data: bytes) -> set[bytes]:
    """The words of a patch, where a word is what programs call an identifier."""
    return set(data.translate(_SEPARATORS).split())


def collect(
    file: FileDiff,
    words: set[bytes],
    by_word: Mapping[bytes, tuple[Pattern, ...]],
    hits: dict[str, list[Hit]],
) -> None:
    """Add the lines of one file that hold a pattern.

    Arguments:
        file: whose patch is searched.
        words: the words in it.
        by_word: the patterns by their words.
        hits: the lines by the pattern's name.
    """
    present = by_word.keys() & words
    if not present:
        return
    data = file.patch.data
    path = file.change.path.lower()
    seen: set[tuple[int, int]] = set()
    in_tests = _in_rust_tests(data) if path.endswith(".rs") and b"test" in data else _nowhere
    for word in sorted(present):
        patterns = [pattern for pattern in by_word[word] if path.endswith(pattern.suffixes)]
        if not patterns:
            continue
        for start, end in lines_with(data, word):
            for pattern in patterns:
                if (id(pattern), start) in seen:
                    continue
                seen.add((id(pattern), start))
                if holds(pattern, data, start, end, path) and not in_tests(start):
                    side: Side = "new" if data[start] == _ADDED else "old"
                    hit = Hit(file, start, side, data[start + 1 : end].strip())
                    hits.setdefault(pattern.name, []).append(hit)


def by_word(patterns: Iterable[Pattern]) -> dict[bytes, tuple[Pattern, ...]]:
    """Turn patterns into an index by the words that they cannot do without."""
    index: dict[bytes, tuple[Pattern, ...]] = {}
    for pattern in patterns:
        for word in pattern.words:
            index[word] = (*index.get(word, ()), pattern)
    return index


_ADDED, _REMOVED = b"+"[0], b"-"[0]


def lines_with(data: bytes, word: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of the changed lines with a word in them, each once.

    Arguments:
        data: a file's patch.
        word: looked for anywhere in a line.
    """
    position = data.find(word)
    while position >= 0:
        start = data.rfind(b"\n", 0, position) + 1
        end = data.find(b"\n", position)
        if end < 0:
            end = len(data)
        if data[start] in (_ADDED, _REMOVED) and end - start <= LONGEST:
            yield start, end
        position = data.find(word, end)


def holds(pattern: Pattern, data: bytes, start: int, end: int, path: str) -> bool:
    """Tell whether one line holds a pattern."""
    line = data[start + 1 : end]
    if not pattern.expression.search(line):
        return False
    code = line if pattern.where == "anywhere" else code_of(line, path, pattern.where)
    if not code or not pattern.expression.search(code):
        return False
    if (
        pattern.then is not None
        and code.rstrip().endswith(b":")
        and not pattern.then.match(data[end : end + BEHIND])
    ):
        return False
    return pattern.unless is None or not pattern.unless.search(data[start : end + BEHIND])


def _nowhere(_position: int) -> bool:
    return False


def _in_rust_tests(data: bytes) -> Callable[[int], bool]:
    """Tell for the lines of a patch whether they stand in a module of tests below the code."""
    begins = [match.start() for match in _RUST_TESTS.finditer(data)]
    hunks = [match.start() for match in _HUNK.finditer(data)]

    def inside(position: int) -> bool:
        last = bisect.bisect(begins, position) - 1
        hunk = bisect.bisect(hunks, position) - 1
        return last >= 0 and (hunk < 0 or begins[last] >= hunks[hunk])

    return inside


def code_of(line: bytes, path: str, where: Where = "code") -> bytes:
    """What of a line is program: no comment, and no text in quotes unless it is wanted.

    Arguments:
        line: without its mark.
        path: of its file, in small letters; tells how comments begin.
        where: whether what stands in quotes is wanted.
    """
    if where == "code" and line.lstrip().startswith(_PROSE):
        return b""
    quotes = _EITHER if path.endswith(_EITHER_ENDINGS) else _DOUBLE
    plain = quotes.sub(lambda match: b'"' + b" " * (len(match[0]) - 2) + b'"', line)
    comment = (_HASH if path.endswith(_HASH_ENDINGS) else _SLASHES).search(plain)
    end = len(line) if comment is None else comment.start()
    return (plain if where == "code" else line)[:end]


def number_of(data: bytes, position: int, side: Side) -> int:
    """The number of a line in the file of its side.

    Arguments:
        data: the file's patch.
        position: where the line begins in it.
        side: which number is wanted.
    """
    header = data.rfind(b"\n@@ ", 0, position) + 1
    match = _HEADER.match(data, header)
    body = data.find(b"\n", header) + 1
    if match is None or body > position:
        return 0
    before = data[body - 1 : position]
    other = b"\n+" if side == "old" else b"\n-"
    lines = before.count(b"\n") - 1 - before.count(other) - before.count(b"\n\\")
    return int(match[1 if side == "old" else 2]) + lines


def weigh(pattern: Pattern, hits: list[Hit]) -> Found | None:
    """Count what a commit adds or removes on the whole: a moved line is neither.

    Arguments:
        pattern: what was looked for.
        hits: where it was found, on both sides.

    Returns:
        None where it comes to less than the pattern asks for.
    """
    new = [hit for hit in hits if hit.side == "new"]
    old = [hit for hit in hits if hit.side == "old"]
    if pattern.side == "both":
        # The same primitive on both sides is another line about it, and no change of it.
        shown = [*without(new, old, pattern), *without(old, new, pattern)]
        count = len(shown)
    elif pattern.side == "new":
        shown, count = without(new, old), len(new) - len(old)
    else:
        kept = [hit for hit in old if hit.file.change.status != "D"]
        shown, count = without(kept, new), len(kept) - len(new)
    if count < pattern.least or not shown:
        return None
    return Found(pattern.name, min(count, len(shown)), [h.evidence() for h in shown[:EVIDENCE]])


def without(
    hits: Iterable[Hit], others: Iterable[Hit], pattern: Pattern | None = None
) -> list[Hit]:
    """The lines that the other side has not got.

    Arguments:
        hits: of one side.
        others: of the other.
        pattern: where given, what it finds in the lines is compared, not all of them.
    """

    def essence(hit: Hit) -> bytes:
        match = pattern.expression.search(hit.text) if pattern is not None else None
        return hit.text if match is None else match[0]

    there = Counter(essence(hit) for hit in others)
    left = []
    for hit in hits:
        text = essence(hit)
        if there[text] > 0:
            there[text] -= 1
        else:
            left.append(hit)
    return left
