"""Commands in processes of their own, which can be killed, and which begin at once.

Importing the program takes more time than most commands of the tests.  So each is forked
from one process in which it is imported already, and in which nothing else ever happens.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from typing import Any

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["digest.__main__", "digest.plugin", "openai", "pymdownx.superfences", "support.warm"]
)


class Command:
    """``python -m digest`` with some arguments, or code in its place, at work.

    Arguments:
        args: what stands on the command line.
        cwd: the folder to work in.
        env: variables that differ from ours.
        code: a program to run instead, with the arguments in ``sys.argv[1:]``.
    """

    def __init__(
        self, *args: str, cwd: Path, env: Mapping[str, str] | None = None, code: str | None = None
    ) -> None:
        handle, name = tempfile.mkstemp()
        os.close(handle)
        self._output = Path(name)
        environ = {**os.environ, **(env or {})}
        _begin()
        self._process = _CONTEXT.Process(target=_work, args=(args, cwd, environ, code, name))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def __enter__(self) -> Command:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._output.unlink(missing_ok=True)

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it is at work."""
        return self._process.exitcode

    def kill(self) -> None:
        """End it at once, if it is still at work."""
        self._process.kill()
        self._process.join()

    def wait(self, seconds: float = 120.0) -> int:
        """Wait for the exit code."""
        self._process.join(seconds)
        code = self._process.exitcode
        assert code is not None, f"still at work after {seconds} seconds: {self.said}"
        return code

    @property
    def said(self) -> str:
        """What it wrote to either of its outputs."""
        return self._output.read_text("utf-8")


def _begin() -> None:
    """Have the server import what was said above; it is not told where our modules are."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    try:
        forkserver.ensure_running()
    finally:
        del os.environ["PYTHONPATH"]
        if before is not None:
            os.environ["PYTHONPATH"] = before


def run(
    *args: str, cwd: Path, env: Mapping[str, str] | None = None, code: str | None = None
) -> tuple[int, str]:
    """Run a command to its end: the exit code, and what it wrote to both of its outputs."""
    with Command(*args, cwd=cwd, env=env, code=code) as command:
        return command.wait(), command.said


def _work(
    args: tuple[str, ...], cwd: Path, environ: Mapping[str, str], code: str | None, output: str
) -> None:
    """What the process does."""
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    # Whoever started the tests in the background had it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # What a killed one leaves is not to be told at the end of all tests.
    tracker = resource_tracker._resource_tracker
    tracker._fd = tracker._pid = None  # type: ignore[attr-defined]
    nothing = os.open(os.devnull, os.O_RDONLY)
    there = os.open(output, os.O_WRONLY | os.O_APPEND)
    for ours, theirs in ((nothing, 0), (there, 1), (there, 2)):
        os.dup2(ours, theirs)
    sys.argv[:] = ["digest", *args]
    if code is not None:
        exec(compile(code, "<command>", "exec"), {"__name__": "__main__"})  # noqa: S102 - a test's
    else:
        from digest.__main__ import main

        main(list(args), prog_name="python -m digest")


@contextmanager
def limited(
    *command: str, seconds: float = 120.0, **options: Any
) -> Iterator[subprocess.Popen[bytes]]:
    """A command that is killed when its time is up: what it does not say is not waited for."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, **options) as process:
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        try:
            yield process
        finally:
            timer.cancel()
            timer.join()
            process.kill()


def runs(process: int) -> bool:
    """Whether a process is there, and no zombie that waits for whoever takes orphans in."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
