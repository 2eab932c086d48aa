"""What a repository's last weeks teach: how it writes titles, and what is unusual for it.

Both are learnt from weeks before a day to which no late commits are expected any
more, and never from what came after it.  So a day that is read later, or again, is
judged as it would have been then, unless a push reaches days that were settled.
Only where an archive begins there are none: there titles are learnt from its first
weeks, and scores from whatever days there are before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from digest.analysts.calibration import Calibration, calibrate
from digest.errors import ArchiveError
from digest.facts.grammar import UNKNOWN, Grammar, learn
from digest.model import Commit, Day, Entry

WEEKS = 4
_SPAN = dt.timedelta(weeks=WEEKS)
_DAY = dt.timedelta(days=1)


class Lessons:
    """What is known of one repository while its days are read, oldest first.

    Arguments:
        load: the archived day of a date.
        dates: the days that are archived.
        unread: the shas of the days that are going to be read.
        skim: shas → their commits, for the time before they are read.
        settle: days for which late commits are looked for.
    """

    def __init__(
        self,
        load: Callable[[dt.date], Day | None],
        dates: Collection[dt.date],
        unread: Mapping[dt.date, Sequence[str]],
        skim: Callable[[Sequence[str]], Iterable[Commit]],
        settle: int,
    ) -> None:
        self._load = load
        self._dates = frozenset(dates)
        self._unread = {day: shas for day, shas in unread.items() if shas}
        self._skim = skim
        self._settle = settle
        # A day without a commit too: it is archived, and so the first for every later run.
        self._first = min((*self._dates, *unread), default=None)
        self._commits: dict[dt.date, dict[str, Commit]] = {}
        self._scores: dict[dt.date, list[float]] = {}
        self._grammar: tuple[tuple[dt.date, dt.date], Grammar] | None = None

    def saw(self, day: dt.date, commit: Commit) -> None:
        """Take note of a commit that was read."""
        self._of(day)[commit.sha] = commit

    def grammar(self, day: dt.date) -> Grammar:
        """How the repository wrote its titles in the last whole weeks that are settled.

        Arguments:
            day: not earlier than the one asked for before.
        """
        if self._first is None:
            return UNKNOWN
        settled = day - _DAY * self._settle
        monday = settled - _DAY * settled.weekday()
        begin = max(self._first, monday - _SPAN)
        weeks = (begin, max(monday, begin + _SPAN))
        if self._grammar is None or self._grammar[0] != weeks:
            self._grammar = (weeks, learn(self._between(*weeks)))
            for old in [date for date in self._commits if date < begin]:
                del self._commits[old]
        return self._grammar[1]

    def calibration(self, day: dt.date, own: Sequence[float] = ()) -> Calibration:
        """Which scores are high for this repository.

        Learnt from days that were settled when the day began.  The day itself is read when
        half of it is there, and to the days just before it commits may still be pushed: the
        level of a commit would hang on the hour of the run.

        Arguments:
            day: the day to be judged; those before it have been judged.
            own: its scores, which decide where it is the archive's first.
        """
        settled = self._scores_until(day - _DAY * (self._settle + 1))
        begins = self._first is None or self._first >= day - _DAY * self._settle
        if settled or not begins:
            return calibrate(settled)
        return calibrate(self._scores_until(day - _DAY) or own)

    def _scores_until(self, last: dt.date) -> list[float]:
        """Those of the weeks that end with a day."""
        days = (last - _DAY * back for back in range(7 * WEEKS))
        return [score for date in days for score in self._scores_of(date)]

    def settled(self, day: Day) -> None:
        """Take note of the scores of a day that was judged."""
        self._scores[day.date] = _scores(_present(day))
        for old in [date for date in self._scores if date < day.date - _SPAN - _DAY * self._settle]:
            del self._scores[old]

    def _between(self, begin: dt.date, end: dt.date) -> list[Commit]:
        """The commits of the days from ``begin`` to the one before ``end``."""
        days = [begin + _DAY * number for number in range((end - begin).days)]
        known = [self._of(day) for day in days]
        ahead = [
            sha
            for day, commits in zip(days, known, strict=True)
            for sha in self._unread.get(day, ())
            if sha not in commits
        ]
        return [
            *(commit for commits in known for commit in commits.values()),
            *(self._skim(ahead) if ahead else ()),
        ]

    def _of(self, day: dt.date) -> dict[str, Commit]:
        if day not in self._commits:
            self._remember(day)
        return self._commits[day]

    def _scores_of(self, day: dt.date) -> list[float]:
        if day not in self._scores:
            self._remember(day)
        return self._scores[day]

    def _remember(self, date: dt.date) -> None:
        """Look a day up in the archive."""
        day = None
        if date in self._dates:
            try:
                day = self._load(date)
            except ArchiveError:
                day = None  # told when it is read itself
        entries = _present(day) if day else []
        self._commits.setdefault(date, {entry.commit.sha: entry.commit for entry in entries})
        self._scores.setdefault(date, _scores(entries))


def _present(day: Day) -> list[Entry]:
    """Its entries, but for those that a force push took away: whoever came later never saw them."""
    return [entry for entry in day.entries if not entry.vanished]


def _scores(entries: Iterable[Entry]) -> list[float]:
    return [entry.analysis.importance.score for entry in entries]
