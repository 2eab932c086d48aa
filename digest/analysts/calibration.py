"""From scores to levels, by what is usual in a repository.

A score is comparable between commits of one repository; how often it is large
depends on how people there cut and title their work.  So the bounds between the
levels lie where they let through the same share of each repository's commits,
within limits: however quiet the weeks, routine is not high, and what certainly
breaks users is never less.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from digest.model import Analysis, Level

HIGH_SHARE = 0.17
"""Share of commits that are high: rare enough to be read, as a rule 10 to 25 %."""
MEDIUM_SHARE = 0.35
"""Share of commits that are medium."""
USUAL_HIGH, USUAL_MEDIUM = 0.60, 0.35
"""The bounds where nothing is known yet."""
HIGH_RANGE = (0.40, 0.88)
MEDIUM_RANGE = (0.22, 0.75)
"""Where the bounds may lie."""
PRIOR = 40
"""Commits that what is usual elsewhere weighs as much as: in quiet weeks routine stays low."""
PRIOR_ABOVE = 8
"""The same where scores are larger than elsewhere: a small repository has thirty commits in a
month, and where nearly all of them reach the usual bound it tells nothing."""


class Calibration(msgspec.Struct, frozen=True):
    """The least score of a high and of a medium commit."""

    high: float = USUAL_HIGH
    medium: float = USUAL_MEDIUM

    def level(self, score: float) -> Level:
        """The level of a commit with that score."""
        if score >= self.high:
            return "high"
        return "medium" if score >= self.medium else "low"


def calibrate(scores: Sequence[float]) -> Calibration:
    """Find the bounds for a repository.

    Arguments:
        scores: 0 to 1, of its commits of the last weeks; any order.
    """
    ranked = sorted(scores, reverse=True)
    return Calibration(
        high=_bound(ranked, HIGH_SHARE, USUAL_HIGH, HIGH_RANGE),
        medium=_bound(ranked, HIGH_SHARE + MEDIUM_SHARE, USUAL_MEDIUM, MEDIUM_RANGE),
    )


def _bound(ranked: list[float], share: float, usual: float, limits: tuple[float, float]) -> float:
    """The score that a share of the commits reach, drawn towards the usual where they are few."""
    if not ranked:
        return usual
    # Between two commits, so that many with the same score fall on the better side.
    reached = ranked[min(int(len(ranked) * share), len(ranked) - 1)]
    prior = PRIOR_ABOVE if reached > usual else PRIOR
    bound = (len(ranked) * reached + prior * usual) / (len(ranked) + prior)
    return round(min(max(bound, limits[0]), limits[1]), 3)


def at_level(analysis: Analysis, level: Level) -> Analysis:
    """An analysis as deep as its level asks.

    Arguments:
        analysis: with all that its analyst had to say.
        level: low says no more than type and summary; medium has impact and recommendations
            too, high everything.
    """
    importance = replace(analysis.importance, level=level)
    update: dict[str, object] = {"importance": importance}
    if level != "high":
        update |= {"insights": (), "risks": ()}
    if level == "low":
        update |= {"impact": (), "recommendations": ()}
    return replace(analysis, **update)
