"""Runs that are interrupted while git waits for a server, and what the next one makes of it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from support.collecting import SLUG, Site, at, begun, site_of
from support.gitrepo import GitRepo
from support.gitserver import GitServer
from support.processes import Command

from digest.errors import StoppedError
from digest.gitprocess import GitDir
from digest.model import Repository
from digest.network import Network
from digest.processes import Stop

CONFIG = """
site_name: Test
theme: {{name: material, font: false}}
plugins:
  - digest:
      timezone: Asia/Shanghai
      days: 5
      archive: archive
      mirrors: mirrors
      repositories:
        - {{url: {url}, slug: owner/name}}
        - {{url: {url}, slug: owner/other}}
"""
BUILD = """
import sys
from mkdocs.__main__ import cli

cli(["build", *sys.argv[1:]], prog_name="mkdocs")
"""
THEN, LATER = "02-13T12:00", "02-14T12:00"
SOON = 5.0
"""Seconds in which an interrupted run is over, on a machine that has much else to do."""


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return begun(tmp_path / "served" / "name")


@pytest.fixture
def server(repo: GitRepo) -> Iterator[GitServer]:
    with GitServer(repo.path.parent) as server:
        yield server


@pytest.fixture
def site(server: GitServer, tmp_path: Path) -> Site:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Test\n")
    (tmp_path / "mkdocs.yml").write_text(CONFIG.format(url=server.url("name")))
    return site_at(tmp_path, server)


@pytest.fixture
def undisturbed(server: GitServer, tmp_path: Path) -> Site:
    return site_at(tmp_path / "undisturbed", server)


def site_at(folder: Path, server: GitServer) -> Site:
    url = server.url("name")
    return site_of(folder, *(Repository(slug=slug, url=url) for slug in (SLUG, "owner/other")))


def run(folder: Path, *args: str, code: str | None = None) -> Command:
    environ = {
        "SOURCE_DATE_EPOCH": str(int(at(LATER).timestamp())),
        "NO_MKDOCS_2_WARNING": "1",
    }
    return Command(*args, cwd=folder, env=environ, code=code)


def until(there: Callable[[], object], command: Command) -> None:
    deadline = time.monotonic() + 30
    while not there():
        assert command.poll() is None, command.said
        assert time.monotonic() < deadline, command.said
        time.sleep(0.02)


def interrupted(command: Command, number: signal.Signals = signal.SIGINT) -> int:
    """Send a single signal, and wait for the exit code."""
    asked = time.monotonic()
    os.kill(command.pid, number)
    code = command.wait(30)
    assert time.monotonic() - asked < SOON
    assert command.said.count("interrupted: fetches are dropped") == 1
    assert "not reached" not in command.said
    assert "Traceback" not in command.said
    return code


def at_work(server: GitServer) -> list[str]:
    """The processes that have to do with a server."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = file.read_bytes()
        except OSError:
            continue
        if server.origin.encode() in line:
            found.append(line.replace(b"\0", b" ").decode())
    return found


def check_goes_on(site: Site, undisturbed: Site, server: GitServer) -> None:
    """The next run makes what one makes that nobody disturbed."""
    assert not at_work(server)
    server.hangs_after = server.stalls_after = None
    assert not site.collect(LATER).failed
    undisturbed.collect(LATER)
    assert site.days()[-1] == "02-14"
    assert site.files() == undisturbed.files()
    left = [path.name for path in site.settings.mirrors.rglob("*")]
    assert not [name for name in left if "tmp" in name or ".new" in name or ".old" in name]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_ends_a_run_whose_server_hangs(
    site: Site, undisturbed: Site, server: GitServer, tmp_path: Path, number: signal.Signals
) -> None:
    for one in (site, undisturbed):
        one.collect(THEN)
    before = site.files()
    server.forget()
    server.hangs_after = 0
    with run(tmp_path, "collect") as command:
        until(lambda: server.requests == 2 and at_work(server), command)
        assert interrupted(command, number) == (1 if number == signal.SIGINT else -number)
    assert not at_work(server)
    assert server.requests == 2, "and nothing was tried in another way"
    assert site.files() == before
    check_goes_on(site, undisturbed, server)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("answered", [1, 2, 3, 4])
def test_at_whichever_request(
    site: Site,
    undisturbed: Site,
    server: GitServer,
    repo: GitRepo,
    tmp_path: Path,
    *,
    known: bool,
    answered: int,
) -> None:
    for one in (site, undisturbed) if known else ():
        one.collect(THEN)
    repo.commit("feat: later", {"a.py": "e\n"}, date="2026-02-14T09:00:00+08:00")
    server.forget()
    server.hangs_after = answered
    with run(tmp_path, "collect", "--repository", SLUG) as command:
        until(lambda: server.requests > answered, command)
        assert interrupted(command) == 1
    assert site.state().failure is None
    check_goes_on(site, undisturbed, server)


@pytest.mark.parametrize("known", [False, True])
def test_amid_a_pack(
    site: Site, undisturbed: Site, server: GitServer, repo: GitRepo, tmp_path: Path, *, known: bool
) -> None:
    for one in (site, undisturbed) if known else ():
        one.collect(THEN)
    large = {"b.bin": os.urandom(200_000).hex()}
    repo.commit("feat: large", large, date="2026-02-14T09:00:00+08:00")
    server.stalls_after = 100_000
    mirrors = site.settings.mirrors
    with run(tmp_path, "collect") as command:
        # Not by ``rglob``, which fails where a folder that it looks into is renamed.
        until(lambda: any("tmp_pack_" in str(names) for *_, names in os.walk(mirrors)), command)
        assert interrupted(command) == 1
    assert site.state().failure is None
    check_goes_on(site, undisturbed, server)


def test_while_another_run_is_waited_for(
    site: Site, undisturbed: Site, server: GitServer, tmp_path: Path
) -> None:
    for one in (site, undisturbed):
        one.collect(THEN)
    before = site.files()
    server.forget()
    mirrors = tmp_path / "mirrors" / "owner"
    (mirrors / "other.collecting.lock").unlink()
    with (
        FileLock(mirrors / "name.collecting.lock"),
        FileLock(mirrors / "other.lock"),
        run(tmp_path, "collect") as command,
    ):
        until((mirrors / "other.collecting.lock").exists, command)
        assert interrupted(command) == 1
    assert server.requests == 0
    assert site.files() == before
    check_goes_on(site, undisturbed, server)


def test_a_build_that_collects_is_ended_too(site: Site, server: GitServer, tmp_path: Path) -> None:
    server.hangs_after = 0
    with run(tmp_path, code=BUILD) as command:
        until(lambda: server.requests == 2, command)
        assert interrupted(command) == 1
    assert not at_work(server)
    assert site.files() == {}


# One process


def test_what_waits_for_the_network_is_ended_and_nothing_more_begun(tmp_path: Path) -> None:
    stop = Stop()
    with GitServer(tmp_path, hangs=True) as server:
        url = server.url("name")
        git, network = GitDir(tmp_path / "none", SLUG), Network.of(SLUG, url, 30, {}, stop)
        threading.Timer(0.5, stop.set).start()
        asked = time.monotonic()
        with pytest.raises(StoppedError):
            git.run("ls-remote", url, network=network)
        assert 0.4 < time.monotonic() - asked < SOON
        assert server.requests == 1
        assert not at_work(server)
        for leave in (network, network.anonymous()):
            with pytest.raises(StoppedError):
                git.run("ls-remote", url, network=leave)
        assert server.requests == 1
        assert git.run("--version"), "what is local goes on"


def test_git_that_a_signal_to_all_ends_first_has_not_failed(tmp_path: Path) -> None:
    stop = Stop()
    with GitServer(tmp_path, hangs=True) as server:
        url = server.url("name")
        git, network = GitDir(tmp_path / "none", SLUG), Network.of(SLUG, url, 30, {}, stop)

        def end() -> None:
            for file in Path("/proc").glob("[0-9]*/cmdline"):
                if file.exists() and url.encode() in file.read_bytes():
                    os.kill(int(file.parent.name), signal.SIGTERM)
            time.sleep(0.1)
            stop.set()

        threading.Timer(0.5, end).start()
        with pytest.raises(StoppedError):
            git.run("ls-remote", url, network=network)
