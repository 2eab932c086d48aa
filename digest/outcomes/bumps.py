"""Dependency bumps that a later bump of the same dependency makes out of date."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from digest.model import Category, Entry
from digest.outcomes.records import Known

WITHIN = dt.timedelta(days=30)
_FILES_OF_BUMPS: frozenset[Category] = frozenset({"lock", "build", "ci", "generated"})
_BUMP = re.compile(
    r"\b(?:bump|upgrad|downgrad|updat|upd\b|sync|roll\b|pin\b|to v?\d)", re.IGNORECASE
)
_DEPENDENCIES = 20
"""A commit that moves more of them is no bump of any one."""

Name = tuple[str, str]
"""Ecosystem and name."""


class _Bump(msgspec.Struct, frozen=True):
    known: Known
    moves: dict[Name, tuple[str, str]]


class Bumps:
    """The latest bump of each dependency of one repository."""

    def __init__(self) -> None:
        self._latest: dict[Name, _Bump] = {}

    def add(self, known: Known, entry: Entry) -> list[Known]:
        """Take a commit in, and give the bumps that it supersedes.

        An earlier bump is superseded where this commit begins with the versions that it
        ended with, for all that it moved, and goes on to others.  So a bump of several
        dependencies of which one moves on is not.
        """
        moves = _moves(entry)
        if not moves:
            return []
        superseded: dict[str, Known] = {}
        for name in moves:
            earlier = self._latest.get(name)
            if earlier and known.mention.date - earlier.known.mention.date <= WITHIN:
                goes_on = all(
                    name in moves and moves[name][0] == after and moves[name][1] != before
                    for name, (before, after) in earlier.moves.items()
                )
                if goes_on:
                    superseded[earlier.known.mention.sha] = earlier.known
        bump = _Bump(known, moves)
        self._latest |= dict.fromkeys(moves, bump)
        return list(superseded.values())


def _moves(entry: Entry) -> dict[Name, tuple[str, str]]:
    """What a commit that does nothing else moves: what is asked for, or else what is locked."""
    changes = entry.facts.dependencies
    if not changes or not _says_so(entry):
        return {}
    if not {area.category for area in entry.facts.areas} <= _FILES_OF_BUMPS:
        return {}
    direct = [change for change in changes if not change.locked] or changes
    if len(direct) > _DEPENDENCIES:
        return {}
    return {
        (change.ecosystem, change.name): (change.before, change.after)
        for change in direct
        if change.before and change.after and change.before != change.after
    }


def _says_so(entry: Entry) -> bool:
    """Whether a commit is about its dependencies, and does not move one to mend something."""
    return entry.facts.kind == "dependencies" or bool(_BUMP.search(entry.commit.subject))
