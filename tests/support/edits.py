"""Commits with patches, made of files as they were and as they are."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from support import records

from digest.facts.diffs import Diff, diff_of
from digest.facts.extract import extract
from digest.model import Contents, Coverage, Facts, FilePatch, Reading, no_contents

Files = Mapping[str, tuple[str | None, str | None]]
"""Path → content before and after; None where the file was not there, or is gone."""


def reading(files: Files, subject: str = "Change things", **more: Any) -> Reading:
    """A commit that edits those files, with the patches that git would show."""
    changes, patches = [], []
    for path, (before, after) in files.items():
        data, added, removed = _patch(before or "", after or "")
        status = "A" if before is None else "D" if after is None else "M"
        changes.append(records.change(path, added, removed, status))
        patches.append(FilePatch(path, data, old=_name(before), new=_name(after)))
    commit = records.commit(subject, changes=changes, **more)
    lines = commit.insertions + commit.deletions
    coverage = Coverage(files=len(files), files_read=len(files), lines=lines, lines_read=lines)
    return Reading(commit=commit, coverage=coverage, patches=tuple(patches))


def contents(files: Files) -> Contents:
    """Where the whole of those files can be had."""
    known = {_name(text): text.encode() for pair in files.values() for text in pair if text}
    return known.get


def diff(files: Files, *, whole: bool = True, **more: Any) -> Diff:
    """Such a commit taken apart; without the whole files, only its patches are there."""
    return diff_of(reading(files, **more), contents(files) if whole else no_contents)


def facts(files: Files, subject: str = "Change things", **more: Any) -> Facts:
    """The facts of such a commit."""
    return extract(reading(files, subject, **more), contents=contents(files))


def _name(text: str | None) -> str | None:
    return None if text is None else hashlib.sha1(text.encode()).hexdigest()  # noqa: S324


def _patch(before: str, after: str) -> tuple[bytes, int, int]:
    """A patch as git writes it, from the first ``@@`` on, with the headings of hunks."""
    old = before.splitlines()
    lines = list(difflib.unified_diff(old, after.splitlines(), lineterm=""))[2:]
    for index, line in enumerate(lines):
        if match := re.match(r"@@ -(\d+)(?:,(\d+))?", line):
            first = int(match[1]) - (0 if match[2] == "0" else 1)
            heading = next((text for text in reversed(old[:first]) if re.match(r"[\w$]", text)), "")
            lines[index] = f"{line} {heading}".rstrip()
    added = sum(line.startswith("+") for line in lines)
    removed = sum(line.startswith("-") for line in lines)
    return "".join(f"{line}\n" for line in lines).encode(), added, removed
