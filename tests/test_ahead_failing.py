"""Days made ahead by processes that fail, are killed or interrupted: it costs time only."""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import active_children, util
from pathlib import Path
from typing import Any

import pytest
from support.archives import FIRST
from support.dying import die_halfway
from support.manydays import DAYS, Notes, current, days, files
from support.processes import run, runs

from digest import ahead, processes
from digest.ahead import FewAhead, made_ahead
from digest.model import Entry, Repository
from digest.site import sites
from digest.writing import write


def _is_made_all_the_same(
    folder: Path, count: int = DAYS, *, of_days: Notes | None = None, of_pages: Notes | None = None
) -> None:
    """What is made with other processes is what one makes alone."""
    alone = current(folder / "a", *days()[-count:], cache=False)
    write(sites(alone, "Digest"), folder / "one")
    made = sites(current(folder / "b", *days()[-count:], cache=True), "Digest")
    with made_ahead(made, processes=2, of_days=of_days, of_pages=lambda: of_pages) as begun:
        write(made, folder / "two")
    begun.end()
    assert files(folder / "one") == files(folder / "two")


class Failing(Notes):
    """Fails in other processes, as what is known in the first one only does."""

    def make(
        self, date: dt.date, entries: Callable[[], Sequence[tuple[Repository, Entry]]]
    ) -> None:
        raise LookupError(date)

    def __call__(self, path: str, text: str) -> bool:
        raise LookupError(path)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("count", [5, DAYS])
def test_what_fails_in_another_process_is_made_by_the_first(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], count: int
) -> None:
    fails = Failing(tmp_path)
    _is_made_all_the_same(tmp_path, count, of_days=fails, of_pages=fails)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("started", [0, 1])
@pytest.mark.parametrize("error", [BlockingIOError, NotImplementedError])
def test_where_processes_do_not_start_the_first_does_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception], started: int, way: str
) -> None:
    """Not even where some did start: they are ended."""
    start, fork, left = util.spawnv_passfds, os.fork, [True] * started

    def refuse_to_fork() -> int:
        if not left:
            raise error
        left.pop()
        return fork()

    def refuse(path: bytes, arguments: list[str], fds: list[int]) -> int:
        if any("spawn_main" in str(argument) for argument in arguments):
            if not left:
                raise error
            left.pop()
        return start(path, arguments, fds)

    monkeypatch.setattr(util, "spawnv_passfds", refuse)
    if way == "fork":
        monkeypatch.setattr(os, "fork", refuse_to_fork)
    before = set(active_children())
    _is_made_all_the_same(tmp_path)
    for child in set(active_children()) - before:
        child.join(30)
        assert not child.is_alive()


class Sleepy(Notes):
    """Takes too long to be waited for."""

    def missing(self) -> Sequence[dt.date]:
        return (FIRST,)

    def make(
        self,
        date: dt.date,
        entries: Callable[[], Sequence[tuple[Repository, Entry]]] | None = None,
    ) -> None:
        time.sleep(120)

    def __call__(self, path: str, text: str) -> bool:
        time.sleep(120)
        return True


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("count", [5, DAYS])
@pytest.mark.parametrize("at", ["pass", "end", "page"])
def test_an_interrupt_ends_what_is_being_made_at_once(tmp_path: Path, count: int, at: str) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    made = sites(current(tmp_path, *days()[-count:], cache=True), "Digest")
    before, begun, began = set(active_children()), set[int](), time.monotonic()

    def build() -> None:
        sleepy = Sleepy(tmp_path)
        ahead = made_ahead(made, of_days=sleepy, of_pages=lambda: sleepy, processes=2)
        with ExitStack() as stack:
            stack.callback(FewAhead(sleepy).stop)
            with ahead as going_on:
                begun.update(child.pid or 0 for child in set(active_children()) - before)
                if at == "pass" or not begun:
                    raise KeyboardInterrupt
                signal.setitimer(signal.ITIMER_REAL, 1.0 if at == "page" else 0.3)
                if at == "page":
                    write(made, tmp_path / "pages")
            stack.callback(going_on.stop)
            going_on.wait(made[0].paths()[-1])
            going_on.end()

    usual = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            build()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)
    assert time.monotonic() - began < 60
    for child in begun:
        assert not runs(child)


class Deadly(Notes):
    """Ends its process, as a machine that runs out of memory does."""

    def make(
        self, date: dt.date, entries: Callable[[], Sequence[tuple[Repository, Entry]]]
    ) -> None:
        os._exit(1)

    def __call__(self, path: str, text: str) -> bool:
        os._exit(1)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("count", [5, DAYS])
def test_a_process_that_is_killed_costs_time_only(tmp_path: Path, count: int) -> None:
    _is_made_all_the_same(tmp_path, count, of_days=Deadly(tmp_path))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("count", [5, DAYS])
def test_what_is_lost_when_a_process_is_killed_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    submit = ProcessPoolExecutor.submit

    def lose(pool: ProcessPoolExecutor, task: Any, *arguments: Any) -> Future[Any]:
        if arguments[:1] == (made_first,):
            return Future()  # as of what comes between a pool's breaking and its saying so
        return submit(pool, task, *arguments)

    made_first = days()[-1].date
    monkeypatch.setattr(ProcessPoolExecutor, "submit", lose)
    deadly = Deadly(tmp_path)
    _is_made_all_the_same(tmp_path, count, of_days=deadly, of_pages=deadly)


class Halfway(Notes):
    """Is killed while its answer is written."""

    def make(
        self, date: dt.date, entries: Callable[[], Sequence[tuple[Repository, Entry]]]
    ) -> None:
        die_halfway()

    def __call__(self, path: str, text: str) -> bool:
        die_halfway()
        return False


def make_halfway(folder: Path, way: str, count: int) -> None:
    """Make a site of which each process is killed; called by a process that may stand still."""
    for module in (processes, ahead):
        module.are_forked = lambda: way == "fork"
    halfway = Halfway(folder)
    _is_made_all_the_same(folder, count, of_days=halfway, of_pages=halfway)


@pytest.mark.parametrize("count", [5, DAYS])
@pytest.mark.parametrize("how", ["fork", "spawn"])
def test_half_an_answer_costs_time_only(tmp_path: Path, how: str, count: int) -> None:
    code = (
        "from pathlib import Path; import test_ahead_failing\n"
        f"test_ahead_failing.make_halfway(Path.cwd(), {how!r}, {count})"
    )
    assert run(cwd=tmp_path, code=code) == (0, "")
