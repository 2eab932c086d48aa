"""Dependencies of Maven and Gradle builds.

A pom is scanned for its tags, never parsed as XML, so no entity is expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from digest.facts.dependencies.entries import Entry, Source
from digest.facts.dependencies.tomllines import settings

_TAG = re.compile(r"<(/?)([\w.:-]{1,100})(?:\s[^<>]{0,500})?(/?)>([^<>]{0,300})")
_HOLDERS = {"dependency", "plugin", "parent", "extension"}
_PROPERTY = re.compile(r"\$\{([\w.-]{1,100})\}")
_COORDINATES = re.compile(
    r"""["']([A-Za-z][\w.-]{0,100}):([A-Za-z][\w.-]{0,100}):([\w.+\[\](),-]{1,60})(?::[\w-]{1,40})?(?:@\w{1,10})?["']"""
)
_PLUGIN = re.compile(
    r"""\bid\s{0,5}\(?\s{0,5}["']([\w.-]{1,100})["']\s{0,5}\)?\s{1,5}version\s{1,5}\(?["']([\w.+-]{1,60})["']"""
)


class _Value(NamedTuple):
    text: str
    line: int


def pom(source: Source) -> Iterator[Entry]:
    """``pom.xml``: dependencies, plugins and the parent, with the versions of properties."""
    stack: list[str] = []
    fields: dict[str, _Value] = {}
    properties: dict[str, _Value] = {}
    found: list[tuple[str, dict[str, _Value]]] = []
    for number, text in source.rows:
        if not number:
            stack, fields = [], {}
        for closing, tag, empty, value in _TAG.findall(text):
            if closing:
                if tag in stack:
                    while stack.pop() != tag:
                        pass
                if tag in _HOLDERS and "exclusions" not in stack:
                    found.append((".".join(stack), fields))
                    fields = {}
                continue
            if empty:
                continue
            if stack[-1:] == ["properties"]:
                properties[tag] = _Value(value.strip(), number)
            elif stack[-1:] and stack[-1] in _HOLDERS and "exclusions" not in stack:
                fields[tag] = _Value(value.strip(), number)
            stack.append(tag)
    for slot, holder in found:
        yield from _artifact(slot, holder, properties)


def _artifact(
    slot: str, fields: dict[str, _Value], properties: dict[str, _Value]
) -> Iterator[Entry]:
    group, artifact = fields.get("groupId"), fields.get("artifactId")
    if artifact is None or (group and "$" in group.text):
        return
    name = f"{group.text}:{artifact.text}" if group else artifact.text
    version = fields.get("version", _Value("", artifact.line))
    if match := _PROPERTY.fullmatch(version.text):
        version = properties.get(match[1], _Value("", version.line))
    yield Entry("java", name, version.text, version.line, slot)


def gradle(source: Source) -> Iterator[Entry]:
    """``build.gradle`` in Groovy and Kotlin: coordinates and plugins that name a version."""
    for number, text in source.rows:
        if not number or text.lstrip().startswith(("//", "*", "/*")):
            continue
        for match in _COORDINATES.finditer(text):
            yield Entry("java", f"{match[1]}:{match[2]}", match[3], number)
        for match in _PLUGIN.finditer(text):
            yield Entry("java", match[1], match[2], number)


def catalog(source: Source) -> Iterator[Entry]:
    """Gradle's version catalogue, ``libs.versions.toml``."""
    for setting in settings(source):
        if len(setting.path) < 2 or not setting.known:  # noqa: PLR2004 - a table and a name
            continue
        table, name = setting.path[:2]
        text, fields = setting.string(), setting.fields()
        if table == "versions" and text:
            yield Entry("java", name, text, setting.line, "versions")
        elif table in {"libraries", "plugins"} and fields.get("version"):
            module = fields.get("module") or fields.get("id") or ""
            if not module and "group" in fields:
                module = f"{fields['group']}:{fields.get('name', '')}"
            yield Entry("java", module or name, fields["version"], setting.line, table)
        elif table in {"libraries", "plugins"} and text and ":" in text:
            module, _, version = text.rpartition(":")
            yield Entry("java", module, version, setting.line, table)
