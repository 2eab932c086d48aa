"""Which days are read: what is missing, what is not settled, what has moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from support import records

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive
from digest.facts.extract import extract
from digest.model import SCHEMA_VERSION, Day, Entry, RepositoryState
from digest.planning import days_to_read, is_unsettled, moved_days
from digest.settings import Settings

UTC = ZoneInfo("UTC")
SLUG = "owner/name"


def feb(*days: int) -> list[dt.date]:
    return [dt.date(2026, 2, day) for day in days]


@pytest.mark.parametrize(
    ("first", "last", "archived", "unsettled", "expected"),
    [
        pytest.param(3, 5, [], [], [3, 4, 5], id="nothing is there"),
        pytest.param(3, 5, [3, 4, 5], [], [], id="all is there"),
        pytest.param(3, 5, [3, 5], [], [4], id="a hole"),
        pytest.param(3, 5, [3, 4, 5], [4, 5], [4, 5], id="not settled"),
        pytest.param(3, 5, [1, 3], [], [2, 4, 5], id="holes since the first archived day"),
        pytest.param(3, 5, [1, 2, 3, 4], [1], [1, 5], id="an old day that is not settled"),
        pytest.param(3, 5, [7], [7], [3, 4, 5], id="later days are not asked for"),
        pytest.param(3, 5, [], [1], [3, 4, 5], id="before all days that are there"),
        pytest.param(5, 5, [], [], [5], id="one day"),
        pytest.param(6, 5, [], [], [], id="no day"),
    ],
)
def test_days_to_read(
    first: int, last: int, archived: list[int], unsettled: list[int], expected: list[int]
) -> None:
    planned = days_to_read(
        first=feb(first)[0],
        last=feb(last)[0],
        archived=feb(*archived),
        unsettled=feb(*unsettled),
        fill_from_archive=True,
    )
    assert planned == feb(*expected)


def test_an_asked_for_window_is_kept_to() -> None:
    planned = days_to_read(
        first=feb(3)[0], last=feb(5)[0], archived=feb(1, 4), unsettled=[], fill_from_archive=False
    )
    assert planned == feb(3, 5)


@pytest.mark.parametrize(
    ("today", "since", "days", "expected"),
    [
        ("2026-02-13", None, 7, "2026-02-07"),
        ("2026-02-13", None, 1, "2026-02-13"),
        ("2026-03-01", None, 2, "2026-02-28"),
        ("2026-02-13", "2025-12-31", 7, "2025-12-31"),
    ],
)
def test_the_window(today: str, since: str | None, days: int, expected: str) -> None:
    settings = Settings(
        repositories=(),
        zone=UTC,
        archive=Path("archive"),
        mirrors=Path("mirrors"),
        since=dt.date.fromisoformat(since) if since else None,
        days=days,
    )
    assert settings.first_day(dt.date.fromisoformat(today)).isoformat() == expected


@pytest.mark.parametrize(
    ("reached_at", "settle", "zone", "expected"),
    [
        ("2026-02-13T12:00:00+00:00", 0, "UTC", True),
        ("2026-02-13T23:59:59+00:00", 0, "UTC", True),
        ("2026-02-14T00:00:00+00:00", 0, "UTC", False),
        ("2026-02-16T23:59:59+00:00", 3, "UTC", True),
        ("2026-02-17T00:00:00+00:00", 3, "UTC", False),
        ("2026-02-13T15:59:59+00:00", 0, "Asia/Shanghai", True),
        ("2026-02-13T16:00:00+00:00", 0, "Asia/Shanghai", False),
        ("2026-02-14T04:59:59+00:00", 0, "America/New_York", True),
        ("2026-02-14T05:00:00+00:00", 0, "America/New_York", False),
    ],
)
def test_a_day_is_settled_so_many_days_after_its_end(
    reached_at: str, settle: int, zone: str, expected: bool
) -> None:
    moment = dt.datetime.fromisoformat(reached_at)
    assert is_unsettled(dt.date(2026, 2, 13), moment, settle, ZoneInfo(zone)) is expected


# What a push moved


def sha(name: str) -> str:
    return records.commit(name).sha


def chain(*commits: tuple[str, int]) -> list[tuple[str, int, str]]:
    """A branch, newest first, of names with their day in February."""
    shas = [sha(name) for name, _ in commits]
    noon = [int(dt.datetime(2026, 2, day, 12, tzinfo=dt.UTC).timestamp()) for _, day in commits]
    return list(zip(shas, noon, [*shas, ""][1:], strict=True))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Days 1 to 6: a on the 1st, b on the 2nd, c on the 4th; d on the 5th has vanished."""
    made = Archive(tmp_path)
    names = {1: ["a"], 2: ["b"], 3: [], 4: ["c"], 5: ["d"], 6: []}
    for number, subjects in names.items():
        entries = [_entry(subject) for subject in subjects]
        if number == 5:
            entries = [replace(entry, vanished=True) for entry in entries]
        made.save(_day(number, entries))
    return made


def _entry(subject: str) -> Entry:
    reading = records.reading(subject)
    facts = extract(reading)
    analysis = HeuristicAnalyst().analyse(reading, facts)
    return Entry(commit=reading.commit, facts=facts, analysis=analysis)


def _day(number: int, entries: Iterable[Entry]) -> Day:
    return Day(
        schema_version=SCHEMA_VERSION,
        repository=SLUG,
        date=dt.date(2026, 2, number),
        zone="UTC",
        complete=True,
        head=sha("c"),
        entries=tuple(entries),
    )


BRANCH = [("c", 4), ("b", 2), ("a", 1)]


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        pytest.param(BRANCH, [], id="nothing happened"),
        pytest.param([("x", 9), *BRANCH], [], id="a day that is not there yet"),
        pytest.param([("x", 6), *BRANCH], [6], id="a late commit"),
        pytest.param([("x", 1), ("y", 3), *BRANCH], [1, 3], id="very late commits"),
        pytest.param([("d", 5), *BRANCH], [5], id="a vanished commit is back"),
        pytest.param([("b", 2), ("a", 1)], [4], id="the tip is gone"),
        pytest.param([("x", 4), ("b", 2), ("a", 1)], [4], id="the tip was amended"),
        pytest.param([("x", 3), ("a", 1)], [2, 3, 4], id="two are gone, one is new"),
        pytest.param([("x", 1), ("b", 2), ("a", 1)], [1, 4], id="a late one in place of the tip"),
        pytest.param([("x", 4), ("y", 2), ("z", 1)], [1, 2, 4], id="all is another"),
        pytest.param([], [1, 2, 4], id="all is gone"),
    ],
)
def test_moved_days(archive: Archive, branch: list[tuple[str, int]], expected: list[int]) -> None:
    state = RepositoryState(schema_version=SCHEMA_VERSION, repository=SLUG, head=sha("c"))
    assert sorted(moved_days(archive, state, chain(*branch), UTC, None)) == feb(*expected)


def test_nothing_moves_before_the_first_look(tmp_path: Path) -> None:
    state = RepositoryState(schema_version=SCHEMA_VERSION, repository=SLUG)
    assert moved_days(Archive(tmp_path), state, chain(("x", 1)), UTC, None) == set()


def test_days_of_an_empty_branch_move_when_something_is_pushed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for number in (1, 2, 3):
        quiet = Day(
            schema_version=SCHEMA_VERSION,
            repository=SLUG,
            date=feb(number)[0],
            zone="UTC",
            complete=True,
            head=None,
            entries=(),
        )
        archive.save(quiet)
    state = RepositoryState(schema_version=SCHEMA_VERSION, repository=SLUG)
    assert moved_days(archive, state, chain(("x", 2)), UTC, None) == set(feb(2))


def test_a_damaged_day_hides_no_other(archive: Archive) -> None:
    archive.day_file(SLUG, feb(4)[0]).write_text("{")
    state = RepositoryState(schema_version=SCHEMA_VERSION, repository=SLUG, head=sha("c"))
    assert moved_days(archive, state, chain(("a", 1)), UTC, None) == set(feb(2))


def test_old_days_are_not_opened(archive: Archive) -> None:
    """However large the archive is: what cannot be read would be an error."""
    for number in (1, 2, 3):
        archive.day_file(SLUG, feb(number)[0]).write_text("{")
    state = RepositoryState(schema_version=SCHEMA_VERSION, repository=SLUG, head=sha("gone"))
    assert moved_days(archive, state, chain(("c", 4), ("x", 1)), UTC, None) == set()
