"""What a repository's last weeks teach: how it writes titles, and what is unusual for it.

Both are learnt from the weeks before a day and never from what came after it,
so a day that is read later, or again, is judged as it would have been then.
Only at the very beginning of an archive, where there is nothing before, are
titles learnt from its first weeks instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from digest.analysts.calibration import Calibration, calibrate
from digest.errors import ArchiveError
from digest.facts.grammar import UNKNOWN, Grammar, learn
from digest.model import Commit, Day

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
        self._first = min((*self._dates, *self._unread), default=None)
        self._commits: dict[dt.date, dict[str, Commit]] = {}
        self._scores: dict[dt.date, list[float]] = {}
        self._grammar: tuple[tuple[dt.date, dt.date], Grammar] | None = None

    def saw(self, day: dt.date, commit: Commit) -> None:
        """Take note of a commit that was read."""
        self._of(day)[commit.sha] = commit

    def grammar(self, day: dt.date) -> Grammar:
        """How the repository wrote its titles in the weeks before a day's week.

        Arguments:
            day: not earlier than the one asked for before.
        """
        if self._first is None:
            return UNKNOWN
        monday = day - dt.timedelta(days=day.weekday())
        begin = max(self._first, monday - _SPAN)
        weeks = (begin, max(monday, begin + _SPAN))
        if self._grammar is None or self._grammar[0] != weeks:
            self._grammar = (weeks, learn(self._between(*weeks)))
            for old in [date for date in self._commits if date < begin]:
                del self._commits[old]
        return self._grammar[1]

    def calibration(self, day: dt.date) -> Calibration:
        """Which scores are high for this repository.

        Learnt from days that were settled when the day began.  The day itself is read when
        half of it is there, and to the days just before it commits may still be pushed: the
        level of a commit would hang on the hour of the run.

        Arguments:
            day: the day to be judged; those before it have been judged.
        """
        last = day - _DAY * (self._settle + 1)
        weeks = (last - _DAY * back for back in range(7 * WEEKS))
        return calibrate([score for date in weeks for score in self._scores_of(date)])

    def settled(self, day: Day) -> None:
        """Take note of the scores of a day that was judged."""
        self._scores[day.date] = _scores(day)
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
        entries = day.entries if day else ()
        self._commits.setdefault(date, {entry.commit.sha: entry.commit for entry in entries})
        self._scores.setdefault(date, _scores(day) if day else [])


def _scores(day: Day) -> list[float]:
    # What a force push took away is not of the branch: whoever came later never saw it.
    return [entry.analysis.importance.score for entry in day.entries if not entry.vanished]
