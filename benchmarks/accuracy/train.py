"""``python -m benchmarks.accuracy.train``: learn the weights of importance, and write their table.

A logistic regression: each trait of a commit adds its weight to a sum, and the
sum tells how likely the maintainers are to name the commit in their changelog.
Each repository has an offset of its own, because some name every third commit
and some every tenth; it is dropped afterwards.  Repositories weigh the same,
whatever their size, and weights are drawn to nothing unless many commits speak
for them.  Only repositories of the training part are read.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import random
import statistics
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import digest
from benchmarks.accuracy.__main__ import add_arguments
from benchmarks.accuracy.commits import History, Sample, samples_of
from benchmarks.accuracy.measures import auc
from digest.analysts.shape import shape_of
from digest.analysts.traits import base_of, beginning_of, traits_of, words_of

TABLE = Path(digest.__file__).parent / "analysts" / "weights.py"
SEED = 20_261_123
EPOCHS = 12
RATE = 0.15
DRAWN, WORDS_DRAWN = 15.0, 80.0
"""How strongly weights are drawn to nothing; those of words more, because there are many."""
COMMON = 0.7
"""Share of the repositories in which a word must be used, so that it is nobody's own."""
USES = 3
"""Titles of a repository from which a word counts as used there."""
SMALL = 0.05
"""Weights nearer to nothing are left out of the table."""
FOLDS = 5
HIGH, MEDIUM = (0.17, 0.60), (0.52, 0.35)
"""Share of the commits, and the score that they are to reach: where calibration begins."""


@dataclass(frozen=True, slots=True)
class Row:
    """A commit as the regression sees it."""

    repository: int
    traits: tuple[int, ...]
    named: bool
    bot: bool


@dataclass(frozen=True, slots=True)
class Data:
    """All commits, and the names of their traits."""

    names: list[str]
    repositories: list[str]
    rows: list[Row]


def main() -> None:
    """Train, validate on what was left out, and write the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy.train", description=__doc__
    )
    add_arguments(parser)
    parser.add_argument("--validate", action="store_true", help="cross-validate; write nothing")
    parser.add_argument("--drawn", type=float, default=DRAWN)
    options = parser.parse_args()
    repositories = {
        name: (path, source)
        for name, (path, source) in options.repository
        if source.part == "train" and source.selects
    }
    histories = samples_of(
        repositories, limit=options.limit, since=options.since, cache=options.cache
    )
    data = data_of([history for history in histories if history.selects])
    print(f"{len(data.rows)} commits of {len(data.repositories)} repositories")
    if options.validate:
        validate(data, options.drawn)
        return
    weights = fit(data, data.rows, options.drawn)
    _write(data, weights)


def data_of(histories: Sequence[History]) -> Data:
    """Turn commits into numbers."""
    vocabulary = Vocabulary(histories)
    numbers: dict[str, int] = {}
    rows: list[Row] = []
    for index, history in enumerate(histories):
        for sample in history.samples:
            traits = vocabulary.traits(sample)
            known = tuple(numbers.setdefault(trait, len(numbers)) for trait in traits)
            rows.append(Row(index, known, sample.named, sample.facts.bot))
    return Data(list(numbers), [history.name for history in histories], rows)


class Vocabulary:
    """The words that titles of most repositories use."""

    def __init__(self, histories: Sequence[History]) -> None:
        titles = [[s.commit for s in history.samples] for history in histories]
        self.words = _common([[words_of(commit) for commit in commits] for commits in titles])
        self.first = _common([[beginning_of(commit) for commit in commits] for commits in titles])

    def traits(self, sample: Sample) -> list[str]:
        """The names of a commit's traits."""
        shape = shape_of(sample.reading, sample.facts)
        found = traits_of(sample.commit, sample.facts, shape, first=self.first, words=self.words)
        # What a commit writes into the changelog is the answer.
        return [trait.name for trait in found if trait.name != "notes"]


def _common(repositories: Sequence[Sequence[Sequence[str]]]) -> frozenset[str]:
    """Bases of the words that are used in enough repositories."""
    forms = {word for titles in repositories for title in titles for word in title}
    used: Counter[str] = Counter()
    for titles in repositories:
        counts = Counter(base_of(word, forms) for title in titles for word in set(title))
        used.update(word for word, count in counts.items() if count >= USES)
    enough = COMMON * len(repositories)
    return frozenset(word for word, count in used.items() if count >= enough and len(word) > 1)


def fit(data: Data, rows: Sequence[Row], drawn: float) -> list[float]:
    """The weights; those of rows of one repository count as much as of another's."""
    sizes = Counter(row.repository for row in rows)
    mean = len(rows) / len(sizes)
    counts = Counter(trait for row in rows for trait in row.traits)
    pull = [WORDS_DRAWN if name.startswith(("word:", "first:")) else drawn for name in data.names]
    pull = [strength / max(1, counts[trait]) for trait, strength in enumerate(pull)]
    weights = [0.0] * len(data.names)
    squares = [1e-6] * len(data.names)
    offsets: dict[int, float] = defaultdict(float)
    offset_squares: dict[int, float] = defaultdict(lambda: 1e-6)
    order = list(rows)
    dice = random.Random(SEED)  # noqa: S311 - to be the same each time
    for _ in range(EPOCHS):
        dice.shuffle(order)
        for row in order:
            total = offsets[row.repository] + sum(weights[trait] for trait in row.traits)
            error = _sigmoid(total) - row.named
            error *= mean / sizes[row.repository]
            for trait in row.traits:
                step = error + pull[trait] * weights[trait]
                squares[trait] += step * step
                weights[trait] -= RATE * step / math.sqrt(squares[trait])
            offset_squares[row.repository] += error * error
            offsets[row.repository] -= RATE * error / math.sqrt(offset_squares[row.repository])
    return weights


def validate(data: Data, drawn: float) -> None:
    """Train without a fifth of the repositories, and rank these, five times."""
    found: dict[int, tuple[float, float]] = {}
    for fold in range(FOLDS):
        left_out = set(range(fold, len(data.repositories), FOLDS))
        weights = fit(data, [row for row in data.rows if row.repository not in left_out], drawn)
        for index in left_out:
            rows = [row for row in data.rows if row.repository == index]
            people = [row for row in rows if not row.bot]
            found[index] = rank(weights, rows), rank(weights, people)
    for index, name in enumerate(data.repositories):
        print(f"{name:26} {found[index][0]:.3f} {found[index][1]:.3f}")
    print(f"{'mean':26} {_mean(found.values(), 0):.3f} {_mean(found.values(), 1):.3f}")


def rank(weights: Sequence[float], rows: Sequence[Row]) -> float:
    """The area under the curve of some rows."""
    return auc([_total(weights, row) for row in rows], [row.named for row in rows])


def _total(weights: Sequence[float], row: Row) -> float:
    return sum(weights[trait] for trait in row.traits)


def _mean(found: Iterable[tuple[float, float]], column: int) -> float:
    return statistics.mean(figures[column] for figures in found)


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-min(max(value, -30.0), 30.0)))


def _scaled(data: Data, weights: Sequence[float]) -> tuple[float, float]:
    """A factor and an offset that put the usual shares above the usual bounds."""
    cuts = []
    for share, score in (HIGH, MEDIUM):
        reached = []
        for index in range(len(data.repositories)):
            totals = sorted(_total(weights, row) for row in data.rows if row.repository == index)
            reached.append(totals[-1 - int(share * len(totals))])
        cuts.append((statistics.mean(reached), math.log(score / (1 - score))))
    (high, wanted_high), (medium, wanted_medium) = cuts
    factor = (wanted_high - wanted_medium) / (high - medium)
    return factor, wanted_high - factor * high


def _write(data: Data, weights: Sequence[float]) -> None:
    factor, offset = _scaled(data, weights)
    print(f"factor {factor:.3f}, offset {offset:.3f}")
    table = {
        name: round(weight * factor, 2)
        for name, weight in sorted(zip(data.names, weights, strict=True))
        if abs(weight * factor) >= SMALL
    }
    lines: dict[str, list[str]] = {family: [] for family in FAMILIES.values()}
    for name, weight in table.items():
        family = name.split(":")[0] if ":" in name else ""
        lines[FAMILIES.get(family, FAMILIES["added"])].append(f'    "{name}": {weight},')
    body = "\n".join("\n".join([f"    # {title}", *found]) for title, found in lines.items())
    text = HEAD.format(
        trained=textwrap.fill(", ".join(sorted(data.repositories)), 90),
        commits=len(data.rows),
        date=dt.datetime.now(dt.UTC).date(),
        offset=round(offset, 2),
        body=body,
    )
    TABLE.write_text(text, "utf-8")


FAMILIES = {
    "": "what it is, and what it does to files",
    "kind": "the kind of change",
    "breaking": "what says that it breaks something",
    "added": "what it does to the interface",
    "dependency": "what it does to dependencies",
    "signal": "what else its code shows",
    "only": "the only sort of files that it changes",
    "among": "other sorts, where it changes no source",
    "with": "what it changes beside source",
    "lines": "how many lines of source, by steps",
    "files": "how many files of source, by steps",
    "areas": "how many areas, up to five",
    "body": "how long the message is, by steps",
    "title": "what the title holds",
    "first": "the word that the title begins with",
    "word": "words anywhere in the title",
}
"""The headings of the table."""

HEAD = '''"""What each trait of a commit adds to its importance: a table, written by a program.

Made by ``python -m benchmarks.accuracy.train`` on {date}, from {commits} commits of
pull requests of repositories with a sorted changelog:
{trained}.

The weights are those of a logistic regression of "the maintainers named it in their changelog",
in log-odds, all scaled and shifted by one factor and one offset so that scores spread over 0 to
1.  Not by hand: train again.
"""

from __future__ import annotations

OFFSET = {offset}

WEIGHTS: dict[str, float] = {{
{body}
}}
"""Traits that are not listed add nothing."""

FIRST = frozenset(name.removeprefix("first:") for name in WEIGHTS if name.startswith("first:"))
"""Words that count where a title begins with them."""
WORDS = frozenset(name.removeprefix("word:") for name in WEIGHTS if name.startswith("word:"))
"""Words that count anywhere in a title."""
'''

if __name__ == "__main__":
    main()
