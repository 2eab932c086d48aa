"""Mirror and window → commits: the days they belong to, their parents, their people."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.gitrepo import GitRepo, Person
from support.histories import HOUR, UTC, begun, commit, mirror_of, readings

from digest.history import commits_by_day, first_moment, moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
SECOND = dt.timedelta(seconds=1)
EVERYTHING = (dt.date(1970, 1, 1), dt.date(2026, 12, 31))


def by_day(repo: GitRepo, zone: ZoneInfo) -> dict[str, list[str]]:
    """The shas of each day, under the day's ISO form."""
    days = commits_by_day(mirror_of(repo), zone, *EVERYTHING)
    return {day.isoformat(): shas for day, shas in days.items()}


def on_day(repo: GitRepo, day: str, zone: ZoneInfo) -> list[str]:
    date = dt.date.fromisoformat(day)
    return commits_by_day(mirror_of(repo), zone, date, date).get(date, [])


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return begun(tmp_path / "repo")


# Days


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (UTC, "2026-02-13", 24),
        (SHANGHAI, "2026-02-13", 24),
        (KATHMANDU, "2026-02-13", 24),
        (NEW_YORK, "2026-03-07", 24),
        (NEW_YORK, "2026-03-08", 23),
        (NEW_YORK, "2026-11-01", 25),
        (NEW_YORK, "2026-11-02", 24),
    ],
)
def test_a_day_has_the_hours_that_clocks_show(
    tmp_path: Path, zone: ZoneInfo, day: str, hours: int
) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    repo.now = dt.datetime.fromisoformat(f"{day}T00:30:00+00:00") - 24 * HOUR
    repo.commits(72, every=HOUR)
    assert len(on_day(repo, day, zone)) == hours


@pytest.mark.parametrize("day", ["2026-02-13", "2026-03-08", "2026-03-09", "2026-11-01"])
@pytest.mark.parametrize("zone", [UTC, SHANGHAI, NEW_YORK, KATHMANDU], ids=str)
def test_midnight_belongs_to_the_new_day(tmp_path: Path, zone: ZoneInfo, day: str) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    midnight = dt.datetime.fromisoformat(day).replace(tzinfo=zone)
    before = repo.commit("before", date=midnight.astimezone(dt.UTC) - SECOND)
    at = repo.commit("at", date=midnight.astimezone(dt.UTC))
    days = by_day(repo, zone)
    assert days.pop(day) == [at]
    assert list(days.values()) == [[before]]
    assert commit(repo).committed_at == midnight
    assert readings(repo, at, zone=zone)[0].commit.committed_at.utcoffset() == midnight.utcoffset()


def test_the_zone_of_the_committer_does_not_count(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    tokyo = repo.commit("one", date="2026-02-13T01:00:00+14:00")
    honolulu = repo.commit("two", date="2026-02-12T20:00:00-10:00")
    assert by_day(repo, UTC) == {"2026-02-12": [tokyo], "2026-02-13": [honolulu]}
    assert by_day(repo, SHANGHAI) == {"2026-02-12": [tokyo], "2026-02-13": [honolulu]}


def test_wrong_clocks_hide_nothing(repo: GitRepo) -> None:
    today = [repo.commit("today", date="2026-02-13T10:00:00Z")]
    old = repo.commit("an old clock", date="2011-01-01T00:00:00Z")
    zero = repo.commit("no clock", date="1970-01-01T00:00:00Z")
    today.append(repo.commit("today", date="2026-02-13T09:00:00Z"))
    ahead = repo.commit("a clock ahead", date="2026-08-01T00:00:00Z")
    today.append(repo.commit("today", date="2026-02-13T11:00:00Z"))
    days = by_day(repo, UTC)
    assert days["2026-02-13"] == today[::-1]
    assert days["2011-01-01"] == [old]
    assert days["1970-01-01"] == [zero]
    assert days["2026-08-01"] == [ahead]


@pytest.mark.parametrize("seconds", ["-1", "99999999999999", "18446744073709551615"])
def test_impossible_clocks_stop_nothing(repo: GitRepo, seconds: str) -> None:
    person = f"Ada <ada@example.org> {seconds} +0000".encode()
    odd = repo.raw_commit(b"odd", author=person, committer=person)
    fine = repo.commit("fine", date="2026-02-13T10:00:00Z")
    assert on_day(repo, "2026-02-13", UTC) == [fine]
    assert [item.commit.sha for item in readings(repo, odd, fine)] == [odd, fine]


def test_a_merge_is_one_entry_on_the_day_of_the_merge(repo: GitRepo) -> None:
    with repo.on("topic"):
        side = repo.commit("fix: on the side", {"b.py": "b\n"}, date="2026-02-10T10:00:00Z")
        repo.commit("fix: more", {"c.py": "c\n"}, date="2026-02-11T10:00:00Z")
    straight = repo.commit("fix: straight", {"a.py": "one\n"}, date="2026-02-12T10:00:00Z")
    merge = repo.merge("topic", date="2026-02-13T10:00:00Z")
    assert by_day(repo, UTC) == {
        "2026-02-01": [commit(repo, straight).parents[0]],
        "2026-02-12": [straight],
        "2026-02-13": [merge],
    }
    merged = commit(repo, merge)
    assert [parent == straight for parent in merged.parents] == [True, False]
    assert [(file.status, file.path) for file in merged.changes] == [("A", "b.py"), ("A", "c.py")]
    assert side not in {sha for sha, _, _ in mirror_of(repo).chain()}


def test_a_merge_that_changes_nothing_against_its_first_parent(repo: GitRepo) -> None:
    with repo.on("topic"):
        repo.commit("fix: same", {"a.py": "same\n"})
    repo.commit("fix: same", {"a.py": "same\n"})
    repo.merge("topic")
    assert commit(repo).changes == ()


def test_author_and_committer_have_their_own_times(repo: GitRepo) -> None:
    sha = repo.commit(
        "feat: late",
        date="2026-02-13T00:30:00+08:00",
        author_date="2025-11-01T12:00:00-04:00",
        author=Person("Grace Hopper"),
        committer=Person("A Robot"),
    )
    made = readings(repo, sha, zone=SHANGHAI)[0].commit
    assert made.author.name == "Grace Hopper"
    assert made.authored_at.isoformat() == "2025-11-02T00:00:00+08:00"
    assert made.committed_at.isoformat() == "2026-02-13T00:30:00+08:00"
    assert on_day(repo, "2026-02-13", SHANGHAI) == [sha]


def test_a_root_commit_adds_all_its_files(repo: GitRepo) -> None:
    made = commit(repo)
    assert made.parents == ()
    assert made.changes_known
    assert [(file.status, file.path, file.insertions) for file in made.changes] == [
        ("A", "a.py", 3)
    ]


def test_empty_commits_are_entries(repo: GitRepo) -> None:
    shas = [repo.commit("chore: run again"), repo.commit(""), repo.commit("\n\n")]
    made = [item.commit for item in readings(repo, *shas)]
    assert [(item.sha, item.changes, item.changes_known) for item in made] == [
        (sha, (), True) for sha in shas
    ]
    assert [item.subject for item in made] == ["chore: run again", "", ""]


def test_a_repository_without_commits(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    assert by_day(repo, UTC) == {}
    assert readings(repo) == []


def test_the_order_of_the_answers_is_that_of_the_question(repo: GitRepo) -> None:
    repo.commits(20, every=HOUR)
    shas = [sha for sha, _, _ in mirror_of(repo).chain()]
    mixed = shas[::2] + shas[1::2]
    assert [item.commit.sha for item in readings(repo, *mixed)] == mixed


# People


def test_the_mailmap_of_the_branch_is_applied(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo", bare=False)
    repo.commit("one", {".mailmap": "Ada, Countess of Lovelace <ada@example.org>\n"})
    (tmp_path / "repo" / ".mailmap").write_text("Somebody Else <ada@example.org>\n")
    assert commit(repo).author.name == "Ada, Countess of Lovelace"


def test_a_mailmap_that_was_never_committed_is_not_applied(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo", bare=False)
    repo.commit("one")
    (tmp_path / "repo" / ".mailmap").write_text("Somebody Else <ada@example.org>\n")
    assert commit(repo).author.name == "Ada Lovelace"


# Tables


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("UTC", "2026-02-13", "2026-02-13T00:00:00+00:00"),
        ("Asia/Shanghai", "2026-02-13", "2026-02-13T00:00:00+08:00"),
        ("Asia/Kathmandu", "2026-02-13", "2026-02-13T00:00:00+05:45"),
        ("America/New_York", "2026-03-08", "2026-03-08T00:00:00-05:00"),
        ("America/New_York", "2026-03-09", "2026-03-09T00:00:00-04:00"),
        ("America/New_York", "2026-11-01", "2026-11-01T00:00:00-04:00"),
        # Clocks went from 23:59:59 to 01:00, and in Samoa a day further.
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"),
        # Midnight came twice.
        ("America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"),
    ],
)
def test_first_moment(zone: str, day: str, expected: str) -> None:
    assert first_moment(dt.date.fromisoformat(day), ZoneInfo(zone)).isoformat() == expected


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "America/Havana", "Pacific/Apia"])
def test_days_meet_without_gap(zone: str) -> None:
    """Each second belongs to the day that begins last before it."""
    days = [dt.date(2011, 12, 1) + dt.timedelta(days=number) for number in range(700)]
    starts = [first_moment(day, ZoneInfo(zone)) for day in days]
    for start, end in pairwise(starts):
        assert start <= end
        if start < end:
            assert moment(int(end.timestamp()) - 1, ZoneInfo(zone)).date() == start.date()
