"""What a title says is withdrawn by a name that only something public has.

Two such names are sure enough to be believed without asking what a package exports: that of
a class with its member (``Remove `Scope#rename```), and that of a whole package, whose
manifest goes with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.messages import title_of
from digest.facts.removals import PRIVATE_FOLDERS, in_product, says_unused, takes_away
from digest.facts.wordlists import names
from digest.model import BreakingChange, Evidence

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, FileDiff, Line

MOST = 4
"""Names of a title that are looked for."""
LONGEST = 300
"""Bytes of a line that may define something."""

_MEMBER = re.compile(r"`[&*]?([A-Z]\w{1,60}(?:::|\.prototype\.|\.|#)([A-Za-z]\w{1,60}))(?:\(\))?`")
_KEYWORDS = (
    rb"(?:(?:pub(?:\([^()]{1,20}\))?|public|export|async|static|const|unsafe|override|default"
    rb"|abstract|readonly|get|set|def|fn|func|function|declare)\s{1,4})"
)
_KEYED = rb"^\s*" + _KEYWORDS + rb"+(?:\([^()]{0,60}\)\s?)?\*?NAME\s{0,2}[(<:?=]"
"""A line that begins with the definition of a member; Go puts the receiver behind ``func``."""
_BARE = rb"^\s*\*?NAME(?:\??:|\s?(?:<[^<>]*>)?\([^()]*(?:\([^()]*\)[^()]*)*\)\s?[{:])"
"""A member without a word in front: ``rename(to) {`` and ``name?: string``, and no call."""
_KEEPS = rb"^\s*" + _KEYWORDS + rb"*(?:\([^()]{0,60}\)\s?)?NAME\s{0,2}[(<:?=]"
"""A line that may define a member still; what is in doubt is not told to be gone."""
_KEYWORD_LANGUAGES = (".py", ".go", ".rs")
"""Where each definition begins with a word, so that without one it is a call or a local name."""
_MANIFESTS = names("package.json cargo.toml pyproject.toml")
_NAME = re.compile(rb"^\s*(?:\"name\":\s*|name\s*=\s*)[\"']([@\w./-]{2,100})[\"']")
_UNPUBLISHED = re.compile(
    rb"^\s*(?:\"private\":\s*true|publish\s*=\s*false|version\s*=\s*\"0\.0\.0\")"
)


def withdrawn(diff: Diff) -> list[BreakingChange]:
    """Members and packages that a title takes away, where the diff does so too.

    Arguments:
        diff: whose title and removed lines are looked at.
    """
    title = title_of(diff.commit)
    if not takes_away(title) or says_unused(title):
        return []
    found = [(*member, True) for member in _members(diff, title)]
    found += [
        (name, file, line, _is_named(title, name, file.path("old")))
        for name, file, line in _packages(diff)
    ]
    return [
        BreakingChange(
            reason="interface",
            text=name,
            evidence=(Evidence(path=file.path("old"), line=line.number, side="old"),),
            certain=certain,
        )
        for name, file, line, certain in found
    ]


def _members(diff: Diff, title: str) -> list[tuple[str, FileDiff, Line]]:
    """The members of classes that a title names, and whose definition goes."""
    found = []
    for match in list(_MEMBER.finditer(title))[:MOST]:
        word = match[2].encode()
        keyed, bare, keeps = (
            re.compile(pattern.replace(b"NAME", word)) for pattern in (_KEYED, _BARE, _KEEPS)
        )
        files = [
            file
            for file in diff.files
            if file.category == "source" and in_product(file.change.path) and word in file.changed
        ]
        if any(keeps.match(line) for file in files for line in _short(file.added)):
            continue
        gone = (
            (match[1], file, line)
            for file in files
            for line in file.lines("old")
            if len(line.text) <= LONGEST
            and (
                keyed.match(line.text)
                or (not file.path("old").endswith(_KEYWORD_LANGUAGES) and bare.match(line.text))
            )
        )
        found += [first] if (first := next(gone, None)) else []
    return found


def _short(text: bytes) -> list[bytes]:
    return [line for line in text.split(b"\n") if len(line) <= LONGEST]


def _is_named(title: str, name: str, manifest: str) -> bool:
    """Whether a title names a package: in full, without its scope, or by its folder."""
    called = {name, name.rpartition("/")[2], manifest.split("/")[-2]}
    words = "|".join(re.escape(word.replace("_", "-")) for word in sorted(called))
    pattern = rf"(?<![\w-])(?:{words})(?![\w-])"
    return re.search(pattern, title.replace("_", "-"), re.IGNORECASE) is not None


def _packages(diff: Diff) -> list[tuple[str, FileDiff, Line]]:
    """Published packages whose manifest is deleted, and that stand nowhere else."""
    manifests = [
        file
        for file in diff.files
        if file.change.path.lower().rpartition("/")[2] in _MANIFESTS
        and in_product(file.change.path)
        and PRIVATE_FOLDERS.isdisjoint(file.change.path.lower().split("/")[:-1])
    ]
    moved = {
        match[1]
        for file in manifests
        if file.change.status != "D"
        for line in file.lines("new")
        if (match := _NAME.match(line.text[:LONGEST]))
    }
    found = []
    for file in manifests:
        if file.change.status != "D" or "/" not in file.change.path:
            continue
        lines = list(file.lines("old"))
        if any(_UNPUBLISHED.match(line.text[:LONGEST]) for line in lines):
            continue
        named = ((m[1], line) for line in lines if (m := _NAME.match(line.text[:LONGEST])))
        name, line = next(named, (b"", None))
        if line is not None and name not in moved:
            found.append((name.decode("utf-8", "replace"), file, line))
    return found
