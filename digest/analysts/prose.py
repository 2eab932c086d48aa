"""The sentences of a commit's own body that say what it does.

Much of what stands in bodies was not written about the change: templates with
their headings and checklists, trailers, code, tables, what bots append, lists
of squashed commits.  What is left counts only as whole sentences; where there are
none, nothing is returned and nothing is made up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.messages import BODY_HEAD, clean, prose_lines, subject_of, title_of
from digest.facts.titles import parse, without_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.model import Commit

SENTENCES = 3
LENGTH = 480
"""Characters of a summary; whole sentences up to here, at least one."""
SENTENCE_LENGTH = 700
"""A longer sentence is no summary."""
WORDS = 3
UNPUNCTUATED_LENGTH = 240
UNPUNCTUATED_WORDS = 6
"""A paragraph without a full stop is one sentence between these."""

_PUNCTUATION = re.compile(r"[\W_]+")
_TRAILER = re.compile(
    r"^\s{0,3}(?:[A-Z][A-Za-z]{1,30}(?:-[A-Za-z]{1,30}){1,4}|Cc|Link|Bug|Fixes|Fixed|Closes|Close"
    r"|Resolves|Issue|Issues|Refs?|Reference|References|Related|Depends|PR|Jira|JIRA|Ticket"
    r"|Topic|Differential Revision|Reviewed By|Test Plan|Pull Request resolved"
    r"|Summary of changes)\s?[:#]",
)
_NOISE = re.compile(
    r"^\s{0,3}(?:FILL IN THE PR|BEFORE SUBMITTING|FIX #x|PLEASE |🤖|Generated (?:with|by)"
    r"|Made with|Co-authored|Signed-off|This PR was|You can (?:disable|trigger)|Dependabot "
    r"|Release notes|\[//\]|\[!\[|See merge request|Approved-by|Thanks|Thank you|Hi[ ,]|cc @|/cc "
    r"|Merge branch|Merge pull|Squashed commit|This reverts commit|Reverts |\(cherry[- ]picked"
    r"|BREAKING[ -]CHANGE|PiperOrigin|Change-Id|Tracking issue|https?://|Automated (?:sync|commit)"
    r"|Part of #|Follow[- ]?up (?:to|of) #|(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? (?:#|http))",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\s{0,3}(?:#{1,6}\s|\*\*[^*]{1,80}\*\*:?\s*$|__[^_]{1,80}__:?\s*$|[=~-]{3,}\s*$)"
)
_SETEXT_TITLE = re.compile(r"^\s{0,3}[A-Z][A-Za-z /&]{2,40}:\s*$")
_ASIDE = re.compile(
    r"test|check ?list|benchmark|accuracy|how to|type of change|screenshot|review|instruction"
    r"|reproduc|profil|ci states|related|issue|reference|deploy|release note|before submitting",
    re.IGNORECASE,
)
"""Headings under which something else is told than what the change is."""
_LIST_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_TABLE = re.compile(r"^\s*\|")
_CODE = re.compile(r"^(?: {4}|\t)")
_IMAGE = re.compile(r"!\[[^\]]{0,300}\]\([^)]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\((?:https?:|/|\.|#)[^()\s]{0,500}\)")
_TAGS = re.compile(
    r"</?(?:a|b|br|center|code|details|div|em|h[1-6]|hr|i|img|kbd|li|ol|p|picture|pre|source|span"
    r"|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul|video)(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
"""HTML that people use in descriptions; ``<field>`` is not."""
_END = re.compile(r"[.!?](?:[)\"'`”’])?(?=\s+[\"'`(“]?[A-Z0-9`\u00c0-\uffff])|[。！？](?=.)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|fig|no|resp|dr|mr|incl|ref)|\b[A-Za-z])\.$", re.IGNORECASE
)
_TESTS_PASS = re.compile(r"\btests? (?:all )?(?:are |is )?pass(?:es|ed|ing)?\b", re.IGNORECASE)
_CLOSED = re.compile(r"[.!?。！？][)\"'`”’]?$")
_OPEN = re.compile(
    r"(?:[:;,…(\[{–—-]|\.\.\.|\b(?:and|or|the|a|of|to|with|for|by|in))$", re.IGNORECASE
)


def summary_of(commit: Commit) -> str | None:
    """The first one to three whole sentences that tell what a commit does, if it has any."""
    subject = without_references(subject_of(commit))
    said = {_plain(subject), _plain(parse(subject_of(commit)).text)}
    merged = title_of(commit) != subject_of(commit)
    for paragraph in _paragraphs(commit):
        # The first paragraph decides: what follows leans on it ("One more site …").
        if _plain(without_references(paragraph)) in said:
            continue
        sentences = _sentences(paragraph, least=WORDS if merged else UNPUNCTUATED_WORDS)
        long_enough = sentences and (
            merged or len(sentences[0].split()) >= WORDS or not sentences[0].isascii()
        )
        return _first(sentences) if long_enough else None
    return None


def _first(sentences: list[str]) -> str:
    chosen = sentences[0]
    for sentence in sentences[1:SENTENCES]:
        # Chinese sentences follow one another without a space.
        longer = f"{chosen}{'' if chosen.endswith(('。', '！', '？')) else ' '}{sentence}"
        if len(longer) > LENGTH:
            break
        chosen = longer
    return chosen


def _paragraphs(commit: Commit) -> Iterator[str]:
    """The paragraphs that a person wrote about the change, each on one line."""
    body = clean(commit.body[:BODY_HEAD])
    # Some tools write the two characters instead of the line feed.
    body = body.replace("\\n", "\n")
    cut = len(commit.body) > BODY_HEAD or commit.body_omitted > 0
    lines: list[str] = []
    aside = in_list = False
    for line in prose_lines(body):
        if _HEADING.match(line) or _SETEXT_TITLE.match(line):
            yield from _joined(lines)
            # A rule in a squashed message ends what was written and begins the trailers.
            aside = bool(_ASIDE.search(line)) or line.strip("-=~ ") == ""
        elif not line.strip():
            in_list = False
            yield from _joined(lines)
        elif aside or in_list or line.startswith("  ") or _skipped(line):
            in_list = in_list or bool(_LIST_ITEM.match(line))
            # A list belongs to the sentence before it, which then does not end.
            if lines and (_LIST_ITEM.match(line) or _TABLE.match(line)):
                lines.append(":")
            yield from _joined(lines)
        else:
            lines.append(line.strip())
    if not cut:
        yield from _joined(lines)


def _joined(lines: list[str]) -> Iterator[str]:
    paragraph = " ".join(" ".join(lines).split())
    lines.clear()
    if paragraph:
        yield paragraph


def _skipped(line: str) -> bool:
    return bool(
        _TRAILER.match(line)
        or _NOISE.match(line)
        or _LIST_ITEM.match(line)
        or _TABLE.match(line)
        or _CODE.match(line)
    )


def _sentences(paragraph: str, *, least: int) -> list[str]:
    """Split a paragraph; what is no whole sentence ends the list.

    Arguments:
        paragraph: on one line.
        least: how many words a paragraph needs to be a sentence without a full stop.
    """
    text = _TAGS.sub("", _LINK.sub(r"\1", _IMAGE.sub("", paragraph)))
    text = " ".join(text[: SENTENCE_LENGTH * SENTENCES].split())
    shortened = len(paragraph) > SENTENCE_LENGTH * SENTENCES
    parts: list[str] = []
    start = 0
    for end in _END.finditer(text):
        part = text[start : end.end()].strip()
        if not _ABBREVIATION.search(part[-12:]):
            parts.append(part)
            start = end.end()
    rest = text[start:].strip()
    if rest and not shortened:
        many = len(rest.split()) >= least or not rest.isascii()
        alone = not parts and many and len(rest) <= UNPUNCTUATED_LENGTH
        if _CLOSED.search(rest) or (alone and rest[:1].isalnum()):
            parts.append(rest)
    whole: list[str] = []
    for part in parts[:SENTENCES]:
        if not _is_whole(part):
            break
        whole.append(part)
    return whole


def _is_whole(sentence: str) -> bool:
    """Tell whether a sentence can stand alone."""
    return (
        len(sentence) <= SENTENCE_LENGTH
        and any(char.isalpha() for char in sentence[:3])
        and not _OPEN.search(sentence)
        and sentence.count("`") % 2 == 0
        and sentence.count("(") == sentence.count(")")
        and "http" not in sentence[:5]
        and not _NOISE.match(sentence)
        and not _TESTS_PASS.search(sentence)
    )


def _plain(text: str) -> str:
    """A text without case, spaces and punctuation, to tell whether two say the same."""
    return _PUNCTUATION.sub("", text.lower())
