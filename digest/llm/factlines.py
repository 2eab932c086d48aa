"""A commit and its facts as short lines, for a model to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from digest.llm.selection import STATUSES
from digest.model import (
    BreakingChange,
    Commit,
    DependencyChange,
    Evidence,
    Facts,
    FileChange,
    InterfaceChange,
    Revert,
    Signal,
    Symbol,
)

_VALUE = 160
"""Characters of a value: a default, a signature."""


def message_lines(commit: Commit, *, limit: int) -> Iterator[str]:
    """The message and what goes with it.

    Arguments:
        commit: the commit.
        limit: characters of the body.
    """
    yield f"Subject: {_short(commit.subject, 400)}"
    yield f"Committed: {commit.committed_at.isoformat()}"
    if len(commit.parents) > 1:
        yield "A merge; what follows compares it with its first parent."
    body = commit.body.strip()
    if body:
        left = commit.body_omitted + max(0, len(body) - limit)
        yield "Body:"
        yield body[:limit]
        if left:
            yield f"[{left} more characters of the body are left out]"


def file_lines(commit: Commit, *, limit: int) -> Iterator[str]:
    """All changed files with what was added and removed.

    Arguments:
        commit: the commit.
        limit: files that are named.
    """
    changes = commit.changes
    yield f"Files: {len(changes)}, +{commit.insertions} -{commit.deletions}"
    named = changes
    if len(changes) > limit:
        named = tuple(sorted(changes, key=lambda change: -_churn(change))[:limit])
    yield from map(_file, named)
    if len(changes) > limit:
        yield f"- and {len(changes) - limit} more"


def fact_lines(facts: Facts, *, limit: int) -> Iterator[str]:
    """What was read from the commit without judgement, one fact a line.

    Arguments:
        facts: of the commit.
        limit: facts of one kind.
    """
    yield f"Kind: {facts.kind}" + (f", scope {_short(facts.scope)}" if facts.scope else "")
    if facts.bot:
        yield "Made by a bot."
    groups: dict[str, Iterable[str]] = {
        "Areas": (f"{area.name} (+{area.insertions} -{area.deletions})" for area in facts.areas),
        "Works on": map(_symbol, facts.symbols),
        "Interface": map(_interface, facts.interface),
        "Dependencies": map(_dependency, facts.dependencies),
        "May break users": map(_breaking, facts.breaking),
        "Takes back": map(_revert, facts.reverts),
        "Signals": map(_signal, facts.signals),
        "Structure not read": (f"{file.path} ({file.reason})" for file in facts.unread),
    }
    for title, items in groups.items():
        lines = list(items)
        if lines:
            yield f"{title}:"
            yield from (f"- {line}" for line in lines[:limit])
        if len(lines) > limit:
            yield f"- and {len(lines) - limit} more"


def _file(change: FileChange) -> str:
    origin = "" if change.previous_path is None else f" from {change.previous_path}"
    churn = "binary" if change.binary else f"+{change.insertions or 0} -{change.deletions or 0}"
    return f"- {change.path} ({STATUSES[change.status]}{origin}, {churn})"


def _churn(change: FileChange) -> int:
    return (change.insertions or 0) + (change.deletions or 0)


def _symbol(symbol: Symbol) -> str:
    return f"{_short(symbol.name)} ({symbol.lines} lines)"


def _interface(change: InterfaceChange) -> str:
    name = _short(change.name)
    if change.previous_name is not None:
        name = f"{_short(change.previous_name)} → {name}"
    return f"{change.what} {name} {change.change}{_values(change)}{_at(change.evidence)}"


def _dependency(change: DependencyChange) -> str:
    locked = ", in a lock file only" if change.locked else ""
    name = f"{change.ecosystem} {_short(change.name)}"
    return f"{name} {change.change}{_values(change)}{locked}"


def _breaking(change: BreakingChange) -> str:
    doubt = "" if change.certain else ", not certain"
    return f"{_short(change.text)} [{change.reason}{doubt}]{_at(change.evidence)}"


def _signal(signal: Signal) -> str:
    times = f" ×{signal.count}" if signal.count > 1 else ""
    return f"{signal.name}{times}{_at(signal.evidence)}"


def _values(change: InterfaceChange | DependencyChange) -> str:
    """Before and after, as far as there is something to tell."""
    if change.change in {"changed", "renamed"}:
        same = change.before == change.after
        return "" if same else f": {_some(change.before)} → {_some(change.after)}"
    value = change.before or change.after
    return f": {_some(value)}" if value else ""


def _some(value: str | None) -> str:
    return _short(value) if value else "(none)"


def _revert(revert: Revert) -> str:
    what = revert.sha or (f"#{revert.pull_request}" if revert.pull_request else "")
    parts = [what, _short(revert.subject) if revert.subject else ""]
    notes = [
        note
        for note, holds in (("a revert itself", revert.reapplies), ("in part", revert.partial))
        if holds
    ]
    return " ".join([*filter(None, parts), *(f"({note})" for note in notes)])


def _at(evidence: tuple[Evidence, ...]) -> str:
    if not evidence:
        return ""
    first = evidence[0]
    side = " before the change" if first.side == "old" else ""
    return f" ({first.path}:{first.line}{side})"


def _short(text: str, limit: int = _VALUE) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
