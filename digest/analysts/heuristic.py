"""The built-in analyst: offline, deterministic, and modest.

It says what the facts say, in phrases that each language has words for, and
lets the author speak where the commit has a body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.analysts.advice import insights, paths_named, recommendations, risks
from digest.analysts.importance import judge
from digest.analysts.prose import summary_of
from digest.analysts.shape import Shape, shape_of
from digest.analysts.telling import (
    dependencies_told,
    interface_told,
    is_named,
    phrase,
    symbols_told,
    words_in,
)
from digest.facts.messages import title_of
from digest.facts.reverts import brought_back
from digest.model import Analysis, Provenance, Statement

if TYPE_CHECKING:
    from digest.model import Category, Commit, Facts, FileChange, Reading, Revert

SENTENCES = 3
"""Sentences of a summary."""
SUMMARY_AREAS = 3
IMPACT_AREAS = 4

CATEGORY_ORDER: tuple[Category, ...] = (
    "build", "lock", "data", "test", "documentation", "ci", "generated", "vendored",
)  # fmt: skip


class HeuristicAnalyst:
    """Judges by facts alone.  See :class:`digest.analysts.Analyst` for what it keeps."""

    name = "heuristic"
    version = "3"

    def analyse(self, reading: Reading, facts: Facts) -> Analysis:
        """Judge one commit; the same commit always gets the same analysis."""
        commit = reading.commit
        shape = shape_of(reading, facts)
        return Analysis(
            importance=judge(commit, facts, shape),
            change_type=facts.kind,
            summary=_summary(commit, facts),
            impact=_impact(shape),
            insights=insights(facts, shape),
            risks=risks(facts),
            recommendations=recommendations(facts, shape),
            provenance=Provenance(
                analyst=self.name, version=self.version, coverage=reading.coverage
            ),
        )


# Summary


def _summary(commit: Commit, facts: Facts) -> tuple[Statement, ...]:
    """The author's own sentences; else what is taken back, and what facts and files tell."""
    taken_back = tuple(_taken_back(revert) for revert in facts.reverts[:1])
    if text := summary_of(commit):
        return (*taken_back, Statement(text=text))
    title = title_of(commit)
    interface, moved = interface_told(facts), dependencies_told(facts, title)
    words = words_in(title)
    if any(is_named(item, words) and not item.locked for item in facts.dependencies):
        told = (*taken_back, *moved, *interface, *symbols_told(facts))
    else:
        told = (*taken_back, *interface, *moved, *symbols_told(facts))
    if told and all(change.submodule for change in commit.changes):
        return told[:SENTENCES]
    return (*told[: SENTENCES - 1], _files_told(commit, facts))


def _taken_back(revert: Revert) -> Statement:
    """Name what a commit takes back or brings back, by the best name there is."""
    verb = "reapplies" if revert.reapplies else "reverts_part" if revert.partial else "reverts"
    subject = brought_back((revert,)) if revert.reapplies else revert.subject
    if subject is not None:
        return phrase(f"summary.{verb}.subject", subject=subject)
    if revert.pull_request is not None:
        return phrase(f"summary.{verb}.pull_request", number=str(revert.pull_request))
    return phrase(f"summary.{verb}.commit", sha=(revert.sha or "")[:7])


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
        statements.append(paths_named("impact.added", shape.added))
    if shape.removed:
        statements.append(paths_named("impact.removed", shape.removed))
    return tuple(statements)
