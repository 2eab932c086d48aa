"""Building the site: cold, and warm with one new day, against plain MkDocs and against itself.

The archive is generated: three repositories, 27 commits of each a day, with as
much said of each as gives 97 kB of Markdown of a repository's day, which is the
size of the day reports that we are compared with.

Plain MkDocs builds the same Markdown, all of it, with Material's own search in
Chinese and English, as Material's documentation sets it up: with jieba, which
cuts Chinese into words.  What the figures are without jieba is told beside them.
Feeds, JSON and days as plain Markdown are made by ours alone; nothing is taken
off for them.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from benchmarks.tables import Row, at_most
from digest.archive import Archive
from digest.model import RepositoryState

DAYS = (30, 100, 365, 1000)
FEW = 100
"""Days with which the cost of a day of the largest site is compared, where they are built."""
A_DAY = 27
"""Commits of a repository on a day."""
WARM, COLD = 0.10, 0.75
"""Parts of plain MkDocs' time."""
REPEATED = 100
"""Days up to which the warm build, a second there, is run five times; the median counts."""
GROWTH = 1.15
MEMORY = 400
"""Megabytes at the peak of a warm build."""

_SAID = 12
"""Statements of an entry, at least, that make 97 kB of Markdown of a repository's day."""

_OURS = """\
site_name: Bench
docs_dir: docs
site_dir: {site}
theme: {{name: material, language: zh, font: false, features: [navigation.prune]}}
plugins:
  - digest:
      timezone: UTC
      languages: [zh]
      collect: false
      since: 2024-01-01
      cache: {cache}
      repositories: [{repositories}]
"""
_PLAIN = """\
site_name: Bench
docs_dir: pages
site_dir: plain
theme: {name: material, language: zh, font: false, features: [navigation.prune]}
plugins: [search: {lang: [zh, en]}]
markdown_extensions: [attr_list, md_in_html, tables]
exclude_docs: "*.json"
"""


@dataclass(frozen=True)
class Run:
    """What a command took."""

    seconds: float
    """By the clock."""
    work: float
    """Of all its processes, in seconds of one core."""
    peak: float
    """Megabytes, of the process that took most."""

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.work:.1f} s of a core"


def rows(home: Path, *, sizes: Iterable[int] = DAYS) -> list[Row]:
    """The figures.

    Arguments:
        home: a folder to work in.
        sizes: how many days.
    """
    found: list[Row] = []
    costs: dict[int, tuple[float, float, float]] = {}
    for days in sizes:
        folder = home / f"{days}-days"
        measured, costs[days] = _measured(folder, days)
        found += measured
        shutil.rmtree(folder)
    if len(costs) > 1:
        few, many = FEW if FEW in costs else min(costs), max(costs)
        names = ("cold time a day", "cold work a day", "bytes a day")
        for place, name in enumerate(names):
            ratio = costs[many][place] / costs[few][place]
            found.append(at_most(f"{name}, {many:,} ÷ {few:,} days", ratio, GROWTH))
    return found


def _measured(folder: Path, days: int) -> tuple[list[Row], tuple[float, float, float]]:
    from support.bilingual import SLUGS, write_archive  # noqa: PLC0415 - the tests' own

    prepare(folder, days - 1)
    cold = _run(folder, "-m", "mkdocs", "build", "-q")
    write_archive(folder / "archive", _texts(1, days - 1))
    # Spread over what they are held against: a machine is not as quick at each moment.
    runs = _warm(folder, 5 if days <= REPEATED else 1)
    found = list(islice(runs, 2))
    _run(folder, "-m", "digest", "pages", "pages", "--config-file", "mkdocs.yml")
    (folder / "plain.yml").write_text(_PLAIN, "utf-8")
    plain = _run(folder, "-m", "mkdocs", "build", "-q", "-f", "plain.yml")
    found += islice(runs, 1)
    bare = None
    if importlib.util.find_spec("jieba") is not None:
        bare = _run(folder, "-m", "mkdocs", "build", "-q", "-f", "plain.yml", without="jieba")
    found += runs
    warm = sorted(found, key=lambda run: run.seconds)[len(found) // 2]
    size = sum(path.stat().st_size for path in (folder / "site").rglob("*") if path.is_file())
    words, bare_ratios = "; jieba is not installed", [0.0, 0.0]
    if bare is not None:
        words = f"; {{:.3g}} without jieba ({bare})"
        bare_ratios = [run.seconds / bare.seconds for run in (warm, cold)]
    pages = [path.stat().st_size for path in (folder / "pages").glob("20*/*/[0-3][0-9].md")]
    name = f"build, {days:,} days"
    kilobytes = sum(pages) / len(pages) / len(SLUGS) / 1000
    detail = f"{cold}; plain {plain}, {kilobytes:.0f} kB a day and repository"
    return [
        at_most(
            f"{name}: one new day ÷ plain",
            warm.seconds / plain.seconds,
            WARM,
            f"{warm}; {warm.work / plain.work:.3g} by work{words.format(bare_ratios[0])}",
        ),
        at_most(
            f"{name}: cold ÷ plain",
            cold.seconds / plain.seconds,
            COLD,
            f"{cold.work / plain.work:.3g} by work{words.format(bare_ratios[1])}; {detail}",
        ),
        at_most(
            f"{name}: peak memory, warm", warm.peak, MEMORY, f"site {size / 1e6:.0f} MB", " MB"
        ),
    ], (cold.seconds / days, cold.work / days, size / days)


def prepare(folder: Path, days: int) -> None:
    """Make a site's folder, with an archive of so many days from the first one on."""
    from support.bilingual import SLUGS, write_archive  # noqa: PLC0415 - the tests' own

    (folder / "docs").mkdir(parents=True)
    archive = Archive(folder / "archive")
    write_archive(archive.root, _texts(days, 0))
    for slug in SLUGS:  # as each collection leaves it
        reached = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
        archive.save_state(
            RepositoryState(schema_version=1, repository=slug, zone="UTC", reached_at=reached)
        )
    repositories = ", ".join(f"{{url: 'https://github.com/{slug}'}}" for slug in SLUGS)
    options = {"repositories": repositories, "cache": "cache"}
    (folder / "mkdocs.yml").write_text(_OURS.format(site="site", **options), "utf-8")


def _warm(folder: Path, runs: int) -> Iterator[Run]:
    """Runs of the build with one new day, each from what the cold one left."""
    left, aside = ("site", "cache"), folder / "aside"
    for name in left:
        for run in range(1, runs):
            shutil.copytree(folder / name, aside / f"{run}" / name)
    yield _run(folder, "-m", "mkdocs", "build", "-q")
    for run in range(1, runs):
        # Neither copied nor removed now: a disk is slow to give again what was just removed.
        for name in left:
            (folder / name).rename(aside / f"{name}-{run}")
            (aside / f"{run}" / name).rename(folder / name)
        yield _run(folder, "-m", "mkdocs", "build", "-q")


def _texts(days: int, first: int) -> Iterator[object]:
    """Commits of some days from one on; of each day the same ones, whichever is the first."""
    from support.bilingual import FIRST, SLUGS, bilingual  # noqa: PLC0415

    count = A_DAY * len(SLUGS)
    for day in range(first, first + days):
        dice = random.Random(day)  # noqa: S311 - to be the same each time
        for text in bilingual(count, a_day=count, seed=day):
            more = tuple(dice.choices(text.said, k=max(0, _SAID - len(text.said))))
            yield replace(text, date=FIRST + dt.timedelta(days=day), said=text.said + more)


def _run(folder: Path, *command: str, without: str | None = None) -> Run:
    """Run a module; ``without`` names another that it is not to find."""
    timed = f"""
import resource, runpy, sys, time
began = time.monotonic()
sys.argv = {[command[1], *command[2:]]!r}
if {without!r}:
    sys.modules[{without!r}] = None
try:
    runpy.run_module({command[1]!r}, run_name="__main__")
except SystemExit as end:
    if end.code:
        raise
took = time.monotonic() - began
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
work = sum(one.ru_utime + one.ru_stime for one in used)
print(f"\\n{{took}} {{work}} {{max(one.ru_maxrss for one in used) / 1024}}")
"""
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONHASHSEED": "0"}
    # Python keeps what it compiles, unless somebody said otherwise; pip did so for the others.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    script = folder / "timed.py"
    script.write_text(f"if __name__ == '__main__':\n    exec({timed!r})\n", "utf-8")
    os.sync()  # what was written before, such as copies of the site, is not this run's to wait for
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return Run(*map(float, done.stdout.splitlines()[-1].split()))
