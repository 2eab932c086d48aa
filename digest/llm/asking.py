"""One question asked until there is an answer that can be published, or a reason why not.

::

    task ── json_schema → json_object → text     down where the server rejects the form
      │         └── an answer that is not valid, or in another language: asked once more
      ▼
    smaller task                                 where the answer was cut off, or the question
      ▼                                          was longer than the model reads
     …
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from digest.llm.answers import (
    FORMS,
    Depth,
    InvalidAnswerError,
    LowAnswer,
    OverviewAnswer,
    read_answer,
    texts_of,
)
from digest.llm.endpoint import Asks, Message
from digest.llm.errors import (
    ContextError,
    EndpointError,
    FormatError,
    Reason,
    StoppedError,
    UnusableError,
)
from digest.llm.languages import is_in, name_of
from digest.llm.memory import STYLES, Memory
from digest.llm.replies import Answer, Format
from digest.llm.sizes import NOTHING, added
from digest.model import LEVELS, Coverage, Tokens

AnyAnswer = LowAnswer | OverviewAnswer

_SHORTEST: frozenset[Depth] = frozenset([LEVELS[-1], "day"])
"""Depths that have none below them."""
_REPEATED = 6_000
"""Characters of a bad answer that the model is shown again."""
_SMALLER = 0.8
"""Share of a question's length below which another one is shorter."""
_REJECTIONS = 3
"""Questions that may be rejected before anything was answered; then nothing will be."""


class Task(msgspec.Struct, frozen=True):
    """A question of one size, ready to be sent."""

    depth: Depth
    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    limit: int
    """Tokens that the answer may have."""
    prompt: str
    """Hash of what is asked, without the commit that it is asked about."""
    coverage: Coverage
    """How much of the commit is in it."""


class Question(msgspec.Struct, frozen=True):
    """What a model is to say about one commit, or about one day."""

    tasks: Iterable[Task]
    """From the whole one to ever smaller ones; a later one is only made when it is needed."""
    language: str
    """BCP 47 code of the language to answer in."""


class Asked(msgspec.Struct, frozen=True):
    """An answer that can be published."""

    answer: AnyAnswer
    task: Task
    """The one that was answered."""
    tokens: Tokens
    """What it cost, with all that was asked on the way."""
    counted: bool
    """False where a part of the cost is an estimate."""
    calls: int
    model: str | None = None
    """Who answered, where that need not be the model that is asked now."""


class Asker:
    """Asks one server; from several threads, if need be.

    Arguments:
        endpoint: whoever answers.
        memory: what is known about the server.
    """

    def __init__(self, endpoint: Asks, memory: Memory) -> None:
        self._endpoint = endpoint
        self._memory = memory
        self._rejected = 0
        self._counting = threading.Lock()
        name = memory.limit_name(endpoint.identity)
        if name is not None:
            endpoint.prefer(name)

    def ask(self, question: Question) -> Asked:
        """Ask until there is an answer.

        Arguments:
            question: with at least one task.

        Raises:
            UnusableError: there were answers, but none that can be published: ``cut off``,
                ``invalid answer``, ``language``.
            ContextError: the smallest task was still too long.
            RefusalError: the model, or a filter, refused.
            TransientError: it may work later.
            StoppedError: nothing more of this run will be answered.
            EndpointError: the server does not take this question.
            All of them carry what was spent.
        """
        spent = _Spent()
        failure: EndpointError | None = None
        tried: list[Task] = []
        for task in question.tasks:
            if failure is not None and not _may_do(task, tried[-1], failure):
                continue
            tried.append(task)
            try:
                answer = self._down_the_ladder(task, question.language, spent)
            except EndpointError as error:
                failure = error
                if not _smaller_may_do(error) or _runs_away(error, tried):
                    break
            else:
                return Asked(answer, task, spent.tokens, spent.counted, spent.calls)
        raise self._ended(failure or EndpointError("rejected", calls=0), spent)

    def _ended(self, failure: EndpointError, spent: _Spent) -> EndpointError:
        """Why there is no answer; a server that never took anything is asked no more."""
        if failure.reason == "rejected":
            with self._counting:
                self._rejected += 1
                if self._rejected >= _REJECTIONS and not self._memory.answered():
                    failure = StoppedError("rejected")
        failure.tokens = spent.tokens if spent.calls else None
        failure.calls = spent.calls
        return failure

    def _down_the_ladder(self, task: Task, language: str, spent: _Spent) -> AnyAnswer:
        identity = self._endpoint.identity
        first = self._memory.style(identity, task.depth)
        for style in STYLES[STYLES.index(first) :]:
            try:
                return self._valid(task, style, language, spent)
            except FormatError:
                if self._memory.proven(identity, task.depth, style):
                    break  # It takes this form, so something else is wrong.
        raise EndpointError("rejected")

    def _valid(self, task: Task, style: Format, language: str, spent: _Spent) -> AnyAnswer:
        """An answer that is whole, valid, and in the right language."""
        messages = task.messages
        objections: set[Reason] = set()
        while True:
            answer = self._once(task, messages, style, spent)
            if not answer.whole:
                raise UnusableError("cut off")
            read, reason, problem = judged(answer.text, task.depth, language)
            if read is not None and reason is None:
                return read
            if reason is None or reason in objections:
                raise UnusableError(reason or "invalid answer")
            objections.add(reason)
            messages = (
                *task.messages,
                Message("assistant", answer.text[:_REPEATED]),
                Message("user", problem),
            )

    def _once(
        self, task: Task, messages: tuple[Message, ...], style: Format, spent: _Spent
    ) -> Answer:
        try:
            answer = self._endpoint.ask(messages, style=style, schema=task.schema, limit=task.limit)
        except EndpointError as error:
            spent.add(error.tokens, error.calls, counted=error.tokens is None)
            raise
        spent.add(answer.tokens, answer.calls, counted=answer.counted)
        self._memory.remember(self._endpoint.identity, task.depth, style, self._endpoint.limit_name)
        return answer


class _Spent(msgspec.Struct):
    """What one question has cost so far."""

    tokens: Tokens = NOTHING
    calls: int = 0
    counted: bool = True

    def add(self, tokens: Tokens | None, calls: int, *, counted: bool) -> None:
        self.tokens = added(self.tokens, tokens)
        self.calls += calls
        self.counted = self.counted and counted


def _smaller_may_do(error: EndpointError) -> bool:
    """Whether a smaller task may be answered where this one was not."""
    return isinstance(error, ContextError) or error.reason in {"cut off", "rejected"}


def _may_do(task: Task, tried: Task, failure: EndpointError) -> bool:
    """Whether a task is smaller than the last one in what that failed for."""
    if failure.reason == "cut off" and tried.depth not in _SHORTEST:
        depths: tuple[Depth, ...] = LEVELS
        return depths.index(task.depth) > depths.index(tried.depth)
    return _size(task) < _SMALLER * _size(tried)


def _size(task: Task) -> int:
    return sum(len(message.content) for message in task.messages)


def _runs_away(error: EndpointError, tried: list[Task]) -> bool:
    """Whether even the shortest answers were cut off, as of a model that does not end."""
    shortest = sum(task.depth in _SHORTEST for task in tried)
    return error.reason == "cut off" and shortest > 1


def judged(text: str, depth: Depth, language: str) -> tuple[AnyAnswer | None, Reason | None, str]:
    """An answer, what is to be objected to it, and how that is told to the model.

    Arguments:
        text: what the model said.
        depth: of the answer that was asked for.
        language: BCP 47 code of the language that was asked for.
    """
    try:
        answer = read_answer(text, FORMS[depth])
    except InvalidAnswerError as error:
        return (
            None,
            "invalid answer",
            (
                f"That is not the JSON that was asked for: {error.problem}. Answer again with the"
                " whole JSON object, corrected, and nothing else."
            ),
        )
    if not is_in(language, texts_of(answer)):
        return (
            answer,
            "language",
            (
                f"Answer again with the same JSON object, with all of its sentences in"
                f" {name_of(language)}. Names, paths and code stay as they are."
            ),
        )
    return answer, None, ""
