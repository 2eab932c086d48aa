"""What is archived: entries, days, and what is known of a repository as a whole."""

from __future__ import annotations

import datetime as dt

from digest.model.analyses import Analysis, Provenance, Statement
from digest.model.base import Record, Sha, Timestamp
from digest.model.commits import Commit
from digest.model.facts import Facts

SCHEMA_VERSION = 1
"""Version of the archive's files.  A reader refuses a newer one."""


class Entry(Record, frozen=True):
    """A commit with what is known and thought of it."""

    commit: Commit
    facts: Facts
    analysis: Analysis
    vanished: bool = False
    """The commit is no longer on the branch: its history was rewritten."""


class Overview(Record, frozen=True):
    """What matters of a day as a whole, in a model's words."""

    statements: tuple[Statement, ...]
    """None where the model is still to be asked."""
    provenance: Provenance
    """Its prompt tells also what the entries said when it was written; its coverage is that of
    the entries that were told of."""


class Day(Record, frozen=True):
    """The entries of one repository on one calendar day in the site's zone."""

    schema_version: int
    repository: str
    date: dt.date
    zone: str
    """IANA name of the time zone whose midnight begins the day."""
    complete: bool
    """Whether the day was over, and wholly readable, when the repository was last read."""
    head: Sha | None
    """Tip of the branch when the day was read; None where the branch has no commit."""
    entries: tuple[Entry, ...]
    """Newest first."""
    overview: Overview | None = None
    """None where no model was asked about the day as a whole."""

    @property
    def quiet(self) -> bool:
        """Whether the day was read and nothing happened."""
        return self.complete and not self.entries


class Failure(Record, frozen=True):
    """Why the last attempt to reach a repository failed."""

    at: Timestamp
    reason: str
    """For a person; free of credentials, paths and addresses of the machine."""


class RepositoryState(Record, frozen=True):
    """What is known of a repository as a whole, beside its days."""

    schema_version: int
    repository: str
    zone: str | None = None
    """Whose midnights its days begin at; None before anything was read."""
    branch: str | None = None
    head: Sha | None = None
    reached_at: Timestamp | None = None
    """When its history was last read successfully."""
    known_since: dt.date | None = None
    """First day that a shallow history holds whole; None where it goes back to its root."""
    unsettled: tuple[dt.date, ...] = ()
    """Archived days to be read again: open ones, and those that late commits may still reach."""
    owed: tuple[dt.date, ...] = ()
    """Archived days with entries about which a language model is still to be asked."""
    failure: Failure | None = None
    """None after a success."""
