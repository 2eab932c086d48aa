"""Many questions over real HTTP: how many at once, how fast, at what cost, and when to stop."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from support.chatserver import (
    KEY,
    ChatServer,
    Reply,
    Request,
    answer,
    fault,
    in_http_date,
    said,
    sent,
)

from digest.errors import ConfigError
from digest.llm.answers import ANSWERS, schema_of
from digest.llm.asking import Asked, Question, Task
from digest.llm.budget import Budget, Prices
from digest.llm.endpoint import Endpoint, Message
from digest.llm.errors import StoppedError, TransientError
from digest.llm.memory import Memory
from digest.llm.pace import Pace
from digest.llm.throttle import Failed, Job, Throttle
from digest.model import Coverage, Tokens

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


@pytest.mark.parametrize(
    ("reply", "least"),
    [
        (fault(429, retry_after="2"), 2.0),
        (fault(429, retry_after=in_http_date(1000), date=in_http_date(990)), 9.0),
        (fault(503, retry_after="5"), 5.0),
        (fault(429), 0.5),
        (fault(429, retry_after="0"), 0.5),
        (fault(500), 0.5),
        (fault(502), 0.5),
        (Reply(body=b"{", headers={"Content-Type": "application/json"}), 0.5),
        (Reply(body=b"{}" * 50, drops_after=20), 0.5),
        (sent({"choices": []}), 0.5),
        (said(" "), 0.5),
    ],
)
def test_after_a_fault_it_waits_and_asks_again(reply: Reply, least: float) -> None:
    with ChatServer(reply, WELL) as server, throttled(server) as (throttle, clock):
        assert run(throttle) == ALL_WELL
        assert len(server.requests) == 4
    assert least <= sum(clock.slept) <= 2 * least + 1.1


def test_each_wait_is_longer_and_no_two_are_alike() -> None:
    replies = [fault(429)] * 5
    waits = []
    for seed in (1, 2):
        chance = random.Random(seed)  # noqa: S311
        with (
            ChatServer(*replies, WELL) as server,
            throttled(server, chance=chance) as (throttle, clock),
        ):
            assert run(throttle) == ALL_WELL
        waits.append(clock.slept)
    for slept in waits:
        assert slept[0] < slept[2] < slept[4]
        assert all(2**n / 2 <= wait <= 2**n * 1.1 for n, wait in enumerate(slept))
    assert waits[0] != waits[1]


def test_longer_than_the_patience_is_too_long() -> None:
    with ChatServer(WELL, fault(429, retry_after="600")) as server:
        with throttled(server, max_wait=120.0) as (throttle, clock):
            found = run(throttle, 5)
        assert len(server.requests) == 2
    assert found == [(0, "answered"), *((number, "rate limit") for number in range(1, 5))]
    assert throttle.stopped == "rate limit"
    assert clock.slept == []


def test_who_is_patient_waits_ten_minutes() -> None:
    limited = fault(429, retry_after="600")
    with (
        ChatServer(limited, WELL) as server,
        throttled(server, max_wait=900.0) as (throttle, clock),
    ):
        assert run(throttle) == ALL_WELL
    assert 600 <= sum(clock.slept) <= 602


def test_limits_without_end_are_given_up() -> None:
    with ChatServer(fault(429)) as server, throttled(server, max_wait=100.0) as (throttle, clock):
        assert {reason for _, reason in run(throttle)} == {"rate limit"}
        assert len(server.requests) < 12
    assert 30 < sum(clock.slept) <= 110


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


def test_a_limit_halves_what_is_asked_at_once_and_answers_raise_it() -> None:
    clock = Clock()
    pace = Pace(concurrency=8, patience=100, budget=Budget(), clock=clock, sleep=clock.sleep)
    nothing = Tokens(prompt=0, completion=0)
    under_way = [pace.enter(nothing) for _ in range(8)]
    for permit in under_way[:5]:
        pace.leave(permit, None, TransientError("rate limit", after=1.0))
        clock.now += 0.1
    assert pace.allowed == 4  # all of them ran into the same limit
    for permit in under_way[5:]:
        pace.leave(permit, None, None)
    pace.leave(pace.enter(nothing), None, TransientError("rate limit", after=1.0))
    assert pace.allowed == 2
    for _ in range(40):
        pace.leave(pace.enter(nothing), None, None)
    assert pace.allowed == 8


def test_a_server_that_takes_two_at_once() -> None:
    lock, now = threading.Lock(), [0]

    def script(request: Request) -> Reply:
        with lock:
            now[0] += 1
            many = now[0] > 2
        if not many:
            time.sleep(0.02)
        with lock:
            now[0] -= 1
        return fault(429) if many else WELL

    with (
        ChatServer(script) as server,
        throttled(server, concurrency=8, max_wait=1e6) as (throttle, _),
    ):
        assert {reason for _, reason in run(throttle, 40)} == {"answered"}


def test_nobody_asks_before_the_time() -> None:
    clock = Clock()
    pace = Pace(concurrency=8, patience=100, budget=Budget(), clock=clock, sleep=clock.sleep)
    nothing = Tokens(prompt=0, completion=0)
    pace.leave(pace.enter(nothing), None, TransientError("rate limit", after=30.0))
    moments: list[float] = []

    def ask() -> None:
        permit = pace.enter(nothing)
        moments.append(clock())
        pace.leave(permit, None, None)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(moments) == 20
    assert min(moments) >= 1030


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize(
    "limit", [{"max_tokens": 1500}, {"max_cost": 1.5, "prices": Prices(1000.0, 1000.0)}]
)
def test_the_budget_is_never_exceeded(limit: dict[str, Any], concurrency: int) -> None:
    budget = Budget(**limit)
    with ChatServer(WELL, latency=0.01) as server:
        with throttled(server, budget=budget, concurrency=concurrency) as (throttle, _):
            found = run(throttle, 30)
        counts = Counter(reason for _, reason in found)
        assert counts["answered"] == len(server.requests)
    # An answer costs 120, and may cost some 320: the last ones are not begun.
    assert 9 <= counts["answered"] <= 12
    assert counts["budget"] == 30 - counts["answered"]
    assert budget.spent.prompt + budget.spent.completion <= 1500
    assert throttle.stopped is None


def test_a_small_question_may_fit_where_a_large_one_does_not() -> None:
    results: dict[str, Result] = {}
    items = [Job("large", question("x " * 20_000)), Job("small", question("x"))]
    with (
        ChatServer(WELL) as server,
        throttled(server, budget=Budget(max_tokens=1000)) as (throttle, _),
    ):
        throttle.run(items, lambda job, result: results.update({job.item: result}))
    large, small = results["large"], results["small"]
    assert isinstance(large, Failed)
    assert (large.reason, large.asked) == ("budget", False)
    assert isinstance(small, Asked)


def test_money_needs_prices() -> None:
    with pytest.raises(ConfigError, match="prices"):
        Budget(max_cost=1.0)
    assert Budget().cost is None
    budget = Budget(max_cost=1.0, prices=Prices(2.0, 8.0))
    budget.spend(Tokens(prompt=100_000, completion=50_000))
    assert budget.cost == pytest.approx(0.6)


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
    class Bad(Question):
        tasks = property(raises)  # type: ignore[assignment]

    with ChatServer(WELL) as server, throttled(server) as (throttle, _), pytest.raises(BrokenError):
        throttle.run([Job(1, Bad.__new__(Bad))], lambda job, result: None)


def test_a_stop_wakes_those_who_wait() -> None:
    """With the real clock: a minute's wait ends at once."""
    pace = Pace(concurrency=1, patience=1000, budget=Budget())
    nothing = Tokens(prompt=0, completion=0)
    pace.leave(pace.enter(nothing), None, TransientError("rate limit", after=900.0))
    errors: list[str] = []

    def wait() -> None:
        try:
            pace.enter(nothing)
        except StoppedError as error:
            errors.append(error.reason)

    waiting = threading.Thread(target=wait)
    waiting.start()
    pace.stop("key")
    waiting.join(30)
    assert errors == ["key"]
