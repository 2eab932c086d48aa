"""Repositories for tests, built with git itself: pinned dates and people, any bytes.

::

    repo = GitRepo.create(tmp_path / "repo")
    first = repo.commit("feat: begin", {"a.py": "x = 1\n"}, date="2026-02-13T09:00:00+08:00")
    with repo.on("topic"):
        repo.commit("fix: on the side", {"b.py": "y\n"})
    merge = repo.merge("topic")

Without a date a commit is one minute younger than the one before it.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

Content = str | bytes | None
"""What a file holds; None where it is deleted."""

EPOCH = dt.datetime(2026, 2, 13, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))

os.environ.setdefault("GIT_TEST_FSYNC", "0")
"""Nobody pulls the plug in a test: no git process, whoever starts it, waits for the disk."""

_ENVIRONMENT = {
    "GIT_TEST_FSYNC": "0",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "PATH": os.environ["PATH"],
}


@dataclass(frozen=True)
class Person:
    """An author or committer."""

    name: str | bytes = "Ada Lovelace"
    email: str | bytes = "ada@example.org"


@dataclass(frozen=True)
class Link:
    """A symbolic link, as the content of a file."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """A submodule at a commit, as the content of a file."""

    sha: str


@dataclass(frozen=True)
class Executable:
    """A file with the executable bit."""

    content: str | bytes


AnyContent = Content | Link | Submodule | Executable
Files = Mapping[str, AnyContent] | Mapping[bytes, AnyContent]


@dataclass
class GitRepo:
    """A bare repository, or one with a work tree, that commits are written to directly.

    Commits are made by ``git fast-import``, which takes any bytes and touches no
    index or work tree; a work tree stays as empty as after ``clone --no-checkout``.
    """

    path: Path
    branch: str = "main"
    now: dt.datetime = EPOCH
    author: Person = field(default_factory=Person)

    @classmethod
    def create(
        cls, path: Path, *, bare: bool = True, branch: str = "main", object_format: str = "sha1"
    ) -> GitRepo:
        """Make an empty repository."""
        command = ["git", "init", "-q", "-b", branch, f"--object-format={object_format}"]
        subprocess.run(
            [*command, *(["--bare"] if bare else []), str(path)], env=_ENVIRONMENT, check=True
        )
        return cls(path, branch)

    @property
    def git_dir(self) -> Path:
        """Where the objects are."""
        return self.path / ".git" if (self.path / ".git").exists() else self.path

    @property
    def head(self) -> str:
        """Tip of the current branch."""
        return self.sha(f"refs/heads/{self.branch}")

    def git(
        self, *args: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> bytes:
        """Run any git command, and give its output."""
        command: list[str | bytes] = ["git", f"--git-dir={self.git_dir}", *args]
        result = subprocess.run(
            command,
            input=stdin,
            env=_ENVIRONMENT | dict(env or {}),
            capture_output=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr.decode(errors="replace")
        return result.stdout

    def sha(self, name: str) -> str:
        """What a name stands for."""
        return self.git("rev-parse", "--verify", "--end-of-options", name).decode().strip()

    def commit(
        self,
        message: str | bytes = "chore: nothing",
        files: Files | None = None,
        *,
        date: str | dt.datetime | None = None,
        author_date: str | dt.datetime | None = None,
        author: Person | None = None,
        committer: Person | None = None,
        parents: Iterable[str] | None = None,
        encoding: str | None = None,
    ) -> str:
        """Add a commit to the current branch.

        Arguments:
            message: as it is to be stored; nothing is stripped or added.
            files: what changes; a directory's name and None deletes the directory.
            date: committer date, ISO 8601 with an offset.
            author_date: where it differs.
            author: who wrote it; the repository's author by default.
            committer: where it differs from the author.
            parents: instead of the branch's tip; none for a root commit.
            encoding: the commit's ``encoding`` header.

        Returns:
            The new commit's sha.
        """
        record = self._record(
            message,
            files,
            date=date,
            author_date=author_date,
            author=author,
            committer=committer,
            parents=self._tip() if parents is None else parents,
            encoding=encoding,
        )
        return self._import([record])[0]

    def commits(self, number: int, *, every: dt.timedelta, path: str = "counter.txt") -> list[str]:
        """Add many commits of one file quickly, each so much younger than the one before."""
        records = []
        for index in range(number):
            # fast-import goes on from its own last commit where no parent is named.
            parents = self._tip() if index == 0 else ()
            files = {path: f"{index}\n"}
            date = self.now + every
            records.append(self._record(f"feat: change {index}", files, date=date, parents=parents))
        return self._import(records)

    def series(
        self, changes: Iterable[tuple[str, Files, dt.datetime]], start: str | None = None
    ) -> list[str]:
        """Add many commits quickly: message, files and committer date of each.

        Arguments:
            changes: oldest first.
            start: what the first one goes on from; the branch's tip by default.
        """
        records = []
        for index, (message, files, date) in enumerate(changes):
            parents = () if index else (self._tip() if start is None else (start,))
            records.append(self._record(message, files, date=date, parents=parents))
        return self._import(records)

    def chmod(self, path: str, *, executable: bool, message: str = "chore: mode") -> str:
        """Change nothing but the mode of a file."""
        content = self.git("cat-file", "blob", f"refs/heads/{self.branch}:{path}")
        return self.commit(message, {path: Executable(content) if executable else content})

    def merge(
        self,
        branch: str,
        message: str | None = None,
        files: Files | None = None,
        *,
        date: str | dt.datetime | None = None,
    ) -> str:
        """Merge a branch without fast-forward; its changed files win, and ``files`` on top."""
        other = self.sha(f"refs/heads/{branch}")
        base = self.git("merge-base", self.head, other).decode().strip()
        changed = self.git("diff-tree", "-r", "-z", "--no-renames", "--raw", base, other)
        fields = changed.split(b"\0")
        lines = b""
        for entry, path in zip(fields[0::2], fields[1::2], strict=False):
            _, mode, _, sha, status = entry.split(b" ")
            if status == b"D":
                lines += b"D " + _quoted(path) + b"\n"
            else:
                lines += b"M " + mode + b" " + sha + b" " + _quoted(path) + b"\n"
        message = message or f"Merge branch '{branch}'"
        parents = (self.head, other)
        record = self._record(message, files, date=date, parents=parents, lines=lines)
        return self._import([record])[0]

    @contextmanager
    def on(self, branch: str, start: str | None = None) -> Iterator[GitRepo]:
        """Work on another branch for a while; it starts at the current tip or at ``start``."""
        if not self.git("for-each-ref", f"refs/heads/{branch}"):
            self.git("update-ref", f"refs/heads/{branch}", start or self.head)
        previous, self.branch = self.branch, branch
        try:
            yield self
        finally:
            self.branch = previous

    def reset(self, name: str) -> None:
        """Let the current branch stand for another commit, as before a force push."""
        self.git("update-ref", f"refs/heads/{self.branch}", self.sha(name))

    def default_branch(self, branch: str) -> None:
        """Let HEAD name another branch, and work on that."""
        self.git("symbolic-ref", "HEAD", f"refs/heads/{branch}")
        self.branch = branch

    def raw_commit(
        self,
        message: bytes,
        *,
        tree: str | None = None,
        parents: Iterable[str] | None = None,
        author: bytes = b"Ada Lovelace <ada@example.org> 1770000000 +0800",
        committer: bytes = b"Ada Lovelace <ada@example.org> 1770000000 +0800",
        headers: bytes = b"",
    ) -> str:
        """Write a commit object byte by byte, for what git itself would refuse to write.

        Arguments:
            message: may hold NULs.
            tree: the tip's tree by default.
            parents: the tip by default.
            author: the whole line after ``author``, dates as odd as you like.
            committer: the same after ``committer``.
            headers: more header lines, each with its newline.

        Returns:
            The sha; the current branch now stands for it.
        """
        parents = [self.head] if parents is None else list(parents)
        tree = tree or self.sha(f"{self.head}^{{tree}}")
        data = b"tree " + tree.encode() + b"\n"
        data += b"".join(b"parent " + parent.encode() + b"\n" for parent in parents)
        data += b"author " + author + b"\ncommitter " + committer + b"\n" + headers + b"\n"
        command = ("hash-object", "-t", "commit", "--literally", "--stdin", "-w")
        sha = self.git(*command, stdin=data + message).decode().strip()
        self.git("update-ref", f"refs/heads/{self.branch}", sha)
        return sha

    def allow_partial_clones(self) -> None:
        """Let ``clone --filter`` work on it from this machine too."""
        self.git("config", "uploadpack.allowFilter", "true")
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")

    def clone(self, path: Path, *options: str) -> GitRepo:
        """Clone it with options, as somebody would by hand; bare unless told otherwise."""
        command = ["git", "clone", "-q", *(options or ("--bare",)), self.path.as_uri(), str(path)]
        subprocess.run(command, env=_ENVIRONMENT, check=True)
        return GitRepo(path, self.branch, self.now, self.author)

    def _tip(self) -> tuple[str, ...]:
        """The current branch's tip, if there is one yet."""
        tips = self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{self.branch}")
        return tuple(tips.decode().split())

    def _record(
        self,
        message: str | bytes,
        files: Files | None,
        *,
        date: str | dt.datetime | None,
        parents: Iterable[str],
        author_date: str | dt.datetime | None = None,
        author: Person | None = None,
        committer: Person | None = None,
        encoding: str | None = None,
        lines: bytes = b"",
    ) -> bytes:
        """One commit in the language of ``git fast-import``."""
        self.now = _moment(date) if date is not None else self.now + dt.timedelta(minutes=1)
        written = _moment(author_date) if author_date is not None else self.now
        author = author or self.author
        body = _bytes(message)
        record = b"commit refs/heads/" + self.branch.encode() + b"\nmark :1\n"
        record += b"author " + _ident(author, written) + b"\n"
        record += b"committer " + _ident(committer or author, self.now) + b"\n"
        if encoding:
            record += b"encoding " + encoding.encode() + b"\n"
        record += b"data %d\n" % len(body) + body + b"\n"
        for index, parent in enumerate(parents):
            record += (b"merge " if index else b"from ") + parent.encode() + b"\n"
        record += lines
        for path, content in (files or {}).items():
            record += _change(_bytes(path), content)
        return record + b"get-mark :1\n"

    def _import(self, records: list[bytes]) -> list[str]:
        command = ("fast-import", "--quiet", "--force", "--date-format=raw", "--done")
        output = self.git(*command, "--cat-blob-fd=1", stdin=b"".join(records) + b"done\n")
        return output.decode().split()


def _change(path: bytes, content: AnyContent) -> bytes:
    if content is None:
        return b"D " + _quoted(path) + b"\n"
    if isinstance(content, Submodule):
        return b"M 160000 " + content.sha.encode() + b" " + _quoted(path) + b"\n"
    mode = b"100644"
    if isinstance(content, Link):
        mode, content = b"120000", content.target
    elif isinstance(content, Executable):
        mode, content = b"100755", content.content
    data = _bytes(content)
    header = b"M " + mode + b" inline " + _quoted(path)
    return header + b"\ndata %d\n" % len(data) + data + b"\n"


def _quoted(path: bytes) -> bytes:
    """A path as fast-import reads it, whatever its bytes."""
    return b'"' + b"".join(b"\\%03o" % byte for byte in path) + b'"'


def _ident(person: Person, moment: dt.datetime) -> bytes:
    offset = moment.utcoffset()
    assert offset is not None, "a date needs an offset"
    minutes = int(offset.total_seconds()) // 60
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    when = f"{int(moment.timestamp())} {zone}".encode()
    return _bytes(person.name) + b" <" + _bytes(person.email) + b"> " + when


def _moment(date: str | dt.datetime) -> dt.datetime:
    return date if isinstance(date, dt.datetime) else dt.datetime.fromisoformat(date)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
