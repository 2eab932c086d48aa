"""Dependencies of Rust crates."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from digest.facts.dependencies.entries import Entry, Source, short
from digest.facts.dependencies.tomllines import Setting, settings

_TABLES = {"dependencies", "dev-dependencies", "build-dependencies"}
_VERSION = re.compile(r"[\^~=<>]{0,2}\s*\d[\w.,+*<>=\s-]{0,80}")
_NOT_DEPENDENCIES = {"version", "edition", "rust-version", "resolver", "opt-level", "channel"}
_CHANNEL = re.compile(r"""\s*(?:channel\s*=\s*)?["']?([\w.-]{1,60})["']?\s*(?:#.*)?""")


def cargo(source: Source) -> Iterator[Entry]:
    """``Cargo.toml`` of packages and workspaces."""
    tables: dict[tuple[str, ...], dict[str, str]] = {}
    lines: dict[tuple[str, ...], int] = {}
    for setting in settings(source):
        path = setting.path
        if path == ("package", "name"):
            yield Entry("rust", setting.string() or "", "", setting.line, role="own")
        elif path in {("package", "rust-version"), ("workspace", "package", "rust-version")}:
            if version := setting.string():
                yield Entry("rust", "rust", version, setting.line, "rust")
        elif not setting.known:
            yield from _guess(setting)
        elif (start := _start(path)) is not None and len(path) > start:
            text = setting.string()
            if len(path) == start + 1:
                fields = setting.fields() if text is None else {"version": text}
                yield _entry(path, fields, setting.line)
                continue
            where = path[: start + 1]  # [dependencies.serde], or serde.workspace = true
            tables.setdefault(where, {})[path[-1]] = text or setting.text.strip()
            if path[-1] == "version" or where not in lines:
                lines[where] = setting.line
    for where, fields in tables.items():
        yield _entry(where, fields, lines[where])


@functools.lru_cache(maxsize=4_096)
def _start(path: tuple[str, ...]) -> int | None:
    """Where in a path the name of the dependency stands."""
    if path[0] == "patch":
        return 2
    head = path[2:] if path[0] == "target" else path[1:] if path[0] == "workspace" else path
    return len(path) - len(head) + 1 if head and head[0] in _TABLES else None


def _entry(where: tuple[str, ...], fields: dict[str, str], line: int) -> Entry:
    name = fields.get("package") or where[-1]
    if "path" in fields:
        return Entry("rust", name, "", line, role="own")
    if fields.get("workspace") == "true":
        return Entry("rust", name, "", line, inherited=True)
    return Entry("rust", name, _version(fields), line, ".".join(where[:-1]))


def _version(fields: dict[str, str]) -> str:
    if "git" in fields:
        found = (fields.get(key) for key in ("rev", "tag", "branch"))
        return next((short(value) for value in found if value), "git")
    version = "".join(fields.get("version", "").split())
    return "" if version == "*" else version


def _guess(setting: Setting) -> Iterator[Entry]:
    """A line of a hunk that does not show its table."""
    if len(setting.path) != 1 or setting.path[0] in _NOT_DEPENDENCIES or not setting.line:
        return
    text, fields = setting.string(), setting.fields()
    if text is not None and _VERSION.fullmatch(text):
        fields = {"version": text}
    if "version" in fields or "git" in fields:
        yield _entry(setting.path, fields, setting.line)


def toolchain(source: Source) -> Iterator[Entry]:
    """``rust-toolchain.toml``, and the older file with a name only."""
    filled = [(number, text) for number, text in source.rows if number and text.strip()]
    for number, text in filled:
        match = _CHANNEL.fullmatch(text)
        if match and ("channel" in text or len(filled) == 1):
            yield Entry("rust", "rust", match[1], number, "toolchain")
