"""What a commit itself writes into the changelog about breaking something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.wordlists import names
from digest.model import BreakingChange, Evidence

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, FileDiff, Line

STEMS = names("changelog changes history release-notes release_notes releases upgrading migration")
FOLDERS = names(
    ".changelog .changeset .chloggen .unreleased changelog.d changelogs changes newsfragments"
)
MOST = 12
"""Lines that an entry adds; who adds more writes a release's notes about others' commits."""
TEXT_LIMIT = 500

_SAYS = re.compile(
    r"^\W{0,8}(?:\[[\w@/, -]{1,60}\]\W{0,4}){0,2}(?:\[?[*_`]{0,3}BREAKING\b"
    r"|(?i:[*_`]{0,3}breaking(?: change)?[*_]{0,2}:))"
    r"|\bBREAKING CHANGES?\b",
)
_FRAGMENT = re.compile(r"(?:^|\.)(?:breaking|removal|significant)\.(?:md|rst|txt)$")


def breaking_notes(diff: Diff) -> list[BreakingChange]:
    """The added lines of a changelog that say that the commit breaks something.

    Arguments:
        diff: the changed files; release notes, which speak of other commits, are left out.
    """
    found: list[BreakingChange] = []
    for file in diff.files:
        if not _is_notes(file.change.path) or (file.change.insertions or 0) > MOST:
            continue
        found += (_change(file, line) for line in file.lines("new") if _says(file, line))
    return found


def _is_notes(path: str) -> bool:
    *folders, name = path.lower().split("/")
    return name.split(".", 1)[0] in STEMS or not FOLDERS.isdisjoint(folders)


def _says(file: FileDiff, line: Line) -> bool:
    text = line.text[: 4 * TEXT_LIMIT].decode("utf-8", "replace")
    if _FRAGMENT.search(file.change.path.lower()):
        return line.number == 1 and bool(text.strip())
    return _SAYS.search(text) is not None


def _change(file: FileDiff, line: Line) -> BreakingChange:
    text = line.text[: 4 * TEXT_LIMIT].decode("utf-8", "replace").strip().lstrip("*-+ ")
    if len(text) > TEXT_LIMIT:
        text = text[:TEXT_LIMIT].rsplit(" ", 1)[0].rstrip() + " …"
    evidence = Evidence(path=file.change.path, line=line.number)
    return BreakingChange(reason="words", text=text, evidence=(evidence,))
