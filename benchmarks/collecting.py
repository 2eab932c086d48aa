"""``collect`` as a whole process: what a new day costs, and how much memory a window takes."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import histories
from benchmarks.tables import Row, at_most, median_ratio

_MEGABYTES = 400
_METER = """\
import resource, subprocess, sys
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
status = subprocess.run(sys.argv[1:], **quiet).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""
"""A small process between: a child's peak counts what its parent held when it was born."""
_CONFIG = """\
site_name: bench
theme: {{name: material, font: false}}
plugins:
  - digest:
      timezone: UTC
      days: {days}
      repositories:
        - {{url: "{url}", slug: bench/bench}}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a process."""

    seconds: float
    megabytes: float
    """The most that it, or git below it, held at once."""


def write_site(folder: Path, url: str, *, days: int) -> Path:
    """Make a folder with a site that follows one repository."""
    (folder / "docs").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(_CONFIG.format(url=url, days=days), encoding="utf-8")
    return folder


def run_collect(site: Path, now: dt.datetime, *options: str) -> Run:
    """Run ``collect`` at a moment that counts as now."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(now.timestamp()))}
    command = [sys.executable, "-m", "digest", "collect", *options]
    began = time.perf_counter()
    metered = [sys.executable, "-c", _METER, *command]
    done = subprocess.run(metered, cwd=site, env=environment, capture_output=True, check=True)
    return Run(time.perf_counter() - began, int(done.stdout) / 1024)


def rows(repository: Path, newest: dt.datetime, home: Path, *, runs: int) -> list[Row]:
    """A new day behind a short and a long archive; memory of windows that grow."""
    return [*_memory(repository, newest, home), _new_day(repository, newest, home, runs)]


def _memory(repository: Path, newest: dt.datetime, home: Path) -> list[Row]:
    measured = {}
    for days in (30, 365):
        site = write_site(home / f"memory-{days}", str(repository.resolve()), days=days)
        measured[days] = run_collect(site, newest)
        shutil.rmtree(site)
    detail = ", ".join(
        f"{days} days: {run.megabytes:.0f} MB in {run.seconds:.1f} s"
        for days, run in measured.items()
    )
    growth = measured[365].megabytes / measured[30].megabytes
    return [
        at_most(
            "peak memory of collect, 365 days", measured[365].megabytes, _MEGABYTES, detail, " MB"
        ),
        at_most("peak memory, 365 days ÷ 30 days", growth, 1.25),
    ]


def _new_day(repository: Path, newest: dt.datetime, home: Path, runs: int) -> Row:
    """One more day on a mirror that is up to date."""
    yesterday = newest - dt.timedelta(days=1)
    clone = home / "following.git"
    subprocess.run(
        ["git", "clone", "-q", "--bare", "--local", str(repository), str(clone)], check=True
    )
    tip = histories.git(clone, "rev-parse", "HEAD").decode().strip()
    branch = histories.git(clone, "symbolic-ref", "HEAD").decode().strip()
    older = next(
        sha
        for sha in histories.recent_shas(clone, newest, 400)
        if int(histories.git(clone, "log", "-1", "--format=%ct", sha)) < yesterday.timestamp()
    )
    sites = {}
    histories.git(clone, "update-ref", branch, older)
    for days in (365, 7):
        sites[days] = write_site(home / f"archived-{days}", str(clone), days=days)
        run_collect(sites[days], yesterday)
    histories.git(clone, "update-ref", branch, tip)
    seconds: dict[int, list[float]] = {365: [], 7: []}
    for _ in range(runs):
        for days, site in sites.items():
            fresh = home / "run"
            shutil.copytree(site, fresh)
            os.sync()  # else the run's own fsync would wait for the copy
            seconds[days].append(run_collect(fresh, newest).seconds)
            shutil.rmtree(fresh)
    return at_most(
        "collect of one new day, 365 ÷ 7 archived days",
        median_ratio(seconds[365], seconds[7]),
        1.2,
        f"{min(seconds[365]):.2f} s and {min(seconds[7]):.2f} s",
    )
