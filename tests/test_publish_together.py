"""The archive's commands beside a run that collects into the same folder."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import processes
from support.building import Project, epoch
from support.gitrepo import GitRepo

NOW = "2026-02-14T06:17:00+00:00"
SLUG = "acme/engine"
DAYS = ["2026-02-11", "2026-02-12", "2026-02-13", "2026-02-14"]
_WATCHED = 0.4
"""Seconds for which a command is watched that must not go on."""
_STOPPED = """
import signal, threading
from pathlib import Path
from digest.__main__ import main

replace = Path.replace

def stopping(self, target):
    found = replace(self, target)
    if Path(target).suffix == ".json" and not Path("stopped").exists():
        Path("stopped").touch()
        # To this thread: another one would take its time, while this one wrote on.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
    return found

Path.replace = stopping
main(["collect"], standalone_mode=False)
"""
"""A run that collects, and stops when it has written its first day."""


class Machine:
    """A site's folder, and the remote of its archive."""

    def __init__(self, folder: Path) -> None:
        self.remote = GitRepo.create(folder / "remote", branch="archive")
        engine = GitRepo.create(folder / "engine")
        for day in DAYS:
            engine.commit(f"feat: of {day}", {"a.py": day}, date=f"{day}T03:00:00+00:00")
        self.home = folder / "site"
        Project.create(
            self.home,
            repositories=[{"url": "../engine", "slug": SLUG}],
            days=len(DAYS),
            timezone="UTC",
        )
        self.environ = {"SOURCE_DATE_EPOCH": epoch(NOW), "DIGEST_ARCHIVE_REMOTE": "../remote"}

    def start(self, *command: str, code: str | None = None) -> processes.Command:
        return processes.Command(*command, cwd=self.home, env=self.environ, code=code)

    def does(self, *command: str) -> str:
        with self.start(*command) as process:
            assert process.wait() == 0, process.said
            return process.said

    def published(self) -> list[str]:
        """The days on the branch."""
        if not self.remote.git("for-each-ref", "refs/heads/archive"):
            return []
        listing = self.remote.git("ls-tree", "-r", "--name-only", "archive").decode().split()
        return sorted(Path(path).stem for path in listing if path.endswith(".json"))

    def archived(self) -> list[str]:
        """The days in the folder."""
        return sorted(path.stem for path in self.home.glob("archive/**/*.json"))

    @contextmanager
    def collecting(self) -> Iterator[Callable[[], None]]:
        """A run that is in the middle of its work, and what lets it go on to its end."""
        with self.start(code=_STOPPED) as run:
            _wait_for(self.home / "stopped")

            def go_on() -> None:
                os.kill(run.pid, signal.SIGCONT)
                assert run.wait() == 0, run.said

            yield go_on


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, path
        time.sleep(0.005)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@contextmanager
def waiting(machine: Machine, *command: str, after: str) -> Iterator[processes.Command]:
    """A command that waits.

    Arguments:
        machine: where.
        command: of the group ``archive``.
        after: the last file in the folder of caches that it writes before it has to wait.
    """
    with machine.start("archive", *command) as process:
        _wait_for(machine.home / ".cache" / after)
        end = time.monotonic() + _WATCHED
        while time.monotonic() < end:
            assert process.poll() is None, process.said
            time.sleep(0.02)
        yield process


def test_a_push_has_all_of_a_run_or_nothing(machine: Machine) -> None:
    begun = waiting(machine, "push", after="archive.git/config")
    with machine.collecting() as go_on, begun as push:
        assert machine.archived() == DAYS[:1]
        assert machine.published() == []
        go_on()
        assert push.wait() == 0, push.said
    assert machine.published() == DAYS
    assert machine.remote.git("rev-list", "--count", "archive") == b"1\n"
    assert "0 files pushed" in machine.does("archive", "push")


def test_an_export_has_all_of_a_run_or_nothing(machine: Machine) -> None:
    out = machine.home / "out"
    begun = waiting(machine, "export", "out", after="archive.lock")
    with machine.collecting() as go_on, begun as export:
        assert not out.exists()
        go_on()
        assert export.wait() == 0, export.said
    assert sorted(path.stem for path in out.glob("files/**/*.json")) == DAYS


def test_a_pull_changes_nothing_below_a_run(machine: Machine, tmp_path: Path) -> None:
    """What somebody pushed meanwhile comes when the run is over, and takes nothing back."""
    other = Machine(tmp_path / "elsewhere")
    other.environ["DIGEST_ARCHIVE_REMOTE"] = str(machine.remote.path)
    other.does("collect")
    other.does("archive", "push")
    begun = waiting(machine, "pull", after="archive.git/refs/digest/tip")
    with machine.collecting() as go_on, begun as pull:
        assert machine.archived() == DAYS[:1]
        go_on()
        assert pull.wait() == 0, pull.said
    assert machine.archived() == DAYS
    assert "0 files pushed" in machine.does("archive", "push")
