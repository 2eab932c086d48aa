"""``python -m benchmarks``: print a table of ratios to baselines of the same run.

Absolute times depend on the machine; ratios hold better.  Pairs of commands are
run in turn, and medians are compared.  Without ``--repository`` a busy history
is made: 400 days, 60 commits a day.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

# The git server is the tests' own.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from benchmarks import (
    asking,
    building,
    collecting,
    extraction,
    getting,
    histories,
    searching,
    serving,
)
from benchmarks.tables import Row, table


def main() -> None:
    """Run the benchmarks that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--repository", type=Path, help="a busy bare clone, read in place")
    parser.add_argument("--runs", type=int, default=5, help="runs of each side")
    parser.add_argument(
        "--only",
        choices=(
            "extraction",
            "getting",
            "collecting",
            "asking",
            "searching",
            "building",
            "serving",
        ),
        help="only this part",
    )
    parser.add_argument("--texts", type=Path, help="real texts to search, see searching.py")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=tuple(searching.SIZES), help="commits to search"
    )
    parser.add_argument(
        "--days", type=int, nargs="+", default=building.DAYS, help="days of a site that is built"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="digest-bench-") as folder:
        home = Path(folder)

        @functools.cache
        def history() -> tuple[Path, dt.datetime]:
            """The history that some parts read, made where none is named."""
            path = options.repository or histories.busy(home / "busy.git", days=400, a_day=60)
            newest = histories.newest(path)
            print(f"history: {histories.described(path, newest)}\n")
            return path, newest

        rows: list[Row] = []
        parts: dict[str, Callable[[], list[Row]]] = {
            "extraction": lambda: extraction.rows(*history(), runs=options.runs),
            "getting": lambda: getting.rows(*history(), home),
            "collecting": lambda: collecting.rows(*history(), home, runs=options.runs),
            "asking": asking.rows,
            "searching": lambda: searching.rows(home, texts=options.texts, sizes=options.sizes),
            "building": lambda: building.rows(home, sizes=options.days),
            "serving": lambda: serving.rows(home, runs=options.runs),
        }
        for name, part in parts.items():
            if options.only in (None, name):
                rows += part()
        print(table(rows))
        print(f"\n{dt.datetime.now(dt.UTC):%Y-%m-%d}, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
