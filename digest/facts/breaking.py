"""Whether users must act because of a commit: what may say so, held against its diff.

Candidates come from the message (a marker, a footer, words) and from the diff (what is
gone from the interface, a raised requirement, another default).  Each must hold: what is
gone must be gone on the whole, words about a removal need a removal, and a message that
speaks of somebody else's breaking change says nothing.  What is gone but was hardly
anybody's to use is no breaking change; it is told as a signal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts import requirements
from digest.facts.authors import is_bot
from digest.facts.breakingwords import (
    COMPILER,
    DEFAULTED,
    FLOORS,
    LANGUAGE,
    OFFERED,
    ORDINARY,
    RAISED,
    REMOVED,
    RESTRICTED,
    THINGS,
)
from digest.facts.defaults import other_values
from digest.facts.messages import body_of, prose_lines, title_of
from digest.facts.notes import breaking_notes
from digest.facts.removals import (
    in_product,
    is_private,
    removed_for_good,
    says_unused,
    strength_of,
    tail_of,
    takes_away,
)
from digest.facts.withdrawn import withdrawn
from digest.model import BreakingChange, Category, Commit, Kind, What

if TYPE_CHECKING:
    from digest.facts.diffs import Diff, FileDiff
    from digest.facts.titles import Title
    from digest.model import DependencyChange, InterfaceChange

LIMIT = 20
TEXT_LIMIT = 500

_FOOTER = re.compile(r"^BREAKING[ -]CHANGES?(?:\([^()]{0,60}\))?\s?:\s?(.*)")
"""Capitals are required, as the convention has it: templates ask in small letters."""
_HEADING = re.compile(
    r"^(?:#{1,6} |[*_]{2}|\W{0,3}⚠️?\W{0,4})\s{0,2}(?i:breaking(?: changes?)?)\W{0,6}(.*)"
)
"""A heading or bold words in a body, with what stands behind them."""
_NOTHING = re.compile(
    r"^(?:no(?:ne|t applicable|\W.*)?|n/?a|-|—|nothing\b.*|(?:there are )?no\b.*|✅.*)?\s*[*_.]*$",
    re.IGNORECASE,
)
_LOUD = re.compile(r"\bWILL BREAK\b[^()\[\]]{0,100}|\bBREAKING(?:[ -]CHANGES?)?\b")
_WORDS = re.compile(
    r"\bbreaking[ -](?:api[ -])?changes?\b|\bbackwards?[ -]incompatible\b|\bwill break\b"
    r"|\bbreaks (?:backwards? )?compatibility\b|\bincompatible (?:api )?changes?\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:this|it|which) (?:is|introduces|makes|contains|will be)(?: an?| some)?"
    r" (?:[\w-]{1,20} )?(?:breaking (?:api )?changes?|backwards?[ -]incompatible)\b"
    r"|\bWILL BREAK\b",
    re.IGNORECASE,
)
_RELEASE = re.compile(
    r"\b(?:prepar(?:e|es|ing)|cut|tag)\b.{0,40}\breleas|^(?:chore\W+)?releas(?:e|ing)\b"
    r"|^merge (?:branch|release)\b",
    re.IGNORECASE,
)
"""A title of a commit that makes a release, or brings several commits."""
_DOUBTED = re.compile(r"\b(?:technically|potential(?:ly)?|possibly|may|might)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"(?:\b(?:non|not(?: an?)?|no|without|avoid\w*|prevent\w*|fix\w*|revert\w*|detect\w*|check\w*"
    r"|after|due to|from|for|caused by|introduced by|handle|undo\w*|any|if|whether|potential\w*"
    r"|remove\w*|resolve\w*|address\w*|adapt\w*(?: to)?|accommodate\w*"
    r"|adjust\w*(?: to)?)|n't(?: an?)?)[ -](?:\w+[ -]){0,2}$",
    re.IGNORECASE,
)
"""What before the words says that it is about somebody else's breaking change, or none."""
_PART = re.compile(r"[A-Z]?[a-z]{4,}|[A-Z]{4,}")
"""The words of a name: ``ring``, ``SpanMetrics``, ``MAX_BYTES``; short ones tell little."""
_REMOVES = re.compile(
    r"(?:(?:completely|finally|fully) )?(?:remov|delet|drop)(?:e|es|ed|ing|s|p|ped|ping)?\b",
    re.IGNORECASE,
)
"""Words that begin a title whose aim is that something goes, and not under another name."""
_NEXT = re.compile(
    r"^\[(?!(?:cuda|go|java|milestone|node(?:\.?js)?|part|patch|pep|phase|pr|python|rfc|rocm|rust"
    r"|sprint|stage|step|task|week)\b)[A-Za-z][\w-]{1,30} \d{1,2}(?:\.0){0,2}\]:? "
    r"(?:(?:completely|finally|fully) )?(?:drop|remov|renam)(?:e|es|ed|ing|s|ped|ping)?\b"
    r"(?!.{0,80}\bdependenc)",
    re.IGNORECASE,
)
"""A title of what is taken away for a version to come, which the tag names: ``[Tempo 3.0]``.

A number may also count the commits of a series, or be that of a platform: ``[CUDA 13]``.
"""
_ADDED = re.compile(r"\badd(?:s|ed|ing)?(?: an?| the| new){0,2} $", re.IGNORECASE)
"""Before words about a removal: ``add remove flag`` adds a flag."""
_DEPRECATED = re.compile(rb"@[Dd]eprecated|#\[deprecated|DeprecationWarning|\bis deprecated\b")
_TALKS_ABOUT: frozenset[Kind] = frozenset(["documentation", "test", "ci", "fix"])
"""Kinds whose titles speak of breaking changes made elsewhere."""
_INERT: frozenset[Category] = frozenset(["documentation", "test"])
"""What breaks nobody's program, whatever is changed in it."""
_OF_PROGRAMS: frozenset[What] = frozenset(["public symbol"])
"""What is mostly a program's own business."""


def breaking_changes(
    diff: Diff,
    title: Title,
    kind: Kind,
    interface: tuple[InterfaceChange, ...] = (),
    dependencies: tuple[DependencyChange, ...] = (),
) -> tuple[BreakingChange, ...]:
    """Collect the reasons to expect that users must act.

    Arguments:
        diff: whose message and files are read.
        title: its title, taken apart.
        kind: what sort of change it is; a fix of a breaking change is none.
        interface: what it changes of the interface.
        dependencies: what it changes of the dependencies.

    Returns:
        What the author says first, then what the diff shows.
    """
    commit = diff.commit
    if kind == "fix" and not title.kinds and title.verb == "refactor":
        kind = "refactor"  # a guess: what begins with "Drop" repairs nobody's breaking change
    found: list[BreakingChange] = []
    touches = not commit.changes or any(file.category not in _INERT for file in diff.files)
    if title.marked:
        text = title.text[:TEXT_LIMIT] or "!"
        found.append(BreakingChange(reason="marker", text=text, certain=touches))
    # Notes of a release, of a dependency's or of the project's own, are about other commits.
    copied = (
        is_bot(commit.author.name)
        or kind == "dependencies"
        or _RELEASE.search(title_of(commit)) is not None
    )
    if not copied:
        found += (
            BreakingChange(reason="footer", text=text, certain=touches) for text in _footers(commit)
        )
    if touches and kind != "revert":
        found += breaking_notes(diff)
    words = _words(title_of(commit), kind)
    if words is not None:
        found.append(BreakingChange(reason="words", text=words))
    elif not found and touches and not copied and (sentence := _sentence(commit, kind)):
        certain = _DOUBTED.search(sentence) is None
        found.append(BreakingChange(reason="words", text=sentence, certain=certain))
    elif removal := _removal(diff, kind):
        found.append(removal)
    if kind not in _TALKS_ABOUT and kind != "revert":
        found += withdrawn(diff)
    if kind != "revert":
        said = bool(found)
        sure = any(change.certain for change in found)
        found += _interface(diff, title, kind, interface, sure=sure)
        found += _defaults(diff, title, kind, interface, said=said, sure=sure)
        if not is_bot(commit.author.name):
            found += _requirements(diff, dependencies, said=said, sure=sure)
    return tuple(found[:LIMIT])


def _footers(commit: Commit) -> list[str]:
    """The footers with the lines that continue them."""
    footers: list[str] = []
    open_ = False
    for raw in prose_lines(body_of(commit)):
        line = raw.strip()
        if match := _FOOTER.match(line) or _HEADING.match(line[:TEXT_LIMIT]):
            footers.append(match[1].strip())
            open_ = True
        elif not line:
            # The text may begin below an empty line's worth of heading.
            open_ = open_ and bool(footers) and not footers[-1]
        elif line.startswith("#"):
            open_ = False
        elif open_:
            footers[-1] = f"{footers[-1]} {line}".strip()[: TEXT_LIMIT + 1]
        if len(footers) >= LIMIT:
            break
    return [_shorten(text) for text in footers if not _NOTHING.match(text.lstrip("-* "))]


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
    if match is None or _is_denied(line, match.start()):
        return None
    return match[0].strip()


def _is_denied(line: str, start: int) -> bool:
    return _DENIED.search(line[max(0, start - 40) : start]) is not None


def _removal(diff: Diff, kind: Kind) -> BreakingChange | None:
    """Words of a title that take something away from users, where the diff takes lines away."""
    line = title_of(diff.commit)
    match = _NEXT.search(line) or REMOVED.search(line) or RAISED.search(line)
    if match is None or kind in _TALKS_ABOUT or kind == "revert" or says_unused(line):
        return None
    if _is_denied(line, match.start()) or _ADDED.search(line, 0, match.start()):
        return None
    words = _shorten(line) if match.re is _NEXT else match[0].strip()
    floors = FLOORS.search(words) is not None
    taken = [
        file
        for file in diff.files
        if (file.category == "source" or (floors and file.category == "build"))
        and (file.change.deletions or 0) > 0
        and in_product(file.change.path)
    ]
    if not taken:
        return None
    certain = (
        match.re is _NEXT
        or THINGS.search(words) is not None
        or floors
        or any(map(_was_deprecated, taken))
    )
    # Of a dependency, each program has its own.
    certain = certain and (RAISED.match(words) is None or LANGUAGE.search(words) is not None)
    certain = certain and not COMPILER.search(words)
    return BreakingChange(reason="words", text=words, certain=certain)


def _was_deprecated(file: FileDiff) -> bool:
    """Whether something goes that told its users beforehand."""
    return any(_DEPRECATED.search(line.text) for line in file.lines("old"))


def _sentence(commit: Commit, kind: Kind) -> str | None:
    """A sentence of the body that says it in so many words."""
    if kind in _TALKS_ABOUT or kind == "revert":
        return None
    for line in prose_lines(body_of(commit)):
        match = _SENTENCE.search(line[: 4 * TEXT_LIMIT])
        if match and not _is_denied(line, match.start()) and "?" not in line:
            return _shorten(line.strip())
    return None


def _interface(
    diff: Diff, parsed: Title, kind: Kind, interface: tuple[InterfaceChange, ...], *, sure: bool
) -> list[BreakingChange]:
    """What is gone, where users could have had it or the title names it.

    It is certain where the author says that something is taken away; of what goes without
    a word, most was never anybody's, or is there under another name.
    """
    gone = removed_for_good(diff, interface)
    if not gone:
        return []
    title = title_of(diff.commit)
    unused = says_unused(title)
    # What users name in their files and queries is theirs, whatever it is called in the title.
    aims = not unused and kind not in _TALKS_ABOUT and _REMOVES.match(parsed.text) is not None
    found = []
    for change in gone:
        if unused and change.what == "public symbol":
            continue
        strong = strength_of(diff, change) == "strong"
        named = _names(title, change)
        if strong or named:
            text = change.name
            if change.previous_name is not None:
                text = f"{change.previous_name} → {text}"
            found.append(
                BreakingChange(
                    reason="interface",
                    text=text,
                    evidence=change.evidence[:1],
                    certain=strong and (sure or named or (aims and _is_spoken_of(title, change))),
                )
            )
    return found


def _is_spoken_of(title: str, change: InterfaceChange) -> bool:
    """Whether a title shares a word with something that users write into files and queries."""
    if change.what in _OF_PROGRAMS:
        return False
    own = {word.lower() for word in _PART.findall(change.previous_name or change.name)}
    shared = own.intersection(word.lower() for word in _PART.findall(title)) - ORDINARY
    return not all(map(takes_away, shared))


def _names(title: str, change: InterfaceChange) -> bool:
    """Whether a title is about taking away just that, by a name that is no common word."""
    tail = tail_of(change.previous_name or change.name)
    return (
        ("_" in tail or not tail.islower())
        and takes_away(title)
        and re.search(rf"(?<!\w){re.escape(tail)}(?!\w)", title) is not None
    )


def _defaults(
    diff: Diff,
    title: Title,
    kind: Kind,
    interface: tuple[InterfaceChange, ...],
    *,
    said: bool,
    sure: bool,
) -> list[BreakingChange]:
    """Defaults that are other than before, where the message speaks of them too."""
    words = title_of(diff.commit)
    restricts = RESTRICTED.search(words) is not None
    # What comes by itself, is only faster, or right at last, asks nothing of anybody.
    told = (
        (restricts or not OFFERED.search(words))
        and "fix" not in title.kinds
        and not title.text.lower().startswith("fix")
        and (kind == "fix" or kind not in _TALKS_ABOUT)
        and kind != "performance"
        and DEFAULTED.search(words) is not None
    )
    if not told and not said:
        return []
    changed = [
        BreakingChange(
            reason="default",
            text=f"{change.name}: {change.before} → {change.after}",
            evidence=change.evidence[:2],
            certain=sure,
        )
        for change in interface
        if change.change == "changed"
        and change.what in {"flag", "environment variable", "config key"}
        and change.before
        and change.after
        and (said or not _is_tuning(change.before, change.after))
        and change.evidence
        and in_product(change.evidence[0].path)
        and not is_private(change)
    ]
    if changed or not told:
        return changed
    evidence = other_values(diff)
    if evidence or (restricts and _is_documented(diff)):
        text = _shorten(title.text)
        return [BreakingChange(reason="default", text=text, evidence=evidence or (), certain=sure)]
    return []


def _is_documented(diff: Diff) -> bool:
    """Whether programs change, and with them what is told to their users."""
    categories = {file.category for file in diff.files if in_product(file.change.path)}
    return {"source", "documentation"} <= categories


def _is_tuning(before: str, after: str) -> bool:
    """Whether a number gave way to a number: rarely more than a better guess."""
    return before.replace(".", "", 1).isdigit() and after.replace(".", "", 1).isdigit()


def _requirements(
    diff: Diff, dependencies: tuple[DependencyChange, ...], *, said: bool, sure: bool
) -> list[BreakingChange]:
    """Raised requirements, each once however many manifests ask for it."""
    found: dict[str, BreakingChange] = {}
    title = title_of(diff.commit)
    for change in requirements.raised(diff, dependencies):
        if change.ecosystem == "go" and not said:
            continue  # the go command fetches the newer toolchain by itself since 1.21
        text = requirements.describe(change)
        found.setdefault(
            text,
            BreakingChange(
                reason="requirement",
                text=text,
                evidence=change.evidence[:2],
                certain=(sure or requirements.is_told(title, change)) and not COMPILER.search(text),
            ),
        )
    return list(found.values())
