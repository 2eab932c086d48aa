"""What an archive keeps of histories that are rewritten, cut off or deepened."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.collecting import HOUR, NOON, Site, at, begun, date, local, site_of
from support.gitrepo import GitRepo

from digest.analysts.calibration import Calibration
from digest.analysts.heuristic import HeuristicAnalyst
from digest.learning import Lessons
from digest.model import Analysis, Facts, Reading


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return begun(tmp_path / "repo")


@pytest.fixture
def site(repo: GitRepo, tmp_path: Path) -> Site:
    return site_of(tmp_path, local(repo))


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


def test_on_the_first_day_what_a_force_push_took_does_not_decide_what_is_high(
    site: Site, repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, int] = {}
    calibration = Lessons.calibration

    def counted(lessons: Lessons, day: dt.date, own: Sequence[float] = ()) -> Calibration:
        seen[f"{day:%m-%d}"] = len(own)
        return calibration(lessons, day, own)

    monkeypatch.setattr(Lessons, "calibration", counted)
    site.collect()
    assert (seen["02-11"], seen["02-13"]) == (2, 1)
    repo.reset("main~2")
    repo.commit("feat: two, again", date="2026-02-11T23:00:00+08:00")
    site.collect(NOON + HOUR)
    assert (seen["02-11"], seen["02-13"]) == (2, 0)
    site.collect(NOON + 2 * HOUR)
    assert (seen["02-11"], seen["02-13"]) == (2, 0)


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
