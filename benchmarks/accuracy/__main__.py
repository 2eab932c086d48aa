"""``python -m benchmarks.accuracy``: how right facts and judgement are, in a table.

Each repository is a bare clone on this machine, given as ``name=path``; its
changelog is read from its tree.  Only repositories that the weights were not
trained on are reported, see ``split.py``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

from benchmarks.accuracy import cost, report, reverts
from benchmarks.accuracy.commits import samples_of
from benchmarks.accuracy.split import Source, source_of

FARTHER = 4
"""How many times as far back breaking changes are looked for, because they are few."""


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    add_arguments(parser)
    parser.add_argument(
        "--part",
        choices=("test", "fresh", "train", "all"),
        default="test",
        help="fresh: drawn last, reported apart; train: to look at, not to report",
    )
    parser.add_argument("--misses", type=int, default=0, help="print so many misses of each sort")
    parser.add_argument("--reverts", type=int, metavar="DAYS", help="of so many days, instead")
    parser.add_argument("--cost", type=int, metavar="DAYS", help="of so many days, instead")
    parser.add_argument(
        "--breaking",
        action="store_true",
        help="of what is listed as breaking, instead; with four times as many commits",
    )
    options = parser.parse_args()
    for name, (path, _) in options.repository:
        if options.cost:
            print(cost.line(name, path, days=options.cost), flush=True)
        if options.reverts:
            print(
                reverts.line(
                    name, path, days=options.reverts, cache=options.cache, show=options.misses
                ),
                flush=True,
            )
    if options.cost or options.reverts:
        return
    repositories = {
        name: (path, source)
        for name, (path, source) in options.repository
        if options.part in (source.part, "all")
    }
    if not repositories:
        sys.exit("no repository of that part: give --repository name=path")
    histories = samples_of(
        repositories,
        limit=options.limit * (FARTHER if options.breaking else 1),
        since=options.since,
        cache=options.cache,
        breaking=options.breaking,
    )
    print(report.breaking_table(histories) if options.breaking else report.table(histories))
    if options.misses:
        print(report.misses(histories, options.misses))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that choose what is read."""
    parser.add_argument(
        "--repository",
        action="append",
        type=_named_path,
        default=[],
        metavar="NAME=PATH",
        help="a bare clone; may be given several times",
    )
    parser.add_argument("--limit", type=int, default=750, help="commits of each, the newest")
    parser.add_argument("--since", type=dt.date.fromisoformat, help="none that are older")
    parser.add_argument("--cache", type=Path, help="a folder to keep facts in")


def _named_path(text: str) -> tuple[str, tuple[Path, Source]]:
    name, _, path = text.rpartition("=")
    name = name or Path(path).stem
    return name, (Path(path), source_of(name))


if __name__ == "__main__":
    main()
