"""What later happened to each commit: reverted, reapplied, mended, picked, superseded.

Nothing of it is stored.  One pass over the archive finds it, with one small record for
each commit and none of the days::

    outcomes = Outcomes()
    for date in dates:                  # oldest first
        for day in days_of(date):       # of every repository
            outcomes.add(day)
            ledger.add(day)             # whatever else wants to see every day once
    outcomes.of("acme/engine", sha)

A commit's message is read against the commits before it, so links only go back, and the
work is linear in the archive.  A wrong link costs more than a missing one: where a message
does not say clearly which commit it means, nothing is said.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from digest.model import Day, Entry
from digest.outcomes.bumps import Bumps
from digest.outcomes.index import Index
from digest.outcomes.records import DEEDS, By, Fate, Known, Mention, Outcome
from digest.outcomes.repairs import Repairs
from digest.outcomes.undoing import Undoing

__all__ = ["Mention", "Outcome", "Outcomes", "gather"]

LIMIT = 50
"""Outcomes of one commit that are kept; one with more is pointed at by mistake."""


def gather(days: Iterable[Day]) -> Outcomes:
    """The outcomes of all commits of those days, each repository's oldest first."""
    outcomes = Outcomes()
    for day in days:
        outcomes.add(day)
    return outcomes


class Outcomes:
    """What later happened to each commit of an archive."""

    def __init__(self) -> None:
        self._found: defaultdict[tuple[str, str], list[Outcome]] = defaultdict(list)
        self._indexes: defaultdict[str, Index] = defaultdict(Index)
        self._bumps: defaultdict[str, Bumps] = defaultdict(Bumps)
        self._repairs: defaultdict[str, Repairs] = defaultdict(Repairs)
        self._undoing: dict[str, Undoing] = {}
        self._picked: list[tuple[Known, str]] = []
        self._dated: defaultdict[dt.date, dict[tuple[str, str], None]] = defaultdict(dict)
        """The commits of each day of which anything is found."""

    def __getstate__(self) -> dict[str, object]:
        """Itself without what leads back to it."""
        return {name: value for name, value in self.__dict__.items() if name != "_undoing"} | {
            "_standings": {slug: undoing.state for slug, undoing in self._undoing.items()}
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What was itself once."""
        standings = state.pop("_standings")
        self.__dict__.update(state)
        self._undoing = {
            slug: Undoing(self._indexes[slug], self._record, standing)
            for slug, standing in standings.items()
        }

    def add(self, day: Day) -> None:
        """Read one day; the days of a repository come oldest first."""
        for entry in reversed(day.entries):
            known = Known.of(day.repository, day.date, entry)
            if not entry.vanished:
                self._read(known, entry)
            self._indexes[day.repository].add(known, vanished=entry.vanished)

    def of(self, slug: str, sha: str) -> tuple[Outcome, ...]:
        """What happened to a commit and what it did to earlier ones, in the order of time.

        Arguments:
            slug: the repository.
            sha: the whole sha.
        """
        self._settle_picks()
        return tuple(self._found.get((slug, sha), ()))

    def on(self, date: dt.date) -> list[tuple[str, str]]:
        """The commits of a day, by repository and sha, of which anything is found."""
        self._settle_picks()
        return list(self._dated.get(date, ()))

    def _read(self, known: Known, entry: Entry) -> None:
        slug, facts = known.mention.slug, entry.facts
        undoing = self._undoing.get(slug)
        if undoing is None:
            undoing = self._undoing[slug] = Undoing(self._indexes[slug], self._record)
        undone = undoing.read(known, facts.reverts)
        self._read_picks(known, entry)
        of_lines = self._repairs[slug].add(known, entry)
        if (
            not undone
            and not any(not revert.reapplies for revert in facts.reverts)
            and not self._read_repairs(known, entry)
            and of_lines is not None
        ):
            self._record("follow-up fix", of_lines, known, "same lines")
        if not facts.reverts:
            for earlier in self._bumps[slug].add(known, entry):
                if not undoing.is_undone(earlier):
                    self._record("superseded bump", earlier, known, "dependency")

    def _read_repairs(self, known: Known, entry: Entry) -> bool:
        """Read which commits a message names as those that it repairs; whether one is here."""
        index, references = self._indexes[known.mention.slug], entry.facts.references
        found = False
        for number in references.repairs:
            for earlier in index.of_pull_request(number)[:1]:
                self._record("follow-up fix", earlier, known, "pull request")
                found = True
        for sha in references.repaired_commits:
            if named := index.of_sha(sha):
                self._record("follow-up fix", named, known, "sha")
                found = True
        return found

    def _read_picks(self, known: Known, entry: Entry) -> None:
        index = self._indexes[known.mention.slug]
        for sha in entry.facts.cherry_picked_from:
            if earlier := index.of_sha(sha):
                self._record("cherry-picked to", earlier, known, "sha")
            elif len(sha) == len(known.mention.sha):
                # Perhaps of another branch that is followed as a repository of its own.
                self._picked.append((known, sha))
        for number in entry.facts.references.cherry_picked:
            for earlier in index.of_pull_request(number)[:1]:
                if earlier.shares_files(known):
                    self._record("cherry-picked to", earlier, known, "pull request")

    def _settle_picks(self) -> None:
        """Look in the other repositories, of which each has its own order of days."""
        picked, self._picked = self._picked, []
        for known, sha in picked:
            for slug, index in self._indexes.items():
                if slug != known.mention.slug and (earlier := index.of_sha(sha)):
                    self._record("cherry-picked to", earlier, known, "sha")

    def _record(
        self, fate: Fate, earlier: Known, later: Known, by: By, *, partial: bool = False
    ) -> None:
        """Note what a commit did to an earlier one, on both sides."""
        there, here = earlier.mention, later.mention
        for mention, outcome in (
            (there, Outcome(fate, here, by, partial)),
            (here, Outcome(DEEDS[fate], there, by, partial)),
        ):
            found = self._found[mention.slug, mention.sha]
            known = any(o.kind == outcome.kind and o.other == outcome.other for o in found)
            if not known and len(found) < LIMIT:
                found.append(outcome)
                self._dated[mention.date][mention.slug, mention.sha] = None
