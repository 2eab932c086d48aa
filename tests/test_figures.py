"""The geometry of figures: whole numbers, the same each time, true to what they show."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

import pytest

from digest.figures import Bar, Cell, Steps, calendar, months_between, rounded_up, stack

FIRST = dt.date(2026, 2, 1)


@pytest.mark.parametrize(
    ("value", "end"),
    [
        (0, 1),
        (1, 1),
        (2, 2),
        (3, 4),
        (5, 6),
        (9, 10),
        (10, 10),
        (11, 20),
        (61, 80),
        (100, 100),
        (101, 200),
    ],
)
def test_an_axis_ends_at_a_round_number(value, end):
    assert rounded_up(value) == end


def test_steps_hold_about_as_many_values_each():
    steps = Steps.of([0, 0, *range(1, 9)], 4)
    assert steps.ranges == [(1, 2), (3, 4), (5, 6), (7, 8)]
    assert [steps.of_value(value) for value in (0, 1, 4, 8, 99)] == [0, 1, 2, 4, 4]


@pytest.mark.parametrize(
    ("values", "ranges"), [([], []), ([0, 0], []), ([5], [(5, 5)]), ([3, 3, 3, 3], [(3, 3)])]
)
def test_there_are_no_empty_steps(values, ranges):
    assert Steps.of(values, 4).ranges == ranges


def area(path: str) -> list[tuple[int, int, int]]:
    """Left, lower edge and height of each rectangle of a path."""
    found = re.findall(r"M(\d+) (\d+)v-(\d+)h8v\3z", path)
    assert "".join(f"M{x} {y}v-{h}h8v{h}z" for x, y, h in found) == path
    return [(int(x), int(y), int(h)) for x, y, h in found]


def test_the_parts_of_a_bar_stand_on_each_other():
    figure = stack([Bar("a", (1, 2, 3)), Bar("b", (0, 0, 0)), Bar("c", (0, 7, 0))])
    assert (figure.top, figure.width, figure.height) == (8, 30, 1000)
    high, medium, low = map(area, figure.paths)
    assert high == [(1, 1000, 125)]
    assert medium == [(1, 875, 250), (21, 1000, 875)]
    assert low == [(1, 625, 375)]
    assert figure.axis == ("a", "b", "c")


def test_thirds_leave_no_gap():
    figure = stack([Bar("a", (1, 1, 1)), Bar("b", (3, 0, 0))])
    pieces = [area(path)[0] for path in figure.paths]
    for (_, foot, height), (_, above, _) in pairwise(pieces):
        assert foot - height == above


def test_nothing_is_drawn_of_nothing():
    figure = stack([])
    assert (figure.bars, figure.paths, figure.axis, figure.places) == ((), (), (), [])


@pytest.mark.parametrize(("count", "named"), [(1, 1), (2, 2), (3, 3), (90, 3)])
def test_an_axis_names_the_first_the_middle_and_the_last(count, named):
    figure = stack([Bar(str(number), (1,)) for number in range(count)])
    assert len(figure.axis) == named
    assert (figure.axis[0], figure.axis[-1]) == ("0", str(count - 1))


def test_a_month_is_laid_out_from_monday():
    days = {FIRST: Cell(FIRST, 4, 1, page=True)}
    (month,) = calendar(days, [(2026, 2)]).months
    assert [len(week) for week in month.weeks] == [7] * 5
    assert [cell and cell.date.day for cell in month.weeks[0]] == [*[None] * 6, 1]
    assert month.weeks[0][6] == Cell(FIRST, 4, 1, page=True, shade=1, mark=1)


def test_a_hole_is_told_from_what_was_never_archived():
    last = FIRST + dt.timedelta(days=3)
    days = {date: Cell(date, page=True) for date in (FIRST, last)}
    (month,) = calendar(days, [(2026, 2)]).months
    gaps = [cell.date.day for week in month.weeks for cell in week if cell and cell.gap]
    assert gaps == [2, 3]


def test_the_first_and_the_last_month_of_all_can_be_shown():
    for date in (dt.date.min, dt.date.max):
        (month,) = calendar({date: Cell(date, page=True)}, [(date.year, date.month)]).months
        assert sum(cell is not None for week in month.weeks for cell in week) == 31


def test_months_go_over_the_years():
    assert months_between(dt.date(2025, 12, 31), dt.date(2026, 2, 1)) == [
        (2025, 12),
        (2026, 1),
        (2026, 2),
    ]
