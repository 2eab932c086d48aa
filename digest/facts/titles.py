"""The grammars of titles: what a subject's first words say.

Four grammars are tried, one after the other, on what the one before left:
tags in brackets (``[Bugfix][Model] …``), Conventional Commits
(``feat(router)!: …``, conventionalcommits.org 1.0), the ``area: …`` of Linux and
Go, and plain English, which begins with a verb.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.facts.grammar import UNKNOWN, Grammar
from digest.facts.vocabulary import (
    CHINESE_BEGINNINGS,
    DEPENDENCY_SCOPES,
    MODIFIERS,
    TYPES,
    VERBS,
    WEAK_TYPES,
)

if TYPE_CHECKING:
    from digest.model import Kind

SCOPE_LIMIT = 60
TAGS_LIMIT = 8
PREFIXES_LIMIT = 3
"""Areas one after the other: ``net: ethernet: …``."""
TEXT_LIMIT = 300
"""Characters of a title's text that verbs are looked for in."""

_TAG = re.compile(r"\s*(?:\[([^\[\]]{1,80})\]|【([^【】]{1,80})】)\s*:?\s*")
_TYPE = re.compile(r"([A-Za-z][\w /.+&-]{0,40})(?:\(([^()]{0,100})\))?(!?):(?:\s+(?=\S)|$)")
_AREA_WORDS = 3
_REFERENCES = re.compile(r"\s*\((?:pull request )?[#!]\d{1,9}\)$")
_SERIES = re.compile(
    r"v?\d+(?:\.\d+)*|\d+\s*/\s*\w|\w\s*/\s*\d+|wip|rfc|[A-Z]+-\d+|#\d+", re.IGNORECASE
)
"""Tags that count or number: ``[5/N]``, ``[DEP-730]``."""
_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_SYMBOLS = re.compile(r"^(?::[a-z0-9_+-]{2,40}:|[^\w\[【`'\"(]+)+")
_VERSION = re.compile(r"\bto (?:v|version )?\d+(?:\.\d+)+|\bfrom v?\d[\w.]* to v?\d")
_NUMBERED = re.compile(r"\d+\.\d+|[=<>~]=|\bversions?\b|\bdependenc")
_FASTER = re.compile(
    r"\b(?:performance|speed(?:up)?|faster|latency|throughput|overhead|perf|memory usage"
    r"|allocations?|copies|(?:gpu|cpu|stream|device) syncs?)\b",
    re.IGNORECASE,
)
_RELEASE = re.compile(
    r"(?:bump|update|set|prepare) (?:the )?(?:\w+ )?version\b|v?\d+\.\d+\.\d+$", re.IGNORECASE
)
_TYPO = re.compile(r"\b(?:typos?|spelling|readme(?:\.md)?|docstrings?|changelog)\b", re.IGNORECASE)
_NOUNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("fix", re.compile(r"\b(?:bugs? ?fix(?:es)?|hotfix|workaround)\b", re.IGNORECASE)),
    (
        "performance",
        re.compile(
            r"\b(?:optimi[sz]ations?|speed(?:s|ing)? ?up|perf(?:ormance)? tuning)\b", re.IGNORECASE
        ),
    ),
    (
        "refactor",
        re.compile(
            r"\b(?:clean ?up|simplifications?|refactor(?:ing|s)?|renaming)\b", re.IGNORECASE
        ),
    ),
    ("feature", re.compile(r"\b(?:support|implementation|integration)\b", re.IGNORECASE)),
)
"""Nouns that tell the kind of a title without a verb that does."""


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart."""

    text: str
    """What is left without tags, type, and references at the end."""
    kinds: tuple[Kind, ...] = ()
    """What its tags or type say; empty where they say nothing."""
    verb: Kind | None = None
    """What its first words say."""
    scope: str | None = None
    marked: bool = False
    """Carries ``!`` or a tag that says that it breaks something."""


def parse(line: str, grammar: Grammar = UNKNOWN) -> Title:
    """Take a title apart.

    Arguments:
        line: the title, bounded and without control characters.
        grammar: how the repository writes its titles.
    """
    del grammar
    rest = without_references(line)
    tags, rest = _peel_tags(rest)
    rest = _SYMBOLS.sub("", rest, count=1) or rest
    kinds: list[Kind] = []
    weak: list[Kind] = []
    scopes: list[str] = []
    marked = False
    for tag in tags:
        if tag.lower().startswith("breaking"):
            marked = True
            continue
        kind = _kind_of_type(tag)
        if kind is None:
            if not _SERIES.fullmatch(tag):
                scopes.append(tag)
        else:
            (weak if tag.lower() in WEAK_TYPES else kinds).append(kind)

    for _ in range(PREFIXES_LIMIT):
        match = _TYPE.match(rest)
        found = _read_type(match) if match else None
        if match is None or found is None:
            break
        kind, scope, area = found
        rest = rest[match.end() :]
        marked = marked or bool(match[3])
        if kind is not None:
            # The type is the narrower word: `[diffusion] chore: use batched P2P ops`.
            (weak if area else kinds).insert(0, kind)
        if scope:
            scopes.append(scope)
        if not area:
            break

    text = rest.strip()
    verb = kind_of_words(text)
    if not kinds and weak and (verb is None or verb == "chore"):
        kinds = weak
    scope = next((scope.strip()[:SCOPE_LIMIT] for scope in scopes if scope.strip()), None)
    return Title(
        text=text, kinds=tuple(dict.fromkeys(kinds)), verb=verb, scope=scope, marked=marked
    )


def without_references(line: str) -> str:
    """Take ``(#12)`` from the end of a title, however many there are."""
    line = line.rstrip()
    while match := _REFERENCES.search(line, max(0, len(line) - 40)):
        line = line[: match.start()].rstrip()
    return line


def kind_of_words(text: str) -> Kind | None:
    """Tell the kind of a plain English (or Chinese) title by its first words."""
    text = text[:TEXT_LIMIT]
    for beginning, kind in CHINESE_BEGINNINGS:
        if text.startswith(beginning):
            return kind
    words = (word[0].lower() for word in _WORD.finditer(text))
    first = next((word for word in words if word not in MODIFIERS), "")
    kind_of_first = VERBS.get(first)
    if first.startswith(("bump", "updat", "upgrad", "prepare", "set", "pin", "unpin")):
        return _kind_of_move(kind_of_first, text)
    if kind_of_first in {"fix", "feature", "refactor"} and _TYPO.search(text):
        return "documentation"
    if kind_of_first is None:
        return next((kind for kind, noun in _NOUNS if noun.search(text)), None)
    return _unless_faster(first, kind_of_first, text)


def _kind_of_move(kind: Kind | None, text: str) -> Kind | None:
    """Titles such as ``Bump x to 2.0``: of a dependency, or of the project's own version."""
    if _RELEASE.match(text):
        return "chore"
    if kind == "dependencies" and "pin" in text[:5].lower() and not _NUMBERED.search(text):
        return None
    return kind or ("dependencies" if _VERSION.search(text) else None)


def _unless_faster(first: str, kind: Kind, text: str) -> Kind:
    """Verbs such as improve, avoid and reduce mean speed only where the title says so."""
    if first.startswith(("improv", "enhanc", "avoid", "prevent")):
        return "performance" if _FASTER.search(text) else kind
    if first.startswith(("reduc", "cach")) and not _FASTER.search(text):
        return "refactor"
    return kind


def _peel_tags(line: str) -> tuple[list[str], str]:
    """Take the bracket tags from the beginning: ``[ROCm][CI] text``."""
    tags: list[str] = []
    position = 0
    while len(tags) < TAGS_LIMIT and (match := _TAG.match(line, position)):
        tags.append((match[1] or match[2]).strip())
        position = match.end()
    # A title that is nothing but a tag is its own text.
    return (tags, line[position:]) if line[position:].strip() else ([], line)


def _read_type(match: re.Match[str]) -> tuple[Kind | None, str | None, bool] | None:
    """Read ``type(scope):`` or ``area:``; None where the colon belongs to a sentence.

    Returns:
        The kind that it names, its scope, and whether it is an area that only sounds like
        a type (``docker: …``).
    """
    word, scope = match[1].strip(), match[2]
    kind = _kind_of_type(word)
    if kind is not None:
        if scope and scope.strip().lower() in DEPENDENCY_SCOPES:
            return "dependencies", scope, False
        area = word.lower() in WEAK_TYPES
        return kind, scope or (word if area and word.lower() not in TYPES else None), area
    words = word.split()
    if len(words) > _AREA_WORDS or words[0].lower() in VERBS:
        return None
    return None, scope or word, True


def _kind_of_type(word: str) -> Kind | None:
    """Look a type or tag up: ``Bug Fix``, ``CI/Build``, ``DSV4 Perf``."""
    parts = [part.lower() for part in _WORD.findall(word)]
    joined = "".join(parts)
    if joined in TYPES:
        return TYPES[joined]
    if word.lower() in TYPES:
        return TYPES[word.lower()]
    known = [(part, TYPES[part]) for part in parts if part in TYPES]
    # One word of several may be a component's name: `Model Runner`, `API server`.
    strong = [kind for part, kind in known if part not in WEAK_TYPES]
    if strong and ("/" in word or len(parts) <= _AREA_WORDS):
        return strong[0]
    return known[0][1] if known and len(known) == len(parts) else None
