"""What a language model still owes the archive, and asking for it.

An entry is archived with the heuristic analysis first, and a note that a model
is to be asked.  Each answer goes into the archive as soon as it is there.  So
whatever ends a run, nothing that was paid for is lost, and the next run asks for
what is left: the most important first, and of these the oldest.  A day's overview comes
last, when its entries have their answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

from digest.archive import Archive
from digest.contents import BlobReader
from digest.errors import ArchiveError
from digest.history import read
from digest.llm.analyst import ModelAnalyst
from digest.llm.asking import Asked, Question
from digest.llm.errors import Reason
from digest.llm.overview import Overviews, wants_overview
from digest.llm.sizes import tokens_of
from digest.llm.throttle import Failed, Job
from digest.model import LEVELS, Day, Entry, Pending, Reading
from digest.repositories import Mirror

ATTEMPTS = 5
"""How often a model is asked about one commit before somebody has to say ``--retry``."""
NOT_ASKED = "not asked"
"""Why there is no answer yet, until there is a better reason."""

_ANSWERS = {"high": 1_200, "medium": 450, "low": 150, "day": 250}
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


@dataclass(frozen=True, slots=True)
class Asking:
    """What a run asks a language model."""

    analyst: ModelAnalyst
    retry: bool = False
    """Ask also about what failed too often."""
    renew: tuple[dt.date, dt.date] | None = None
    """First and last day about which it is asked again, if another model or prompt wrote them."""
    estimate: bool = False
    """Only say what it would take."""
    progress: Progress = field(default_factory=Silent)


@dataclass(slots=True)
class Tally:
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

    def count(self, result: Asked | Failed) -> None:
        """Count what became of a question that was left."""
        if isinstance(result, Failed):
            self.reasons = tuple(dict.fromkeys((*self.reasons, result.reason)))
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
        if self.failed or self.left:
            told += f", {self.failed + self.left} left for the next run"
        if self.reasons:
            told += f" ({', '.join(self.reasons)})"
        return told


@dataclass(frozen=True, slots=True)
class Estimate:
    """What asking for all that is owed would take, as far as that can be told before."""

    calls: int
    prompt: int
    """Tokens of the questions."""
    completion: int
    """Tokens of the answers, as a rule."""


@dataclass(frozen=True, slots=True)
class _About:
    """What a question is about."""

    date: dt.date
    entry: Entry
    reading: Reading


def with_debt(entry: Entry, analyst: ModelAnalyst, now: dt.datetime) -> Entry:
    """An entry with the note that a model is to be asked about it, if it is.

    Arguments:
        entry: with the analysis that stands until there is an answer.
        analyst: who would be asked.
        now: since when it is owed.
    """
    if analyst.is_current(entry):
        return entry
    return _noted(entry, Pending(reason=NOT_ASKED, since=now, attempts=0))


def _noted(entry: Entry, pending: Pending | None) -> Entry:
    provenance = entry.analysis.provenance.model_copy(update={"pending": pending})
    analysis = entry.analysis.model_copy(update={"provenance": provenance})
    return entry.model_copy(update={"analysis": analysis})


def is_owed(entry: Entry) -> bool:
    """Whether a model is still to be asked about an entry."""
    return entry.analysis.provenance.pending is not None and not entry.vanished


class Debts:
    """What is owed to one repository's archive.

    Arguments:
        archive: the archive.
        slug: the repository.
        asking: who is asked, and how.
        now: the moment that counts as now.
    """

    def __init__(self, archive: Archive, slug: str, asking: Asking, now: dt.datetime) -> None:
        self._archive = archive
        self._slug = slug
        self._analyst = asking.analyst
        self._progress = asking.progress
        self._now = now
        self._overviews = Overviews(
            self._analyst.prompts.language,
            self._analyst.settings.model,
            self._analyst.settings.diff_budget,
        )
        self._most = 1_000_000 if asking.retry else ATTEMPTS

    def renew(self, days: Iterable[dt.date]) -> list[dt.date]:
        """Note that all entries of some days are owed which another model, or prompt, wrote.

        Arguments:
            days: archived days.

        Returns:
            Those that have any.
        """
        renewed = []
        for date in days:
            day = self._load(date)
            if day is None:
                continue
            entries = tuple(with_debt(entry, self._analyst, self._now) for entry in day.entries)
            overview = day.overview
            if overview is not None and not self._overviews.is_current(day):
                note = Pending(reason=NOT_ASKED, since=self._now, attempts=0)
                overview = self._overviews.owed(day, note)
            noted = day.model_copy(update={"entries": entries, "overview": overview})
            if noted != day:
                self._archive.save(noted)
                renewed.append(date)
        return renewed

    def ask(self, mirror: Mirror, days: Collection[dt.date], *, budget: int) -> Tally:
        """Ask about all that is owed.

        Arguments:
            mirror: the opened mirror.
            days: archived days that may have something owed.
            budget: bytes of patch that are read of a commit.
        """
        tally = Tally()
        owed = self._owed(mirror, days)
        if owed:
            tally.left += len(owed)
            self._ask_about_entries(mirror, owed, budget, tally)
        due = [day for date in sorted(days) if (day := self._load(date)) and self._is_due(day)]
        if due:
            tally.left += len(due)
            self._ask_about_days(due, tally)
        return tally

    def _ask_about_entries(
        self, mirror: Mirror, owed: list[tuple[dt.date, Entry]], budget: int, tally: Tally
    ) -> None:
        self._progress.begin(self._slug, len(owed))
        with BlobReader(mirror.git) as contents:

            def done(job: Job[_About], result: Asked | Failed) -> None:
                about = job.item
                if isinstance(result, Asked):
                    analysis = self._analyst.analysis(
                        about.entry, result, about.reading, contents, self._now
                    )
                    self._keep(about.date, about.entry.model_copy(update={"analysis": analysis}))
                elif result.asked:
                    self._keep(about.date, _attempted(about.entry, result))
                tally.count(result)
                self._progress.step(self._analyst)

            self._analyst.throttle.run(self._jobs(mirror, owed, budget), done)
        self._progress.end()

    def _ask_about_days(self, due: Sequence[Day], tally: Tally) -> None:
        self._progress.begin(self._slug, len(due))

        def done(job: Job[Day], result: Asked | Failed) -> None:
            day = job.item
            if isinstance(result, Asked):
                overview = self._overviews.overview(day, result, self._now)
                self._archive.save(day.model_copy(update={"overview": overview}))
            elif result.asked:
                note = self._overview_note(day)
                note = note.model_copy(
                    update={"reason": result.reason, "attempts": note.attempts + 1}
                )
                overview = self._overviews.owed(day, note)
                self._archive.save(day.model_copy(update={"overview": overview}))
            tally.count(result)
            self._progress.step(self._analyst)

        jobs = (Job(day, self._overviews.question(day)) for day in due)
        self._analyst.throttle.run(jobs, done)
        self._progress.end()

    def _is_due(self, day: Day) -> bool:
        """Whether a day is to be summed up now: nothing more will be said of its entries."""
        if not self._overviews.is_owed(day) or self._overview_note(day).attempts >= self._most:
            return False
        return not any(map(self._may_be_answered, day.entries))

    def _may_be_answered(self, entry: Entry) -> bool:
        """Whether a later run will ask about an entry."""
        pending = entry.analysis.provenance.pending
        return (
            pending is not None
            and pending.attempts < ATTEMPTS
            and is_owed(entry)
            and self._analyst.depth(entry.analysis.importance.level) is not None
        )

    def _overview_note(self, day: Day) -> Pending:
        """Since when a day's overview is owed, and how often it was asked for."""
        pending = day.overview.provenance.pending if day.overview else None
        return pending or Pending(reason=NOT_ASKED, since=self._now, attempts=0)

    def estimate(self, mirror: Mirror, days: Collection[dt.date], *, budget: int) -> Estimate:
        """What asking would take; nothing is sent.

        Arguments:
            mirror: the opened mirror.
            days: archived days that may have something owed.
            budget: bytes of patch that are read of a commit.
        """
        calls = prompt = completion = 0
        owed = self._owed(mirror, days)
        questions = (job.question for job in self._jobs(mirror, owed, budget))
        for question in chain(questions, self._questions_about_days(owed, days)):
            task = next(iter(question.tasks))
            calls += 1
            prompt += sum(tokens_of(message.content) for message in task.messages)
            completion += _ANSWERS[task.depth]
        return Estimate(calls, prompt, completion)

    def _questions_about_days(
        self, owed: Iterable[tuple[dt.date, Entry]], days: Iterable[dt.date]
    ) -> Iterator[Question]:
        """About the days that are to be summed up when all that is owed has been answered."""
        changing = {date for date, _ in owed}
        for date in days:
            day = self._load(date)
            if day and (
                wants_overview(day, answered=True) if date in changing else self._is_due(day)
            ):
                yield self._overviews.question(day)

    def left(self, days: Iterable[dt.date]) -> list[dt.date]:
        """The days that still have something owed."""
        loaded = ((date, self._load(date)) for date in days)
        return sorted(
            date
            for date, day in loaded
            if day and (any(map(is_owed, day.entries)) or self._overviews.is_owed(day))
        )

    def _owed(self, mirror: Mirror, days: Collection[dt.date]) -> list[tuple[dt.date, Entry]]:
        """What is owed and can be asked about, in the order of asking."""
        there = {sha for sha, _, _ in mirror.chain()}
        found = []
        for date in sorted(days):
            day = self._load(date)
            for entry in day.entries if day else ():
                pending = entry.analysis.provenance.pending
                if (
                    pending is not None
                    and pending.attempts < self._most
                    and is_owed(entry)
                    and entry.commit.sha in there
                    and self._analyst.depth(entry.analysis.importance.level) is not None
                ):
                    found.append((date, entry))
        return sorted(
            found,
            key=lambda item: (
                LEVELS.index(item[1].analysis.importance.level),
                item[1].commit.committed_at,
            ),
        )

    def _jobs(
        self, mirror: Mirror, owed: list[tuple[dt.date, Entry]], budget: int
    ) -> Iterator[Job[_About]]:
        shas = [entry.commit.sha for _, entry in owed]
        mirror.prefetch(shas)
        zone = self._now.tzinfo
        readings = read(mirror, shas, zone=zone, budget=budget)  # type: ignore[arg-type]
        for (date, entry), reading in zip(owed, readings, strict=True):
            if self._analyst.throttle.stopped is not None:
                return
            question = self._analyst.question(reading, entry)
            if question is not None:
                yield Job(_About(date, entry, reading), question)

    def _load(self, date: dt.date) -> Day | None:
        try:
            return self._archive.load(self._slug, date)
        except ArchiveError:
            return None  # told when the day is read

    def _keep(self, date: dt.date, entry: Entry) -> None:
        """Put one entry into the archive, in place of what stood there."""
        day = self._archive.load(self._slug, date)
        if day is not None:
            self._archive.save(_with(day, entry))


def _with(day: Day, entry: Entry) -> Day:
    entries = tuple(entry if old.commit.sha == entry.commit.sha else old for old in day.entries)
    return day.model_copy(update={"entries": entries})


def _attempted(entry: Entry, failed: Failed) -> Entry:
    """An entry with the note why a model had no answer for it."""
    pending = entry.analysis.provenance.pending
    assert pending is not None  # noqa: S101 - only what is owed is asked about
    noted = pending.model_copy(update={"reason": failed.reason, "attempts": pending.attempts + 1})
    return _noted(entry, noted)
