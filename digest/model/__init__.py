"""The records: what flows from git to the page.

All of them are frozen and validated, so that what is read back from the
archive is exactly what was written.  Nothing here knows git, MkDocs or a
language model.
"""

from __future__ import annotations

from digest.model.analyses import (
    LEVELS,
    Analysis,
    Importance,
    Insight,
    Level,
    Pending,
    Provenance,
    Recommendation,
    Risk,
    Statement,
    Tokens,
)
from digest.model.base import (
    Count,
    Record,
    Sha,
    Timestamp,
)
from digest.model.commits import (
    Commit,
    Contents,
    Coverage,
    FileChange,
    FilePatch,
    Person,
    Reading,
    Repository,
    Status,
    Trailer,
    no_contents,
)
from digest.model.days import (
    SCHEMA_VERSION,
    Day,
    Entry,
    Failure,
    RepositoryState,
)
from digest.model.facts import (
    Area,
    BreakingChange,
    Category,
    DependencyChange,
    Ecosystem,
    Evidence,
    Facts,
    InterfaceChange,
    Kind,
    References,
    Revert,
    Signal,
    Symbol,
    Unread,
    What,
)

__all__ = [
    "LEVELS",
    "SCHEMA_VERSION",
    "Analysis",
    "Area",
    "BreakingChange",
    "Category",
    "Commit",
    "Contents",
    "Count",
    "Coverage",
    "Day",
    "DependencyChange",
    "Ecosystem",
    "Entry",
    "Evidence",
    "Facts",
    "Failure",
    "FileChange",
    "FilePatch",
    "Importance",
    "Insight",
    "InterfaceChange",
    "Kind",
    "Level",
    "Pending",
    "Person",
    "Provenance",
    "Reading",
    "Recommendation",
    "Record",
    "References",
    "Repository",
    "RepositoryState",
    "Revert",
    "Risk",
    "Sha",
    "Signal",
    "Statement",
    "Status",
    "Symbol",
    "Timestamp",
    "Tokens",
    "Trailer",
    "Unread",
    "What",
    "no_contents",
]
