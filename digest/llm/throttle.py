"""Many questions, a bounded number of them at the same time, within one budget."""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

import msgspec

from digest.errors import DigestError
from digest.llm.asking import Asked, Asker, Question
from digest.llm.budget import Budget
from digest.llm.endpoint import Asks, LimitName, Message
from digest.llm.errors import EndpointError, Reason, StoppedError, TransientError
from digest.llm.memory import Memory
from digest.llm.pace import Pace
from digest.llm.replies import Answer, Format
from digest.llm.sizes import NOTHING, added, tokens_of
from digest.model import Tokens

_TRIES: dict[Reason, int] = {"timeout": 2, "empty answer": 2, "invalid body": 2}
"""How often a question is asked that takes long or costs something each time."""
_OTHER_TRIES = 4
_OVERHEAD = 200
"""Tokens that a server puts around a question, at the most."""

T = TypeVar("T")


class Job(msgspec.Struct, Generic[T], frozen=True):
    """A question, and what it is about."""

    item: T
    question: Question


class Failed(msgspec.Struct, frozen=True):
    """Why a question has no answer."""

    reason: Reason
    tokens: Tokens
    """What it cost all the same."""
    calls: int
    """How often the server was asked; 0 where the run had stopped, or the budget was spent."""

    @property
    def asked(self) -> bool:
        """Whether it counts as an attempt."""
        return self.calls > 0


class Patient:
    """A server that is asked again where it may help, through the gate of a run.

    Arguments:
        endpoint: the server.
        pace: the gate.
    """

    def __init__(self, endpoint: Asks, pace: Pace) -> None:
        self._endpoint = endpoint
        self._pace = pace

    @property
    def identity(self) -> str:
        """The server's."""
        return self._endpoint.identity

    @property
    def limit_name(self) -> LimitName:
        """The server's."""
        return self._endpoint.limit_name

    def prefer(self, limit_name: LimitName) -> None:
        """Begin with this name of the limit."""
        self._endpoint.prefer(limit_name)

    def ask(
        self, messages: Sequence[Message], *, style: Format, schema: Mapping[str, Any], limit: int
    ) -> Answer:
        """Ask, and wait and ask again; see :meth:`digest.llm.endpoint.Endpoint.ask`."""
        size = sum(tokens_of(message.content) for message in messages)
        most = Tokens(prompt=size + _OVERHEAD, completion=limit)
        spent, calls, failures = NOTHING, 0, 0
        limited_since: float | None = None
        while True:
            try:
                answer = self._once(most, messages, style, schema, limit)
            except EndpointError as error:
                spent, calls = added(spent, error.tokens), calls + error.calls
                error.tokens, error.calls = (spent if spent != NOTHING else None), calls
                if not isinstance(error, TransientError):
                    raise
                now = self._pace.clock()
                if error.reason == "rate limit":
                    limited_since = now if limited_since is None else limited_since
                    if now - limited_since > self._pace.patience:
                        raise
                    continue  # The gate opens when it is time.
                failures += 1
                if failures >= _TRIES.get(error.reason, _OTHER_TRIES) or self._pace.stopped:
                    raise
                self._pace.sleep(self._pace.delay(failures))
            else:
                return Answer(
                    answer.text,
                    answer.whole,
                    added(spent, answer.tokens),
                    answer.counted and spent == NOTHING,
                    calls + answer.calls,
                )

    def _once(
        self,
        most: Tokens,
        messages: Sequence[Message],
        style: Format,
        schema: Mapping[str, Any],
        limit: int,
    ) -> Answer:
        permit = self._pace.enter(most)
        cost: Tokens | None = None
        failure: EndpointError | None = EndpointError("interrupted")
        try:
            answer = self._endpoint.ask(messages, style=style, schema=schema, limit=limit)
            cost, failure = answer.tokens, None
        except EndpointError as error:
            cost, failure = error.tokens, error
            raise
        finally:
            self._pace.leave(permit, cost, failure)
        return answer


class Throttle:
    """Asks many questions.

    Arguments:
        endpoint: the server.
        memory: what is known about it.
        concurrency: most questions at the same time.
        max_wait: seconds to wait for a server that gives no answer, before the run gives up.
        budget: what the run may cost.
        clock: seconds that only ever grow.
        sleep: waits for so many seconds; None for a wait that ends when the run stops.
        chance: where jitter comes from.
    """

    def __init__(
        self,
        endpoint: Asks,
        memory: Memory,
        *,
        concurrency: int = 4,
        max_wait: float = 120.0,
        budget: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self.budget = budget or Budget()
        """What was spent, and of how much."""
        self._pace = Pace(
            concurrency=concurrency,
            patience=max_wait,
            budget=self.budget,
            clock=clock,
            sleep=sleep,
            chance=chance,
        )
        self._asker = Asker(Patient(endpoint, self._pace), memory)

    @property
    def stopped(self) -> Reason | None:
        """Why nothing more is asked in this run; None while it goes on."""
        return self._pace.stopped

    def stop(self) -> None:
        """Ask nothing more in this run; what is under way may still come."""
        self._pace.stop("interrupted")

    def run(
        self, jobs: Iterable[Job[T]], on_done: Callable[[Job[T], Asked | Failed], None]
    ) -> None:
        """Ask all questions.

        Arguments:
            jobs: the most important first; taken one by one, when there is room.
            on_done: called in this thread with each job and what became of it, in the order in
                which they are finished.  What it raises ends the run.  Once the run has
                stopped, the jobs that are left fail with its reason and 0 calls.
        """
        waiting: queue.SimpleQueue[Job[T] | None] = queue.SimpleQueue()
        done: queue.SimpleQueue[tuple[Job[T], Asked | Failed | BaseException]] = queue.SimpleQueue()
        workers: list[threading.Thread] = []
        in_flight = 0
        whole = False
        try:
            rest = iter(jobs)
            for job in rest:
                if self.stopped is not None and not in_flight:
                    on_done(job, Failed(self.stopped, NOTHING, 0))
                    continue
                if len(workers) < self._pace.concurrency:
                    workers.append(self._worker(waiting, done))
                waiting.put(job)
                in_flight += 1
                if in_flight == self._pace.concurrency:
                    in_flight -= 1
                    _finish(done, on_done)
            while in_flight:
                in_flight -= 1
                _finish(done, on_done)
            whole = True
        except (DigestError, OSError):
            # Trouble of these jobs is no trouble of others; what is under way is paid for.
            for _ in range(in_flight - _emptied(waiting)):
                with suppress(DigestError, OSError):
                    _finish(done, on_done)
            whole = True
            raise
        finally:
            if not whole:
                self.stop()
            for _ in workers:
                waiting.put(None)
            if whole:
                for worker in workers:
                    worker.join()

    def _worker(
        self,
        waiting: queue.SimpleQueue[Job[T] | None],
        done: queue.SimpleQueue[tuple[Job[T], Asked | Failed | BaseException]],
    ) -> threading.Thread:
        """A thread that asks until there is nothing more; it does not keep the program alive."""

        def work() -> None:
            for job in _until_none(waiting):
                done.put((job, self._answered(job.question)))

        thread = threading.Thread(target=work, name="asking", daemon=True)
        thread.start()
        return thread

    def _answered(self, question: Question) -> Asked | Failed | BaseException:
        try:
            return self._asker.ask(question)
        except StoppedError as error:
            self._pace.stop(error.reason)
            return _failed(error)
        except EndpointError as error:
            return _failed(error)
        except BaseException as error:  # noqa: BLE001 - raised again where the run was started
            return error


def _failed(error: EndpointError) -> Failed:
    return Failed(error.reason, error.tokens or NOTHING, error.calls)


def _until_none(waiting: queue.SimpleQueue[Job[T] | None]) -> Iterator[Job[T]]:
    while (job := waiting.get()) is not None:
        yield job


def _emptied(waiting: queue.SimpleQueue[Job[T] | None]) -> int:
    """How many jobs were waiting, which nobody will do now."""
    count = 0
    with suppress(queue.Empty):
        while True:
            waiting.get_nowait()
            count += 1
    return count


def _finish(
    done: queue.SimpleQueue[tuple[Job[T], Asked | Failed | BaseException]],
    on_done: Callable[[Job[T], Asked | Failed], None],
) -> None:
    job, result = done.get()
    if isinstance(result, BaseException):
        raise result
    on_done(job, result)
