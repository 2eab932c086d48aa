"""Readings → facts, on all cores of the machine.

Reading the lines of a patch is the costliest part of a run that is ours, so it
is done by processes beside this one; git's own work goes on in yet another.
What comes out does not depend on how many there are.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from types import ModuleType, TracebackType
from typing import Self

from digest.contents import BlobReader
from digest.errors import HistoryError
from digest.facts.extract import extract
from digest.facts.grammar import Grammar
from digest.gitprocess import GitDir
from digest.model import Facts, Reading
from digest.processes import cores, end_with_parent, result, stop

WORTH_IT = 200
"""Commits from which starting processes takes less time than it saves."""
_BATCH = 16
_BATCH_BYTES = 1_000_000
"""Commits, and bytes of their patches, that are handed over at once."""
_MIRRORS_OPEN = 4
_ATTEMPTS = 3
"""How often a commit may meet the end of a process, its own doing or another's."""

Task = tuple[Reading, Grammar]
_Asked = tuple[ProcessPoolExecutor, Future[list[Facts]]]
"""The processes that were asked, and what they are to answer."""


class Extractor:
    """Reads facts out of readings, here or in processes of its own.

    Arguments:
        workers: how many processes; None for one on each core.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers or cores()
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Nothing is started yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the processes."""
        if self._pool is not None:
            stop(self._pool)

    def facts(
        self, tasks: Iterable[Task], git: GitDir, *, many: bool
    ) -> Iterator[tuple[Reading, Facts]]:
        """The facts of each reading, in order.

        Arguments:
            tasks: readings with the grammar of their titles; taken as they are needed, some
                ahead of the answers.
            git: where the readings come from.
            many: whether there are so many that processes are worth it.

        Raises:
            HistoryError: a process ended that should not have.
        """
        if not many or self._workers == 1:
            with BlobReader(git) as contents:
                for reading, grammar in tasks:
                    yield reading, extract(reading, grammar=grammar, contents=contents)
            return
        waiting: deque[tuple[list[Task], _Asked]] = deque()
        for batch in _batches(tasks):
            waiting.append((batch, self._submit(git, batch)))
            if len(waiting) > 2 * self._workers:
                yield from self._answers(git, *waiting.popleft())
        while waiting:
            yield from self._answers(git, *waiting.popleft())

    def _answers(
        self, git: GitDir, batch: list[Task], asked: _Asked
    ) -> Iterator[tuple[Reading, Facts]]:
        try:
            found = self._answer(*asked)
        except BrokenProcessPool:
            # One process that ends takes the answers of all with it, of other repositories too.
            found = [facts for task in batch for facts in self._once_more(git, task)]
        for (reading, _), facts in zip(batch, found, strict=True):
            yield reading, facts

    def _once_more(self, git: GitDir, task: Task) -> list[Facts]:
        """Read one commit again, by itself.

        Raises:
            HistoryError: it ended the process again.
        """
        for attempt in range(_ATTEMPTS):
            try:
                return self._answer(*self._submit(git, [task]))
            except BrokenProcessPool as error:
                if attempt == _ATTEMPTS - 1:
                    sha = task[0].commit.short_sha
                    reason = f"a process ended while it read {sha}; is there enough memory?"
                    raise HistoryError(git.slug, reason) from error
        raise AssertionError

    def _submit(self, git: GitDir, batch: list[Task]) -> _Asked:
        with self._lock:  # nothing is asked of processes while they are stopped
            while True:
                pool = self._started()
                try:
                    with _without_script():
                        return pool, pool.submit(_extract, git, batch)
                except BrokenProcessPool:
                    self._discard(pool)

    def _answer(self, pool: ProcessPoolExecutor, future: Future[list[Facts]]) -> list[Facts]:
        try:
            return result(pool, future)
        except BrokenProcessPool:
            with self._lock:
                self._discard(pool)
            raise

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        """Stop processes of which one has ended, once; the next question starts others."""
        if self._pool is pool:
            self._pool = None
            stop(pool)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # A fork of a process with threads may hold a lock that nobody frees.
            self._pool = ProcessPoolExecutor(
                self._workers, mp_context=get_context("spawn"), initializer=end_with_parent
            )
        return self._pool


_swapping = threading.Lock()


@contextmanager
def _without_script() -> Iterator[None]:
    """Let processes that begin meanwhile not run the caller's script again.

    A process that is spawned imports the ``__main__`` of the one that began it, which only
    does no harm where that is guarded.  Ours need nothing of it: what they are given is of
    this package.
    """
    with _swapping:
        script = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = script


def _batches(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    batch: list[Task] = []
    size = 0
    for task in tasks:
        batch.append(task)
        size += sum(len(patch.data) for patch in task[0].patches)
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


# In the processes

_readers: dict[GitDir, BlobReader] = {}


def _extract(git: GitDir, batch: list[Task]) -> list[Facts]:
    if git not in _readers:
        for reader in list(_readers.values())[_MIRRORS_OPEN - 1 :]:
            reader.close()
        _readers[git] = BlobReader(git)
    contents = _readers[git]
    return [extract(reading, grammar=grammar, contents=contents) for reading, grammar in batch]
