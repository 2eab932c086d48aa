"""Local repositories, read in place."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.gitrepo import GitRepo
from support.mirroring import HOUR, Site, patches, served

from digest.errors import HistoryError, RepositoryError
from digest.model import Repository
from digest.repositories import Mirror, open_mirror


@pytest.fixture
def site(hourly: GitRepo, tmp_path: Path) -> Iterator[Site]:
    with served(hourly, tmp_path) as site:
        yield site


def local(path: Path, branch: str | None = None) -> Mirror:
    repository = Repository(slug="owner/local", url=str(path), local=True, branch=branch)
    now = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    return open_mirror(
        repository, path.parent / "mirrors", since=now, now=now, fetch=True, timeout=5
    )


def snapshot(path: Path) -> dict[str, tuple[int, int]]:
    return {
        str(child): (child.stat().st_mtime_ns, child.stat().st_size)
        for child in [path, *path.rglob("*")]
    }


@pytest.mark.parametrize("bare", [True, False])
def test_a_local_repository_is_read_in_place(tmp_path: Path, bare: bool) -> None:
    repo = GitRepo.create(tmp_path / "repo", bare=bare)
    repo.commit("feat: begin", {"a.py": "a\n"}, date="2026-02-13T09:00:00+08:00")
    repo.commit("feat: go on", {"a.py": "b\n", ".mailmap": "Countess <ada@example.org>\n"})
    before = snapshot(tmp_path)
    mirror = local(repo.path)
    mirror.prefetch([repo.head])
    assert (mirror.branch, mirror.head) == ("main", repo.head)
    assert mirror.chain()[1] == (repo.sha("HEAD~1"), 1_770_944_400, "")
    assert b"Countess" in patches(mirror, [repo.head])
    assert mirror.boundary == frozenset()
    assert snapshot(tmp_path) == before


def test_the_mailmap_is_that_of_the_branch(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo", bare=False)
    repo.commit("feat: begin", {".mailmap": "Wrong <ada@example.org>\n"})
    with repo.on("other"):
        tip = repo.commit("feat: on", {".mailmap": "Right <ada@example.org>\n"})
    assert b"Right" in patches(local(repo.path, "other"), [tip])


def test_a_work_tree_elsewhere(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo", bare=False)
    repo.commit("feat: begin", {"a.py": "a\n"})
    repo.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    with repo.on("side"):
        tip = repo.commit("feat: aside")
    mirror = local(tmp_path / "side")
    assert (mirror.branch, mirror.head) == ("side", tip)


def test_a_shallow_local_repository_keeps_its_boundary(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    repo.commits(10, every=HOUR)
    mirror = local(repo.clone(tmp_path / "shallow", "--depth=3", "--no-checkout").path)
    assert len(mirror.chain()) == 3
    assert mirror.boundary == {repo.sha("HEAD~2")}
    assert mirror.chain()[-1][2] == ""


def test_a_detached_local_head(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    first = repo.commit()
    repo.commit()
    repo.git("update-ref", "--no-deref", "HEAD", first)
    mirror = local(repo.path)
    assert (mirror.branch, mirror.head) == (None, first)


def test_an_empty_local_repository(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    assert local(repo.path).head is None
    assert local(repo.path, "main").chain() == ()


def test_a_partial_local_clone_fetches_nothing(site: Site, tmp_path: Path) -> None:
    partial = tmp_path / "partial"
    url = site.server.url("upstream")
    command = ["git", "clone", "-q", "--bare", "--filter=blob:none", url, str(partial)]
    subprocess.run(command, check=True)
    site.server.forget()
    mirror = local(partial)
    mirror.prefetch([site.upstream.head])
    with pytest.raises(HistoryError, match="partial or damaged clone"):
        patches(mirror, [site.upstream.head])
    assert site.server.requests == 0


def test_what_is_no_local_repository_is_told(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "pointer").mkdir()
    (tmp_path / "pointer" / ".git").write_text("nonsense")
    repo = GitRepo.create(tmp_path / "repo")
    repo.commit()
    for path, branch in (("none", None), ("plain", None), ("pointer", None), ("repo", "nowhere")):
        with pytest.raises(RepositoryError, match=r"`url`|`branch`") as caught:
            local(tmp_path / path, branch)
        assert str(tmp_path) not in caught.value.reason
