"""What all days tell together, gathered from few of them each morning."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.archives import ENGINE, FIRST, day, entry, settings

from digest.archive import Archive
from digest.gathering import Gathering
from digest.kept.memory import Memory
from digest.kept.store import Store
from digest.model import SCHEMA_VERSION, Day, RepositoryState, Revert

DAYS = 40


def _archived() -> list[Day]:
    """One commit a day; each tenth is taken back two days later."""
    made: list[Day] = []
    for n in range(DAYS):
        back = n - 2
        undone = (
            (Revert(sha=made[back].entries[0].commit.sha),) if back > 0 and back % 10 == 0 else ()
        )
        one = entry(f"feat: {n}", sha=f"{n + 1:07x}", reverts=undone)
        made.append(day(FIRST + dt.timedelta(days=n), [one]))
    return made


def _gathering(folder: Path, *days: Day, cache: bool) -> Gathering:
    memory = Memory(Store(folder / "cache")) if cache else None
    return Gathering(settings(folder, *days), memory)


def _told(gathering: Gathering) -> list[str | None]:
    """What decides each day's page, with what later days did to it."""
    assert gathering.gathered
    return [gathering.key(date) for date in gathering.dates]


@pytest.mark.parametrize("unsettled", [0, 2])
@pytest.mark.parametrize("first", [1, 13, 30])
def test_a_morning_reads_few_days_again(tmp_path: Path, first: int, unsettled: int) -> None:
    """However many were there on the first morning, and while the last ones may still change."""
    days, read = _archived(), []
    for known in range(first, DAYS + 1):
        last = days[known - 1].date
        state = RepositoryState(
            schema_version=SCHEMA_VERSION,
            repository=ENGINE,
            head="0" * 40,
            unsettled=tuple(last - dt.timedelta(days=n) for n in reversed(range(unsettled))),
        )
        Archive(tmp_path / "archive").save_state(state)
        current = _gathering(tmp_path, *days[:known], cache=True)
        read.append(len(current.ungathered()))
        assert _told(current) == _told(_gathering(tmp_path, *days[:known], cache=False))
    # The first four are kept with the fourth, or where more are there at once, then.
    assert max(read[4:]) <= unsettled + 4
    assert sum(read[4:]) / len(read[4:]) <= unsettled + 3


def test_a_day_that_changes_is_gathered_again_with_all_behind_it(tmp_path: Path) -> None:
    days = _archived()
    assert _told(_gathering(tmp_path, *days, cache=True))
    changed = replace(days[-3], entries=(entry("fix: another", sha="fffffff"),))
    current = _gathering(tmp_path, *days[:-3], changed, *days[-2:], cache=True)
    assert current.ungathered()[-3:] == tuple(item.date for item in days[-3:])
    assert _told(current) == _told(
        _gathering(tmp_path, *days[:-3], changed, *days[-2:], cache=False)
    )


def test_days_about_which_a_model_is_still_asked_are_not_behind_what_is_kept(
    tmp_path: Path,
) -> None:
    days = _archived()
    state = RepositoryState(
        schema_version=SCHEMA_VERSION,
        repository=ENGINE,
        head="0" * 40,
        owed=(days[-6].date,),
    )
    Archive(tmp_path / "archive").save_state(state)
    assert _told(_gathering(tmp_path, *days, cache=True))
    answered = replace(days[-6], entries=(entry("feat: answered", sha="fffffff"),))
    current = _gathering(tmp_path, *days[:-6], answered, *days[-5:], cache=True)
    assert len(current.ungathered()) <= 6 + 8
    assert current.ungathered()[-6:] == tuple(item.date for item in days[-6:])
