"""Repository → mirror: a git directory that holds what a window needs.

A local repository is read in place, and nothing is ever written there.  A remote
one has a bare mirror in the cache, see :mod:`digest.fetching`.
"""

from __future__ import annotations

import datetime as dt
import functools
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec
from filelock import FileLock, Timeout
from msgspec.structs import replace

from digest.addresses import is_branch, remote
from digest.chains import Chain, boundary, resolve, walk
from digest.errors import ConfigError, HistoryError, RepositoryError, UnreachableError
from digest.fetching import Tip, Upstream
from digest.gitprocess import GitDir, OverdueError
from digest.mirrorfiles import Format, tidy
from digest.network import Network
from digest.processes import Stop

if TYPE_CHECKING:
    from digest.model import Repository, Sha

_SUBMODULE = b"160000"
_BEAT = 0.2
"""Seconds between looks at whether the run is to end, while another one is waited for."""


class Mirror(msgspec.Struct, frozen=True, dict=True):
    """A repository that commits can be read from."""

    repository: Repository
    git: GitDir
    """Commands that only read; they cannot reach the network."""
    branch: str | None
    """The branch that is followed; None for a detached HEAD."""
    head: Sha | None
    """Its tip; None where there is no commit yet."""
    boundary: frozenset[str]
    """Commits of a shallow history whose parents are cut off."""
    reached_at: dt.datetime | None
    """When it was last brought up to date; None where nobody noted it."""
    upstream: Upstream | None = None
    """Where files are fetched from; None where there are all, or none may be fetched."""
    kind: Format | None = None
    """What the mirror is like; None for a local repository, or where nothing is fetched."""

    def chain(self) -> Chain:
        """The first-parent history of the branch, newest first.

        Returns:
            For each commit its sha, its committer time in seconds of the epoch, and
            its first parent's sha or ``""``.

        Raises:
            HistoryError: git could not read it.
        """
        return self._chain

    @functools.cached_property
    def _chain(self) -> Chain:
        return walk(self.git, self.head)

    def prefetch(self, shas: Sequence[str]) -> None:
        """Fetch what is needed to read the patches of these commits, all at once.

        Commits at the boundary have no parent to be compared with, and nothing is
        fetched for them.

        Raises:
            UnreachableError: the remote broke off, or did not answer in time.
            HistoryError: git could not read the commits.
        """
        if not (self.upstream and self.kind and self.kind.filter and self.head):
            return
        whole = [sha for sha in shas if sha not in self.boundary]
        with _writable(self.repository), _locked(self.upstream):
            try:
                if self.kind.filter.startswith("tree:"):
                    self._fetch_missing(self._trees(whole), self.upstream, self.kind)
                self._fetch_missing(self._blobs(whole), self.upstream, self.kind)
            except OverdueError:
                raise
            except UnreachableError:
                # Some servers give only what their refs stand for.
                depth = len(self._chain) if self.boundary else None
                self.upstream.complete(Tip(self.branch, self.head), depth)

    def _fetch_missing(self, wanted: set[bytes], upstream: Upstream, kind: Format) -> None:
        # Asking for a single object that is missing would make git fetch it.
        command = ("cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
        with self.git.stream(*command) as present:
            for line in present:
                wanted.discard(line.rstrip(b"\n"))
        if wanted:
            upstream.fetch_objects({name.decode("ascii") for name in wanted}, kind)

    def _trees(self, shas: Iterable[str]) -> set[bytes]:
        """The root trees of commits, of what they are compared with, and of the tip."""
        parents = {sha: parent for sha, _, parent in self._chain}
        commits = {*shas, *(parents.get(sha, "") for sha in shas), self.head or ""} - {""}
        output = self.git.run(*_LOG, "--format=%T", stdin=_lines(commits))
        return set(output.split())

    def _blobs(self, shas: Iterable[str]) -> set[bytes]:
        """The files that commits changed, before and after, and the map of authors."""
        blobs = set()
        options = ("--raw", "--no-abbrev", "--no-renames", "--diff-merges=first-parent", "-z")
        command = (*_LOG, *options, "--format=")
        fields = iter(self.git.run(*command, stdin=_lines(shas)).split(b"\0"))
        for entry in fields:
            if entry.startswith(b":"):
                modes_and_names = entry[1:].split(b" ")
                for mode, name in zip(modes_and_names[:2], modes_and_names[2:4], strict=True):
                    if mode != _SUBMODULE:
                        blobs.add(name)
                next(fields, None)  # the path, which may look like an entry
        mailmap = self.git.run("ls-tree", "-z", "--full-tree", self.head or "", "--", ".mailmap")
        for entry in filter(None, mailmap.split(b"\0")):
            blobs.add(entry.partition(b"\t")[0].split(b" ")[2])
        return {name for name in blobs if name.strip(b"0")}


_LOG = ("log", "--no-walk=unsorted", "--stdin")


def open_mirror(
    repository: Repository,
    mirrors: Path,
    *,
    since: dt.datetime,
    now: dt.datetime,
    fetch: bool,
    timeout: float,
    stop: Stop | None = None,
) -> Mirror:
    """Make a repository readable, back to the start of a window.

    Arguments:
        repository: what to read.
        mirrors: directory of the mirrors, a cache.
        since: start of the window.
        now: the moment that counts as now.
        fetch: False to use the mirror as it is.
        timeout: seconds that one request, and waiting for another run, may take.
        stop: ends both, now and when more is fetched later; None where nobody will.

    Raises:
        RepositoryError: it cannot be used as it is configured.
        UnreachableError: it could not be reached, or there is no mirror to use.
        HistoryError: git could not read it.
        StoppedError: the run is to end.
    """
    if repository.branch is not None and not is_branch(repository.branch):
        reason = f"{repository.branch!r} cannot name a branch; see `branch`"
        raise RepositoryError(repository.slug, reason)
    if repository.local:
        return _open_local(repository, now)
    _check_url(repository)
    upstream = _upstream(repository, mirrors, timeout, now, stop)
    with _writable(repository), _locked(upstream):
        if fetch:
            return _open_fetched(repository, upstream, since.timestamp(), now)
        return _open_as_it_is(repository, upstream.git)


def _open_fetched(
    repository: Repository, upstream: Upstream, since: float, now: dt.datetime
) -> Mirror:
    upstream, tip = upstream.ask(repository.branch)
    kind = upstream.synchronise(tip, since)
    git = _with_mailmap(upstream.git, tip.sha)
    upstream = replace(upstream, git=git)
    cut = boundary(git)
    return Mirror(repository, git, tip.branch, tip.sha, cut, now, upstream, kind)


def _open_as_it_is(repository: Repository, git: GitDir) -> Mirror:
    if not git.path.exists():
        reason = "there is no mirror of it yet, and nothing may be fetched"
        raise UnreachableError(repository.slug, reason)
    fetched = tidy(git, repository.url).fetched
    reached_at = dt.datetime.fromtimestamp(fetched, dt.UTC) if fetched else None
    current = git.run("symbolic-ref", "HEAD").decode("utf-8", "surrogateescape").strip()
    ref = f"refs/heads/{repository.branch}" if repository.branch else current
    head = resolve(git, ref)
    if head is None and ref != current:
        reason = f"its mirror does not hold the branch {repository.branch!r}; fetch it"
        raise UnreachableError(repository.slug, reason)
    branch = ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else None
    git = _with_mailmap(git, head)
    return Mirror(repository, git, branch, head, boundary(git), reached_at)


def _open_local(repository: Repository, now: dt.datetime) -> Mirror:
    remedy = (
        "if it is a partial or damaged clone, fetch what is missing there, or follow its remote"
    )
    git = GitDir(_git_dir(repository), repository.slug, remedy=remedy)
    try:
        git.run("rev-parse", "--git-dir")
    except HistoryError as error:
        raise RepositoryError(repository.slug, "its `url` names no git repository") from error
    branch, head = repository.branch, None
    if branch is not None:
        head = resolve(git, f"refs/heads/{branch}")
        if head is None and git.run("for-each-ref", "--count=1", "refs/heads"):
            raise RepositoryError(repository.slug, f"it has no branch {branch!r}; see `branch`")
    else:
        branch, head = _current(git)
        if branch is not None and not is_branch(branch):
            raise RepositoryError(repository.slug, "its current branch has no usable name")
    git = _with_mailmap(git, head)
    return Mirror(repository, git, branch, head, boundary(git), now)


def _current(git: GitDir) -> tuple[str | None, str | None]:
    """The branch that HEAD names, and its tip; None where there is none."""
    try:
        ref = git.run("symbolic-ref", "--quiet", "HEAD").decode("utf-8", "surrogateescape").strip()
    except HistoryError:
        detached = git.run("rev-parse", "--verify", "--end-of-options", "HEAD^{commit}")
        return None, detached.decode("ascii").strip()
    return ref.removeprefix("refs/heads/"), resolve(git, ref)


def _git_dir(repository: Repository) -> Path:
    """Where the objects of a local repository are: beside its files, elsewhere, or right there."""
    path = Path(repository.url)
    if not path.is_dir():
        raise RepositoryError(repository.slug, "its `url` names no directory of this machine")
    inner = path / ".git"
    if not inner.is_file():
        return inner if inner.is_dir() else path
    pointer = inner.read_bytes().rstrip(b"\r\n")
    if not pointer.startswith(b"gitdir: "):
        raise RepositoryError(repository.slug, "its `url` names no git repository")
    return Path(os.path.normpath(path / os.fsdecode(pointer.removeprefix(b"gitdir: "))))


def _with_mailmap(git: GitDir, head: str | None) -> GitDir:
    """The map of authors of the branch that is followed, which need not be HEAD."""
    return replace(git, mailmap=f"{head}:.mailmap") if head else git


def _upstream(
    repository: Repository, mirrors: Path, timeout: float, now: dt.datetime, stop: Stop | None
) -> Upstream:
    path = _place(repository, mirrors, ".git")
    git = GitDir(path, repository.slug, remedy="remove its mirror, and it is made anew")
    network = Network.of(repository.slug, repository.url, timeout, os.environ, stop)
    return Upstream(git, network, int(now.timestamp()))


def _place(repository: Repository, mirrors: Path, suffix: str) -> Path:
    """What the cache has for a repository."""
    parts = PurePosixPath(repository.slug).parts
    if not parts or any(part in {"/", "..", "."} or part.startswith("-") for part in parts):
        raise RepositoryError(repository.slug, "its `slug` cannot name a mirror")
    return Path(os.path.abspath(mirrors)).joinpath(*parts[:-1], parts[-1] + suffix)  # noqa: PTH100


def _check_url(repository: Repository) -> None:
    """Look once more at what comes to git, wherever the repository was read from."""
    try:
        remote(repository.url)
    except ConfigError as error:
        raise RepositoryError(repository.slug, f"its `url` cannot be used: {error}") from error


def _lines(shas: Iterable[str]) -> bytes:
    return "".join(f"{sha}\n" for sha in shas).encode("ascii")


@contextmanager
def alone(
    repository: Repository, mirrors: Path, *, timeout: float, stop: Stop | None = None
) -> Iterator[None]:
    """Keep other runs away from a repository's part of the archive.

    Arguments:
        repository: which one, local or not.
        mirrors: directory of the mirrors, where the lock is.
        timeout: seconds to wait for another run.
        stop: ends the wait; None where nobody will.

    Raises:
        UnreachableError: another run is at it for too long.
        RepositoryError: the lock cannot be written.
        StoppedError: the run is to end.
    """
    path = _place(repository, mirrors, ".collecting.lock")
    with ExitStack() as stack:
        with _writable(repository):
            lock = _lock(path, timeout, repository.slug, "collecting", stop or Stop())
            stack.enter_context(lock)
        yield


def _locked(upstream: Upstream) -> AbstractContextManager[None]:
    """Hold a mirror against other runs."""
    path = upstream.git.path.with_suffix(".lock")
    network = upstream.network
    return _lock(path, network.timeout, upstream.git.slug, "fetching", network.stop)


@contextmanager
def _lock(path: Path, timeout: float, slug: str, doing: str, stop: Stop) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    until = time.monotonic() + timeout
    while not lock.is_locked:
        stop.check()
        left = max(0.0, until - time.monotonic())
        try:
            lock.acquire(timeout=min(_BEAT, left))
        except Timeout as error:
            if not left:
                raise UnreachableError(slug, f"another run is still {doing} it") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _writable(repository: Repository) -> Iterator[None]:
    """Say in our own words what the file system refused."""
    try:
        yield
    except OSError as error:
        reason = f"its mirror cannot be written ({error.strerror}); see `mirrors`"
        raise RepositoryError(repository.slug, reason) from error
