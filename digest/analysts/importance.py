"""How important a commit is, as a sum of stated reasons.

The question is: does someone who uses or builds on this repository need to
know?  Each trait of a commit has a weight (see ``weights``), learnt from what
the maintainers of other repositories found worth a line in their changelogs;
the sum becomes a score between 0 and 1.  Two limits stand above the sum:
routine work is low unless a fact says otherwise, and what certainly breaks
users is high.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.analysts.telling import named, phrase, slug_of
from digest.analysts.traits import sorts_of, traits_of
from digest.analysts.weights import FIRST, OFFSET, WEIGHTS, WORDS
from digest.facts.messages import title_of
from digest.model import Importance, Statement

if TYPE_CHECKING:
    from digest.analysts.shape import Shape
    from digest.model import BreakingChange, Category, Commit, Facts, Kind, Level

HIGH, MEDIUM = 0.60, 0.35
"""Where the levels begin for a repository of which nothing is known."""
ROUTINE = 0.20
"""The most that tests, documentation, CI, formatting and bots reach."""
UPKEEP = 0.39
"""The most that build files, lock files and dependencies reach: worth a look, seldom more."""
CERTAIN = 0.88
"""The least that a change reaches that certainly breaks users."""
YIELDING = 0.05
"""How far below a limit scores begin to be pressed together, so that their order stays."""

EMPHASIS: dict[str, float] = {
    "notes": 0.40,
    "serious": 0.20,
    "breaking:interface": 0.20,
    "breaking:default": 0.20,
    "breaking:requirement": 0.15,
    "removed:named": 0.20,
    "renamed:named": 0.20,
    "added:named": 0.15,
    "changed:named": 0.10,
    "removed:flag:many": 0.40,
    "removed:environment_variable:many": 0.30,
    "dependency:major": 0.35,
    "removed:public_symbol": 0.05,
    "migrations": 0.10,
    "kind:feature": 0.20,
    "kind:performance": 0.06,
    "lines:5": 0.10,
    "lines:6": 0.30,
    "lines:7": 0.50,
}
"""Weights that are set by hand, beside those that are learnt.  Whether something is named in a
changelog tells that users should know of it, and not how much it means to them: a small fix
and a new router get a line each.  These traits tell how much; they cost the ranking little.
``notes`` is a change of source that its authors wrote into the changelog themselves; it is hidden
while weights are learnt and measured, for it is the answer."""

ROUTINE_KINDS: frozenset[Kind] = frozenset(["documentation", "test", "ci", "style"])
SUPPORTING_CATEGORIES: frozenset[Category] = frozenset(["documentation", "test", "ci", "generated"])
ROUTINE_CATEGORIES: frozenset[Category] = SUPPORTING_CATEGORIES | {"data"}
"""Which are routine when they come together."""
MOSTLY = 0.75
"""Share of the files from which the few others, such as the list of a test's markers, belong to
the routine."""

UNTOLD_KINDS: frozenset[Kind] = ROUTINE_KINDS | {"other", "chore"}
"""Kinds that are no reason."""
UNTOLD_SIGNALS = frozenset(["large_change", "wide_change", "files_deleted"])
"""Signals that say what is told in other words."""

SEEN = frozenset(["interface", "default"])
"""Reasons of a breaking change that name what the diff takes away or alters."""
TOLD = 5
"""Reasons that are told."""
WORTH_TELLING = 0.04
"""The least weight of a reason that is told."""
SHOWN, SHOWN_SYMBOLS = 0.5, 0.1
"""The weights by which changes of the interface take their places among the reasons, at least."""
NAMES = 3
"""Paths, words and numbers that a reason names."""
SIZE_TOLD = 100
RENAMED_TOLD = 10

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


def judge(commit: Commit, facts: Facts, shape: Shape) -> Importance:
    """Weigh a commit.

    Returns:
        The level by the usual bounds, the score in 0 to 1, and the reasons, the weightiest
        first.
    """
    sums: dict[str, float] = {}
    total = OFFSET
    for trait in traits_of(commit, facts, shape, first=FIRST, words=WORDS):
        weight = WEIGHTS.get(trait.name, 0.0) + EMPHASIS.get(trait.name, 0.0)
        total += weight
        sums[trait.group] = sums.get(trait.group, 0.0) + weight
    if serious := _words(commit, facts):
        total += EMPHASIS["serious"]
        sums["words"] = EMPHASIS["serious"]
    limit, limiting = _limit(commit, facts, shape)
    score = round(_bounded(1 / (1 + math.exp(-total)), limit, certain=_is_certain(facts)), 4)
    told = _told(facts, shape, sums, serious)
    if limiting is not None:
        told.insert(0, limiting)
    if not told:
        # Nothing speaks for it; then what it is like.
        told = [*_kind(facts), phrase("reason.size", lines=shape.source_lines)][:1]
    return Importance(level=level_of(score), score=score, reasons=tuple(told[:TOLD]))


def level_of(score: float) -> Level:
    """The level that a score stands for where nothing is known of the repository."""
    if score >= HIGH:
        return "high"
    return "medium" if score >= MEDIUM else "low"


def _bounded(score: float, limit: float, *, certain: bool) -> float:
    """Keep a score within its limits, and the order of scores as it is."""
    if certain:
        return CERTAIN + (1 - CERTAIN) * score
    knee = limit - YIELDING
    if limit == 1 or score <= knee:
        return score
    return knee + YIELDING * (score - knee) / (1 - knee)


def _is_certain(facts: Facts) -> bool:
    """Whether the diff bears out that users must act."""
    return any(change.certain for change in facts.breaking)


# The limits


def _limit(commit: Commit, facts: Facts, shape: Shape) -> tuple[float, Statement | None]:
    """The most that a commit can reach, and why."""
    if facts.breaking:
        return 1.0, None
    if facts.bot:
        return ROUTINE, phrase("reason.bot")
    if not shape.source:
        return _limit_without_source(commit, facts, shape.apart)
    if facts.kind in ROUTINE_KINDS and not facts.interface:
        return ROUTINE, phrase(f"reason.kind.{facts.kind}")
    return 1.0, None


def _limit_without_source(
    commit: Commit, facts: Facts, apart: Mapping[Category, int]
) -> tuple[float, Statement]:
    """The most that a commit can reach that changes nothing of the program itself."""
    if not apart:
        return ROUTINE, phrase("reason.empty" if commit.changes_known else "reason.unknown")
    if len(apart) == 1:
        only = next(iter(apart))
        limit = ROUTINE if only in SUPPORTING_CATEGORIES else UPKEEP
        return limit, phrase(f"reason.only.{only}")
    routine = sum(count for name, count in apart.items() if name in ROUTINE_CATEGORIES)
    files = sum(apart.values())
    if routine == files or (routine >= MOSTLY * files and not facts.dependencies):
        return ROUTINE, phrase("reason.no_source")
    return UPKEEP, phrase("reason.no_source")


# The reasons


def _told(
    facts: Facts, shape: Shape, sums: dict[str, float], serious: list[Statement]
) -> list[Statement]:
    """What speaks for a commit, the weightiest first; what breaks users before all."""
    grouped = [
        *(("kind", statement) for statement in _kind(facts)),
        *(("words", statement) for statement in serious),
        *_extent(shape),
        *_files(shape),
        *_beside(facts),
    ]
    weighed = [(sums.get(group, 0.0), reason) for group, reason in grouped]
    # What changes for those who call and set things is told in any case.
    for group, told in _interface(facts):
        least = SHOWN_SYMBOLS if group.endswith("public_symbol") else SHOWN
        weighed.append((max(sums.get(group, 0.0), least), told))
    weighed.sort(key=lambda pair: -pair[0])
    return [*_breaking(facts), *(reason for weight, reason in weighed if weight >= WORTH_TELLING)]


def _breaking(facts: Facts) -> list[Statement]:
    """What says that users must act: what the author says, and what the diff takes away."""
    told = [
        phrase(f"reason.breaking.{change.reason}")
        if change.reason in {"marker", "footer"}
        else phrase(f"reason.breaking.{change.reason}", text=change.text)
        for change in facts.breaking
        if change.reason not in SEEN
    ]
    seen = [item for item in facts.breaking if item.reason in SEEN]
    names = tuple(dict.fromkeys(item.text for item in seen if _is_name(item)))
    if seen and not names:
        told.append(phrase("reason.breaking.words", text=seen[0].text))
    if len(names) > NAMES + 1:
        told.append(phrase("reason.breaks.more", names=names[:NAMES], more=len(names) - NAMES))
    elif names:
        told.append(phrase("reason.breaks", names=names))
    return list({msgspec.json.encode(statement): statement for statement in told}.values())


_ANOTHER_VALUE = re.compile(r"^\S+: .* → ")


def _is_name(item: BreakingChange) -> bool:
    """Tell a name from a title, which stands where only a line tells of another default."""
    return item.reason == "interface" or _ANOTHER_VALUE.search(item.text) is not None


def _kind(facts: Facts) -> list[Statement]:
    if any(revert.reapplies for revert in facts.reverts):
        return [phrase("reason.reapplies")]
    return [] if facts.kind in UNTOLD_KINDS else [phrase(f"reason.kind.{facts.kind}")]


def _words(commit: Commit, facts: Facts) -> list[Statement]:
    """Words of the title that tell of harm; a revert's title speaks of another commit."""
    if facts.reverts or facts.kind == "revert":
        return []
    found = [match[0] for match in _SERIOUS.finditer(title_of(commit))]
    words = tuple({word.lower(): word for word in found}.values())[:NAMES]
    return [phrase("reason.words", words=words)] if words else []


def _extent(shape: Shape) -> Iterator[tuple[str, Statement]]:
    """Size and spread, of source only."""
    if shape.source_lines >= SIZE_TOLD:
        yield "size", phrase("reason.size", lines=shape.source_lines)
    if len(shape.source) > 1:
        areas = len(shape.source)
        yield "spread", phrase("reason.spread", files=shape.source_files, areas=areas)


def _files(shape: Shape) -> Iterator[tuple[str, Statement]]:
    """What happened to files of source, and what goes with them."""
    if shape.removed:
        yield "removes", phrase("reason.removes", files=len(shape.removed))
    if shape.added:
        yield "adds", phrase("reason.adds", files=len(shape.added))
    if shape.renamed >= RENAMED_TOLD:
        yield "renames", phrase("reason.renames", files=shape.renamed)
    if shape.surface:
        yield "surface", phrase("reason.surface", paths=shape.surface[:NAMES])
    yield "notes", phrase("reason.notes")
    for category in ("test", "documentation"):
        if files := shape.apart.get(category):
            yield f"with:{category}", phrase(f"reason.with.{category}", files=files)


def _interface(facts: Facts) -> Iterator[tuple[str, Statement]]:
    """What changes for those who call and set things, beyond what breaks."""
    broken = {line for change in facts.breaking for line in change.evidence}
    rest = tuple(item for item in facts.interface if broken.isdisjoint(item.evidence))
    for (change, what), items in sorts_of(rest):
        slug = slug_of(what)
        yield f"{change}:{slug}", named(f"reason.{change}.{slug}", items)


def _beside(facts: Facts) -> Iterator[tuple[str, Statement]]:
    """Dependencies, issues, and what else was seen in the code."""
    direct = [item for item in facts.dependencies if not item.locked]
    if direct:
        yield "dependencies", named("reason.dependencies", direct)
    if facts.references.issues:
        numbers = tuple(f"#{number}" for number in facts.references.issues[:NAMES])
        yield "closes", phrase("reason.closes", numbers=numbers)
    for signal in facts.signals:
        if signal.name not in UNTOLD_SIGNALS:
            told = phrase(f"signal.{signal.name}", count=signal.count)
            yield f"signal:{signal.name}", replace(told, evidence=signal.evidence)
