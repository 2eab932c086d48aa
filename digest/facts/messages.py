"""A commit's message, made safe to search: bounded, without control characters or noise.

Anything may be in a message: a megabyte of log, a pull request template with
its comments, a code block that speaks of other commits.  Everything here is
linear in what it looks at, and looks at no more than the limits below.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.model import Commit

SUBJECT_LIMIT = 1_000
BODY_HEAD = 24_000
"""Characters at the beginning of a body that are read."""
BODY_TAIL = 8_000
"""Characters at its end, where trailers and footers are."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029]")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_CHECKBOX = re.compile(r"^\s*(?:[-*+]|\d{1,3}\.)\s+\[[ xX]?\]")
_MERGE = re.compile(r"^Merge(?:d)? (?:pull request [#!]\d|branch ['\"]|in \S)")


def clean(text: str) -> str:
    """Put a space for each control character; line feeds stay."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def subject_of(commit: Commit) -> str:
    """The first line of the message, as far as it is looked at."""
    return _subject(commit.subject)


@functools.lru_cache(maxsize=64)
def _subject(text: str) -> str:
    return clean(text[:SUBJECT_LIMIT]).replace("\n", " ").strip()


def title_of(commit: Commit) -> str:
    """The line that says what a commit is about.

    That is the subject, except for a forge's merge commit, whose subject names a
    branch while the pull request's title is the first line of the body.
    """
    subject = subject_of(commit)
    if _MERGE.match(subject):
        for line in clean(commit.body[:SUBJECT_LIMIT]).split("\n"):
            if line.strip() and not line.startswith(("See merge request", "Approved-by")):
                return line.strip()
    return subject


def body_of(commit: Commit) -> str:
    """The body, or the beginning and the end of an oversized one."""
    body = commit.body
    if len(body) > BODY_HEAD + BODY_TAIL:
        body = f"{body[:BODY_HEAD]}\n\n{body[-BODY_TAIL:]}"
    return clean(body)


def prose_lines(body: str) -> Iterator[str]:
    """The lines that a person wrote: no HTML comments, code blocks, quotations or checklists.

    Arguments:
        body: as :func:`body_of` gives it.  An unclosed comment or block reaches to the end.
    """
    fenced = False
    for line in _without_comments(body).split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
        elif fenced or line.lstrip().startswith(">") or _CHECKBOX.match(line[:80]):
            yield ""
        else:
            yield line


def _without_comments(body: str) -> str:
    kept: list[str] = []
    position = 0
    while (start := body.find("<!--", position)) >= 0:
        kept.append(body[position:start])
        end = body.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        position = end + 3
    kept.append(body[position:])
    return "".join(kept)
