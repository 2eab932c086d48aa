"""Repository → mirror, the cheapest way, with real git and a real server."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.gitrepo import GitRepo, Submodule
from support.mirroring import HOUR, Site, patches, served

from digest import fetching
from digest.errors import RepositoryError, UnreachableError


@pytest.fixture
def site(hourly: GitRepo, tmp_path: Path) -> Iterator[Site]:
    with served(hourly, tmp_path) as site:
        yield site


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


def test_locks_of_a_killed_run_are_removed(site: Site) -> None:
    site.read(site.open())
    site.upstream.commit()
    for name in ("config.lock", "shallow.lock", "packed-refs.lock", "HEAD.lock",
                 "refs/heads/main.lock", "objects/pack/tmp_pack_x",
                 "objects/pack/.tmp-1-pack-x.idx"):  # fmt: skip
        (site.mirror_path / name).touch()
    half = site.mirror_path.with_name("name.git.new")
    half.mkdir()
    (half / "HEAD").touch()
    packs = len(list(site.mirror_path.glob("objects/pack/*.pack")))
    assert site.open().head == site.upstream.head
    assert len(list(site.mirror_path.glob("objects/pack/*.pack"))) == packs + 1, "made anew"
    assert not [*site.mirror_path.glob("objects/pack/.tmp-*")]
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
