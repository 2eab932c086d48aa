"""A site as readers have it: 30 days of three repositories, in Chinese and English.

The history is made up of the phrases of real ones, always the same; facts and
analyses come from our own code.  ``FULL`` is a day of 96 commits.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from support.archives import dependency, flag
from support.building import SLUGS, Project, once
from support.records import change

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive
from digest.facts.extract import extract
from digest.model import (
    SCHEMA_VERSION,
    BreakingChange,
    Commit,
    Coverage,
    Day,
    Entry,
    Facts,
    FileChange,
    Person,
    Reading,
    RepositoryState,
    Revert,
)

FULL = dt.date(2026, 2, 13)
"""The newest day, with 96 commits."""
DAYS = 30
COMMITS = 32
"""Of each repository on that day."""
NOW = "2026-02-14T12:00:00+08:00"
ZONE = "Asia/Shanghai"
LONG_PATH = "src/" + "a_very_long_name_of_a_folder_" * 4 + "/" + "and_of_a_file_" * 6 + "x.py"

_TITLES = (
    "feat(router): add a priority queue to {}",
    "fix({}): free blocks when a stream is dropped",
    "chore: bump {} to the newest release",
    "refactor({}): rename KvPushRouter to KvRouter",
    "docs: describe how {} is deployed",
    "perf({}): copy pages of the KV cache in batches",
    "fix: 修复 {} 的内存泄漏",
    "feat!: drop the old protocol of {}",
    "ci: run the tests of {} on arm64",
    "test({}): cover the retry of connections",
    "build: update the base image of {}",
    "feat: 解耦 {} 的预填充与解码",
)
_PARTS = ("scheduler", "kv_router", "frontend", "worker", "planner", "operator", "mocker", "cache")
_AUTHORS = (
    "Ada Lovelace",
    "Grace Hopper",
    "李小龙",
    "Barbara Liskov",
    "renovate[bot]",
    "Ken Thompson <b>",
    "a-name-that-is-rather-long-for-a-column",
)


def reader_site(tmp_path_factory: Any) -> Project:
    """The built site, made once in a test run: Chinese at its root, English below ``en/``."""
    return Project(once(tmp_path_factory, "reader", make))


def short_site(tmp_path_factory: Any) -> Project:
    """The same a day later, with all but that day told in short."""
    return Project(once(tmp_path_factory, "short", make_short))


def make_short(folder: Path) -> None:
    """The same archive, one more day, and details of one day; usable by hand as well."""
    make(folder, later=1, details=1)


def make(folder: Path, *, later: int = 0, **more: Any) -> None:
    """Archive and site; usable by hand as well."""
    written = archive(folder / "archive")
    if later:
        date = FULL + dt.timedelta(days=later)
        empty = {"date": date, "entries": (), "head": None}
        Archive(folder / "archive").save(replace(written[-1], **empty))
    options = {
        "repositories": [
            {"url": f"https://github.com/{slug}", "slug": slug, "web": f"https://github.com/{slug}"}
            for slug in SLUGS
        ],
        "languages": ["zh", "en"],
        "timezone": ZONE,
        "since": (FULL - dt.timedelta(days=DAYS - 1)).isoformat(),
        "collect": False,
    } | more
    project = Project.create(  # with our own search, as most sites have it
        folder, language="zh", top={"site_url": "", "plugins": [{"digest": options}]}
    )
    project.build("--strict", now=NOW)


def archive(folder: Path) -> list[Day]:
    """Write the archive; its days, oldest first."""
    kept, written = Archive(folder), []
    for slug in SLUGS:
        chance = random.Random(slug)  # noqa: S311 - the same history always
        days = list(_days(slug, chance))
        for day in days:
            kept.save(day)
        kept.save_state(
            RepositoryState(
                schema_version=SCHEMA_VERSION,
                repository=slug,
                zone=ZONE,
                branch="main",
                head=days[-1].head,
                reached_at=dt.datetime.fromisoformat(NOW),
            )
        )
        written += days
    return sorted(written, key=lambda day: day.date)


def _days(slug: str, chance: random.Random) -> Iterator[Day]:
    earlier: list[Commit] = []
    for number in range(DAYS):
        date = FULL - dt.timedelta(days=DAYS - 1 - number)
        count = COMMITS if date == FULL else chance.randrange(6)
        moments = [dt.timedelta(seconds=86_000 * place // count) for place in range(count)]
        midnight = dt.datetime.combine(date, dt.time(), dt.timezone(dt.timedelta(hours=8)))
        entries = [
            _entry(f"{slug}{date}", place, midnight + moment, chance, earlier)
            for place, moment in enumerate(moments)
        ]
        earlier = [entry.commit for entry in entries] or earlier
        yield Day(
            schema_version=SCHEMA_VERSION,
            repository=slug,
            date=date,
            zone=ZONE,
            complete=True,
            head=earlier[-1].sha if earlier else None,
            entries=tuple(reversed(entries)),
        )


def _entry(
    name: str, place: int, moment: dt.datetime, chance: random.Random, earlier: list[Commit]
) -> Entry:
    part = chance.choice(_PARTS)
    number = 1000 + moment.toordinal() % 500 * 10 + place
    title = _TITLES[(place + moment.day) % len(_TITLES)].format(part)
    taken_back = earlier[0] if place == 3 and earlier else None
    if taken_back is not None:
        title = f'Revert "{taken_back.subject}"'
    body = f"It was slow, and it is not any more.\n\n{'Some words of why. ' * chance.randrange(12)}"
    if taken_back is not None:
        body = f"This reverts commit {taken_back.sha}.\n"
    commit = Commit(
        sha=hashlib.sha1(f"{name}{place}".encode()).hexdigest(),  # noqa: S324 - git's kind
        parents=("0" * 40,),
        author=Person(name=_AUTHORS[(place * 3 + moment.day) % len(_AUTHORS)]),
        authored_at=moment,
        committed_at=moment,
        subject=f"{title} (#{number})",
        body=body,
        changes=tuple(_changes(part, place, chance)),
    )
    reading = _read(commit)
    facts = _more(extract(reading), place, part, taken_back)
    return Entry(commit=commit, facts=facts, analysis=HeuristicAnalyst().analyse(reading, facts))


def _changes(part: str, place: int, chance: random.Random) -> Iterator[FileChange]:
    for number in range(1 + chance.randrange(8)):
        lines = chance.randrange(200 if place % 3 else 20)
        yield change(f"components/src/{part}/module_{number}.py", lines, lines // 3)
    if place % 4 == 1:
        yield change(f"tests/{part}/test_it.py", 12, 2)
    if place % 9 == 2:
        yield change(LONG_PATH, 3, 1, "A")


def _read(commit: Commit) -> Reading:
    lines = commit.insertions + commit.deletions
    coverage = Coverage(
        files=len(commit.changes), files_read=len(commit.changes), lines=lines, lines_read=lines
    )
    return Reading(commit=commit, coverage=coverage, patches=())


def _more(facts: Facts, place: int, part: str, taken_back: Commit | None) -> Facts:
    """What a patch would show."""
    more: dict[str, Any] = {}
    name = part.replace("_", "-")
    if place % 5 == 0:
        more["interface"] = (flag(f"--{name}-mode"), flag(f"--{name}-size", "1", "2"))
    if place % 11 == 0:
        gone = flag(f"--{name}-old", "False", None)
        more["interface"] = (*more.get("interface", ()), gone)
        reason = BreakingChange(
            reason="interface", text=gone.name, evidence=gone.evidence, certain=place == 0
        )
        more["breaking"] = (*facts.breaking, reason)
    if place % 7 == 2:
        more["dependencies"] = (dependency("httpx", "0.27", "0.28"), dependency("tokio", None, "1"))
    if taken_back is not None:
        more["reverts"] = (Revert(sha=taken_back.sha, subject=taken_back.subject),)
    return replace(facts, **more)
