"""What SQL files say of tables and columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

_TOKEN = re.compile(
    r"--[^\n]*|/\*[\s\S]*?(?:\*/|\Z)|\$(\w*)\$[\s\S]*?(?:\$\1\$|\Z)|'(?:[^']|'')*'?"
    r'|"[^"\n]*"|`[^`\n]*`|\[[\w ]+\]|\w+|[^\s\w]'
)
_DOWN = re.compile(
    r"--\s*(?:\+goose\s+down|\+migrate\s+down|migrate:down|rollback\b|down\b|@down)", re.IGNORECASE
)
"""Where the way back begins (goose, sql-migrate, dbmate, Liquibase)."""
_UP = re.compile(r"--\s*(?:\+goose\s+up|\+migrate\s+up|migrate:up|changeset\b)", re.IGNORECASE)
_NO_COLUMNS = frozenset(
    [
        "constraint", "primary", "foreign", "unique", "check", "key", "index", "exclude", "like",
        "fulltext", "spatial", "period", "inherits", "partition",
    ]
)  # fmt: skip
_ENDS_TYPE = frozenset(["comment", "references", "check", "constraint", "after", "first"])
_STATEMENT = 5_000

Verb = Literal["add", "drop", "alter", "rename"]


class Step(NamedTuple):
    """One thing that a file does to a table or column."""

    verb: Verb
    name: str
    """``table users`` or ``table users.email``."""
    value: str
    """A column's type; for a rename, the new name."""
    line: int


def steps(text: str) -> Iterator[Step]:
    """Read what a file of SQL does to tables and columns, without its ways back.

    Arguments:
        text: the file.
    """
    for words, line in _statements(text):
        head = [word.casefold() for word in words[:6]]
        if head[:1] == ["create"] and "table" in head[1:4] and "temporary" not in head:
            yield from _create(words, line)
        elif head[:2] == ["alter", "table"]:
            yield from _alter(words, line)
        elif head[:2] == ["drop", "table"]:
            names = _split(_after(words, 2, "if", "exists"))
            yield from (Step("drop", f"table {_name(name)[0]}", "", line) for name in names)


def _statements(text: str) -> Iterator[tuple[list[str], int]]:
    words: list[str] = []
    line, counted, first, down = 1, 0, 1, False
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word.startswith(("--", "/*")):
            down = not _UP.match(word) and (down or bool(_DOWN.match(word)))
            continue
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if word == ";":
            if words:
                yield words, first
            words = []
        elif not down and len(words) < _STATEMENT:
            if not words:
                first = line
            words.append(word)
    if words:
        yield words, first


def _after(words: list[str], start: int, *optional: str) -> list[str]:
    """The words from there on, without optional ones in front."""
    for word in optional:
        if start < len(words) and words[start].casefold() == word:
            start += 1
    return words[start:]


def _name(words: list[str]) -> tuple[str, int]:
    """A name, which may have a schema in front, without its quotes, and how long it is."""
    if not words:
        return "", 0
    length = 1
    while length + 1 < len(words) and words[length] == ".":
        length += 2
    return words[length - 1].strip('"`[]'), length


def _split(words: list[str]) -> Iterator[list[str]]:
    """The parts between commas that stand in no brackets."""
    part: list[str] = []
    depth = 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if depth < 0:
            break
        if word == "," and depth == 0:
            yield part
            part = []
        else:
            part.append(word)
    if part:
        yield part


def _create(words: list[str], line: int) -> Iterator[Step]:
    at = next(index for index, word in enumerate(words) if word.casefold() == "table")
    rest = _after(words, at + 1, "if", "not", "exists")
    table, length = _name(rest)
    yield Step("add", f"table {table}", "", line)
    if rest[length : length + 1] != ["("]:
        return
    for part in _split(rest[length + 1 :]):
        if len(part) > 1 and part[0].casefold() not in _NO_COLUMNS:
            yield Step("add", f"table {table}.{part[0].strip(chr(34) + '`[]')}", _type(part), line)


def _type(part: list[str]) -> str:
    """The type of a column and what is required of it."""
    end = next(
        (at for at, word in enumerate(part) if at and word.casefold() in _ENDS_TYPE), len(part)
    )
    return re.sub(r" ([(),])", r"\1", " ".join(part[1:end])).replace("( ", "(")


def _alter(words: list[str], line: int) -> Iterator[Step]:
    rest = _after(words, 2, "if", "exists", "only")
    table, length = _name(rest)
    for part in _split(rest[length:]):
        if part and (step := _action(f"table {table}", part, line)):
            yield step


def _action(table: str, part: list[str], line: int) -> Step | None:
    verb, rest = part[0].casefold(), _after(part, 1, "column", "if", "not", "exists")
    named = len(part) > 1 and part[1].casefold() == "column"
    if not rest or (rest[0].casefold() in _NO_COLUMNS and not named):
        return None
    column = f"{table}.{_name(rest)[0]}"
    if verb == "add":
        return Step("add", column, _type(rest), line) if len(rest) > 1 else None
    if verb == "drop":
        return Step("drop", column, "", line)
    if verb == "rename":
        return _rename(table, rest, line)
    if verb in {"alter", "modify"}:
        return Step("alter", column, _type(rest), line)
    return None


def _rename(table: str, rest: list[str], line: int) -> Step | None:
    words = [word.casefold() for word in rest]
    if words[0] == "to" and len(rest) > 1:
        return Step("rename", table, f"table {_name(rest[1:])[0]}", line)
    if words[1:2] == ["to"] and len(rest) > 2:  # noqa: PLR2004 - a TO b
        return Step("rename", f"{table}.{_name(rest)[0]}", f"{table}.{_name(rest[2:])[0]}", line)
    return None
