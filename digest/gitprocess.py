"""The border to git: every git process of ours starts here, through GitPython.

A process gets an argument list and never a shell.  What the surroundings say,
the configuration of the user and of the system, a ``GIT_DIR`` that a hook left
behind, cannot redirect it, no question can make it wait, and it reaches the
network only when it is told to, by the one protocol that it is told.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import msgspec

from digest.errors import DigestError, HistoryError, RepositoryError, UnreachableError
from digest.network import redact
from digest.processes import Dialogue, drain, end, kill

if TYPE_CHECKING:
    from git import Git

    from digest.network import Network
    from digest.processes import Stop

MINIMUM_VERSION = (2, 32)
"""The first git that knows ``GIT_CONFIG_GLOBAL``."""

_SETTINGS = {
    # Nothing runs beside the command that we asked for.
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "safe.directory": "*",
    "log.showSignature": "false",
    # The same output from every repository, whatever its own configuration says.
    "color.ui": "false",
    "core.abbrev": "40",
    "core.attributesFile": os.devnull,
    "core.bigFileThreshold": "512m",
    # What is mapped of packs counts as memory; a window walks through them once anyway.
    "core.packedGitLimit": "32m",
    "core.packedGitWindowSize": "4m",
    "core.deltaBaseCacheLimit": "64m",
    "core.quotePath": "false",
    "diff.algorithm": "default",
    "diff.context": "3",
    "diff.ignoreSubmodules": "none",
    "diff.indentHeuristic": "true",
    "diff.interHunkContext": "0",
    "diff.mnemonicPrefix": "false",
    "diff.noprefix": "false",
    "diff.orderFile": os.devnull,
    "diff.relative": "false",
    "diff.renameLimit": "1000",
    "diff.submodule": "short",
    "diff.suppressBlankEmpty": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "mailmap.file": os.devnull,
}

_ENVIRONMENT = {
    "GIT_ASKPASS": "true",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "C",
    "LC_ALL": "C",
    "SSH_ASKPASS": "true",
    # A trace would print what the header of a request holds.
    "GIT_TRACE": "0",
    "GIT_TRACE2": "0",
    "GIT_TRACE2_EVENT": "0",
    "GIT_TRACE2_PERF": "0",
    "GIT_TRACE_CURL": "0",
    "GIT_TRACE_PACKET": "0",
    "GIT_TRACE_REDACT": "1",
}

_REDIRECTIONS = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ATTR_SOURCE",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CURL_VERBOSE",
    "GIT_DEFAULT_HASH",
    "GIT_DEFAULT_REF_FORMAT",
    "GIT_DIFF_OPTS",
    "GIT_EXTERNAL_DIFF",
    "GIT_GRAFT_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REDIRECT_STDERR",
    "GIT_REDIRECT_STDOUT",
    "GIT_REF_PARANOIA",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
"""What a surrounding git command leaves behind and no value can neutralise."""


class OverdueError(UnreachableError):
    """A server did not answer in time."""


class RefusedError(UnreachableError):
    """A remote does not have what it was asked for.

    Arguments:
        slug: which repository.
        reason: what is wrong.
        names: the objects that it named.
    """

    def __init__(self, slug: str, reason: str, names: frozenset[str]) -> None:
        super().__init__(slug, reason)
        self.names = names


class GitDir(msgspec.Struct, frozen=True):
    """A git directory that commands run on."""

    path: Path
    """Absolute path of the git directory."""
    slug: str
    """Which repository, for errors."""
    mailmap: str = "HEAD:.mailmap"
    """The blob that maps authors."""
    remedy: str = ""
    """What a person can do when objects are missing or damaged."""

    def run(
        self,
        *args: str,
        stdin: bytes = b"",
        timeout: float | None = None,
        network: Network | None = None,
        stop: Stop | None = None,
    ) -> bytes:
        """Run a git command to its end.

        Arguments:
            args: the command and its arguments.
            stdin: what it reads.
            timeout: seconds that it may take; the network's own when it may use that.
            network: leave to use the network.  Without it nothing is reached.
            stop: ends it; the network's own when it may use that.

        Returns:
            The whole of its standard output.

        Raises:
            OverdueError: the server did not answer in time.
            UnreachableError: a command that uses the network failed.
            HistoryError: another command failed, or took too long.
            StoppedError: the run is to end.
            DigestError: there is no git, or it is too old.
        """
        if network:
            timeout = network.timeout if timeout is None else timeout
            stop = network.stop
        if stop:
            stop.check()
        process = self._start(args, stdin, network)
        try:
            with stop.ends(process) if stop else nullcontext():
                output, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            if network:
                raise OverdueError(self.slug, f"no answer within {timeout:g} seconds") from error
            reason = f"git {args[0]} took more than {timeout:g} seconds"
            raise HistoryError(self.slug, reason) from error
        finally:
            end(process)
        if process.returncode:
            raise self._failure(args, process.returncode, stderr, network)
        return output

    @contextmanager
    def stream(self, *args: str, stdin: bytes = b"") -> Iterator[BinaryIO]:
        """Run a git command whose output is read while it is made.

        A reader that leaves before the end ends the process.  Otherwise the exit
        code is checked when the block is left, because git can die after output
        that looks whole.

        Arguments:
            args: the command and its arguments.
            stdin: what it reads.

        Raises:
            HistoryError: git failed.
            DigestError: there is no git, or it is too old.
        """
        process = self._start(args, stdin, None)
        stdout = cast("BinaryIO", process.stdout)
        stderr: list[bytes] = []
        draining = threading.Thread(target=drain, args=(process.stderr, stderr), daemon=True)
        draining.start()
        left_early = False
        try:
            try:
                yield stdout
            except HistoryError as error:
                # A reader that stumbles over truncated output has not seen why it is.
                if not stdout.read(1) and process.wait():
                    draining.join()
                    reason = b"".join(stderr)
                    raise self._failure(args, process.returncode, reason, None) from error
                raise
            left_early = bool(stdout.read(1))
            if not left_early:
                process.wait()
        finally:
            kill(process)
            draining.join()
            end(process)
        if not left_early and process.returncode:
            raise self._failure(args, process.returncode, b"".join(stderr), None)

    def converse(self, *args: str) -> Dialogue:
        """Start a git command that answers each line it is given.

        Arguments:
            args: the command and its arguments.

        Raises:
            DigestError: there is no git, or it is too old.
        """
        return Dialogue(self.slug, self._start(args, None, None))

    def _start(
        self, args: tuple[str, ...], stdin: bytes | None, network: Network | None
    ) -> subprocess.Popen[bytes]:
        git = _git(str(self.path))
        settings = _SETTINGS | {"mailmap.blob": self.mailmap}
        variables = _ENVIRONMENT | {
            # Attributes of the index are those of a checkout, which we do not read.
            "GIT_INDEX_FILE": str(self.path / "no-index"),
            "GIT_ALLOW_PROTOCOL": "none",
        }
        if network:
            settings |= network.settings
            variables |= network.environment(os.environ)
        command = [
            *_without_redirections(os.environ),
            git.GIT_PYTHON_GIT_EXECUTABLE or "git",
            f"--git-dir={self.path}",
            "--bare",
            *(part for key, value in settings.items() for part in ("-c", f"{key}={value}")),
            *args,
        ]
        # A file and not a pipe: git may want to write before it has read everything.
        with nullcontext(subprocess.PIPE) if stdin is None else _file_of(stdin) as source:
            process = git.execute(
                command,
                istream=cast("BinaryIO", source),
                as_process=True,
                env=variables,
                shell=False,
                # So that whatever git starts can be ended together with it.
                start_new_session=True,
            )
        # The wrapper would end the process when it goes, but not what that started.
        popen, process.proc = process.proc, None
        return cast("subprocess.Popen[bytes]", popen)

    def _failure(
        self, args: tuple[str, ...], status: int, stderr: bytes, network: Network | None
    ) -> RepositoryError:
        said = redact(_last_words(stderr), network.secrets if network else ())
        quote = f" (git says: {said})" if said else ""
        words = (word for word in args if not word.startswith("-") and "=" not in word)
        command = next(words, "")
        if network is None:
            remedy = f"; {self.remedy}" if self.remedy else ""
            reason = f"git {command} failed with status {status}{quote}{remedy}"
            return HistoryError(self.slug, reason)
        reason = f"git {command} could not get what it asked the remote for{quote}"
        # The one thing that git says in words only, the same for ten years.
        lost = re.findall(r"not our ref ([0-9a-f]{40,64})", said)
        if lost:
            return RefusedError(self.slug, reason, frozenset(lost))
        return UnreachableError(self.slug, reason)


@contextmanager
def _file_of(data: bytes) -> Iterator[BinaryIO]:
    """A temporary file that is read from its beginning."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield cast("BinaryIO", file)


def write_settings(path: Path, settings: Mapping[tuple[str, str], str]) -> None:
    """Write a file of git's configuration in one step, whatever it held before.

    Arguments:
        path: the file.
        settings: values by section, as ``remote "origin"``, and name.
    """
    from git.config import GitConfigParser  # noqa: PLC0415 - see _git

    new = path.with_name(path.name + ".new")
    # What a killed run left; GitPython would take its lock for that of a run at work.
    for left in (new, new.with_name(new.name + ".lock")):
        left.unlink(missing_ok=True)
    with GitConfigParser(new, read_only=False, merge_includes=False) as config:
        for (section, name), value in settings.items():
            config.set_value(section, name, value)
    new.replace(path)


def _last_words(stderr: bytes) -> str:
    """The last ``fatal:`` line of git, or else its last ``error:`` or ``remote:`` line."""
    lines = stderr.decode("utf-8", "replace").replace("\r", "\n").splitlines()
    for marks in (("fatal: ",), ("error: ", "remote: ")):
        for line in reversed(lines):
            if line.startswith(marks):
                return line.partition(": ")[2]
    return ""


def _without_redirections(environ: Mapping[str, str]) -> list[str]:
    """A prefix that takes variables away, where there are any; GitPython can only set them."""
    present = [name for name in _REDIRECTIONS if name in environ]
    return ["env", *(part for name in present for part in ("-u", name))] if present else []


def _git(directory: str) -> Git:
    """GitPython's access to git, once it is known to be there and new enough.

    Raises:
        DigestError: it is not.
    """
    try:
        # Importing GitPython runs git, and fails where there is none.
        from git import Git  # noqa: PLC0415
    except ImportError as error:
        raise DigestError("git cannot be run; install git, or put it on the PATH") from error
    _check_version()
    return Git(directory)


@functools.cache
def _check_version() -> None:
    from git import Git, GitCommandError, GitCommandNotFound  # noqa: PLC0415

    try:
        said = Git().execute([Git.GIT_PYTHON_GIT_EXECUTABLE or "git", "version"])
    except (GitCommandError, GitCommandNotFound, OSError) as error:
        raise DigestError("git cannot be run; install git, or put it on the PATH") from error
    found = re.search(r"(\d+)\.(\d+)", str(said))
    if found is None or tuple(map(int, found.groups())) < MINIMUM_VERSION:
        wanted = ".".join(map(str, MINIMUM_VERSION))
        raise DigestError(f"git {wanted} or newer is needed, and this is {str(said)[:60]!r}")
