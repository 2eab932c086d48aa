"""Dependencies of JavaScript packages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.facts.dependencies.entries import Entry, Source, short

_TABLES = {
    "dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "engines",
}  # fmt: skip
_OPEN = re.compile(r'\s*(?:"([^"]{0,100})"\s*:\s*)?[{\[]\s*')
_PAIR = re.compile(r'\s*"([^"]{1,200})"\s*:\s*"([^"]{0,300})"\s*,?\s*')
_ONE_LINE = re.compile(r'\s*"([^"]{1,100})"\s*:\s*\{([^{}]{1,4000})\}\s*,?\s*')
_PAIRS = re.compile(r'"([^"]{1,200})"\s*:\s*"([^"]{0,300})"')
_CLOSE = re.compile(r"\s*[}\]]")
_NAME = re.compile(r"(?:@[\w.~-]{1,100}/)?[A-Za-z0-9_][\w.~-]{0,100}")
_LOCAL = ("workspace:", "file:", "link:", "portal:", ".", "/")
_MANAGERS = {"npm", "pnpm", "yarn", "bun"}


def package_json(source: Source) -> Iterator[Entry]:
    """``package.json``, as package managers write it: one entry a line."""
    stack: list[str] = []
    for number, text in source.rows:
        if not number:
            match = _OPEN.fullmatch(text)
            stack = ["", match[1] or ""] if match else []
        elif match := _PAIR.fullmatch(text):
            yield from _pair(stack, match[1], match[2], number)
        elif match := _ONE_LINE.fullmatch(text):
            for inner in _PAIRS.finditer(match[2]):
                yield from _pair([*stack, match[1]], inner[1], inner[2], number)
        elif match := _OPEN.fullmatch(text):
            stack.append(match[1] or "")
        elif _CLOSE.match(text) and stack:
            stack.pop()


def _pair(stack: list[str], name: str, value: str, line: int) -> Iterator[Entry]:
    table = stack[1] if len(stack) == 2 else ""  # noqa: PLR2004 - the package, then a table
    if name == "name" and len(stack) == 1:
        yield Entry("javascript", value, "", line, role="own")
    elif name == "packageManager" and len(stack) == 1:
        manager, _, version = value.partition("@")
        if manager in _MANAGERS:
            yield Entry("javascript", manager, version.partition("+")[0], line)
    elif table in _TABLES and _NAME.fullmatch(name):
        if value.startswith(_LOCAL):
            yield Entry("javascript", name, "", line, role="own")
        else:
            yield Entry("javascript", name, _version(value), line, table)


def _version(value: str) -> str:
    if value in {"*", "latest"}:
        return "" if value == "*" else value
    reference = value.rpartition("#")[2] if "#" in value else value
    return short(reference.strip())[:80]
