"""From scores to levels."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace
from support.records import change, reading

from digest.analysts.calibration import (
    HIGH_RANGE,
    MEDIUM_RANGE,
    Calibration,
    at_level,
    calibrate,
)
from digest.analysts.heuristic import HeuristicAnalyst
from digest.facts.extract import extract
from digest.model import LEVELS, InterfaceChange


def shares(scores):
    """The share of each level among scores that are judged by themselves."""
    bounds = calibrate(scores)
    levels = [bounds.level(score) for score in scores]
    return {level: levels.count(level) / len(levels) for level in LEVELS}


@pytest.mark.parametrize("middle", [0.25, 0.4, 0.5, 0.6, 0.7])
def test_high_is_a_tenth_to_a_quarter_in_whatever_way_people_cut_their_work(middle):
    rng = random.Random(7)  # noqa: S311 - the same numbers each time
    scores = [min(max(rng.gauss(middle, 0.2), 0.0), 1.0) for _ in range(800)]
    found = shares(scores)
    assert 0.10 <= found["high"] <= 0.25
    assert 0.20 <= found["medium"] <= 0.45


def test_weeks_of_routine_have_nothing_high():
    assert shares([0.1, 0.15, 0.2] * 100) == {"high": 0, "medium": 0, "low": 1}


def test_what_certainly_breaks_users_is_high_however_often():
    assert shares([0.95] * 300)["high"] == 1


def test_a_few_commits_are_judged_by_what_is_usual_elsewhere():
    usual = Calibration()
    assert calibrate([]) == usual
    few = calibrate([0.9, 0.9, 0.9])
    assert few.high == pytest.approx(usual.high, abs=0.1)


def test_a_quiet_month_of_like_scores_is_not_all_high():
    rng = random.Random(7)  # noqa: S311 - the same numbers each time
    scores = [rng.uniform(0.62, 0.85) for _ in range(20)] + [0.08] * 10
    assert 0.10 <= shares(scores)["high"] <= 0.30


def test_bounds_stay_in_their_ranges_and_in_order():
    for scores in ([0.0] * 500, [1.0] * 500, [0.0, 1.0] * 250):
        bounds = calibrate(scores)
        assert HIGH_RANGE[0] <= bounds.high <= HIGH_RANGE[1]
        assert MEDIUM_RANGE[0] <= bounds.medium <= MEDIUM_RANGE[1]
        assert bounds.medium <= bounds.high


def test_the_order_of_the_scores_does_not_matter():
    scores = [0.1, 0.9, 0.4, 0.7, 0.3]
    assert calibrate(scores) == calibrate(scores[::-1])


def test_depth_follows_the_level():
    made = reading("feat!: drop v1 (#7)", changes=[change("lib/a/src/x.rs", 300)])
    renamed = InterfaceChange(what="flag", name="--new", before="", after="", previous_name="--old")
    facts = replace(extract(made), interface=(renamed,))
    whole = HeuristicAnalyst().analyse(made, facts)
    high, medium, low = (at_level(whole, level) for level in LEVELS)
    assert high.insights
    assert high.risks
    assert high.recommendations
    assert (medium.insights, medium.risks) == ((), ())
    assert medium.impact
    assert medium.recommendations
    assert (low.impact, low.recommendations, low.insights, low.risks) == ((), (), (), ())
    assert low.summary == whole.summary
    assert [item.importance.level for item in (high, medium, low)] == list(LEVELS)
