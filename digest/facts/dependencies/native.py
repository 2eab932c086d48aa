"""What builds of C and C++ fetch: CMake and Bazel."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.facts.dependencies.entries import Entry, Source, short
from digest.facts.dependencies.pins import Pin, numbered, pinned

_DECLARE = re.compile(
    r"\s*(?:FetchContent_(?:Declare|Populate)|ExternalProject_Add|CPMAddPackage)\s*\(\s*(?:NAME\s+)?([\w.+-]{1,100})?.*",
    re.IGNORECASE,
)
_NAME = re.compile(r"\s*(?:NAME\s+)?([A-Za-z][\w.+-]{0,100})\s*")
_TAG = re.compile(r"""(?:.*\s|)GIT_TAG\s+["']?([^\s"'()]{1,200})["']?.*""")
_SET = re.compile(
    r"""\s*set\s*\(\s*([A-Za-z_]\w{1,100})\s+["']?([\w.+-]{1,100})["']?\s*(?:CACHE\s.{0,200})?\)\s*(?:#.*)?""",
    re.IGNORECASE,
)
_MINIMUM = re.compile(r"\s*cmake_minimum_required\s*\(\s*VERSION\s+([\d.]{1,30}).*", re.IGNORECASE)
_ARCHIVE = re.compile(
    r"(?:.{0,200}\s|)URL\s+[\"']?https://\S{1,300}/(?:archive|download)/(?:refs/tags/)?"
    r"([0-9a-f]{40}|v?\d[\w.+-]{0,60}?)(?:\.tar\.\w{2,3}|\.zip|\.tgz|/\S{1,300})[\"']?\s*\)?\s*"
)
_VARIABLE = re.compile(r"\$\{(\w{1,100})\}")
_OWN = ("cmake_", "project_", "cpack_")
_BAZEL = re.compile(
    r"""\s*bazel_dep\s*\(\s*name\s*=\s*["']([\w.-]{1,100})["']\s*,\s*version\s*=\s*["']([\w.+-]{1,60})["'].*"""
)


def cmake(source: Source) -> Iterator[Entry]:
    """``CMakeLists.txt`` and ``*.cmake``: fetched sources, and versions that are set."""
    name, waiting = "", False
    values: dict[str, tuple[str, int]] = {}
    pins: list[Pin] = []
    used: set[str] = set()
    for number, line in source.rows:
        text = line.partition("#")[0]
        if not text:
            continue
        calls = "(" in text
        if calls and (match := _DECLARE.fullmatch(text)):
            name = match[1] or ""
            waiting = not name
        elif waiting and (match := _NAME.fullmatch(text)):
            name, waiting = match[1], False
        elif text.strip() == ")" or not number:
            name, waiting = "", False
        elif calls and (match := _SET.fullmatch(text)):
            values[match[1]] = match[2], number
            if not match[1].lower().startswith(_OWN) and any(map(str.isdigit, match[2])):
                pins.append(Pin(match[1], match[2], number))
        elif calls and (match := _MINIMUM.fullmatch(text)):
            yield Entry("other", "cmake", match[1], number)
        if name and number and "URL" in text and (match := _ARCHIVE.fullmatch(text)):
            yield Entry("other", name, short(match[1]), number)
        elif name and number and "GIT_TAG" in text and (match := _TAG.fullmatch(text)):
            variable = _VARIABLE.fullmatch(match[1])
            known = values.get(variable[1]) if variable else None
            tag, shown_at = known or (match[1], number)
            used.update(_VARIABLE.findall(match[1]))
            yield Entry("other", name, short(tag), shown_at)
    yield from pinned(numbered(pin for pin in pins if pin.name not in used))


def bazel(source: Source) -> Iterator[Entry]:
    """``MODULE.bazel``."""
    for number, text in source.rows:
        if number and (match := _BAZEL.fullmatch(text)):
            yield Entry("other", match[1], match[2], number)
