"""``python -m benchmarks.accuracy.train_kinds``: learn what words of plain titles say of a kind.

A logistic regression with five outcomes (see ``digest.facts.weights``), over the titles
of pull requests that stand in a sorted changelog, and those that declare a type, which is
taken off first.  A section that allows several kinds (``improvements``, or two sections for
one pull request) only says that it is one of them.  Repositories weigh the same, whatever
their size, and only words that several of them use are learnt.  Only repositories of the
training part are read.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import random
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import digest
from benchmarks.accuracy.__main__ import add_arguments
from benchmarks.accuracy.changelogs import Section
from benchmarks.accuracy.commits import titles_of
from digest.facts import titles
from digest.facts.filekinds import kind_of_files
from digest.facts.grammar import Grammar
from digest.facts.messages import title_of
from digest.facts.plain import BRANCH, features
from digest.facts.reasoned import REASONED
from digest.facts.reverts import reverts_of
from digest.facts.weights import BIAS, GROUPS, Group
from digest.model import Commit, Kind

TABLE = Path(digest.__file__).parent / "facts" / "weights.py"
SEED = 20_261_123
EPOCHS = 8
RATE = 0.1
DRAWN = 6.0
"""How strongly weights are drawn to nothing."""
REPOSITORIES = 4
"""Repositories that must use a word, so that it is nobody's own."""
USES = 2
"""Titles of a repository from which a word counts as used there."""
SHORTEST = 2
"""Letters of a word that is learnt; a single one is a name."""
SMALL = 2
"""Words are left out of which no weight, in tenths, is as large."""
FOLDS = 5
TYPES = ", types"
"""What is added to the name of a repository for its titles with a type."""
DECLARED = 0.5
"""What such a title weighs, of one in a changelog: authors err more often."""
MOST = 2_500
"""Pull requests of a repository that are read."""
GROUPS_OF: Mapping[Section, frozenset[Group]] = {
    "features": frozenset(["feature"]),
    "fixes": frozenset(["fix"]),
    "performance": frozenset(["performance"]),
    "documentation": frozenset(["documentation"]),
    "internal": frozenset(["internal"]),
    "improvements": frozenset(["feature", "performance"]),
}
"""What a section allows."""
GROUP_OF_KIND: Mapping[Kind, Group] = {
    "feature": "feature",
    "fix": "fix",
    "performance": "performance",
    "documentation": "documentation",
    "refactor": "internal",
    "chore": "internal",
    "style": "internal",
}
"""What a type says that a title declares."""
FEWEST = 50
"""Titles from which a repository is learnt from."""


@dataclass(frozen=True, slots=True)
class Row:
    """A title as the regression sees it."""

    repository: str
    features: tuple[str, ...]
    allowed: tuple[bool, ...]
    """Of the groups, in their order."""


Weights = dict[str, list[float]]


def main() -> None:
    """Train, or validate on what was left out, and write the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy.train_kinds", description=__doc__
    )
    add_arguments(parser)
    parser.add_argument("--validate", action="store_true", help="cross-validate; write nothing")
    options = parser.parse_args()
    rows: list[Row] = []
    for name, (path, source) in options.repository:
        if source.part == "train":
            found = titles_of(path, source, limit=MOST)
            rows += rows_of(name, found)
    print(f"{len(rows)} titles of {len({row.repository for row in rows})} repositories")
    if options.validate:
        validate(rows)
    else:
        TABLE.write_text(table(rows, fit(rows)), "utf-8")


def rows_of(
    repository: str, found: Iterable[tuple[Commit, frozenset[Section], Grammar]]
) -> list[Row]:
    """Titles of changes of source, with what their sections, or their own types, allow.

    Changelogs leave out what is internal; titles with a type tell how it is worded.
    """
    rows: list[Row] = []
    for commit, sections, grammar in found:
        title = titles.parse(title_of(commit), grammar)
        if kind_of_files(commit) is not None or reverts_of(commit) or title.verb == "dependencies":
            continue
        if title.kinds:
            declared = GROUP_OF_KIND.get(title.kinds[0])
            allowed = frozenset([declared]) if declared and len(title.kinds) == 1 else frozenset()
            name = repository + TYPES
        else:
            allowed = frozenset[Group]().union(*(GROUPS_OF.get(name, ()) for name in sections))
            name = repository
        if allowed:
            words = tuple(dict.fromkeys(features(title.text, commit)))
            rows.append(Row(name, words, tuple(group in allowed for group in GROUPS)))
    sizes = Counter(row.repository for row in rows)
    return [row for row in rows if sizes[row.repository] >= FEWEST]


def fit(rows: Sequence[Row]) -> Weights:
    """The weights; those that are set by hand are left aside, and added when titles are read."""
    known = _vocabulary(rows)
    sizes = Counter(row.repository for row in rows)
    mean = len(rows) / len(sizes)
    counts = Counter(name for row in rows for name in row.features)
    weights: Weights = {name: [0.0] * len(GROUPS) for name in (*sorted(known), BIAS)}
    squares: Weights = {name: [1e-6] * len(GROUPS) for name in weights}
    order = list(rows)
    dice = random.Random(SEED)  # noqa: S311 - to be the same each time
    for _ in range(EPOCHS):
        dice.shuffle(order)
        for row in order:
            share = min(2.5, mean / sizes[row.repository])
            if row.repository.endswith(TYPES):
                share *= DECLARED
            sums = _sums(weights, row.features, by_hand={})
            said = _softmax(sums)
            # Of the groups that are allowed, each as likely as the weights have it.
            allowed = sum(p for p, may in zip(said, row.allowed, strict=True) if may)
            for name in (*row.features, BIAS):
                if name not in weights:
                    continue
                pull = 0.0 if name == BIAS else DRAWN / counts[name]
                own, square = weights[name], squares[name]
                for group, (p, may) in enumerate(zip(said, row.allowed, strict=True)):
                    step = share * (p - (p / max(allowed, 1e-9) if may else 0.0))
                    step += pull * own[group]
                    square[group] += step * step
                    own[group] -= RATE * step / math.sqrt(square[group])
    return weights


def _vocabulary(rows: Sequence[Row]) -> frozenset[str]:
    """The features that enough repositories have."""
    used: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        used[row.repository].update(row.features)
    common = Counter(
        name for counts in used.values() for name, count in counts.items() if count >= USES
    )
    return frozenset(
        name
        for name, count in common.items()
        if count >= REPOSITORIES
        and not name.startswith(BRANCH)
        and len(name.lstrip("^")) >= SHORTEST
    )


def _sums(
    weights: Weights, names: Iterable[str], by_hand: Mapping[str, tuple[int, ...]] = REASONED
) -> list[float]:
    sums = list(weights[BIAS])
    for name in names:
        if name in weights:
            sums = [total + weight for total, weight in zip(sums, weights[name], strict=True)]
        if name in by_hand:
            pairs = zip(sums, by_hand[name], strict=True)
            sums = [total + tenths / 10 for total, tenths in pairs]
    return sums


def _softmax(sums: Sequence[float]) -> list[float]:
    highest = max(sums)
    powers = [math.exp(value - highest) for value in sums]
    total = sum(powers)
    return [power / total for power in powers]


def validate(rows: Sequence[Row]) -> None:
    """Train without a fifth of the repositories, and read their titles, five times."""
    names = sorted({row.repository.split(",")[0] for row in rows})
    shares = []
    for fold in range(FOLDS):
        left_out = set(names[fold::FOLDS])
        weights = fit([row for row in rows if row.repository.split(",")[0] not in left_out])
        tested = {row.repository for row in rows if row.repository.split(",")[0] in left_out}
        for name in sorted(tested):
            right = [_is_right(weights, row) for row in rows if row.repository == name]
            shares.append(sum(right) / len(right))
            print(f"{name:26} {shares[-1]:.3f} of {len(right)}")
    print(f"{'mean':26} {sum(shares) / len(shares):.3f}")


def _is_right(weights: Weights, row: Row) -> bool:
    sums = _sums(weights, row.features)
    return row.allowed[sums.index(max(sums))]


def table(rows: Sequence[Row], weights: Weights) -> str:
    """The module of the weights, in tenths, without words that say little."""
    lines = []
    for name in (BIAS, *sorted(name for name in weights if name != BIAS)):
        tenths = [round(10 * weight) for weight in weights[name]]
        if name == BIAS or max(map(abs, tenths)) >= SMALL:
            lines.append(" ".join([name, *map(str, tenths)]))
    return HEAD.format(
        titles=len(rows),
        repositories=textwrap.fill(
            ", ".join(sorted({row.repository.split(",")[0] for row in rows})), 90
        ),
        date=dt.datetime.now(dt.UTC).date(),
        table=_packed(lines),
    )


def _packed(items: Sequence[str]) -> str:
    """Items in as few lines as they need; none is broken."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 3 <= WIDTH:
            lines[-1] += f" | {item}"
        else:
            lines.append(f"    {item}")
    return "\n".join(lines)


WIDTH = 99
HEAD = '''"""What words of plain English titles, and marks of files, say about the kind of a change.

A table, written by a program: ``python -m benchmarks.accuracy.train_kinds`` on {date}, from
{titles} titles of pull requests that stand in a sorted changelog or declare their type:
{repositories}.

Words are without their endings; those are there that several repositories use and that say
something.  Not by hand: train again; what is set by hand is in ``reasoned``.
"""

from __future__ import annotations

from typing import Literal

Group = Literal["feature", "fix", "performance", "documentation", "internal"]

GROUPS: tuple[Group, ...] = ("feature", "fix", "performance", "documentation", "internal")
"""What the columns of the table stand for."""

BIAS = "bias"

# Tenths of a logarithm of odds.  `^word` begins a title, `+mark` is shown by the files.
_TABLE = """
{table}
"""

WEIGHTS: dict[str, tuple[int, ...]] = {{
    word: tuple(map(int, numbers))
    for word, *numbers in map(str.split, _TABLE.replace("\\n", "|").strip("|").split("|"))
}}
"""Word or mark → its weight for each group."""
'''

if __name__ == "__main__":
    main()
