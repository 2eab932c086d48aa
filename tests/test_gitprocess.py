"""The border to git, with real processes."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path

import pytest
from support.gitrepo import GitRepo
from support.gitserver import GitServer

from digest import gitprocess
from digest.errors import DigestError, HistoryError, RepositoryError, UnreachableError
from digest.gitprocess import GitDir, OverdueError
from digest.network import Network, redact


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo.create(tmp_path / "repo")
    repo.commit("feat: begin", {"a.txt": "one\n"})
    repo.commit("feat: go on", {"a.txt": "two\n" * 50_000})
    return repo


@pytest.fixture
def git(repo: GitRepo) -> GitDir:
    return GitDir(repo.git_dir, "owner/name")


def test_run_gives_the_whole_output_and_feeds_input(git: GitDir, repo: GitRepo) -> None:
    assert git.run("rev-parse", "HEAD").decode().strip() == repo.head
    lines = f"{repo.head}\n".encode() * 20_000
    assert git.run("cat-file", "--batch-check", stdin=lines).count(b" commit ") == 20_000


def test_failure_names_command_and_repository_but_no_path(git: GitDir, tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"owner/name: git log failed with status 128") as caught:
        git.run("log", "no-such-branch")
    assert str(tmp_path) not in str(caught.value)


def test_stream_is_read_in_chunks(git: GitDir) -> None:
    with git.stream("log", "-p", "HEAD") as stdout:
        read = b"".join(iter(lambda: stdout.read(1000), b""))
    assert read.count(b"\n+two") == 50_000


def test_stream_may_be_left_early(git: GitDir) -> None:
    with git.stream("log", "-p", "HEAD") as stdout:
        assert stdout.read(6) == b"commit"


def test_stream_lets_the_readers_error_through(git: GitDir) -> None:
    with pytest.raises(KeyError), git.stream("log", "-p", "HEAD"):
        raise KeyError


def test_stream_that_dies_after_good_output_is_an_error(git: GitDir, repo: GitRepo) -> None:
    blob = repo.sha("HEAD~1:a.txt")
    (repo.git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    read = b""
    with pytest.raises(HistoryError, match="git log failed"), git.stream("log", "-p") as stdout:
        read = stdout.read()
    assert read.startswith(b"commit")


def test_stream_whose_reader_stumbles_tells_why_git_died(git: GitDir) -> None:
    def read() -> None:
        with git.stream("log", "none") as stdout:
            stdout.read()
            raise HistoryError("owner/name", "truncated")

    with pytest.raises(HistoryError, match="git log failed"):
        read()


def test_much_on_stderr_and_stdin_does_not_deadlock(git: GitDir) -> None:
    lines = b"HEAD:nothing\n" * 10_000
    with git.stream("cat-file", "--batch-check", stdin=lines) as stdout:
        assert stdout.read().count(b"missing") == 10_000


def test_surroundings_do_not_redirect(
    git: GitDir, repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = GitRepo.create(tmp_path / "other", bare=False)
    other.commit("fix: elsewhere", {"b.txt": "b\n", ".mailmap": "Eve <ada@example.org>\n"})
    (other.path / ".mailmap").write_text("Eve <ada@example.org>\n")
    monkeypatch.setenv("GIT_DIR", str(other.git_dir))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.git_dir / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.git_dir / "objects"))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.abbrev'='7'")
    monkeypatch.setenv("GIT_NAMESPACE", "elsewhere")
    monkeypatch.chdir(other.path)
    assert git.run("log", "-1", "--format=%h %aN").decode() == f"{repo.head} Ada Lovelace\n"


def test_user_configuration_is_not_read(
    git: GitDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitconfig").write_text("[alias]\n x = log\n[core]\n abbrev = 8\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert len(git.run("log", "-1", "--format=%h").strip()) == 40
    with pytest.raises(HistoryError):
        git.run("x")


def test_reading_cannot_reach_the_network(git: GitDir, tmp_path: Path) -> None:
    with GitServer(tmp_path) as server:
        with pytest.raises(HistoryError):
            git.run("ls-remote", server.url("repo"))
        assert server.requests == 0


@pytest.mark.parametrize(
    "url", ["ext::sh -c 'touch hacked'", "file:///tmp", "git://127.0.0.1/x", "--upload-pack=x"]
)
def test_network_allows_one_protocol(
    git: GitDir, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnreachableError):
        git.run("ls-remote", "--", url, network=Network("https://127.0.0.1/x", 5))
    assert not (tmp_path / "hacked").exists()


def test_a_server_that_hangs_is_left_in_time(git: GitDir, tmp_path: Path) -> None:
    with GitServer(tmp_path, hangs=True) as server:
        begin = time.monotonic()
        with pytest.raises(OverdueError, match=r"no answer within 0\.5 seconds"):
            git.run("ls-remote", server.url("repo"), network=Network(server.url("repo"), 0.5))
        assert time.monotonic() - begin < 3


def test_a_local_command_that_takes_too_long_is_ended(git: GitDir, tmp_path: Path) -> None:
    # An alias of the shell stands for any command with children of its own.
    with pytest.raises(HistoryError, match=r"took more than 0\.2 seconds"):
        git.run("-c", "alias.nap=!sleep 30; :", "nap", timeout=0.2)


def test_token_is_sent_to_its_host_only_and_shown_nowhere(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    repo.commit()
    encoded = base64.b64encode(b"x-access-token:s3cret").decode()
    environ = {"DIGEST_TOKEN_127_0_0_1": "s3cret\n", "GITHUB_TOKEN": "other"}
    with GitServer(tmp_path, token=encoded) as server:
        network = Network.of("a/b", server.url("repo"), 5, environ)
        assert "s3cret" not in repr(network)
        assert encoded not in repr(network)
        git = GitDir(repo.git_dir, "a/b")
        assert repo.head.encode() in git.run("ls-remote", network.url, network=network)
        assert f"Basic {encoded}" in server.authorizations
        server.forget()
        with pytest.raises(UnreachableError) as caught:
            git.run("ls-remote", network.url, network=network.anonymous())
        assert set(server.authorizations) == {None}
        assert "s3cret" not in str(caught.value)


def test_a_token_follows_no_redirect(tmp_path: Path) -> None:
    repo = GitRepo.create(tmp_path / "repo")
    repo.commit()
    git = GitDir(repo.git_dir, "a/b")
    environ = {"DIGEST_TOKEN_127_0_0_1": "s3cret"}
    with GitServer(tmp_path) as target, GitServer(tmp_path, redirect=target.origin) as server:
        network = Network.of("a/b", server.url("repo"), 5, environ)
        with pytest.raises(UnreachableError):
            git.run("ls-remote", network.url, network=network)
        assert target.requests == 0
        git.run("ls-remote", network.url, network=network.anonymous())
        assert target.requests
        assert set(target.authorizations) == {None}


def test_tokens_are_found_by_host() -> None:
    def header(url: str, **environ: str) -> str | None:
        return Network.of("a/b", url, 5, environ).authorization

    assert header("https://github.com/a/b", GITHUB_TOKEN="t")
    assert header("https://git.example.org:8443/a/b", DIGEST_TOKEN_GIT_EXAMPLE_ORG="t")
    assert header("https://gitlab.com/a/b", GITHUB_TOKEN="t") is None
    assert header("ssh://git@github.com/a/b", GITHUB_TOKEN="t") is None
    assert header("https://github.com.evil.example/a/b", GITHUB_TOKEN="t") is None
    with pytest.raises(RepositoryError, match="GITHUB_TOKEN") as caught:
        header("https://github.com/a/b", GITHUB_TOKEN="s3\r\nX: y")
    assert "s3" not in str(caught.value)


def test_settings_of_the_environment_are_kept_beside_the_token() -> None:
    network = Network.of("a/b", "https://github.com/a/b", 5, {"GITHUB_TOKEN": "t"})
    variables = network.environment({"GIT_CONFIG_COUNT": "2", "GIT_SSH_COMMAND": "ssh -x"})
    assert variables["GIT_CONFIG_COUNT"] == "3"
    assert variables["GIT_CONFIG_KEY_2"] == "http.https://github.com/.extraHeader"
    assert "GIT_SSH_COMMAND" not in variables
    assert "BatchMode" in network.environment({})["GIT_SSH_COMMAND"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unable to access 'https://me:s3cret@h/x': no", "unable to access 'https://h/x': no"),
        ("not a repository: '/home/me/mirrors/x.git'", "not a repository: '…'"),
        ("cannot create /home/me/x.lock: full", "cannot create … full"),
        ("token s3cret refused", "token … refused"),
        ("bell \x07 and \x1b[31m", "bell   and  [31m"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_redaction(text: str, expected: str) -> None:
    assert redact(text, ("s3cret",)) == expected


def test_no_git_is_an_error_that_says_what_to_do(
    git: GitDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    gitprocess._check_version.cache_clear()
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(DigestError, match="install git"):
        git.run("version")


def test_an_old_git_is_an_error_that_says_what_is_needed(
    git: GitDir, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.25.1\n")
    old.chmod(0o755)
    gitprocess._check_version.cache_clear()
    monkeypatch.setenv("PATH", f"{old.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(DigestError, match=r"git 2\.32 or newer is needed"):
        git.run("version")
