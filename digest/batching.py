"""Questions sent as batches, and the answers that a later run fetches.

Which questions are in a batch is written down before it is sent, so a run that
is killed leaves nothing unknown: the next one finds the batch by the name that
was sent along.  What is in a batch is not asked about in another way.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Collection, Iterator, Mapping
from itertools import islice

from msgspec.structs import replace

from digest.archive import Archive
from digest.contents import BlobReader
from digest.llm.asking import Asked, Question, Task, judged
from digest.llm.batches import BatchServer
from digest.llm.errors import EndpointError, TransientError
from digest.llm.memory import STYLES
from digest.llm.replies import Answer
from digest.llm.sizes import NOTHING, added, tokens_of
from digest.llm.throttle import Failed
from digest.model import SCHEMA_VERSION, Batches, Entry, Pending, SentBatch, SentQuestion, Tokens
from digest.owing import Asking, Debts, is_owed
from digest.repositories import Mirror
from digest.tallies import ANSWERS, Tally

QUESTIONS = 10_000
"""Questions of one batch; OpenAI takes 50,000."""
BYTES = 50_000_000
"""Bytes of one batch's file; OpenAI takes 200 MB."""
_KEPT = dt.timedelta(days=3)
"""How long a batch is waited for that the server does not know: the address may be wrong."""
_SMALLER = frozenset(["cut off", "context"])
"""Failures after which a smaller question is sent."""

_log = logging.getLogger("digest.collect")


def named_in(batches: Batches) -> set[str]:
    """The commits and days that are in batches.

    Arguments:
        batches: of one repository.
    """
    return {name for batch in batches.batches for name in batch.questions}


class Batching:
    """The batches of one repository.

    Arguments:
        archive: the archive.
        slug: the repository.
        asking: who is asked.
        now: the moment that counts as now.
        debts: what is owed to the archive.
    """

    def __init__(
        self, archive: Archive, slug: str, asking: Asking, now: dt.datetime, debts: Debts
    ) -> None:
        self._archive = archive
        self._slug = slug
        self._analyst = asking.analyst
        self._sends = asking.batch
        self._server = BatchServer(asking.analyst.endpoint)
        self._now = now
        self._debts = debts

    def ask(self, mirror: Mirror, days: Collection[dt.date], *, budget: int) -> Tally:
        """Fetch what is ready, then ask about what else is owed, in batches or one by one.

        Arguments:
            mirror: the opened mirror.
            days: archived days that may have something owed.
            budget: bytes of patch that are read of a commit.
        """
        tally = Tally()
        self.fetch(mirror, budget=budget, tally=tally)
        if self._sends:
            self.send(mirror, days, budget=budget, tally=tally)
            return tally
        besides = named_in(self._archive.batches(self._slug))
        return self._debts.ask(mirror, days, budget=budget, besides=besides, tally=tally)

    def fetch(self, mirror: Mirror, *, budget: int, tally: Tally) -> None:
        """Fetch the batches that are ready.

        Arguments:
            mirror: the opened mirror.
            budget: bytes of patch that are read of a commit.
            tally: where it is counted.
        """
        for batch in self._archive.batches(self._slug).batches:
            try:
                fetched = self._fetch(batch, mirror, budget, tally)
            except EndpointError as error:
                tally.add_reason(error.reason)
                fetched = error.reason == "address" and self._now - batch.sent_at > _KEPT
                if fetched:
                    _log.warning(
                        "%s: a batch of %d questions is not known to the server any more",
                        self._slug,
                        len(batch.questions),
                    )
            if fetched:
                self._replace(batch, None)
            else:
                tally.waiting += len(batch.questions)

    def send(self, mirror: Mirror, days: Collection[dt.date], *, budget: int, tally: Tally) -> None:
        """Send all that is owed.

        Arguments:
            mirror: the opened mirror.
            days: archived days that may have something owed.
            budget: bytes of patch that are read of a commit.
            tally: where it is counted.
        """
        besides = named_in(self._archive.batches(self._slug))
        owed = self._debts.owed(mirror, days, besides)
        due = self._debts.due(days, besides)
        tally.left += len(owed) + len(due)
        questions: dict[str, SentQuestion] = {}
        lines = bytearray()
        most = NOTHING

        def asked() -> Iterator[tuple[dt.date, Entry | None, Question]]:
            for job in self._debts.jobs(mirror, owed, budget):
                yield job.item.date, job.item.entry, job.question
            for about in self._debts.jobs_about_days(due):
                yield about.item.date, None, about.question

        for date, entry, question in asked():
            task, line = self._line(date, entry, question)
            most = added(most, _expected(task))
            if not self._analyst.budget.allows(most):
                tally.add_reason("budget")
                break
            if len(questions) >= QUESTIONS or len(lines) + len(line) > BYTES:
                if not self._send(questions, bytes(lines), tally):
                    return
                questions, lines = {}, bytearray()
            questions[_name(date, entry)] = SentQuestion(
                date=date,
                sha=entry.commit.sha if entry else None,
                depth=task.depth,
                prompt=task.prompt,
                coverage=task.coverage,
            )
            lines += line
        if questions:
            self._send(questions, bytes(lines), tally)

    def _line(self, date: dt.date, entry: Entry | None, question: Question) -> tuple[Task, bytes]:
        """A question as it is sent; another one than that which failed before."""
        pending = self._pending(date, entry)
        tries = pending.attempts if pending else 0
        task = next(iter(question.tasks))
        if pending and pending.reason in _SMALLER:
            *_, task = islice(question.tasks, tries + 1)
        known, endpoint = self._analyst.known, self._analyst.endpoint
        style = known.style(endpoint.identity, task.depth)
        if pending and pending.reason == "rejected":
            style = STYLES[min(STYLES.index(style) + tries, len(STYLES) - 1)]
        limit_name = known.limit_name(endpoint.identity) or endpoint.limit_name
        return task, self._server.line(_name(date, entry), task, style, limit_name)

    def _pending(self, date: dt.date, entry: Entry | None) -> Pending | None:
        if entry is not None:
            return entry.analysis.provenance.pending
        day = self._archive.load(self._slug, date)
        return day.overview.provenance.pending if day and day.overview else None

    def _send(self, questions: Mapping[str, SentQuestion], lines: bytes, tally: Tally) -> bool:
        """Send one batch; whether it was taken."""
        salt = f"{self._slug}\0{self._now.isoformat()}\0".encode()
        batch = SentBatch(
            token=hashlib.sha256(salt + lines).hexdigest()[:20],
            id=None,
            sent_at=self._now,
            model=self._analyst.settings.model,
            questions=dict(questions),
        )
        self._replace(batch, batch)
        try:
            name = self._server.send(batch.token, lines)
        except EndpointError as error:
            tally.add_reason(error.reason)
            if not isinstance(error, TransientError) or error.reason == "rate limit":
                self._replace(batch, None)
            return False
        self._replace(batch, replace(batch, id=name))
        tally.left -= len(questions)
        tally.waiting += len(questions)
        return True

    def _replace(self, batch: SentBatch, by: SentBatch | None) -> None:
        """Write a batch down, or that it is gone."""
        others = [
            one for one in self._archive.batches(self._slug).batches if one.token != batch.token
        ]
        self._archive.save_batches(
            Batches(
                schema_version=SCHEMA_VERSION,
                repository=self._slug,
                batches=(*others, *([by] if by else ())),
            )
        )

    def _fetch(self, batch: SentBatch, mirror: Mirror, budget: int, tally: Tally) -> bool:
        """Keep the answers of a batch; whether it is over."""
        name = batch.id or self._server.find(batch.token)
        if name is None:
            return True  # It was never taken.
        progress = self._server.look(name)
        if not progress.over:
            return False
        found = self._server.results(progress)
        results: dict[str, Asked | Failed] = {}
        for key, question in batch.questions.items():
            result = found.get(key) or EndpointError(progress.missing)
            results[key] = self._judged(result, question, batch)
            self._analyst.budget.spend(results[key].tokens)
        self._keep_entries(batch, results, mirror, budget, tally)
        self._keep_days(batch, results, tally)
        return True

    def _judged(
        self, result: Answer | EndpointError, question: SentQuestion, batch: SentBatch
    ) -> Asked | Failed:
        """An answer that can be published, or why there is none."""
        if isinstance(result, EndpointError):
            return Failed(result.reason, result.tokens or NOTHING, 1)
        if not result.whole:
            return Failed("cut off", result.tokens, 1)
        language = self._analyst.prompts.language
        answer, reason, _ = judged(result.text, question.depth, language)
        if answer is None or reason is not None:
            return Failed(reason or "invalid answer", result.tokens, 1)
        task = Task(
            depth=question.depth,
            messages=(),
            schema={},
            limit=0,
            prompt=question.prompt,
            coverage=question.coverage,
        )
        return Asked(answer, task, result.tokens, result.counted, 1, batch.model)

    def _keep_entries(
        self,
        batch: SentBatch,
        results: Mapping[str, Asked | Failed],
        mirror: Mirror,
        budget: int,
        tally: Tally,
    ) -> None:
        owed = list(self._still_owed(batch, mirror))
        with BlobReader(mirror.git) as contents:
            for about in self._debts.readings(mirror, owed, budget):
                result = results[about.entry.commit.sha]
                self._debts.settle(about, result, contents, mirror)
                tally.left += 1
                tally.count(result)

    def _still_owed(self, batch: SentBatch, mirror: Mirror) -> Iterator[tuple[dt.date, Entry]]:
        """The entries of a batch about which nothing has been answered since."""
        there = {sha for sha, _, _ in mirror.chain()} & batch.questions.keys()
        for date in sorted({question.date for question in batch.questions.values()}):
            day = self._archive.load(self._slug, date)
            for entry in day.entries if day else ():
                if entry.commit.sha in there and is_owed(entry):
                    yield date, entry

    def _keep_days(
        self, batch: SentBatch, results: Mapping[str, Asked | Failed], tally: Tally
    ) -> None:
        dates = [question.date for question in batch.questions.values() if question.sha is None]
        for day in self._debts.due(dates):
            result = results[day.date.isoformat()]
            self._debts.settle_day(day, result)
            tally.left += 1
            tally.count(result)


def _name(date: dt.date, entry: Entry | None) -> str:
    return entry.commit.sha if entry else date.isoformat()


def _expected(task: Task) -> Tokens:
    prompt = sum(tokens_of(message.content) for message in task.messages)
    return Tokens(prompt=prompt, completion=ANSWERS[task.depth])
