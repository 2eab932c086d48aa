"""What is told of the named parts of an interface, one short line for each."""

from __future__ import annotations

import textwrap

from support import edits

from digest.facts.interface.named import named_changes

Side = str | None


def told(path: str, before: Side, after: Side, **others: tuple[Side, Side]) -> list[str]:
    """What is told of an edit, one short line for each change."""
    files = {path: (_text(before), _text(after))}
    files |= {name: (_text(old), _text(new)) for name, (old, new) in others.items()}
    return lines(files)


def lines(files: edits.Files, **more: object) -> list[str]:
    found, _ = named_changes(edits.diff(files, **more))
    result = []
    for change in found:
        name = f"{change.previous_name} -> {change.name}" if change.previous_name else change.name
        before, after = change.before, change.after
        value = after if before is None else before if after is None else f"{before} -> {after}"
        result.append(f"{change.change} {change.what}: {name} [{value}]")
    return result


def _text(text: Side) -> Side:
    return None if text is None else textwrap.dedent(text).lstrip("\n")


def added(path: str, text: str) -> list[str]:
    """What is told of a new file, without the kind of change."""
    return [line.removeprefix("added ") for line in told(path, None, text)]
