"""A throttle with a clock that nobody waits for, and jobs for it."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.chatserver import KEY, ChatServer, answer, said

from digest.llm.answers import ANSWERS, schema_of
from digest.llm.asking import Asked, Question, Task
from digest.llm.endpoint import Endpoint, Message
from digest.llm.memory import Memory
from digest.llm.throttle import Failed, Job, Throttle
from digest.model import Coverage

NOTHING_READ = Coverage(files=0, files_read=0, lines=0, lines_read=0)
Result = Asked | Failed


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += max(0.0, seconds)


def question(text: str = "What changed?", limit: int = 100) -> Question:
    asked = Task(
        depth="low",
        messages=(Message("system", "Say it."), Message("user", text)),
        schema=schema_of(ANSWERS["low"]),
        limit=limit,
        prompt="hash",
        coverage=NOTHING_READ,
    )
    return Question((asked,), "en")


def jobs(count: int) -> list[Job[int]]:
    return [Job(number, question(f"Number {number}.")) for number in range(count)]


@contextmanager
def throttled(
    server: ChatServer, *, timeout: float = 30.0, **more: Any
) -> Iterator[tuple[Throttle, Clock]]:
    endpoint = Endpoint(model="m", key=KEY, base_url=server.url, timeout=timeout)
    clock = Clock()
    chance = random.Random(1)  # noqa: S311
    options = {"concurrency": 1, "clock": clock, "sleep": clock.sleep, "chance": chance}
    yield Throttle(endpoint, Memory(), **{**options, **more}), clock
    endpoint.close()


def run(throttle: Throttle, count: int = 3) -> list[tuple[int, str]]:
    """What became of each job, in the order in which they were finished."""
    found: list[tuple[int, str]] = []

    def on_done(job: Job[int], result: Result) -> None:
        found.append((job.item, result.reason if isinstance(result, Failed) else "answered"))

    throttle.run(jobs(count), on_done)
    return found


WELL = said(answer())
ALL_WELL = [(0, "answered"), (1, "answered"), (2, "answered")]
