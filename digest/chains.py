"""The first-parent history of a branch: walking it, and judging how far back it goes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.gitprocess import GitDir

SKEW = 25
"""How many commits in a row must be too old before we trust that the older ones are too."""
_DAY = 86_400
_HEADROOM = 1.3
_FEWEST_NEW = 20

Chain = Sequence[tuple[str, int, str]]
"""sha, committer time and first parent ("" where there is none), newest first."""


def walk(git: GitDir, sha: str | None) -> Chain:
    """The first-parent history of a commit.

    Raises:
        HistoryError: git could not read it.
    """
    if sha is None:
        return ()
    command = ("rev-list", "--first-parent", "--timestamp", "--parents", "--stdin")
    chain = []
    with git.stream(*command, stdin=f"{sha}\n".encode()) as lines:
        for line in lines:
            when, commit, *parents = line.decode("ascii").split()
            chain.append((commit, int(when), parents[0] if parents else ""))
    return tuple(chain)


def boundary(git: GitDir) -> frozenset[str]:
    """The commits whose parents are cut off, none in a whole history."""
    path = git.run("rev-parse", "--path-format=absolute", "--git-path", "shallow")
    try:
        return frozenset(Path(os.fsdecode(path.rstrip(b"\n"))).read_text("ascii").split())
    except FileNotFoundError:
        return frozenset()


def resolve(git: GitDir, ref: str) -> str | None:
    """The commit that a whole ref name stands for, if there is one."""
    for line in git.run("for-each-ref", "--format=%(objectname) %(refname)", ref).splitlines():
        sha, _, name = line.decode("utf-8", "surrogateescape").partition(" ")
        if name == ref:
            return sha
    return None


def covers(chain: Chain, cut: frozenset[str], since: float) -> bool:
    """Whether a chain goes back to a time, clocks that are wrong notwithstanding."""
    if not chain or chain[-1][0] not in cut:
        return True
    last = chain[-SKEW:]
    return len(last) == SKEW and all(when < since - _DAY for _, when, _ in last)


def missing(chain: Chain, since: float) -> int:
    """How many commits a chain lacks to go back to a time, as densely as it is."""
    seconds = _middle(chain[-SKEW:]) - (since - _DAY)
    return int(max(0.0, seconds) * _rate(chain) * _HEADROOM) + SKEW


def expected(chain: Chain, elapsed: int) -> int:
    """How many commits are new after so many seconds, as densely as the chain is."""
    return int(min(max(0, elapsed) * _rate(chain) * _HEADROOM, 1_000_000)) + _FEWEST_NEW


def _rate(chain: Chain) -> float:
    """Commits a second; at most one a minute, where a chain is too short to tell."""
    between = max(len(chain) - SKEW, 1)
    seconds = _middle(chain[:SKEW]) - _middle(chain[-SKEW:])
    return between / max(seconds, 60.0 * between)


def _middle(chain: Chain) -> float:
    """A time that one wrong clock cannot move far."""
    return float(sorted(when for _, when, _ in chain)[len(chain) // 2])
