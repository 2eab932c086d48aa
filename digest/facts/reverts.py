r"""What a commit says it takes back, and what it brings back.

The forms, from some 600 real reverts: git's ``Revert "subject"`` with ``This
reverts commit <sha>.``; ``Reapply "subject"`` (git 2.43) and ``Revert "Revert
"subject""``; GitHub's ``Reverts owner/name#12``; ``revert: subject`` of Conventional
Commits; ``Revert #12``; ``Reland "subject" (#12)``.  A title that says in words of its
own what it undoes (``revert the image tag to 1.0``) names no commit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from digest.facts.messages import body_of, subject_of
from digest.model import Commit, Revert

LIMIT = 50
_SUBJECT_LIMIT = 400

_PREFIX = re.compile(
    r"^(?:\s{0,3}\[[^\[\]]{1,80}\]"
    r"|\s{0,3}(?!re-?(?:land|apply|vert)|unrevert)[a-z][\w/.-]{0,40}(?:\([^()]{0,100}\))?!?:){1,4}\s+",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"^(revert(?:s|ed)?|reland|re-land|reapply|re-apply|unrevert)\b:?\s*", re.IGNORECASE
)
_TYPE = re.compile(
    r"^(?:\s{0,3}\[[^\[\]]{1,80}\]){0,3}\s{0,3}"
    r"(?:\[(?:partial )?revert\]|revert(?:\([^()]{0,100}\))?!?:)\s*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[\"“'`](.{1,400})[\"”'`](?=$|\s|\()")
_NUMBER = re.compile(r"\((?:pull request )?#(\d{1,9})\)\s*$")
_NUMBERS_FIRST = re.compile(
    r"^(?:(?:(?:PR|pull request)s? )#?|#)\d{1,9}(?:(?:, and |,? and |, | & )#?\d{1,9}){0,20}\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_UNCLOSED = re.compile(r"^[\"“](.{1,400})$")
_THIS_REVERTS = re.compile(
    r"\bThis (?:partially )?(reverts|reapplies|relands) (?:commits? |the commits? )?"
    r"([0-9a-f]{7,64}(?:(?:, and |,? and |, )[0-9a-f]{7,64}){0,20})\b",
    re.IGNORECASE,
)
_SHA = re.compile(r"[0-9a-f]{7,64}")
_REVERTS_NUMBER = re.compile(
    r"^(?:This )?(reverts|relands|reapplies) (?:PR |pull request )?"
    r"(?:[\w.-]{1,100}/[\w.-]{1,100})?#(\d{1,9})\b",
    re.IGNORECASE,
)


def reverts_of(commit: Commit) -> tuple[Revert, ...]:
    """Read what a commit says it takes back.

    Returns:
        One record for each commit named.  ``subject`` is the subject of the commit that is
        taken back, as the message quotes it; for ``Reapply "x"`` that is ``Revert "x"``.
        Where a title says ``Reland`` it names the change itself, not its revert.
    """
    line = _rejoined(commit)
    claim = _read_title(line)
    shas, numbers, body_reapplies = _read_body(commit, titled=claim is not None)
    claim = claim or _Claim()
    reapplies = claim.reapplies or body_reapplies
    if len(shas) > 1:
        return tuple(Revert(sha=sha, reapplies=reapplies) for sha in shas[:LIMIT])
    numbers = list(claim.numbers) or numbers
    if len(numbers) > 1 and not shas:
        return tuple(Revert(pull_request=number, reapplies=reapplies) for number in numbers[:LIMIT])
    sha = shas[0] if shas else None
    number = numbers[0] if len(numbers) == 1 else None
    if sha is None and number is None and claim.subject is None:
        return ()
    return (Revert(sha=sha, subject=claim.subject, pull_request=number, reapplies=reapplies),)


def brought_back(reverts: tuple[Revert, ...]) -> str | None:
    """The subject of the change that a reapplying commit brings back, where it is named."""
    if len(reverts) != 1 or not reverts[0].reapplies or reverts[0].subject is None:
        return None
    subject = reverts[0].subject
    if (verb := _VERB.match(subject)) and (quoted := _quoted(subject[verb.end() :])):
        return quoted
    return subject


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a title says that is taken back."""

    subject: str | None = None
    numbers: tuple[int, ...] = ()
    reapplies: bool = False


def _rejoined(commit: Commit) -> str:
    """The subject; with the rest of a title that GitHub cut off and put into the body."""
    subject = subject_of(commit)[:_SUBJECT_LIMIT]
    if subject.endswith("…"):
        first = body_of(commit).split("\n\n", 1)[0].strip()
        if first.startswith("…"):
            return subject[:-1] + first[1:_SUBJECT_LIMIT].split("\n", 1)[0]
    return subject


def _read_title(line: str) -> _Claim | None:
    """Read what a title says that is taken back; None for a title that says nothing of it."""
    typed = _TYPE.match(line)
    rest = line[typed.end() :] if typed else _PREFIX.sub("", line, count=1)
    verb = _VERB.match(rest)
    if verb is None and typed is None:
        return None
    rest = rest[verb.end() :] if verb else rest
    word = verb[1].lower().replace("-", "") if verb else "revert"
    brings_back = not word.startswith("revert")
    # The last number is the commit's own; one before it belongs to what is taken back.
    if own := _NUMBER.search(rest):
        rest = rest[: own.start()].rstrip()
    if listed := _NUMBERS_FIRST.match(rest):
        numbers = tuple(int(number) for number in _DIGITS.findall(listed[0]))
        return _Claim(numbers=numbers, reapplies=brings_back)
    outer = _NUMBER.search(rest)
    if outer:
        rest = rest[: outer.start()].rstrip()
    if (inner := _quoted(rest)) is not None:
        number = outer or _NUMBER.search(inner)
        undoes_revert = inner.lower().startswith(("revert ", "revert:"))
        subject = f'Revert "{inner}"' if word in {"reapply", "unrevert"} else inner
        return _Claim(subject, _numbers(number), reapplies=brings_back or undoes_revert)
    # Without quotation marks the words may as well describe what this commit does.
    named = outer or brings_back or _PREFIX.match(rest)
    return _Claim(rest if named and rest else None, _numbers(outer), reapplies=brings_back)


def _numbers(match: re.Match[str] | None) -> tuple[int, ...]:
    return (int(match[1]),) if match else ()


def _quoted(rest: str) -> str | None:
    """The text of a quotation at the beginning, also of one whose end was cut off."""
    if match := _QUOTED.match(rest) or _UNCLOSED.match(rest):
        return match[1].strip() or None
    return None


def _read_body(commit: Commit, *, titled: bool) -> tuple[list[str], list[int], bool]:
    """Read shas and numbers from the body.

    Without a title that says so, only the first paragraph counts: further down stand the
    messages of commits that were squashed, which revert nothing on this branch.
    """
    shas: dict[str, None] = {}
    numbers: dict[int, None] = {}
    reapplies = False
    body = body_of(commit).strip()
    if not titled:
        body = body.split("\n\n", 1)[0]
    for raw in body.split("\n"):
        line = raw.strip()[:2_000]
        if line.startswith(("*", "-")):
            continue
        if match := _THIS_REVERTS.search(line):
            shas |= dict.fromkeys(_SHA.findall(match[2].lower()))
            reapplies = reapplies or match[1].lower() != "reverts"
        elif match := _REVERTS_NUMBER.match(line):
            numbers[int(match[2])] = None
            reapplies = reapplies or match[1].lower() != "reverts"
        if len(shas) + len(numbers) >= LIMIT:
            break
    return list(shas), list(numbers), reapplies
