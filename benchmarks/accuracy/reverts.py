"""Whether commits that were taken back are found, against what messages say word for word.

The truth is read without the product's own code: ``This reverts commit <sha>`` of a commit in
the window, or ``Revert "<subject>"`` of the only one with that subject before.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import histories
from benchmarks.accuracy.commits import ZONE, Read, facts_of
from benchmarks.accuracy.measures import share
from digest.analysts.heuristic import HeuristicAnalyst
from digest.model import SCHEMA_VERSION, Commit, Day, Entry, Reading
from digest.outcomes import Outcomes, gather

SLUG = "bench/bench"
_SHA = re.compile(r"^This reverts commit ([0-9a-f]{7,40})\b", re.MULTILINE)
_SUBJECT = re.compile(r'^Revert "(.+)"(?: \(#\d+\))*$')
_NUMBER = re.compile(r"(?: \(#\d+\))+$")


def line(name: str, path: Path, *, days: int, cache: Path | None, show: int) -> str:
    """The recall over the last days of a history, and some of what was found, to be read by eye.

    Arguments:
        name: of the repository.
        path: a bare clone.
        days: how many days before the newest commit.
        cache: where facts are kept.
        show: how many of the found to print.
    """
    tip = histories.newest(path)
    shas = histories.recent_shas(path, tip, days)
    read = facts_of(path, shas, cache)
    outcomes = gather(_days(read))
    pairs = _pairs([item.commit for item in reversed(read)])
    found = [_is_found(outcomes, *pair) for pair in pairs]
    told = [
        (item.commit, outcome.other)
        for item in read
        for outcome in outcomes.of(SLUG, item.commit.sha)
        if outcome.kind == "reverts"
    ]
    recall = f"{len(pairs)} reverts whose target is there, recall {share(found):.3f}"
    lines = [f"{name}: {len(read)} commits, {recall}; {len(told)} told"]
    step = max(1, len(told) // show) if show else 1
    lines += (
        f"  {later.sha[:8]} {later.subject[:80]}\n      ← {earlier.sha[:8]} {earlier.subject[:80]}"
        for later, earlier in (told[::step][:show] if show else ())
    )
    missed = [pair for pair, is_found in zip(pairs, found, strict=True) if not is_found]
    lines += (f"  missed: {later.sha[:8]} {later.subject[:100]}" for later, _ in missed)
    return "\n".join(lines)


def _pairs(commits: Sequence[Commit]) -> list[tuple[Commit, Commit]]:
    """Later and earlier, of commits with the oldest first."""
    pairs: list[tuple[Commit, Commit]] = []
    by_sha: dict[str, Commit] = {}
    by_subject: defaultdict[str, list[Commit]] = defaultdict(list)
    for commit in commits:
        # A revert of a revert brings something back.
        again = commit.subject.startswith(('Revert "Revert', "Reapply", "Reland"))
        targets = [by_sha.get(match[1][:7]) for match in _SHA.finditer(commit.body)]
        quoted = _SUBJECT.match(commit.subject)
        if quoted and not any(targets):
            same = by_subject[_NUMBER.sub("", quoted[1])]
            targets = list(same) if len(same) == 1 else []
        if not again:
            pairs += ((commit, target) for target in targets[:1] if target is not None)
        by_sha[commit.sha[:7]] = commit
        by_subject[_NUMBER.sub("", commit.subject)].append(commit)
    return pairs


def _is_found(outcomes: Outcomes, later: Commit, earlier: Commit) -> bool:
    return any(
        outcome.kind == "reverted by" and outcome.other.sha == later.sha
        for outcome in outcomes.of(SLUG, earlier.sha)
    )


def _days(read: Sequence[Read]) -> Iterable[Day]:
    """Days as the archive holds them, the oldest first."""
    analyst = HeuristicAnalyst()

    def date(item: Read) -> dt.date:
        return item[0].committed_at.date()

    for day, group in itertools.groupby(sorted(read, key=date), date):
        entries = [
            Entry(
                commit=commit,
                facts=facts,
                analysis=analyst.analyse(Reading(commit, coverage, ()), facts),
            )
            for commit, facts, coverage, *_ in group
        ]
        yield Day(
            schema_version=SCHEMA_VERSION,
            repository=SLUG,
            date=day,
            zone=ZONE.key,
            complete=True,
            head=None,
            entries=tuple(entries),
        )
