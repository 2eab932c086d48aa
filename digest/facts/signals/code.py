"""What the changed lines of programs show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.removals import in_product
from digest.facts.signals.credentials import credentials_in
from digest.facts.signals.lines import (
    EVIDENCE,
    Found,
    Hit,
    by_word,
    collect,
    weigh,
    without,
    words_of,
)
from digest.facts.signals.numbers import timing_changed
from digest.facts.signals.patterns import PATTERNS

if TYPE_CHECKING:
    from digest.facts.diffs import Diff
    from digest.model import Category

_BY_WORD = by_word(PATTERNS)
_BY_NAME = {pattern.name: pattern for pattern in PATTERNS}
_RUN: frozenset[Category] = frozenset(["source", "build", "ci"])


def signals_of_code(diff: Diff) -> Iterator[Found]:
    """Look for the patterns in the changed lines of programs.

    Arguments:
        diff: the changed files; tests, examples and benchmarks are left out, in which
            most of it is harmless and most credentials are made up.
    """
    hits: dict[str, list[Hit]] = {}
    timing: list[Hit] = []
    credentials: list[Hit] = []
    for file in diff.files:
        if file.category not in _RUN or not file.patch.data or not in_product(file.change.path):
            continue
        words = words_of(file.changed)
        joined = b" %b " % b"  ".join(words)
        credentials += credentials_in(file, joined)
        if file.category == "source":
            timing += timing_changed(file, joined)
            collect(file, words, _BY_WORD, hits)
    for name, pattern in _BY_NAME.items():
        if (lines := hits.get(name)) and (found := weigh(pattern, lines)):
            yield found
    yield _found("timing_changed", timing)
    new = [hit for hit in credentials if hit.side == "new"]
    old = [hit for hit in credentials if hit.side == "old"]
    yield _found("credential_added", without(new, old))


def _found(name: str, hits: list[Hit]) -> Found:
    return Found(name, len(hits), [hit.evidence() for hit in hits[:EVIDENCE]])
