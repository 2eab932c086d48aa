"""What somebody claims, as pages show it: words, code and marks.

A statement is cut at its code and at the names and figures that were looked
up, so that a template can put links and marks around the pieces.  Nothing is
replaced in text that was escaped already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from digest.model import Analysis, Claim, Entry, Evidence, Recommendation, Statement

Verdict = Literal["found", "elsewhere", "not found", "no source"]

VERDICTS: tuple[Verdict, ...] = ("not found", "no source", "elsewhere")
"""Those that are marked, in the order in which a page explains them."""

_CODE = re.compile(r"(`{1,3})([^`\n]{1,300})\1")
_WORD = re.compile(r"[A-Za-z0-9_]")


class Piece(msgspec.Struct, frozen=True):
    """A part of a statement: plain, or one that was looked up."""

    text: str
    evidence: Evidence | None = None
    verdict: Verdict = "found"


class Run(msgspec.Struct, frozen=True):
    """Pieces that stand together, as code or not."""

    code: bool
    pieces: tuple[Piece, ...]

    @property
    def marks(self) -> list[tuple[str, Verdict]]:
        """What is to be said behind it; with the name, where there are several."""
        marked = [piece for piece in self.pieces if piece.verdict != "found"]
        alone = len(self.pieces) == 1 or not self.code
        return [("" if alone else piece.text, piece.verdict) for piece in marked]


class Weighed(msgspec.Struct, frozen=True):
    """An analysis with the statements apart that rest on nothing that was found."""

    impact: list[Statement] = msgspec.field(default_factory=list)
    insights: list[tuple[str, list[Statement]]] = msgspec.field(default_factory=list)
    """Aspects with their statements."""
    risks: list[list[Statement]] = msgspec.field(default_factory=list)
    """Each with what it leads to, and what helps."""
    recommendations: list[Recommendation] = msgspec.field(default_factory=list)
    folded: list[list[Statement]] = msgspec.field(default_factory=list)


def runs_of(statement: Statement) -> list[Run]:
    """A text cut at its code and at its claims.

    Arguments:
        statement: in somebody's own words.
    """
    text = statement.text or ""
    claims = _placed(text, statement.claims)
    runs: list[Run] = []
    position = 0
    for code in _CODE.finditer(text):
        runs += _plain(text, position, code.start(), claims)
        runs.append(Run(code=True, pieces=tuple(_pieces(text, *code.span(2), claims))))
        position = code.end()
    return [*runs, *_plain(text, position, len(text), claims)]


def weighed(analysis: Analysis) -> Weighed:
    """Tell apart what an analysis shows and what it folds; its summary always stands."""
    told = Weighed()
    told.impact.extend(_kept(analysis.impact, told))
    for insight in analysis.insights:
        if statements := _kept(insight.statements, told):
            told.insights.append((insight.aspect, statements))
    for risk in analysis.risks:
        behind = [part for part in (risk.consequence, risk.trigger, risk.mitigation) if part]
        if risk.risk.doubtful:
            told.folded.append([risk.risk, *behind])
        else:
            told.risks.append([risk.risk, *_kept(behind, told)])
    for advice in analysis.recommendations:
        if _kept([advice.statement], told):
            told.recommendations.append(advice)
    return told


def marks_of(entries: Iterable[Entry]) -> list[Verdict]:
    """The marks that a page explains, because it shows them."""
    found = {
        claim.verdict
        for entry in entries
        for statement in statements_of(entry.analysis)
        for claim in statement.claims
    }
    return [verdict for verdict in VERDICTS if verdict in found]


def statements_of(analysis: Analysis) -> Iterator[Statement]:
    """All that an analysis says, but for the reasons of its importance."""
    yield from analysis.summary
    yield from analysis.impact
    for insight in analysis.insights:
        yield from insight.statements
    for risk in analysis.risks:
        parts = (risk.risk, risk.consequence, risk.trigger, risk.mitigation)
        yield from (part for part in parts if part)
    yield from (advice.statement for advice in analysis.recommendations)


def _kept(statements: Iterable[Statement], told: Weighed) -> list[Statement]:
    kept = []
    for statement in statements:
        if statement.doubtful:
            told.folded.append([statement])
        else:
            kept.append(statement)
    return kept


def _placed(text: str, claims: Iterable[Claim]) -> list[tuple[int, int, Claim]]:
    """Where each claim stands: they are in the order of the text."""
    placed = []
    position = 0
    for claim in claims:
        start = _find(text, claim.text, position)
        if start is not None:
            position = start + len(claim.text)
            placed.append((start, position, claim))
    return placed


def _find(text: str, name: str, position: int) -> int | None:
    """Where a name stands that is no part of a longer one."""
    while name and (position := text.find(name, position)) >= 0:
        end = position + len(name)
        before, behind = text[max(0, position - 1) : position], text[end : end + 1]
        inside = _WORD.match(before) and _WORD.match(name)
        if not inside and not (_WORD.match(behind) and _WORD.match(name[-1])):
            return position
        position += 1
    return None


def _plain(text: str, start: int, end: int, claims: list[tuple[int, int, Claim]]) -> Iterator[Run]:
    """Runs of words, each with the mark of its last piece behind it."""
    for piece in _pieces(text, start, end, claims):
        yield Run(code=False, pieces=(piece,))


def _pieces(
    text: str, start: int, end: int, claims: list[tuple[int, int, Claim]]
) -> Iterator[Piece]:
    position = start
    for first, last, claim in claims:
        if first >= position and last <= end:
            if first > position:
                yield Piece(text[position:first])
            evidence = claim.evidence[0] if claim.evidence else None
            yield Piece(text[first:last], evidence, claim.verdict)
            position = last
    if position < end:
        yield Piece(text[position:end])
