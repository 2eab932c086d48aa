"""The measures: ranking, type, breaking changes, levels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from benchmarks.accuracy.changelogs import Section
from digest.model import Kind

TYPE_SECTIONS: frozenset[Section] = frozenset(
    ["features", "fixes", "performance", "documentation", "dependencies", "internal"]
)
"""Sections that say a type."""

SECTION_OF_KIND: dict[Kind, Section] = {
    "feature": "features",
    "fix": "fixes",
    "performance": "performance",
    "documentation": "documentation",
    "dependencies": "dependencies",
    "refactor": "internal",
    "test": "internal",
    "ci": "internal",
    "build": "internal",
    "chore": "internal",
    "style": "internal",
}
"""Where a change of a kind belongs; ``revert`` and ``other`` belong nowhere, and count as wrong."""


def auc(scores: Sequence[float], named: Sequence[bool]) -> float:
    """The area under the ROC curve: how often a named one stands above one that is not.

    Arguments:
        scores: ties count half.
        named: whether each is named.

    Returns:
        NaN where all are named, or none.
    """
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks = [0.0] * len(order)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and scores[order[end]] == scores[order[start]]:
            end += 1
        for index in order[start:end]:
            ranks[index] = (start + end + 1) / 2
        start = end
    above = sum(named)
    below = len(named) - above
    if not above or not below:
        return math.nan
    total = sum(rank for rank, is_named in zip(ranks, named, strict=True) if is_named)
    return (total - above * (above + 1) / 2) / (above * below)


def type_is_right(kind: Kind, sections: Iterable[Section]) -> bool | None:
    """Whether a kind fits one of the sections; None where they say no type."""
    types = TYPE_SECTIONS.intersection(sections)
    return SECTION_OF_KIND.get(kind) in types if types else None


def share(found: Sequence[bool]) -> float:
    """How many are true, of all; NaN of none."""
    return sum(found) / len(found) if found else math.nan


def precision_and_recall(found: Sequence[bool], wanted: Sequence[bool]) -> tuple[float, float]:
    """How many of the found are wanted, and how many of the wanted are found."""
    pairs = list(zip(found, wanted, strict=True))
    return (
        share([is_wanted for is_found, is_wanted in pairs if is_found]),
        share([is_found for is_found, is_wanted in pairs if is_wanted]),
    )
