"""The commits so far, to be found by sha, by pull request and by subject.

All that is in the index is earlier than what is asked for, because a commit goes in
after its own message was read.  So nothing points forward, and nothing at itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from digest.outcomes.records import Known

_SHORTEST_SHA = 7
_HEAD = 16
"""Characters of a title by which one that was cut off is looked up."""
_LATEST = 200
"""Commits of one title that are looked at; a title with more says nothing."""
_TELLING = 12
"""Characters of a title below which it says too little."""

_NUMBER = re.compile(r"\s*\((?:pull request )?[#!]\d{1,9}\)(?=[\"”'`…. ]*$)", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"(?<=\S)[ -]{1,3}#\d{1,9}$")
_TAGS = re.compile(
    r"^(?:\[[^\[\]]{1,80}\]:?\s*|[a-z][\w.+/-]{0,30}(?:\([^()]{0,100}\))?!?:\s+){1,6}"
)
_ELLIPSIS = re.compile(r"…|\.\.\.")
_CUT_NUMBER = re.compile(r"\s*\(?#?\d{0,9}$")
_SPACE = re.compile(r"\s+")


def key(title: str) -> str:
    """A title as it is compared: without numbers of pull requests at its end.

    Numbers within quotation marks at the end count as at the end: GitHub quotes
    them or not, as the title of the pull request has them.
    """
    title = _SPACE.sub(" ", title[:600]).strip()
    while match := _NUMBER.search(title, max(0, len(title) - 60)):
        title = title[: match.start()] + title[match.end() :]
    return _BARE_NUMBER.sub("", title.strip()).rstrip(".").casefold()


def untagged(title: str) -> str:
    """A title as it is compared, without tags and types in front of it."""
    title = key(title)
    return title[match.end() :] if (match := _TAGS.match(title)) else title


class Index:
    """The commits of one repository, oldest first."""

    def __init__(self) -> None:
        self._by_sha: defaultdict[str, list[Known]] = defaultdict(list)
        self._by_pull_request: defaultdict[int, list[Known]] = defaultdict(list)
        self._by_subject: defaultdict[str, list[Known]] = defaultdict(list)
        self._by_head: defaultdict[str, list[str]] = defaultdict(list)
        self._by_text: defaultdict[str, list[Known]] = defaultdict(list)
        self._by_shape: defaultdict[int, list[Known]] = defaultdict(list)

    def add(self, known: Known, *, vanished: bool = False) -> None:
        """Take a commit in.

        Arguments:
            known: the commit.
            vanished: it is no longer on the branch, so only its sha can be meant.
        """
        mention = known.mention
        self._by_sha[mention.sha[:_SHORTEST_SHA]].append(known)
        if vanished:
            return
        if mention.pull_request is not None:
            self._by_pull_request[mention.pull_request].append(known)
        self._by_shape[known.shape].append(known)
        subject = key(mention.subject)
        if subject not in self._by_subject:
            self._by_head[subject[:_HEAD]].append(subject)
        self._by_subject[subject].append(known)
        if (tags := _TAGS.match(subject)) and tags.end() < len(subject):
            self._by_text[subject[tags.end() :]].append(known)

    def of_sha(self, sha: str) -> Known | None:
        """The commit whose sha is, or begins with, that one."""
        if len(sha) < _SHORTEST_SHA:
            return None
        found = self._by_sha.get(sha[:_SHORTEST_SHA], ())
        same = [known for known in found if known.mention.sha.startswith(sha)]
        return same[0] if len(same) == 1 else None

    def of_pull_request(self, number: int) -> list[Known]:
        """The commits that a pull request came in by, newest first."""
        return self._by_pull_request.get(number, [])[: -_LATEST - 1 : -1]

    def of_subject(self, title: str) -> list[Known]:
        """The commits of that title, newest first; also of one that was cut off."""
        title = key(title)
        if found := self._by_subject.get(title):
            return found[: -_LATEST - 1 : -1]
        cut = _ELLIPSIS.search(title)
        if cut is None:
            return self._of_text(title)
        head = _CUT_NUMBER.sub("", title[max(0, cut.start() - 500) : cut.start()], count=1)
        if len(head) < _HEAD:
            return []
        tail = title[cut.end() :].strip()
        same = [
            subject
            for subject in self._by_head.get(head[:_HEAD], ())[-_LATEST * 10 :]
            if subject.startswith(head) and subject.endswith(tail)
        ]
        return self._by_subject[same[0]][: -_LATEST - 1 : -1] if len(same) == 1 else []

    def opposite_of(self, known: Known) -> list[Known]:
        """The commits that do the contrary in the same files, by their numbers of lines."""
        found = self._by_shape.get(known.opposite, [])[: -_LATEST - 1 : -1]
        return [one for one in found if one.mirrors(known)]

    def _of_text(self, title: str) -> list[Known]:
        """The commits of a title that has other tags, or none."""
        text = untagged(title)
        if len(text) < _TELLING:
            return []
        return [*self._by_text.get(text, ()), *self._by_subject.get(text, ())][: -_LATEST - 1 : -1]


def one_of(candidates: Iterable[Known], reverting: Known) -> Known | None:
    """The commit that a title means where several may be meant, or None.

    It must touch a file in common; among several, one alone must fit exactly: the lines
    that one adds the other takes away, or else in the same files.
    """
    near = [known for known in candidates if known.shares_files(reverting)]
    if len(near) > 1:
        mirrored = [known for known in near if known.mirrors(reverting)]
        near = mirrored or [known for known in near if known.files == reverting.files]
    return near[0] if len(near) == 1 else None


def telling(title: str) -> bool:
    """Whether a title is long enough to be one commit's own."""
    return len(key(title)) >= _TELLING
