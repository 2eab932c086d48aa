"""Mirror and window → commits with their patches, in one git process.

The shape is the one that is exact and cheap: the mirror walks the branch once
along first parents (see ``repositories``), the day is chosen here in Python from
the committer times, and then one ``git log --no-walk --stdin`` reads metadata,
raw changes and patches of exactly those commits.  git's own ``--since`` stops
at the first older commit, so a skewed clock would hide what lies behind it.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import cast
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from digest.errors import HistoryError
from digest.facts.paths import classify, marked_generated
from digest.messagetext import decoded, person_name, split_message, trailers, without_addresses
from digest.model import (
    Category,
    Commit,
    Coverage,
    FileChange,
    FilePatch,
    Person,
    Reading,
    Status,
)
from digest.patchstream import PatchStream, RawCommit, RawFile
from digest.repositories import Mirror

BODY_LIMIT = 100_000
"""Characters of a message body that are kept; a longer one is cut, and says so."""

_LONGEST_COMMAND = 500_000
"""Characters of paths that one command may name; systems allow two million at the least."""

_FIELDS = ("%H", "%P", "%at", "%ct", "%aN", "%B")

# Whatever a repository's own configuration says, the output is the same.
_FORMAT = (
    "--encoding=UTF-8",
    "--no-show-signature",
    "--no-notes",
    "--no-decorate",
    "--no-color",
    "-z",
)
_NO_DIFF = ("--no-patch",)
_NAMES = ("--raw", "--no-abbrev", "--diff-merges=first-parent", "--root", "--no-renames")
_DIFF = (
    "--raw",
    "--patch",
    "--no-abbrev",
    "--diff-merges=first-parent",
    "--root",
    "-M50%",
    "-l1000",
    "-U3",
    "--inter-hunk-context=0",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--submodule=short",
    "--ignore-submodules=none",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "-O/dev/null",
)

_READ_FIRST: tuple[Category, ...] = (
    "source",
    "build",
    "ci",
    "data",
    "test",
    "documentation",
    "vendored",
    "generated",
    "lock",
)
_RANKS = {category: rank for rank, category in enumerate(_READ_FIRST)}


def first_moment(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The moment at which a calendar day begins in a zone.

    Arguments:
        day: the calendar day.
        zone: the site's zone; its days have 23 or 25 hours when clocks change.
    """
    # Through UTC and back: a midnight that the clocks skip becomes the next real moment.
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC).astimezone(zone)


def commits_by_day(
    mirror: Mirror, zone: ZoneInfo, first: dt.date, last: dt.date
) -> dict[dt.date, list[str]]:
    """Which commits of the branch fall on which day.

    Arguments:
        mirror: an opened mirror.
        zone: the site's zone.
        first: first calendar day wanted.
        last: last calendar day wanted, included.

    Returns:
        The shas of each day that has any, in the order of the walk: newest first.
    """
    earliest = first_moment(first, zone).timestamp() - 86_400
    latest = first_moment(last, zone).timestamp() + 3 * 86_400
    days: dict[dt.date, list[str]] = {}
    for sha, seconds, _ in mirror.chain():
        if not earliest <= seconds < latest:
            continue
        day = dt.datetime.fromtimestamp(seconds, zone).date()
        if first <= day <= last:
            days.setdefault(day, []).append(sha)
    return days


def read(mirror: Mirror, shas: Sequence[str], *, zone: ZoneInfo, budget: int) -> Iterator[Reading]:
    """Commits with their changes and patches.

    Arguments:
        mirror: the mirror, which holds all that these commits need (see
            ``Mirror.prefetch``); nothing is fetched here.
        shas: whole object names; the order of the answers is theirs.
        zone: the site's zone, in which all times are given.
        budget: bytes of patch to read of each commit; the most significant files
            first, whole hunks only.

    Raises:
        HistoryError: git could not read one of them.
    """
    index = 0
    while index < len(shas):
        known = shas[index] not in mirror.boundary
        run = list(takewhile(lambda sha: (sha not in mirror.boundary) is known, shas[index:]))  # noqa: B023
        end = index + len(run)
        try:
            for reading in _log(mirror, run, zone, budget, diff=_DIFF if known else _NO_DIFF):
                yield reading
                index += 1
        except HistoryError:
            # One unreadable commit must not cost the others their patches.
            yield _read_damaged(mirror, shas[index], zone, budget)
            index += 1
        else:
            if index != end:
                raise HistoryError(mirror.repository.slug, "git left out commits that it has")


def skim(mirror: Mirror, shas: Sequence[str], *, zone: ZoneInfo) -> Iterator[Commit]:
    """Commits with the names of their files, of which no line is counted: quick, for an overview.

    Arguments:
        mirror: the mirror.
        shas: whole object names; those at its edge, of which the files are not known, are
            left out.
        zone: the site's zone.

    Raises:
        HistoryError: git could not read one of them.
    """
    inner = [sha for sha in shas if sha not in mirror.boundary]
    if inner:
        for reading in _log(mirror, inner, zone, None, diff=_NAMES):
            yield reading.commit


def paths_at(mirror: Mirror, sha: str) -> frozenset[str]:
    """The paths of all files at a commit; none where its trees are not in the mirror.

    Arguments:
        mirror: the mirror.
        sha: a whole object name.
    """
    try:
        listing = mirror.git.run("ls-tree", "-r", "--name-only", "--full-tree", "-z", sha)
    except HistoryError:
        return frozenset()
    return frozenset(_path(path) for path in listing.split(b"\0") if path)


def _log(
    mirror: Mirror,
    shas: Sequence[str],
    zone: ZoneInfo,
    budget: int | None,
    *,
    diff: Sequence[str],
    paths: Sequence[str] = (),
) -> Iterator[Reading]:
    """One git process over many commits.

    Each answer is held back until the next begins: git can die in the middle of
    a patch after output that looks whole, and only its exit code tells.
    """
    nonce = secrets.token_hex(16)
    arguments = [
        "log",
        "--no-walk=unsorted",
        "--stdin",
        f"--format={nonce}%x00" + "%x00".join(_FIELDS) + "%x00",
        *_FORMAT,
        *diff,
        *(("--", *paths) if paths else ()),
    ]
    held: Reading | None = None
    with mirror.git.stream(*arguments, stdin="\n".join([*shas, ""]).encode()) as stdout:
        commits = PatchStream(
            stdout,
            nonce=nonce.encode(),
            fields=len(_FIELDS),
            budget=budget,
            rank=lambda path: _RANKS[classify(_path(path))],
        )
        try:
            for raw in commits:
                if held is not None:
                    yield held
                held = _reading(raw, zone, known=diff is not _NO_DIFF)
        except (EOFError, ValueError) as error:
            raise HistoryError(mirror.repository.slug, str(error)) from error
    if held is not None:
        yield held


def _read_damaged(mirror: Mirror, sha: str, zone: ZoneInfo, budget: int) -> Reading:
    """A commit of which some objects are missing: all that is there, and what is not, marked."""
    try:
        files = _files(mirror, sha)
    except HistoryError:  # not even its trees: then its message alone
        # The map of authors is in a tree, too.
        mirror = replace(mirror, git=replace(mirror.git, mailmap=""))
        return next(_log(mirror, [sha], zone, 0, diff=_NO_DIFF))
    missing = [(path, status) for path, status, lost in files if lost]
    paths = [f":(top,exclude,literal){os.fsdecode(path)}" for path, _ in missing]
    reading = None
    if sum(map(len, paths)) <= _LONGEST_COMMAND:
        reading = next(_log(mirror, [sha], zone, budget, diff=_DIFF, paths=paths), None)
    if reading is None:  # git shows no commit of which no file is left
        missing = [(path, status) for path, status, _ in files]
        reading = next(_log(mirror, [sha], zone, 0, diff=_NO_DIFF))
    absent = tuple(
        FileChange(
            path=_path(path),
            status=cast("Status", status),
            insertions=None,
            deletions=None,
            missing=True,
        )
        for path, status in missing
    )
    changes = tuple(sorted((*reading.commit.changes, *absent), key=lambda change: change.path))
    coverage = replace(reading.coverage, files=reading.coverage.files + len(absent))
    return Reading(
        commit=replace(reading.commit, changes=changes, changes_known=True),
        coverage=coverage,
        patches=reading.patches,
    )


def _files(mirror: Mirror, sha: str) -> list[tuple[bytes, str, bool]]:
    """Path and status of a commit's files, and whether their content is not in the mirror."""
    listing = mirror.git.run(
        *("log", "--no-walk", "--stdin", "--format=", "--raw", "--no-renames", "--no-abbrev"),
        *("-z", "--root", "--diff-merges=first-parent"),
        stdin=f"{sha}\n".encode(),
    )
    tokens = listing.strip(b"\n\0").split(b"\0")
    files = [
        (meta.decode("ascii").lstrip("\n:").split(" "), path)
        for meta, path in zip(tokens[::2], tokens[1::2], strict=False)
    ]
    wanted = {
        name
        for (old_mode, new_mode, old, new, _), _ in files
        for mode, name in ((old_mode, old), (new_mode, new))
        if mode not in ("000000", "160000")
    }
    answer = mirror.git.run("cat-file", "--batch-check", stdin="\n".join([*wanted, ""]).encode())
    lost = {line.split()[0].decode() for line in answer.splitlines() if line.endswith(b" missing")}
    return [(path, meta[4], bool(lost & {meta[2], meta[3]})) for meta, path in files]


def _reading(raw: RawCommit, zone: ZoneInfo, *, known: bool) -> Reading:
    sha, parents, authored, committed, author, message = raw.fields
    subject, body = split_message(decoded(message))
    body = without_addresses(body)
    changes = tuple(_file_change(file) for file in raw.files)
    commit = Commit(
        sha=sha.decode("ascii"),
        parents=tuple(parents.decode("ascii").split()),
        author=Person(name=person_name(decoded(author))),
        authored_at=moment(int(authored or b"0"), zone),
        committed_at=moment(int(committed or b"0"), zone),
        subject=without_addresses(subject),
        body=body[:BODY_LIMIT],
        body_omitted=max(0, len(body) - BODY_LIMIT),
        trailers=tuple(trailers(body[-BODY_LIMIT:])),
        changes=changes,
        changes_known=known,
    )
    textual = [file for file in raw.files if file.insertions or file.deletions]
    coverage = Coverage(
        files=len(raw.files),
        files_read=len(raw.files) - sum(not file.data for file in textual),
        lines=sum(file.insertions + file.deletions for file in textual),
        lines_read=sum(file.lines_read for file in textual),
    )
    patches = tuple(
        FilePatch(change.path, file.data, old=file.old_name, new=file.new_name)
        for change, file in zip(changes, raw.files, strict=True)
    )
    return Reading(commit=commit, coverage=coverage, patches=patches)


def _file_change(file: RawFile) -> FileChange:
    path = _path(file.path)
    changed_mode = file.old_mode != file.new_mode and file.status not in "AD"
    return FileChange(
        path=path,
        previous_path=_path(file.previous_path) if file.previous_path is not None else None,
        status=cast("Status", file.status),
        insertions=None if file.binary else file.insertions,
        deletions=None if file.binary else file.deletions,
        binary=file.binary,
        generated=classify(path) in ("generated", "lock") or marked_generated(file.data[:2000]),
        mode=file.new_mode if changed_mode else None,
        previous_mode=file.old_mode if changed_mode else None,
        submodule="160000" in (file.old_mode, file.new_mode),
        symlink="120000" in (file.old_mode, file.new_mode),
    )


def moment(seconds: int, zone: ZoneInfo) -> dt.datetime:
    """A commit's time in the site's zone; an impossible one is moved to the nearest possible.

    Arguments:
        seconds: since 1970, as git says.
        zone: the site's zone.
    """
    first, last = 0, 253_402_214_400  # 1970-01-01 and 9999-12-31
    return dt.datetime.fromtimestamp(min(max(seconds, first), last), zone)


def _path(data: bytes) -> str:
    r"""A path: UTF-8, and stray bytes as ``\xNN``, so that two paths stay two."""
    return data.decode("utf-8", "backslashreplace")
