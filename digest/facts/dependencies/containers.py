"""What containers are made of: Dockerfiles, compose files, and files of their versions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.facts.dependencies.entries import Entry, Source
from digest.facts.dependencies.pins import Pin, image, numbered, pinned
from digest.facts.dependencies.python import requirement

_FROM = re.compile(
    r"\s*FROM\s+(?:--platform=\S{1,100}\s+)?(?P<image>\S{1,300})(?:\s+AS\s+(?P<stage>\S{1,100}))?\s*",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"\s*(?:COPY|ADD)\s.{0,200}?--from=(?P<image>[^\s$]{1,200}[:@]\S{1,100})\s", re.IGNORECASE
)
_ASSIGNMENT = re.compile(
    r"""(?P<name>[A-Za-z_]\w{0,99})=(?:"(?P<double>[^"]{0,200})"|(?P<plain>[^\s"#;\\]{1,200}))"""
)
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w{0,99})\}?")
_INSTALLED = re.compile(
    r"""(?<![\w$}./-])([A-Za-z][\w.-]{1,80}(?:\[[\w,-]{1,80}\])?==\d[\w.+!]{0,60})(?=["'\s;\\)]|$)"""
)
_COMPOSE = re.compile(r"""\s{1,40}image:\s*["']?([^\s"'#]{1,300})["']?\s*(?:#.*)?""")
_KEY = re.compile(r"""(\s{0,60})["']?([A-Za-z_][\w.-]{0,99})["']?:(?:\s+(.*))?""")
_SCALAR = re.compile(
    r"""(?:"([^"]{0,200})"|'([^']{0,200})'|([^\s#"'\[{][^\s#]{0,200}))\s*(?:\#.*)?"""
)


def dockerfile(source: Source) -> Iterator[Entry]:
    """Base images, versions in ``ARG`` and ``ENV``, and what ``pip`` is told to install."""
    stages: set[str | None] = set()
    values: dict[str, str] = {}
    pins: list[Pin] = []
    images: list[tuple[str, int]] = []
    word, goes_on = "", False
    for number, text in source.rows:
        start = text.lstrip()
        if not start or start[0] == "#" or not number:
            continue
        if not goes_on:
            word = start.split(None, 1)[0].upper()
        goes_on = start.rstrip().endswith("\\")
        if word == "FROM" and (match := _FROM.fullmatch(text)):
            if match["image"] not in stages:
                images.append((match["image"], number))
            stages.add(match["stage"])
        elif word in {"ARG", "ENV"}:
            for match in _ASSIGNMENT.finditer(text):
                value = match["double"] or match["plain"] or ""
                values.setdefault(match["name"], value)
                pins.append(Pin(match["name"], value, number))
        elif word in {"COPY", "ADD"} and (match := _COPY.match(text)):
            images.append((match["image"], number))
        elif "==" in text:
            yield from _installed(text, number)
    for name, number in images:
        yield from _image(name, number, values)
    yield from pinned(numbered(pins))


def _image(name: str, line: int, values: dict[str, str]) -> Iterator[Entry]:
    """An image whose tag is shown with its variables filled in, but compared as written."""
    if name.startswith("$") or "{{" in name or (entry := image(name, line)) is None:
        return
    version = _VARIABLE.sub(lambda match: values.get(match[1]) or match[0], entry.version)
    if not version.startswith("$"):
        yield Entry("image", entry.name, version, line, exact=entry.exact, raw=entry.version)


def _installed(text: str, line: int) -> Iterator[Entry]:
    for match in _INSTALLED.finditer(text):
        if (entry := requirement(match[1], line)) is not None:
            yield entry._replace(passing=True)


def compose(source: Source) -> Iterator[Entry]:
    """The images of a compose file."""
    for number, text in source.rows:
        if number and (match := _COMPOSE.fullmatch(text)):
            entry = image(match[1], number)
            if entry is not None and "$" not in entry.version:
                yield entry


def versions_yaml(source: Source) -> Iterator[Entry]:
    """Files from which a project's images are rendered: versions by name, in nested tables."""
    pins, stack = [], list[tuple[int, str]]()
    for number, text in source.rows:
        match = _KEY.fullmatch(text)
        if match is None:
            continue
        depth = len(match[1])
        while stack and stack[-1][0] >= depth:
            stack.pop()
        slot = ".".join(name for _, name in stack)
        stack.append((depth, match[2]))
        value = _SCALAR.fullmatch((match[3] or "").strip())
        if number and value is not None:
            content = value[1] or value[2] or value[3] or ""
            pins.append(Pin(match[2], content, number, slot))
    yield from pinned(pins)


def versions_json(source: Source) -> Iterator[Entry]:
    """Likewise as JSON, also in the form of variables with defaults (docker buildx bake)."""
    name, pins = "", []
    for number, text in source.rows:
        match = re.match(r'\s*"([\w.-]{1,100})"\s*:\s*(?:"([^"]{0,200})"|(\{))', text)
        if match is None:
            continue
        if match[3]:
            name = match[1]
        elif number:
            own = match[1] if match[1] != "default" else name
            pins.append(Pin(own, match[2] or "", number))
    yield from pinned(pins)
