"""What is told of the public symbols of an edit."""

from __future__ import annotations

import textwrap

from support import edits

from digest.facts.interface.symbols import symbol_changes

Told = tuple[str, str, str | None, str | None, str | None]


def told(files: edits.Files, **more: object) -> list[Told]:
    """(change, name, previous name, before, after) of each."""
    plain: edits.Files = {
        path: (_text(before), _text(after)) for path, (before, after) in files.items()
    }
    changes, _ = symbol_changes(edits.diff(plain, **more))
    return [(one.change, one.name, one.previous_name, one.before, one.after) for one in changes]


def names(files: edits.Files, **more: object) -> list[tuple[str, str]]:
    """Only what happened to which."""
    return [(change, name) for change, name, *_ in told(files, **more)]


def _text(text: str | None) -> str | None:
    return None if text is None else textwrap.dedent(text)
