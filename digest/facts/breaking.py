"""Whether a commit says that users must act."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.messages import body_of, prose_lines, title_of
from digest.model import BreakingChange, Commit, Kind

if TYPE_CHECKING:
    from digest.facts.diffs import Diff
    from digest.facts.titles import Title
    from digest.model import DependencyChange, InterfaceChange

LIMIT = 20
TEXT_LIMIT = 500

_FOOTER = re.compile(r"^BREAKING[ -]CHANGES?(?:\([^()]{0,60}\))?\s?:\s?(.*)")
"""Capitals are required, as the convention has it: templates ask in small letters."""
_NOTHING = re.compile(r"^(?:no(?:ne|t applicable|\W.*)?|n/?a|-|—)?\s*\.?$", re.IGNORECASE)
_LOUD = re.compile(r"\bWILL BREAK\b[^()\[\]]{0,100}|\bBREAKING(?:[ -]CHANGES?)?\b")
_WORDS = re.compile(
    r"\bbreaking[ -](?:api[ -])?changes?\b|\bbackwards?[ -]incompatible\b|\bwill break\b"
    r"|\bbreaks (?:backwards? )?compatibility\b|\bincompatible (?:api )?changes?\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:non|not(?: an?)?|no|without|avoid\w*|prevent\w*|fix\w*|revert\w*|detect\w*|check\w*"
    r"|after|due to|from|for)[ -](?:\w+[ -]){0,2}$",
    re.IGNORECASE,
)
"""What before the words says that it is about somebody else's breaking change, or none."""
_TALKS_ABOUT: frozenset[Kind] = frozenset(["documentation", "test", "ci", "fix"])
"""Kinds whose titles speak of breaking changes made elsewhere."""


def breaking_changes(
    diff: Diff,
    title: Title,
    kind: Kind,
    interface: tuple[InterfaceChange, ...] = (),
    dependencies: tuple[DependencyChange, ...] = (),
) -> tuple[BreakingChange, ...]:
    """Collect the places where a message says that the commit breaks something.

    Arguments:
        diff: whose message is read.
        title: its title, taken apart.
        kind: what sort of change it is; a fix of a breaking change is none.
        interface: what it changes of the interface.
        dependencies: what it changes of the dependencies.
    """
    del interface, dependencies
    commit = diff.commit
    found: list[BreakingChange] = []
    if title.marked:
        found.append(BreakingChange(reason="marker", text=title.text[:TEXT_LIMIT] or "!"))
    found += (BreakingChange(reason="footer", text=text) for text in _footers(commit))
    if words := _words(title_of(commit), kind):
        found.append(BreakingChange(reason="words", text=words))
    return tuple(found[:LIMIT])


def _footers(commit: Commit) -> list[str]:
    """The footers with the lines that continue them."""
    footers: list[str] = []
    open_ = False
    for raw in prose_lines(body_of(commit)):
        line = raw.strip()
        if match := _FOOTER.match(line):
            footers.append(match[1].strip())
            open_ = True
        elif not line:
            # The text may begin below an empty line's worth of heading.
            open_ = open_ and bool(footers) and not footers[-1]
        elif open_:
            footers[-1] = f"{footers[-1]} {line}".strip()[: TEXT_LIMIT + 1]
        if len(footers) >= LIMIT:
            break
    return [_shorten(text) for text in footers if not _NOTHING.match(text)]


def _shorten(text: str) -> str:
    """Cut a long footer between words, and say so."""
    if len(text) <= TEXT_LIMIT:
        return text
    return text[:TEXT_LIMIT].rsplit(" ", 1)[0].rstrip() + " …"


def _words(line: str, kind: Kind) -> str | None:
    """The words of a title that say it, as they stand there."""
    if kind == "revert":
        return None
    match = _LOUD.search(line)
    if match is None and kind not in _TALKS_ABOUT:
        match = _WORDS.search(line)
    if match is None or _DENIED.search(line[max(0, match.start() - 40) : match.start()]):
        return None
    return match[0].strip()
