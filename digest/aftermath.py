"""What later commits did to earlier ones, in the order in which they did it.

Hindsight knows what happened to a commit; a page that lists what was taken back
wants to know what happened in a month.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from digest.hindsight import Hindsight
from digest.model import Revert
from digest.outcomeviews import OutcomeView
from digest.pageviews import RepositoryDay


class Event(msgspec.Struct, frozen=True):
    """A commit that did something to earlier ones."""

    slug: str
    date: dt.date
    anchor: str
    subject: str
    deeds: tuple[OutcomeView, ...]
    claims: tuple[Revert, ...] = ()
    """What it says it takes back, where nothing of that is in the archive."""

    def names(self, deed: OutcomeView) -> bool:
        """Whether its subject says already what the earlier commit is called."""
        title = deed.outcome.other.subject.partition(" (#")[0].strip()
        return bool(title) and title in self.subject


class _Claim(msgspec.Struct, frozen=True):
    """An entry that says it takes something back."""

    anchor: str
    subject: str
    reverts: tuple[Revert, ...]


class Aftermath:
    """The commits of an archive that did something to earlier ones."""

    def __init__(self) -> None:
        self._commits: list[tuple[str, str, dt.date]] = []
        self._claims: dict[tuple[str, str], _Claim] = {}

    def add(self, date: dt.date, sections: Iterable[RepositoryDay]) -> None:
        """Take up a day; days come oldest first."""
        for section in sections:
            slug = section.repository.slug
            for view in reversed(section.entries):
                entry = view.entry
                if entry.vanished:
                    continue
                sha, subject, reverts = entry.commit.sha, entry.commit.subject, entry.facts.reverts
                self._commits.append((slug, sha, date))
                if reverts:
                    self._claims[slug, sha] = _Claim(view.anchor, subject, reverts)

    def events(self, hindsight: Hindsight) -> tuple[list[Event], Counter[tuple[str, str]]]:
        """What happened, to be asked for when all days have been read.

        Returns:
            The events, oldest first, and how many bumps were superseded by later ones, by
            repository and month: those are too many, and say too little, to be listed.
        """
        events: list[Event] = []
        superseded: Counter[tuple[str, str]] = Counter()
        for slug, sha, date in self._commits:
            found = hindsight.outcomes(slug, sha, date)
            bumps = sum(view.outcome.kind == "supersedes" for view in found)
            if bumps:
                superseded[slug, f"{date:%Y-%m}"] += bumps
            deeds = tuple(
                view
                for view in found
                if not view.outcome.later and view.outcome.kind != "supersedes"
            )
            if deeds or (slug, sha) in self._claims:
                events.append(self._event(hindsight, (slug, sha, date), deeds))
        return events, superseded

    def _event(
        self,
        hindsight: Hindsight,
        commit: tuple[str, str, dt.date],
        deeds: Sequence[OutcomeView],
    ) -> Event:
        slug, sha, date = commit
        claim = self._claims.get((slug, sha)) or _as_named(hindsight, sha, deeds)
        undone = any(view.outcome.kind in ("reverts", "reapplies") for view in deeds)
        return Event(
            slug=slug,
            date=date,
            anchor=claim.anchor,
            subject=claim.subject,
            deeds=tuple(deeds),
            claims=() if undone else claim.reverts,
        )


def _as_named(hindsight: Hindsight, sha: str, deeds: Iterable[OutcomeView]) -> _Claim:
    """A commit as the earlier ones name it, so that not all commits need to be kept."""
    earlier = (deed.outcome.other for deed in deeds)
    named = (
        _Claim(view.anchor, view.outcome.other.subject, ())
        for mention in earlier
        for view in hindsight.outcomes(mention.slug, mention.sha, mention.date)
        if view.outcome.other.sha == sha
    )
    # Where an earlier commit has too many outcomes to name them all, the sha must do.
    return next(named, _Claim(sha[:7], sha[:7], ()))
