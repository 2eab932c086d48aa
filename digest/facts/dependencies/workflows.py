"""What continuous integration and charts use: actions, hooks, charts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.facts.dependencies.entries import Entry, Source, short
from digest.facts.dependencies.pins import image

_USES = re.compile(
    r"""\s*(?:-\s+)?uses:\s*["']?(?P<name>[\w.-]{1,100}/[\w./-]{1,200})@(?P<ref>[\w./-]{1,100})["']?"""
    r"\s*(?:\#\s*(?P<comment>.*))?"
)
_DOCKER = re.compile(r"""\s*(?:-\s+)?uses:\s*["']?docker://([^\s"'#]{1,200})["']?\s*(?:#.*)?""")
_TAG = re.compile(r"(?:tag\s*=\s*)?v?\d[\w.+-]{0,40}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_HOOK = re.compile(
    r"""\s*(?:-\s+)?(repo|rev):\s*["']?([^\s"'#]{1,300})["']?\s*(?:#\s*(?:frozen:\s*)?(v?\d[\w.+-]{0,40}))?.*"""
)
_CHART = re.compile(
    r"""\s*(-\s+)?(name|version|repository):\s*["']?([^"'#]{1,200}?)["']?\s*(?:#.*)?"""
)


def actions(source: Source) -> Iterator[Entry]:
    """Workflows and composite actions of GitHub; what is pinned goes by the version beside."""
    for number, text in source.rows:
        if not number or "uses:" not in text:
            continue
        if match := _USES.fullmatch(text):
            yield _action(match["name"], match["ref"], match["comment"] or "", number)
        elif match := _DOCKER.fullmatch(text):
            entry = image(match[1], number)
            if entry is not None:
                yield entry


def _action(name: str, reference: str, comment: str, line: int) -> Entry:
    if not _COMMIT.fullmatch(reference):
        return Entry("action", name, reference, line, passing=True)
    tag = _TAG.match(comment)
    version = tag[0].rpartition("=")[2].strip() if tag else short(reference)
    return Entry("action", name, version, line, exact=reference, passing=True)


def hooks(source: Source) -> Iterator[Entry]:
    """``.pre-commit-config.yaml``."""
    name = ""
    for number, text in source.rows:
        match = _HOOK.fullmatch(text)
        if match is None:
            continue
        if match[1] == "repo":
            name = "" if match[2] in {"local", "meta"} else _hook_name(match[2])
        elif name and number:
            exact = match[2] if _COMMIT.fullmatch(match[2]) else ""
            yield Entry("other", name, match[3] or short(match[2]), number, exact=exact)


def _hook_name(url: str) -> str:
    return "/".join(url.removesuffix(".git").rstrip("/").split("/")[-2:])


def chart(source: Source) -> Iterator[Entry]:
    """``Chart.yaml`` and its older companion ``requirements.yaml``: the charts that it needs."""
    inside = False
    item: dict[str, tuple[str, int]] = {}
    for number, text in source.rows:
        if text[:1] not in {" ", "-", "#", "", "\t"}:
            yield from _chart(item)
            inside, item = text.startswith("dependencies:"), {}
        elif inside and (match := _CHART.fullmatch(text)):
            if match[1]:
                yield from _chart(item)
                item = {}
            item[match[2]] = (match[3].strip(), number)
        elif inside and text.lstrip().startswith("- "):
            yield from _chart(item)
            item = {}
    yield from _chart(item)


def _chart(item: dict[str, tuple[str, int]]) -> Iterator[Entry]:
    local = item.get("repository", ("", 0))[0].startswith("file:")
    if "name" in item and "version" in item and not local:
        version, line = item["version"]
        if line:
            yield Entry("other", item["name"][0], version, line, "chart")
