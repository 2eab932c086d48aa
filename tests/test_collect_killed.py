"""Runs that are killed at any instant, and what the next one makes of it."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.collecting import HOUR, SLUG, at, contents, local, site_of
from support.gitrepo import GitRepo
from support.processes import Command

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive
from digest.model import Analysis, Facts, Reading

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


@dataclass
class Interrupting(HeuristicAnalyst):
    """Is at a commit when the user interrupts the run."""

    subject: str

    def analyse(self, reading: Reading, facts: Facts) -> Analysis:
        if reading.commit.subject == self.subject:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.5)  # until the main thread has heard of it
        return super().analyse(reading, facts)


def test_a_run_that_is_interrupted_ends_with_the_day_that_it_is_at(
    busy: GitRepo, tmp_path: Path
) -> None:
    site, undisturbed = (
        site_of(tmp_path / name, local(busy), days=40) for name in ("disturbed", "undisturbed")
    )
    undisturbed.collect(busy.now)
    tenth = [*undisturbed.archive.days(SLUG)][9]
    with pytest.raises(KeyboardInterrupt):
        site.collect(busy.now, analyst=Interrupting(tenth.entries[0].commit.subject))
    assert len(site.days()) == 10
    assert site.state().reached_at is None, "nobody says that all was read"
    assert site.state().failure is None
    site.collect(busy.now)
    assert site.files() == undisturbed.files()
