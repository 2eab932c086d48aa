r"""What a commit says it takes back, and what it brings back.

The forms, from some 600 real reverts: git's ``Revert "subject"`` with ``This
reverts commit <sha>.``; ``Reapply "subject"`` (git 2.43) and ``Revert "Revert
"subject""``; GitHub's ``Reverts owner/name#12``; ``revert: subject`` of Conventional
Commits; ``Revert #12``; ``Partially revert #12``; ``Reland "subject" (#12)``; ``… (redo of
#12)``.  A title that says in words of its own what it undoes (``revert the image tag to
1.0``) names no commit.
"""

from __future__ import annotations

import re

import msgspec
from msgspec.structs import replace

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
    r"^(revert(?:s|ed)?|reland|re-land|reapply|re-apply|unrevert"
    r"|(?:redo|roll ?back|back ?out|undo)(?= (?:of )?(?:[\"“]|(?:(?:PR|pull request) )?#\d)))"
    r"\b:?\s*(?:of )?",
    re.IGNORECASE,
)
_BRINGS_BACK = frozenset({"reland", "reapply", "unrevert", "redo"})
_PARTLY = re.compile(r"^partial(?:ly)?[ -]{1,3}(?=revert)", re.IGNORECASE)
_PART_OF = re.compile(
    r"^(?:partially |(?:a )?parts? of |some of )(?:(?:PR|commit) )?", re.IGNORECASE
)
_TYPE = re.compile(
    r"^(?:\s{0,3}\[[^\[\]]{1,80}\]){0,3}\s{0,3}"
    r"(?:\[(?:partial )?revert\]|\[(?:redo|re-?land|re-?apply)\]"
    r"|revert(?:\([^()]{0,100}\))?!?:)\s*",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"^(?:[\"“](.{1,400})[\"”](?=$|\s|\()|'(.{1,400})'(?=$|\s*\()|`(.{1,400})`(?=$|\s*[(#]))"
)
"""A name in backticks or apostrophes with words after it is no title."""
_NUMBER = re.compile(r"\((?:pull request )?#(\d{1,9})\)\s*$")
_NUMBERS_FIRST = re.compile(
    r"^(?:(?:(?:PR|pull request)s? )#?|#)\d{1,9}(?:(?:, and |,? and |, | & )#?\d{1,9}){0,20}\b",
    re.IGNORECASE,
)
_NUMBERS_LAST = re.compile(
    r"(?:\((?:PRs? )?#\d{1,9}(?:(?:, and |,? and |, | & |,)#?\d{1,9}){1,20}\)"
    r"|(?<=[\"”`] )#\d{1,9})\s*$",
    re.IGNORECASE,
)
"""Several after the words, or one without parentheses after a quotation."""
_NUMBER_WITHIN = re.compile(r"\brevert of (?:[\w-]{1,30} ){0,3}#(\d{1,9})\b", re.IGNORECASE)
_DONE_AGAIN = re.compile(
    r"\((?:redo|re-?land(?:ing)?|re-?appl(?:y|ies)|retry|resubmit(?:s|ted)?) (?:of )?"
    r"(?:PR )?#(\d{1,9})\)",
    re.IGNORECASE,
)
_SHAS_FIRST = re.compile(
    r"^(?:(?:the )?commits? )?((?=[0-9a-f]{0,63}\d)[0-9a-f]{7,64}"
    r"(?:(?:, and |,? and |, )(?=[0-9a-f]{0,63}\d)[0-9a-f]{7,64}){0,20})\b",
)
_NUMBER_ALONE = re.compile(r"^\d{4,9}$")
_FROM_NUMBER = re.compile(r"\b(?:from|of|in) (?:PR ?#?|pull request #?|#)(\d{1,9})$", re.IGNORECASE)
"""``Revert the tracking from #12``: a part of it."""
_DIGITS = re.compile(r"\d+")
_UNCLOSED = re.compile(r"^[\"“](.{1,400})$")
_THIS_REVERTS = re.compile(
    r"\bThis (partially )?(reverts|reapplies|relands) (?:parts? of )?(?:commits? |the commits? )?"
    r"([0-9a-f]{7,64}(?:(?:, and |,? and |, )[0-9a-f]{7,64}){0,20})\b",
    re.IGNORECASE,
)
_SHA = re.compile(r"[0-9a-f]{7,64}")
_REVERTS_NUMBER = re.compile(
    r"^(?:This )?(reverts|relands|reapplies) (?:PR |pull request )?"
    r"([\w.-]{1,100}/[\w.-]{1,100})?#(\d{1,9})\b",
    re.IGNORECASE,
)


def reverts_of(commit: Commit) -> tuple[Revert, ...]:
    """Read what a commit says it takes back.

    Returns:
        One record for each commit named.  ``subject`` is the subject of the commit that is
        taken back, as the message quotes it; for ``Reapply "x"`` that is ``Revert "x"``.
        Where a title says ``Reland`` it names the change itself, not its revert.
    """
    claim = _read_title(_rejoined(commit))
    body = _read_body(commit, titled=claim is not None)
    claim = claim or _Claim()
    reapplies = claim.reapplies or body.reapplies
    partial = claim.partial or body.partial
    shas = body.shas or claim.shas
    if len(shas) > 1:
        return tuple(Revert(sha=sha, reapplies=reapplies, partial=partial) for sha in shas[:LIMIT])
    numbers = claim.numbers or body.numbers
    if len(numbers) > 1 and not shas:
        return tuple(
            Revert(pull_request=number, reapplies=reapplies, partial=partial)
            for number in numbers[:LIMIT]
        )
    sha = shas[0] if shas else None
    number = numbers[0] if len(numbers) == 1 else None
    if sha is None and number is None and claim.subject is None:
        return ()
    return (
        Revert(
            sha=sha,
            subject=claim.subject,
            pull_request=number,
            reapplies=reapplies,
            partial=partial,
        ),
    )


def brought_back(reverts: tuple[Revert, ...]) -> str | None:
    """The subject of the change that a reapplying commit brings back, where it is named."""
    if len(reverts) != 1 or not reverts[0].reapplies or reverts[0].subject is None:
        return None
    subject = reverts[0].subject
    if (verb := _VERB.match(subject)) and (quoted := _quoted(subject[verb.end() :])):
        return quoted
    return subject


class _Claim(msgspec.Struct, frozen=True):
    """What a title or a body says that is taken back."""

    subject: str | None = None
    numbers: tuple[int, ...] = ()
    shas: tuple[str, ...] = ()
    reapplies: bool = False
    partial: bool = False


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
    partial = bool(typed and "partial" in typed[0].lower())
    if partly := _PARTLY.match(rest):
        rest, partial = rest[partly.end() :], True
    verb = _VERB.match(rest)
    if verb is None and typed is None:
        return _read_aside(line)
    rest = rest[verb.end() :] if verb else rest
    if part := _PART_OF.match(rest):
        rest, partial = rest[part.end() :], True
    claim = _read_named(rest, _word(verb, typed))
    return replace(claim, partial=partial or claim.partial)


def _word(verb: re.Match[str] | None, typed: re.Match[str] | None) -> str:
    """The verb of a title, in lower case and without hyphens."""
    if verb is not None:
        return verb[1].lower().replace("-", "")
    tag = typed[0].lower() if typed else ""
    return "revert" if "revert" in tag else "reland"


def _read_aside(line: str) -> _Claim | None:
    """Read what a title says by the way: ``… (redo of #12)``, ``complete revert of #12``."""
    if again := _DONE_AGAIN.search(line):
        return _Claim(numbers=_numbers(again), reapplies=True)
    if within := _NUMBER_WITHIN.search(line):
        return _Claim(numbers=_numbers(within))
    return None


def _read_named(rest: str, word: str) -> _Claim:
    """Read the commit that the words after a verb name."""
    brings_back = word in _BRINGS_BACK
    # The last number is the commit's own; one before it belongs to what is taken back.
    if own := _NUMBER.search(rest):
        rest = rest[: own.start()].rstrip()
    if (first := _read_first(rest)) is not None:
        return replace(first, reapplies=brings_back)
    outer = _NUMBER.search(rest)
    last = outer or _NUMBERS_LAST.search(rest)
    if last:
        rest = rest[: last.start()].rstrip()
    numbers = tuple(int(number) for number in _DIGITS.findall(last[0])) if last else ()
    if (inner := _quoted(rest)) is not None:
        numbers = numbers or _numbers(_NUMBER.search(inner))
        undone = _VERB.match(inner)
        if word in {"reland", "redo"} and undone and (again := _quoted(inner[undone.end() :])):
            # To land a revert again is to take the change back again.
            return _Claim(again, _numbers(_NUMBER.search(again)))
        undoes_revert = inner.lower().startswith(("revert ", "revert:"))
        subject = f'Revert "{inner}"' if word in {"reapply", "unrevert"} else inner
        return _Claim(subject, numbers, reapplies=brings_back or undoes_revert)
    if not last and not brings_back and (part := _FROM_NUMBER.search(rest)):
        return _Claim(numbers=_numbers(part), partial=True)
    # Without quotation marks the words may as well describe what this commit does.
    named = last or brings_back or _PREFIX.match(rest)
    return _Claim(rest if named and rest else None, numbers, reapplies=brings_back)


def _read_first(rest: str) -> _Claim | None:
    """Read shas or numbers that stand right after the verb."""
    if shas := _SHAS_FIRST.match(rest):
        return _Claim(shas=tuple(_SHA.findall(shas[1])))
    if listed := _NUMBER_ALONE.match(rest) or _NUMBERS_FIRST.match(rest):
        return _Claim(numbers=tuple(int(number) for number in _DIGITS.findall(listed[0])))
    return None


def _numbers(match: re.Match[str] | None) -> tuple[int, ...]:
    return (int(match[1]),) if match else ()


def _quoted(rest: str) -> str | None:
    """The text of a quotation at the beginning, also of one whose end was cut off."""
    if match := _QUOTED.match(rest) or _UNCLOSED.match(rest):
        return next(text for text in match.groups() if text).strip() or None
    return None


def _read_body(commit: Commit, *, titled: bool) -> _Claim:
    """Read shas and numbers from the body.

    Without a title that says so, only the first paragraph counts: further down stand the
    messages of commits that were squashed, which revert nothing on this branch.
    """
    shas: dict[str, None] = {}
    numbers: dict[int, None] = {}
    reapplies = partial = False
    body = body_of(commit).strip()
    if not titled:
        body = body.split("\n\n", 1)[0]
    for raw in body.split("\n"):
        line = raw.strip()[:2_000]
        if line.startswith(("*", "-")):
            continue
        if match := _THIS_REVERTS.search(line):
            shas |= dict.fromkeys(_SHA.findall(match[3].lower()))
            reapplies = reapplies or match[2].lower() != "reverts"
            partial = partial or bool(match[1]) or "part" in match[0][:40].lower()
        elif (match := _REVERTS_NUMBER.match(line)) and (titled or not match[2]):
            # Of another repository, unless the title says what it is as well.
            numbers[int(match[3])] = None
            reapplies = reapplies or match[1].lower() != "reverts"
        if len(shas) + len(numbers) >= LIMIT:
            break
    return _Claim(None, tuple(numbers), tuple(shas), reapplies, partial)
