"""What a commit holds, laid out for the claims that are looked up in it.

The most telling lines come first: what was changed before what stands around
it, source before tests before documents, new before old.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property

from digest.facts.diffs import LINE_LIMIT, Diff, FileDiff, Side
from digest.llm.texts import Line, Paths, Place, Text, text_of_files, text_of_lines
from digest.model import Category, Commit, Evidence, Facts

WHOLE_FILES = 100
"""Changed files that are looked into as a whole."""
WHOLE_BYTES = 4_000_000
"""Bytes of them."""

_ORDER: tuple[Category, ...] = (
    "source", "build", "ci", "data", "test", "documentation", "vendored", "generated", "lock",
)  # fmt: skip
_RANKS = {category: rank for rank, category in enumerate(_ORDER)}


class Corpus:
    """All that a claim about one commit may rest on.

    Arguments:
        diff: the commit with its patches.
        facts: what was read from it.
        tree: paths of all files at that commit, as far as they are known.
    """

    def __init__(self, diff: Diff, facts: Facts, tree: Collection[str] = ()) -> None:
        self._diff = diff
        self._facts = facts
        self._tree = tree
        self._files = sorted(diff.files, key=lambda file: _RANKS[file.category])

    @cached_property
    def patch(self) -> Text:
        """The diff with the names of its files, and the facts that name a line."""
        return text_of_lines(_lines_of(self._files, self._facts))

    @cached_property
    def message(self) -> Text:
        """What the author says, and what the facts name without a line."""
        commit, facts = self._diff.commit, self._facts
        said = "\n".join(_said(commit, facts))
        return Text(said.encode("utf-8", "replace"), lambda _: None)

    @cached_property
    def contents(self) -> Text:
        """The changed files as they are now, or were."""
        return text_of_files(list(_whole(self._files)))

    @cached_property
    def paths(self) -> Paths:
        """The changed files, as they are and as they were called."""
        changes = [file.change for file in self._files]
        return Paths(
            [change.path for change in changes]
            + [change.previous_path for change in changes if change.previous_path]
        )

    @cached_property
    def tree(self) -> Paths:
        """All files at that commit."""
        return Paths(self._tree)

    @cached_property
    def counts(self) -> frozenset[int]:
        """Numbers that follow from the diff: of files, of lines, of names."""
        return frozenset(_counts(self._diff.commit, self._facts))

    def beginning_of(self, path: str) -> Place:
        """The first changed line of a file, or its first line."""
        for file in self._files:
            if path in {file.change.path, file.change.previous_path}:
                return _first_line(file)
        return Place(path, 1, "new")


def _lines_of(files: Sequence[FileDiff], facts: Facts) -> Iterator[Line]:
    new: list[Line] = []
    old: list[Line] = []
    around: list[Line] = []
    for file in files:
        _take(file, new, old, around)
    yield from new
    yield from old
    for file in files:
        place = _first_line(file)
        yield file.change.path.encode("utf-8", "replace"), place
        if file.change.previous_path:
            yield file.change.previous_path.encode("utf-8", "replace"), place
    yield from around
    for change in facts.interface:
        named = (change.name, change.previous_name, change.before, change.after)
        evidence = change.evidence[0] if change.evidence else None
        yield from _stated(named, evidence)
    for dependency in facts.dependencies:
        evidence = dependency.evidence[0] if dependency.evidence else None
        yield from _stated((dependency.name, dependency.before, dependency.after), evidence)
    for symbol in facts.symbols:
        yield from _stated((symbol.name,), symbol.evidence[0] if symbol.evidence else None)


def _stated(names: Iterable[str | None], evidence: Evidence | None) -> Iterator[Line]:
    place = None if evidence is None else Place(evidence.path, evidence.line, evidence.side)
    for name in names:
        if name:
            yield name.encode("utf-8", "replace"), place


def _take(file: FileDiff, new: list[Line], old: list[Line], around: list[Line]) -> None:
    """Sort the lines of a patch by what happened to them."""
    before, after = file.path("old"), file.path("new")
    for hunk in file.hunks:
        number, former = hunk.new_start, hunk.old_start
        if hunk.heading:
            around.append((hunk.heading, Place(after, number, "new")))
        for line in hunk.lines:
            mark, text = line[:1], line[1:LINE_LIMIT]
            if mark == b"+":
                new.append((text, Place(after, number, "new")))
                number += 1
            elif mark == b"-":
                old.append((text, Place(before, former, "old")))
                former += 1
            elif mark != b"\\":
                around.append((text, Place(after, number, "new")))
                number += 1
                former += 1


def _first_line(file: FileDiff) -> Place:
    """Where the change of a file begins."""
    gone = file.change.status == "D"
    path = file.path("old" if gone else "new")
    if gone or not file.hunks:
        return Place(path, 1, "old" if gone else "new")
    hunk = file.hunks[0]
    number = hunk.new_start
    for line in hunk.lines:
        if line[:1] in {b"+", b"-"}:
            break
        number += 1
    return Place(path, max(1, number), "new")


def _whole(files: Iterable[FileDiff]) -> Iterator[tuple[bytes, str, Side]]:
    size = 0
    for count, file in enumerate(files):
        if count >= WHOLE_FILES or size >= WHOLE_BYTES:
            return
        for side in _SIDES:
            data = file.content(side)
            if data is not None:
                size += len(data)
                yield data[:WHOLE_BYTES], file.path(side), side
                break


_SIDES: tuple[Side, Side] = ("new", "old")


def _said(commit: Commit, facts: Facts) -> Iterator[str]:
    yield commit.subject
    yield from commit.body.splitlines()
    for trailer in commit.trailers:
        yield f"{trailer.key}: {trailer.value}"
    yield from (commit.sha, commit.short_sha, *commit.parents)
    yield from (parent[:7] for parent in commit.parents)
    yield commit.author.name
    yield from (f"{commit.authored_at:%Y-%m-%d}", f"{commit.committed_at:%Y-%m-%d}")
    yield from (area.name for area in facts.areas)
    if facts.scope:
        yield facts.scope
    found = facts.references
    own = (found.pull_request,) if found.pull_request else ()
    for number in (*own, *found.pull_requests, *found.issues, *found.repairs, *found.cherry_picked):
        yield f"#{number}"
    for revert in facts.reverts:
        yield f"{revert.sha or ''} {revert.subject or ''}"
        if revert.pull_request:
            yield f"#{revert.pull_request}"


def _counts(commit: Commit, facts: Facts) -> Iterator[int]:
    changes = commit.changes
    yield from (len(changes), commit.insertions, commit.deletions)
    yield from (commit.insertions + commit.deletions, commit.insertions - commit.deletions)
    for status in "ACDMRT":
        yield sum(change.status == status for change in changes)
    for change in changes:
        yield from (change.insertions or 0, change.deletions or 0)
        yield (change.insertions or 0) + (change.deletions or 0)
    for area in facts.areas:
        yield from (area.files, area.insertions, area.deletions)
    for signal in facts.signals:
        yield signal.count
    yield from (len(facts.interface), len(facts.dependencies))
