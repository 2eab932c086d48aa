"""``python -m benchmarks.checking``: what models claimed about real commits, looked up.

The reports are Markdown, one file a day, as the public archive of a generator
has them: below each ``**SHA**: `1234567``` stands what a model wrote about that
commit.  Each line of it is one statement here.  The mirror is a bare clone
that holds the commits.  With ``--sample`` verdicts are printed with their
statements, to be read by eye against the commit.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import random
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.histories import git
from benchmarks.tables import Row, at_most, table
from digest.contents import BlobReader
from digest.facts.diffs import diff_of
from digest.facts.extract import extract
from digest.history import read
from digest.llm.checking import Checker
from digest.llm.names import is_file, is_shaped
from digest.model import Claim, Repository
from digest.repositories import open_mirror

BUDGET = 2_000_000
CHUNK = 100
LIMIT = 50.0
"""Milliseconds that checking a commit may take."""
_ENTRY = re.compile(r"^\*\*SHA\*\*: `[0-9a-f]{7,}`.{0,300}?/commit/([0-9a-f]{40})", re.MULTILINE)
_FAILED = re.compile(r"已重试\d+次|Client Error|Server Error")
_MARKS = re.compile(r"(?<![/`\w])\*\*|\*\*(?![/`\w*])|^[\s>#*+-]+|^\d{1,2}[.、]\s|<br>")


_BARE_FIGURE = re.compile(r"[<>≤≥≈~×x\s]*\d[\d,]*(?:\.\d+)?(?![\d.A-Za-z_-]{3})")


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim with the statement that it stands in."""

    sha: str
    statement: str
    claim: Claim

    @property
    def sort(self) -> str:
        """Whether it is a path, an identifier, a word that was found, or a figure."""
        text = self.claim.text
        if self.claim.verdict == "no source" or _BARE_FIGURE.match(text):
            return "figures"
        if "/" in text or is_file(text):
            return "paths"
        shaped = any(map(is_shaped, re.findall(r"\w+", text)))
        named = self.claim.verdict == "not found" or shaped or text.startswith("--")
        return "identifiers" if named else "plain words"


def analyses(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Commits with what was written about them, in lines.

    Arguments:
        folder: of the reports, or above it.
    """
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text("utf-8")
        entries = list(_ENTRY.finditer(text))
        for entry, following in zip_longest(entries, entries[1:]):
            body = text[entry.end() : following.start() if following else len(text)]
            body = body[body.find("\n") :]
            if following:
                body = body[: body.rfind("\n### ")]
            if not _FAILED.search(body):
                yield entry[1], list(_statements(body))


def _statements(body: str) -> Iterator[str]:
    for line in body.splitlines():
        for cell in line.split(" | ") if line.startswith("|") else [line]:
            bare = _MARKS.sub("", cell.replace("<br>", " ")).strip(" |")
            if len(bare) > 3 and not set(bare) <= set("-|: "):
                yield bare


def check(
    reports: Sequence[tuple[str, list[str]]], mirror_path: Path
) -> tuple[list[Checked], list[float]]:
    """Look up all claims; with the milliseconds that each commit took.

    Arguments:
        reports: commits with statements.
        mirror_path: a bare clone that holds them.
    """
    moment = dt.datetime.now(dt.UTC)
    source = Repository(slug="bench/bench", url=str(mirror_path), local=True)
    mirror = open_mirror(
        source, mirror_path.parent, since=moment, now=moment, fetch=False, timeout=60
    )
    mirror.chain()
    known = _known(mirror_path, [sha for sha, _ in reports])
    reports = [(sha, lines) for sha, lines in reports if sha in known]
    found: list[Checked] = []
    spent: list[float] = []
    with BlobReader(mirror.git) as contents:
        for start in range(0, len(reports), CHUNK):
            chunk = reports[start : start + CHUNK]
            shas = [sha for sha, _ in chunk]
            readings = read(mirror, shas, zone=ZoneInfo("UTC"), budget=BUDGET)
            for (sha, lines), reading in zip(chunk, readings, strict=True):
                facts = extract(reading, contents=contents)
                names = git(mirror_path, "ls-tree", "-r", "--name-only", "-z", sha)
                tree = names.decode("utf-8", "replace").split("\0")[:-1]
                began = time.process_time()
                checker = Checker(diff_of(reading, contents), facts, tree=tree)
                claims = [(line, claim) for line in lines for claim in checker.check(line)]
                spent.append(1000 * (time.process_time() - began))
                found += (Checked(sha, line, claim) for line, claim in claims)
    return found, spent


def _known(mirror: Path, shas: Sequence[str]) -> set[str]:
    answers = git(mirror, "cat-file", "--batch-check", stdin="\n".join(shas).encode())
    return {
        words[0]
        for line in answers.decode().splitlines()
        if (words := line.split())[1:2] == ["commit"]
    }


def rows(found: Sequence[Checked], spent: Sequence[float]) -> list[Row]:
    """The table."""
    result = []
    for title in ("paths", "identifiers", "plain words", "figures"):
        items = [item for item in found if item.sort == title]
        verdicts = collections.Counter(item.claim.verdict for item in items)
        total = max(1, len(items))
        for verdict, count in verdicts.most_common():
            share = f"{100 * count / total:.1f} %"
            detail = f"{count} of {len(items)}"
            result.append(Row(f"{title}: {verdict}", share, "", holds=True, detail=detail))
    result.append(at_most("ms a commit, mean", statistics.mean(spent), LIMIT))
    ordered = sorted(spent)
    detail = f"99 of 100 below {ordered[int(len(ordered) * 0.99)]:.0f}, largest {ordered[-1]:.0f}"
    result.append(at_most("ms a commit, median", statistics.median(spent), LIMIT, detail))
    return result


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checking", description=__doc__)
    parser.add_argument("reports", type=Path, help="folder of the reports")
    parser.add_argument("mirror", type=Path, help="bare clone of the repository")
    parser.add_argument("--limit", type=int, help="so many analyses, chosen at random")
    parser.add_argument("--sample", type=int, default=0, help="print so many verdicts")
    parser.add_argument("--verdict", default="not found", help="which")
    parser.add_argument("--seed", type=int, default=1, help="of what is chosen at random")
    options = parser.parse_args()
    dice = random.Random(options.seed)  # noqa: S311 - to be the same each time
    reports = list(analyses(options.reports))
    if options.limit:
        reports = dice.sample(reports, min(options.limit, len(reports)))
    found, spent = check(reports, options.mirror)
    print(f"{len(spent)} analyses, {len(found)} claims\n")
    print(table(rows(found, spent)))
    chosen = [item for item in found if item.claim.verdict == options.verdict]
    for item in dice.sample(chosen, min(options.sample, len(chosen))):
        print(f"\n{item.sha[:10]}  {item.claim.text}\n    {item.statement}")


if __name__ == "__main__":
    main()
