"""Lock files.

They are large, so their hunks are read: a block's name stands beside its version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.dependencies.entries import Entry, Row, Source
from digest.facts.dependencies.python import normal

if TYPE_CHECKING:
    from digest.model.facts import Ecosystem

_FIELD = re.compile(r'(name|version|source) = (?:"([^"]{1,200})"|(\{[^{}]{0,500}\}?).*)')
_OWN_SOURCES = re.compile(r"\{ *(?:editable|virtual|directory|path) *=")
_NPM_PACKAGE = re.compile(
    r'\s{4,}"(?:[^"]{0,200}node_modules/)?((?:@[\w.~-]+/)?[\w.~-]{1,100})": \{'
)
_NPM_VERSION = re.compile(r'\s{6,}"version": "([^"]{1,100})",?')
_YARN_PACKAGE = re.compile(r'"?((?:@[\w.~-]{1,100}/)?[\w.~-]{1,100})@[^:]{1,300}:?.{0,600}:')
_YARN_VERSION = re.compile(r'  version:? "?([^"\s]{1,100})"?')
_PNPM_PACKAGE = re.compile(
    r"  '?/?((?:@[\w.~-]{1,100}/)?[\w.~-]{1,100})[@/](\d[^:'()\s]{0,100})(?:\(.{0,500}\))?'?:"
)
_BUN_PACKAGE = re.compile(
    r'    "[^"]{1,200}": \["((?:@[\w.~-]{1,100}/)?[\w.~-]{1,100})@(\d[^"]{0,100})"[,\]].*'
)


def cargo_lock(source: Source) -> Iterator[Entry]:
    """``Cargo.lock``; what has no source is of the workspace."""
    return _blocks(source, "rust", has_source=True)


def python_lock(source: Source) -> Iterator[Entry]:
    """``uv.lock``, ``poetry.lock``, ``pdm.lock``, ``pylock.toml``."""
    return _blocks(source, "python", has_source=False)


def _blocks(source: Source, ecosystem: Ecosystem, *, has_source: bool) -> Iterator[Entry]:
    block: list[Row] = []
    for row in source.rows:
        # A block ends at an empty line, at its lists, at its header, or at the hunk's end.
        if row[0] and (match := _FIELD.match(row[1])) and match[1] != "name":
            block.append(row)
            continue
        if row[1].startswith("name = "):
            yield from _block(block, ecosystem, has_source=has_source, ended=True)
            block = [row]
            continue
        if block:
            yield from _block(block, ecosystem, has_source=has_source, ended=bool(row[0]))
            block = []
    yield from _block(block, ecosystem, has_source=has_source, ended=source.whole)


def _block(
    block: list[Row], ecosystem: Ecosystem, *, has_source: bool, ended: bool
) -> Iterator[Entry]:
    fields: dict[str, tuple[str, int]] = {}
    for number, text in block:
        if match := _FIELD.match(text):
            fields.setdefault(match[1], (match[2] or match[3] or "", number))
    if "name" not in fields or "version" not in fields:
        return
    name, (version, line) = fields["name"][0], fields["version"]
    if ecosystem == "python":
        name = normal(name)
    origin = fields.get("source", ("", 0))[0]
    if (has_source and not origin and ended) or _OWN_SOURCES.match(origin):
        yield Entry(ecosystem, name, "", line, role="own")
    else:
        yield Entry(ecosystem, name, version, line, role="locked")


def npm_lock(source: Source) -> Iterator[Entry]:
    """``package-lock.json``."""
    return _headed(source, _NPM_PACKAGE, _NPM_VERSION)


def yarn_lock(source: Source) -> Iterator[Entry]:
    """``yarn.lock`` of all versions of Yarn."""
    return _headed(source, _YARN_PACKAGE, _YARN_VERSION)


def _headed(source: Source, header: re.Pattern[str], field: re.Pattern[str]) -> Iterator[Entry]:
    """Blocks with the name in the line above the version."""
    name, first = "", 0
    for number, text in source.rows:
        if match := header.fullmatch(text):
            name, first = match[1], number
        elif name and number == first + 1 and (match := field.fullmatch(text)):
            yield Entry("javascript", name, match[1], number, role="locked")


def pnpm_lock(source: Source) -> Iterator[Entry]:
    """``pnpm-lock.yaml``: names with versions, in ``packages`` and again in ``snapshots``."""
    return _flat(source, _PNPM_PACKAGE)


def bun_lock(source: Source) -> Iterator[Entry]:
    """``bun.lock``."""
    return _flat(source, _BUN_PACKAGE)


def _flat(source: Source, pattern: re.Pattern[str]) -> Iterator[Entry]:
    for number, text in source.rows:
        if number and (match := pattern.fullmatch(text)):
            yield Entry("javascript", match[1], match[2], number, role="locked")


def pipfile_lock(source: Source) -> Iterator[Entry]:
    """``Pipfile.lock``: the version stands below the hashes."""
    name = ""
    for number, text in source.rows:
        if match := re.fullmatch(r'        "([\w.-]{1,100})": \{', text):
            name = match[1]
        elif name and (match := re.fullmatch(r'            "version": "==([^"]{1,100})"', text)):
            yield Entry("python", normal(name), match[1], number, role="locked")
