"""What is learnt from a repository's last weeks, and from when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace
from support import records

from digest import learning
from digest.analysts.calibration import calibrate
from digest.analysts.heuristic import HeuristicAnalyst
from digest.errors import ArchiveError
from digest.facts.grammar import UNKNOWN
from digest.learning import Lessons
from digest.model import SCHEMA_VERSION, Commit, Day, Entry

FIRST = dt.date(2026, 1, 1)  # a Thursday


def date(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def day(number: int, *scores: float) -> Day:
    """A day with a commit of each score, named by the day."""
    entries = []
    for index, score in enumerate(scores):
        reading = records.reading(f"feat: {number}.{index}")
        facts = records.facts(f"feat: {number}.{index}")
        analysis = HeuristicAnalyst().analyse(reading, facts)
        importance = replace(analysis.importance, score=score)
        analysis = replace(analysis, importance=importance)
        entries.append(Entry(commit=reading.commit, facts=facts, analysis=analysis))
    return Day(
        schema_version=SCHEMA_VERSION,
        repository="owner/name",
        date=date(number),
        zone="UTC",
        complete=True,
        head="0" * 40,
        entries=tuple(entries),
    )


@dataclass
class World:
    """An archive and a mirror, of which is noted what was looked at."""

    archived: dict[dt.date, Day] = field(default_factory=dict)
    unread: dict[dt.date, list[Commit]] = field(default_factory=dict)
    loaded: list[dt.date] = field(default_factory=list)
    skimmed: list[str] = field(default_factory=list)

    def load(self, when: dt.date) -> Day | None:
        self.loaded.append(when)
        return self.archived.get(when)

    def skim(self, shas: Sequence[str]) -> list[Commit]:
        known = {commit.sha: commit for commits in self.unread.values() for commit in commits}
        self.skimmed += [known[sha].subject for sha in shas]
        return [known[sha] for sha in shas]

    def lessons(self) -> Lessons:
        shas = {when: [item.sha for item in commits] for when, commits in self.unread.items()}
        return Lessons(self.load, self.archived, shas, self.skim, settle=3)


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The subjects that each grammar was learnt from."""
    seen: list[list[str]] = []

    def learn(commits: Sequence[Commit]) -> object:
        seen.append(sorted(commit.subject for commit in commits))
        return UNKNOWN

    monkeypatch.setattr(learning, "learn", learn)
    return seen


def commits(number: int) -> list[Commit]:
    return [records.commit(f"feat: {number}")]


def test_a_first_run_learns_from_its_first_weeks_ahead_of_reading_them(
    learnt: list[list[str]],
) -> None:
    world = World(unread={date(n): commits(n) for n in range(60)})
    lessons = world.lessons()
    lessons.grammar(date(0))
    assert learnt == [sorted(f"feat: {n}" for n in range(28))]
    assert world.loaded == []


def test_later_weeks_learn_from_those_before_them(learnt: list[list[str]]) -> None:
    world = World(unread={date(n): commits(n) for n in range(60)})
    lessons = world.lessons()
    for number in range(60):
        lessons.grammar(date(number))
        for commit in world.unread[date(number)]:
            lessons.saw(date(number), commit)
    assert len(learnt) == 5, "once for the first four weeks, then once a week"
    # On Monday, day 53, the week before is not settled; on Thursday it is.
    assert learnt[-1] == sorted(f"feat: {n}" for n in range(53 - 28, 53))
    assert len(world.skimmed) == 28, "what was read is not looked at twice"


def test_it_is_the_same_whether_days_are_archived_or_read(learnt: list[list[str]]) -> None:
    days = {date(n): day(n, 0.5) for n in range(50)}
    unread = {when: [entry.commit for entry in item.entries] for when, item in days.items()}
    for cut in (0, 1, 20, 29, 49):
        world = World(
            archived={when: item for when, item in days.items() if when < date(cut)},
            unread={when: items for when, items in unread.items() if when >= date(cut)},
        )
        world.lessons().grammar(date(49))
    assert all(subjects == learnt[0] for subjects in learnt)


def test_scores_of_four_settled_weeks_decide() -> None:
    archived = {date(n): day(n, 0.2 if n < 10 else 0.6) for n in range(39)}
    lessons = World(archived=archived).lessons()
    # Days 36 to 38 were not settled when day 39 began: commits may still have come to them.
    before = [archived[date(n)].entries[0].analysis.importance.score for n in range(8, 36)]
    assert lessons.calibration(date(39)) == calibrate(before)


def test_what_is_pushed_late_to_days_before_does_not_decide() -> None:
    """Nor does the hour of the run: the day itself is left out too."""
    whole = {date(n): day(n, 0.2 if n < 10 else 0.6) for n in range(39)}
    late = whole | {date(n): day(n, 0.9, 0.9, 0.9) for n in range(36, 39)}
    assert World(archived=whole).lessons().calibration(date(39), [0.9]) == World(
        archived=late
    ).lessons().calibration(date(39), [0.1, 0.1])


def test_where_an_archive_begins_all_days_before_decide_and_on_the_first_itself() -> None:
    lessons = World(archived={date(0): day(0, 0.9, 0.9, 0.9)}).lessons()
    assert lessons.calibration(date(0), [0.3] * 20) == calibrate([0.3] * 20)
    assert lessons.calibration(date(1), [0.1]) == calibrate([0.9, 0.9, 0.9])
    lessons.settled(day(1, 0.2))
    assert lessons.calibration(date(2), [0.1]) == calibrate([0.2, 0.9, 0.9, 0.9])
    assert lessons.calibration(date(4), [0.1]) == calibrate([0.9, 0.9, 0.9]), "it is settled"


def test_where_a_repository_wakes_the_hour_of_the_run_does_not_decide() -> None:
    archived = {date(n): day(n, 0.9) for n in range(5)}
    for own in ([], [0.2], [0.9] * 20):
        lessons = World(archived=archived).lessons()
        assert lessons.calibration(date(40), own) == calibrate([])
        lessons.settled(day(40, *own))
        assert lessons.calibration(date(41), own) == calibrate([])


def test_a_day_without_a_commit_begins_an_archive_in_the_first_run_too() -> None:
    """Nothing is archived in the first run; in the second the empty days are."""
    unread: dict[dt.date, list[Commit]] = {date(n): [] for n in range(20)}
    unread[date(18)] = [records.commit("feat: one")]
    first = World(unread=unread).lessons().calibration(date(18), [0.4])
    archived = {date(n): day(n) for n in range(18)}
    second = World(archived=archived, unread={date(18): unread[date(18)]}).lessons()
    assert first == second.calibration(date(18), [0.9]) == calibrate([])


@pytest.mark.parametrize(("number", "begins"), [(3, True), (4, False)])
def test_an_archive_begins_until_its_first_day_is_settled(number: int, begins: bool) -> None:
    lessons = World(archived={date(0): day(0)}).lessons()
    assert (lessons.calibration(date(number), [0.9]) == calibrate([0.9])) is begins


def test_what_a_force_push_took_away_teaches_nothing() -> None:
    first, second = day(0, 0.9, 0.3).entries
    gone = replace(day(0), entries=(replace(first, vanished=True), second))
    assert World(archived={date(0): gone}).lessons().calibration(date(9)) == calibrate([0.3])


def test_a_damaged_day_teaches_nothing() -> None:
    class Damaged(World):
        def load(self, when: dt.date) -> Day | None:
            raise ArchiveError(Path(f"{when}.json"), "is damaged")

    world = Damaged(archived={date(0): day(0, 0.9)})
    assert world.lessons().calibration(date(9)) == calibrate([])


def test_an_empty_repository_teaches_nothing() -> None:
    assert World().lessons().grammar(date(0)) is UNKNOWN


def test_titles_of_days_that_are_not_settled_do_not_decide(learnt: list[list[str]]) -> None:
    days = {date(n): day(n, 0.5) for n in range(53)}
    World(archived=days).lessons().grammar(date(53))
    World(archived=days).lessons().grammar(date(56))
    assert learnt[0] == sorted(f"feat: {n}.0" for n in range(46 - 28, 46)), "a Monday"
    assert learnt[1] == sorted(f"feat: {n}.0" for n in range(53 - 28, 53)), "the Thursday"


def test_titles_that_a_force_push_took_away_do_not_decide(learnt: list[list[str]]) -> None:
    first, second = day(0, 0.9, 0.3).entries
    gone = replace(day(0), entries=(replace(first, vanished=True), second))
    World(archived={date(0): gone}).lessons().grammar(date(9))
    assert learnt == [[second.commit.subject]]
