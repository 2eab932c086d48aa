"""Questions that were sent as batches, and whose answers are fetched later."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from digest.model.base import Record, Sha, Timestamp
from digest.model.commits import Coverage


class SentQuestion(Record, frozen=True):
    """One question of a batch."""

    date: dt.date
    sha: Sha | None
    """The commit that it is about; None for the day as a whole."""
    depth: Literal["high", "medium", "low", "day"]
    prompt: str
    """Hash of the prompt."""
    coverage: Coverage


class SentBatch(Record, frozen=True):
    """One batch."""

    token: str
    """What it was named on sending, so that it is found where the answer to that was lost."""
    id: str | None
    """The server's; None while it is being sent."""
    sent_at: Timestamp
    model: str
    questions: dict[str, SentQuestion]
    """By the names that they have in the batch."""


class Batches(Record, frozen=True):
    """The batches of a repository that have not been fetched."""

    schema_version: int
    repository: str
    batches: tuple[SentBatch, ...] = ()
