"""Changes of the schemas that other programs rely on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from digest.facts.interface import graphql, protobuf, sql, yamlschemas
from digest.facts.interface.declared import Declared, is_interface, one_line, shown, whole_text
from digest.model import Evidence, InterfaceChange, Unread

if TYPE_CHECKING:
    from digest.facts.diffs import FileDiff, Side
    from digest.facts.interface.protobuf import Entry

LIMIT = 1_000_000
"""Characters of the largest schema that is read."""
FAR = 12_000
"""A line beyond which a file is taken to be too large, when it cannot be had."""

_MANY_USES = frozenset(["yaml", "yml", "json"])
_BORROWED = re.compile(
    r"(?:^|/)(?:google|envoy|gogoproto|validate|udpa|xds|opencensus|opentelemetry|grpc/health"
    r"|protoc-gen-\w+)/"
)
"""Folders of protobuf files that projects copy from others."""
_HINTS = re.compile(r"crd|openapi|swagger|customresource|(?:^|/)api[^/]*$", re.IGNORECASE)
_MIGRATION = re.compile(r"(?:^|/)(?:\w+[-_])?migrat\w*/|(?:^|/)(?:V\d+|\d{3,})_[^/]*\.sql$")
_WAY_BACK = re.compile(r"(?:[._]down\.sql|(?:^|/)down(?:\.sql|/)|(?:^|/)U\d+__)", re.IGNORECASE)

Parts = tuple[list[Declared], list[Declared]]


def declared(file: FileDiff) -> tuple[Parts, Unread | None]:
    """Read what both sides of a schema declare, and whether it could be read.

    Arguments:
        file: any changed file; one that holds no schema declares nothing.
    """
    read = _reader(file)
    if read is None:
        return ([], []), None
    old, new = whole_text(file, "old"), whole_text(file, "new")
    if old is None or new is None:
        far = max((hunk.new_start for hunk in file.hunks), default=0) > FAR
        return ([], []), Unread(path=file.change.path, reason="size" if far else "missing")
    if max(len(old), len(new)) > LIMIT:
        return ([], []), Unread(path=file.change.path, reason="size")
    try:
        return read(file, (old, new)), None
    except (ValueError, RecursionError):
        return ([], []), Unread(path=file.change.path, reason="syntax")


def _reader(file: FileDiff) -> Callable[[FileDiff, tuple[str, str]], Parts] | None:
    """How a file is read; None where it holds no schema of the project's own."""
    path = file.change.path
    ending = path.rpartition(".")[2].lower()
    if ending not in _READERS or not file.patch.data or not is_interface(file):
        return None
    if _BORROWED.search(path) or (ending in _MANY_USES and not _HINTS.search(path)):
        return None
    return _READERS[ending]


def _whole(
    entries: Callable[[str], Iterable[Entry]],
) -> Callable[[FileDiff, tuple[str, str]], Parts]:
    """A reader of whole files, side by side."""

    def read(file: FileDiff, texts: tuple[str, str]) -> Parts:
        return _side(file, "old", entries(texts[0])), _side(file, "new", entries(texts[1]))

    return read


def _side(file: FileDiff, side: Side, entries: Iterable[Entry]) -> list[Declared]:
    path = file.path(side)
    starts = [hunk.old_start if side == "old" else hunk.new_start for hunk in file.hunks]
    return [
        Declared(
            "schema",
            entry.name,
            path,
            entry.line,
            entry.value,
            entry.parent,
            hunk=bisect_right(starts, entry.line),
        )
        for entry in entries
    ]


def _yaml(file: FileDiff, texts: tuple[str, str]) -> Parts:
    if not any(
        pattern.search(text)
        for pattern in (yamlschemas.RESOURCE, yamlschemas.DOCUMENT)
        for text in texts
    ):
        return [], []
    return yamlschemas.declared(file, texts)


def _json(file: FileDiff, texts: tuple[str, str]) -> Parts:
    if not any(re.search(r'"(?:openapi|swagger)"\s*:', text[:2_000]) for text in texts):
        return [], []
    old, new = ([*yamlschemas.json_entries(text)] if text.strip() else [] for text in texts)
    return (
        _side(file, "old", _with_lines(file, "old", old)),
        _side(file, "new", _with_lines(file, "new", new)),
    )


def _with_lines(file: FileDiff, side: Side, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Entries with the changed line that names them."""
    lines = list(file.lines(side))
    first = lines[0].number if lines else 1
    known: dict[str, int] = {}
    for line in lines:
        for match in re.finditer(rb'"([^"]{1,200})"\s*:', line.text):
            known.setdefault(match[1].decode("utf-8", "replace"), line.number)
    for entry in entries:
        name = re.split(r"[. ]", entry.name)[-1]
        yield entry._replace(line=known.get(name, first))


_READERS: dict[str, Callable[[FileDiff, tuple[str, str]], Parts]] = {
    "proto": _whole(protobuf.entries),
    "graphql": _whole(graphql.entries),
    "graphqls": _whole(graphql.entries),
    "gql": _whole(graphql.entries),
    "yaml": _yaml,
    "yml": _yaml,
    "json": _json,
}


def table_changes(file: FileDiff) -> list[InterfaceChange]:
    """What a file of SQL changes of tables and columns.

    Arguments:
        file: any changed file.  A migration says what it does; the file of a whole schema is
            compared with what it was.
    """
    path = file.change.path
    if not path.lower().endswith(".sql") or not is_interface(file) or _WAY_BACK.search(path):
        return []
    old, new = whole_text(file, "old"), whole_text(file, "new")
    if old is None or new is None or max(len(old), len(new)) > LIMIT:
        return []
    before = {step[:3]: step for step in sql.steps(old)}
    after = {step[:3]: step for step in sql.steps(new)}
    come = [step for key, step in after.items() if key not in before]
    gone = [step for key, step in before.items() if key not in after and step.verb == "add"]
    if _MIGRATION.search(path):
        gone = []  # migrations are squashed, tables are not
    return list(_table_changes(path, come, gone))


def _table_changes(
    path: str, come: list[sql.Step], gone: list[sql.Step]
) -> Iterator[InterfaceChange]:
    lost = {step.name: step for step in gone}
    tables = {step.name for step in come if step.verb == "add" and "." not in step.name}
    for step in come:
        table = step.name.partition(".")[0]
        if step.name != table and table in tables and step.verb == "add":
            continue
        was = lost.pop(step.name, None)
        here = Evidence(path=path, line=step.line)
        value = shown(step.name, step.value)
        if step.verb == "rename":
            yield InterfaceChange(
                what="schema",
                name=step.value,
                before="",
                after="",
                previous_name=step.name,
                evidence=(here,),
            )
        elif step.verb == "drop":
            yield _table_change(step.name, "", None, here)
        elif step.verb == "alter" or was is not None:
            yield _table_change(step.name, was.value if was else "", value, here)
        else:
            yield _table_change(step.name, None, value, here)
    for step in lost.values():
        if step.name.partition(".")[0] not in lost or "." not in step.name:
            place = Evidence(path=path, line=step.line, side="old")
            yield _table_change(step.name, step.value, None, place)


def _table_change(
    name: str, before: str | None, after: str | None, evidence: Evidence
) -> InterfaceChange:
    return InterfaceChange(
        what="schema",
        name=name,
        before=None if before is None else one_line(before),
        after=after,
        evidence=(evidence,),
    )
