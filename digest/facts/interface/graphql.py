"""What a GraphQL schema declares: types and their fields (https://spec.graphql.org)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.facts.interface.protobuf import Entry

_TOKEN = re.compile(
    r'#[^\n]*|"""[\s\S]*?(?:"""|\Z)|"(?:[^"\\\n]|\\.)*"?|[A-Za-z_]\w*|-?[0-9][\w.]*|\.\.\.|[^\s\w]'
)
_BLOCKS = frozenset(["type", "input", "interface", "enum"])
_PAIRS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}

_Token = tuple[str, int]


def entries(text: str) -> Iterator[Entry]:
    """Read what a GraphQL schema declares.

    Arguments:
        text: the file; queries and fragments declare nothing.
    """
    tokens = _tokens(text)
    index = 0
    while index < len(tokens):
        word, line = tokens[index]
        name = tokens[index + 1][0] if index + 1 < len(tokens) else ""
        index += 1
        if word in _BLOCKS:
            start = _find(tokens, index, "{")
            end = _closing(tokens, start)
            yield Entry(f"{word} {name}", "", line)
            yield from _fields(tokens[start + 1 : end], f"{word} {name}")
            index = end
        elif word in {"union", "scalar"}:
            yield Entry(f"{word} {name}", "", line)
        elif word == "{":
            index = _closing(tokens, index - 1)


def _tokens(text: str) -> list[_Token]:
    found = []
    line, counted = 1, 0
    for match in _TOKEN.finditer(text):
        if match[0][0] in '#"':
            continue
        line += text.count("\n", counted, match.start())
        counted = match.start()
        found.append((match[0], line))
    return found


def _find(tokens: list[_Token], index: int, wanted: str) -> int:
    """Where a token comes next, before the next declaration."""
    for at in range(index, len(tokens)):
        if tokens[at][0] == wanted:
            return at
        if tokens[at][0] in _BLOCKS and at > index:
            return at - 1
    return len(tokens)


def _closing(tokens: list[_Token], start: int) -> int:
    """Where the bracket closes that opens there; the same place where none opens."""
    depth = 0
    for at in range(start, len(tokens)):
        depth += _PAIRS.get(tokens[at][0], 0)
        if depth <= 0:
            return at
    return len(tokens)


def _fields(tokens: list[_Token], parent: str) -> Iterator[Entry]:
    index = 0
    kind = parent.partition(" ")[0]
    while index < len(tokens):
        name, line = tokens[index]
        if name == "@":  # a directive of the field before
            index += 2
            index = _after(tokens, index)
            continue
        index += 1
        if not name.isidentifier():
            continue
        if kind == "enum":
            yield Entry(f"{parent}.{name}", name, line, parent)
            continue
        after = _after(tokens, index)
        if after >= len(tokens) or tokens[after][0] != ":":
            continue
        end = _type_end(tokens, after + 1)
        value = "".join(_spaced(token) for token, _ in tokens[index:end])
        yield Entry(f"{parent}.{name}", value.strip(": "), line, parent)
        index = end


def _after(tokens: list[_Token], index: int) -> int:
    """Behind the arguments that may stand there."""
    if index < len(tokens) and tokens[index][0] == "(":
        return _closing(tokens, index) + 1
    return index


def _type_end(tokens: list[_Token], index: int) -> int:
    """Behind a type such as ``[User!]!`` and its default."""
    while index < len(tokens) and tokens[index][0] == "[":
        index += 1
    index += 1
    while index < len(tokens) and tokens[index][0] in "]!":
        index += 1
    if index < len(tokens) and tokens[index][0] == "=":
        index = max(_closing(tokens, index + 1) + 1, index + 2)
    return index


def _spaced(token: str) -> str:
    return {":": ": ", "=": " = ", ",": ", "}.get(token, token)
