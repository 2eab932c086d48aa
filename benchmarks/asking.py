"""How long many questions take, against a server that takes its time and one that sets limits."""

from __future__ import annotations

import math
import random
import threading
import time
from collections import deque
from typing import Any

from benchmarks.tables import Row, at_most
from digest.llm.answers import ANSWERS, schema_of
from digest.llm.asking import Asked, Question, Task
from digest.llm.endpoint import Endpoint, Message
from digest.llm.memory import Memory
from digest.llm.throttle import Failed, Job, Throttle
from digest.model import Coverage

QUESTIONS = 200
LATENCY = 0.2
"""Seconds that the server takes for an answer."""
CONCURRENCY = 8
_RATE = 20
"""Questions a second that the other server allows: half of what is asked at full speed."""
_KEY = "sk-benchmark"


def rows() -> list[Row]:
    """The figures."""
    # The tests' server, which is on the path only when the benchmarks are started.
    from support.chatserver import ChatServer, answer, fault, said  # noqa: PLC0415

    well = said(answer())
    least = math.ceil(QUESTIONS / CONCURRENCY) * LATENCY
    with ChatServer(well, latency=LATENCY) as server:
        took = _run(server, QUESTIONS)
    name = f"{QUESTIONS} questions, {LATENCY:g} s each, {CONCURRENCY} at once"
    found = [at_most(name, took / least, 1.15, f"{took:.2f} s; {least:.2f} s at the least")]

    gate = _Gate()
    with ChatServer(
        lambda _: well if gate.opens() else fault(429, retry_after="1"), latency=LATENCY
    ) as server:
        took = _run(server, QUESTIONS)
        refused = len(server.requests) - QUESTIONS
    least = QUESTIONS / _RATE
    detail = f"{took:.2f} s; {least:.2f} s at the least; {refused} refused"
    name = f"the same, where {_RATE} a second are allowed"
    return [*found, at_most(name, took / least, 2.0, detail)]


class _Gate:
    """Lets so many questions of each second through."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._through: deque[float] = deque()

    def opens(self) -> bool:
        with self._lock:
            now = time.monotonic()
            while self._through and now - self._through[0] > 1:
                self._through.popleft()
            if len(self._through) >= _RATE:
                return False
            self._through.append(now)
            return True


def _run(server: Any, count: int) -> float:  # noqa: ANN401 - the tests' server
    """Seconds that so many questions take; each must be answered."""
    endpoint = Endpoint(model="some-model", key=_KEY, base_url=server.url, timeout=60)
    results: list[Asked | Failed] = []
    task = Task(
        depth="low",
        messages=(Message("system", "Say what changed."), Message("user", "A diff. " * 5_000)),
        schema=schema_of(ANSWERS["low"]),
        limit=500,
        prompt="",
        coverage=Coverage(files=0, files_read=0, lines=0, lines_read=0),
    )
    jobs = [Job(number, Question((task,), "en")) for number in range(count)]
    import openai  # noqa: F401, PLC0415 - half a second that is paid once

    throttle = Throttle(
        endpoint,
        Memory(),
        concurrency=CONCURRENCY,
        chance=random.Random(1),  # noqa: S311
    )
    begun = time.monotonic()
    throttle.run(jobs, lambda _, result: results.append(result))
    took = time.monotonic() - begun
    endpoint.close()
    if [type(result) for result in results] != [Asked] * count:
        raise RuntimeError(f"not all were answered: {throttle.stopped}")
    return took
