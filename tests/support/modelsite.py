"""A site whose model is the server of a test."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace
from support.chatserver import KEY, ChatServer, Reply, Request, answer, said
from support.hurry import hurried

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive
from digest.collect import collect
from digest.llm.analyst import ModelAnalyst, analyst_for
from digest.model import Day, Entry, Repository
from digest.owing import Asking
from digest.results import Summary
from digest.settings import ModelSettings, Settings
from digest.site import Site

SLUG = "owner/name"
NOW = dt.datetime.fromisoformat("2026-02-13T12:00:00+08:00")
HOUR = dt.timedelta(hours=1)


STATEMENTS = (
    "The router of the pool now keeps its queue when a worker starts again.",
    "Operators have to look at the documents about the crash.",
)
"""What an overview says, where a test does not say otherwise."""


@dataclass
class World:
    """A site whose model is the server of a test."""

    settings: Settings

    @classmethod
    def of(cls, repository: Path, folder: Path) -> World:
        """A site that follows one repository, with its archive in a folder."""
        return cls(
            Settings(
                repositories=(Repository(slug=SLUG, url=str(repository), local=True),),
                zone=ZoneInfo("Asia/Shanghai"),
                archive=folder / "archive",
                mirrors=folder / "cache" / "mirrors",
                days=3,
            )
        )

    def analyst(self, server: ChatServer, **more: Any) -> ModelAnalyst:
        options = {"model": "tiny", "concurrency": 2, "timeout": 5, "max_wait": 1} | more
        model = ModelSettings(base_url=server.url, **options)
        found = analyst_for(replace(self.settings, analyst=model), {"OPENAI_API_KEY": KEY})
        assert found is not None
        return hurried(found)

    def collect(
        self, server: ChatServer | None = None, now: dt.datetime = NOW, **more: Any
    ) -> Summary:
        ways = {
            key: more.pop(key) for key in ("retry", "renew", "estimate", "batch") if key in more
        }
        asking = Asking(self.analyst(server, **more), **ways) if server else None
        return collect(self.settings, now=now, analyst=HeuristicAnalyst(), asking=asking)

    def entries(self) -> dict[str, Entry]:
        archive = Archive(self.settings.archive)
        return {entry.commit.subject: entry for day in archive.days(SLUG) for entry in day.entries}

    def by(self) -> dict[str, str]:
        """Who wrote each entry, and why it is still owed."""
        told = {}
        for subject, entry in self.entries().items():
            provenance = entry.analysis.provenance
            told[subject.split(" (")[0]] = provenance.analyst + (
                f", owed: {provenance.pending.reason}" if provenance.pending else ""
            )
        return told

    def day(self, date: str) -> Day:
        """An archived day."""
        found = Archive(self.settings.archive).load(SLUG, dt.date.fromisoformat(date))
        assert found is not None
        return found

    def page(self, path: str) -> str:
        """A page of the site."""
        pages = {page.path: page.content for page in Site(self.settings, "Site").pages()}
        return pages[path]

    @property
    def state(self) -> Any:
        return Archive(self.settings.archive).state(SLUG)


def by_depth(*, statements: Sequence[str] = STATEMENTS, **more: Any) -> Callable[[Request], Reply]:
    """Answers as deep as each question asks for."""

    def reply(request: Request) -> Reply:
        # The schema stands in the question too, whatever form is asked for.
        wanted = set(
            json.loads(request.body["messages"][0]["content"].splitlines()[-1])["properties"]
        )
        if "statements" in wanted:
            return said({"statements": list(statements)})
        depth = "high" if "risks" in wanted else "medium" if "impact" in wanted else "low"
        return said(answer(depth, **more))

    return reply
