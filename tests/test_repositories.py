"""Repository → mirror, with real git and a real server."""

from __future__ import annotations

import base64
import datetime as dt
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.gitrepo import GitRepo, Submodule
from support.gitserver import GitServer

from digest import fetching
from digest.errors import HistoryError, RepositoryError, UnreachableError
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
            self.repository.model_copy(
                update={"branch": branch, "url": url or self.repository.url}
            ),
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


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> GitRepo:
    repo = GitRepo.create(tmp_path_factory.mktemp("history") / "upstream")
    files = {f"src/file{index}.py": f"value = {index}\n" * 50 for index in range(200)}
    repo.commit("feat: begin", files | {".mailmap": "Countess <ada@example.org>\n"})
    repo.commits(400, every=HOUR)
    return repo


@pytest.fixture
def site(history: GitRepo, tmp_path: Path) -> Iterator[Site]:
    upstream = history.clone(tmp_path / "served" / "upstream")
    with GitServer(tmp_path / "served") as server:
        yield Site(upstream, server, tmp_path / "mirrors")


def local(path: Path, branch: str | None = None) -> Mirror:
    repository = Repository(slug="owner/local", url=str(path), local=True, branch=branch)
    now = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    return open_mirror(
        repository, path.parent / "mirrors", since=now, now=now, fetch=True, timeout=5
    )


# The cheapest way


def test_a_first_run_fetches_little(site: Site) -> None:
    mirror = site.open()
    assert mirror.branch == "main"
    assert mirror.head == site.upstream.head
    assert len(site.read(mirror)) == 25
    assert site.server.requests <= 8
    assert len(mirror.chain()) < 200
    assert mirror.chain()[-1][0] in mirror.boundary
    assert "Countess" in patches(mirror, [mirror.head]).decode()


def test_nothing_new_costs_two_requests(site: Site) -> None:
    site.read(site.open())
    site.server.forget()
    site.read(site.open())
    assert site.server.requests == 2


def test_an_update_fetches_what_is_new(site: Site) -> None:
    site.read(site.open())
    first = site.server.bytes
    site.upstream.commits(10, every=HOUR)
    with site.upstream.on("topic", site.upstream.sha("main~300")):
        site.upstream.commit("fix: from long ago", {"old.py": "x\n"})
    merge = site.upstream.merge("topic")
    site.server.forget()
    mirror = site.open()
    assert merge in site.read(mirror)
    assert mirror.chain()[0][2] == site.upstream.sha("main~1")
    assert site.server.requests <= 8
    assert site.server.bytes < 1.5 * first
    assert len(mirror.chain()) < 250


def test_a_wider_window_deepens_and_stays_deep(site: Site) -> None:
    site.read(site.open())
    deep = site.open(300)
    assert len(site.read(deep, 300)) == 301
    site.upstream.commit()
    assert len(site.open(24).chain()) >= len(deep.chain())


def test_a_window_before_the_root_gives_a_whole_history(site: Site) -> None:
    mirror = site.open(10_000)
    assert len(mirror.chain()) == 401
    assert mirror.chain()[-1][2] == ""
    assert mirror.chain()[-1][0] not in mirror.boundary
    site.read(mirror, 10_000)


def test_wrong_clocks_hide_nothing(site: Site) -> None:
    begin = site.upstream.now
    for index in range(10):
        site.upstream.commit("fix: slow clock", date=begin - dt.timedelta(days=400 + index))
    site.upstream.commit("fix: right again", date=begin + HOUR)
    site.upstream.commits(30, every=dt.timedelta(minutes=1))
    assert len(site.read(site.open(100), 100)) == 30 + 1 + 99


def test_submodules_are_no_files(site: Site) -> None:
    site.upstream.commit("chore: bump", {"sub": Submodule("1" * 40)})
    assert len(site.read(site.open(2), 2)) >= 1


def test_many_packs_become_few(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_MANY_PACKS", 4)
    counts = []
    for _ in range(4):
        site.upstream.commit("feat: more", {"x.py": str(site.upstream.now)})
        site.read(site.open(1), 1)
        counts.append(len(list(site.mirror_path.glob("objects/pack/*.pack"))))
    assert max(counts) <= 6
    assert counts != sorted(counts)
    site.read(site.open(24), 24)


# Branches


def test_a_force_push_is_followed(site: Site) -> None:
    site.read(site.open())
    site.upstream.reset("main~20")
    site.upstream.commit("feat: another way", {"b.py": "b\n"})
    mirror = site.open(48)
    assert mirror.head == site.upstream.head
    assert len(site.read(mirror, 48)) == 29


def test_the_default_branch_may_change(site: Site) -> None:
    site.read(site.open())
    with site.upstream.on("next"):
        tip = site.upstream.commit("feat: next", {"n.py": "n\n"})
    site.upstream.default_branch("next")
    mirror = site.open()
    assert (mirror.branch, mirror.head) == ("next", tip)
    site.read(mirror)
    assert site.open(fetch=False).branch == "next"


def test_a_configured_branch_is_followed(site: Site) -> None:
    with site.upstream.on("release/1.0", site.upstream.sha("main~5")):
        tip = site.upstream.commit("fix: backport")
    mirror = site.open(branch="release/1.0")
    assert (mirror.branch, mirror.head) == ("release/1.0", tip)


def test_a_missing_branch_is_named(site: Site) -> None:
    with pytest.raises(RepositoryError, match="no branch 'nowhere'") as caught:
        site.open(branch="nowhere")
    assert not isinstance(caught.value, UnreachableError)


def test_an_empty_repository_has_no_commit_until_it_has_one(site: Site) -> None:
    empty = GitRepo.create(site.server.root / "empty")
    url = site.server.url("empty")
    mirror = site.open(url=url)
    assert (mirror.head, len(mirror.chain())) == (None, 0)
    mirror.prefetch([])
    empty.commits(200, every=HOUR)
    mirror = site.open(url=url)
    assert mirror.head == empty.head
    assert mirror.boundary


def test_a_detached_head_has_no_branch(site: Site) -> None:
    site.upstream.git("update-ref", "--no-deref", "HEAD", site.upstream.sha("main~3"))
    mirror = site.open()
    assert (mirror.branch, mirror.head) == (None, site.upstream.sha("main~3"))
    assert site.open(fetch=False).head == mirror.head


def test_sha256(site: Site) -> None:
    other = GitRepo.create(site.server.root / "other", object_format="sha256")
    other.commits(60, every=HOUR)
    mirror = site.open(url=site.server.url("other"))
    assert mirror.head == other.head
    mirror.prefetch([other.head])
    assert b"counter.txt" in patches(mirror, [other.head])


# Mirrors from elsewhere


@pytest.mark.parametrize("options", [(), ("--filter=blob:none",), ("--filter=tree:0",)])
def test_a_clone_put_there_is_used(site: Site, options: tuple[str, ...]) -> None:
    site.upstream.allow_partial_clones()
    site.mirror_path.parent.mkdir(parents=True)
    site.upstream.clone(site.mirror_path, "--bare", *options)
    site.read(site.open())
    site.upstream.commits(5, every=HOUR)
    site.server.forget()
    mirror = site.open()
    assert not mirror.boundary
    assert len(mirror.chain()) == 406
    site.read(mirror)
    assert site.server.requests <= 8
    site.read(mirror, 100)


def test_a_mirror_that_is_damaged_is_made_anew(site: Site) -> None:
    site.read(site.open())
    for pack in site.mirror_path.glob("objects/pack/*"):
        pack.unlink()
    site.read(site.open())
    (site.mirror_path / "HEAD").unlink()
    site.read(site.open())
    (site.mirror_path / "config").write_text("[[[")
    site.read(site.open())


def test_what_is_no_mirror_is_left_alone(site: Site) -> None:
    site.mirror_path.mkdir(parents=True)
    (site.mirror_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RepositoryError, match="no mirror"):
        site.open()
    assert (site.mirror_path / "thesis.txt").read_text() == "years of work"


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


def test_locks_of_a_killed_run_are_removed(site: Site) -> None:
    site.read(site.open())
    site.upstream.commit()
    for name in ("config.lock", "shallow.lock", "packed-refs.lock", "HEAD.lock",
                 "refs/heads/main.lock", "objects/pack/tmp_pack_x"):  # fmt: skip
        (site.mirror_path / name).touch()
    half = site.mirror_path.with_name("name.git.new")
    half.mkdir()
    (half / "HEAD").touch()
    packs = len(list(site.mirror_path.glob("objects/pack/*.pack")))
    assert site.open().head == site.upstream.head
    assert len(list(site.mirror_path.glob("objects/pack/*.pack"))) == packs + 1, "made anew"
    assert not half.exists()


def test_two_runs_at_once(site: Site) -> None:
    site.server.latency = 0.05
    shas = site.upstream.git("rev-list", "--max-count=25", "main").decode().split()
    expected = site.upstream_patches(shas)

    def run() -> bytes:
        mirror = site.open()
        mirror.prefetch(shas)
        return patches(mirror, shas)

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(run) for _ in range(4)]
        assert {run.result() for run in runs} == {expected}
    assert site.server.requests <= 8 + 3 * 2


def test_a_run_that_is_killed_does_not_harm_the_next(site: Site) -> None:
    site.server.latency = 0.02
    killed = (
        "import datetime as dt, pathlib, sys; from digest.model import Repository;"
        "from digest.repositories import open_mirror;"
        "now = dt.datetime.fromisoformat(sys.argv[3]); url = sys.argv[1];"
        "mirror = open_mirror(Repository(slug='owner/name', url=url), pathlib.Path(sys.argv[2]),"
        "since=now - dt.timedelta(hours=24), now=now, fetch=True, timeout=20);"
        "mirror.prefetch([sha for sha, _, _ in mirror.chain()[:25]])"
    )
    for index in range(8):
        now = site.upstream.now.isoformat()
        command = [sys.executable, "-c", killed, site.repository.url, str(site.mirrors), now]
        begun = site.server.requests
        with subprocess.Popen(command) as run:
            # A little later each time, measured in requests and not in seconds.
            while site.server.requests <= begun + index and run.poll() is None:
                time.sleep(0.002)
            run.kill()
        if index % 3 == 2:
            site.upstream.commits(2, every=HOUR)
        mirror = site.open()
        shas = [sha for sha, _, _ in mirror.chain()[:25]]
        mirror.prefetch(shas)
        # What a killed run started may still be asking: requests say nothing here.
        assert patches(mirror, shas) == site.upstream_patches(shas)
    site.read(site.open())
    left = [path.name for path in site.mirror_path.parent.iterdir()]
    assert sorted(left) == ["name.git", "name.lock"]


def test_another_run_is_waited_for_only_so_long(site: Site) -> None:
    site.mirror_path.parent.mkdir(parents=True)
    hold = (
        "import filelock, sys; lock = filelock.FileLock(sys.argv[1]); lock.acquire();"
        "print('held', flush=True); sys.stdin.read()"
    )
    lock = str(site.mirror_path.with_suffix(".lock"))
    with subprocess.Popen(
        [sys.executable, "-c", hold, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(UnreachableError, match="another run"):
            site.open(timeout=0.3)
        other.communicate()
    assert site.open().head == site.upstream.head


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
    repository = site.repository.model_copy(update={"slug": slug})
    now = site.upstream.now
    with pytest.raises(RepositoryError, match="`slug`"):
        open_mirror(repository, site.mirrors, since=now, now=now, fetch=True, timeout=5)


# Local repositories


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
