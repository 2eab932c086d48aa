"""Judgement: what an analyst makes of a commit, and from how much."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from digest.model.base import Count, Number, Record, Timestamp
from digest.model.commits import Coverage
from digest.model.facts import Evidence, Kind

Level = Literal["high", "medium", "low"]
LEVELS: tuple[Level, ...] = ("high", "medium", "low")
"""Importance, the most important first."""


class Claim(Record, frozen=True):
    """A name or a figure in somebody's own words, looked up in the commit."""

    text: str
    """As it stands in the statement."""
    verdict: Literal["found", "elsewhere", "not found", "no source"]
    """``found`` in the commit; only ``elsewhere`` in the repository; a name ``not found``; a
    figure with ``no source``."""
    evidence: tuple[Evidence, ...] = ()


class Statement(Record, frozen=True):
    """One thing that an analysis says: a phrase of ours, or somebody's own words.

    A phrase is an identifier with values, so that the same archive gives a page
    in each language.  Own words, a commit's or a model's, stand as they are.
    """

    phrase: str | None = None
    """Identifier in the catalogue of phrases."""
    values: dict[str, Number | str | tuple[str, ...]] = msgspec.field(default_factory=dict)
    """What the phrase speaks of; a list is joined as the language does."""
    text: str | None = None
    language: str | None = None
    """BCP 47 language of the text; None where nobody said."""
    evidence: tuple[Evidence, ...] = ()
    claims: tuple[Claim, ...] = ()
    """What it names, as far as that was looked up."""

    @property
    def doubtful(self) -> bool:
        """Whether it rests only on names that are not in the commit."""
        names = [claim for claim in self.claims if claim.verdict != "no source"]
        return bool(names) and all(claim.verdict == "not found" for claim in names)

    def __post_init__(self) -> None:
        """Refuse a statement of both forms, or of neither."""
        if (self.phrase is None) == (self.text is None):
            raise ValueError("a statement is either a phrase or a text")


class Importance(Record, frozen=True):
    """Does someone who uses or builds on this repository need to know?"""

    level: Level
    score: Annotated[float, msgspec.Meta(ge=0, le=1)]
    reasons: tuple[Statement, ...] = ()


Aspect = Literal[
    "architecture", "performance", "security", "maintainability", "compatibility", "tests"
]


class Insight(Record, frozen=True):
    """What a change means under one aspect."""

    aspect: Aspect
    statements: tuple[Statement, ...]


class Risk(Record, frozen=True):
    """What may go wrong, and what to do about it."""

    risk: Statement
    consequence: Statement | None = None
    trigger: Statement | None = None
    mitigation: Statement | None = None


class Recommendation(Record, frozen=True):
    """What a reader should do."""

    audience: Literal["users", "operators", "developers", "everyone"]
    statement: Statement


class Tokens(Record, frozen=True):
    """What a model call cost."""

    prompt: Count
    completion: Count


class Pending(Record, frozen=True):
    """An analysis that is still owed, and why it is not there yet."""

    reason: str
    """A short code, not a server's text."""
    since: Timestamp
    attempts: Count


class Provenance(Record, frozen=True):
    """Who made an analysis, and from how much."""

    analyst: str
    version: str
    coverage: Coverage
    model: str | None = None
    made_at: Timestamp | None = None
    """None where the same input always gives the same analysis."""
    prompt: str | None = None
    """Hash of the prompt."""
    tokens: Tokens | None = None
    pending: Pending | None = None


class Analysis(Record, frozen=True):
    """The judgement on a commit.  Depth follows importance."""

    importance: Importance
    change_type: Kind
    summary: tuple[Statement, ...]
    provenance: Provenance
    impact: tuple[Statement, ...] = ()
    insights: tuple[Insight, ...] = ()
    risks: tuple[Risk, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
