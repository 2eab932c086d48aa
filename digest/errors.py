"""What can go wrong, as types.

::

    DigestError                 the base: its text is meant for a person
    ├── ConfigError             a setting is missing, misspelt or unusable
    ├── RepositoryError         a repository cannot be used as it is configured
    │   ├── UnreachableError    it could not be reached this time; try again
    │   └── HistoryError        git could not read what the mirror should hold
    └── ArchiveError            an archive file is damaged or newer than we are

    StoppedError                no error of anything: the run is to end

Each message names the file or setting and the way out.  Errors carry what a
program needs as attributes, so that nobody has to read the text to decide.
"""

from __future__ import annotations

from pathlib import Path


class DigestError(Exception):
    """Something that a person can put right; printed without a traceback."""


class ConfigError(DigestError):
    """A setting is missing, misspelt or unusable."""


class RepositoryError(DigestError):
    """A repository cannot be used as it is configured.

    Arguments:
        slug: which repository.
        reason: what is wrong and what to do, free of credentials.
    """

    def __init__(self, slug: str, reason: str) -> None:
        super().__init__(f"{slug}: {reason}")
        self.slug = slug
        self.reason = reason


class UnreachableError(RepositoryError):
    """A repository could not be reached this time; the next run tries again."""


class HistoryError(RepositoryError):
    """git could not read commits that the mirror should hold."""


class StoppedError(Exception):
    """The run is to end; what is archived stays, and the next one does the rest.

    No :class:`DigestError`, so that nobody tries another way, or notes a failure.
    """


class ArchiveError(DigestError):
    """An archive file is damaged, or written by a newer version.

    Arguments:
        path: the file, which is left as it is.
        reason: what is wrong with it.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
