"""The archive's folder and its branch: fetched, merged, pushed.

Each file has three versions: in the folder, on the branch, and on the branch as it
was when the folder was last brought in line with it.  Whichever side changed wins;
where both did, :mod:`digest.merging` makes one version of the two.  Files come and
change, and none goes, whatever the branch lacks: an archive is never lost because
somebody emptied its branch.  (But for the list of batches, which is no history.)
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import msgspec
from filelock import FileLock

from digest.archive import write_whole
from digest.branches import Branch, MovedError, named
from digest.errors import ArchiveError, DigestError
from digest.merging import (
    merged_batches,
    merged_day,
    merged_state,
    place,
    reached_later,
    readable,
)

_MARK = ".branch"
"""A file in the folder: the commit that it was last brought in line with."""
_MANIFEST = "base.json"
_ATTEMPTS = 40
"""Each attempt in vain means that another run got through, so sixteen at once need sixteen."""
_LONGEST_PAUSE = 2.0
_STATE = "repository.state"
_README = b"""# Archive

What change-digest collected: one JSON file per repository and day, and a file of state for each
repository. Runs commit to this branch by themselves. It is the only thing that cannot be made
again: keep it, and do not merge it into another branch.
"""


class PublishError(DigestError):
    """The archive cannot be published."""


class Outcome(msgspec.Struct):
    """What came of bringing a folder and a branch together."""

    tip: str | None = None
    """Where the branch stands now; None where there is none yet."""
    taken: list[str] = msgspec.field(default_factory=list)
    """Files that were taken over into the folder."""
    merged: list[str] = msgspec.field(default_factory=list)
    """Those of them that both sides had changed."""
    pushed: list[str] = msgspec.field(default_factory=list)
    """Files that were pushed."""
    damaged: list[str] = msgspec.field(default_factory=list)
    """Files in the folder that cannot be read, and so were not pushed."""


class Depot(msgspec.Struct, frozen=True):
    """A folder with an archive, and the branch where it is kept.

    Arguments:
        folder: the archive.
        branch: where it is kept.
        quiet: see below.
    """

    folder: Path
    branch: Branch
    quiet: Callable[[], AbstractContextManager[None]] = nullcontext
    """Keeps runs that collect away while the folder is read or written."""

    def pull(self) -> Outcome:
        """Take over what is on the branch.

        What the folder has and the branch has not stays, for the next push.

        Raises:
            DigestError: the branch cannot be read, or the folder cannot be written.
        """
        with self._alone():
            return self._pull()[0]

    def push(self, now: dt.datetime) -> Outcome:
        """Take over what is on the branch, and put there what the folder has besides.

        All of it is one commit, on top of the branch: there is never half of a run.
        Where other runs push at the same time, it is tried again on top of theirs.

        Arguments:
            now: the moment that counts as now, the commit's time.

        Raises:
            DigestError: the branch cannot be read or written, or the folder cannot.
        """
        taken: list[str] = []
        merged: list[str] = []
        with self._alone():
            for attempt in range(_ATTEMPTS):
                outcome, theirs = self._pull()
                taken += outcome.taken
                merged += outcome.merged
                outcome.taken, outcome.merged = taken, merged
                with self.quiet():
                    changes = self._changes(theirs, outcome)
                if not changes:
                    return outcome
                if outcome.tip is None:
                    changes["README.md"] = _README
                try:
                    commit = self.branch.push(outcome.tip, changes, _message(changes), now)
                except MovedError:
                    time.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.1 * (attempt + 1))))  # noqa: S311
                    continue
                outcome.tip, outcome.pushed = commit, sorted(changes)
                self._in_line_with(commit)
                return outcome
        raise PublishError(
            f"the branch {self.branch.name!r} moved {_ATTEMPTS} times while this run tried to push"
        )

    def export(self, out: Path) -> list[str]:
        """Write what has changed since the last pull into another folder, for :meth:`absorb`.

        Arguments:
            out: a new or empty folder.

        Returns:
            The files.

        Raises:
            DigestError: there is something in that folder, or a file cannot be read.
        """
        if out.exists() and any(out.iterdir()):
            raise PublishError(f"{out}: the folder is not empty")
        with self._alone(), self.quiet():
            base = self._base()
            changed = {}
            for path, file in self._files():
                data = _content(file)
                if named(data, base.like) != base.files.get(path):
                    changed[path] = base.files.get(path)
                    write_whole(out / "files" / path, data)
            stays = {path for path in base.files if (self.folder / path).exists()}
        gone = [path for path in base.files if _may_go(path) and path not in stays]
        manifest = {
            "files": changed,
            "gone": {path: base.files[path] for path in gone},
        }
        write_whole(out / _MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
        return [*changed, *gone]

    def absorb(self, part: Path) -> Outcome:
        """Take over what another run wrote by :meth:`export`.

        Raises:
            DigestError: it is no such folder, or something cannot be read or written.
        """
        files, gone = _manifest(part)
        outcome = Outcome()
        with self._alone(), self.quiet():
            pairs: dict[str, tuple[bytes, bytes]] = {}
            for path, base in sorted(files.items()):
                ours = _content(part / "files" / path)
                here = self.folder / path
                theirs = _content(here) if here.exists() else None
                if theirs is None or named(theirs, base) == base:
                    write_whole(here, ours)
                    outcome.taken.append(path)
                elif theirs != ours:
                    pairs[path] = (ours, theirs)
            # States that the part has not changed: it did not get to its end.
            self._merge(pairs, later_there=_states(pairs) - files.keys())
            for path, base in gone.items():
                here = self.folder / path
                if here.exists() and named(_content(here), base) == base:
                    here.unlink()
            outcome.merged = sorted(pairs)
            outcome.taken += outcome.merged
        return outcome

    def _pull(self) -> tuple[Outcome, dict[str, str]]:
        """Take over what is on the branch, and tell what that is."""
        base = self._base()
        tip = self.branch.fetch()
        listed = base.files if tip == base.like else self.branch.files(tip)
        theirs = {path: name for path, name in listed.items() if place(path)}
        with self.quiet():
            return self._bring_in_line(tip, base, theirs), theirs

    def _bring_in_line(self, tip: str | None, base: _Base, theirs: Mapping[str, str]) -> Outcome:
        """Take over what is on the branch, which has been fetched."""
        outcome = Outcome(tip)
        wanted: dict[str, str] = {}
        both: dict[str, tuple[bytes, str]] = {}
        here = set()
        for path, file in self._files():
            here.add(path)
            data = _content(file)
            ours, there, before = named(data, tip), theirs.get(path), base.files.get(path)
            if there is None:
                if ours == before and _may_go(path):
                    file.unlink()
            elif ours not in {there, before} and there != before:
                both[path] = (data, there)
            elif ours != there and ours == before:
                wanted[path] = there
        for path in theirs.keys() - here:
            # What the folder lacks was removed by us only if we may, and had it.
            if not (_may_go(path) and base.files.get(path) == theirs[path]):
                wanted[path] = theirs[path]
        self._take(wanted, both, outcome)
        if tip is not None:
            self._in_line_with(tip)
        return outcome

    def _take(
        self,
        wanted: Mapping[str, str],
        both: Mapping[str, tuple[bytes, str]],
        outcome: Outcome,
    ) -> None:
        """Write into the folder what is on the branch, or what both sides make together."""
        there = dict(self.branch.contents(name for _, name in both.values()))
        paths = defaultdict(list)
        # States go first: what is to be read again must be known before the days are there.
        for path in sorted(wanted, key=lambda path: (not path.endswith(".state"), path)):
            paths[wanted[path]].append(path)
        for name, data in self.branch.contents(paths):
            for path in paths[name]:
                write_whole(self.folder / path, data)
        pairs = {path: (data, there[name]) for path, (data, name) in both.items()}
        self._merge(pairs, later_there=wanted)
        outcome.merged = sorted(both)
        outcome.taken = sorted([*wanted, *both])

    def _merge(
        self, pairs: Mapping[str, tuple[bytes, bytes]], *, later_there: Collection[str]
    ) -> None:
        """Write one version of each file of which there are two, states first.

        Arguments:
            pairs: ours and theirs, by path.
            later_there: states that only the other side changed: it got further.
        """
        again: dict[str, set[dt.date]] = defaultdict(set)
        written = {}
        for path, (ours, theirs) in pairs.items():
            where = place(path)
            assert where is not None  # noqa: S101 - nothing else is looked at
            state = f"{where.slug}/{_STATE}"
            if where.date is not None:
                again[state].add(where.date)
                known = pairs.get(state)
                later = reached_later(*known) if known else state not in later_there
                written[path] = merged_day(ours, theirs, ours_later=later)
            elif where.batches:
                written[path] = merged_batches(ours, theirs)
            else:
                again[state].update(())
        for state, dates in again.items():
            known = pairs.get(state)
            if known is None and (self.folder / state).exists():
                known = (_content(self.folder / state),) * 2
            if known is not None:
                write_whole(self.folder / state, merged_state(*known, dates))
        for path, data in written.items():
            write_whole(self.folder / path, data)

    def _changes(self, theirs: Mapping[str, str], outcome: Outcome) -> dict[str, bytes | None]:
        """What the folder has and the branch has not."""
        changes: dict[str, bytes | None] = {}
        here = set()
        for path, file in self._files():
            here.add(path)
            data = _content(file)
            if named(data, outcome.tip) == theirs.get(path):
                continue
            where = place(path)
            if where is not None and readable(where, data):
                changes[path] = data
            else:
                outcome.damaged.append(path)
        changes |= {path: None for path in theirs if path not in here and _may_go(path)}
        return changes

    def _base(self) -> _Base:
        """The branch as it was when the folder was last in line with it."""
        try:
            noted = (self.folder / _MARK).read_text("ascii", "replace").strip()
        except FileNotFoundError:
            return _Base({}, None)
        if not self.branch.git.path.is_dir():
            return _Base({}, None)
        commit = self.branch.base(noted)
        return _Base(self.branch.files(commit), commit)

    def _in_line_with(self, commit: str) -> None:
        mark = f"{commit}\n".encode()
        if not _holds(self.folder / _MARK, mark):
            self.branch.started_from(commit)
            write_whole(self.folder / _MARK, mark)

    def _files(self) -> Iterator[tuple[str, Path]]:
        """The files of the archive in the folder, by their path below it."""
        for parent, folders, names in os.walk(self.folder):
            folders.sort()
            inner = Path(parent).relative_to(self.folder).as_posix()
            for name in sorted(names):
                # As text: there are thousands of files, and a second object for each takes time.
                path = f"{inner}/{name}"
                if place(path) is not None and not (file := Path(parent, name)).is_symlink():
                    yield path, file

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other runs on this machine away from the folder's branch."""
        path = self.branch.git.path.with_suffix(".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path):
            yield


class _Base(msgspec.Struct, frozen=True):
    files: Mapping[str, str]
    like: str | None


def _states(paths: Iterable[str]) -> set[str]:
    """The files of state of the repositories that files belong to."""
    return {f"{where.slug}/{_STATE}" for path in paths if (where := place(path))}


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _may_go(path: str) -> bool:
    where = place(path)
    return where is not None and where.may_go


def _message(changes: Mapping[str, bytes | None]) -> str:
    places = [where for path in changes if (where := place(path)) is not None]
    days = sorted(where.date for where in places if where.date)
    slugs = {where.slug for where in places}
    newest = f", newest {days[-1]}" if days else ""
    files = f"{_counted(len(days), 'file of a day', 'files of days')}, " if days else ""
    return f"data: {files}{_counted(len(slugs), 'repository', 'repositories')}{newest}\n"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _content(path: Path) -> bytes:
    """What a file holds."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArchiveError(path, f"it cannot be read ({error.strerror})") from error


def _manifest(part: Path) -> tuple[dict[str, str], dict[str, str]]:
    """What an exported folder says of itself: names of what its files replace, and of what goes."""
    try:
        found = json.loads(_content(part / _MANIFEST))
        files = {str(path): str(name or "") for path, name in found["files"].items()}
        gone = {str(path): str(name) for path, name in found["gone"].items() if _may_go(path)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PublishError(f"{part / _MANIFEST}: it is damaged") from error
    for path in files:
        if place(path) is None:
            raise PublishError(f"{part / _MANIFEST}: {path!r} is no file of an archive")
    return files, gone
