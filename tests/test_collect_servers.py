"""Servers that fail, hang, break off or refuse, and mirrors of each kind."""

from __future__ import annotations

import base64
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.collecting import HOUR, SLUG, at, begun, contents, local, site_of
from support.gitrepo import GitRepo, Person
from support.gitserver import GitServer

from digest.model import Repository


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    return begun(tmp_path / "repo")


@pytest.fixture
def served(repo: GitRepo, tmp_path: Path) -> Iterator[GitServer]:
    repo.clone(tmp_path / "served" / "name")
    with GitServer(tmp_path / "served") as server:
        yield server


def remote(server: GitServer, name: str = "name", slug: str = SLUG) -> Repository:
    return Repository(slug=slug, url=server.url(name))


def test_a_day_that_was_not_reached_is_not_a_quiet_day(served: GitServer, tmp_path: Path) -> None:
    site = site_of(tmp_path, remote(served))
    site.collect("02-13T12:00")
    served.status = 503
    summary = site.collect("02-15T12:00")
    assert [outcome.slug for outcome in summary.failed] == [SLUG]
    assert site.days()[-1] == "02-13"
    state = site.state()
    assert state.reached_at == at("02-13T12:00")
    assert state.failure is not None
    assert state.failure.at == at("02-15T12:00")
    served.status = None
    site.collect("02-16T12:00")
    assert site.state().failure is None
    assert site.days()[-3:] == ["02-14", "02-15", "02-16"]


def test_without_fetching_no_day_is_known_that_was_not_reached(
    served: GitServer, tmp_path: Path
) -> None:
    site = site_of(tmp_path, remote(served))
    site.collect("02-13T12:00")
    served.forget()
    assert not site.collect("02-15T12:00", fetch=False).failed
    assert served.requests == 0
    assert site.days()[-1] == "02-13"
    assert site.state().reached_at == at("02-13T12:00")


def test_a_server_that_hangs_or_is_down_harms_nobody_else(
    served: GitServer, repo: GitRepo, tmp_path: Path
) -> None:
    with GitServer(tmp_path / "served") as hanging:
        hanging.hangs = True
        down = Repository(slug="a/down", url="http://127.0.0.1:9/down")
        site = site_of(
            tmp_path,
            down,
            remote(hanging, slug="b/hanging"),
            remote(served),
            local(repo, "d/local"),
            Repository(slug="e/nowhere", url=str(tmp_path / "nowhere"), local=True),
            timeout=1.0,
        )
        begun = time.monotonic()
        summary = site.collect()
        assert time.monotonic() - begun < 10
    assert {outcome.slug for outcome in summary.reached} == {SLUG, "d/local"}
    assert site.subjects("02-11") == site.subjects("02-11", "d/local") == ["feat: two", "feat: one"]
    assert "not reached: a/down, b/hanging, e/nowhere" in str(summary)
    for slug in ("a/down", "b/hanging", "e/nowhere"):
        assert site.archive.dates(slug) == []
        failure = site.state(slug).failure
        assert failure is not None
        assert str(tmp_path) not in failure.reason


def test_a_server_that_breaks_off_loses_nothing(served: GitServer, tmp_path: Path) -> None:
    site = site_of(tmp_path, remote(served))
    served.breaks_after = 100
    assert site.collect().failed
    assert site.days() == []
    served.breaks_after = None
    assert not site.collect().failed
    assert site.subjects("02-11") == ["feat: two", "feat: one"]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_token_is_written_nowhere(
    served: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accepted: bool
) -> None:
    pair = base64.b64encode(b"x-access-token:s3cret-t0ken").decode()
    monkeypatch.setenv("DIGEST_TOKEN_127_0_0_1", "s3cret-t0ken")
    served.token = pair if accepted else "something else"
    site = site_of(tmp_path, remote(served))
    summary = site.collect()
    assert bool(summary.failed) is not accepted
    assert f"Basic {pair}" in served.authorizations
    written = contents(tmp_path / "archive") | contents(tmp_path / "mirrors")
    for secret in (b"s3cret", pair.encode()):
        assert not [name for name, data in written.items() if secret in data]
        assert secret.decode() not in str(summary)
        assert not [out for out in summary.results if secret.decode() in str(out.failure)]


def test_full_shallow_and_treeless_mirrors_give_the_same_archive(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "served" / "name")
    files = {f"src/file{number}.py": f"{number}\n" for number in range(20)}
    mailmap = {".mailmap": "Ada, Countess of Lovelace <ada@example.org>\n"}
    repo.commit("feat: begin", files | mailmap, date="2026-01-20T10:00:00+08:00")
    repo.commits(400, every=HOUR, path="src/file1.py")
    with repo.on("topic"):
        repo.commit("fix: beside", {"src/file2.py": "x\n", "moved.py": "3\n", "src/file3.py": None})
    repo.commit("fix: straight", {"src/file4.py": "x\n"}, author=Person("Grace", "g@example.org"))
    repo.merge("topic")
    now = repo.now + HOUR
    made = {}
    with GitServer(tmp_path / "served") as server:
        for kind, options in {
            "shallow": (),
            "full": ("--bare",),
            "treeless": ("--bare", "--filter=tree:0"),
            "blobless": ("--bare", "--filter=blob:none", "--depth=60"),
        }.items():
            site = site_of(tmp_path / kind, remote(server), days=4)
            mirror = tmp_path / kind / "mirrors" / "owner" / "name.git"
            if options:
                mirror.parent.mkdir(parents=True)
                command = ["git", "clone", "-q", *options, server.url("name"), str(mirror)]
                subprocess.run(command, check=True)
            assert not site.collect(now).failed
            assert (mirror / "shallow").exists() == (kind in ("shallow", "blobless"))
            made[kind] = site.files()
    direct = site_of(tmp_path / "direct", local(repo), days=4)
    direct.collect(now)
    assert len(made["full"]) == 5
    assert sum(data.count(b'"sha"') for data in made["full"].values()) > 70
    assert b"Countess" in b"".join(made["full"].values())
    for kind, files_made in made.items():
        assert files_made == made["full"], kind
    assert direct.files() == made["full"]


def test_without_fetching_nobody_knows_what_came_after_the_last_fetch(tmp_path: Path) -> None:
    """Not even where a clock that is wrong puts the tip into the future."""
    (tmp_path / "served").mkdir()
    repo = GitRepo.create(tmp_path / "served" / "repo.git", bare=True)
    repo.commit("feat: begin", date="2026-02-08T10:00:00+08:00")
    repo.commit("feat: tomorrow", date="2026-04-01T10:00:00+08:00")
    with GitServer(tmp_path / "served") as server:
        site = site_of(tmp_path, Repository(slug=SLUG, url=server.url("repo.git")))
        site.collect("02-10T12:00")
    site.collect("02-13T12:00", fetch=False)
    assert site.state().reached_at == at("02-10T12:00")
    assert site.days() == ["02-06", "02-07", "02-08", "02-09", "02-10"]
