"""The pipeline, over real repositories and a real server, at moments that are given."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from support.gitrepo import GitRepo, Person
from support.gitserver import GitServer
from support.processes import Command

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive
from digest.collect import Summary, Window, collect
from digest.errors import ArchiveError, ConfigError
from digest.model import Analysis, Day, Facts, Reading, Repository, RepositoryState
from digest.settings import Settings

HOUR = dt.timedelta(hours=1)
NOON = dt.datetime(2026, 2, 13, 4, tzinfo=dt.UTC)
"""Noon in Shanghai."""
SLUG = "owner/name"


def date(text: str) -> dt.date:
    """A day of 2026, as ``02-13``."""
    return dt.date.fromisoformat(f"2026-{text}")


def at(text: str) -> dt.datetime:
    """A moment of 2026 in Shanghai, as ``02-13T10:00``."""
    return dt.datetime.fromisoformat(f"2026-{text}:00+08:00")


@dataclass
class Watching(HeuristicAnalyst):
    """The built-in analyst, which notes what it is asked for."""

    seen: list[str] = field(default_factory=list)

    def analyse(self, reading: Reading, facts: Facts) -> Analysis:
        self.seen.append(reading.commit.subject)
        return super().analyse(reading, facts)


@dataclass
class Site:
    """A site, of which the days and the state can be asked."""

    settings: Settings

    @property
    def archive(self) -> Archive:
        return Archive(self.settings.archive)

    def collect(self, now: dt.datetime | str = NOON, *slugs: str, **more: object) -> Summary:
        now = at(now) if isinstance(now, str) else now
        options = {"analyst": HeuristicAnalyst()} | more
        return collect(self.settings, now=now, slugs=slugs, **options)  # type: ignore[arg-type]

    def day(self, text: str, slug: str = SLUG) -> Day | None:
        return self.archive.load(slug, date(text))

    def subjects(self, text: str, slug: str = SLUG) -> list[str]:
        day = self.day(text, slug)
        assert day is not None, f"{text} is a hole"
        return [
            entry.commit.subject + (" (vanished)" if entry.vanished else "")
            for entry in day.entries
        ]

    def days(self, slug: str = SLUG) -> list[str]:
        return [f"{day:%m-%d}" for day in self.archive.dates(slug)]

    def state(self, slug: str = SLUG) -> RepositoryState:
        return self.archive.state(slug)

    def files(self) -> dict[str, bytes]:
        return contents(self.settings.archive)


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a folder by name."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def site_of(folder: Path, *repositories: Repository, **more: object) -> Site:
    values = {
        "zone": ZoneInfo("Asia/Shanghai"),
        "archive": folder / "archive",
        "mirrors": folder / "mirrors",
        "days": 5,
        "timeout": 20.0,
    }
    return Site(Settings(repositories=repositories, **values | more))  # type: ignore[arg-type]


def local(repo: GitRepo, slug: str = SLUG) -> Repository:
    return Repository(slug=slug, url=str(repo.path), local=True)


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """Commits on the 8th, two on the 11th, one on the 13th."""
    made = GitRepo.create(tmp_path / "repo")
    made.commit("feat: begin", {"a.py": "a\n"}, date="2026-02-08T10:00:00+08:00")
    made.commit("feat: one", {"a.py": "b\n"}, date="2026-02-11T00:00:00+08:00")
    made.commit("feat: two", {"a.py": "c\n"}, date="2026-02-11T23:59:59+08:00")
    made.commit("feat: today", {"a.py": "d\n"}, date="2026-02-13T09:00:00+08:00")
    return made


@pytest.fixture
def site(repo: GitRepo, tmp_path: Path) -> Site:
    return site_of(tmp_path, local(repo))


# Day after day


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


# Rewritten history


def test_what_a_force_push_took_stays_and_is_marked(site: Site, repo: GitRepo) -> None:
    site.collect()
    repo.reset("main~2")
    repo.commit("feat: two, again", date="2026-02-11T23:00:00+08:00")
    site.collect(NOON + HOUR)
    assert site.subjects("02-11") == [
        "feat: two (vanished)",
        "feat: two, again",
        "feat: one",
    ]
    assert site.subjects("02-13") == ["feat: today (vanished)"]
    site.collect(NOON + 2 * HOUR)
    assert site.subjects("02-13") == ["feat: today (vanished)"]


def test_a_wrong_clock_does_not_hide_what_a_force_push_took(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    repo.commit("feat: begin", date="2026-02-04T10:00:00+08:00")
    repo.commit("feat: later", date="2026-02-11T10:00:00+08:00")
    repo.commit("feat: from the past", date="2026-02-09T10:00:00+08:00")
    site = site_of(tmp_path, local(repo), days=10)
    site.collect("02-13T12:00")
    repo.reset("main~1")
    site.collect("02-25T12:00")
    assert site.subjects("02-09") == ["feat: from the past (vanished)"]
    assert site.subjects("02-11") == ["feat: later"]


def test_a_history_pushed_to_an_empty_repository_is_found(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    site = site_of(tmp_path, local(repo), days=10)
    site.collect("02-13T12:00")
    assert site.subjects("02-05") == []
    repo.commit("feat: begin", date="2026-02-05T10:00:00+08:00")
    repo.commit("feat: today", date="2026-02-13T11:00:00+08:00")
    site.collect("02-13T13:00")
    assert site.subjects("02-05") == ["feat: begin"]
    assert site.subjects("02-13") == ["feat: today"]


@pytest.mark.parametrize("later", ["02-13T13:00", "02-25T12:00"])
def test_what_comes_back_is_unmarked(site: Site, repo: GitRepo, later: str) -> None:
    site.collect("02-13T12:00")
    tip = repo.head
    repo.reset("main~1")
    site.collect(later)
    assert site.subjects("02-13") == ["feat: today (vanished)"]
    repo.reset(tip)
    site.collect(at(later) + HOUR)
    assert site.subjects("02-13") == ["feat: today"]


def test_old_days_are_rewritten_too(site: Site, repo: GitRepo) -> None:
    site.collect("02-13T12:00")
    site.collect("02-25T12:00")
    repo.reset("main~3")
    repo.commit("feat: other", date="2026-02-11T10:00:00+08:00")
    site.collect("02-25T13:00")
    assert site.subjects("02-11") == [
        "feat: two (vanished)",
        "feat: other",
        "feat: one (vanished)",
    ]
    assert site.subjects("02-13") == ["feat: today (vanished)"]


def test_a_run_that_dies_among_rewritten_days_is_finished(
    site: Site, repo: GitRepo, tmp_path: Path
) -> None:
    site.collect("02-13T12:00")
    site.collect("02-25T12:00")
    repo.reset("main~3")
    repo.commit("feat: other", date="2026-02-11T10:00:00+08:00")
    repo.commit("feat: another", date="2026-02-13T10:00:00+08:00")
    shutil.copytree(site.settings.archive, tmp_path / "undisturbed")
    with pytest.raises(KeyboardInterrupt):
        site.collect("02-25T13:00", analyst=Interrupted("feat: another"))
    assert site.subjects("02-11")[1:] == ["feat: other", "feat: one (vanished)"]
    assert site.subjects("02-13") == ["feat: today"]
    site.collect("02-25T13:00")
    assert site.subjects("02-13") == ["feat: another", "feat: today (vanished)"]
    undisturbed = Site(replace(site.settings, archive=tmp_path / "undisturbed"))
    undisturbed.collect("02-25T13:00")
    assert undisturbed.files() == site.files()


@dataclass
class Interrupted(HeuristicAnalyst):
    """Is interrupted at a commit."""

    subject: str

    def analyse(self, reading: Reading, facts: Facts) -> Analysis:
        if reading.commit.subject == self.subject:
            raise KeyboardInterrupt
        return super().analyse(reading, facts)


# What cannot be read


def test_a_damaged_day_stops_only_itself(site: Site, repo: GitRepo) -> None:
    site.collect()
    file = site.archive.day_file(SLUG, date("02-11"))
    file.write_text('{"schema_version": 1, ')
    repo.commit("fix: pushed late", date="2026-02-11T12:00:00+08:00")
    repo.commit("feat: later", date="2026-02-13T12:30:00+08:00")
    summary = site.collect(NOON + HOUR)
    (error,) = summary.damaged
    assert error.path == file
    assert str(summary).endswith("; cannot be used: 1 archive file")
    assert file.read_text() == '{"schema_version": 1, '
    assert site.subjects("02-13") == ["feat: later", "feat: today"]
    assert site.state().reached_at == NOON + HOUR
    # It is looked at until it is whole again, or gone.
    file.unlink()
    assert not site.collect("02-25T12:00").damaged
    assert site.subjects("02-11") == ["feat: two", "fix: pushed late", "feat: one"]


def test_a_damaged_day_that_was_restored_is_read_again(site: Site, repo: GitRepo) -> None:
    site.collect()
    file = site.archive.day_file(SLUG, date("02-11"))
    content = file.read_bytes()
    file.write_bytes(b"")
    repo.commit("fix: pushed late", date="2026-02-11T12:00:00+08:00")
    site.collect("02-25T12:00")
    file.write_bytes(content)
    site.collect("02-25T13:00")
    assert site.subjects("02-11") == ["feat: two", "fix: pushed late", "feat: one"]


def test_a_damaged_state_stops_its_repository(site: Site, repo: GitRepo, tmp_path: Path) -> None:
    site.collect()
    file = site.archive.root / SLUG / "repository.state"
    file.write_text("{")
    before = site.files()
    both = site_of(tmp_path, local(repo), local(repo, "owner/other"))
    summary = both.collect(NOON + HOUR)
    assert [outcome.slug for outcome in summary.failed] == [SLUG]
    assert summary.damaged[0].path == file
    assert {name: data for name, data in site.files().items() if SLUG in name} == before
    assert len(site.days("owner/other")) == 5
    file.unlink()
    assert not both.collect("02-14T12:00").failed
    day = site.day("02-13")
    assert day is not None
    assert day.complete


def test_an_archive_that_cannot_be_written(site: Site) -> None:
    site.settings.archive.mkdir()
    (site.settings.archive / "owner").write_text("a file")
    summary = site.collect()
    assert [outcome.slug for outcome in summary.failed] == [SLUG]
    assert (site.settings.archive / "owner").read_text() == "a file"


def test_a_lost_file_is_marked_and_read_when_it_is_back(site: Site, repo: GitRepo) -> None:
    name = repo.sha("main:a.py")
    file = repo.git_dir / "objects" / name[:2] / name[2:]
    away = file.with_name("away")
    file.rename(away)
    site.collect()
    day = site.day("02-13")
    assert day is not None
    assert [change.missing for change in day.entries[0].commit.changes] == [True]
    away.rename(file)
    site.collect(NOON + HOUR)
    day = site.day("02-13")
    assert day is not None
    assert [change.insertions for change in day.entries[0].commit.changes] == [1]


# Shallow histories


def shallow(repo: GitRepo, folder: Path, depth: int) -> GitRepo:
    return repo.clone(folder, "--bare", f"--depth={depth}")


def test_days_before_the_edge_are_holes(repo: GitRepo, tmp_path: Path) -> None:
    site = site_of(tmp_path, local(shallow(repo, tmp_path / "clone", 2)), days=10)
    site.collect()
    assert site.days() == ["02-11", "02-12", "02-13"]
    edge = site.day("02-11")
    assert edge is not None
    assert edge.complete is False
    assert [item.commit.changes_known for item in edge.entries] == [False]
    assert site.state().known_since == date("02-12")


def test_a_history_that_is_deepened_is_completed(repo: GitRepo, tmp_path: Path) -> None:
    clone = shallow(repo, tmp_path / "clone", 2)
    site = site_of(tmp_path, local(clone), days=10)
    site.collect("02-13T12:00")
    site.collect("02-20T12:00")
    clone.git("fetch", "-q", "--unshallow", str(repo.path), env={"GIT_ALLOW_PROTOCOL": "file"})
    site.collect("02-20T13:00")
    direct = site_of(tmp_path / "direct", local(repo), days=10)
    direct.collect("02-13T12:00")
    direct.collect("02-20T13:00")
    assert site.subjects("02-11") == ["feat: two", "feat: one"]
    for text in direct.days():
        if text >= "02-11":
            assert site.day(text) == direct.day(text)
    assert site.state().known_since is None


def test_a_history_that_was_cut_takes_nothing_away(repo: GitRepo, tmp_path: Path) -> None:
    """As on a build server that clones less deeply than the one before."""
    site = site_of(tmp_path, local(repo))
    site.collect("02-13T12:00")
    before = site.files()
    cut = site_of(tmp_path, local(shallow(repo, tmp_path / "clone", 2)))
    cut.collect("02-13T12:00")
    days = {name: data for name, data in site.files().items() if name.endswith(".json")}
    assert days == {name: data for name, data in before.items() if name.endswith(".json")}


# Servers


@pytest.fixture
def served(repo: GitRepo, tmp_path: Path) -> Iterator[GitServer]:
    repo.clone(tmp_path / "served" / "name")
    with GitServer(tmp_path / "served") as server:
        yield server


def remote(server: GitServer, name: str = "name", slug: str = SLUG) -> Repository:
    return Repository(slug=slug, url=server.url(name))


def test_a_day_that_was_not_reached_is_not_a_quiet_day(served: GitServer, tmp_path: Path) -> None:
    site = site_of(tmp_path, remote(served))
    site.collect("02-13T12:00")
    served.status = 503
    summary = site.collect("02-15T12:00")
    assert [outcome.slug for outcome in summary.failed] == [SLUG]
    assert site.days()[-1] == "02-13"
    state = site.state()
    assert state.reached_at == at("02-13T12:00")
    assert state.failure is not None
    assert state.failure.at == at("02-15T12:00")
    served.status = None
    site.collect("02-16T12:00")
    assert site.state().failure is None
    assert site.days()[-3:] == ["02-14", "02-15", "02-16"]


def test_without_fetching_no_day_is_known_that_was_not_reached(
    served: GitServer, tmp_path: Path
) -> None:
    site = site_of(tmp_path, remote(served))
    site.collect("02-13T12:00")
    served.forget()
    assert not site.collect("02-15T12:00", fetch=False).failed
    assert served.requests == 0
    assert site.days()[-1] == "02-13"
    assert site.state().reached_at == at("02-13T12:00")


def test_a_server_that_hangs_or_is_down_harms_nobody_else(
    served: GitServer, repo: GitRepo, tmp_path: Path
) -> None:
    with GitServer(tmp_path / "served") as hanging:
        hanging.hangs = True
        down = Repository(slug="a/down", url="http://127.0.0.1:9/down")
        site = site_of(
            tmp_path,
            down,
            remote(hanging, slug="b/hanging"),
            remote(served),
            local(repo, "d/local"),
            Repository(slug="e/nowhere", url=str(tmp_path / "nowhere"), local=True),
            timeout=1.0,
        )
        begun = time.monotonic()
        summary = site.collect()
        assert time.monotonic() - begun < 10
    assert {outcome.slug for outcome in summary.reached} == {SLUG, "d/local"}
    assert site.subjects("02-11") == site.subjects("02-11", "d/local") == ["feat: two", "feat: one"]
    assert "not reached: a/down, b/hanging, e/nowhere" in str(summary)
    for slug in ("a/down", "b/hanging", "e/nowhere"):
        assert site.archive.dates(slug) == []
        failure = site.state(slug).failure
        assert failure is not None
        assert str(tmp_path) not in failure.reason


def test_a_server_that_breaks_off_loses_nothing(served: GitServer, tmp_path: Path) -> None:
    site = site_of(tmp_path, remote(served))
    served.breaks_after = 100
    assert site.collect().failed
    assert site.days() == []
    served.breaks_after = None
    assert not site.collect().failed
    assert site.subjects("02-11") == ["feat: two", "feat: one"]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_token_is_written_nowhere(
    served: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accepted: bool
) -> None:
    pair = base64.b64encode(b"x-access-token:s3cret-t0ken").decode()
    monkeypatch.setenv("DIGEST_TOKEN_127_0_0_1", "s3cret-t0ken")
    served.token = pair if accepted else "something else"
    site = site_of(tmp_path, remote(served))
    summary = site.collect()
    assert bool(summary.failed) is not accepted
    assert f"Basic {pair}" in served.authorizations
    written = contents(tmp_path / "archive") | contents(tmp_path / "mirrors")
    for secret in (b"s3cret", pair.encode()):
        assert not [name for name, data in written.items() if secret in data]
        assert secret.decode() not in str(summary)
        assert not [out for out in summary.results if secret.decode() in str(out.failure)]


def test_full_shallow_and_treeless_mirrors_give_the_same_archive(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "served" / "name")
    files = {f"src/file{number}.py": f"{number}\n" for number in range(20)}
    mailmap = {".mailmap": "Ada, Countess of Lovelace <ada@example.org>\n"}
    repo.commit("feat: begin", files | mailmap, date="2026-01-20T10:00:00+08:00")
    repo.commits(400, every=HOUR, path="src/file1.py")
    with repo.on("topic"):
        repo.commit("fix: beside", {"src/file2.py": "x\n", "moved.py": "3\n", "src/file3.py": None})
    repo.commit("fix: straight", {"src/file4.py": "x\n"}, author=Person("Grace", "g@example.org"))
    repo.merge("topic")
    now = repo.now + HOUR
    made = {}
    with GitServer(tmp_path / "served") as server:
        for kind, options in {
            "shallow": (),
            "full": ("--bare",),
            "treeless": ("--bare", "--filter=tree:0"),
            "blobless": ("--bare", "--filter=blob:none", "--depth=60"),
        }.items():
            site = site_of(tmp_path / kind, remote(server), days=4)
            mirror = tmp_path / kind / "mirrors" / "owner" / "name.git"
            if options:
                mirror.parent.mkdir(parents=True)
                command = ["git", "clone", "-q", *options, server.url("name"), str(mirror)]
                subprocess.run(command, check=True)
            assert not site.collect(now).failed
            assert (mirror / "shallow").exists() == (kind in ("shallow", "blobless"))
            made[kind] = site.files()
    direct = site_of(tmp_path / "direct", local(repo), days=4)
    direct.collect(now)
    assert len(made["full"]) == 5
    assert sum(data.count(b'"sha"') for data in made["full"].values()) > 70
    assert b"Countess" in b"".join(made["full"].values())
    for kind, files_made in made.items():
        assert files_made == made["full"], kind
    assert direct.files() == made["full"]


# Killed at any instant

CONFIG = """
site_name: Test
theme: {name: material, font: false}
plugins:
  - digest:
      timezone: Asia/Shanghai
      days: 40
      archive: %s
      repositories:
        - {url: repo, slug: owner/name}
"""


@pytest.fixture
def busy(tmp_path: Path) -> GitRepo:
    """Forty days, the last of them open, with five or six commits each."""
    (tmp_path / "docs").mkdir()
    for name in ("disturbed", "undisturbed"):
        (tmp_path / f"{name}.yml").write_text(CONFIG % name)
    repo = GitRepo.create(tmp_path / "repo")
    repo.now = at("01-01T00:00")
    repo.commits(40 * 24 * 60 // 270, every=dt.timedelta(minutes=270))
    return repo


def command(repo: GitRepo, name: str, code: str | None = None) -> Command:
    """``digest collect``, or code in its place."""
    environ = {"SOURCE_DATE_EPOCH": str(int(repo.now.timestamp()))}
    args = ("collect", "-f", f"{name}.yml")
    return Command(*args, cwd=repo.path.parent, env=environ, code=code)


def finished(repo: GitRepo, name: str) -> dict[str, bytes]:
    with command(repo, name) as process:
        assert process.wait(60) == 0
    return contents(repo.path.parent / name)


def check_whole(folder: Path) -> int:
    """Every archived file is whole; how many there are."""
    archive = Archive(folder)
    files = list(folder.rglob("*.json"))
    for file in files:
        json.loads(file.read_bytes())
    assert len(list(archive.days(SLUG))) == len(files)
    archive.state(SLUG)
    return len(files)


def test_killed_again_and_again_and_then_finished(busy: GitRepo, tmp_path: Path) -> None:
    chance = random.Random(20260213)  # noqa: S311 - the same in every run
    folder = tmp_path / "disturbed"
    kills, seen = 0, set()
    while kills < 8:
        there = check_whole(folder)
        seen.add(there)
        if there == 40:
            for file in chance.sample(sorted(folder.rglob("*.json")), 30):
                file.unlink()
            there = 10
        wanted = there + chance.choice([0, 1, 1, 2, 3, 5, 8])
        late = chance.choice([0.0, 0.0, 0.001, 0.003])
        with command(busy, "disturbed") as process:
            begun = time.monotonic()
            patience = chance.uniform(0.1, 0.6) if wanted == there else 60.0
            while process.poll() is None and time.monotonic() - begun < patience:
                if len(list(folder.rglob("*.json"))) >= wanted > there:
                    break
                time.sleep(0.0005)
            time.sleep(late)
            process.kill()
            kills += process.wait() == -signal.SIGKILL
    check_whole(folder)
    assert len(seen) > 3, "they were killed at different moments"
    assert finished(busy, "disturbed") == finished(busy, "undisturbed")


SUICIDE = """
import os, signal, sys
from pathlib import Path
from digest import clock
from digest.analysts.heuristic import HeuristicAnalyst
from digest.collect import collect
from digest.config import load

class Suicidal(HeuristicAnalyst):
    left = {left}
    def analyse(self, reading, facts):
        Suicidal.left -= 1
        if Suicidal.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().analyse(reading, facts)

settings = load(Path(sys.argv[3]))[1]
collect(settings, now=clock.now(os.environ), analyst=Suicidal())
"""


@pytest.mark.parametrize("left", [0, 6, 212])
def test_killed_between_a_day_and_the_state(busy: GitRepo, tmp_path: Path, left: int) -> None:
    with command(busy, "disturbed", SUICIDE.format(left=left)) as process:
        assert process.wait(60) == -signal.SIGKILL
    assert check_whole(tmp_path / "disturbed") == {0: 0, 6: 1, 212: 39}[left]
    state = Archive(tmp_path / "disturbed").state(SLUG)
    assert state.reached_at is None, "nobody says that all was read"
    assert state.unsettled, "and what must be read again is noted first"
    sites = [
        site_of(tmp_path / name, local(busy), days=40, archive=tmp_path / name)
        for name in ("disturbed", "undisturbed")
    ]
    for now in (busy.now, busy.now + 24 * HOUR):
        for site in sites:
            site.collect(now)
        assert sites[0].files() == sites[1].files()
    days = list(sites[0].archive.days(SLUG))
    assert [day.complete for day in days] == [True] * 40 + [False]


def test_what_is_damaged_in_mid_run_is_not_overwritten(site: Site) -> None:
    """Somebody's file that appears while we read is kept."""
    file = site.archive.day_file(SLUG, date("02-11"))

    class Meddling(HeuristicAnalyst):
        def analyse(self, reading: Reading, facts: Facts) -> Analysis:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("<<<<<<< HEAD")
            return super().analyse(reading, facts)

    summary = site.collect(analyst=Meddling())
    assert [error.path for error in summary.damaged] == [file]
    assert file.read_text() == "<<<<<<< HEAD"
    with pytest.raises(ArchiveError):
        site.day("02-11")


# Trouble that is one repository's own


def test_an_archive_that_cannot_be_written_is_told_and_harms_no_other(
    site: Site, repo: GitRepo, tmp_path: Path
) -> None:
    both = site_of(tmp_path, local(repo, "a/blocked"), local(repo, "b/fine"))
    folder = both.archive.root / "a" / "blocked"
    folder.mkdir(parents=True)
    (folder / "2026").write_text("a file where the year's folder should be")
    summary = both.collect()
    assert {error.path.parts[-4:-2] for error in summary.damaged} == {("a", "blocked")}
    assert not summary.failed, "it was reached"
    assert both.subjects("02-13", "b/fine") == ["feat: today"]


def test_a_branch_without_a_usable_name_harms_no_other(repo: GitRepo, tmp_path: Path) -> None:
    odd = repo.clone(tmp_path / "odd")
    name = b"refs/heads/b\xffad"
    environ = {"PATH": os.environ["PATH"], "GIT_DIR": str(odd.git_dir)}
    for command in ([b"update-ref", name, odd.head.encode()], [b"symbolic-ref", b"HEAD", name]):
        subprocess.run([b"git", *command], check=True, env=environ)
    both = site_of(tmp_path, local(odd, "a/odd"), local(repo, "b/fine"))
    summary = both.collect()
    assert "its current branch has no usable name" in str(summary.failed[0])
    assert both.subjects("02-13", "b/fine") == ["feat: today"]


def test_without_fetching_nobody_knows_what_came_after_the_last_fetch(tmp_path: Path) -> None:
    """Not even where a clock that is wrong puts the tip into the future."""
    (tmp_path / "served").mkdir()
    repo = GitRepo.create(tmp_path / "served" / "repo.git", bare=True)
    repo.commit("feat: begin", date="2026-02-08T10:00:00+08:00")
    repo.commit("feat: tomorrow", date="2026-04-01T10:00:00+08:00")
    with GitServer(tmp_path / "served") as server:
        site = site_of(tmp_path, Repository(slug=SLUG, url=server.url("repo.git")))
        site.collect("02-10T12:00")
    site.collect("02-13T12:00", fetch=False)
    assert site.state().reached_at == at("02-10T12:00")
    assert site.days() == ["02-06", "02-07", "02-08", "02-09", "02-10"]
