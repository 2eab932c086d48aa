r"""What a message says of the changes that it comes from: what it mends, what it was picked from.

A number that is merely named says neither.  The forms are from some 19,000 real titles:
``fix lint introduced in #12``, ``… (regression from #12)``, ``… broken by #12``, ``Fix the
slots after #12``, ``follow-up fix to #12``; the trailer ``Fixes: <sha> ("…")`` of Linux;
``Cherry pick the fix from #12``, ``[release/1.2] title (#12) (#15)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

LIMIT = 50
_T = TypeVar("_T", int, str)

_SHA = r"(?=[0-9a-f]{0,63}\d)[0-9a-f]{7,64}\b"
"""With a digit at least: ``defaced`` is a word."""
_PULL_REQUEST = r"(?:(?:the )?(?:PR|pull request) ?)?#(\d{1,9})\b"
_FAULT = (
    r"\b(?:(?:introduced|caused|brought|broken|breakage|regressed|regressions?|dropped"
    r"|stranded|deletion) (?:in|by|from|since|with|after|due to)|broke (?:in|by|since|after)"
    r"|regressed|regressions? of|fallout (?:of|from)) "
)
_FAULT_OF = re.compile(rf"{_FAULT}{_PULL_REQUEST}", re.IGNORECASE)
"""What is said of the change that was at fault, and of no other."""
_FAULT_OF_COMMIT = re.compile(rf"{_FAULT}(?:commit )?({_SHA})", re.IGNORECASE)
_FOLLOWS = re.compile(
    r"\bfollow(?:ing|ed|s)?[- ]?ups? (?:patch |fix |fixes |PR )?(?:to|of|for|on|from) (?:fix )?"
    rf"{_PULL_REQUEST}",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(r"#(\d{1,9})(?: review)? follow[- ]?ups?\b", re.IGNORECASE)
_AFTER = re.compile(rf"\b(?:after|in|from|since|missed by) {_PULL_REQUEST}", re.IGNORECASE)
"""In a title that says that it mends something: the change that was at fault."""
_MENDS = re.compile(
    r"\b(?:(?:bug|hot|quick)?[- ]?fix(?:es|ed|ing|up)?|bugs?|repair(?:s|ed)?"
    r"|restor(?:es?|ing)|unbreak|regress(?:ed|ions?))\b",
    re.IGNORECASE,
)
_FIXES_NUMBER = re.compile(
    rf"(?:^|[([:;.] ?|[-–—] |\bto )(?:bug)?fix(?:es|ed|ing)?:? {_PULL_REQUEST}", re.IGNORECASE
)
"""Of an issue, mostly; but a number that a commit came in by is that commit's."""
_FIXES_COMMIT = re.compile(rf"^Fixes: ({_SHA})", re.IGNORECASE)

_PICK = r"\b(?:cherry[- ]?pick|back-?port)(?:s|ed|ing)?"
_PICKED = re.compile(rf"{_PICK}(?: (?:of|from))? {_PULL_REQUEST}", re.IGNORECASE)
_PICKED_FROM = re.compile(rf"^{_PICK} [^#\n]{{1,200}}? from {_PULL_REQUEST}", re.IGNORECASE)
_BRANCH = r"((?:releases?|rel|stable|maint|hotfix)[/_-][\w./-]{1,80}|v?\d{1,4}\.[\dx][\w.]{0,20})"
_PICKED_TO = re.compile(rf"{_PICK}(?: it| this)? (?:to|for|into) `?{_BRANCH}", re.IGNORECASE)
_TAGGED = re.compile(rf"^\s{{0,3}}\[(?:{_PICK}(?: to| for)? ?)?(?:{_BRANCH})?\]", re.IGNORECASE)
_TWO_NUMBERS = re.compile(r"\(#(\d{1,9})\) ?\(#\d{1,9}\)\s*$")


def repairs_of(subject: str, lines: Sequence[str]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The changes that a commit says it mends.

    Arguments:
        subject: its subject, bounded.
        lines: what a person wrote below it, bounded lines.

    Returns:
        Numbers of pull requests, and shas or beginnings of shas.
    """
    shas = [match[1] for line in lines if (match := _FIXES_COMMIT.match(line))]
    mends = _MENDS.search(subject)
    texts = (subject, *lines) if mends else (subject,)
    # Further down, a number stands in many a sentence about something else.
    patterns = (_FAULT_OF, _FOLLOWS, _FOLLOWED) if mends else (_FAULT_OF,)
    numbers = [int(match[1]) for text in texts for one in patterns for match in one.finditer(text)]
    if mends:
        numbers += (int(match[1]) for match in _AFTER.finditer(subject))
        numbers += (int(match[1]) for text in texts for match in _FIXES_NUMBER.finditer(text))
    shas += (match[1] for text in texts for match in _FAULT_OF_COMMIT.finditer(text))
    return _unique(numbers), _unique(sha.lower() for sha in shas)


def picked_of(subject: str, lines: Iterable[str]) -> tuple[int, ...]:
    """The pull requests of other branches that a commit says it brings here."""
    numbers = [int(match[1]) for one in (subject, *lines) for match in _PICKED.finditer(one)]
    if match := _PICKED_FROM.match(subject):
        numbers.append(int(match[1]))
    # `[]` is no tag of a branch.
    tagged = _TAGGED.match(subject)
    if tagged and len(tagged[0].strip()) > len("[]") and (match := _TWO_NUMBERS.search(subject)):
        numbers.append(int(match[1]))
    return _unique(numbers)


def backports_of(subject: str, lines: Iterable[str]) -> tuple[str, ...]:
    """The branches that a commit is said to be for besides its own."""
    found = (match[1] for one in (subject, *lines) for match in _PICKED_TO.finditer(one))
    return _unique(branch.rstrip("./-") for branch in found)


def _unique(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(item for item in items if item))[:LIMIT]
