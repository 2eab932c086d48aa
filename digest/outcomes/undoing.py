"""Reverts, and reverts of reverts: which commit is meant, and how it stands after that."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from digest.model import Revert
from digest.outcomes.index import Index, key, one_of, telling
from digest.outcomes.records import By, Fate, Known

LIMIT = 50
"""Commits that one commit takes back or brings back."""
_RECENT = 100
"""Reverted commits among which one that is brought back in other words is looked for."""
_ALIKE = ((0.75, 0.01), (0.5, 0.5))
"""Parts of its words and of its files that a commit must share to be the same in other words."""
_FEWEST_WORDS = 2
_WORDS_OF_ITS_OWN = 5
"""Words of a title that no other change is likely to have."""

_LINES = 4
"""Changed lines below which many a commit is the contrary of another."""
_WITHIN = dt.timedelta(days=90)
_SPEAKS = re.compile(r"\b(?:revert|roll ?back|back(?:ed|s)? ?out|undo|take back)", re.IGNORECASE)

_REVERT = re.compile(r"^(?:\[[^\[\]]{1,80}\]\s*){0,4}revert\b[^\"“]{0,3}[\"“]?(.*?)[\"”]?$")
_WORD = re.compile(r"[^\W_]+")


class Record(Protocol):
    """Notes what a commit did to an earlier one."""

    def __call__(
        self, fate: Fate, earlier: Known, later: Known, by: By, *, partial: bool = False
    ) -> None:
        """Note it on both sides."""


class Undoing:
    """How the commits of one repository stand: there, taken back, or there again.

    Arguments:
        index: the commits so far.
        record: called for each revert and each reapplication.
        state: what another one knew.
    """

    def __init__(
        self, index: Index, record: Record, state: dict[str, object] | None = None
    ) -> None:
        self._index = index
        self._record = record
        self._undone: dict[Known, Known] = {}
        self._recent: deque[Known] = deque(maxlen=_RECENT)
        self._took: defaultdict[Known, list[Known]] = defaultdict(list)
        self._brought: defaultdict[Known, list[Known]] = defaultdict(list)
        self._reverting: set[Known] = set()
        self._successor: dict[Known, Known] = {}
        """Commits that were brought back → those that did it."""
        self.__dict__.update(state or {})

    @property
    def state(self) -> dict[str, object]:
        """What it knows, to go on from another time."""
        return {k: v for k, v in self.__dict__.items() if k not in ("_index", "_record")}

    def is_undone(self, known: Known) -> bool:
        """Whether a commit was taken back, and not brought back since."""
        return known in self._undone

    def read(self, known: Known, reverts: Iterable[Revert]) -> bool:
        """Follow what a commit says it takes back or brings back.

        Returns:
            Whether a commit was found that it means.
        """
        claims = tuple(reverts)
        if any(not claim.reapplies for claim in claims):
            self._reverting.add(known)
        found = False
        for claim in claims:
            for target, by in self._meant(known, claim):
                found = True
                self._apply(known, target, by, claim)
        if not found and (opposite := self._opposite(known)) is not None:
            found = True
            self._take_back(known, opposite, "same lines", partial=False)
        if not claims and not found:
            again = self._again(known)
            if again is not None:
                found = True
                self._bring_back(known, again, "subject")
        return found

    def _apply(self, known: Known, target: Known, by: By, claim: Revert) -> None:
        # To take back a revert is a revert too; what it brings back is another commit.
        if claim.reapplies and not self._is_revert(target):
            self._bring_back(known, target, by)
        else:
            self._take_back(known, target, by, partial=claim.partial)

    def _is_revert(self, known: Known) -> bool:
        return known in self._reverting or bool(_REVERT.match(key(known.mention.subject)))

    def _take_back(self, known: Known, target: Known, by: By, *, partial: bool) -> None:
        self._record("reverted by", target, known, by, partial=partial)
        if partial:
            return
        self._undo(known, target)
        for original in tuple(self._took.get(target, ())):
            # A revert of a revert.
            if self._undone.get(original) is target:
                self._bring_back(known, original, by)
        for original in tuple(self._brought.get(target, ())):
            if original not in self._undone:
                self._record("reverted by", original, known, by)
                self._undo(known, original)

    def _undo(self, known: Known, target: Known) -> None:
        self._undone[target] = known
        self._recent.append(target)
        _append(self._took[known], target)

    def _bring_back(self, known: Known, original: Known, by: By) -> None:
        self._record("reapplied by", original, known, by)
        self._undone.pop(original, None)
        self._successor[original] = known
        _append(self._brought[known], original)

    def _meant(self, known: Known, claim: Revert) -> Iterator[tuple[Known, By]]:
        """The commit that a claim means, with how it is known; nothing where it is unclear."""
        if claim.sha is not None and (target := self._index.of_sha(claim.sha)):
            yield target, "sha"
        elif (target := self._of_number(known, claim)) is not None:
            yield target, "pull request"
        elif claim.subject and (target := self._of_subject(known, claim, claim.subject)):
            yield target, "subject"

    def _of_number(self, known: Known, claim: Revert) -> Known | None:
        """The commit of the number, if all else that is said agrees."""
        if claim.pull_request is None:
            return None
        found = self._index.of_pull_request(claim.pull_request)
        if claim.subject:
            titled = set(self._index.of_subject(claim.subject))
            same = [one for one in found if one in titled]
            if titled and not same and claim.reapplies:
                return None  # the number is of what the revert took back, not the revert's own
            found = same or found
        near = [one for one in found if one.shares_files(known)]
        return near[0] if near else None

    def _of_subject(self, known: Known, claim: Revert, subject: str) -> Known | None:
        found = [one for one in self._index.of_subject(subject) if telling(one.mention.subject)]
        inner = _REVERT.match(key(subject))
        if claim.reapplies and inner is None:
            # Only what was taken back can be brought back.
            found = [one for one in found if one in self._undone]
            return one_of(found, known) or self._alike(known, subject)
        if claim.sha is not None:
            # The sha is of a commit that is not here: only an exact counterpart may be meant.
            found = [one for one in found if one.mirrors(known)]
        standing = [one for one in found if one not in self._undone]
        # Of a change that landed again, the newer commit is what there is to take back.
        newest = [one for one in standing if self._successor.get(one) not in standing]
        target = one_of(newest, known)
        if target is None and claim.reapplies and inner is not None:
            # The revert is not there, or under another title; what it took back may be.
            originals = self._index.of_subject(inner[1])
            return one_of((one for one in originals if one in self._undone), known)
        return target

    def _alike(self, known: Known, subject: str) -> Known | None:
        """Among the commits that were taken back, the one with nearly the same words."""
        words = _words(subject)
        if len(words) < _FEWEST_WORDS:
            return None
        undone = {one for one in self._recent if one in self._undone}
        likeness = {
            one: (len(words & _words(one.mention.subject)) / len(words), known.likeness(one))
            for one in undone
        }
        for least, few in _ALIKE:
            alike = [
                one for one, (said, files) in likeness.items() if said >= least and files >= few
            ]
            if alike:
                return alike[0] if len(alike) == 1 else None
        return None

    def _opposite(self, known: Known) -> Known | None:
        """The commit whose exact contrary one is that speaks of a revert in its own words."""
        lines = known.insertions + known.deletions
        if lines < _LINES or not known.files or not _SPEAKS.search(known.mention.subject):
            return None
        since = known.mention.date - _WITHIN
        near = [one for one in self._index.opposite_of(known) if one.mention.date >= since]
        return near[0] if len(near) == 1 and near[0] not in self._undone else None

    def _again(self, known: Known) -> Known | None:
        """A commit of the same title that was taken back, where this one says nothing of it."""
        subject = known.mention.subject
        if not self._undone or not known.files or len(_words(subject)) < _WORDS_OF_ITS_OWN:
            return None
        found = self._index.of_subject(subject)
        # A title that comes again and again says nothing.
        undone = len(found) == 1 and found[0].files and found[0] in self._undone
        return found[0] if undone and found[0].shares_files(known) else None


def _append(commits: list[Known], known: Known) -> None:
    if len(commits) < LIMIT:
        commits.append(known)


def _words(title: str) -> set[str]:
    """The words of a title, cut so that a plural or another ending is the same word."""
    return {word.rstrip("s")[:6] for word in _WORD.findall(key(title))}
