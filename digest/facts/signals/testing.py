"""Tests that a commit adds, takes away, skips or loosens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.signals.lines import EVIDENCE, Found, Hit, lines_with, without
from digest.facts.signals.numbers import loosened

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, FileDiff, Side

SEVERAL = 3
"""New tests that are worth a word."""

_TESTS = re.compile(
    rb"^[+-][ \t]*(?:(?:async[ \t]+)?def[ \t]+test\w*[ \t]*\("
    rb"|#\[(?:(?:\w+::)*test|rstest)\b"
    rb"|(?:it|test)(?:\.each\([^\n]{0,80}\))?\([ \t]*['\"`]"
    rb"|func[ \t]+Test\w*\("
    rb"|@(?:Parameterized)?Test\b"
    rb"|TEST(?:_F|_P)?[ \t]*\()",
    re.MULTILINE,
)
_SKIPS = re.compile(
    rb"^\+[ \t]*(?:@(?:pytest\.mark\.(?:skip|xfail)\b|unittest\.(?:skip|expectedFailure)\b"
    rb"|Disabled\b|Ignore\b)"
    rb"|#\[ignore\b|pytestmark[ \t]*=[ \t]*pytest\.mark\.skip\b|pytest\.(?:skip|xfail)\("
    rb"|self\.skipTest\(|t\.Skip(?:Now|f)?\()",
    re.MULTILINE,
)
_ADORNED = re.compile(rb"(?:\n\+[ \t]*[@#)\]\"'][^\n]*|\n\+[ \t]{4,}[^\n]*)*+\n \s*\S")
"""Behind an added decorator, and what goes on of it, stands a line that was there before."""
_EXCUSE = re.compile(
    rb"(?i:fix(?:ed)? (?:later|it|this|me)|flak[ey]|broken|temporar|todo|fixme|refactor|disabled"
    rb"|unstable|\bfail(?:s|ing|ed|ure)?\b|\bissues?\b|\bhangs?\b|\bbug\b)"
)
"""What tells a test that is given up from one that needs what a machine has not got."""
_BEHIND = 160
_BODY = (b"pytest.", b"self.", b"t.S")
_DEFINED = re.compile(rb"^([+ ])[ \t]*(?:(?:async[ \t]+)?def|func)[ \t]", re.MULTILINE)
_WORDS: dict[str, tuple[bytes, ...]] = {
    "py": (b"def test",),
    "rs": (b"test]", b"::test(", b"#[test"),
    "go": (b"func Test",),
    **dict.fromkeys(("js", "jsx", "mjs", "ts", "tsx"), (b"it(", b"test(", b".each(")),
    **dict.fromkeys(("java", "kt"), (b"Test",)),
    **dict.fromkeys(("c", "cc", "cpp", "cu"), (b"TEST",)),
}
"""By the ending of the file's name, what is in each line that declares a test."""
_SKIP_WORDS = (b"skip", b"xfail", b"ignore", b"Skip", b"Disabled", b"Ignore", b"expectedFailure")
_REMOVED = b"-"[0]


def signals_of_tests(diff: Diff) -> Iterator[Found]:
    """Count tests by how they are declared.

    Arguments:
        diff: the changed files; unit tests that stand in a program are seen in Rust.
    """
    declared: dict[Side, list[Hit]] = {"new": [], "old": []}
    skipped: list[Hit] = []
    for file in diff.files:
        data = file.patch.data
        if not data or not _may_test(file):
            continue
        words = _WORDS.get(file.change.path.rpartition(".")[2], ())
        for hit in _hits(file, words, _TESTS):
            declared[hit.side].append(hit)
        if file.change.status == "M":
            skips = _hits(file, _SKIP_WORDS, _SKIPS)
            skipped += (hit for hit in skips if _was_there(hit))
    new, old = declared["new"], declared["old"]
    added = len(new) - len(old)
    yield _found("tests_added", without(new, old), added if added >= SEVERAL else 0)
    yield _found("tests_removed", without(old, new), len(old) - len(new))
    yield _found("tests_skipped", skipped, len(skipped))
    hits = loosened(diff)
    yield _found("tests_loosened", hits, len(hits))


def _found(name: str, hits: list[Hit], count: int) -> Found:
    return Found(name, max(0, count), [hit.evidence() for hit in hits[:EVIDENCE]])


def _may_test(file: FileDiff) -> bool:
    """Whether tests stand in a file: in Rust, those of a unit stand below it."""
    return file.category == "test" or (
        file.category == "source" and file.change.path.endswith(".rs")
    )


def _hits(file: FileDiff, words: tuple[bytes, ...], expression: re.Pattern[bytes]) -> Iterator[Hit]:
    """The changed lines that begin as asked for, among those that hold one of the words."""
    data = file.patch.data
    seen = set()
    for word in words:
        for start, end in lines_with(data, word):
            if start not in seen and expression.match(data, start):
                seen.add(start)
                side: Side = "old" if data[start] == _REMOVED else "new"
                yield Hit(file, start, side, data[start + 1 : end].strip())


def _was_there(hit: Hit) -> bool:
    """Whether a skip is put on a test that was there before, and not on a new one."""
    data = hit.file.patch.data
    if hit.text.startswith(b"pytestmark"):
        return True
    if not hit.text.startswith(_BODY):
        end = data.find(b"\n", hit.position)
        return end >= 0 and _ADORNED.match(data, end) is not None
    if not _EXCUSE.search(data[hit.position : hit.position + _BEHIND]):
        return False
    header = max(0, data.rfind(b"\n@@ ", 0, hit.position))
    marks = _DEFINED.findall(data[header : hit.position])
    return not marks or marks[-1] == b" "
