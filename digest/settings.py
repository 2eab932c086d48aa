"""What a site is set up to do, checked and resolved; where it came from does not matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from digest.model import Level, Repository

Collecting = Literal["always", "auto", "never"]
DEPTHS: Mapping[Level, Level] = {"high": "high", "medium": "medium", "low": "low"}
"""How deep an analysis goes, by importance."""


class ModelSettings(msgspec.Struct, frozen=True):
    """Which language model is asked about commits, and how much of it."""

    model: str
    """Its name, as the server knows it."""
    base_url: str | None = None
    """Address of the server; None for the environment's, or else OpenAI's own."""
    concurrency: int = 4
    """Questions at the same time."""
    timeout: float = 120.0
    """Seconds for one answer."""
    max_wait: float = 120.0
    """Seconds that a run waits for a server which asks for patience."""
    max_tokens: int | None = None
    """Of one run, questions and answers together; None for any number."""
    max_cost: float | None = None
    """Of one run, in the currency of the prices."""
    prices: tuple[float, float] | None = None
    """Of a million tokens of questions, and of answers."""
    depth: Mapping[Level, Level] = msgspec.field(default_factory=lambda: dict(DEPTHS))
    """How much is asked about commits of each level; a level that is missing is left to the
    heuristic analyst."""
    language: str | None = None
    """BCP 47 code of the language to answer in; None for the site's."""
    prompt: Path | None = None
    """A template of instructions to use instead of ours."""
    diff_budget: int = 12_000
    """Tokens of a diff that are sent."""


class Settings(msgspec.Struct, frozen=True):
    """The settings of one site."""

    repositories: tuple[Repository, ...]
    zone: ZoneInfo
    """Whose midnight begins a day, and in which all times are shown."""
    archive: Path
    mirrors: Path
    since: dt.date | None = None
    """First day wanted; None for the last ``days`` days."""
    days: int = 7
    """Days wanted when there is no ``since``, today among them."""
    settle: int = 3
    """Days after a day in which late commits are still looked for."""
    details_days: int | None = None
    """Days, the newest among them, whose pages have all details; None for all."""
    cache: Path | None = None
    """Folder of what builds keep for one another; None where each starts anew."""
    collect: Collecting = "auto"
    languages: tuple[str, ...] = ("en",)
    """Languages of what we write, of ``en`` and ``zh``; the first is the site's main one."""
    names: Mapping[str, str] = msgspec.field(default_factory=dict)
    """The site's name in further languages, where it has another one there."""
    descriptions: Mapping[str, str] = msgspec.field(default_factory=dict)
    """What the site is, in further languages."""
    patch_budget: int = 2_000_000
    """Bytes of patch that are read of one commit."""
    timeout: float = 600.0
    """Seconds that one git command may use the network."""
    jobs: int = 4
    """Repositories that are collected at the same time."""
    analyst: ModelSettings | None = None
    """The language model; None for the heuristic analyst alone."""

    @property
    def language(self) -> str:
        """The site's main language."""
        return self.languages[0]

    def first_day(self, today: dt.date) -> dt.date:
        """The first day wanted, as long as the archive reaches no further back."""
        return self.since or today - dt.timedelta(days=self.days - 1)
