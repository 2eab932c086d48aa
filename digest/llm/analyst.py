"""A language model as an analyst: from an entry to a question, from an answer to an analysis."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from digest.facts.diffs import diff_of
from digest.llm.answers import HighAnswer, LowAnswer, MediumAnswer
from digest.llm.asking import Asked, Question
from digest.llm.budget import Budget, Prices
from digest.llm.checking import Checker, checked
from digest.llm.endpoint import Endpoint
from digest.llm.keys import KEY, Access, access_from
from digest.llm.memory import Memory
from digest.llm.prompt import Prompts
from digest.llm.throttle import Throttle
from digest.model import (
    Analysis,
    Contents,
    Entry,
    Insight,
    Level,
    Provenance,
    Reading,
    Recommendation,
    Risk,
    Statement,
)
from digest.settings import ModelSettings, Settings

_log = logging.getLogger("digest.collect")

NAME = "model"
VERSION = "1"
"""Changes when answers become analyses in another way."""


class ModelAnalyst:
    """Asks a language model about commits.

    Arguments:
        settings: which model, and how much of it.
        access: how to reach it.
        language: the site's language, unless the settings name another.
        memory: a file for what was found out about the server; a cache.
    """

    def __init__(
        self, settings: ModelSettings, access: Access, language: str, memory: Path | None = None
    ) -> None:
        self.settings = settings
        self.prompts = Prompts(settings.language or language, settings.prompt)
        prices = Prices(*settings.prices) if settings.prices is not None else None
        self.budget = Budget(
            max_tokens=settings.max_tokens, max_cost=settings.max_cost, prices=prices
        )
        self.endpoint = endpoint = Endpoint(
            model=settings.model,
            key=access.key,
            base_url=access.base_url,
            timeout=settings.timeout,
        )
        self.known = Memory(memory)
        self.throttle = Throttle(
            endpoint,
            self.known,
            concurrency=settings.concurrency,
            # One slow question is not yet a server that is silent.
            max_wait=max(settings.max_wait, 2.5 * settings.timeout),
            budget=self.budget,
        )

    def depth(self, level: Level) -> Level | None:
        """How much is asked about a commit of a level; None where the heuristic one will do."""
        return self.settings.depth.get(level)

    def is_current(self, entry: Entry) -> bool:
        """Whether an entry's analysis is what this model would be asked for today."""
        depth = self.depth(entry.analysis.importance.level)
        provenance = entry.analysis.provenance
        return depth is None or (
            provenance.analyst == NAME
            and provenance.model == self.settings.model
            and provenance.prompt in {self.prompts.hash(one) for one in _down_from(depth)}
        )

    def question(self, reading: Reading, entry: Entry) -> Question | None:
        """What to ask about an entry; None where nothing is.

        Arguments:
            reading: the commit with its patches.
            entry: the same commit with its facts and the heuristic analysis.
        """
        depth = self.depth(entry.analysis.importance.level)
        if depth is None:
            return None
        return self.prompts.question(
            diff_of(reading), entry.facts, depth, self.settings.diff_budget
        )

    def analysis(
        self,
        entry: Entry,
        asked: Asked,
        reading: Reading,
        *,
        contents: Contents,
        tree: Collection[str],
        now: dt.datetime,
    ) -> Analysis:
        """An analysis out of an answer, its claims held against the commit.

        The level stays the heuristic one: it is the repository's own measure, the same for
        every commit, and what the depth of the question followed.

        Arguments:
            entry: as it was asked about.
            asked: the answer.
            reading: the commit with its patches.
            contents: where whole files can be had.
            tree: paths of all files at that commit, as far as they are known.
            now: when the answer came.
        """
        answer = asked.answer
        assert isinstance(answer, LowAnswer)  # noqa: S101 - it was asked about a commit
        analysis = replace(
            Analysis(
                importance=entry.analysis.importance,
                change_type=entry.facts.kind if entry.facts.reverts else answer.change_type,
                summary=(self._said(answer.summary),),
                provenance=Provenance(
                    analyst=NAME,
                    version=VERSION,
                    coverage=asked.task.coverage,
                    model=asked.model or self.settings.model,
                    made_at=now,
                    prompt=asked.task.prompt,
                    tokens=asked.tokens,
                ),
            ),
            **self._deeper(answer),
        )
        return checked(analysis, Checker(diff_of(reading, contents), entry.facts, tree=tree))

    def _deeper(self, answer: LowAnswer) -> dict[str, object]:
        deeper: dict[str, object] = {}
        if isinstance(answer, MediumAnswer):
            deeper["impact"] = tuple(map(self._said, answer.impact))
            deeper["recommendations"] = tuple(
                Recommendation(audience=item.audience, statement=self._said(item.advice))
                for item in answer.recommendations
            )
        if isinstance(answer, HighAnswer):
            deeper["insights"] = tuple(
                Insight(aspect=item.aspect, statements=tuple(map(self._said, item.statements)))
                for item in answer.insights
                if item.statements
            )
            deeper["risks"] = tuple(
                Risk(
                    risk=self._said(item.risk),
                    consequence=self._said(item.consequence) if item.consequence else None,
                    trigger=self._said(item.trigger) if item.trigger else None,
                    mitigation=self._said(item.mitigation) if item.mitigation else None,
                )
                for item in answer.risks
            )
        return deeper

    def _said(self, text: str) -> Statement:
        return Statement(text=text, language=self.prompts.language)


def _down_from(depth: Level) -> Iterator[Level]:
    """A depth and those that a smaller question may have."""
    order: tuple[Level, ...] = ("high", "medium", "low")
    yield from order[order.index(depth) :]


def analyst_for(settings: Settings, environment: Mapping[str, str]) -> ModelAnalyst | None:
    """The language model that a site asks; None where none is configured, or there is no key.

    Arguments:
        settings: of the site.
        environment: variables, where the key is.

    Raises:
        ConfigError: the key, the address or the template cannot be used.
    """
    model = settings.analyst
    if model is None:
        return None
    access = access_from(environment, model.base_url)
    if access is None:
        _log.warning(
            "no key in %s: the heuristic analyst works alone, %s is not asked", KEY, model.model
        )
        return None
    memory = settings.mirrors.parent / "model-server.json"
    return ModelAnalyst(model, access, settings.language, memory)
