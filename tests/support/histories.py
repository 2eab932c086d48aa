"""A repository read in place, commit by commit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from support.gitrepo import GitRepo

from digest.history import read
from digest.model import Commit, FileChange, Reading, Repository
from digest.repositories import Mirror, open_mirror

UTC = ZoneInfo("UTC")
NOW = dt.datetime(2026, 12, 31, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
PLENTY = 1 << 40


def mirror_of(repo: GitRepo) -> Mirror:
    """The repository as it is now, read in place."""
    repository = Repository(slug="owner/name", url=str(repo.path), local=True)
    return open_mirror(repository, repo.path.parent, since=NOW, now=NOW, fetch=False, timeout=30)


def readings(
    repo: GitRepo, *shas: str, budget: int = PLENTY, zone: ZoneInfo = UTC
) -> list[Reading]:
    """Those commits, or the whole branch, oldest first."""
    mirror = mirror_of(repo)
    wanted = list(shas) or [sha for sha, _, _ in reversed(mirror.chain())]
    return list(read(mirror, wanted, zone=zone, budget=budget))


def reading(repo: GitRepo, sha: str | None = None, *, budget: int = PLENTY) -> Reading:
    return readings(repo, sha or repo.head, budget=budget)[0]


def commit(repo: GitRepo, sha: str | None = None) -> Commit:
    return reading(repo, sha).commit


def change(repo: GitRepo) -> FileChange:
    """The one change of the last commit."""
    (only,) = commit(repo).changes
    return only


LOOKALIKE = (
    "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n+added\n-removed\n\n"
    ":100644 100644 0000000 1111111 M\tx\nBinary files a/x and b/x differ\n"
    "\\ No newline at end of file\nrename from x\ncommit 0123456789\n"
)
"""A text that looks like what git prints of patches."""


def begun(folder: Path) -> GitRepo:
    """A repository with one commit, of one file."""
    made = GitRepo.create(folder)
    made.commit("feat: begin", {"a.py": "one\ntwo\nthree\n"}, date="2026-02-01T09:00:00+08:00")
    return made
