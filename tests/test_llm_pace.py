"""How fast questions are asked: waits, limits and a budget."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from typing import Any

import pytest
from support.chatserver import ChatServer, Reply, Request, fault, in_http_date, said, sent
from support.throttling import ALL_WELL, WELL, Clock, Result, question, run, throttled

from digest.errors import ConfigError
from digest.llm.asking import Asked
from digest.llm.budget import Budget, Prices
from digest.llm.errors import StoppedError, TransientError
from digest.llm.pace import Pace
from digest.llm.throttle import Failed, Job
from digest.model import Tokens


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
