"""The measures: ranking, type, breaking changes, levels."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from benchmarks.accuracy.changelogs import Section
from digest.model import Kind

TYPE_SECTIONS: frozenset[Section] = frozenset(
    [
        "features",
        "fixes",
        "performance",
        "documentation",
        "dependencies",
        "internal",
        "improvements",
    ]
)
"""Sections that say a type."""
ALSO: dict[Section, frozenset[Section]] = {
    "features": frozenset(["improvements"]),
    "performance": frozenset(["improvements"]),
    "dependencies": frozenset(["improvements", "internal"]),
}
"""Where else a change of a class rightly stands: improvements are new, faster and newer things
alike, and a newer tool of those who work on a project is internal to it."""
OPTIONAL: frozenset[Section] = frozenset(["documentation", "dependencies", "performance"])
"""Classes that many changelogs do not tell apart.  Where one has no such section, a change of that
class stands under another, which then says nothing against it."""
KEPT = 3
"""Commits under a section from which a changelog has it; fewer are oversights."""
KEPT_SHARE = 0.01
"""Likewise, of all commits with a type."""

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
"""Where a change of a kind belongs; ``other`` belongs nowhere, and counts as wrong."""


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


def kept(commits: Sequence[Iterable[Section]]) -> frozenset[Section]:
    """The sections of a type that a changelog has.

    Arguments:
        commits: the sections of each commit that it names.
    """
    counts = Counter(name for sections in commits for name in sections if name in TYPE_SECTIONS)
    least = max(KEPT, KEPT_SHARE * sum(counts.values()))
    return frozenset(name for name, count in counts.items() if count >= least)


def type_is_right(
    kind: Kind, sections: Iterable[Section], has: frozenset[Section] = TYPE_SECTIONS
) -> bool | None:
    """Whether a kind fits one of the sections.

    Arguments:
        kind: what was told.
        sections: where the maintainers put it.
        has: the sections that the changelog has at all.

    Returns:
        None where they say no type, and of reverts, for which no changelog has a section.
    """
    types = TYPE_SECTIONS.intersection(sections)
    if not types or kind == "revert":
        return None
    own = SECTION_OF_KIND.get(kind)
    if own is None:
        return False
    if own in OPTIONAL and own not in has:
        return True
    return not types.isdisjoint({own, *ALSO.get(own, ())})


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
