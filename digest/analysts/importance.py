"""How important a commit is, as a sum of stated reasons.

The question is: does someone who uses or builds on this repository need to
know?  Each reason carries a weight; the score is their sum, and the level
follows from the score.  The weights were set on a month of three real
histories whose titles follow different grammars, so that "high" stays between
10 and 25 % in each; no weight is particular to a project.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.facts.messages import title_of
from digest.model import Importance, Statement

if TYPE_CHECKING:
    from digest.analysts.shape import Shape
    from digest.model import Category, Commit, Facts, Kind, Level

HIGH = 0.54
MEDIUM = 0.33
ROUTINE = 0.20
"""The most that tests, documentation, CI, formatting and bots reach."""
UPKEEP = 0.50
"""The most that builds and dependencies reach: worth a look, seldom more."""

KIND_WEIGHTS: dict[Kind, float] = {
    "feature": 0.25,
    "performance": 0.27,
    "fix": 0.24,
    "revert": 0.26,
    "refactor": 0.10,
    "dependencies": 0.22,
    "build": 0.14,
    "other": 0.14,
    "chore": 0.10,
}
"""What a kind is worth by itself; the others are worth nothing."""
ROUTINE_KINDS: frozenset[Kind] = frozenset(["documentation", "test", "ci", "style"])
SUPPORTING_CATEGORIES: frozenset[Category] = frozenset(["documentation", "test", "ci", "generated"])

SIZE_WEIGHT = 0.32
SIZE_FULL = 1_000
SIZE_UNIT = 30
"""Lines: the weight grows with the logarithm, from some 30 lines to 1,000."""
SIZE_TOLD = 100
SPREAD_WEIGHT, SPREAD_MOST = 0.04, 0.16
ADDED_WEIGHT, ADDED_MOST = 0.03, 0.09
REMOVED_WEIGHT, REMOVED_MOST = 0.06, 0.18
RENAMED_TOLD = 10
SURFACE_WEIGHT = 0.08
SERIOUS_WEIGHT = 0.20
BREAKING_WEIGHT = 0.50
NAMES = 3
"""Paths that a reason names."""

_SERIOUS = re.compile(
    r"\b(?:security|vulnerabilit(?:y|ies)|cve-\d{4}-\d{1,7}|dos|rce|ssrf"
    r"|data (?:loss|corruption|race)|corrupt(?:ion|ed|s)?|crash(?:es|ed|ing)?|segfaults?|panics?"
    r"|deadlocks?|hang(?:s|ing)?|(?:memory |slot |resource )?leak(?:s|ed|ing)?|race conditions?"
    r"|oom|out of memory|illegal memory access|regressions?|silent(?:ly)?"
    r"|(?:wrong|incorrect|garbage|corrupted) (?:results?|outputs?)"
    r"|accuracy (?:bugs?|drops?|issues?|loss|problems?)"
    r"|by default|defaults? (?:to|from|value)|deprecat(?:e|es|ed|ion)|end[- ]of[- ]life"
    r"|new model|new api)\b",
    re.IGNORECASE,
)
"""Words in a title that tell of harm, or of something that users will notice."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that makes a commit more or less important."""

    weight: float
    statement: Statement | None = None
    """None where it goes without saying."""


def judge(commit: Commit, facts: Facts, shape: Shape) -> Importance:
    """Weigh a commit.

    Returns:
        The level, the score in 0 to 1, and the reasons, the weightiest first.
    """
    reasons = [
        *_breaking(facts),
        *_kind(facts),
        *_extent(shape),
        *_files(shape),
        *_words(commit, facts),
    ]
    limit, limiting = _limit(commit, facts, shape)
    score = sum(reason.weight for reason in reasons)
    score = round(min(score, limit, 1.0), 3)
    reasons.sort(key=lambda reason: -reason.weight)
    told = [reason.statement for reason in reasons if reason.statement is not None]
    if limiting is not None:
        told.insert(0, limiting)
    if not told:
        told.append(phrase("reason.size", lines=shape.source_lines))
    return Importance(level=level_of(score), score=score, reasons=tuple(told))


def level_of(score: float) -> Level:
    """The level that a score stands for."""
    if score >= HIGH:
        return "high"
    return "medium" if score >= MEDIUM else "low"


def phrase(identifier: str, **values: int | str | tuple[str, ...]) -> Statement:
    """A statement in words of ours."""
    return Statement(phrase=identifier, values=values)


def _breaking(facts: Facts) -> list[Reason]:
    """What says that users must act; the weight counts once, however often it is said."""
    reasons: list[Reason] = []
    for change in facts.breaking:
        weight = 0.0 if reasons else BREAKING_WEIGHT
        identifier = f"reason.breaking.{change.reason}"
        if change.reason in {"marker", "footer"}:
            statement = phrase(identifier)
        else:
            statement = phrase(identifier, text=change.text)
        if not any(statement == other.statement for other in reasons):
            reasons.append(Reason(weight, statement))
    return reasons


def _kind(facts: Facts) -> list[Reason]:
    weight = KIND_WEIGHTS.get(facts.kind, 0.0)
    if any(revert.reapplies for revert in facts.reverts):
        return [Reason(weight, phrase("reason.reapplies"))]
    told = facts.kind not in {"other", "chore"} and facts.kind not in ROUTINE_KINDS
    return [Reason(weight, phrase(f"reason.kind.{facts.kind}") if told else None)]


def _extent(shape: Shape) -> list[Reason]:
    """Size and spread, of source only."""
    reasons: list[Reason] = []
    lines = shape.source_lines
    full = math.log1p(SIZE_FULL / SIZE_UNIT)
    weight = min(SIZE_WEIGHT, SIZE_WEIGHT * math.log1p(lines / SIZE_UNIT) / full)
    told = phrase("reason.size", lines=lines) if lines >= SIZE_TOLD else None
    reasons.append(Reason(weight, told))
    areas = len(shape.source)
    if areas > 1:
        reasons.append(
            Reason(
                min(SPREAD_MOST, SPREAD_WEIGHT * (areas - 1)),
                phrase("reason.spread", files=shape.source_files, areas=areas),
            )
        )
    return reasons


def _files(shape: Shape) -> list[Reason]:
    """What happened to files of source."""
    reasons: list[Reason] = []
    if shape.removed:
        count = len(shape.removed)
        weight = min(REMOVED_MOST, REMOVED_WEIGHT * count)
        reasons.append(Reason(weight, phrase("reason.removes", files=count)))
    if shape.added:
        count = len(shape.added)
        reasons.append(
            Reason(min(ADDED_MOST, ADDED_WEIGHT * count), phrase("reason.adds", files=count))
        )
    if shape.renamed >= RENAMED_TOLD:
        reasons.append(Reason(0.0, phrase("reason.renames", files=shape.renamed)))
    if shape.surface:
        paths = shape.surface[:NAMES]
        reasons.append(Reason(SURFACE_WEIGHT, phrase("reason.surface", paths=paths)))
    return reasons


def _words(commit: Commit, facts: Facts) -> list[Reason]:
    """Words of the title that tell of harm; a revert's title speaks of another commit."""
    if facts.reverts or facts.kind == "revert":
        return []
    found = [match[0] for match in _SERIOUS.finditer(title_of(commit))]
    if not found:
        return []
    words = tuple({word.lower(): word for word in found}.values())[:NAMES]
    return [Reason(SERIOUS_WEIGHT, phrase("reason.words", words=words))]


def _limit(commit: Commit, facts: Facts, shape: Shape) -> tuple[float, Statement | None]:
    """The most that a commit can reach, and why."""
    if facts.breaking:
        return 1.0, None
    if facts.bot:
        return ROUTINE, phrase("reason.bot")
    if not shape.source:
        return _limit_without_source(commit, set(shape.apart))
    if facts.kind in ROUTINE_KINDS:
        return ROUTINE, phrase(f"reason.kind.{facts.kind}")
    if facts.kind in {"build", "dependencies"}:
        return UPKEEP, None
    return 1.0, None


def _limit_without_source(commit: Commit, categories: set[Category]) -> tuple[float, Statement]:
    """The most that a commit can reach that changes nothing of the program itself."""
    if not categories:
        return ROUTINE, phrase("reason.empty" if commit.changes_known else "reason.unknown")
    if len(categories) == 1:
        only = next(iter(categories))
        limit = ROUTINE if only in SUPPORTING_CATEGORIES else UPKEEP
        return limit, phrase(f"reason.only.{only}")
    limit = ROUTINE if categories <= SUPPORTING_CATEGORIES | {"data"} else UPKEEP
    return limit, phrase("reason.no_source")
