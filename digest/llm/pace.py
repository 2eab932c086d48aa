"""How fast a server is asked: as fast as it likes, and no faster.

A rate limit halves the number of questions at the same time, and answers raise
it again by and by; where a server says when to come back, nobody asks before.
A server that gives no answer for longer than the run's patience, or fails every
time, is asked no more in this run.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import msgspec

from digest.llm.budget import Budget
from digest.llm.errors import BudgetError, EndpointError, Reason, StoppedError, TransientError
from digest.llm.sizes import NOTHING, added
from digest.model import Tokens

_FIRST_DELAY = 1.0
"""Seconds before a second try; each further one doubles it."""
_LONGEST_DELAY = 60.0
"""Seconds between tries where the server does not say."""
_FAILURES = 3
"""Failures in a row, for each question at the same time, after which a server counts as dead."""
_LEAST_FAILURES = 8


class Pass(msgspec.Struct, frozen=True):
    """The permission to ask once."""

    most: Tokens
    """What is kept back of the budget for it."""
    cuts: int
    """How often the pace had been cut when it was given."""


class Pace:
    """The gate that each question of a run goes through.

    Arguments:
        concurrency: most questions at the same time.
        patience: seconds to wait for a server that gives no answer, before the run gives up.
        budget: what the run may cost.
        clock: seconds that only ever grow.
        sleep: waits for so many seconds; None to wait until then, or until the run stops.
        chance: where jitter comes from.
    """

    def __init__(
        self,
        *,
        concurrency: int,
        patience: float,
        budget: Budget,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self.concurrency = max(1, concurrency)
        self.patience = patience
        self.budget = budget
        self.clock = clock
        self._turn = threading.Condition()
        self._stopping = threading.Event()
        self._stopped: Reason | None = None
        self.sleep = sleep or self._stopping.wait
        self._chance = chance or random.Random()  # noqa: S311 - jitter is no secret
        self._allowed = float(self.concurrency)
        self._running = 0
        self._reserved = NOTHING
        self._not_before = self.clock()
        self._cuts = 0
        self._setbacks = 0
        self._failures = 0
        self._failing_since: float | None = None

    @property
    def stopped(self) -> Reason | None:
        """Why nothing more is asked in this run; None while it goes on."""
        return self._stopped

    @property
    def allowed(self) -> int:
        """Questions that may be asked at the same time just now."""
        return int(self._allowed)

    def stop(self, reason: Reason) -> None:
        """Ask nothing more in this run.

        Arguments:
            reason: the first one given holds.
        """
        with self._turn:
            self._stop(reason)

    def enter(self, most: Tokens) -> Pass:
        """Wait until a question may be asked.

        Arguments:
            most: what it may cost at the most, which is kept back until it is over.

        Raises:
            BudgetError: it may cost more than is left.
            StoppedError: nothing more is asked in this run.
        """
        while True:
            with self._turn:
                if self._stopped is not None:
                    raise StoppedError(self._stopped, calls=0)
                delay = self._not_before - self.clock()
                if delay <= 0:
                    affordable = self.budget.allows(added(self._reserved, most))
                    if affordable and self._running < self.allowed:
                        self._running += 1
                        self._reserved = added(self._reserved, most)
                        return Pass(most, self._cuts)
                    if not affordable and not self._running:
                        raise BudgetError("budget", calls=0)
                    # Someone is under way, and will say when they are back.
                    self._turn.wait()
                    continue
            # Not all at the same moment, and never too early.
            self.sleep(delay + self._chance.random() * min(1.0, 0.1 * delay))

    def leave(self, permit: Pass, tokens: Tokens | None, failure: EndpointError | None) -> None:
        """A question is over.

        Arguments:
            permit: what :meth:`enter` gave.
            tokens: what it cost.
            failure: why there is no answer; None where there is one.
        """
        with self._turn:
            self._running -= 1
            self._reserved = Tokens(
                prompt=self._reserved.prompt - permit.most.prompt,
                completion=self._reserved.completion - permit.most.completion,
            )
            if tokens is not None:
                self.budget.spend(tokens)
            if isinstance(failure, StoppedError):
                self._stop(failure.reason)
            elif isinstance(failure, TransientError):
                self._slow_down(permit, failure)
            else:
                # The server is there, whatever it thinks of this question.
                self._failures, self._failing_since = 0, None
                if failure is None:
                    self._setbacks = 0
                    grown = self._allowed + 1 / self._allowed
                    self._allowed = min(float(self.concurrency), grown)
            self._turn.notify_all()

    def delay(self, tries: int) -> float:
        """Seconds to wait before the next try, somewhere around twice as long as the last time.

        Arguments:
            tries: how often it was tried.
        """
        longest = min(_LONGEST_DELAY, _FIRST_DELAY * 2.0 ** min(tries - 1, 16))
        return longest * (0.5 + 0.5 * self._chance.random())

    def _slow_down(self, permit: Pass, failure: TransientError) -> None:
        now = self.clock()
        limited = failure.reason == "rate limit"
        if self._failing_since is None:
            self._failing_since = now
        wait = failure.after or 0.0
        if limited and permit.cuts == self._cuts:
            # Questions that were under way at the last cut say nothing new.
            self._cuts += 1
            self._setbacks += 1
            self._allowed = max(1.0, self._allowed / 2)
            if wait < _FIRST_DELAY:
                wait = max(wait, self.delay(self._setbacks))
        self._not_before = max(self._not_before, now + wait)
        if not limited:
            self._failures += 1
        enough = max(_LEAST_FAILURES, _FAILURES * self.concurrency)
        silent = max(self._not_before, now) - self._failing_since
        if wait > self.patience or silent > self.patience or self._failures >= enough:
            self._stop(failure.reason)

    def _stop(self, reason: Reason) -> None:
        if self._stopped is None:
            self._stopped = reason
        self._stopping.set()
        self._turn.notify_all()
