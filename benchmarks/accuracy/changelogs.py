"""Changelogs taken apart: which pull request is named under which sections.

A section is known by its title: a heading in Markdown or reStructuredText, a line
that ends in a colon (``BUG FIXES:``), or a tag in front of an item
(``[ENHANCEMENT]``, ``**breaking:**``).  A title that says no type (``CLI``,
``Changed``) still names what stands under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from digest.analysts.notes import NOTES_FOLDERS

Section = Literal[
    "features",
    "fixes",
    "performance",
    "documentation",
    "dependencies",
    "internal",
    "improvements",
    "breaking",
]
"""``improvements`` are what a changelog calls so, or enhancements: new things, faster things and
newer dependencies alike, so that such a title only says that something is no repair."""

_TITLES: dict[Section, str] = {
    "features": (
        "added|new|new feature|new features|feature|features|added unstable|new components"
    ),
    "improvements": (
        "enhancement|enhancements|improvement|improvements|features and improvements"
        "|features and enhancements"
    ),
    "fixes": (
        "fixed|fix|fixes|bug fix|bug fixes|bugfix|bugfixes|bug|bugs|fixed unstable|security fixes"
    ),
    "performance": "perf|performance|performance improvements|performance improvement",
    "documentation": (
        "documentation|docs|doc|documented|improved documentation|documentation improvements"
        "|translations"
    ),
    "dependencies": "dependencies|dependency updates|upgrades|dependency upgrades",
    "internal": (
        "internal|internals|internal changes|chore|chores|miscellaneous chores"
        "|chore maintenance|code refactoring|refactors|refactoring|tests|build system"
        "|continuous integration|miscellaneous internal changes|contributor facing changes"
        "|under the hood|maintenance|styles"
    ),
    "breaking": "breaking|breaking change|breaking changes|bc",
}
SECTIONS = {title: section for section, titles in _TITLES.items() for title in titles.split("|")}
"""Sections by their titles, in small letters, without signs.  ``Changed`` and ``Removed`` say no
type, because a change of behaviour, a fix and a clean-up stand there alike; nor do titles that
say how far something has come (``Preview features``, ``Stable style``) or what it is about
(``CLI``)."""

_TITLE_LENGTH = 60
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})\s+(\S.*?)\s*#*$")
_UNDERLINE = re.compile(r"([=~^\"'*+`-])\1{2,}\s*$")
_COLON = re.compile(r"\*{0,2}([A-Za-z][\w &/-]{2,40})(?::\*{0,2}|\*{2}:)\s*$")
_BULLET = re.compile(r"([ \t]*)(?:[-*+]|\d{1,3}\.)\s+(\S.*)")
_INLINE_TAG = re.compile(
    r"(?:\[([A-Za-z ]{3,20})\]|\*\*([A-Za-z ]{3,20}):?\*\*|([A-Z][a-z]{3,15})(?=: ))\s*:?\s*"
)
_OWN_SHA = re.compile(r"^\[`[0-9a-f]{7,40}`\]\([^()\s]{1,200}\)\s+")
"""The commit that an item is about, in front of what it says."""
_INLINE_BREAKING = re.compile(
    r"\*{1,2}(?:Breaking|BREAKING)\b[^*]{0,30}\*{1,2}|\*breaking :warning:"
)
_DEFINITION = re.compile(r"\[[^\[\]]{1,60}\]:\s+\S+\s*$")
_ADDRESS = re.compile(
    r"https?://[^\s/()]{1,60}/[^\s/()]{1,60}/([^\s/()]{1,80})"
    r"/(?:pull|pulls|issues|merge_requests)/(\d{1,7})"
)
_SHA_ADDRESS = re.compile(r"/commit/([0-9a-f]{7,40})")
_LINK = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\]){0,300}\]\([^()\s]{0,300}\)")
_WORDS = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"(?:(?<![\w/])#|\bGH-|:(?:issue|pr|pull):`)(\d{1,7})\b")

_BREAKING = re.compile(
    r"^(?:\w+ ){1,4}breaking(?: api)?(?: changes?)?$|^backwards? incompatible(?: \w+)? changes?$"
)
"""``API Breaking``, ``Removals and backward incompatible breaking changes``, in small letters."""
_DOUBTED = frozenset(["no", "non", "not", "possibly", "potential", "potentially"])


@dataclass
class Named:
    """What a changelog names."""

    sections: dict[int, set[Section]] = field(default_factory=dict)
    """Numbers of pull requests, with the sections that say a type."""
    shas: dict[str, set[Section]] = field(default_factory=dict)
    """The first seven digits of commits, likewise."""
    breaking: set[str] = field(default_factory=set)
    """What is listed as breaking, in its own words: an item may name no pull request, or the
    issue instead, and is then known by the words that its commit wrote."""

    def update(self, other: Named) -> None:
        """Add what another version, or another file, names."""
        for number, sections in other.sections.items():
            self.sections.setdefault(number, set()).update(sections)
        for sha, sections in other.shas.items():
            self.shas.setdefault(sha, set()).update(sections)
        self.breaking |= other.breaking

    def of(self, sha: str, numbers: Iterable[int]) -> frozenset[Section] | None:
        """The sections that a commit stands under; None where it is not named.

        Arguments:
            sha: of the commit.
            numbers: of its pull request, and of issues where the changelog names these.
        """
        found = [self.sections[number] for number in set(numbers) if number in self.sections]
        if sha[:7] in self.shas:
            found.append(self.shas[sha[:7]])
        return frozenset[Section]().union(*found) if found else None


def parse(text: str, repository: str = "", path: str = "") -> Named:
    """Read a changelog, or a fragment of one.

    Arguments:
        text: Markdown or reStructuredText.
        path: where it lies; a fragment may stand in a folder that is called like a section
            (unclog's ``breaking-changes/12-x.md``).
        repository: its name on the forge, without the owner; links into other repositories
            are not taken for its own.
    """
    named = Named()
    folders = path.lower().split("/")[:-1]
    start = next((i for i, folder in enumerate(folders) if folder in NOTES_FOLDERS), len(folders))
    found = map(section_of, folders[start:])
    above = frozenset(section for section in found if section is not None)
    for under, item in _items(_COMMENT.sub("", text)):
        sections = under | above
        if "breaking" in sections:
            named.breaking.add(words_of(item))
        for number in _numbers(item, repository):
            named.sections.setdefault(number, set()).update(sections)
        for match in _SHA_ADDRESS.finditer(item):
            named.shas.setdefault(match[1][:7], set()).update(sections)
    return named


def words_of(text: str) -> str:
    """The words of a text, to be found again whatever signs stand between them."""
    return " ".join(_WORDS.findall(text.lower()))


def section_of(title: str) -> Section | None:
    """The section that a title stands for; None where it says no type."""
    words = re.findall(r"[a-z]+", re.sub(r":[a-z_]+:|\([^()]*\)", " ", title.lower()))
    text = " ".join(words)
    if words[:1] == ["breaking"] or (_BREAKING.search(text) and _DOUBTED.isdisjoint(words)):
        return "breaking"
    return SECTIONS.get(text)


def _items(text: str) -> Iterator[tuple[frozenset[Section], str]]:
    """Pieces of text with the sections that they stand under."""
    headings: list[tuple[int, Section | None]] = []
    item: list[str] = []
    own: frozenset[Section] = frozenset()
    indent = 0
    lines = [*text.splitlines(), ""]
    for index, line in enumerate(lines):
        title = _title(line, lines[index + 1] if index + 1 < len(lines) else "")
        bullet = None if title else _BULLET.match(line)
        if title or (bullet and (not item or len(bullet[1]) <= indent)):
            if item:
                yield _under(headings) | own | _marks(item), "\n".join(item)
            item, own = [], frozenset()
        if title:
            level, section = title
            headings = [heading for heading in headings if heading[0] < level]
            headings.append((level, section))
        elif not _DEFINITION.match(line):
            if bullet and not item:
                indent, own = len(bullet[1]), _tags(bullet[2])
            item.append(line)
    if item:
        yield _under(headings) | own | _marks(item), "\n".join(item)


def _marks(item: list[str]) -> frozenset[Section]:
    """Whether an item says in any of its lines that it breaks something."""
    said = any(_INLINE_BREAKING.search(line) for line in item)
    return frozenset[Section](["breaking"]) if said else frozenset()


def _title(line: str, following: str) -> tuple[int, Section | None] | None:
    """The level and section of a line that is a title."""
    if match := _HEADING.match(line):
        return len(match[1]), section_of(match[2])
    text = line.strip()
    if not text or len(text) > _TITLE_LENGTH or line[:1].isspace():
        return None
    if (
        _UNDERLINE.match(following)
        and len(following.strip()) >= len(text)
        and not _BULLET.match(line)
    ):
        return (1 if following[0] == "=" else 2), section_of(text)
    if match := _COLON.match(text):
        section = section_of(match[1])
        if section or text.isupper() or text.startswith("**") or not following.strip():
            return 9, section  # below every heading, and beside its like
    return None


def _under(headings: list[tuple[int, Section | None]]) -> frozenset[Section]:
    return frozenset(section for _, section in headings if section is not None)


def _tags(text: str) -> frozenset[Section]:
    """The sections that an item says of itself."""
    found: set[Section] = set()
    text = _OWN_SHA.sub("", text)
    while match := _INLINE_TAG.match(text):
        section = section_of(match[1] or match[2] or match[3])
        if section is not None:
            found.add(section)
        text = text[match.end() :]
    return frozenset(found)


def _numbers(item: str, repository: str) -> set[int]:
    """The pull requests that an item names."""
    found = {
        int(match[2])
        for match in _ADDRESS.finditer(item)
        if not repository or match[1].lower() == repository.lower()
    }
    # What is left without links has its numbers bare.
    bare = _LINK.sub(lambda link: "" if _ADDRESS.search(link[0]) else link[0], item)
    bare = _ADDRESS.sub("", bare)
    found.update(int(match[1]) for match in _NUMBER.finditer(bare))
    return found
