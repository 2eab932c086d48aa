"""An asker, the tasks that it is given, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from support.chatserver import KEY, WORDS, ChatServer

from digest.llm.answers import ANSWERS, schema_of
from digest.llm.asking import Asked, Asker, Question, Task
from digest.llm.endpoint import Endpoint, Message
from digest.llm.errors import EndpointError
from digest.llm.memory import Memory
from digest.model import Coverage, Level

NOTHING_READ = Coverage(files=0, files_read=0, lines=0, lines_read=0)


def task(depth: Level = "low", size: int = 100) -> Task:
    return Task(
        depth=depth,
        messages=(Message("system", f"Depth {depth}."), Message("user", "x" * size)),
        schema=schema_of(ANSWERS[depth]),
        limit=500,
        prompt="hash",
        coverage=NOTHING_READ,
    )


LOW = (task("low"),)


@contextmanager
def asker(server: ChatServer, memory: Memory | None = None, model: str = "m") -> Iterator[Asker]:
    endpoint = Endpoint(model=model, key=KEY, base_url=server.url, timeout=30.0)
    yield Asker(endpoint, memory or Memory())
    endpoint.close()


def ask(server: ChatServer, tasks: tuple[Task, ...] = LOW, language: str = "en") -> Asked:
    with asker(server) as made:
        return made.ask(Question(tasks, language))


def failure(server: ChatServer, tasks: tuple[Task, ...] = LOW, language: str = "en") -> Any:
    with pytest.raises(EndpointError) as caught:
        ask(server, tasks, language)
    shown = f"{caught.value} {caught.value!r} {vars(caught.value)}"
    assert KEY not in shown
    assert WORDS not in shown
    assert caught.value.__cause__ is None
    return caught.value
