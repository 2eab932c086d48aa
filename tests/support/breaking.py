"""Breaking changes of a commit that is made of a subject and an edit."""

from __future__ import annotations

from typing import Any

from support.edits import Files
from support.edits import diff as made

from digest.facts import kinds, messages, titles
from digest.facts.breaking import breaking_changes
from digest.model import BreakingChange, DependencyChange, InterfaceChange

CODE = {"src/app/core.py": ("a\nb\nc\n", "a\n")}


def breaking(
    subject: str,
    files: Files | None = None,
    interface: tuple[InterfaceChange, ...] = (),
    dependencies: tuple[DependencyChange, ...] = (),
    **more: Any,
) -> tuple[BreakingChange, ...]:
    """What breaks by a commit of that subject; its files are an ordinary edit if none are named."""
    diff = made(CODE if files is None else files, subject=subject, **more)
    title = titles.parse(messages.title_of(diff.commit))
    kind = kinds.kind_of(diff.commit, title, ())
    return breaking_changes(diff, title, kind, interface, dependencies)


def reasons(*arguments: Any, **more: Any) -> list[str]:
    return [change.reason for change in breaking(*arguments, **more)]
