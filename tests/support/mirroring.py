"""A remote, its server, and mirrors of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace
from support.gitrepo import GitRepo
from support.gitserver import GitServer

from digest.model import Repository
from digest.repositories import Mirror, open_mirror

HOUR = dt.timedelta(hours=1)
DIFF = ("--raw", "-p", "-M", "--diff-merges=first-parent")


@dataclass
class Site:
    """A remote of 400 hourly commits, its server, and a directory for mirrors."""

    upstream: GitRepo
    server: GitServer
    mirrors: Path

    @property
    def repository(self) -> Repository:
        return Repository(slug="owner/name", url=self.server.url("upstream"))

    @property
    def mirror_path(self) -> Path:
        return self.mirrors / "owner" / "name.git"

    def open(
        self,
        hours: float = 24,
        *,
        fetch: bool = True,
        timeout: float = 20,
        branch: str | None = None,
        url: str | None = None,
    ) -> Mirror:
        return open_mirror(
            replace(self.repository, branch=branch, url=url or self.repository.url),
            self.mirrors,
            since=self.upstream.now - hours * HOUR,
            now=self.upstream.now,
            fetch=fetch,
            timeout=timeout,
        )

    def read(self, mirror: Mirror, hours: float = 24) -> list[str]:
        """Fetch and read the window; the patches must be those of the upstream."""
        since = (self.upstream.now - hours * HOUR).timestamp()
        shas = [sha for sha, when, _ in mirror.chain() if when >= since]
        mirror.prefetch(shas)
        requests = self.server.requests
        assert patches(mirror, shas) == self.upstream_patches(shas)
        assert self.server.requests == requests, "git log made requests of its own"
        return shas

    def upstream_patches(self, shas: list[str]) -> bytes:
        local = Repository(slug="local/upstream", url=str(self.upstream.path), local=True)
        now = self.upstream.now
        mirror = open_mirror(local, self.mirrors, since=now, now=now, fetch=False, timeout=5)
        return patches(mirror, shas)


def patches(mirror: Mirror, shas: list[str]) -> bytes:
    command = ("log", "--no-walk=unsorted", "--stdin", *DIFF, "--format=%H %aN")
    with mirror.git.stream(*command, stdin="\n".join(shas).encode()) as stdout:
        return stdout.read()


def hourly(folder: Path) -> GitRepo:
    """A repository of 200 files and 400 hourly commits."""
    repo = GitRepo.create(folder)
    files = {f"src/file{index}.py": f"value = {index}\n" * 50 for index in range(200)}
    repo.commit("feat: begin", files | {".mailmap": "Countess <ada@example.org>\n"})
    repo.commits(400, every=HOUR)
    return repo


@contextmanager
def served(history: GitRepo, folder: Path) -> Iterator[Site]:
    """A copy of that repository behind a server."""
    upstream = history.clone(folder / "served" / "upstream")
    with GitServer(folder / "served") as server:
        yield Site(upstream, server, folder / "mirrors")
