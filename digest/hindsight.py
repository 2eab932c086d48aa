"""What all days together tell of each entry, put to the entries as a page is made.

An earlier page needs what later days hold.  So the archive is read once before any
page is made; see ``digest.outcomes`` for what is kept of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from msgspec.structs import replace

from digest.outcomes import Outcome, Outcomes
from digest.outcomeviews import OutcomeView
from digest.pageviews import EntryView, RepositoryDay


class Hindsight:
    """The outcomes of a site's entries, with links that lead to them."""

    def __init__(self) -> None:
        self._outcomes = Outcomes()
        self._anchors: dict[tuple[str, str], str] = {}
        """Of the few entries whose anchor is not the first seven digits of the sha."""

    def add(self, sections: Iterable[RepositoryDay]) -> None:
        """Read one day of all repositories; days come oldest first."""
        for section in sections:
            if section.day is not None:
                self._outcomes.add(section.day)
            for view in section.entries:
                sha = view.entry.commit.sha
                if view.anchor != sha[:7]:
                    self._anchors[view.repository.slug, sha] = view.anchor

    def of(self, sections: Iterable[RepositoryDay]) -> list[RepositoryDay]:
        """The same day, each entry with its outcomes."""
        return [
            replace(section, entries=tuple(self._seen(view, section) for view in section.entries))
            for section in sections
        ]

    def _seen(self, view: EntryView, section: RepositoryDay) -> EntryView:
        if section.day is None:
            return view
        sha, date = view.entry.commit.sha, section.day.date
        outcomes = self.outcomes(view.repository.slug, sha, date)
        return replace(view, outcomes=outcomes) if outcomes else view

    def outcomes(self, slug: str, sha: str, date: dt.date) -> tuple[OutcomeView, ...]:
        """The outcomes of one commit, to be asked for when all days have been read.

        Arguments:
            slug: its repository.
            sha: the whole sha.
            date: its day.
        """
        found = self._outcomes.of(slug, sha)
        return tuple(self._placed(outcome, slug, date) for outcome in found)

    def told_on(self, date: dt.date) -> list[str]:
        """What is told of the commits of a day, for comparison with another time."""
        return [
            f"{slug} {sha} {self.outcomes(slug, sha, date)}"
            for slug, sha in self._outcomes.on(date)
        ]

    def _placed(self, outcome: Outcome, slug: str, date: dt.date) -> OutcomeView:
        other = outcome.other
        return OutcomeView(
            outcome=outcome,
            anchor=self._anchors.get((other.slug, other.sha), other.sha[:7]),
            days=abs((other.date - date).days),
            elsewhere=other.slug != slug,
        )
