"""Servers that misbehave, and those that ask for a token."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.gitrepo import GitRepo
from support.mirroring import HOUR, Site, patches, served

from digest.errors import HistoryError, UnreachableError


@pytest.fixture
def site(hourly: GitRepo, tmp_path: Path) -> Iterator[Site]:
    with served(hourly, tmp_path) as site:
        yield site


# Servers that misbehave


def test_no_fetch_uses_the_mirror_as_it_is(site: Site) -> None:
    with pytest.raises(UnreachableError, match="no mirror of it yet"):
        site.open(fetch=False)
    old = site.open()
    site.read(old)
    site.upstream.commit()
    site.server.forget()
    mirror = site.open(fetch=False)
    assert mirror.head == old.head
    assert site.server.requests == 0
    assert mirror.reached_at == old.reached_at
    with pytest.raises(UnreachableError, match="'other'"):
        site.open(fetch=False, branch="other")


def test_a_server_that_hangs_is_left_in_time(site: Site) -> None:
    old = site.open()
    site.server.hangs = True
    with pytest.raises(UnreachableError, match="no answer within"):
        site.open(timeout=0.5)
    assert site.open(fetch=False).head == old.head


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_server_that_fails(site: Site, status: int) -> None:
    site.server.status = status
    with pytest.raises(UnreachableError):
        site.open()
    assert not site.mirror_path.exists()


def test_nobody_listens(site: Site) -> None:
    with pytest.raises(UnreachableError):
        site.open(url="http://127.0.0.1:9/upstream")


def test_a_server_that_breaks_off_is_asked_again(site: Site) -> None:
    site.server.breaks_after = 1000
    with pytest.raises(UnreachableError):
        site.open()
    assert not site.mirror_path.exists()
    site.server.breaks_after = None
    mirror = site.open()
    site.server.breaks_after = 20
    with pytest.raises(UnreachableError):
        site.read(mirror)
    with pytest.raises(UnreachableError):
        site.open(300)
    site.server.breaks_after = None
    site.read(site.open())
    assert len(site.read(site.open(300), 300)) == 301


def test_a_server_without_filters_gives_everything(site: Site) -> None:
    site.server.allow_filter = False
    site.read(site.open())
    site.upstream.commits(3, every=HOUR)
    site.read(site.open())


def test_a_server_that_gives_no_single_files_gives_the_whole_window(site: Site) -> None:
    site.server.protocol_2 = False
    site.read(site.open())
    site.upstream.commits(3, every=HOUR)
    site.server.forget()
    site.read(site.open())
    assert site.server.requests <= 8


def test_a_file_that_the_server_lost_costs_only_itself(site: Site) -> None:
    lost = site.upstream.commit("feat: lost", {"lost.py": "lost\n"})
    site.upstream.commit("feat: kept", {"kept.py": "kept\n"})
    blob = site.upstream.sha(f"{lost}:lost.py")
    (site.upstream.git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    mirror = site.open()
    shas = [sha for sha, _, _ in mirror.chain()[:10]]
    mirror.prefetch(shas)
    assert b"+kept" in patches(mirror, shas[:1])
    with pytest.raises(HistoryError, match="git log failed"):
        patches(mirror, shas[1:2])


# Credentials


def test_the_right_token_opens_and_is_kept_nowhere(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = base64.b64encode(b"x-access-token:s3cret-t0ken").decode()
    site.server.token = pair
    with pytest.raises(UnreachableError):
        site.open()
    monkeypatch.setenv("DIGEST_TOKEN_127_0_0_1", "s3cret-t0ken")
    site.read(site.open())
    for path in site.mirrors.rglob("*"):
        if path.is_file():
            assert b"s3cret" not in path.read_bytes()
            assert pair.encode() not in path.read_bytes()


def test_a_refused_token_is_not_shown(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.server.token = "something else"
    monkeypatch.setenv("DIGEST_TOKEN_127_0_0_1", "s3cret-t0ken")
    with pytest.raises(UnreachableError) as caught:
        site.open()
    pair = base64.b64encode(b"x-access-token:s3cret-t0ken").decode()
    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cret" not in str(error)
        assert pair not in str(error)
        error = error.__cause__ or error.__context__
