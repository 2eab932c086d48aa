"""What a message points at: pull requests, issues, co-authors, the source of a cherry-pick.

Numbers are of the commit's own repository: ``owner/name#12`` and addresses are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.facts.authors import is_bot
from digest.facts.messages import body_of, prose_lines, subject_of
from digest.facts.origins import backports_of, picked_of, repairs_of
from digest.model import Commit, References

LIMIT = 50
"""Of each sort, references that are kept; a message with more lists something else."""
_LINE_LIMIT = 2_000

_AT_END = re.compile(r"\((?:pull request )?[#!](\d{1,9})\)\s*$")
_IN_SUBJECT = re.compile(
    r"\((?:pull request )?#(\d{1,9})\)|\b(?:PR|pull request) ?#(\d{1,9})\b", re.IGNORECASE
)
_GITHUB_MERGE = re.compile(r"^Merge pull request #(\d{1,9}) from ")
_GITLAB_MERGE = re.compile(r"^See merge request (?:[\w./-]{0,200})!(\d{1,9})\s*$")
_RESOLVED = re.compile(
    r"^(?:PR-URL|Pull[- ]Request(?: resolved)?): ?(?:https?://[^\s/]{1,100}/[^\s/]{1,100}/"
    r"[^\s/]{1,100}/pull/|#)(\d{1,9})\b",
    re.IGNORECASE,
)
"""The lines that Node's and PyTorch's merge tools write."""
_NAMED = re.compile(
    r"(?:\b(?:PRs?|pull requests?|see|in|from|since|after|by|with|of|on|follow[- ]?up to"
    r"|supersedes|replaces|builds on|and) |\()#(\d{1,9})\b",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):? {0,3}"
    r"(#\d{1,9}(?:(?:,? and |, ?| ?& ?| )#\d{1,9}){0,20})",
    re.IGNORECASE,
)
"""The keywords of GitHub and GitLab; a number of another repository is not taken for ours."""
_NUMBER = re.compile(r"#(\d{1,9})")
_CHERRY_PICKED = re.compile(r"\(cherry[- ]picked from commit ([0-9a-f]{7,64})\b", re.IGNORECASE)
_CO_AUTHOR = re.compile(r"^\s{0,3}co-authored-by:\s?(.{1,300})", re.IGNORECASE)


def references_of(commit: Commit) -> References:
    """Collect what a message points at; nothing is guessed from bare numbers."""
    subject = subject_of(commit)
    lines = [line[:_LINE_LIMIT] for line in prose_lines(body_of(commit))]
    own = pull_request_of(commit)
    issues = _unique(number for line in (subject, *lines) for number in _closed(line))
    named = [int(match[1] or match[2]) for match in _IN_SUBJECT.finditer(subject)]
    named += (int(match[1]) for line in lines for match in _NAMED.finditer(line))
    repairs, repaired = repairs_of(subject, lines)
    picked = picked_of(subject, lines)
    others = _unique(number for number in named if number != own and number not in issues)
    return References(
        pull_request=own,
        pull_requests=others[:LIMIT],
        issues=issues[:LIMIT],
        co_authors=_co_authors(commit, lines),
        repairs=tuple(number for number in repairs if number not in (own, *picked)),
        repaired_commits=repaired,
        cherry_picked=tuple(number for number in picked if number != own),
        backports=backports_of(subject, lines),
    )


def pull_request_of(commit: Commit) -> int | None:
    """The number of the pull request that a commit is the merge of."""
    subject = subject_of(commit)
    if match := _AT_END.search(subject, max(0, len(subject) - 40)) or _GITHUB_MERGE.match(subject):
        return int(match[1])
    lines = [line.strip() for line in body_of(commit).split("\n")]
    # The line of a merge tool is at the end; one further up is quoted from another commit.
    for line in reversed(lines):
        if match := _GITLAB_MERGE.match(line) or _RESOLVED.match(line):
            return int(match[1])
    return None


def cherry_picked_from(commit: Commit) -> tuple[str, ...]:
    """The shas that ``git cherry-pick -x`` noted."""
    found = (match[1].lower() for match in _CHERRY_PICKED.finditer(body_of(commit)))
    return tuple(dict.fromkeys(found))[:LIMIT]


def _closed(line: str) -> Iterator[int]:
    for match in _CLOSES.finditer(line):
        yield from (int(number) for number in _NUMBER.findall(match[1]))


def _co_authors(commit: Commit, lines: list[str]) -> tuple[str, ...]:
    """Names of co-authors; git's own trailers miss those above another paragraph."""
    values = [
        trailer.value for trailer in commit.trailers if trailer.key.lower() == "co-authored-by"
    ]
    values += (match[1] for line in lines if (match := _CO_AUTHOR.match(line)))
    names = (value[:300].split("<", 1)[0].strip(" ,;\"'") for value in values)
    people = dict.fromkeys(name for name in names if name and not _is_program(name))
    people.pop(commit.author.name, None)
    return tuple(people)[:LIMIT]


def _is_program(name: str) -> bool:
    """Tell whether a co-author is an application, also one that only reviewed."""
    return name.endswith("[bot]") or is_bot(name)


def _unique(numbers: Iterator[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for number in numbers if number))
