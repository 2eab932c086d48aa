"""Building the site: cold, and warm with one new day, against plain MkDocs and against itself.

The archive is generated: three repositories, 27 commits of each a day, with as
much said of each as fills a day report of 97 kB of Markdown, which is what the
reports that we are compared with have.  Plain MkDocs builds the same Markdown,
with Material's own search, as it comes.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.tables import Row, at_most

DAYS = (30, 365, 1000)
A_DAY = 27
"""Commits of a repository on a day."""
WARM, COLD = 0.10, 0.75
"""Parts of plain MkDocs' time."""
GROWTH = 1.15
MEMORY = 400
"""Megabytes at the peak of a warm build."""

_SAID = 30
"""Statements of an entry that make a day report as long as those that we are compared with."""

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


def rows(home: Path, *, sizes: Iterable[int] = DAYS) -> list[Row]:
    """The figures.

    Arguments:
        home: a folder to work in.
        sizes: how many days.
    """
    found: list[Row] = []
    costs: dict[int, tuple[float, float]] = {}
    for days in sizes:
        folder = home / f"{days}-days"
        measured, costs[days] = _measured(folder, days)
        found += measured
        shutil.rmtree(folder)
    if len(costs) > 1:
        few, many = min(costs), max(costs)
        for name, place in (("cold time a day", 0), ("bytes a day", 1)):
            ratio = costs[many][place] / costs[few][place]
            found.append(at_most(f"{name}, {many} ÷ {few} days", ratio, GROWTH))
    return found


def _measured(folder: Path, days: int) -> tuple[list[Row], tuple[float, float]]:
    from support.bilingual import SLUGS, write_archive  # noqa: PLC0415 - the tests' own

    (folder / "docs").mkdir(parents=True)
    write_archive(folder / "archive", _texts(days - 1, 0))
    repositories = ", ".join(f"{{url: 'https://github.com/{slug}'}}" for slug in SLUGS)
    options = {"repositories": repositories, "cache": "cache"}
    (folder / "mkdocs.yml").write_text(_OURS.format(site="site", **options), "utf-8")
    cold, _ = _run(folder, "-m", "mkdocs", "build", "-q")
    write_archive(folder / "archive", _texts(1, days - 1))
    warm, memory = _run(folder, "-m", "mkdocs", "build", "-q")
    size = sum(path.stat().st_size for path in (folder / "site").rglob("*") if path.is_file())
    _run(folder, "-m", "digest", "pages", "pages", "--config-file", "mkdocs.yml")
    (folder / "plain.yml").write_text(_PLAIN, "utf-8")
    plain, _ = _run(folder, "-m", "mkdocs", "build", "-q", "-f", "plain.yml")
    pages = [path.stat().st_size for path in (folder / "pages").glob("20*/*/[0-3][0-9].md")]
    name = f"build, {days:,} days"
    detail = f"{plain:.0f} s plain; {sum(pages) / len(pages) / len(SLUGS) / 1000:.0f} kB a day"
    return [
        at_most(f"{name}: one new day ÷ plain", warm / plain, WARM, f"{warm:.1f} s"),
        at_most(f"{name}: cold ÷ plain", cold / plain, COLD, f"{cold:.0f} s, {detail}"),
        at_most(f"{name}: peak memory, warm", memory, MEMORY, f"site {size / 1e6:.0f} MB", " MB"),
    ], (cold / days, size / days)


def _texts(days: int, first: int) -> Iterator[object]:
    """Commits of some days from one on; of each day the same ones, whichever is the first."""
    from support.bilingual import FIRST, SLUGS, bilingual  # noqa: PLC0415

    count = A_DAY * len(SLUGS)
    for day in range(first, first + days):
        dice = random.Random(day)  # noqa: S311 - to be the same each time
        for text in bilingual(count, a_day=count, seed=day):
            more = tuple(dice.choices(text.said, k=_SAID - len(text.said)))
            yield replace(text, date=FIRST + dt.timedelta(days=day), said=text.said + more)


def _run(folder: Path, *command: str) -> tuple[float, float]:
    """Seconds of a whole command, and megabytes at its peak, its children's aside."""
    timed = f"""
import resource, runpy, sys, time
began = time.monotonic()
sys.argv = {[command[1], *command[2:]]!r}
try:
    runpy.run_module({command[1]!r}, run_name="__main__")
except SystemExit as end:
    if end.code:
        raise
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"\\n{{time.monotonic() - began}} {{peak}}")
"""
    script = folder / "timed.py"
    script.write_text(f"if __name__ == '__main__':\n    exec({timed!r})\n", "utf-8")
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=folder,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    seconds, peak = done.stdout.splitlines()[-1].split()
    return float(seconds), float(peak)
