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
from itertools import chain

import msgspec
from msgspec.structs import replace

from digest.archive import Archive
from digest.contents import BlobReader
from digest.errors import ArchiveError
from digest.history import paths_at, read
from digest.llm.analyst import ModelAnalyst
from digest.llm.asking import Asked, Question
from digest.llm.overview import Overviews, wants_overview
from digest.llm.sizes import tokens_of
from digest.llm.throttle import Failed, Job
from digest.model import LEVELS, Contents, Day, Entry, Pending, Reading
from digest.repositories import Mirror
from digest.tallies import ANSWERS, Estimate, Progress, Silent, Tally

ATTEMPTS = 5
"""How often a model is asked about one commit before somebody has to say ``--retry``."""
NOT_ASKED = "not asked"
"""Why there is no answer yet, until there is a better reason."""

_NOT_ITS_OWN = frozenset({"address", "key", "permission", "quota"})
"""Reasons for which each question would fail: a key may be expired for longer than five runs."""


class Asking(msgspec.Struct, frozen=True):
    """What a run asks a language model."""

    analyst: ModelAnalyst
    retry: bool = False
    """Ask also about what failed too often."""
    renew: tuple[dt.date, dt.date] | None = None
    """First and last day about which it is asked again, if another model or prompt wrote them."""
    estimate: bool = False
    """Only say what it would take."""
    batch: bool = False
    """Send the questions as batches, whose answers a later run fetches."""
    progress: Progress = msgspec.field(default_factory=Silent)


class About(msgspec.Struct, frozen=True):
    """The commit that a question is about."""

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
    provenance = replace(entry.analysis.provenance, pending=pending)
    analysis = replace(entry.analysis, provenance=provenance)
    return replace(entry, analysis=analysis)


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
        self._imagined = asking.renew if asking.estimate else None
        """Days of which an estimate takes it that they are asked about again."""

    def renew(self, days: Iterable[dt.date]) -> list[dt.date]:
        """Note that all entries of some days are owed which another model, or prompt, wrote.

        Arguments:
            days: archived days.

        Returns:
            Those that have any.
        """
        if self._imagined is not None:
            return list(days)
        renewed = []
        for date in days:
            day = self._load(date)
            if day is not None and (noted := self._renewed(day)) != day:
                self._archive.save(noted)
                renewed.append(date)
        return renewed

    def _renewed(self, day: Day) -> Day:
        """A day with all that is not current noted as owed."""
        entries = tuple(with_debt(entry, self._analyst, self._now) for entry in day.entries)
        overview = day.overview
        if overview is not None and not self._overviews.is_current(day):
            note = Pending(reason=NOT_ASKED, since=self._now, attempts=0)
            overview = self._overviews.owed(day, note)
        return replace(day, entries=entries, overview=overview)

    def askable(self, days: Iterable[dt.date]) -> set[dt.date]:
        """The days of which something may be asked about in this run.

        Arguments:
            days: archived days.
        """
        return {
            date
            for date in days
            if (day := self._load(date))
            and (
                any(self._is_askable(entry, self._most) for entry in day.entries)
                or self._overviews.is_owed(day)
            )
        }

    def _is_askable(self, entry: Entry, most: int) -> bool:
        """Whether a model is asked about an entry that may have failed so often."""
        pending = entry.analysis.provenance.pending
        return (
            pending is not None
            and pending.attempts < most
            and is_owed(entry)
            and self._analyst.depth(entry.analysis.importance.level) is not None
        )

    def ask(
        self,
        mirror: Mirror,
        days: Collection[dt.date],
        *,
        budget: int,
        besides: Collection[str] = (),
        tally: Tally | None = None,
    ) -> Tally:
        """Ask about all that is owed.

        Arguments:
            mirror: the opened mirror.
            days: archived days that may have something owed.
            budget: bytes of patch that are read of a commit.
            besides: hashes of commits and dates of days that are asked about in another way.
            tally: where it is counted; None for a new one.
        """
        tally = tally or Tally()
        owed = self.owed(mirror, days, besides)
        if owed:
            tally.left += len(owed)
            self._ask_about_entries(mirror, owed, budget, tally)
        due = self.due(days, besides)
        if due:
            tally.left += len(due)
            self._ask_about_days(due, tally)
        return tally

    def _ask_about_entries(
        self, mirror: Mirror, owed: list[tuple[dt.date, Entry]], budget: int, tally: Tally
    ) -> None:
        self._progress.begin(self._slug, len(owed))
        with BlobReader(mirror.git) as contents:

            def done(job: Job[About], result: Asked | Failed) -> None:
                self.settle(job.item, result, contents, mirror)
                tally.count(result)
                self._progress.step(self._analyst)

            self._analyst.throttle.run(self.jobs(mirror, owed, budget), done)
        self._progress.end()

    def _ask_about_days(self, due: Sequence[Day], tally: Tally) -> None:
        self._progress.begin(self._slug, len(due))

        def done(job: Job[Day], result: Asked | Failed) -> None:
            self.settle_day(job.item, result)
            tally.count(result)
            self._progress.step(self._analyst)

        self._analyst.throttle.run(self.jobs_about_days(due), done)
        self._progress.end()

    def settle(
        self, about: About, result: Asked | Failed, contents: Contents, mirror: Mirror
    ) -> None:
        """Put into the archive what became of a question about a commit.

        Arguments:
            about: the commit.
            result: an answer, or why there is none.
            contents: where whole files can be had.
            mirror: the mirror, for the names of all files.
        """
        if isinstance(result, Asked):
            analysis = self._analyst.analysis(
                about.entry,
                result,
                about.reading,
                contents=contents,
                tree=paths_at(mirror, about.entry.commit.sha),
                now=self._now,
            )
            self._keep(about.date, replace(about.entry, analysis=analysis))
        elif result.asked:
            self._keep(about.date, _attempted(about.entry, result))

    def settle_day(self, day: Day, result: Asked | Failed) -> None:
        """Put into the archive what became of a question about a day.

        Arguments:
            day: as it is archived.
            result: an answer, or why there is none.
        """
        if isinstance(result, Asked):
            overview = self._overviews.overview(day, result, self._now)
        elif result.asked:
            overview = self._overviews.owed(day, _tried(self._overview_note(day), result))
        else:
            return
        self._archive.save(replace(day, overview=overview))

    def due(self, days: Iterable[dt.date], besides: Collection[str] = ()) -> list[Day]:
        """The days that are to be summed up now, the oldest first.

        Arguments:
            days: archived days.
            besides: dates of days that are asked about in another way.
        """
        loaded = (self._load(date) for date in sorted(days) if date.isoformat() not in besides)
        return [day for day in loaded if day and self._is_due(day)]

    def jobs_about_days(self, due: Iterable[Day]) -> Iterator[Job[Day]]:
        """The questions about days.

        Arguments:
            due: the days.
        """
        for day in due:
            yield Job(day, self._overviews.question(day))

    def _is_due(self, day: Day) -> bool:
        """Whether a day is to be summed up now: nothing more will be said of its entries."""
        if not self._overviews.is_owed(day) or self._overview_note(day).attempts >= self._most:
            return False
        return not any(self._is_askable(entry, ATTEMPTS) for entry in day.entries)

    def _overview_note(self, day: Day) -> Pending:
        """Since when a day's overview is owed, and how often it was asked for."""
        pending = day.overview.provenance.pending if day.overview else None
        return pending or Pending(reason=NOT_ASKED, since=self._now, attempts=0)

    def estimate(
        self,
        mirror: Mirror,
        days: Collection[dt.date],
        *,
        budget: int,
        besides: Collection[str] = (),
    ) -> Estimate:
        """What asking would take; nothing is sent.

        Arguments:
            mirror: the opened mirror.
            days: archived days that may have something owed.
            budget: bytes of patch that are read of a commit.
            besides: hashes of commits that are asked about in another way.
        """
        calls = prompt = completion = 0
        owed = self.owed(mirror, days, besides)
        questions = (job.question for job in self.jobs(mirror, owed, budget))
        for question in chain(questions, self._questions_about_days(owed, days)):
            task = next(iter(question.tasks))
            calls += 1
            prompt += sum(tokens_of(message.content) for message in task.messages)
            completion += ANSWERS[task.depth]
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
        """The days that still have something owed, or cannot be read to know."""
        return sorted(date for date in days if self._is_left(date))

    def _is_left(self, date: dt.date) -> bool:
        try:
            day = self._archive.load(self._slug, date)
        except ArchiveError:
            return True
        return day is not None and (any(map(is_owed, day.entries)) or self._overviews.is_owed(day))

    def owed(
        self, mirror: Mirror, days: Iterable[dt.date], besides: Collection[str] = ()
    ) -> list[tuple[dt.date, Entry]]:
        """What is owed and can be asked about, in the order of asking.

        Arguments:
            mirror: the opened mirror.
            days: archived days.
            besides: hashes of commits that are asked about in another way.
        """
        there = {sha for sha, _, _ in mirror.chain()}
        found = []
        for date in sorted(days):
            day = self._load(date)
            for entry in day.entries if day else ():
                sha = entry.commit.sha
                if self._is_askable(entry, self._most) and sha in there and sha not in besides:
                    found.append((date, entry))
        return sorted(
            found,
            key=lambda item: (
                LEVELS.index(item[1].analysis.importance.level),
                item[1].commit.committed_at,
            ),
        )

    def jobs(
        self, mirror: Mirror, owed: list[tuple[dt.date, Entry]], budget: int
    ) -> Iterator[Job[About]]:
        """The questions about commits, each made when it is asked for.

        Arguments:
            mirror: the opened mirror.
            owed: the entries with their days.
            budget: bytes of patch that are read of a commit.
        """
        for about in self.readings(mirror, owed, budget):
            if self._analyst.throttle.stopped is not None:
                return
            if about.reading.commit.changes != about.entry.commit.changes:
                continue  # Less of it is there than was read for the archive.
            question = self._analyst.question(about.reading, about.entry)
            if question is not None:
                yield Job(about, question)

    def readings(
        self, mirror: Mirror, owed: list[tuple[dt.date, Entry]], budget: int
    ) -> Iterator[About]:
        """Entries with their patches.

        Arguments:
            mirror: the opened mirror.
            owed: the entries with their days.
            budget: bytes of patch that are read of a commit.
        """
        shas = [entry.commit.sha for _, entry in owed]
        mirror.prefetch(shas)
        zone = self._now.tzinfo
        readings = read(mirror, shas, zone=zone, budget=budget)  # type: ignore[arg-type]
        for (date, entry), reading in zip(owed, readings, strict=True):
            yield About(date, entry, reading)

    def _load(self, date: dt.date) -> Day | None:
        try:
            day = self._archive.load(self._slug, date)
        except ArchiveError:
            return None  # told when the day is read
        if day and self._imagined and self._imagined[0] <= date <= self._imagined[1]:
            return self._renewed(day)
        return day

    def _keep(self, date: dt.date, entry: Entry) -> None:
        """Put one entry into the archive, in place of what stood there."""
        day = self._archive.load(self._slug, date)
        if day is not None:
            self._archive.save(_with(day, entry))


def _with(day: Day, entry: Entry) -> Day:
    entries = tuple(entry if old.commit.sha == entry.commit.sha else old for old in day.entries)
    return replace(day, entries=entries)


def _attempted(entry: Entry, failed: Failed) -> Entry:
    """An entry with the note why a model had no answer for it."""
    pending = entry.analysis.provenance.pending
    assert pending is not None  # noqa: S101 - only what is owed is asked about
    return _noted(entry, _tried(pending, failed))


def _tried(note: Pending, failed: Failed) -> Pending:
    """A note of what was asked in vain; what lies with the account does not count against it."""
    attempts = note.attempts + (failed.reason not in _NOT_ITS_OWN)
    return replace(note, reason=failed.reason, attempts=attempts)
