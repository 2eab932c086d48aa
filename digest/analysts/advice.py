"""What follows from the facts: insights, risks, and what a reader should do.

Nothing is said here that is true of any commit.  Each sentence comes from one
fact and carries the line that shows it; where there is no fact, there is silence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from msgspec.structs import replace

from digest.analysts.importance import SEEN
from digest.analysts.telling import SHORT, named, phrase, slug_of
from digest.model import Aspect, Insight, Recommendation, Risk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from digest.analysts.shape import Shape
    from digest.model import BreakingChange, Facts, InterfaceChange, Statement, What

STATEMENTS = 4
"""Sentences under one heading; more would not be read."""
UNTESTED_LINES = 100
"""Lines of source from which the absence of a test is worth a word."""

_DEFAULTS: frozenset[What] = frozenset(["flag", "environment variable", "config key"])
_OPERATED: frozenset[What] = frozenset(["environment variable", "config key", "metric"])
"""What those meet who run the program, rather than those who call it."""


_PLAIN_VALUE = re.compile(r"[-+]?\d[\w.]*|true|false|\"[^\"]+\"|'[^']+'", re.IGNORECASE)


def insights(facts: Facts, shape: Shape) -> tuple[Insight, ...]:
    """What the facts mean under each aspect."""
    told: dict[Aspect, list[Statement]] = {}
    for change in facts.breaking:
        # What the diff takes away is told among the risks, with what to do about it.
        if change.reason not in SEEN:
            told.setdefault("compatibility", []).append(_broken(change))
    tested = shape.apart.get("test", 0)
    if not tested and shape.source_lines >= UNTESTED_LINES and facts.kind != "revert":
        told.setdefault("tests", []).append(phrase("insight.untested", lines=shape.source_lines))
    return tuple(
        Insight(aspect=aspect, statements=tuple(statements[:STATEMENTS]))
        for aspect, statements in told.items()
    )


def _broken(change: BreakingChange) -> Statement:
    said = change.reason if change.reason in {"marker", "requirement"} else "said"
    return replace(phrase(f"insight.breaking.{said}", text=change.text), evidence=change.evidence)


def risks(facts: Facts) -> tuple[Risk, ...]:
    """What may go wrong for those who rely on what the commit changes."""
    found = [Risk(risk=risk, mitigation=_way_out(items)) for risk, items in _gone(facts)]
    found += [
        Risk(
            risk=replace(
                phrase(
                    "risk.default", name=item.name, before=item.before or "", after=item.after or ""
                ),
                evidence=item.evidence[:1],
            )
        )
        for item in _new_defaults(facts)
    ]
    return tuple(found[:STATEMENTS])


def _gone(facts: Facts) -> Iterator[tuple[Statement, list[InterfaceChange]]]:
    """Of each sort of thing that is gone under its name, what that does to its users."""
    for what, items in _by_what(facts, lambda item: item.change in {"removed", "renamed"}):
        names = [
            replace(item, name=item.previous_name or item.name, previous_name=None)
            for item in items
        ]
        yield named(f"risk.removed.{slug_of(what)}", names), items


def _way_out(items: list[InterfaceChange]) -> Statement | None:
    """What to use instead, where the commit itself shows it."""
    for item in items:
        if item.previous_name is not None:
            return phrase("risk.instead", name=item.name, previous=item.previous_name)
    return None


def recommendations(facts: Facts, shape: Shape) -> tuple[Recommendation, ...]:
    """What a reader should do, by who the reader is."""
    found: list[Recommendation] = []
    for item in facts.interface:
        if item.change == "renamed" and _concerns_users(facts, item.what):
            statement = phrase(
                "recommend.rename", name=item.name, previous=item.previous_name or ""
            )
            statement = replace(statement, evidence=item.evidence[:1])
            found.append(Recommendation(audience=_audience(item.what), statement=statement))
    for item in _new_defaults(facts):
        if _can_be_set(item.before or ""):
            statement = phrase("recommend.default", name=item.name, before=item.before or "")
            statement = replace(statement, evidence=item.evidence[:1])
            found.append(Recommendation(audience=_audience(item.what), statement=statement))
    found = found[:STATEMENTS]
    if not found and _only_said(facts) and facts.references.pull_request is not None:
        # The author says that users must act, and the diff does not show how.
        read = phrase("recommend.read", number=str(facts.references.pull_request))
        found.append(Recommendation(audience="users", statement=read))
    if facts.reverts and not facts.reverts[0].reapplies and not facts.reverts[0].partial:
        found.append(Recommendation(audience="users", statement=_built_on(facts)))
    if shape.migrations:
        statement = paths_named("recommend.migrate", shape.migrations)
        found.append(Recommendation(audience="operators", statement=statement))
    return tuple(found)


def _can_be_set(value: str) -> bool:
    """Whether a default is a plain value that somebody could write down."""
    return _PLAIN_VALUE.fullmatch(value) is not None


def _only_said(facts: Facts) -> bool:
    """Whether all that tells of a breaking change is what its author says."""
    return bool(facts.breaking) and all(item.reason not in SEEN for item in facts.breaking)


def _concerns_users(facts: Facts, what: What) -> bool:
    """Whether somebody outside is likely to use such a thing."""
    return what != "public symbol" or bool(facts.breaking)


def _built_on(facts: Facts) -> Statement:
    revert = facts.reverts[0]
    if revert.subject is not None:
        return phrase("recommend.reverts.subject", subject=revert.subject)
    if revert.pull_request is not None:
        return phrase("recommend.reverts.pull_request", number=str(revert.pull_request))
    return phrase("recommend.reverts.commit", sha=(revert.sha or "")[:7])


def _audience(what: What) -> Literal["developers", "operators", "users"]:
    """Who meets such a thing."""
    if what == "public symbol":
        return "developers"
    return "operators" if what in _OPERATED else "users"


def _by_what(
    facts: Facts, wanted: Callable[[InterfaceChange], bool]
) -> Iterator[tuple[What, list[InterfaceChange]]]:
    """The changes of the interface that are wanted, by what they change."""
    groups: dict[What, list[InterfaceChange]] = {}
    for item in facts.interface:
        if wanted(item):
            groups.setdefault(item.what, []).append(item)
    yield from groups.items()


def _new_defaults(facts: Facts) -> Iterable[InterfaceChange]:
    """What has another default now, and a short enough one to say."""
    return [
        item
        for item in facts.interface
        if item.change == "changed"
        and item.what in _DEFAULTS
        and item.before
        and item.after
        and max(len(item.before), len(item.after)) <= SHORT
    ][:STATEMENTS]


def paths_named(identifier: str, paths: tuple[str, ...]) -> Statement:
    """Name paths, and count those that are too many to name."""
    if more := len(paths[STATEMENTS:]):
        return phrase(f"{identifier}_more", paths=paths[:STATEMENTS], more=more)
    return phrase(identifier, paths=paths)
