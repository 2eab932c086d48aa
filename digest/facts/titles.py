"""What a title says: its type, its scope, and the kind that its words name.

Prefixes are taken off first (see ``prefixes``); what they mean is looked up among the
words that are used everywhere, and in the grammar that was learnt from the repository.
What is left is plain English (or Chinese), which begins with a verb.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from digest.facts.grammar import UNKNOWN, Grammar
from digest.facts.prefixes import AREA_WORDS, Prefix, parts_of, peel
from digest.facts.vocabulary import (
    CHINESE_BEGINNINGS,
    COMPONENT_TYPES,
    DEPENDENCY_SCOPES,
    EMOJI,
    MODIFIERS,
    TYPES,
    VERBS,
    WEAK_TYPES,
)

if TYPE_CHECKING:
    from digest.model import Kind

SCOPE_LIMIT = 60
TEXT_LIMIT = 300
"""Characters of a title's text that verbs are looked for in."""

_REFERENCES = re.compile(r"\s*\((?:pull request )?[#!]\d{1,9}\)$")
_SERIES = re.compile(
    r"v?\d+(?:\.[\dx]+)*|\d+\s*/\s*\w|\w\s*/\s*\d+|\W*|wip|rfc|[A-Z]+-\d+|#\d+"
    r"|(?:backport|cherry-?pick)\b.{0,60}|.{0,30}\bcherry-?pick(?:ed)?",
    re.IGNORECASE,
)
"""Tags that count or number: ``[5/N]``, ``[DEP-730]``, ``[v2]``, ``[backport 1.x]``."""
_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_VERSION = re.compile(r"\bto (?:v|version )?\d+(?:\.\d+)+|\bfrom v?\d[\w.]* to v?\d")
_NUMBERED = re.compile(r"\d+\.\d+|[=<>~]=|\bversions?\b|\bdependenc")
_FASTER = re.compile(
    r"\b(?:performance|speed(?:up)?|faster|latency|throughput|overhead|perf|memory usage"
    r"|allocat\w{0,5}|cop(?:y|ies|ying)|clon(?:e|es|ing)|(?:gpu|cpu|stream|device) syncs?|redundant"
    r"|repeated(?:ly)?|intermediate|constructing|collecting|hashing|re-?comput\w{0,5}|hot path"
    r"|syscalls?|stat calls|lookups?|quadratic(?:ally)?|exponential(?:ly)?|catastrophic"
    r"|re-?scan\w{0,4}|re-?walk\w{0,4}|rebuild(?:ing|s)?|backtracking"
    r"|(?:extra|unneeded|unnecessary) (?:process|work|calls?))\b",
    re.IGNORECASE,
)
_SLOW = re.compile(
    r"\b(?:quadratic(?:ally)?|exponential|catastrophic (?:performance|backtracking)|slow(?:ness)?"
    r"|perf(?:ormance)? (?:regression|issues?|problems?))\b",
    re.IGNORECASE,
)
"""What a repair that has it makes faster, rather than right."""
_CACHED = re.compile(r"cach(?:e|es|ed|ing) (?:the |a |an |all |[a-z]+ed |`|[A-Z])")
"""To cache something; a title may also begin with the cache that it is about."""
_RELEASE = re.compile(
    r"(?:bump|update|set|prepare) (?:the )?(?:(?:chart|crate|package|project|release) )?version\b"
    r"|v?\d+\.\d+\.\d+$"
    r"|(?:prepare|bump|release|cut) (?:for )?(?:the )?(?:release |version )?v?\d+\.\d+"
    r"|(?:prepare|cut) (?:for )?(?:a |the |next )*release\b",
    re.IGNORECASE,
)
_TYPO = re.compile(r"\b(?:typos?|spelling|readme(?:\.md)?|docstrings?|changelog)\b", re.IGNORECASE)
_NOUNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("fix", re.compile(r"\b(?:bugs? ?fix(?:es)?|hotfix|workaround)\b", re.IGNORECASE)),
    (
        "performance",
        re.compile(
            r"\b(?:optimi[sz]ations?|faster|speed(?:s|ing)? ?up|perf(?:ormance)? tuning)\b",
            re.IGNORECASE,
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


class Title(msgspec.Struct, frozen=True):
    """A title taken apart."""

    text: str
    """What is left without tags, type, and references at the end."""
    kinds: tuple[Kind, ...] = ()
    """What its tags or type say; empty where they say nothing."""
    hint: Kind | None = None
    """What an emoji says, or a word whose meaning was learnt; files come first."""
    component: Kind | None = None
    """What a type says that names a component as often; sources and words come first."""
    verb: Kind | None = None
    """What its first words say."""
    scope: str | None = None
    marked: bool = False
    """Carries ``!`` or a tag that says that it breaks something."""


class _Found(msgspec.Struct):
    """What the prefixes of a title say, gathered."""

    kinds: list[Kind]
    weak: list[Kind]
    components: list[Kind]
    hints: list[Kind]
    areas: list[str]
    """Scopes that are known to be areas of the repository."""
    scopes: list[str]
    marked: bool = False


def parse(line: str, grammar: Grammar = UNKNOWN) -> Title:
    """Take a title apart.

    Arguments:
        line: the title, bounded and without control characters.
        grammar: how the repository writes its titles.
    """
    prefixes, text = peel(without_references(line), grammar.phrases)
    found = _Found([], [], [], [], [], [])
    for prefix in prefixes:
        _read(prefix, grammar, found)
    verb = kind_of_words(text)
    kinds = found.kinds
    if not kinds and found.weak and (verb is None or verb == "chore"):
        kinds = found.weak
    scopes = (scope.strip().strip("`")[:SCOPE_LIMIT] for scope in (*found.areas, *found.scopes))
    return Title(
        text=text,
        kinds=tuple(dict.fromkeys(kinds)),
        hint=found.hints[0] if found.hints else None,
        component=found.components[0] if found.components else None,
        verb=verb,
        scope=next((scope for scope in scopes if scope), None),
        marked=found.marked,
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
    if first.startswith(("bump", "updat", "upgrad", "prepare", "set", "pin", "unpin", "cut")):
        return _kind_of_move(kind_of_first, text)
    if kind_of_first in {"fix", "feature", "refactor"} and _TYPO.search(text):
        return "documentation"
    if kind_of_first is None:
        if _RELEASE.match(text):
            return "chore"
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
    if first.startswith("fix") and _SLOW.search(text):
        return "performance"
    if first.startswith("cach"):
        return "performance" if _CACHED.match(text.lower()) or _FASTER.search(text) else "refactor"
    if first.startswith("reduc") and not _FASTER.search(text):
        return "refactor"
    return kind


def _read(prefix: Prefix, grammar: Grammar, found: _Found) -> None:
    """Gather what one prefix says."""
    key = prefix.key
    found.marked = found.marked or prefix.marked
    if prefix.form == "emoji":
        if key in {"💥", "boom"}:
            found.marked = True
        elif hint := EMOJI.get(key, grammar.kinds.get(key)):
            found.hints.append(hint)
        return
    if key.startswith("breaking"):
        found.marked = True
        return
    is_area = key in grammar.areas
    kind = None if is_area and key not in WEAK_TYPES else _kind_of_type(prefix.word)
    if kind is not None:
        _read_type(prefix, kind, found)
    elif not (prefix.form == "tag" and _SERIES.fullmatch(prefix.word)):
        if prefix.scope:
            found.scopes.append(prefix.scope)
        (found.areas if is_area else found.scopes).append(prefix.word)
    if kind is None and key in grammar.kinds:
        found.hints.append(grammar.kinds[key])


def _read_type(prefix: Prefix, kind: Kind, found: _Found) -> None:
    """Gather what a type says; one that says little may as well be the name of a component."""
    key, scope = prefix.key, prefix.scope
    if scope and scope.strip().lower() in DEPENDENCY_SCOPES:
        kind = "dependencies"
    weak = found.weak if key in WEAK_TYPES else found.kinds
    if key in COMPONENT_TYPES:
        weak = found.components
    if prefix.form == "tag":
        weak.append(kind)
    else:
        # The type is the narrower word: `[diffusion] chore: use batched P2P ops`.
        weak.insert(0, kind)
    if scope:
        found.scopes.append(scope)
    elif key in WEAK_TYPES and key not in TYPES:
        found.scopes.append(prefix.word)


def _kind_of_type(word: str) -> Kind | None:
    """Look a type or tag up: ``Bug Fix``, ``CI/Build``, ``DSV4 Perf``."""
    parts = parts_of(word)
    joined = "".join(parts)
    if joined in TYPES:
        return TYPES[joined]
    if word.lower() in TYPES:
        return TYPES[word.lower()]
    known = [(part, TYPES[part]) for part in parts if part in TYPES]
    # One word of several may be a component's name: `Model Runner`, `API server`.
    strong = [kind for part, kind in known if part not in WEAK_TYPES]
    if strong and ("/" in word or len(parts) <= AREA_WORDS):
        return strong[0]
    return known[0][1] if known and len(known) == len(parts) else None
