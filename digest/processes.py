"""Child processes: their ends, their pipes, a conversation with one, and a stop to them."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, BinaryIO, TypeVar, cast

from digest.errors import HistoryError, StoppedError

_KEPT_STDERR = 64 * 1024
_GRACE = 0.5
"""Seconds in which a signal to all processes of a service reaches each of them."""
_PATIENCE = 0.5
"""Seconds without an answer after which one looks whether the processes live."""

_T = TypeVar("_T")

NO_HELP: tuple[type[Exception], ...] = (BrokenProcessPool, OSError, NotImplementedError)
"""What is raised where processes cannot be started, or are killed: the work is done here then."""


def workers(count: int, begin: Callable[..., None], *arguments: object) -> ProcessPoolExecutor:
    """Processes for pieces of work, which end when this one does, however it ends.

    They are forked where nothing else runs in this one, so that they begin with all that is
    loaded.  Else they are spawned: what a thread holds at that moment is held for ever in a fork.

    Arguments:
        count: how many.
        begin: called once in each, with the arguments.
        arguments: can be pickled, unless they are forked.

    Raises:
        OSError, NotImplementedError: the system has no means for it.
    """
    context: BaseContext = get_context("fork" if are_forked() else "spawn")
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(count, context, initializer=_begin, initargs=(begin, arguments))
    begun = False
    try:
        pool.submit(_nothing)  # starts the first, or all where they are forked
        begun = True
    finally:
        # Of those that did start, nobody would ask anything, and an exit would wait for them.
        for process in [] if begun else multiprocessing.active_children():
            if process not in others:
                process.terminate()
    return pool


def forked(task: Callable[..., None], *arguments: object) -> BaseProcess:
    """A process for one piece of work, where processes are forked: it begins with all that is here.

    Of a task that fails nothing is said, as of one that is killed: whoever needs it, does it.

    Raises:
        OSError: the system has no room for it.
    """
    process = get_context("fork").Process(target=_do, args=(task, arguments), daemon=True)
    process.start()
    return process


_REMOVE = "rm"


def can_remove() -> bool:
    """Whether the system has the command that ``removal`` starts."""
    return shutil.which(_REMOVE) is not None


def removal(folder: Path) -> Callable[[], object]:
    """Have a folder removed by a process that goes on where this one ends.

    Returns:
        Waits for its end; what it could not remove is left.

    Raises:
        OSError: it cannot be started.
    """
    arguments = [_REMOVE, "-rf", "--", str(folder.absolute())]
    nothing = subprocess.DEVNULL
    return subprocess.Popen(arguments, stdin=nothing, stdout=nothing, stderr=nothing).wait


def result(pool: ProcessPoolExecutor, future: Future[_T]) -> _T:
    """What a process of a pool answers; what its task raises is raised.

    Raises:
        BrokenProcessPool: as of ``wait``.
    """
    wait(pool, [future])
    return future.result()


def wait(pool: ProcessPoolExecutor, wanted: Iterable[Future[Any]]) -> None:
    """Wait until a pool has done all of these, but not for ever for what is lost.

    When a process is killed, its pool tells all that was asked of it, but for two cases:

    - The process was writing an answer.  The pool's thread reads on for ever: this process could
      write the rest, for all that the system knows.
    - Something was asked at that very moment (Python 3.11).  It is in no list, and never told.

    So one looks at the processes, where no answer comes.  That one has ended is enough: a pool
    has no use for the others then, and tells so at once if it ever does.

    Locks of futures are not taken while one waits, as by ``concurrent.futures.wait``: that does
    so in Python, where an interrupt leaves them locked, and the pool's thread in front of them.

    Raises:
        BrokenProcessPool: a process has ended; the pool is to be stopped.
    """
    over: SimpleQueue[Future[Any]] = SimpleQueue()
    left, doubtful = 0, False
    for future in wanted:
        future.add_done_callback(over.put)
        left += 1
    while left:
        try:
            future = over.get(timeout=_PATIENCE)
        except Empty:
            ended = _has_ended(pool)
            if ended and doubtful:
                raise BrokenProcessPool("a process has ended") from None
            doubtful = ended
        else:
            left, doubtful = left - 1, False
            if isinstance(error := future.exception(), BrokenProcessPool):
                raise error


def stop(pool: ProcessPoolExecutor) -> None:
    """End its processes at once, whatever they are at; of that, ``BrokenProcessPool`` is raised.

    What was answered is done, so this is the way to end a pool that is at nothing, too: one that
    is asked to end by itself waits for each process, and one may wait for what a dead one held.
    """
    processes = _processes(pool)
    for process in processes:
        process.kill()  # one that is forked may have a handler of SIGTERM
    # Now nobody writes the rest of an answer; that this process does not either, only its closing
    # the pipe can tell.  A pool offers no way to do so.
    writer = getattr(getattr(pool, "_result_queue", None), "_writer", None)
    if writer is not None:
        writer.close()
    pool.shutdown(wait=True)  # beside a pool's thread nothing can be forked
    for process in processes:  # a wait that was interrupted counts as over
        process.join()


def _has_ended(pool: ProcessPoolExecutor) -> bool:
    """Whether a process of a pool has; as it has when somebody else stopped the pool."""
    processes = _processes(pool)
    return not processes or bool(connection.wait([one.sentinel for one in processes], 0))


def _processes(pool: ProcessPoolExecutor) -> list[BaseProcess]:
    """Those that a pool has begun, until it is shut down; it offers no way to ask for them."""
    return [*(getattr(pool, "_processes", None) or {}).values()]


def are_forked() -> bool:
    """Whether such processes are forked now, and so begin at once."""
    return sys.platform == "linux" and threading.active_count() == 1


def _nothing() -> None:
    pass


def _do(task: Callable[..., None], arguments: tuple[object, ...]) -> None:
    with suppress(Exception):
        _begin(task, arguments)


def _begin(begin: Callable[..., None], arguments: tuple[object, ...]) -> None:
    end_with_parent()
    begin(*arguments)


def end_with_parent() -> None:
    """End together with the process that began this one, however that ends.

    A worker holds both ends of its queue, so it never sees there that nobody asks any more.
    Ctrl-C goes to all processes of a terminal; to tell of it is up to the first.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a fork has the first one's way of taking it
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def cores() -> int:
    """How many processes are of use at the same time."""
    try:
        return len(os.sched_getaffinity(0))  # a container may have fewer than the machine
    except AttributeError:
        return os.cpu_count() or 1  # macOS cannot tell


class Dialogue:
    """A git command that is asked one thing after another.

    Arguments:
        slug: which repository, for errors.
        process: the command, with pipes.
    """

    def __init__(self, slug: str, process: subprocess.Popen[bytes]) -> None:
        self._slug = slug
        self._process = process
        self._stdin = cast("BinaryIO", process.stdin)
        self._stdout = cast("BinaryIO", process.stdout)
        self._drain = threading.Thread(target=drain, args=(process.stderr, []), daemon=True)
        self._drain.start()

    def ask(self, question: bytes) -> bytes:
        """Give it a line, and read the line that it answers with.

        Raises:
            HistoryError: it has ended.
        """
        try:
            self._stdin.write(question)
            self._stdin.flush()
        except OSError as error:
            raise HistoryError(self._slug, "git ended while it was asked") from error
        if answer := self._stdout.readline():
            return answer
        raise HistoryError(self._slug, "git ended while it was asked")

    def read(self, size: int) -> bytes:
        """Read what follows an answer.

        Raises:
            HistoryError: it ended before.
        """
        data = self._stdout.read(size)
        if len(data) != size:
            raise HistoryError(self._slug, "git ended while it answered")
        return data

    def skip(self, size: int) -> None:
        """Pass over what follows an answer, without keeping it.

        Raises:
            HistoryError: it ended before.
        """
        while size > 0:
            size -= len(self.read(min(size, 1 << 20)))

    def close(self) -> None:
        """End it."""
        with suppress(OSError):
            self._stdin.close()
        kill(self._process)
        self._drain.join()
        end(self._process)


class Stop:
    """Whether a run is to end, and the processes that it would be waiting for.

    A thread that waits for a process hears nothing else.  So what may take long, and can be
    ended at any instant, is waited for through this, and ends at once when the run is to.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._awaited: set[subprocess.Popen[bytes]] = set()

    def is_set(self) -> bool:
        """Whether the run is to end."""
        return self._event.is_set()

    def check(self) -> None:
        """Go no further in a run that is to end.

        Raises:
            StoppedError: it is.
        """
        if self._event.is_set():
            raise StoppedError

    def set(self) -> None:
        """Let the run end: what is waited for now, and whatever would be begun after it."""
        with self._lock:
            self._event.set()
            for process in self._awaited:
                _signal(process)

    @contextmanager
    def ends(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """Let a stop end a process, together with all that it started, while it is waited for.

        Arguments:
            process: it leads a session of its own, and is over when the block is left.

        Raises:
            StoppedError: it failed, and the run is to end.
        """
        with self._lock:
            self._awaited.add(process)
            if self._event.is_set():  # since it was begun
                _signal(process)
        try:
            yield
        finally:
            with self._lock:
                self._awaited.discard(process)
        if process.returncode:
            if process.returncode < 0:
                self._event.wait(_GRACE)
            self.check()


class _TerminatedError(KeyboardInterrupt):
    """SIGTERM has come."""


@contextmanager
def terminable() -> Iterator[None]:
    """Let SIGTERM end a piece of work as Ctrl-C does; then the process ends by that signal."""
    here = threading.current_thread() is threading.main_thread()
    if not here or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    except _TerminatedError:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
        raise
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(*_: object) -> None:
    raise _TerminatedError


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    _signal(process)
    process.wait()


def _signal(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, if it still runs, and close what is left of it."""
    kill(process)
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def drain(stream: IO[bytes], kept: list[bytes]) -> None:
    """Read a stream to its end, and keep the end."""
    tail = b""
    while chunk := stream.read(8192):
        tail = (tail + chunk)[-_KEPT_STDERR:]
    kept.append(tail)
