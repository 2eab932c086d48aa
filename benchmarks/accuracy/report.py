"""The table, a line for each repository."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from benchmarks.accuracy.commits import History, Sample
from benchmarks.accuracy.measures import (
    SECTION_OF_KIND,
    auc,
    kept,
    precision_and_recall,
    share,
    type_is_right,
)
from digest.analysts.heuristic import HeuristicAnalyst
from digest.model import Analysis, Level

FEWEST_BREAKING = 5
_BREAKS = re.compile(
    r"\bbreak(?:ing|s)?\b|incompatib|^\w+(?:\([^()]{0,60}\))?!:", re.IGNORECASE | re.MULTILINE
)
LEVELS: tuple[Level, ...] = ("high", "medium", "low")
HEADER = (
    "repository", "part", "commits", "named", "AUC", "no bots", "lines", "no bots",
    "type: plain", "of", "own word", "of", "declared", "of", "own word", "high", "medium", "low",
)  # fmt: skip
BREAKING_HEADER = (
    "repository", "part", "commits", "listed", "said", "told: precision", "recall",
    "perhaps: precision", "recall", "without notes: told: precision", "recall",
    "perhaps: precision", "recall",
)  # fmt: skip


def table(histories: Sequence[History]) -> str:
    """All measures of all repositories."""
    return _aligned([HEADER, *(_line(history) for history in histories)])


def breaking_table(histories: Sequence[History]) -> str:
    """What is told to break users, against what the maintainers list as breaking.

    ``said`` is the share of the listed whose message, or own line in the changelog, says that
    something breaks: of the others a reader of the history learns nothing either.
    ``told`` is what pages call breaking, ``perhaps`` what may break some besides.  ``without
    notes`` is what is found where a commit's own line in the changelog is not read.
    """
    enough = [history for history in histories if _listed(history) >= FEWEST_BREAKING]
    lines = [BREAKING_HEADER, *(_breaking_line(history) for history in enough)]
    if enough:
        samples = [sample for history in enough for sample in history.samples]
        source = enough[0].source
        lines.append(_breaking_line(History("together", source, samples)))
    return _aligned(lines)


def _listed(history: History) -> int:
    return sum("breaking" in sample.sections for sample in history.samples)


def _breaking_line(history: History) -> tuple[str, ...]:
    samples = history.samples
    wanted = ["breaking" in sample.sections for sample in samples]
    found = [
        [any(change.certain for change in sample.seen) for sample in samples],
        [bool(sample.seen) for sample in samples],
        [any(change.certain for change in sample.facts.breaking) for sample in samples],
        [bool(sample.facts.breaking) for sample in samples],
    ]
    figures = [figure for told in found for figure in precision_and_recall(told, wanted)]
    listed = [sample for sample, is_wanted in zip(samples, wanted, strict=True) if is_wanted]
    said = _percent(share([_says_so(sample) for sample in listed]))
    counts = str(len(samples)), str(len(listed)), said
    return history.name, history.source.part, *counts, *map(_percent, figures)


def _says_so(sample: Sample) -> bool:
    """Whether a commit speaks of breaking anything, in its message or in a note of its own."""
    message = f"{sample.commit.subject}\n{sample.commit.body}"
    noted = any(change.reason == "words" and change.evidence for change in sample.seen)
    return noted or _BREAKS.search(message) is not None


def _aligned(lines: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def analyses_of(samples: Sequence[Sample]) -> list[Analysis]:
    """What the product says of each commit."""
    analyst = HeuristicAnalyst()
    return [analyst.analyse(sample.reading, sample.facts) for sample in samples]


def _line(history: History) -> tuple[str, ...]:
    samples = history.samples
    analyses = analyses_of(samples)
    scores = [analysis.importance.score for analysis in analyses]
    sizes = [float(s.commit.insertions + s.commit.deletions) for s in samples]
    typed = _typed(samples)
    plain = [is_right for sample, is_right in typed if not sample.declared]
    declared = [is_right for sample, is_right in typed if sample.declared]
    levels = Counter(analysis.importance.level for analysis in analyses)
    selects = history.selects
    return (
        history.name,
        history.source.part,
        str(len(samples)),
        _percent(share([sample.named for sample in samples])),
        *(_ranking(samples, scores) if selects else ("–", "–")),
        *(_ranking(samples, sizes) if selects else ("–", "–")),
        _percent(share(plain)),
        str(len(plain)),
        _percent(share(_own_words(samples, declared=False))),
        str(len(_own_words(samples, declared=False))),
        _percent(share(declared)),
        str(len(declared)),
        _percent(share(_own_words(samples, declared=True))),
        *(_percent(levels[level] / max(1, len(samples))) for level in LEVELS),
    )


def _typed(samples: Sequence[Sample]) -> list[tuple[Sample, bool]]:
    """Those with a section of a type, and whether their kind fits it."""
    has = kept([sample.sections for sample in samples])
    right = [type_is_right(sample.facts.kind, sample.sections, has) for sample in samples]
    pairs = zip(samples, right, strict=True)
    return [(sample, is_right) for sample, is_right in pairs if is_right is not None]


def _own_words(samples: Sequence[Sample], *, declared: bool) -> list[bool]:
    """Whether sections agree with what titles say in one word: how well they tell the type.

    Who believes every author is right as often; more can hardly be had where it is less.
    """
    has = kept([sample.sections for sample in samples])
    found = (
        type_is_right(sample.said, sample.sections, has)
        for sample in samples
        if sample.said is not None and sample.declared == declared
    )
    return [is_right for is_right in found if is_right is not None]


def _ranking(samples: Sequence[Sample], values: Sequence[float]) -> tuple[str, str]:
    """The area under the curve, of all commits and of people's."""
    people = [index for index, sample in enumerate(samples) if not sample.facts.bot]
    named = [sample.named for sample in samples]
    whole = auc(values, named)
    of_people = auc([values[i] for i in people], [named[i] for i in people])
    return _figure(whole), _figure(of_people)


def misses(histories: Sequence[History], limit: int) -> str:
    """What is judged most differently from the maintainers, to be read by eye."""
    lines: list[str] = []
    for history in histories:
        samples = history.samples
        analyses = analyses_of(samples)
        scored = sorted(
            zip((a.importance.score for a in analyses), samples, strict=True),
            key=lambda pair: pair[0],
        )
        if history.selects:
            low = [(score, sample) for score, sample in scored if sample.named][:limit]
            high = [(score, sample) for score, sample in reversed(scored) if not sample.named]
            lines += [f"\n{history.name}: named, and low"]
            lines += (f"  {score:.3f} {_told(sample)}" for score, sample in low)
            lines += [f"\n{history.name}: not named, and high"]
            lines += (f"  {score:.3f} {_told(sample)}" for score, sample in high[:limit])
        lines += [f"\n{history.name}: type"]
        wrong = [sample for sample, is_right in _typed(samples) if not is_right]
        lines += (
            f"  {s.facts.kind} ({SECTION_OF_KIND.get(s.facts.kind)}) ≠ {_sections(s)}: {_told(s)}"
            for s in wrong[:limit]
        )
        lines += [f"\n{history.name}: breaking, false and missed"]
        false = [s for s in samples if s.seen and "breaking" not in s.sections]
        missed = [s for s in samples if not s.seen and "breaking" in s.sections]
        lines += (
            f"  + {[(b.reason, b.certain, b.text[:80]) for b in s.seen[:2]]} {_told(s)}"
            for s in false[:limit]
        )
        lines += (f"  - {_told(s)}" for s in missed[:limit])
    return "\n".join(lines)


def _told(sample: Sample) -> str:
    return f"{sample.commit.sha[:8]} {sample.commit.subject[:110]}"


def _sections(sample: Sample) -> str:
    return ", ".join(sorted(sample.sections))


def _figure(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}"


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.0f} %"
