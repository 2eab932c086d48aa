"""What became of each repository in a run, and how that is told."""

from __future__ import annotations

import msgspec

from digest.errors import ArchiveError
from digest.tallies import Estimate, Tally


class Result(msgspec.Struct):
    """What became of one repository in one run."""

    slug: str
    days: int = 0
    commits: int = 0
    """Commits that were read; those that were archived already are not."""
    failure: str | None = None
    """Why it was not read; None when it was."""
    tally: Tally | None = None
    """What became of the questions to a language model; None where there were to be none."""
    estimate: Estimate | None = None
    """What they would take, where that was asked."""
    damaged: list[ArchiveError] = msgspec.field(default_factory=list)
    """Files of the archive that cannot be read or written, and were left alone."""

    def __str__(self) -> str:
        """One line for a person."""
        if self.failure is not None:
            what = "collected" if self.damaged else "reached"
            return f"{self.slug}: not {what}: {self.failure}"
        days, commits = _counted(self.days, "day"), _counted(self.commits, "new commit")
        line = f"{self.slug}: {days} read, {commits}"
        if self.tally is not None:
            line += f", {self.tally}"
        return line


class Summary(msgspec.Struct, frozen=True):
    """What became of all repositories in one run."""

    results: tuple[Result, ...]

    @property
    def reached(self) -> tuple[Result, ...]:
        """The repositories that were read."""
        return tuple(result for result in self.results if result.failure is None)

    @property
    def failed(self) -> tuple[Result, ...]:
        """The repositories that were not."""
        return tuple(result for result in self.results if result.failure is not None)

    @property
    def damaged(self) -> tuple[ArchiveError, ...]:
        """Files of the archive that cannot be read or written."""
        return tuple(error for result in self.results for error in result.damaged)

    def __str__(self) -> str:
        """One line for a person."""
        commits = sum(result.commits for result in self.results)
        line = (
            f"{len(self.reached)} of {len(self.results)} repositories reached, "
            f"{_counted(commits, 'new commit')}"
        )
        if self.failed:
            line += "; not reached: " + ", ".join(result.slug for result in self.failed)
        if self.damaged:
            line += f"; cannot be used: {_counted(len(self.damaged), 'archive file')}"
        return line


def _counted(number: int, noun: str) -> str:
    """A number of things, in English."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
