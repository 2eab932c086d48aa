"""What an edit of a manifest does to dependencies."""

from __future__ import annotations

from typing import Any

from support import edits

from digest.facts.dependencies import dependency_changes
from digest.model import DependencyChange

OLD_SHA, NEW_SHA = "a" * 40, "b" * 40


def changes(
    path: str, before: str | None, after: str | None, **more: Any
) -> tuple[DependencyChange, ...]:
    return dependency_changes(edits.diff({path: (before, after)}, **more))


def told(found: tuple[DependencyChange, ...]) -> list[tuple[str, str, str | None, str | None]]:
    return [(change.ecosystem, change.name, change.before, change.after) for change in found]
