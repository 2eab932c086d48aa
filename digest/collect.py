"""The pipeline: repositories → commits of a day → facts → analysis → archive.

A repository is one unit: what happens to one never touches another.  Whatever
instant a run is killed at, the files are whole, and the next run does what is
left: days that are missing are read, and so are those that the repository's
state calls unsettled, which is written down before the days themselves.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

import msgspec
from msgspec.structs import replace

from digest.analysts import Analyst
from digest.archive import Archive
from digest.batching import Batching, named_in
from digest.entries import better, is_whole, levelled, merged
from digest.errors import ArchiveError, ConfigError, RepositoryError
from digest.extraction import WORTH_IT, Extractor, Task
from digest.history import commits_by_day, first_moment, moment, read, skim
from digest.learning import Lessons
from digest.model import SCHEMA_VERSION, Day, Entry, Failure, Repository, RepositoryState
from digest.owing import Asking, Debts, with_debt
from digest.planning import days_to_read, is_unsettled, moved_days
from digest.processes import Stop
from digest.repositories import Mirror, alone, open_mirror
from digest.results import Result, Summary
from digest.settings import Settings

_FIRST_DAY = dt.date(1970, 1, 2)
"""git counts from 1970 on; a day later it is 1970 in all zones."""

_INTERRUPTED = (
    "interrupted: fetches are dropped, days and answers that are under way are finished; "
    "nothing that is archived is lost, and the next run does the rest"
)

_log = logging.getLogger("digest.collect")


class Window(msgspec.Struct, frozen=True):
    """A narrower task than "whatever is missing", asked for on the command line."""

    since: dt.date | None = None
    until: dt.date | None = None


def collect(
    settings: Settings,
    *,
    now: dt.datetime,
    analyst: Analyst,
    window: Window | None = None,
    slugs: Sequence[str] = (),
    fetch: bool = True,
    asking: Asking | None = None,
) -> Summary:
    """Bring the archive up to date.

    Arguments:
        settings: the site's settings.
        now: the moment that counts as now, with a zone.
        analyst: who judges the new commits.
        window: first and last day to look at, instead of all that is missing.
        slugs: only these repositories; all when empty.
        fetch: whether the network may be used.
        asking: what to ask a language model, once the commits are archived; None for nothing.

    Raises:
        ConfigError: the archive was collected in another time zone.
    """
    archive = Archive(settings.archive)
    wanted = [item for item in settings.repositories if not slugs or item.slug in slugs]

    _check_zone(archive, settings, wanted)
    stop = Stop()

    def run(repository: Repository) -> Result:
        task = _Task(
            settings,
            archive,
            repository,
            now,
            analyst=analyst,
            extractor=extractor,
            fetch=fetch,
            asking=asking,
            stop=stop,
        )
        result = task.run(window or Window())
        _log.log(logging.INFO if result.failure is None else logging.WARNING, "%s", result)
        for error in result.damaged:
            _log.error("%s", error)
        return result

    threads = max(1, min(settings.jobs, len(wanted)))
    with Extractor() as extractor, ThreadPoolExecutor(max_workers=threads) as pool:
        try:
            return Summary(tuple(pool.map(run, wanted)))
        except KeyboardInterrupt:
            # The threads end with the day that they are at; nothing more is asked or begun.
            stop.set()
            _log.warning(_INTERRUPTED)
            if asking is not None:
                asking.analyst.throttle.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _check_zone(archive: Archive, settings: Settings, wanted: Iterable[Repository]) -> None:
    """Refuse to mix days that begin at different moments."""
    for repository in wanted:
        try:
            zone = archive.state(repository.slug).zone
        except ArchiveError:
            continue  # told when the repository is read
        if zone not in (None, settings.zone.key):
            raise ConfigError(
                f"option 'timezone' is {settings.zone.key}, but the archive of {repository.slug} "
                f"was collected in {zone}: set it back, or name another folder in 'archive'"
            )


class _Task:
    """One repository in one run."""

    def __init__(
        self,
        settings: Settings,
        archive: Archive,
        repository: Repository,
        now: dt.datetime,
        *,
        analyst: Analyst,
        extractor: Extractor,
        fetch: bool,
        asking: Asking | None,
        stop: Stop,
    ) -> None:
        self.settings = settings
        self.archive = archive
        self.repository = repository
        self.now = now.astimezone(settings.zone)
        self.analyst = analyst
        self.extractor = extractor
        self.fetch = fetch
        self.asking = asking
        self.stop = stop
        self.result = Result(repository.slug)
        self._settled: set[dt.date] = set()

    def run(self, window: Window) -> Result:
        """Read what is missing; failures end in the result and in the state.

        Raises:
            StoppedError: the run is to end; what failed meanwhile is no failure.
        """
        slug, settings = self.repository.slug, self.settings
        try:
            self.archive.state(slug)
        except ArchiveError as error:
            self.result.failure = str(error)
            self.result.damaged.append(error)
            return self.result
        try:
            with alone(self.repository, settings.mirrors, timeout=settings.timeout, stop=self.stop):
                # Another run may have gone on while we waited.
                self._read(self.archive.state(slug), window)
        except RepositoryError as error:
            self.result.failure = error.reason
            self._note_failure(error.reason)
        except ArchiveError as error:
            self.result.damaged.append(error)
        except OSError as error:
            # A full disk, a folder that may not be read: trouble of this repository alone.
            self.result.failure = str(error)
            self._note_failure(error.strerror or type(error).__name__)
        return self.result

    def _note_failure(self, reason: str) -> None:
        """Keep for the pages why it was not read, unless that is because the run is to end."""
        self.stop.check()
        failure = Failure(at=self.now, reason=reason)
        try:
            # What was written ahead stands in the file.
            state = self.archive.state(self.repository.slug)
            self.archive.save_state(replace(state, failure=failure))
        except ArchiveError as error:
            self.result.damaged.append(error)

    def _read(self, state: RepositoryState, window: Window) -> None:
        zone, slug = self.settings.zone, self.repository.slug
        today = self.now.date()
        planned = days_to_read(
            first=max(window.since or self.settings.first_day(today), _FIRST_DAY),
            last=min(window.until or today, today),
            archived=self.archive.dates(slug),
            unsettled=state.unsettled,
            fill_from_archive=window.since is None,
        )
        owed = self._askable({*state.owed, *self._renewed()})
        earliest = min([*planned[:1], *owed], default=today)
        mirror = open_mirror(
            self.repository,
            self.settings.mirrors,
            since=first_moment(earliest, zone),
            now=self.now,
            fetch=self.fetch,
            timeout=self.settings.timeout,
            stop=self.stop,
        )
        self.stop.check()
        self.archive.remove_leftovers(slug)
        known_since = self._known_since(mirror)
        reached_at = self._reached_at(mirror)
        moved = moved_days(self.archive, state, mirror.chain(), zone, known_since)
        # The last day of a shallow history is known in part; those before it not at all.
        # Of the days after it was last reached a mirror knows nothing either.
        edge = dt.date.min if known_since is None else known_since - dt.timedelta(days=1)
        planned = sorted(day for day in moved | {*planned} if edge <= day <= reached_at.date())
        again = {day for day in planned if day in moved or self._unsettled(day, reached_at)}
        if known_since is not None:
            again.update(day for day in planned if day < known_since)
        if self.asking:
            owed |= set(planned)
        state = self._note(state, again, owed | set(state.owed))
        self._read_days(mirror, planned, known_since, reached_at)
        unsettled = set(state.unsettled) - self._settled
        left = self._ask(mirror, owed, state.owed) if self.asking else state.owed
        self.archive.save_state(
            RepositoryState(
                schema_version=SCHEMA_VERSION,
                repository=slug,
                zone=zone.key,
                branch=mirror.branch,
                head=mirror.head,
                reached_at=reached_at,
                known_since=known_since if self.repository.local else None,
                unsettled=tuple(sorted(unsettled.intersection(self.archive.dates(slug)))),
                owed=tuple(left),
            )
        )

    def _known_since(self, mirror: Mirror) -> dt.date | None:
        """The first day that the mirror holds whole; None where it reaches the root."""
        chain = mirror.chain()
        if not chain or chain[-1][0] not in mirror.boundary:
            return None
        return moment(chain[-1][1], self.settings.zone).date() + dt.timedelta(days=1)

    def _reached_at(self, mirror: Mirror) -> dt.datetime:
        """When the mirror was reached; where nobody noted it, when its newest commit was made."""
        reached_at = mirror.reached_at
        if reached_at is None:
            newest = max((seconds for _, seconds, _ in mirror.chain()[:1]), default=0)
            reached_at = moment(newest, self.settings.zone)
        return min(reached_at, self.now).astimezone(self.settings.zone)

    def _unsettled(self, day: dt.date, reached_at: dt.datetime) -> bool:
        return is_unsettled(day, reached_at, self.settings.settle, self.settings.zone)

    def _note(
        self, state: RepositoryState, days: Iterable[dt.date], owed: Iterable[dt.date]
    ) -> RepositoryState:
        """Write down which days must be read again, or asked about, before they look finished."""
        state = replace(
            state,
            unsettled=tuple(sorted({*state.unsettled, *days})),
            owed=tuple(sorted(owed)),
            zone=self.settings.zone.key,
        )
        self.archive.save_state(state)
        return state

    def _renewed(self) -> list[dt.date]:
        """The days about which the model is asked again, with their entries noted as owed."""
        if self.asking is None or self.asking.renew is None:
            return []
        first, last = self.asking.renew
        slug = self.repository.slug
        return Debts(self.archive, slug, self.asking, self.now).renew(
            day for day in self.archive.dates(slug) if first <= day <= last
        )

    def _askable(self, days: Iterable[dt.date]) -> set[dt.date]:
        """The days about which the model can be asked now; what failed too often waits."""
        if self.asking is None:
            return set()
        return Debts(self.archive, self.repository.slug, self.asking, self.now).askable(days)

    def _ask(
        self, mirror: Mirror, days: Collection[dt.date], owed: Iterable[dt.date]
    ) -> list[dt.date]:
        """Ask the model about what is owed, or say what that would take; the days that are left."""
        assert self.asking is not None  # noqa: S101 - for mypy
        self.stop.check()
        debts = Debts(self.archive, self.repository.slug, self.asking, self.now)
        budget = self.settings.patch_budget
        if self.asking.estimate:
            besides = named_in(self.archive.batches(self.repository.slug))
            self.result.estimate = debts.estimate(mirror, days, budget=budget, besides=besides)
        else:
            batching = Batching(self.archive, self.repository.slug, self.asking, self.now, debts)
            self.result.tally = batching.ask(mirror, days, budget=budget)
        return debts.left({*days, *owed})

    def _read_days(
        self,
        mirror: Mirror,
        planned: Sequence[dt.date],
        known_since: dt.date | None,
        reached_at: dt.datetime,
    ) -> None:
        """Read the commits of the planned days, the oldest day first, and archive each."""
        before = dict(self._archived_days(planned))
        readable = [day for day in planned if day in before]
        if not readable:
            return
        found = commits_by_day(mirror, self.settings.zone, readable[0], readable[-1])
        kept = {
            day: {entry.commit.sha: entry for entry in (old.entries if old else ())}
            for day, old in before.items()
        }
        unread = {
            day: [sha for sha in found.get(day, ()) if not is_whole(kept[day].get(sha))]
            for day in readable
        }
        self.stop.check()
        mirror.prefetch([sha for shas in unread.values() for sha in shas])
        lessons = Lessons(
            partial(self.archive.load, self.repository.slug),
            self.archive.dates(self.repository.slug),
            unread,
            partial(skim, mirror, zone=self.settings.zone),
            self.settings.settle,
        )
        drafts = self._drafts(mirror, unread, lessons)
        for day, shas in unread.items():
            self.stop.check()
            fresh = {entry.commit.sha: entry for entry in islice(drafts, len(shas))}
            # What a shallow history does not show is not gone, and what was whole stays so.
            whole = known_since is None or day >= known_since
            here, entries = {*found.get(day, ())}, {**kept[day], **fresh}
            scores = [
                entry.analysis.importance.score
                for sha, entry in entries.items()
                if sha in here or not (whole or entry.vanished)
            ]
            calibration = lessons.calibration(day, scores)
            fresh = {
                sha: better(kept[day].get(sha), self._with_debt(levelled(entry, calibration)))
                for sha, entry in fresh.items()
            }
            old = before[day]
            result = Day(
                schema_version=SCHEMA_VERSION,
                repository=self.repository.slug,
                date=day,
                zone=self.settings.zone.key,
                complete=self._is_over(day, reached_at)
                and (whole or (old is not None and old.complete)),
                head=mirror.head,
                entries=merged(found.get(day, ()), {**kept[day], **fresh}, whole=whole),
                overview=old.overview if old else None,
            )
            lessons.settled(result)
            # A day in which nothing moved keeps its file, whatever the tip is now.
            if old is None or replace(old, head=mirror.head) != result:
                self.archive.save(result)
            if result.complete and not self._unsettled(day, reached_at):
                self._settled.add(day)
            self.result.days += 1
            self.result.commits += len(fresh)
        # Runs the stream to its end, where git's exit code is looked at.
        for _ in drafts:
            break

    def _archived_days(self, planned: Iterable[dt.date]) -> Iterator[tuple[dt.date, Day | None]]:
        """The planned days as they are in the archive; damaged ones are left out and told."""
        for day in planned:
            try:
                yield day, self.archive.load(self.repository.slug, day)
            except ArchiveError as error:
                self.result.damaged.append(error)

    def _drafts(
        self, mirror: Mirror, unread: Mapping[dt.date, Sequence[str]], lessons: Lessons
    ) -> Iterator[Entry]:
        """Entries of which the level is not settled yet, in the order of the days."""
        days = [day for day, shas in unread.items() for _ in shas]
        shas = [sha for shas in unread.values() for sha in shas]
        readings = read(mirror, shas, zone=self.settings.zone, budget=self.settings.patch_budget)

        def tasks() -> Iterator[Task]:
            for day, reading in zip(days, readings, strict=True):
                yield reading, lessons.grammar(day)
                lessons.saw(day, reading.commit)

        many = len(shas) >= WORTH_IT
        for reading, facts in self.extractor.facts(tasks(), mirror.git, many=many):
            analysis = self.analyst.analyse(reading, facts)
            yield Entry(commit=reading.commit, facts=facts, analysis=analysis)

    def _with_debt(self, entry: Entry) -> Entry:
        return with_debt(entry, self.asking.analyst, self.now) if self.asking else entry

    def _is_over(self, day: dt.date, reached_at: dt.datetime) -> bool:
        return first_moment(day + dt.timedelta(days=1), self.settings.zone) <= reached_at
