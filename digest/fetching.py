"""Keep a bare mirror of a remote repository, with as little of it as a window needs.

A new mirror holds the commits and trees of the branch's last commits and no
files.  It is deepened until it covers the window, and what the commits of the
window changed is fetched in one request.  A mirror is a cache: whatever cannot
be brought up to date is made anew.
"""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.addresses import is_branch
from digest.chains import SKEW, boundary, covers, expected, missing, resolve, walk
from digest.errors import HistoryError, RepositoryError, UnreachableError
from digest.gitprocess import GitDir, OverdueError, RefusedError
from digest.mirrorfiles import (
    BLOBLESS,
    FETCH,
    Format,
    install,
    nowhere,
    sweep,
    tidy,
    workshop,
    write_config,
)

if TYPE_CHECKING:
    from digest.network import Network

FIRST_DEPTH = 50
_DEEPEST = 10_000_000
_MANY_PACKS = 20
_MOST_REFUSED = 50
_REPACK_SECONDS = 900.0
_DETACHED = "refs/digest/head"


class Tip(msgspec.Struct, frozen=True):
    """What a remote says about the branch that we follow."""

    branch: str | None
    """None where the remote's HEAD is detached."""
    sha: str | None
    """None where the remote has no commit yet."""

    @property
    def ref(self) -> str:
        """Where a mirror keeps it."""
        return f"refs/heads/{self.branch}" if self.branch else _DETACHED


class Upstream(msgspec.Struct, frozen=True):
    """A mirror's directory together with the remote that it mirrors."""

    git: GitDir
    network: Network
    now: int
    """The moment that counts as now, in seconds of the epoch."""

    def ask(self, branch: str | None) -> tuple[Upstream, Tip]:
        """Ask the remote for its branch, the default one when None.

        Returns:
            What it said, and the upstream to go on with: without the token where
            the remote refuses that but speaks to anybody.

        Raises:
            RepositoryError: there is no such branch.
            UnreachableError: the remote could not be reached.
        """
        try:
            return self, self.look_up(branch)
        except OverdueError:
            raise
        except UnreachableError:
            if self.network.authorization is None:
                raise
            # The token may have expired, or the repository moved, where no token follows.
            anonymous = replace(self, network=self.network.anonymous())
            return anonymous, anonymous.look_up(branch)

    def look_up(self, branch: str | None) -> Tip:
        """Ask as :meth:`ask`, but only once."""
        wanted = f"refs/heads/{branch}" if branch else "HEAD"
        refs, target = self._list("--symref", self.network.url, wanted)
        sha = refs.get(wanted)
        if sha is None and self._list("--heads", self.network.url)[0]:
            if branch is None:
                reason = "its default branch does not exist; name one with `branch`"
            else:
                reason = f"it has no branch {branch!r}; see `branch`"
            raise RepositoryError(self.git.slug, reason)
        if branch is None and target:
            branch = target.removeprefix("refs/heads/")
            if not is_branch(branch):
                raise RepositoryError(self.git.slug, "its default branch has no usable name")
        return Tip(branch, sha)

    def _list(self, *args: str) -> tuple[dict[str, str], str | None]:
        git = nowhere(self.git)
        output = git.run("ls-remote", "--quiet", *args, network=self.network)
        refs = {}
        target = None
        for line in output.decode("utf-8", "surrogateescape").split("\n"):
            value, _, name = line.partition("\t")
            if value.startswith("ref: ") and name == "HEAD":
                target = value.removeprefix("ref: ")
            elif re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", value):
                refs[name] = value
        return refs, target

    def synchronise(self, tip: Tip, since: float) -> Format:
        """Bring the mirror to a tip, back to a time; make it where there is none.

        Arguments:
            tip: what the remote said.
            since: start of the window, in seconds of the epoch.

        Returns:
            What the mirror is like now.

        Raises:
            UnreachableError: the remote broke off, or did not answer in time.
        """
        sweep(self.git.path)
        if self.git.path.exists():
            try:
                return self._update(tip, since)
            except OverdueError:
                raise
            except (HistoryError, UnreachableError):
                # The remote has just answered, so it is probably the mirror.
                pass
        return self._clone(tip, since)

    def _update(self, tip: Tip, since: float) -> Format:
        kind = tidy(self.git, self.network.url)
        if tip.sha is None:
            return kind
        old = walk(self.git, resolve(self.git, tip.ref))
        if not old or old[0][0] != tip.sha:
            cut = boundary(self.git)
            if old and cut:
                # Without a depth, a merged branch that forked before the boundary
                # would bring the whole history along.
                self.fetch(
                    tip, kind, f"--depth={len(old) + expected(old, self.now - kind.fetched)}"
                )
            elif cut or not self.git.run("for-each-ref", "--count=1"):
                self.fetch(tip, kind, f"--depth={FIRST_DEPTH}")
            else:
                self.fetch(tip, kind)
        self.deepen(tip, kind, since)
        if len(list(self.git.path.glob("objects/pack/*.pack"))) > _MANY_PACKS:
            # A mirror of many packs is slow, but a good one.
            with suppress(HistoryError):
                promised = _PROMISED if kind.filter else ()
                command = (*promised, "repack", "-a", "-d", "-q")
                self.git.run(*command, timeout=_REPACK_SECONDS, stop=self.network.stop)
        return self.finish(tip, kind)

    def _clone(
        self,
        tip: Tip,
        since: float,
        *,
        depth: int | None = FIRST_DEPTH,
        left_out: str | None = BLOBLESS,
    ) -> Format:
        new = workshop(self.git.path)
        kind = Format("sha256" if tip.sha and len(tip.sha) > 40 else "sha1", filter=left_out)  # noqa: PLR2004
        made = replace(self, git=replace(self.git, path=new))
        try:
            made.git.run(
                "init", "--quiet", "--bare", "--template=", f"--object-format={kind.objects}"
            )
            write_config(new, self.network.url, kind)
            if tip.sha is not None:
                made.fetch(tip, kind, *([f"--depth={depth}"] if depth else []))
                made.deepen(tip, kind, since)
            kind = made.finish(tip, kind)
            install(new, self.git.path)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        return kind

    def complete(self, tip: Tip, depth: int | None) -> Format:
        """Make the mirror anew with all its files, for a remote that gives none singly.

        Raises:
            UnreachableError: the remote broke off, or did not answer in time.
        """
        return self._clone(tip, float("inf"), depth=depth, left_out=None)

    def fetch_objects(self, names: set[str], kind: Format) -> None:
        """Fetch objects, trees with all that is below them but files, in one request.

        What the remote itself has lost is left out, and is not an error.

        Raises:
            UnreachableError: the remote broke off, did not answer in time, or gives
                only what its refs stand for.
        """
        try:
            for _ in range(_MOST_REFUSED):
                try:
                    return self._fetch_objects(names)
                except RefusedError as error:
                    if not names & error.names:
                        raise
                    names = names - error.names
            return self._fetch_objects(names)
        finally:
            # git notes the filter there, and would then look for what is missing.
            write_config(self.git.path, self.network.url, kind)

    def _fetch_objects(self, names: set[str]) -> None:
        if names:
            self.git.run(
                *("-c", "fetch.negotiationAlgorithm=noop"),
                *_PROMISED,
                *FETCH,
                f"--filter={BLOBLESS}",
                *("--stdin", "origin"),
                stdin="".join(f"{name}\n" for name in sorted(names)).encode(),
                network=self.network,
            )

    def fetch(self, tip: Tip, kind: Format, *options: str) -> None:
        """Let the mirror's branch stand for a tip, with what leads to it."""
        # By its sha, git need not ask for the refs again, and gets what was announced.
        spec = f"+{tip.sha}:{tip.ref}"
        filtered = (f"--filter={kind.filter}",) if kind.filter else ()
        promised = _PROMISED if kind.filter else ()
        command = (*promised, *FETCH, *options, *filtered, "origin", spec)
        self.git.run(*command, network=self.network)

    def deepen(self, tip: Tip, kind: Format, since: float) -> None:
        """Fetch older commits until the window is covered."""
        chain = walk(self.git, tip.sha)
        least = SKEW
        while not covers(chain, boundary(self.git), since):
            step = max(least, missing(chain, since))
            # Not --deepen, which does nothing where a clock in between was wrong.
            self.fetch(tip, kind, f"--depth={min(len(chain) + step, _DEEPEST)}")
            before, chain = chain, walk(self.git, tip.sha)
            if len(chain) <= len(before):
                break
            least = len(chain)

    def finish(self, tip: Tip, kind: Format) -> Format:
        """Note what the mirror follows, and when it was brought up to date."""
        self.git.run("symbolic-ref", "HEAD", tip.ref)
        kind = replace(kind, fetched=self.now)
        write_config(self.git.path, self.network.url, kind)
        return kind


# Only where objects may be missing, and never while reading: there, git would
# start to fetch them one by one, and a file says nothing that it would heed.
_PROMISED = ("-c", "remote.origin.promisor=true")
