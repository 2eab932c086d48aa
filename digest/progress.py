"""How far a run's questions are: a bar at a terminal, a line now and then elsewhere."""

from __future__ import annotations

import logging
import threading
from typing import NoReturn, TextIO

from tqdm import tqdm

from digest.llm.analyst import ModelAnalyst
from digest.tallies import Progress

_PARTS = 10
"""Lines that a repository's questions are told in, where there is no terminal."""

_log = logging.getLogger("digest.collect")


def progress_for(stream: TextIO) -> Progress:
    """Who tells of progress on a stream.

    Arguments:
        stream: a terminal, or a file in which a bar would be a mess.
    """
    return _Bar(stream) if stream.isatty() else _Lines()


class _Bar:
    """One bar for all repositories, with tokens, cost and the time that is left."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._bar: tqdm[NoReturn] | None = None
        self._total = self._done = 0

    def begin(self, slug: str, questions: int) -> None:
        """More questions have come."""
        del slug
        with self._lock:
            self._total += questions
            bar = self._bar
            if bar is None:
                bar = self._bar = tqdm(unit=" commits", file=self._stream, leave=False)
            bar.total = self._total
            bar.refresh()

    def step(self, analyst: ModelAnalyst) -> None:
        """One is over."""
        with self._lock:
            self._done += 1
            if self._bar is not None:
                self._bar.set_postfix_str(spent(analyst), refresh=False)
                self._bar.update()

    def end(self) -> None:
        """A repository's are; the bar goes when all are."""
        with self._lock:
            if self._bar is not None and self._done >= self._total:
                self._bar.close()
                self._bar = None


class _Lines:
    """A line for every tenth of the questions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = self._done = 0

    def begin(self, slug: str, questions: int) -> None:
        """More questions have come."""
        with self._lock:
            self._total += questions
        _log.info("%s: asking the model about %d commits", slug, questions)

    def step(self, analyst: ModelAnalyst) -> None:
        """One is over."""
        with self._lock:
            before, self._done = self._done, self._done + 1
            told = before * _PARTS // self._total != self._done * _PARTS // self._total
            done, total = self._done, self._total
        if told:
            _log.info("%d of %d commits, %s", done, total, spent(analyst))

    def end(self) -> None:
        """A repository's questions are over; its own line says how they went."""


def spent(analyst: ModelAnalyst) -> str:
    """What a run has spent so far, for a person."""
    tokens = analyst.budget.spent
    told = f"{tokens.prompt + tokens.completion:,} tokens"
    cost = analyst.budget.cost
    return told if cost is None else f"{told}, cost {cost:.2f}"
