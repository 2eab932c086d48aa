"""A year of scheduled runs, in which everything goes wrong that goes wrong in a year.

A repository grows for a year.  Each morning a run takes the archive from its
branch, collects, asks a model, and pushes.  Meanwhile the remote is down for a week,
history is rewritten, the model's key is expired for a month, runs are late, do not
start or are killed, caches are lost, clocks are put forward and back, and other
runs push to the same branch.  In the end the archive is that of a year in which
nothing went wrong, but for what was never to be seen, and for what is marked.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support import processes
from support.chatserver import KEY, ChatServer, Reply, Request, fault
from support.gitrepo import GitRepo
from support.gitserver import GitServer
from support.hurry import hurried
from support.modelsite import by_depth

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive
from digest.branches import Branch
from digest.collect import collect
from digest.gitprocess import GitDir
from digest.llm.analyst import analyst_for
from digest.model import LEVELS, Day, Repository
from digest.network import Network
from digest.owing import Asking
from digest.publishing import Depot, Outcome
from digest.results import Summary
from digest.settings import ModelSettings, Settings

ZONE = ZoneInfo("America/New_York")
FIRST = dt.date(2026, 1, 1)

DAYS = 365
SLUG = "acme/engine"
BROKEN = "acme/gone"
DAY = dt.timedelta(days=1)

DOWN = range(60, 67)
"""Days of the year on which the remote does not answer."""
PROBED = 62
"""The evening of the day before, a commit is pushed; the evening after, it is taken back."""
REWRITTEN = 200
"""A force push replaces the last commits."""
KEYLESS = range(120, 150)
"""Days on which the model's key is not known."""
MISSED = {20, 21, 101, 240, 241, 242, 243}
"""Days on which no run starts."""
LATE = {15, 66, 180, 303}
"""Days on which the run starts in the evening."""
KILLED = {33: 0, 90: 2, 135: 1, 201: 3, 230: -1, 300: -2}
"""Days on which a run is killed: before that write of a file, or before and after the push."""
RACED = {50, 125, 202, 250}
"""Days on which another run, with folders of its own, pushes while ours is at work."""
COLD = {40, 110, 203, 305}
"""Days on which all caches, and the folder, are gone."""
REMOTE = {*range(57, 70), *range(198, 205)}
"""Days on which the repository is read over the network; on the others, cheaper, in place."""
CALM = {0, PROBED, PROBED + 1, REWRITTEN - 1, REWRITTEN + 1}
"""Days on which the archive is collected that ours is held against, all since the last one at once.

Each day but the first of the probe's and of the rewriting is read when it is long over.
"""
GONE_FROM = 350
"""The day from which on the second repository is never reached again."""
JOINED = 335
"""The day from which on it is followed."""

_KILLED_RUN = """
import os, signal, sys
from pathlib import Path
from digest.__main__ import main
from digest.gitprocess import GitDir

point, commands = int(sys.argv[1]), sys.argv[2:]
replace, run = Path.replace, GitDir.run
seen = 0

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def counted(self, target):
    global seen
    if "archive" in Path(target).parts and seen == point:
        die()
    seen += "archive" in Path(target).parts
    return replace(self, target)

def pushed(self, *args, **more):
    if args[0] == "push" and point == -1:
        die()
    found = run(self, *args, **more)
    if args[0] == "push" and point == -2:
        die()
    return found

Path.replace, GitDir.run = counted, pushed
for command in commands:
    main(command.split(), standalone_mode=False)
"""


@dataclass
class History:
    """A repository of which each morning more is to be seen."""

    repo: GitRepo
    pushes: list[tuple[dt.datetime, str]] = field(default_factory=list)
    """When a commit became the branch's tip."""
    made: dict[str, dt.datetime] = field(default_factory=dict)
    probe: str = ""

    def grow(self) -> None:
        """Make the year."""
        chance = random.Random(4)  # noqa: S311
        plan = list(self._plan(chance))
        rewritten = _morning(REWRITTEN)
        old = [item for item in plan if item[2] < rewritten]
        shas = self._add(old, None)
        # The probe is seen for a day, in the week in which nobody sees anything.
        evening = _morning(PROBED) - dt.timedelta(hours=9)
        below = max(index for index, item in enumerate(old) if item[2] < evening)
        change = ("feat: only to be seen for a day", {"probe.py": "x = 1\n"}, evening)
        (self.probe,) = self.repo.series([change], shas[below])
        self.pushes += [(evening, self.probe), (evening + DAY, "")]
        # The last three are written anew, and all that follows goes on from there.
        again = [(f"{text} again", files, date) for text, files, date in old[-3:]]
        new = [item for item in plan if item[2] >= rewritten]
        self._add([*again, *new], shas[-4], shown_from=rewritten - dt.timedelta(minutes=5))
        self.rewritten = frozenset(shas[-3:])
        self.pushes.sort()

    def _plan(self, chance: random.Random) -> Iterator[tuple[str, dict[str, str], dt.datetime]]:
        number = 0
        for offset in range(-4, DAYS):
            day = dt.datetime.combine(FIRST + offset * DAY, dt.time(), ZONE)
            count = chance.choice((0, 0, 0, 1, 1, 3)) if offset % 7 < 5 else 0
            # Minutes after midnight: 1:30 twice on one night in autumn, 2:30 never in spring.
            minutes = sorted(chance.sample((1, 90, 95, 150, 700, 1000, 1410, 1438), count))
            for minute in minutes:
                number += 1
                name = chance.choice(("router", "cache", "cli"))
                kind = chance.choice(("feat", "fix", "docs", "feat!"))
                moment = day.astimezone(dt.UTC) + dt.timedelta(minutes=minute)
                yield f"{kind}({name}): part {number}", {f"{name}.txt": f"{number}\n"}, moment

    def _add(
        self,
        changes: list[tuple[str, dict[str, str], dt.datetime]],
        start: str | None,
        *,
        shown_from: dt.datetime | None = None,
    ) -> list[str]:
        chance = random.Random(5)  # noqa: S311
        shas = self.repo.series(changes, start)
        # One in fifteen is pushed only a day or two later, and what follows with it.
        waits = [chance.choice((0,) * 14 + (40,)) * dt.timedelta(hours=1) for _ in changes]
        shown = [date + wait for (_, _, date), wait in zip(changes, waits, strict=True)]
        for sha, (_, _, date), moment in zip(shas, changes, accumulate(shown, max), strict=True):
            at = max(moment, shown_from) if shown_from else moment
            if shown_from or at < _morning(REWRITTEN) - dt.timedelta(minutes=5):
                self.made[sha] = date
                self.pushes.append((at, sha))
        return shas

    def show(self, now: dt.datetime) -> None:
        """Let the branch stand where it stood at a moment."""
        tip = before = ""
        for moment, sha in self.pushes:
            if moment > now:
                break
            if sha and sha != self.probe:
                before = sha
            tip = sha or before
        if tip:
            (self.repo.path / "refs" / "heads" / "main").write_text(f"{tip}\n")

    @cached_property
    def order(self) -> dict[str, int]:
        """Where each commit stands on the branch as it was in the end."""
        output = self.repo.git("rev-list", "--first-parent", "refs/heads/main").decode().split()
        return {sha: number for number, sha in enumerate(output)}


def _morning(day: int, hour: int = 6) -> dt.datetime:
    return dt.datetime.combine(FIRST + day * DAY, dt.time(hour, 17), ZONE).astimezone(dt.UTC)


@dataclass
class Site:
    """A site's folder on one machine."""

    folder: Path
    remote: Path
    """Of the archive."""
    urls: dict[str, str]
    model: str | None = None

    def settings(self, *, far: bool) -> Settings:
        places = {
            SLUG: (self.urls["far"], False) if far else (self.urls["near"], True),
            BROKEN: (self.urls["second"], True),
        }
        return Settings(
            repositories=tuple(
                Repository(slug=slug, url=url, local=local)
                for slug, (url, local) in places.items()
                if url
            ),
            zone=ZONE,
            archive=self.folder / "archive",
            mirrors=self.folder / "cache" / "mirrors",
            days=3,
            jobs=1,
            timeout=20.0,
        )

    @property
    def depot(self) -> Depot:
        network = Network.of("archive", self.remote.as_uri(), 20.0, {})
        return Depot(
            self.folder / "archive",
            Branch(GitDir(self.folder / "cache" / "archive.git", "archive"), network, "archive"),
        )

    @property
    def archive(self) -> Archive:
        return Archive(self.folder / "archive")

    def collect(self, now: dt.datetime, *, far: bool = False) -> Summary:
        asking = None
        if self.model:
            model = ModelSettings(
                model="tiny",
                base_url=self.model,
                max_wait=1.0,
                timeout=5.0,
                depth=dict.fromkeys(LEVELS, "low"),
                concurrency=2,
            )
            settings = Settings((), ZONE, self.folder, self.folder / "cache" / "m", analyst=model)
            analyst = analyst_for(settings, {"OPENAI_API_KEY": KEY})
            assert analyst is not None
            asking = Asking(hurried(analyst))
        return collect(self.settings(far=far), now=now, analyst=HeuristicAnalyst(), asking=asking)

    def run(self, now: dt.datetime, *, far: bool = False) -> Outcome:
        """What one scheduled run does."""
        if not self.folder.exists():
            self.depot.pull()
        self.collect(now, far=far)
        return self.depot.push(now)

    def killed(self, now: dt.datetime, point: int, *, far: bool) -> None:
        """A run in a process of its own, which is killed at a point."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "docs").mkdir(exist_ok=True)
        settings = self.settings(far=far)
        digest: dict[str, Any] = {
            "repositories": [
                {"url": item.url, "slug": item.slug, "web": ""} for item in settings.repositories
            ],
            "timezone": ZONE.key,
            "days": 3,
            "mirrors": "cache/mirrors",
            "analyst": {
                "model": "tiny",
                "base_url": self.model,
                "max_wait": 1,
                "timeout": 5,
                "depth": dict.fromkeys(LEVELS, "low"),
            },
        }
        config = {"site_name": "x", "plugins": [{"digest": digest}]}
        (self.folder / "mkdocs.yml").write_text(json.dumps(config))
        commands = ("archive pull", "collect", "archive push")
        environ = {
            "SOURCE_DATE_EPOCH": str(int(now.timestamp())),
            "DIGEST_ARCHIVE_REMOTE": str(self.remote),
            "OPENAI_API_KEY": KEY,
        }
        status, said = processes.run(
            str(point), *commands, cwd=self.folder, env=environ, code=_KILLED_RUN
        )
        assert status == -signal.SIGKILL, said


class Model:
    """A model that says the same of the same commit, while its key is known."""

    def __init__(self) -> None:
        self.known = True
        self.refused = 0
        self.reply = by_depth()

    def __call__(self, request: Request) -> Reply:
        if not self.known:
            self.refused += 1
            return fault(401, code="invalid_api_key")
        return self.reply(request)


@dataclass
class Year:
    """What there is when the year is over."""

    history: History
    site: Site
    calm: Site
    remote: GitRepo
    model: Model
    merged: int


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("year")
    history = History(GitRepo.create(folder / "served" / "engine"))
    history.repo.allow_partial_clones()
    history.grow()
    second = GitRepo.create(folder / "second")
    second.commit("feat: all there is", {"a.py": "x = 1\n"}, date="2026-12-02T12:00:00-05:00")
    remote = GitRepo.create(folder / "archive-remote", branch="archive")
    remote.git("config", "receive.autogc", "false")
    model = Model()
    merged = 0
    with GitServer(folder / "served") as server, ChatServer(model) as chat:
        urls = {
            "near": str(history.repo.path),
            "far": server.url("engine"),
            "second": str(second.path),
        }
        site = Site(folder / "site", remote.path, dict(urls), chat.url)
        other = Site(folder / "other", remote.path, dict(urls), chat.url)
        calm = Site(folder / "calm", remote.path, {**urls, "second": ""}, chat.url)
        for day in range(DAYS):
            if day in CALM:
                model.known, server.status = True, None
                history.show(_morning(day))
                calm.collect(_morning(day))
            if day in MISSED:
                continue
            now, far = _morning(day, 20 if day in LATE else 6), day in REMOTE
            history.show(now)
            model.known = day not in KEYLESS
            server.status = 503 if day in DOWN else None
            site.urls["second"] = other.urls["second"] = str(second.path) if day >= JOINED else ""
            if day == GONE_FROM:
                second.path.rename(folder / "second-is-gone")
            if day in COLD:
                shutil.rmtree(site.folder)
            if day in KILLED:
                site.killed(now, KILLED[day], far=far)
            elif day in RACED:
                site.depot.pull()
                other.run(now + dt.timedelta(minutes=7), far=far)
                site.collect(now, far=far)
                merged += len(site.depot.push(now).merged)
            else:
                site.run(now, far=far)
        model.known, server.status = True, None
        end = _morning(DAYS)
        history.show(end)
        site.run(end)
        calm.collect(end)
    return Year(history, site, calm, remote, model, merged)


def _told(day: Day, without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A day without what depends on when it was read.

    That is the tip then, when a model was asked, and the level of an entry: its score is held
    against the others of its day that were there already, and that may be half of the day.
    """
    found = day.model_dump(mode="json", exclude={"head"})
    found["entries"] = [item for item in found["entries"] if item["commit"]["sha"] not in without]
    for entry in found["entries"]:
        entry["analysis"]["importance"]["level"] = None
    for item in [*(entry["analysis"] for entry in found["entries"]), found["overview"]]:
        if item is not None:
            item["provenance"]["made_at"] = None
    return found


def test_the_archive_is_that_of_a_year_in_which_nothing_went_wrong(year: Year) -> None:
    ours, calm = year.site.archive, year.calm.archive
    dates = calm.dates(SLUG)
    assert dates == [dates[0] + DAY * number for number in range(len(dates))], "no hole"
    assert dates[-1] == FIRST + DAYS * DAY
    assert ours.dates(SLUG) == dates
    unseen = frozenset([year.history.probe])
    different = [
        (str(theirs.date), _told(theirs, unseen), _told(mine))
        for theirs, mine in zip(calm.days(SLUG), ours.days(SLUG), strict=True)
        if _told(theirs, unseen) != _told(mine)
    ]
    assert different == []
    levels = [
        [entry.analysis.importance.level for entry in day.entries if entry.commit.sha not in unseen]
        for archive in (calm, ours)
        for day in archive.days(SLUG)
    ]
    half = len(levels) // 2
    others = sum(one != other for one, other in zip(levels[:half], levels[half:], strict=True))
    assert others <= 5, "and that is rare"


def test_what_was_never_to_be_seen_is_all_that_is_missing(year: Year) -> None:
    def entries(archive: Archive) -> dict[str, bool]:
        return {
            entry.commit.sha: entry.vanished for day in archive.days(SLUG) for entry in day.entries
        }

    ours, calm = entries(year.site.archive), entries(year.calm.archive)
    assert set(calm) - set(ours) == {year.history.probe}
    assert calm[year.history.probe], "and in the calm year it is marked"
    assert set(ours) <= set(calm)
    rewritten = {sha for sha, vanished in ours.items() if vanished}
    assert rewritten == year.history.rewritten & set(ours)
    assert rewritten, "a force push took away what had been published"


def test_each_commit_is_on_its_day(year: Year) -> None:
    """By the calendar alone, without asking git or ourselves."""
    expected: dict[dt.date, set[str]] = {}
    for sha, moment in year.history.made.items():
        expected.setdefault(moment.astimezone(ZONE).date(), set()).add(sha)
    for day in year.site.archive.days(SLUG):
        found = {entry.commit.sha for entry in day.entries}
        assert found == expected.get(day.date, set()), day.date
        if day.date < FIRST + DAYS * DAY:
            assert day.complete


def test_nothing_is_left_to_do(year: Year) -> None:
    state = year.site.archive.state(SLUG)
    assert state.failure is None
    assert state.owed == ()
    assert min(state.unsettled) >= FIRST + (DAYS - 4) * DAY
    assert year.model.refused, "there was a month without a key"
    answered = [
        entry.analysis.provenance.analyst
        for day in year.site.archive.days(SLUG)
        for entry in day.entries
    ]
    assert "model" in answered


def test_what_is_gone_for_good_is_marked(year: Year) -> None:
    state = year.site.archive.state(BROKEN)
    assert state.failure is not None
    assert state.failure.at.date() == FIRST + DAYS * DAY
    assert state.reached_at is not None
    assert state.reached_at.date() < FIRST + GONE_FROM * DAY
    assert max(year.site.archive.dates(BROKEN)) == state.reached_at.date()


def test_the_branch_is_whole_and_has_it_all(year: Year) -> None:
    year.remote.git("fsck", "--strict")
    assert year.merged, "runs did meet"
    log = year.remote.git("log", "--format=%s%n%b", "archive").decode()
    assert KEY not in log
    fresh = Site(year.site.folder.parent / "fresh", year.remote.path, year.site.urls)
    fresh.depot.pull()
    for slug in (SLUG, BROKEN):
        for mine, theirs in zip(
            fresh.archive.days(slug), year.site.archive.days(slug), strict=True
        ):
            assert mine == theirs
    assert not list(year.site.folder.glob("archive/**/*.tmp"))
