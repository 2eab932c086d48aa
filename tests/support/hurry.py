"""A clock that those who wait put forward, so that nobody waits."""

from __future__ import annotations

import threading
import time

from digest.llm.analyst import ModelAnalyst


class Hurry:
    """A clock that runs as time does, and skips what somebody would sleep through."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._lock = threading.Lock()

    def clock(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Be there at once; who sleeps at the same time wakes at the same time."""
        until = self.clock() + seconds
        with self._lock:
            self._ahead = max(self._ahead, until - time.monotonic())


def hurried(analyst: ModelAnalyst) -> ModelAnalyst:
    """Let an analyst skip its waits between tries; that it waits is tested where it is done."""
    pace, hurry = analyst.throttle._pace, Hurry()
    pace.clock, pace.sleep = hurry.clock, hurry.sleep
    return analyst
