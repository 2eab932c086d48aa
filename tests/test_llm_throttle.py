"""Many questions over real HTTP: how many at once, at what cost in vain, and when to stop."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from support.chatserver import ChatServer, Reply, Request, answer, fault, said, sent
from support.throttling import WELL, Result, jobs, run, throttled

from digest.llm.asking import Asked
from digest.llm.throttle import Failed, Job
from digest.model import Tokens


def test_all_are_asked_and_handed_over_in_the_calling_thread() -> None:
    threads, results = set(), []
    with ChatServer(WELL, latency=0.01) as server:
        with throttled(server, concurrency=4) as (throttle, clock):
            throttle.run(
                jobs(20),
                lambda job, result: (threads.add(threading.get_ident()), results.append(job.item)),
            )
        assert len(server.requests) == 20
        assert server.most_at_once <= 4
    assert threads == {threading.get_ident()}
    assert sorted(results) == list(range(20))
    assert clock.slept == []
    assert throttle.stopped is None
    assert throttle.budget.spent == Tokens(prompt=2000, completion=400)


def test_the_first_that_is_finished_comes_first() -> None:
    first_may_end = threading.Event()

    def script(request: Request) -> Reply:
        if "Number 0." in request.text:
            first_may_end.wait(30)
        return WELL

    order = []

    def on_done(job: Job[int], result: Result) -> None:
        order.append(job.item)
        if len(order) == 3:
            first_may_end.set()

    with ChatServer(script) as server, throttled(server, concurrency=2) as (throttle, _):
        throttle.run(jobs(4), on_done)
    assert order[-1] == 0


def test_jobs_are_taken_when_there_is_room() -> None:
    """No more is in flight, and lost by a crash, than may be asked at the same time."""
    taken, done = [], []

    def made() -> Iterator[Job[int]]:
        for job in jobs(10):
            taken.append(job.item)
            assert len(taken) - len(done) <= 4  # three in flight, and the next one
            yield job

    with ChatServer(WELL) as server, throttled(server, concurrency=3) as (throttle, _):
        throttle.run(made(), lambda job, result: done.append(job.item))
    assert len(done) == 10


def test_nothing_to_ask() -> None:
    with ChatServer(WELL) as server, throttled(server) as (throttle, _):
        assert run(throttle, 0) == []
        assert server.requests == []


STOPS = {
    "key": fault(401),
    "permission": fault(403),
    "address": fault(404),
    "quota": fault(429, code="insufficient_quota"),
}


@pytest.mark.parametrize("reason", STOPS)
def test_what_stops_the_run(reason: str) -> None:
    """A quota that is exhausted half-way: what was answered stays, the rest is not asked."""
    results: list[Result] = []
    with ChatServer(WELL, WELL, STOPS[reason]) as server:
        with throttled(server) as (throttle, _):
            throttle.run(jobs(50), lambda job, result: results.append(result))
        assert len(server.requests) == 3
    assert [type(result) for result in results] == [Asked] * 2 + [Failed] * 48
    failed = [result for result in results if isinstance(result, Failed)]
    assert {result.reason for result in failed} == {reason} == {throttle.stopped}
    assert [result.asked for result in failed] == [True] + [False] * 47


def test_those_under_way_may_end_when_the_run_stops() -> None:
    first, second = threading.Event(), threading.Event()

    def script(request: Request) -> Reply:
        if "Number 0." in request.text:
            first.set()
            second.wait(30)
            time.sleep(0.1)
            return WELL
        first.wait(30)
        second.set()
        return fault(401)

    with ChatServer(script) as server, throttled(server, concurrency=2) as (throttle, _):
        assert sorted(run(throttle, 6)) == [(0, "answered"), *((n, "key") for n in range(1, 6))]


def test_a_server_that_dies_half_way() -> None:
    last = replace(WELL, dies=True)
    with ChatServer(*[WELL] * 4, last) as server, throttled(server) as (throttle, clock):
        found = run(throttle, 60)
    counts = Counter(reason for _, reason in found)
    assert counts == {"answered": 5, "connection": 55}
    assert throttle.stopped == "connection"
    assert sum(clock.slept) < 60


def test_a_server_that_fails_now_and_then_is_not_dead() -> None:
    script = [WELL, fault(500), fault(502)] * 20
    with ChatServer(*script, WELL) as server, throttled(server) as (throttle, _):
        assert {reason for _, reason in run(throttle, 20)} == {"answered"}


def test_a_question_that_always_fails_does_not_stop_the_others() -> None:
    def script(request: Request) -> Reply:
        return fault(500) if "Number 1." in request.text else WELL

    with ChatServer(script) as server, throttled(server) as (throttle, _):
        assert run(throttle, 4) == [
            (0, "answered"),
            (1, "server error"),
            *((n, "answered") for n in (2, 3)),
        ]
        assert len(server.requests) == 3 + 4


@pytest.mark.parametrize(
    ("reply", "reason", "calls"),
    [
        (Reply(hangs=True), "timeout", 2),
        (sent({"choices": []}), "empty answer", 2),
        (Reply(body=b"<html>", headers={"Content-Type": "text/html"}), "invalid body", 2),
        (said(None, refusal="no"), "refused", 1),
        (said("No."), "invalid answer", 2),
        (said("{", finish="length"), "cut off", 1),
        (said(answer(language="zh")), "language", 2),
        (fault(400, param="messages"), "rejected", 1),
    ],
)
def test_what_is_asked_in_vain_costs_but_little(reply: Reply, reason: str, calls: int) -> None:
    results: list[Result] = []
    timeout = 0.5 if reply.hangs else 30.0
    with ChatServer(reply) as server, throttled(server, timeout=timeout) as (throttle, _):
        throttle.run(jobs(1), lambda job, result: results.append(result))
        assert len(server.requests) == calls
    (result,) = results
    assert isinstance(result, Failed)
    assert (result.reason, result.calls) == (reason, calls)
    assert result.tokens == throttle.budget.spent
    assert throttle.stopped is None


def test_retries_are_in_the_count_and_the_cost() -> None:
    results: list[Result] = []
    broken = Reply(body=b"{", headers={"Content-Type": "application/json"})
    with ChatServer(broken, said("No."), WELL) as server, throttled(server) as (throttle, _):
        throttle.run(jobs(1), lambda job, result: results.append(result))
    (result,) = results
    assert isinstance(result, Asked)
    assert result.calls == 3
    assert not result.counted  # what the broken one cost, nobody knows
    assert result.tokens == throttle.budget.spent
    assert result.tokens.prompt > 200


class BrokenError(Exception):
    pass


def raises(*_: object) -> None:
    raise BrokenError


def test_what_the_caller_raises_ends_the_run() -> None:
    with ChatServer(WELL) as server, throttled(server, concurrency=2) as (throttle, _):
        with pytest.raises(BrokenError):
            throttle.run(jobs(100), raises)
        assert len(server.requests) <= 4
    assert throttle.stopped == "interrupted"


def test_our_own_mistakes_are_not_swallowed() -> None:
    class Bad:
        tasks = property(raises)

    with ChatServer(WELL) as server, throttled(server) as (throttle, _), pytest.raises(BrokenError):
        throttle.run([Job(1, Bad())], lambda job, result: None)
