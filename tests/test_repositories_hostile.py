"""Mirrors, addresses and names that are made to do harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.gitrepo import GitRepo
from support.mirroring import Site, served

from digest.errors import RepositoryError, UnreachableError
from digest.repositories import open_mirror


@pytest.fixture
def site(hourly: GitRepo, tmp_path: Path) -> Iterator[Site]:
    with served(hourly, tmp_path) as site:
        yield site


# Mirrors from elsewhere


def test_a_poisoned_mirror_runs_nothing(site: Site, tmp_path: Path) -> None:
    site.read(site.open())
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\necho sprung >> {tmp_path}/sprung\nexit 1\n")
    trap.chmod(0o755)
    hooks = site.mirror_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "pre-auto-gc", "post-index-change"):
        (hooks / name).symlink_to(trap)
    (site.mirror_path / "config").write_text(
        f"""[core]
        repositoryFormatVersion = 1
        hooksPath = {hooks}
        sshCommand = {trap}
        fsmonitor = {trap}
        askPass = {trap}
        gitProxy = {trap}
        worktree = {tmp_path}
        alternateRefsCommand = {trap}
        [extensions]
        worktreeConfig = true
        [gpg]
        program = {trap}
        [log]
        showSignature = true
        [diff]
        external = {trap}
        [diff "x"]
        textconv = {trap}
        [credential]
        helper = {trap}
        [uploadpack]
        packObjectsHook = {trap}
        [include]
        path = {tmp_path}/more
        [remote "origin"]
        url = ext::{trap}
        uploadpack = {trap}
        vcs = {trap}
        promisor = true
        partialCloneFilter = blob:none
        [url "ext::{trap} "]
        insteadOf = http
        """
    )
    (site.mirror_path / "config.worktree").write_text(f"[gpg]\nprogram = {trap}\n")
    (site.mirror_path / "info").mkdir(exist_ok=True)
    (site.mirror_path / "info" / "attributes").write_text("* diff=x\n")
    site.upstream.raw_commit(b"signed", headers=b"gpgsig -----BEGIN PGP SIGNATURE-----\n x\n")
    site.upstream.commit("feat: after", {"after.py": "x\n"})
    site.read(site.open())
    site.read(site.open(fetch=False))
    assert not (tmp_path / "sprung").exists()
    assert not hooks.exists()


# Hostile settings


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c 'touch hacked'",
        "--upload-pack=touch hacked",
        "file:///tmp/x",
        "git://example.org/x",
        "http://example.org/x",
        "https://user:pass@example.org/x",
        "https://user@example.org/x",
        "ssh://-oProxyCommand=touch%20hacked/x",
        "ssh://-oProxyCommand@example.org/x",
        "https://example.org/x\n[core]\nhooksPath=/tmp",
        "https://[::1/x",
        "https:///x",
        "https::https://example.org/x",
    ],
)
def test_hostile_urls_are_refused(
    site: Site, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RepositoryError, match="`url`") as caught:
        site.open(url=url)
    assert not isinstance(caught.value, UnreachableError)
    assert "pass" not in caught.value.reason.replace("password", "")
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize(
    "branch",
    [
        "--upload-pack=touch hacked",
        "-x",
        "a:b",
        "a..b",
        "a b",
        "*",
        "a\nb",
        "@{-1}",
        "",
        "/",
        "x~1",
    ],
)
def test_hostile_branches_are_refused(site: Site, branch: str) -> None:
    with pytest.raises(RepositoryError, match="cannot name a branch"):
        site.open(branch=branch)
    assert site.server.requests == 0


@pytest.mark.parametrize("slug", ["../../etc", "/etc/x", "..", ""])
def test_a_slug_stays_below_the_mirrors(site: Site, slug: str) -> None:
    repository = replace(site.repository, slug=slug)
    now = site.upstream.now
    with pytest.raises(RepositoryError, match="`slug`"):
        open_mirror(repository, site.mirrors, since=now, now=now, fetch=True, timeout=5)
