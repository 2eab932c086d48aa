"""A branch of a remote repository as a place for files: without a work tree, without an index.

Of the branch only the newest commit is fetched, into a bare repository of our own,
which is a cache like the mirrors.  A commit is made from changed files alone, and
pushed on top of what is there, never over it: where somebody was faster, the
remote refuses, and the caller starts again from the new tip.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from digest.errors import DigestError, HistoryError, RepositoryError, UnreachableError
from digest.gitprocess import GitDir
from digest.mirrorfiles import (
    FETCH,
    Format,
    install,
    nowhere,
    sweep,
    tidy,
    workshop,
    write_config,
)
from digest.network import Network

_TIP = "refs/digest/tip"
_NEW = "refs/digest/new"
_BASE = "refs/digest/base"
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHA1 = 40
_MOST_PACKS = 60
"""More fetches than this, and a new clone is smaller and faster."""
_FILE_MODES = {b"100644", b"100755"}
_WHO = "change-digest <change-digest@noreply.invalid>"
_FETCH = (*FETCH, "--depth=1")
_PUSH = ("push", "--quiet", "--no-follow-tags", "--recurse-submodules=no", "--no-verify")

Names = Mapping[str, str]
"""Object names of files by their path."""


class BranchError(DigestError):
    """A branch cannot be read, or cannot be written to."""


class MovedError(BranchError):
    """The branch has moved since it was fetched: start again from its new tip."""


class Branch(msgspec.Struct, frozen=True):
    """A branch of a remote repository.

    Arguments:
        git: the bare repository that keeps what was fetched; made when it is needed.
        network: leave to use the remote.
        name: the branch.
    """

    git: GitDir
    network: Network
    name: str

    @property
    def ref(self) -> str:
        """The branch's whole name."""
        return f"refs/heads/{self.name}"

    def fetch(self) -> str | None:
        """Bring what is kept up to date.

        Returns:
            The branch's tip; None where there is no such branch yet.

        Raises:
            BranchError: the remote cannot be reached or read.
        """
        try:
            tip = self._ask()
            self._prepare(tip)
            if tip is None:
                return None
            if self._resolve(tip) is not None:
                return tip
            self._fetch()
            return self._resolve(_TIP)
        except UnreachableError as error:
            raise BranchError(
                f"the branch {self.name!r} cannot be fetched: {error.reason}"
            ) from error
        except RepositoryError as error:
            raise BranchError(f"the branch {self.name!r} cannot be read: {error.reason}") from error

    def _fetch(self) -> None:
        command = (*_FETCH, self.network.url, f"+{self.ref}:{_TIP}")
        try:
            self.git.run(*command, network=self.network)
        except (HistoryError, UnreachableError):
            # It has just answered, so it is probably what we keep: that is a cache.
            self._make("sha1" if len(self._ask() or "") in {0, _SHA1} else "sha256")
            self.git.run(*command, network=self.network)

    def _ask(self) -> str | None:
        git = nowhere(self.git)
        output = git.run("ls-remote", "--quiet", self.network.url, self.ref, network=self.network)
        for line in output.decode("utf-8", "surrogateescape").split("\n"):
            value, _, name = line.partition("\t")
            if name == self.ref and _SHA.fullmatch(value):
                return value
        return None

    def _prepare(self, tip: str | None) -> None:
        """Make what is kept safe to use, and make it anew where it has become slow or odd."""
        path = self.git.path
        objects = "sha256" if tip and len(tip) > _SHA1 else "sha1"
        sweep(path)
        try:
            kind = tidy(self.git, self.network.url) if path.exists() else None
        except RepositoryError:
            kind = None
        packs = len(list(path.glob("objects/pack/*.pack")))
        if kind is None or packs > _MOST_PACKS or (tip and kind.objects != objects):
            self._make(objects)

    def _make(self, objects: str) -> None:
        new = workshop(self.git.path)
        try:
            made = GitDir(new, self.git.slug)
            made.run("init", "--quiet", "--bare", "--template=", f"--object-format={objects}")
            write_config(new, self.network.url, Format(objects, filter=None))
            install(new, self.git.path)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _resolve(self, name: str) -> str | None:
        """A commit that is kept; None where it is not."""
        try:
            found = self.git.run("rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
        except HistoryError:
            return None
        return found.decode("ascii").strip()

    def base(self, commit: str | None) -> str | None:
        """A commit from which somebody started; None where it is no longer known."""
        if commit is None or not _SHA.fullmatch(commit):
            return None
        return self._resolve(commit)

    def started_from(self, commit: str) -> None:
        """Keep a commit, so that later it can be told what has changed since."""
        self.git.run("update-ref", _BASE, commit)

    def files(self, commit: str | None) -> dict[str, str]:
        """The ordinary files of a commit; paths that are no UTF-8 are left out.

        Raises:
            HistoryError: it cannot be read.
        """
        if commit is None:
            return {}
        found = {}
        for line in self.git.run("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            entry, _, path = line.partition(b"\t")
            mode, _, name = entry.partition(b" ")
            if mode in _FILE_MODES:
                try:
                    found[path.decode()] = name.rpartition(b" ")[2].decode("ascii")
                except UnicodeDecodeError:
                    continue
        return found

    def contents(self, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """What files hold, by object name, in the order asked.

        Raises:
            HistoryError: one of them cannot be read.
        """
        wanted = list(dict.fromkeys(names))
        if not wanted:
            return
        lines = "".join(f"{name}\n" for name in wanted).encode("ascii")
        with self.git.stream("cat-file", "--batch", stdin=lines) as stream:
            for name in wanted:
                header = stream.readline().split()
                if len(header) != 3 or header[0].decode("ascii") != name or header[1] != b"blob":  # noqa: PLR2004
                    raise HistoryError(self.git.slug, f"the file {name} cannot be read")
                data = stream.read(int(header[2]))
                stream.read(1)
                yield name, data

    def push(
        self,
        parent: str | None,
        changes: Mapping[str, bytes | None],
        message: str,
        now: dt.datetime,
    ) -> str:
        """Commit changed files on top of a commit, and let the branch stand for that.

        Arguments:
            parent: the tip as it was fetched; None for the first commit.
            changes: files by path; None where one goes.
            message: of the commit.
            now: the moment that counts as now.

        Returns:
            The new commit.

        Raises:
            MovedError: somebody else was faster; nothing was pushed.
            BranchError: the remote did not take it.
        """
        commit = self._commit(parent, changes, message, now)
        try:
            command = (*_PUSH, self.network.url, f"{commit}:{self.ref}")
            self.git.run(*command, network=self.network)
        except UnreachableError as error:
            # What git says is for people. Where the branch stands now, is certain.
            try:
                tip = self._ask()
            except UnreachableError:
                tip = parent
            if tip == commit:
                return commit  # the answer got lost, and not the push
            if tip != parent:
                raise MovedError(f"the branch {self.name!r} has moved meanwhile") from error
            reason = error.reason.replace("could not get what it asked the remote for", "failed")
            raise BranchError(
                f"the branch {self.name!r} could not be pushed: {reason}; "
                "does the token have leave to write to the repository?"
            ) from error
        return commit

    def _commit(
        self,
        parent: str | None,
        changes: Mapping[str, bytes | None],
        message: str,
        now: dt.datetime,
    ) -> str:
        body = message.encode()
        parts = [
            f"commit {_NEW}\nmark :1\ncommitter {_WHO} {int(now.timestamp())} +0000\n"
            f"data {len(body)}\n".encode(),
            body,
            b"\n",
        ]
        if parent is not None:
            parts.append(f"from {parent}\n".encode())
        for path, data in sorted(changes.items()):
            if data is None:
                parts.append(f"D {path}\n".encode())
            else:
                parts += [f"M 100644 inline {path}\ndata {len(data)}\n".encode(), data, b"\n"]
        parts.append(b"get-mark :1\ndone\n")
        if parent is None and self._resolve(_NEW) is not None:
            # A branch that is there would be the parent where none is named.
            self.git.run("update-ref", "-d", _NEW)
        command = ("fast-import", "--quiet", "--force", "--date-format=raw", "--done")
        output = self.git.run(*command, "--cat-blob-fd=1", stdin=b"".join(parts))
        return output.decode("ascii").strip()


def named(data: bytes, like: str | None = None) -> str:
    """The object name of a file's content, as git would give it.

    Arguments:
        data: the content.
        like: an object name of the repository, for its kind of names.
    """
    header = b"blob %d\0" % len(data)
    if like is not None and len(like) > _SHA1:
        return hashlib.sha256(header + data).hexdigest()
    return hashlib.sha1(header + data, usedforsecurity=False).hexdigest()
