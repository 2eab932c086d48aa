"""Reading commits with their patches, compared with git's own output read to its end."""

from __future__ import annotations

import datetime as dt
import subprocess
import tempfile
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import histories
from benchmarks.tables import Row, at_most, median_ratio
from digest.history import read
from digest.model import Repository
from digest.repositories import open_mirror

_LIMIT = 0.85


def rows(repository: Path, newest: dt.datetime, *, runs: int) -> list[Row]:
    """Extraction of 30 and of 365 days."""
    return [_row(repository, newest, days, runs) for days in (30, 365)]


def _row(repository: Path, newest: dt.datetime, days: int, runs: int) -> Row:
    shas = histories.recent_shas(repository, newest, days)
    ours, theirs = [], []
    for _ in range(runs):
        theirs.append(_raw(repository, shas))
        ours.append(_extracted(repository, newest, shas))
    detail = f"{len(shas)} commits, {min(ours):.2f} s, git {min(theirs):.2f} s"
    name = f"extraction of {days} days ÷ git log --raw --numstat -M -p"
    return at_most(name, median_ratio(ours, theirs), _LIMIT, detail)


def _raw(repository: Path, shas: list[str]) -> float:
    """Seconds that git takes, its output read and thrown away."""
    options = ("--raw", "--numstat", "-M", "-p", "--diff-merges=first-parent")
    with tempfile.TemporaryFile() as stdin:
        stdin.write("\n".join([*shas, ""]).encode())
        stdin.seek(0)
        command = ["git", "-C", str(repository), "log", "--no-walk=unsorted", "--stdin", *options]
        began = time.perf_counter()
        with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            while process.stdout.read(1 << 20):
                pass
        return time.perf_counter() - began


def _extracted(repository: Path, newest: dt.datetime, shas: list[str]) -> float:
    """Seconds until every commit is a record, patches within the usual budget."""
    source = Repository(slug="bench/bench", url=str(repository), local=True)
    mirror = open_mirror(
        source, repository.parent, since=newest, now=newest, fetch=False, timeout=60
    )
    mirror.chain()
    began = time.perf_counter()
    count = sum(1 for _ in read(mirror, shas, zone=ZoneInfo("Asia/Shanghai"), budget=2_000_000))
    seconds = time.perf_counter() - began
    assert count == len(shas)
    return seconds
