"""Histories to measure on: a real one that is given, or a busy one that is made."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

_START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
_WORDS = ("route", "cache", "worker", "model", "token", "queue", "batch", "config", "metric")


def git(repository: Path, *args: str, stdin: bytes = b"") -> bytes:
    """The output of a git command."""
    command = ["git", "-C", str(repository), *args]
    return subprocess.run(command, input=stdin, capture_output=True, check=True).stdout


def newest(repository: Path) -> dt.datetime:
    """The committer time of the branch's tip."""
    return dt.datetime.fromtimestamp(int(git(repository, "log", "-1", "--format=%ct")), dt.UTC)


def described(repository: Path, tip: dt.datetime) -> str:
    """What a history is like, in a line."""
    commits = int(git(repository, "rev-list", "--count", "--first-parent", "HEAD"))
    recent = len(recent_shas(repository, tip, 30))
    return f"{commits} commits, {recent} in the last 30 days, to {tip:%Y-%m-%d}"


def recent_shas(repository: Path, tip: dt.datetime, days: int) -> list[str]:
    """The commits of the last days before the tip, newest first."""
    earliest = tip.timestamp() - days * 86_400
    lines = git(repository, "rev-list", "--first-parent", "--timestamp", "HEAD").decode()
    pairs = (line.split() for line in lines.splitlines())
    return [sha for seconds, sha in pairs if int(seconds) >= earliest]


def busy(path: Path, *, days: int, a_day: int) -> Path:
    """Make a bare repository with a history like that of a busy project.

    Arguments:
        path: where to.
        days: how many days.
        a_day: commits a day, each of one to eight files.
    """
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(path)], check=True)
    command = ["git", "-C", str(path), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        # Piece by piece: what this process holds counts as its children's peak too.
        process.stdin.writelines(_stream(days, a_day))
    assert process.returncode == 0
    git(path, "repack", "-adq")
    git(path, "config", "uploadpack.allowFilter", "true")
    git(path, "config", "uploadpack.allowAnySHA1InWant", "true")
    return path


def _stream(days: int, a_day: int) -> Iterator[bytes]:
    """Commands of fast-import; the same on every machine."""
    dice = random.Random(20260213)  # noqa: S311 - to be the same each time
    files = {f"src/{word}/{n}.py": _lines(dice, 120) for word in _WORDS for n in range(25)}
    for number in range(days * a_day):
        moment = int(_START.timestamp()) + number * 86_400 // a_day
        paths = dice.sample(sorted(files), dice.randint(1, 8)) if number else sorted(files)
        message = f"{dice.choice(('feat', 'fix', 'chore'))}: {dice.choice(_WORDS)} (#{number})"
        identity = f"A Developer <dev@example.org> {moment} +0000"
        yield f"commit refs/heads/main\nauthor {identity}\ncommitter {identity}\n".encode()
        yield f"data {len(message)}\n{message}\n".encode()
        for path in paths:
            lines = files[path]
            at = dice.randrange(len(lines))
            lines[at : at + dice.randint(0, 6)] = _lines(dice, dice.randint(1, 8))
            content = "".join(lines).encode()
            yield f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"


def _lines(dice: random.Random, number: int) -> list[str]:
    return [
        f"{' ' * 4 * dice.randint(0, 3)}{dice.choice(_WORDS)}_{dice.randrange(999)} = "
        f"{dice.choice(_WORDS)}({dice.randrange(10_000)})\n"
        for _ in range(number)
    ]
