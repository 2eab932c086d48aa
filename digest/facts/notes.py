"""What a commit itself writes into the changelog about breaking something.

Three ways to say it: a line that says so (``**breaking:** …``), an item under a title that
does (``### Breaking changes``), and a fragment of news of that type (towncrier's
``12.removal.rst``, unclog's ``breaking-changes/12-x.md``, ``change_type: breaking``, changie's
``kind: Breaking Changes``, ``release-note:breaking-change``, a changeset of a ``major`` version).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from digest.facts.references import pull_request_of
from digest.facts.wordlists import names
from digest.model import BreakingChange, Evidence

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, FileDiff, Line

STEMS = names(
    "changelog changes history release-notes release_notes releases upgrading migration whats-new"
    " whats_new"
)
FOLDERS = names(
    ".changelog .changes .changeset .chloggen .unreleased changelog.d changelogs changes"
    " newsfragments"
)
MOST = 60
"""Lines that an entry adds; who adds more writes a release's notes about others' commits."""
ITEMS = 6
"""Items that an entry has, likewise."""
FAR = 600
"""Lines above an item in which its titles are looked for."""
VERSION = 2
"""The level of titles in Markdown above which no section stands: that of a version."""
KNOWN = 8
"""Words at the beginning of an item by which it is known again."""
TEXT_LIMIT = 500
LINE_LIMIT = 4 * TEXT_LIMIT

_SAYS = re.compile(
    r"^\W{0,8}(?:\[[\w@/, -]{1,60}\]\W{0,4}){0,2}(?:\[?[*_`]{0,3}BREAKING\b"
    r"|(?i:[*_`]{0,3}breaking(?: change)?[*_]{0,2}:))"
    r"|\bBREAKING CHANGES?\b"
    r"|(?<![\w*])\*{1,2}(?i:breaking)\b[^*\n]{0,30}\*{1,2}(?![\w*])"
)
_OTHERS = re.compile(r"\b(?:see|all|of|the|no|non)\W{1,3}breaking changes?\b", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:^|[./])(?:breaking|removal|significant)(?:\.\d{1,3})?\.(?:md|rst|txt)$"
    r"|/breaking(?:[-_ ]changes?)?/[^/]{1,100}\.(?:md|rst|txt)$"
)
_TYPED = re.compile(
    r"^(?:(?:change_type|kind|type|category):\s{0,3}[\"']?(?i:breaking)\b|```release-note:\s?breaking"
    r"|[\"'][^\"'\n]{1,80}[\"']:\s{0,3}major\s*$)"
)
_NOTE = re.compile(r"^(?:(?:note|body):\s{0,3}[\"']?)?([^`#\s\"'-].{8,}?)[\"']?$")
_KEY = re.compile(r"^[a-z_]{2,20}:")
_ITEM = re.compile(r"\s{0,3}(?:[-*+]|\d{1,3}\.)\s+\S")
_HEADING = re.compile(r"(#{1,6})\s+(\S.{0,100})")
_UNDERLINE = re.compile(r"([=~^\"'*+`-])\1{2,100}\s*$")
_LINKED = re.compile(r"(?:/pull/|/pulls/|:pull:`|:pr:`)(\d{1,7})\b")
_WORD = re.compile(r"[a-z]{2,}")
_COLON = re.compile(r"\*{0,2}([A-Z][A-Za-z ]{2,40}):?\*{0,2}:?\s*$")
_BREAKING = re.compile(
    r"\W*(?:[a-z :]{0,24}\W{1,3})?(?:(?:potentially )?breaking(?: api| behaviou?r)?(?: changes?)?"
    r"|(?:removals and )?(?:backwards?[- ])?incompatible(?: breaking| api)?(?: changes?)?)\W*$",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\W{0,4}(?:[\w.-]{0,40}\s)?\W{0,3}v?\d{1,4}\.\d")


def breaking_notes(diff: Diff) -> list[BreakingChange]:
    """What a commit adds to a changelog that says that it breaks something.

    Arguments:
        diff: the changed files; release notes, which speak of other commits, are left out.
    """
    found: list[BreakingChange] = []
    own = pull_request_of(diff.commit)
    for file in diff.files:
        if not _is_notes(file.change.path) or (file.change.insertions or 0) > MOST:
            continue
        lines = _of_fragment(file) if _is_fragment(file) else _of_changelog(file, own)
        found += (_change(file, number, text) for number, text in lines)
    return found


def _is_notes(path: str) -> bool:
    *folders, name = path.lower().split("/")
    return name.split(".", 1)[0] in STEMS or not FOLDERS.isdisjoint(folders)


def _is_fragment(file: FileDiff) -> bool:
    *folders, name = file.change.path.lower().split("/")
    return not FOLDERS.isdisjoint(folders) and name.split(".", 1)[0] not in STEMS


def _of_fragment(file: FileDiff) -> Iterator[tuple[int, str]]:
    """The text of a new fragment, if it is of that type."""
    lines = [(line.number, _text(line.text)) for line in file.lines("new")]
    if file.change.status != "A" or not lines:
        return
    named = _NAMED.search(file.change.path.lower()) is not None
    typed = next((i for i, (_, text) in enumerate(lines) if _TYPED.match(text)), None)
    if named or typed is not None:
        told = lines if typed is None else lines[typed + 1 :]
        # HashiCorp's notes begin with the part that they are about, as a key would.
        fenced = typed is not None and lines[typed][1].startswith("`")
        prose = (line for line in told if (_NOTE.match(line[1]) if fenced else _tells(line[1])))
        yield next(prose, lines[typed or 0])
    else:
        yield from (line for line in lines if _says(line[1]))


def _tells(text: str) -> bool:
    """Whether a line of a fragment is prose."""
    return _NOTE.match(text) is not None and (
        text.startswith(("note:", "body:")) or not _KEY.match(text)
    )


def _of_changelog(file: FileDiff, own: int | None) -> Iterator[tuple[int, str]]:
    """The new items that say so, or that stand under a title that does."""
    added = [line for line in file.lines("new") if line.text.strip()]
    items = [line for line in added if _ITEM.match(_text(line.text))]
    if len(items) > ITEMS or any(_is_release(line) for line in added):
        return
    gone = {words for line in file.lines("old") if (words := _words_of(_text(line.text)))}
    new = [
        line
        for line in added
        # What is put in other words, or elsewhere, was there before.
        if _words_of(_text(line.text)) not in gone and not _is_others(added, line, own)
    ]
    said = [line for line in new if _says(_text(line.text))]
    yield from ((line.number, _text(line.text)) for line in said)
    if not said and (rest := [line for line in items if line in new]):
        yield from _of_section(file, rest)


def _words_of(text: str) -> str:
    """The beginning of an item, by which it is known again after small changes."""
    return " ".join(_WORD.findall(text.lower())[:KNOWN])


def _is_others(added: list[Line], line: Line, own: int | None) -> bool:
    """Whether an item links pull requests, and the commit's own is not among them."""
    if own is None:
        return False
    text = _text(line.text)
    follows = line.number + 1
    for other in added[added.index(line) + 1 :]:
        if other.number != follows or _ITEM.match(_text(other.text)):
            break
        text += f" {_text(other.text)}"
        follows += 1
    linked = {int(match[1]) for match in _LINKED.finditer(text[: 2 * LINE_LIMIT])}
    return bool(linked) and own not in linked


def _of_section(file: FileDiff, items: list[Line]) -> Iterator[tuple[int, str]]:
    """The items that stand under a title of breaking changes."""
    content = file.content("new")
    if content is None or not re.search(rb"(?i)breaking|incompatible", content):
        return
    last = max(line.number for line in items)
    lines = content.split(b"\n", last)[:last]
    for item in items:
        if any(_BREAKING.match(title) for title in _titles_above(lines, item.number)):
            yield item.number, _text(item.text)


def _titles_above(lines: list[bytes], number: int) -> Iterator[str]:
    """The titles that a line stands under, the nearest first, up to its version."""
    level = 7
    for index in range(number - 2, max(-1, number - FAR), -1):
        text = _text(lines[index])
        if match := _HEADING.match(text):
            if len(match[1]) < level:
                level = len(match[1])
                yield match[2].rstrip("# ")
            if level <= VERSION:
                return
        elif (_UNDERLINE.match(text) and index and lines[index - 1].strip()) or (
            level > VERSION and text[:1] not in {" ", "-", ""} and _COLON.match(text)
        ):
            yield _text(lines[index - 1]) if _UNDERLINE.match(text) else text.strip("*: ")
            return


def _is_release(line: Line) -> bool:
    """Whether a line is the title of a version that is released."""
    match = _HEADING.match(_text(line.text))
    return match is not None and _VERSION.match(match[2]) is not None


def _says(text: str) -> bool:
    return _SAYS.search(text) is not None and _OTHERS.search(text) is None


def _text(line: bytes) -> str:
    return line[:LINE_LIMIT].decode("utf-8", "replace")


def _change(file: FileDiff, number: int, text: str) -> BreakingChange:
    text = text.strip().lstrip("*-+ ").removeprefix("note:").removeprefix("body:").strip(" \"'")
    if len(text) > TEXT_LIMIT:
        text = text[:TEXT_LIMIT].rsplit(" ", 1)[0].rstrip() + " …"
    evidence = Evidence(path=file.change.path, line=number)
    return BreakingChange(reason="words", text=text, evidence=(evidence,))
