"""Processes for pieces of work: how they begin, and that they end with the one that began them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.processes import limited, runs

from digest import processes

KILLED = """
import os, sys, time
from digest import processes

processes.are_forked = lambda: sys.argv[1] == "fork"

def begin():
    pass

if __name__ == "__main__":
    pool = processes.workers(2, begin)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_workers_end_with_a_build_that_is_killed(tmp_path: Path, way: str) -> None:
    (tmp_path / "build.py").write_text(KILLED)
    with limited(sys.executable, str(tmp_path / "build.py"), way) as build:
        assert build.stdout is not None
        worker = int(build.stdout.readline())
        build.kill()
    deadline = time.monotonic() + 30
    while runs(worker):
        assert time.monotonic() < deadline, "it runs on"
        time.sleep(0.02)


INTERRUPTED = """
import os, sys, time
from digest import processes

processes.are_forked = lambda: sys.argv[1] == "fork"

def begin(folder):
    open(os.path.join(folder, str(os.getpid())), "w").close()

if __name__ == "__main__":
    pool = processes.workers(3, begin, sys.argv[2])
    # A process is spawned when there is work for it.
    work = [pool.submit(time.sleep, 0.1) for _ in range(3)]
    try:
        while len(os.listdir(sys.argv[2])) < 3:
            time.sleep(0.02)
        for one in work:  # what is raised at work is handed over, and not told
            one.result()
        print("ready", flush=True)
        time.sleep(600)
    except KeyboardInterrupt:
        pool.shutdown()
"""


EARLY = """
import os, signal, sys
from concurrent.futures import ProcessPoolExecutor
from digest import processes

processes.are_forked = lambda: True
spawn, begun = ProcessPoolExecutor._spawn_process, []

def interrupted(pool):
    begun.append(1)
    if len(begun) == 3:
        os.kill(os.getpid(), signal.SIGINT)
    spawn(pool)

ProcessPoolExecutor._spawn_process = interrupted

def begin():
    pass

if __name__ == "__main__":
    try:
        processes.workers(8, begin)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


def test_an_interrupt_while_processes_begin_leaves_none_to_wait_for(tmp_path: Path) -> None:
    _says(tmp_path, EARLY, "interrupted\n")


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_an_interrupt_is_told_by_the_first_process_alone(tmp_path: Path, way: str) -> None:
    (tmp_path / "build.py").write_text(INTERRUPTED)
    (begun := tmp_path / "begun").mkdir()
    command = [sys.executable, str(tmp_path / "build.py"), way, str(begun)]
    with limited(*command, stderr=subprocess.PIPE, start_new_session=True) as build:
        assert build.stdout is not None
        assert build.stdout.readline() == b"ready\n"
        os.killpg(build.pid, signal.SIGINT)
        _, said = build.communicate(timeout=60)
    assert (build.returncode, said) == (0, b"")


LOST = """
import os, signal, sys, threading, time
from concurrent.futures import Future
from support.dying import die_halfway
from digest import processes

how, way = sys.argv[1:]
processes.are_forked = lambda: way == "fork"

def begin():
    pass

def answer(number):
    if number == 3 and how == "half":
        die_halfway()
    return bytes(100_000)

if __name__ == "__main__":
    pool = processes.workers(2, begin)
    asked = [pool.submit(answer, number) for number in range(20)]
    if how != "half":
        processes.wait(pool, asked)
        asked = [Future()]  # what is asked at the moment at which a pool breaks
    if how == "killed":
        os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
    if how == "stopped":
        processes.stop(pool)
    try:
        processes.wait(pool, asked)
    except processes.BrokenProcessPool:
        print("told", flush=True)
    processes.stop(pool)
    assert all(one.done() for one in asked if how == "half")
    assert threading.active_count() == 1
"""


@pytest.mark.parametrize("way", ["fork", "spawn"])
@pytest.mark.parametrize("how", ["half", "killed", "stopped"])
def test_what_a_process_takes_with_it_is_not_waited_for(tmp_path: Path, how: str, way: str) -> None:
    _says(tmp_path, LOST, "told\n", how, way)


SLEEPING = """
import signal, time
from concurrent.futures import _base
from digest import processes

def begin():
    pass

def interrupt(number, frame):
    code = frame.f_code  # where the locks of all are taken, and given back, an interrupt does harm
    harmful = code.co_filename == _base.__file__ and code.co_name in ("__enter__", "__exit__")
    if harmful or time.monotonic() > began + 3:
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise KeyboardInterrupt

if __name__ == "__main__":
    pool = processes.workers(2, begin)
    asked = [pool.submit(time.sleep, 600) for _ in range(10_000)]
    began = time.monotonic()
    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.3, 0.0005)
    try:
        processes.wait(pool, asked)
    except KeyboardInterrupt:
        processes.stop(pool)
        print("interrupted", flush=True)
"""


def test_an_interrupt_while_one_waits_leaves_nothing_locked(tmp_path: Path) -> None:
    _says(tmp_path, SLEEPING, "interrupted\n")


def _says(folder: Path, code: str, expected: str, *arguments: str) -> None:
    (folder / "build.py").write_text(code)
    done = subprocess.run(
        [sys.executable, str(folder / "build.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, expected, "")


def test_nothing_is_forked_while_a_thread_runs() -> None:
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(over.wait, 30)
        assert not processes.are_forked()
        over.set()
