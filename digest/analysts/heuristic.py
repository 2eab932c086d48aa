"""The built-in analyst: offline, deterministic, and modest.

It says what the facts say, in phrases that each language has words for, and
lets the author speak where the commit has a body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.analysts.importance import judge, phrase
from digest.analysts.prose import summary_of
from digest.analysts.shape import Shape, shape_of
from digest.facts.reverts import brought_back
from digest.model import Analysis, Insight, Provenance, Recommendation, Risk, Statement

if TYPE_CHECKING:
    from digest.model import BreakingChange, Category, Commit, Facts, FileChange, Reading, Revert

SUMMARY_AREAS = 3
IMPACT_AREAS = 6
PATHS = 4
"""Paths that one statement names."""
UNTESTED_LINES = 100
"""Lines of source from which the absence of a test is worth a word."""

CATEGORY_ORDER: tuple[Category, ...] = (
    "build", "lock", "data", "test", "documentation", "ci", "generated", "vendored",
)  # fmt: skip


class HeuristicAnalyst:
    """Judges by facts alone.  See :class:`digest.analysts.Analyst` for what it keeps."""

    name = "heuristic"
    version = "1"

    def analyse(self, reading: Reading, facts: Facts) -> Analysis:
        """Judge one commit; the same commit always gets the same analysis."""
        commit = reading.commit
        shape = shape_of(reading, facts)
        importance = judge(commit, facts, shape)
        deep = importance.level == "high"
        known = importance.level != "low"
        return Analysis(
            importance=importance,
            change_type=facts.kind,
            summary=_summary(commit, facts),
            impact=_impact(shape) if known else (),
            insights=_insights(facts, shape) if deep else (),
            risks=_risks(facts) if deep else (),
            recommendations=_recommendations(facts, shape) if known else (),
            provenance=Provenance(
                analyst=self.name, version=self.version, coverage=reading.coverage
            ),
        )


# Summary


def _summary(commit: Commit, facts: Facts) -> tuple[Statement, ...]:
    """The author's own sentences; else what is taken back, and what the files tell."""
    taken_back = tuple(_taken_back("summary", revert) for revert in facts.reverts[:1])
    if text := summary_of(commit):
        return (*taken_back, Statement(text=text))
    return (*taken_back, _files_told(commit, facts))


def _taken_back(family: str, revert: Revert) -> Statement:
    """Name what a commit takes back or brings back, by the best name there is."""
    verb = "reapplies" if revert.reapplies else "reverts"
    subject = brought_back((revert,)) if revert.reapplies else revert.subject
    if subject is not None:
        return phrase(f"{family}.{verb}.subject", subject=subject)
    if revert.pull_request is not None:
        return phrase(f"{family}.{verb}.pull_request", number=str(revert.pull_request))
    return phrase(f"{family}.{verb}.commit", sha=(revert.sha or "")[:7])


def _files_told(commit: Commit, facts: Facts) -> Statement:
    """Tell what happened to the files."""
    changes = commit.changes
    if not changes:
        return phrase("summary.empty" if commit.changes_known else "summary.unknown")
    if len(changes) == 1:
        return _file_told(changes[0])
    lines = {"insertions": commit.insertions, "deletions": commit.deletions}
    # The program before its tests and documents, however large those are.
    ranked = sorted(facts.areas, key=lambda area: area.category != "source")
    areas = tuple(dict.fromkeys(area.name for area in ranked))
    shown = areas[:SUMMARY_AREAS]
    if len(areas) > len(shown):
        more = len(areas) - len(shown)
        return phrase("summary.changes_more", files=len(changes), areas=shown, more=more, **lines)
    verbs = {"A": "adds", "D": "deletes", "R": "renames"}
    statuses = {change.status for change in changes}
    verb = verbs.get(statuses.pop(), "changes") if len(statuses) == 1 else "changes"
    return phrase(f"summary.{verb}", files=len(changes), areas=shown, **lines)


def _file_told(change: FileChange) -> Statement:
    """Tell what happened to the only file."""
    path = change.path
    if change.status == "R" and change.previous_path is not None:
        return phrase(
            "summary.rename",
            path=path,
            previous=change.previous_path,
            insertions=change.insertions or 0,
            deletions=change.deletions or 0,
        )
    plain = (
        (change.submodule, "submodule"),
        (change.status in {"A", "C"}, "add"),
        (change.status == "D", "delete"),
        (change.binary, "binary"),
        (not change.insertions and not change.deletions, "mode"),
    )
    for fits, name in plain:
        if fits:
            return phrase(f"summary.{name}", path=path)
    return phrase(
        "summary.change",
        path=path,
        insertions=change.insertions or 0,
        deletions=change.deletions or 0,
    )


# Impact


def _impact(shape: Shape) -> tuple[Statement, ...]:
    """The areas of source by size, what stands beside them, and what is new or gone."""
    statements = [
        phrase(
            "impact.area",
            area=area.name,
            files=area.files,
            insertions=area.insertions,
            deletions=area.deletions,
        )
        for area in shape.source[:IMPACT_AREAS]
    ]
    if more := len(shape.source) - len(statements):
        statements.append(phrase("impact.more", areas=more))
    statements += (
        phrase(f"impact.{category}", files=shape.apart[category])
        for category in CATEGORY_ORDER
        if category in shape.apart
    )
    if shape.added:
        statements.append(_named("impact.added", shape.added))
    if shape.removed:
        statements.append(_named("impact.removed", shape.removed))
    return tuple(statements)


def _named(identifier: str, paths: tuple[str, ...]) -> Statement:
    """Name paths, and count those that are too many to name."""
    if more := len(paths[PATHS:]):
        return phrase(f"{identifier}_more", paths=paths[:PATHS], more=more)
    return phrase(identifier, paths=paths)


# Insights, risks and recommendations: only where a fact carries them


def _insights(facts: Facts, shape: Shape) -> tuple[Insight, ...]:
    insights: list[Insight] = []
    if facts.breaking:
        statements = tuple(_broken(change) for change in facts.breaking[:PATHS])
        insights.append(Insight(aspect="compatibility", statements=statements))
    tests = shape.apart.get("test", 0)
    if tests:
        tested = phrase("insight.tested", files=tests)
        insights.append(Insight(aspect="tests", statements=(tested,)))
    elif shape.source_lines >= UNTESTED_LINES and facts.kind != "revert":
        untested = phrase("insight.untested", lines=shape.source_lines)
        insights.append(Insight(aspect="tests", statements=(untested,)))
    return tuple(insights)


def _broken(change: BreakingChange) -> Statement:
    identifier = "marker" if change.reason == "marker" else "said"
    return Statement(
        phrase=f"insight.breaking.{identifier}",
        values={"text": change.text},
        evidence=change.evidence,
    )


def _risks(facts: Facts) -> tuple[Risk, ...]:
    if not facts.breaking:
        return ()
    areas = _top_areas(facts)
    pull_request = facts.references.pull_request
    return (
        Risk(
            risk=phrase("risk.breaking", areas=areas) if areas else phrase("risk.breaking.plain"),
            mitigation=None
            if pull_request is None
            else phrase("recommend.read", number=str(pull_request)),
        ),
    )


def _recommendations(facts: Facts, shape: Shape) -> tuple[Recommendation, ...]:
    found: list[Recommendation] = []
    areas = _top_areas(facts)
    if facts.breaking and areas:
        check = phrase("recommend.breaking", areas=areas)
        found.append(Recommendation(audience="users", statement=check))
    if facts.breaking and facts.references.pull_request is not None:
        read = phrase("recommend.read", number=str(facts.references.pull_request))
        found.append(Recommendation(audience="users", statement=read))
    if facts.reverts and not facts.reverts[0].reapplies:
        statement = _taken_back("recommend", facts.reverts[0])
        found.append(Recommendation(audience="users", statement=statement))
    if shape.migrations:
        statement = _named("recommend.migrate", shape.migrations)
        found.append(Recommendation(audience="operators", statement=statement))
    if shape.removed and facts.kind != "revert":
        statement = _named("recommend.removed", shape.removed)
        found.append(Recommendation(audience="developers", statement=statement))
    return tuple(found)


def _top_areas(facts: Facts) -> tuple[str, ...]:
    """The largest areas of source."""
    source = (area.name for area in facts.areas if area.category == "source")
    return tuple(source)[:SUMMARY_AREAS]
