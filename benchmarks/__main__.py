"""``python -m benchmarks``: print a table of ratios to baselines of the same run.

Absolute times depend on the machine; ratios hold better.  Pairs of commands are
run in turn, and medians are compared.  Without ``--repository`` a busy history
is made: 400 days, 60 commits a day.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

# The git server is the tests' own.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from benchmarks import asking, collecting, extraction, getting, histories, searching
from benchmarks.tables import Row, table


def main() -> None:
    """Run the benchmarks that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--repository", type=Path, help="a busy bare clone, read in place")
    parser.add_argument("--runs", type=int, default=5, help="runs of each side")
    parser.add_argument(
        "--only",
        choices=("extraction", "getting", "collecting", "asking", "searching"),
        help="only this part",
    )
    parser.add_argument("--texts", type=Path, help="real texts to search, see searching.py")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=tuple(searching.SIZES), help="commits to search"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="digest-bench-") as folder:
        home = Path(folder)
        repository = options.repository or histories.busy(home / "busy.git", days=400, a_day=60)
        newest = histories.newest(repository)
        print(f"history: {histories.described(repository, newest)}\n")
        rows: list[Row] = []
        parts: dict[str, Callable[[], list[Row]]] = {
            "extraction": lambda: extraction.rows(repository, newest, runs=options.runs),
            "getting": lambda: getting.rows(repository, newest, home),
            "collecting": lambda: collecting.rows(repository, newest, home, runs=options.runs),
            "asking": asking.rows,
            "searching": lambda: searching.rows(home, texts=options.texts, sizes=options.sizes),
        }
        for name, part in parts.items():
            if options.only in (None, name):
                rows += part()
        print(table(rows))
        print(f"\n{dt.datetime.now(dt.UTC):%Y-%m-%d}, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
