"""How a repository writes its titles, learnt from its recent ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.model import Commit


@dataclass(frozen=True, slots=True)
class Grammar:
    """What the words in front of a repository's titles mean.  The default knows nothing."""


UNKNOWN = Grammar()
"""That of a repository of which nothing is known."""


def learn(commits: Iterable[Commit]) -> Grammar:
    """Learn the grammar of a repository from its commits.

    Arguments:
        commits: those of some weeks, in any order; the result does not depend on it.
    """
    del commits
    return Grammar()
