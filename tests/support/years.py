"""A repository that grows for a year, the site that follows it, and the model that it asks."""

from __future__ import annotations

import datetime as dt
import json
import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from support import processes
from support.chatserver import KEY, Reply, Request, fault
from support.gitrepo import GitRepo
from support.hurry import hurried
from support.modelsite import by_depth

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive
from digest.branches import Branch
from digest.collect import collect
from digest.gitprocess import GitDir
from digest.llm.analyst import analyst_for
from digest.model import LEVELS, Repository
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
PROBED = 62
"""The evening of the day before, a commit is pushed; the evening after, it is taken back."""
REWRITTEN = 200
"""A force push replaces the last commits."""

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
        rewritten = morning(REWRITTEN)
        old = [item for item in plan if item[2] < rewritten]
        shas = self._add(old, None)
        # The probe is seen for a day, in the week in which nobody sees anything.
        evening = morning(PROBED) - dt.timedelta(hours=9)
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
            if shown_from or at < morning(REWRITTEN) - dt.timedelta(minutes=5):
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


def morning(day: int, hour: int = 6) -> dt.datetime:
    """When a run starts on a day of the year."""
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
