"""Archives and repositories that are damaged: told, left as they are, and no harm to others."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from support.collecting import HOUR, NOON, SLUG, Site, begun, date, local, site_of
from support.gitrepo import GitRepo

from digest.analysts.heuristic import HeuristicAnalyst
from digest.errors import ArchiveError
from digest.model import Analysis, Facts, Reading


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return begun(tmp_path / "repo")


@pytest.fixture
def site(repo: GitRepo, tmp_path: Path) -> Site:
    return site_of(tmp_path, local(repo))


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
