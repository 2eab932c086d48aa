"""What a protobuf file declares: messages, enums, services, and what is in them.

The grammar is small enough to be read by its statements
(https://protobuf.dev/reference/protobuf/proto3-spec/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    r"//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?"
    r"|[A-Za-z_.][\w.]*|-?[0-9][\w.]*|[^\s\w]"
)
_PAIRS = {"[": 1, "(": 1, "]": -1, ")": -1}
_ENDS = frozenset([";", "{", "}"])
_DEPTH = 40
_NUMBER = re.compile(r"-?\d\w*")
_IDENTIFIER = re.compile(r"\w+")
_NO_FIELDS = frozenset(["reserved", "extensions", "option", "import", "package", "syntax"])
_STATEMENT = 400
"""Tokens of one statement that are kept."""


class Entry(NamedTuple):
    """One thing that a schema declares."""

    name: str
    value: str
    line: int
    parent: str = ""


def entries(text: str) -> Iterator[Entry]:
    """Read what a protobuf file declares.

    Arguments:
        text: the file; what is no protobuf gives little or nothing.
    """
    stack: list[tuple[str, str]] = []
    for words, line, end in _statements(text):
        if end == "}":
            if stack:
                stack.pop()
        elif end == "{":
            kind, name = _opened(words, stack)
            if kind in {"message", "enum", "service"}:
                yield Entry(f"{kind} {name}", "", line, _parent(stack))
            elif kind == "rpc" and (entry := _rpc(words, line, stack)):
                yield entry
            stack.append((kind, name))
            if len(stack) > _DEPTH:
                return
        elif entry := _member(words, line, stack):
            yield entry


def _statements(text: str) -> Iterator[tuple[list[str], int, str]]:
    words: list[str] = []
    line, counted, first, depth = 1, 0, 1, 0
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word.startswith(("//", "/*")):
            continue
        line += text.count("\n", counted, match.start())
        counted = match.start()
        depth += _PAIRS.get(word, 0)
        if word in _ENDS and (depth <= 0 or word != "{"):
            yield words, first, word
            words, depth = [], 0
            continue
        if not words:
            first = line
        if len(words) < _STATEMENT:
            words.append(word)


def _opened(words: list[str], stack: list[tuple[str, str]]) -> tuple[str, str]:
    kind = words[0] if words else ""
    if kind in {"message", "enum", "service", "extend"} and len(words) > 1:
        return kind, ".".join((*_scope(stack), words[1]))
    return kind, ""


def _scope(stack: list[tuple[str, str]]) -> tuple[str, ...]:
    name = next((name for _, name in reversed(stack) if name), "")
    return (name,) if name else ()


def _parent(stack: list[tuple[str, str]]) -> str:
    return next((f"{kind} {name}" for kind, name in reversed(stack) if name), "")


def _member(words: list[str], line: int, stack: list[tuple[str, str]]) -> Entry | None:
    kind, name = next((item for item in reversed(stack) if item[1]), ("", ""))
    if not words or not name or (stack and stack[-1][0] in {"option", "rpc"}):
        return None
    if kind == "service":
        return _rpc(words, line, stack)
    if "=" not in words[1:-1] or (words[0] in _NO_FIELDS and words[1] != "="):
        return None
    at = words.index("=", 1)
    field, number = words[at - 1], words[at + 1]
    if not (_NUMBER.fullmatch(number) and _IDENTIFIER.fullmatch(field)):
        return None
    parent = f"{kind} {name}"
    type_ = _joined([word for word in words[: at - 1] if word != "optional"])
    if (kind == "enum") == bool(type_):
        return None
    return Entry(f"{parent}.{field}", f"{type_} {field} = {number}".strip(), line, parent)


def _joined(words: list[str]) -> str:
    text = " ".join(words)
    return re.sub(r" ?([<>()]) ?", r"\1", text).replace(" ,", ",")


def _rpc(words: list[str], line: int, stack: list[tuple[str, str]]) -> Entry | None:
    if len(words) < 5 or words[0] != "rpc" or words[2] != "(":  # noqa: PLR2004 - rpc Name ( X )
        return None
    service = next((name for kind, name in reversed(stack) if kind == "service"), "")
    value = _joined(words[2:]).replace(")returns(", ") returns (")
    return Entry(f"rpc {service}.{words[1]}", value, line, f"service {service}")
