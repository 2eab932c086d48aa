"""What a site is set up to do, checked and resolved; where it came from does not matter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from digest.model import Repository

Collecting = Literal["always", "auto", "never"]


@dataclass(frozen=True, slots=True)
class Settings:
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
    collect: Collecting = "auto"
    language: str = "en"
    """Language of what we write: ``en`` or ``zh``."""
    patch_budget: int = 2_000_000
    """Bytes of patch that are read of one commit."""
    timeout: float = 600.0
    """Seconds that one git command may use the network."""
    jobs: int = 4
    """Repositories that are collected at the same time."""

    def first_day(self, today: dt.date) -> dt.date:
        """The first day wanted, as long as the archive reaches no further back."""
        return self.since or today - dt.timedelta(days=self.days - 1)
