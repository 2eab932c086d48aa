"""Several processes share the repositories, and one branch for what they collect."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from support import processes
from support.building import epoch
from support.gitrepo import GitRepo

from digest.archive import Archive
from digest.sharding import Shard

NOW = "2026-02-14T06:17:00+00:00"
SLUGS = [f"acme/r{number}" for number in range(10)]
TOTAL = 4
_WORK = """
import os, sys
from digest.__main__ import main
os.setsid()  # so that what it starts is killed with it
for command in sys.argv[1:]:
    main(command.split(), standalone_mode=False)
"""


def test_each_repository_is_in_one_part() -> None:
    slugs = [f"owner{number % 7}/name{number}" for number in range(500)]
    for total in (1, 2, 16):
        shards = [Shard(number, total) for number in range(1, total + 1)]
        found = [[shard for shard in shards if shard.holds(slug)] for slug in slugs]
        assert all(len(one) == 1 for one in found)
        sizes = Counter(one[0].number for one in found)
        assert len(sizes) == total
        assert max(sizes.values()) <= 2 * len(slugs) / total
    # Fixed for ever: another assignment would send each cache to another job.
    assert [slug for slug in SLUGS if Shard(13, 16).holds(slug)] == ["acme/r2", "acme/r8"]
    assert Shard(2, 4).holds("Acme/R1") == Shard(2, 4).holds("acme/r1")


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "1/0", "/", "-1/2", "1/2/3", "1/99999", "١/٢"])
def test_what_is_no_part(text: str) -> None:
    with pytest.raises(ValueError, match="not a part"):
        Shard.parse(text)


class Site:
    """A site's folder on as many machines as there are parts, and the remote of its archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.remote = GitRepo.create(folder / "remote", branch="archive")
        for number, slug in enumerate(SLUGS):
            repo = GitRepo.create(folder / "repos" / slug)
            for hour in range(3):
                moment = f"2026-02-13T0{hour}:0{number}:00+00:00"
                repo.commit(f"feat: {slug} {hour}", {"a.py": f"x = {hour}\n"}, date=moment)
        self.machines = [self._machine(f"machine-{number}") for number in range(1, TOTAL + 1)]

    def _machine(self, name: str) -> Path:
        home = self.folder / name
        (home / "docs").mkdir(parents=True)
        repositories = [{"url": f"../repos/{slug}", "slug": slug} for slug in SLUGS]
        digest = {"repositories": repositories, "days": 2}
        config = {"site_name": "x", "plugins": [{"digest": digest}]}
        (home / "mkdocs.yml").write_text(json.dumps(config))
        return home

    def start(self, number: int, *commands: str) -> processes.Command:
        """A process that does what one job of the workflow does, or part of that."""
        shard = f"{number}/{TOTAL}"
        known = commands or ("archive pull", f"collect --shard {shard}", "archive push")
        environ = {"SOURCE_DATE_EPOCH": epoch(NOW), "DIGEST_ARCHIVE_REMOTE": "../remote"}
        return processes.Command(*known, cwd=self.machines[number - 1], env=environ, code=_WORK)

    def published(self) -> dict[str, list[str]]:
        """The files on the branch by repository; each of them is whole."""
        self.remote.git("fsck", "--strict")
        found: dict[str, list[str]] = {}
        if not self.remote.git("for-each-ref", "refs/heads/archive"):
            return found
        listing = self.remote.git("ls-tree", "-r", "--name-only", "archive").decode()
        for path in filter(lambda name: "/" in name, listing.split()):
            json.loads(self.remote.git("cat-file", "blob", f"archive:{path}"))
            found.setdefault("/".join(path.split("/")[:2]), []).append(path)
        return found


def finish(process: processes.Command) -> str:
    with process:
        assert process.wait() == 0, process.said
        return process.said


def kill(process: processes.Command) -> None:
    """End a process that is at work, and what it has started."""
    with process:
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, "it was killed while it was at work"


def test_parts_at_the_same_time_and_one_is_killed(tmp_path: Path) -> None:
    site = Site(tmp_path)
    killed = 4  # the part with the most repositories
    processes = {number: site.start(number) for number in range(1, TOTAL + 1)}
    victim = processes.pop(killed)
    states = site.machines[killed - 1] / "archive"
    deadline = time.monotonic() + 60
    while not list(states.glob("**/repository.state")) and time.monotonic() < deadline:
        time.sleep(0.002)
    kill(victim)
    for process in processes.values():
        finish(process)
    found = site.published()
    others = [slug for slug in SLUGS if slug not in _held(killed)]
    assert sorted(found) == sorted(others)
    assert all(len(paths) == 3 for paths in found.values()), "two days and a state"
    commits = site.remote.git("rev-list", "--count", "archive")
    assert int(commits) == sum(1 for number in processes if _held(number)), "one each"

    # The next run of the same part finds what is missing, and nothing else.
    said = finish(site.start(killed))
    found = site.published()
    assert sorted(found) == SLUGS
    assert f"{3 * len(_held(killed))} files pushed" in said
    first = site.machines[0]
    finish(site.start(1, "archive pull"))
    archive = Archive(first / "archive")
    days = [day for slug in SLUGS for day in archive.days(slug)]
    assert sum(len(day.entries) for day in days) == 3 * len(SLUGS)


def test_a_push_that_is_killed_is_whole_or_not_there(tmp_path: Path) -> None:
    site = Site(tmp_path)
    hook = site.remote.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    mark = tmp_path / "receiving"
    hook.write_text(f"#!/bin/sh\ntouch '{mark}'\nsleep 0.5\n")
    hook.chmod(0o755)
    victim = site.start(1, "archive pull", "collect", "archive push")
    deadline = time.monotonic() + 60
    while not mark.exists() and time.monotonic() < deadline:
        time.sleep(0.002)
    kill(victim)
    assert mark.exists()
    # What of git outlived it may still finish, with all or with nothing.
    time.sleep(0.8)
    assert sorted(site.published()) in ([], SLUGS)
    hook.unlink()
    finish(site.start(2, "archive pull", "collect", "archive push"))
    finish(site.start(1, "archive pull", "collect", "archive push"))
    found = site.published()
    assert sorted(found) == SLUGS
    assert all(len(paths) == 3 for paths in found.values())


def _held(number: int) -> list[str]:
    return [slug for slug in SLUGS if Shard(number, TOTAL).holds(slug)]
