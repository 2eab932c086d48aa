"""The overview of a day: one question over what its entries say, one short answer.

The model is told what the entries say, not the diffs again.  What it answers is
held against the same: as if the day were one commit, whose message is all that
was written about its commits.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import msgspec
from msgspec.structs import replace

from digest.facts.diffs import diff_of
from digest.llm.analyst import NAME
from digest.llm.answers import OVERVIEW, SENTENCE, OverviewAnswer, schema_of
from digest.llm.asking import Asked, Question, Task
from digest.llm.checking import Checker
from digest.llm.endpoint import Message
from digest.llm.factlines import fact_lines
from digest.llm.languages import name_of
from digest.llm.prompt import BUDGET, GUARD, MARKED, cleaned, rendered, template_of
from digest.llm.sizes import tokens_of
from digest.model import (
    LEVELS,
    Claim,
    Coverage,
    Day,
    Entry,
    Overview,
    Pending,
    Provenance,
    Reading,
    Statement,
)

VERSION = "1"
"""Changes when answers become overviews in another way."""
ENTRIES = 3
"""Entries that a day has at the least; of fewer, the list of them is the overview."""

_ANSWER = (
    "\n\n"
    + GUARD
    + """

Answer with one JSON object that follows this JSON Schema, and with nothing else; it has {least} \
to {most} statements of at most {text} characters each:
{schema}"""
)
_QUESTION = (
    MARKED
    + """\
Sum up the day between the marks as the first message says: one JSON object, written in \
{language}."""
)
_LIMIT = 4_000
"""Tokens of an answer, with room for a model that thinks before."""
_SHARES = (1, 0.3, 0.1)
"""Shares of the entries that ever smaller questions tell of."""
_SUMMARY = 700
"""Characters of one entry's summary."""
_FACTS = 4
"""Facts of one kind about an entry of which no model has written."""


def is_told(entry: Entry) -> bool:
    """Whether an entry is a part of its day's overview."""
    return not entry.vanished


def wants_overview(day: Day, *, answered: bool = False) -> bool:
    """Whether a model is to sum up a day: it is over, and is more than the list of its entries.

    Arguments:
        day: as it is archived.
        answered: count as if a model had written about one of its entries.
    """
    told = [entry for entry in day.entries if is_told(entry)]
    by_model = answered or any(entry.analysis.provenance.analyst == NAME for entry in told)
    return day.complete and len(told) >= ENTRIES and by_model


class Overviews:
    """Asks for overviews in one language, and reads the answers.

    Arguments:
        language: BCP 47 code of the language to answer in.
        model: the name of the model that is asked.
        budget: tokens that the entries may take.
    """

    def __init__(self, language: str, model: str, budget: int = BUDGET) -> None:
        self._language = language
        self._told = name_of(language)
        self._model = model
        self.budget = budget
        """Tokens that the entries may take."""
        self._schema = schema_of(OverviewAnswer)
        self._instructions = rendered(
            template_of("overview"), None, language=self._told
        ) + _ANSWER.format(
            least=OVERVIEW[0],
            most=OVERVIEW[1],
            text=SENTENCE,
            schema=json.dumps(self._schema, separators=(",", ":")),
        )

    def key(self, day: Day) -> str:
        """Tells apart what is asked: the instructions, and what the entries say today.

        Arguments:
            day: as it is archived.
        """
        said = [
            [entry.commit.sha, [_said_by(statement) for statement in entry.analysis.summary]]
            for entry in day.entries
            if is_told(entry)
        ]
        whole = json.dumps([self._instructions, _QUESTION, self._language, said])
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def is_current(self, day: Day) -> bool:
        """Whether a day has the overview that this model would be asked for today.

        Arguments:
            day: as it is archived.
        """
        if day.overview is None:
            return False
        made = day.overview.provenance
        return made.pending is None and made.model == self._model and made.prompt == self.key(day)

    def is_owed(self, day: Day) -> bool:
        """Whether a model is to be asked for a day's overview; whichever model wrote one will do.

        Arguments:
            day: as it is archived.
        """
        if not wants_overview(day):
            return False
        made = day.overview.provenance if day.overview else None
        return made is None or made.pending is not None or made.prompt != self.key(day)

    def question(self, day: Day) -> Question:
        """What to ask about a day.

        Arguments:
            day: as it is archived.
        """
        return Question(_Tasks(self, day), self._language)

    def task(self, day: Day, share: float) -> Task:
        """A question of one size.

        Arguments:
            day: as it is archived.
            share: of the budget that the entries may take.
        """
        told, left_out = _within([*_ranked(day)], int(self.budget * share))
        data = [f"## {day.repository}, {day.date.isoformat()}"]
        data += ["## Entries, the most important first", *chain.from_iterable(map(_lines, told))]
        if left_out:
            data += [f"## Left out, and not known: {len(left_out)} entries"]
        clean, mark = cleaned("\n".join(data))
        asked = _QUESTION.format(mark=mark, data=clean, language=self._told)
        return Task(
            depth="day",
            messages=(Message("system", self._instructions), Message("user", asked)),
            schema=self._schema,
            limit=_LIMIT,
            prompt=self.key(day),
            coverage=_coverage(told, left_out),
        )

    def overview(self, day: Day, asked: Asked, now: dt.datetime) -> Overview:
        """An overview out of an answer, its claims held against what the entries say.

        Arguments:
            day: as it was asked about.
            asked: the answer.
            now: when it came.
        """
        answer = asked.answer
        assert isinstance(answer, OverviewAnswer)  # noqa: S101 - it was asked about a day
        checker = checker_of(day)
        return Overview(
            statements=tuple(
                Statement(text=text, language=self._language, claims=_checked(checker, text))
                for text in answer.statements
            ),
            provenance=Provenance(
                analyst=NAME,
                version=VERSION,
                coverage=asked.task.coverage,
                model=asked.model or self._model,
                made_at=now,
                prompt=asked.task.prompt,
                tokens=asked.tokens,
            ),
        )

    def owed(self, day: Day, pending: Pending) -> Overview:
        """A day's overview with the note that a model is to be asked; what was written stays.

        Arguments:
            day: as it is archived.
            pending: the note.
        """
        if day.overview is not None:
            made = replace(day.overview.provenance, pending=pending)
            return replace(day.overview, provenance=made)
        made = Provenance(
            analyst=NAME,
            version=VERSION,
            coverage=_coverage([], [entry for entry in day.entries if is_told(entry)]),
            pending=pending,
        )
        return Overview(statements=(), provenance=made)


class _Tasks(msgspec.Struct, frozen=True):
    """Ever smaller questions about one day, each made when it is asked for."""

    overviews: Overviews
    day: Day

    def __iter__(self) -> Iterator[Task]:
        """The whole question first."""
        whole = self.overviews.task(self.day, _SHARES[0])
        yield whole
        # What was not used of the budget makes nothing smaller.
        used = tokens_of(whole.messages[-1].content) / max(1, self.overviews.budget)
        for share in _SHARES[1:]:
            yield self.overviews.task(self.day, share * min(1.0, used))


def checker_of(day: Day) -> Checker:
    """Looks up names and figures in what is known of a day's commits.

    Arguments:
        day: with at least one entry.
    """
    entries = [entry for entry in day.entries if is_told(entry)]
    commit = replace(
        entries[0].commit,
        subject="",
        body="\n".join(chain.from_iterable(map(_sources, entries))),
        trailers=(),
        changes=tuple(chain.from_iterable(entry.commit.changes for entry in entries)),
    )
    every = [entry.facts for entry in entries]
    facts = replace(
        entries[0].facts,
        **{
            name: tuple(chain.from_iterable(getattr(one, name) for one in every))
            for name in ("interface", "dependencies", "symbols", "areas", "reverts", "signals")
        },
    )
    # No patch and no contents: an overview speaks of what the entries say.
    return Checker(diff_of(Reading(commit, _coverage(entries, []), ())), facts)


def _checked(checker: Checker, text: str) -> tuple[Claim, ...]:
    """What a text claims; a line of one commit is no evidence for a sentence about a day."""
    claims = checker.check(text)
    return tuple(replace(claim, evidence=()) for claim in claims)


def _sources(entry: Entry) -> Iterator[str]:
    """All that a sentence about a day may have its names from."""
    commit, references = entry.commit, entry.facts.references
    yield commit.subject
    yield f"{commit.sha} {commit.short_sha}"
    if references.pull_request:
        yield f"#{references.pull_request}"
    yield entry.facts.scope or ""
    for statement in entry.analysis.summary:
        yield from _grounded(statement)
    for breaking in entry.facts.breaking:
        yield breaking.text


def _grounded(statement: Statement) -> Iterator[str]:
    """What a summary says, without the names and figures that were found nowhere.

    An overview that repeats them has them from nowhere too.
    """
    if statement.text is not None and not statement.doubtful:
        text = statement.text
        for claim in statement.claims:
            if claim.verdict in {"not found", "no source"}:
                text = text.replace(claim.text, " ")
        yield text


def _said_by(statement: Statement) -> object:
    """What a statement says, without what was looked up."""
    return statement.text if statement.text is not None else msgspec.to_builtins(statement)


def _ranked(day: Day) -> Iterable[Entry]:
    """The entries of an overview, the most important first, of these the newest."""

    def rank(entry: Entry) -> tuple[int, float]:
        importance = entry.analysis.importance
        return LEVELS.index(importance.level), -importance.score

    return sorted(filter(is_told, day.entries), key=rank)


def _lines(entry: Entry) -> Iterator[str]:
    """One entry as a model reads it."""
    analysis, facts = entry.analysis, entry.facts
    yield f"### {entry.commit.subject[:300]}"
    breaks = ", may break users" if facts.breaking else ""
    yield f"Importance: {analysis.importance.level}; {analysis.change_type}{breaks}"
    said = [
        statement.text
        for statement in analysis.summary
        if statement.text is not None and not statement.doubtful
    ]
    if analysis.provenance.analyst == NAME and said:
        yield " ".join(said)[:_SUMMARY]
    else:
        yield from fact_lines(facts, limit=_FACTS)


def _within(entries: Sequence[Entry], budget: int) -> tuple[list[Entry], list[Entry]]:
    """The entries that fit, at least one; and those that do not."""
    left = budget
    for number, entry in enumerate(entries):
        left -= tokens_of("\n".join(_lines(entry)))
        if left < 0 and number:
            return [*entries[:number]], [*entries[number:]]
    return [*entries], []


def _coverage(told: Sequence[Entry], left_out: Sequence[Entry]) -> Coverage:
    """How much of the day's patches an overview rests on."""
    read = [entry.analysis.provenance.coverage for entry in told]
    every = read + [entry.analysis.provenance.coverage for entry in left_out]
    return Coverage(
        files=sum(one.files for one in every),
        files_read=sum(one.files_read for one in read),
        lines=sum(one.lines for one in every),
        lines_read=sum(one.lines_read for one in read),
    )
