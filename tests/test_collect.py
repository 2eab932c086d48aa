"""The pipeline day after day, over real repositories, at moments that are given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace
from support.collecting import HOUR, NOON, SLUG, Site, begun, date, local, site_of
from support.gitrepo import GitRepo

from digest.analysts.heuristic import HeuristicAnalyst
from digest.collect import Window
from digest.errors import ConfigError
from digest.model import Analysis, Facts, Reading


@dataclass
class Watching(HeuristicAnalyst):
    """The built-in analyst, which notes what it is asked for."""

    seen: list[str] = field(default_factory=list)

    def analyse(self, reading: Reading, facts: Facts) -> Analysis:
        self.seen.append(reading.commit.subject)
        return super().analyse(reading, facts)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return begun(tmp_path / "repo")


@pytest.fixture
def site(repo: GitRepo, tmp_path: Path) -> Site:
    return site_of(tmp_path, local(repo))


def test_a_first_run_archives_the_window(site: Site) -> None:
    summary = site.collect()
    assert str(summary) == "1 of 1 repositories reached, 3 new commits"
    assert site.days() == ["02-09", "02-10", "02-11", "02-12", "02-13"]
    assert site.subjects("02-11") == ["feat: two", "feat: one"]
    assert site.subjects("02-13") == ["feat: today"]
    assert site.subjects("02-10") == []


def test_quiet_days_and_the_open_day_are_told_apart(site: Site) -> None:
    site.collect()
    yesterday, today = site.day("02-12"), site.day("02-13")
    assert yesterday is not None
    assert today is not None
    assert (yesterday.complete, yesterday.quiet) == (True, True)
    assert (today.complete, today.quiet) == (False, False)
    assert today.zone == "Asia/Shanghai"


def test_the_state_says_how_far_it_came(site: Site, repo: GitRepo) -> None:
    site.collect()
    state = site.state()
    assert (state.branch, state.head, state.zone) == ("main", repo.head, "Asia/Shanghai")
    assert state.reached_at == NOON
    assert state.reached_at.isoformat() == "2026-02-13T12:00:00+08:00"
    assert state.failure is None
    assert list(state.unsettled) == [date(f"02-{day}") for day in (10, 11, 12, 13)]


def test_a_second_run_reads_nothing_and_writes_nothing(site: Site) -> None:
    site.collect()
    before = {path: path.stat().st_mtime_ns for path in site.settings.archive.rglob("*")}
    analyst = Watching()
    assert site.collect(analyst=analyst).results[0].commits == 0
    assert analyst.seen == []
    assert {path: path.stat().st_mtime_ns for path in site.settings.archive.rglob("*")} == before


def test_an_hour_later_only_the_state_is_another(site: Site) -> None:
    site.collect()
    before = site.files()
    site.collect(NOON + HOUR)
    after = site.files()
    changed = [name for name in after if after[name] != before[name]]
    assert changed == ["owner/name/repository.state"]


def test_a_commit_is_judged_once(site: Site, repo: GitRepo) -> None:
    analyst = Watching()
    site.collect(analyst=analyst)
    assert analyst.seen == ["feat: two", "feat: one", "feat: today"]
    repo.commit("feat: later", date="2026-02-13T13:00:00+08:00")
    site.collect("02-13T14:00", analyst=analyst)
    assert analyst.seen[3:] == ["feat: later"]


def test_the_open_day_is_completed_later(site: Site, repo: GitRepo) -> None:
    site.collect("02-13T12:00")
    repo.commit("feat: evening", date="2026-02-13T23:59:59+08:00")
    repo.commit("feat: morning", date="2026-02-14T00:00:00+08:00")
    site.collect("02-14T00:00")
    assert site.subjects("02-13") == ["feat: evening", "feat: today"]
    assert site.subjects("02-14") == ["feat: morning"]
    shown = [site.day(text) for text in ("02-13", "02-14")]
    assert [day.complete for day in shown if day] == [True, False]
    site.collect("02-15T08:00")
    assert site.subjects("02-14") == ["feat: morning"]
    day = site.day("02-14")
    assert day is not None
    assert day.complete


def test_late_commits_appear(site: Site, repo: GitRepo) -> None:
    site.collect("02-13T12:00")
    repo.commit("fix: pushed late", date="2026-02-11T12:00:00+08:00")
    site.collect("02-14T12:00")
    assert site.subjects("02-11") == ["feat: two", "fix: pushed late", "feat: one"]


def test_even_very_late_commits_appear(site: Site, repo: GitRepo) -> None:
    site.collect("02-13T12:00")
    site.collect("02-25T12:00")
    assert date("02-11") not in site.state().unsettled
    repo.commit("fix: pushed late", date="2026-02-11T12:00:00+08:00")
    repo.commit("feat: new", date="2026-02-26T09:00:00+08:00")
    site.collect("02-26T12:00")
    assert site.subjects("02-11") == ["feat: two", "fix: pushed late", "feat: one"]
    assert site.subjects("02-26") == ["feat: new"]


def test_settled_days_are_not_opened(site: Site) -> None:
    site.collect("02-13T12:00")
    site.collect("02-25T12:00")
    for text in ("02-09", "02-11"):
        site.archive.day_file(SLUG, date(text)).write_text("{")
    assert site.collect("02-26T12:00").damaged == ()


def test_holes_are_found_and_filled(site: Site) -> None:
    site.collect("02-13T12:00")
    whole = site.files()
    for text in ("02-10", "02-11"):
        site.archive.day_file(SLUG, date(text)).unlink()
    site.collect("02-13T12:00")
    assert site.files() == whole
    site.collect("02-28T12:00")
    assert site.days() == [f"02-{day:02}" for day in range(9, 29)]


def test_a_window_that_is_asked_for(site: Site) -> None:
    site.collect(window=Window(date("02-01"), date("02-08")))
    assert site.days() == [f"02-{day:02}" for day in range(1, 9)]
    assert site.subjects("02-08") == ["feat: begin"]
    site.collect()
    assert site.days() == [f"02-{day:02}" for day in range(1, 14)]


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("02-12", None, ["02-12", "02-13"]),
        (None, "02-10", ["02-09", "02-10"]),
        ("02-11", "02-11", ["02-11"]),
        ("02-12", "12-31", ["02-12", "02-13"]),
        ("03-01", None, []),
        (None, "02-01", []),
    ],
)
def test_since_and_until(site: Site, since: str | None, until: str | None, days: list[str]) -> None:
    window = Window(date(since) if since else None, date(until) if until else None)
    assert not site.collect(window=window).failed
    assert site.days() == days


def test_a_day_before_all_days(site: Site) -> None:
    site.collect(window=Window(dt.date.min, dt.date(1970, 1, 5)))
    assert site.archive.dates(SLUG)[-1] == dt.date(1970, 1, 5)


def test_an_empty_repository_has_quiet_days(tmp_path: Path) -> None:
    site = site_of(tmp_path, local(GitRepo.create(tmp_path / "empty")))
    assert not site.collect().failed
    day = site.day("02-12")
    assert day is not None
    assert (day.quiet, day.head) == (True, None)


def test_only_the_repository_that_is_asked_for(repo: GitRepo, tmp_path: Path) -> None:
    site = site_of(tmp_path, local(repo), local(repo, "owner/other"))
    site.collect(NOON, "owner/other")
    assert site.days() == []
    assert len(site.days("owner/other")) == 5


def test_another_zone_is_refused(site: Site) -> None:
    site.collect()
    before = site.files()
    other = Site(replace(site.settings, zone=ZoneInfo("UTC")))
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"'timezone' is UTC.*Asia/Shanghai"):
            other.collect()
        # The days know it, too.
        (site.archive.root / SLUG / "repository.state").unlink(missing_ok=True)
    assert {**before, **site.files()} == before
