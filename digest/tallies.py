"""A run's questions to a language model: who watches, what became of them, what they would take."""

from __future__ import annotations

from typing import Protocol

import msgspec

from digest.llm.analyst import ModelAnalyst
from digest.llm.answers import Depth
from digest.llm.asking import Asked
from digest.llm.errors import Reason
from digest.llm.throttle import Failed

ANSWERS: dict[Depth, int] = {"high": 1_200, "medium": 450, "low": 150, "day": 250}
"""Tokens of an answer, as a rule, for an estimate."""


class Progress(Protocol):
    """Somebody who watches a run."""

    def begin(self, slug: str, questions: int) -> None:
        """A repository's questions are about to be asked."""
        ...

    def step(self, analyst: ModelAnalyst) -> None:
        """One of them is over."""
        ...

    def end(self) -> None:
        """All of them are."""
        ...


class Silent:
    """Nobody who watches."""

    def begin(self, slug: str, questions: int) -> None:
        """Say nothing."""

    def step(self, analyst: ModelAnalyst) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


class Tally(msgspec.Struct):
    """What became of a repository's questions in one run."""

    answered: int = 0
    failed: int = 0
    """Asked in vain."""
    left: int = 0
    """Not asked about: the run was stopped, or its budget was spent."""
    reasons: tuple[Reason, ...] = ()
    """Why questions failed, each once."""
    overviews: int = 0
    """Days that were summed up."""
    waiting: int = 0
    """In batches whose answers are not there yet."""

    def add_reason(self, reason: Reason) -> None:
        """Note why a question failed."""
        self.reasons = tuple(dict.fromkeys((*self.reasons, reason)))

    def count(self, result: Asked | Failed) -> None:
        """Count what became of a question that was left."""
        if isinstance(result, Failed):
            self.add_reason(result.reason)
            if not result.asked:
                return
            self.failed += 1
        elif result.task.depth == "day":
            self.overviews += 1
        else:
            self.answered += 1
        self.left -= 1

    def __str__(self) -> str:
        """A part of a line for a person."""
        told = f"{self.answered} analysed by the model"
        if self.overviews:
            told += f", {self.overviews} {'day' if self.overviews == 1 else 'days'} summed up"
        if self.waiting:
            told += f", {self.waiting} waiting in a batch"
        if self.failed or self.left:
            told += f", {self.failed + self.left} left for the next run"
        if self.reasons:
            told += f" ({', '.join(self.reasons)})"
        return told


class Estimate(msgspec.Struct, frozen=True):
    """What asking for all that is owed would take, as far as that can be told before."""

    calls: int
    prompt: int
    """Tokens of the questions."""
    completion: int
    """Tokens of the answers, as a rule."""
