"""A question asked until there is an answer that can be published, or a reason why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.asking import LOW, ask, asker, failure, task
from support.chatserver import ChatServer, Reply, Request, answer, fault, said, sent

from digest.llm.answers import ANSWERS, HighAnswer, MediumAnswer, schema_of
from digest.llm.asking import Question
from digest.llm.errors import (
    ContextError,
    EndpointError,
    RefusalError,
    StoppedError,
    TransientError,
    UnusableError,
)
from digest.llm.memory import Memory
from digest.model import Level, Tokens

SMALLER = (
    task("high", 9000),
    task("high", 3000),
    task("medium", 9000),
    task("medium", 3000),
    task("low", 9000),
    task("low", 3000),
    task("low", 1000),
)


@pytest.mark.parametrize("depth", ["low", "medium", "high"])
def test_an_answer(depth: Level) -> None:
    with ChatServer(said(answer(depth))) as server:
        found = ask(server, (task(depth),))
        assert server.requests[0].schema == schema_of(ANSWERS[depth])
    assert type(found.answer) is ANSWERS[depth]
    assert found.answer.summary == answer()["summary"]
    assert (found.calls, found.counted) == (1, True)
    assert found.tokens == Tokens(prompt=100, completion=20)


def takes(*styles: str) -> Any:
    """A server that knows some of the forms."""

    def reply(request: Request) -> Reply:
        if request.style in styles:
            return said(answer())
        return fault(400, param="response_format.type" if len(styles) > 1 else None)

    return reply


@pytest.mark.parametrize(
    ("styles", "calls"),
    [
        (("json_schema", "json_object", "text"), ["json_schema"]),
        (("json_object", "text"), ["json_schema", "json_object"]),
        # Who says nothing of what is wrong is asked with the other name of the limit too.
        (("text",), ["json_schema"] * 2 + ["json_object"] * 2 + ["text"]),
    ],
)
def test_down_the_ladder(styles: tuple[str, ...], calls: list[str], tmp_path: Path) -> None:
    cache = tmp_path / "cache" / "servers.json"
    with ChatServer(takes(*styles)) as server:
        with asker(server, Memory(cache)) as made:
            assert made.ask(Question(LOW, "en")).calls == len(calls)
            assert [request.style for request in server.requests] == calls
            made.ask(Question(LOW, "en"))
            assert [request.style for request in server.requests[len(calls) :]] == [styles[0]]
        # The next run begins where this one ended; another model does not.
        with asker(server, Memory(cache)) as made:
            assert made.ask(Question(LOW, "en")).calls == 1
        with asker(server, Memory(cache), model="other") as made:
            assert made.ask(Question(LOW, "en")).calls == len(calls)
    assert "127.0.0.1" not in cache.read_text()
    assert [path.name for path in cache.parent.iterdir()] == ["servers.json"]


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"a": 1}', '{"%s": {"low": "poem", "limit": 3}}', "[" * 100_000]
)
def test_a_damaged_cache_is_no_harm(damage: str, tmp_path: Path) -> None:
    cache = tmp_path / "servers.json"
    with ChatServer(said(answer())) as server:
        with asker(server) as made:
            identity = made._endpoint.identity
        cache.write_text(damage.replace("%s", identity))
        with asker(server, Memory(cache)) as made:
            assert made.ask(Question(LOW, "en")).calls == 1
    assert json.loads(cache.read_text())[identity]["low"] == "json_schema"


def test_a_cache_that_cannot_be_written_is_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = Memory(tmp_path / "file" / "servers.json")
    with ChatServer(said(answer())) as server, asker(server, memory) as made:
        assert made.ask(Question(LOW, "en")).calls == 1


def test_the_name_of_the_limit_is_remembered(tmp_path: Path) -> None:
    cache = tmp_path / "servers.json"

    def script(request: Request) -> Reply:
        known = "max_tokens" in request.body
        return said(answer()) if known else fault(400, param="max_completion_tokens")

    with ChatServer(script) as server:
        for calls in (2, 1):
            with asker(server, Memory(cache)) as made:
                assert made.ask(Question(LOW, "en")).calls == calls


def by_depth(request: Request, **cut: Any) -> Reply:
    depth = request.body["messages"][0]["content"].removeprefix("Depth ").removesuffix(".")
    size = len(request.body["messages"][1]["content"])
    return cut.get(depth) or cut.get(f"{depth}_{size}") or said(answer(depth))


def test_a_cut_off_answer_is_asked_again_with_less_depth() -> None:
    whole_looking = said(answer("high"), finish="length")
    with ChatServer(lambda r: by_depth(r, high=whole_looking)) as server:
        found = ask(server, SMALLER)
        assert len(server.requests) == 2
    assert type(found.answer) is MediumAnswer
    assert found.task == SMALLER[2]  # less to say, and as much to read
    assert found.tokens == Tokens(prompt=200, completion=40)


def test_a_cut_off_answer_is_never_published() -> None:
    half = json.dumps(answer("high"))[:-40]
    with ChatServer(said(half, finish="length")) as server:
        error = failure(server, SMALLER)
        assert len(server.requests) == 4  # high, medium, and low twice
    assert type(error) is UnusableError
    assert error.reason == "cut off"
    assert error.tokens == Tokens(prompt=400, completion=80)


LONG = fault(400, code="context_length_exceeded")


def test_a_question_that_is_too_long_is_asked_with_less_to_read() -> None:
    with ChatServer(lambda r: by_depth(r, high_9000=LONG)) as server:
        found = ask(server, SMALLER)
    assert type(found.answer) is HighAnswer
    assert found.task == SMALLER[1]
    assert found.calls == 2


def test_a_question_that_is_always_too_long() -> None:
    with ChatServer(LONG) as server:
        error = failure(server, SMALLER)
        assert [len(r.body["messages"][1]["content"]) for r in server.requests] == [
            9000,
            3000,
            1000,
        ]
    assert type(error) is ContextError
    assert error.tokens == Tokens(prompt=0, completion=0)


def test_a_server_that_does_not_say_that_a_question_is_too_long() -> None:
    def script(request: Request) -> Reply:
        return fault(400) if len(request.text) > 2000 else said(answer())

    with ChatServer(script) as server, asker(server) as made:
        made.ask(Question(LOW, "en"))
        found = made.ask(Question((task("low", 9000), task("low", 1000)), "en"))
        # Its form has been answered before, so it cannot be that.
        assert {request.style for request in server.requests} == {"json_schema"}
    assert found.calls == 2
    assert found.task.depth == "low"


def test_a_server_that_takes_nothing_is_asked_no_more() -> None:
    with ChatServer(fault(400)) as server, asker(server) as made:
        reasons = []
        for _ in range(3):
            with pytest.raises(EndpointError) as caught:
                made.ask(Question(LOW, "en"))
            reasons.append((type(caught.value), caught.value.reason))
    assert reasons == [(EndpointError, "rejected")] * 2 + [(StoppedError, "rejected")]


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        (said(None, refusal="I cannot help with that."), RefusalError, "refused"),
        (said("", finish="content_filter"), RefusalError, "refused"),
        (fault(401), StoppedError, "key"),
        (fault(429, code="insufficient_quota"), StoppedError, "quota"),
        (fault(429), TransientError, "rate limit"),
        (sent({"choices": []}), TransientError, "empty answer"),
    ],
)
def test_states_that_no_smaller_task_helps(reply: Reply, kind: type, reason: str) -> None:
    with ChatServer(reply) as server:
        error = failure(server, SMALLER)
        assert len(server.requests) == 1
    assert type(error) is kind
    assert error.reason == reason
