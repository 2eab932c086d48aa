"""What facts and analysis cost, against git's own reading of the same patches.

Processor time of this process and its children, because git works beside us; so
the figure does not depend on how many cores there are.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import histories
from benchmarks.accuracy.commits import BUDGET, ZONE, local_mirror
from digest.analysts.heuristic import HeuristicAnalyst
from digest.contents import BlobReader
from digest.facts.extract import extract
from digest.facts.grammar import learn
from digest.history import read, skim


def line(name: str, path: Path, *, days: int) -> str:
    """The ratio for the last days of a history.

    Arguments:
        name: of the repository.
        path: a bare clone.
        days: how many days before the newest commit.
    """
    shas = histories.recent_shas(path, histories.newest(path), days)
    theirs = _seconds(lambda: _raw(path, shas))
    counted = _seconds(lambda: _raw(path, shas, "--raw", "--numstat"))
    reading = _seconds(lambda: _read(path, shas))
    ours = _seconds(lambda: _judged(path, shas))
    return (
        f"{name}: {len(shas)} commits of {days} days; git log -p {theirs:.1f} s"
        f" ({counted:.1f} s with --raw --numstat),"
        f" reading {reading:.1f} s, reading with facts and analysis {ours:.1f} s:"
        f" ratio {ours / theirs:.2f}"
        f" (facts and analysis alone {(ours - reading) / theirs:.2f},"
        f" and {(ours - reading) / counted:.2f} of what git takes to count lines too,"
        f" {1000 * (ours - reading) / max(1, len(shas)):.1f} ms a commit)"
    )


def _seconds(work: Callable[[], None]) -> float:
    """Processor time of a piece of work, with that of the processes that it starts."""
    before = _used()
    work()
    return _used() - before


def _used() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    usages = [resource.getrusage(one) for one in who]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _raw(path: Path, shas: list[str], *more: str) -> None:
    """Git's patches, read to their end and thrown away."""
    with tempfile.TemporaryFile() as stdin:
        stdin.write("\n".join([*shas, ""]).encode())
        stdin.seek(0)
        options = ("--no-walk=unsorted", "--stdin", "-p", "-M", "--diff-merges=first-parent", *more)
        command = ["git", "-C", str(path), "log", *options]
        with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            while process.stdout.read(1 << 20):
                pass
        if process.returncode:
            sys.exit(f"{path}: git cannot read all of these patches, so there is no measure")


def _read(path: Path, shas: list[str]) -> None:
    """Commits and patches as records."""
    for _ in read(local_mirror(path), shas, zone=ZONE, budget=BUDGET):
        pass


def _judged(path: Path, shas: list[str]) -> None:
    """The whole road to an analysis."""
    mirror = local_mirror(path)
    grammar = learn(skim(mirror, shas[:500], zone=ZONE))
    analyst = HeuristicAnalyst()
    with BlobReader(mirror.git) as contents:
        for reading in read(mirror, shas, zone=ZONE, budget=BUDGET):
            analyst.analyse(reading, extract(reading, grammar=grammar, contents=contents))
