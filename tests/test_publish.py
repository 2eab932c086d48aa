"""The archive on its branch: pulled, merged, pushed, whatever else happens there meanwhile."""

from __future__ import annotations

import base64
import datetime as dt
import json
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from support import archives
from support.gitrepo import GitRepo
from support.gitserver import GitServer

from digest.__main__ import main
from digest.archive import Archive, serialise
from digest.branches import Branch, BranchError
from digest.gitprocess import GitDir
from digest.merging import merged_day, merged_state, place
from digest.model import SCHEMA_VERSION, Failure, Pending, RepositoryState
from digest.network import Network
from digest.publishing import Depot, PublishError

NOW = dt.datetime.fromisoformat("2026-02-14T06:17:00+00:00")
FIRST = archives.FIRST
NEXT = FIRST + dt.timedelta(days=1)
SLUG = archives.ENGINE
TOKEN = "ghs_0123456789abcdefghijklmnopqrstuvwxyz"


class Machine:
    """A folder with an archive, and what is cached beside it, on some machine."""

    def __init__(self, folder: Path, url: str, environ: dict[str, str] | None = None) -> None:
        network = Network.of("archive", url, 20.0, environ or {})
        branch = Branch(GitDir(folder / "cache" / "archive.git", "archive"), network, "archive")
        self.depot = Depot(folder / "archive", branch)
        self.archive = Archive(folder / "archive")

    def collects(
        self, *subjects: str, date: dt.date = FIRST, slug: str = SLUG, hour: int = 6
    ) -> None:
        """What a run does: archive a day, and note when the repository was reached."""
        old = self.archive.load(slug, date)
        entries = [archives.entry(subject) for subject in subjects]
        self.archive.save(archives.day(date, [*entries, *(old.entries if old else ())], slug))
        state = self.archive.state(slug)
        reached = NOW.replace(hour=hour)
        self.archive.save_state(replace(state, reached_at=reached, zone="UTC"))

    def subjects(self, date: dt.date = FIRST, slug: str = SLUG) -> list[str]:
        day = self.archive.load(slug, date)
        return [entry.commit.subject for entry in day.entries] if day else []


@pytest.fixture
def remote(tmp_path: Path) -> GitRepo:
    repo = GitRepo.create(tmp_path / "remote")
    repo.commit("docs: the site's own branch", {"mkdocs.yml": "site_name: x\n"})
    return repo


def machine(folder: Path, remote: GitRepo) -> Machine:
    return Machine(folder, remote.path.as_uri())


def files(remote: GitRepo) -> set[str]:
    return set(remote.git("ls-tree", "-r", "--name-only", "archive").decode().split())


def test_the_first_push_makes_a_branch_of_its_own(tmp_path: Path, remote: GitRepo) -> None:
    here = machine(tmp_path / "here", remote)
    assert here.depot.pull().tip is None
    assert not here.depot.push(NOW).pushed
    here.collects("feat: one")
    main = remote.sha("refs/heads/main")
    outcome = here.depot.push(NOW)
    days = {f"{SLUG}/2026/{FIRST}.json", f"{SLUG}/repository.state"}
    assert files(remote) == {*days, "README.md"} == {*outcome.pushed}
    assert remote.sha("refs/heads/archive") == outcome.tip
    assert remote.git("rev-list", "--count", "archive") == b"1\n", "an orphan branch"
    assert remote.sha("refs/heads/main") == main
    assert not here.depot.push(NOW).pushed, "nothing has changed since"


def test_a_commit_says_what_it_holds(tmp_path: Path, remote: GitRepo) -> None:
    here = machine(tmp_path / "here", remote)

    def pushed() -> str:
        assert here.depot.push(NOW).pushed
        return remote.git("log", "-1", "--format=%s", "archive").decode().strip()

    here.collects("feat: one")
    assert pushed() == f"data: 1 file of a day, 1 repository, newest {FIRST}"
    state = here.archive.state(SLUG)
    here.archive.save_state(replace(state, reached_at=NOW.replace(hour=9)))
    assert pushed() == "data: 1 repository"
    for slug in (SLUG, "acme/router"):
        here.collects("feat: two", date=NEXT, slug=slug)
    assert pushed() == f"data: 2 files of days, 2 repositories, newest {NEXT}"


def test_another_machine_goes_on_from_there(tmp_path: Path, remote: GitRepo) -> None:
    first, second = machine(tmp_path / "first", remote), machine(tmp_path / "second", remote)
    first.collects("feat: one")
    first.depot.push(NOW)
    second.depot.pull()
    assert second.subjects() == ["feat: one"]
    second.collects("feat: two", date=NEXT)
    outcome = second.depot.push(NOW)
    assert len(outcome.pushed) == 1, "the state is the same"
    assert remote.git("rev-list", "--count", "archive") == b"2\n"
    assert first.depot.pull().taken == [f"{SLUG}/2026/{NEXT}.json"]
    assert first.subjects(NEXT) == ["feat: two"]


def test_a_lost_cache_is_fetched_again(tmp_path: Path, remote: GitRepo) -> None:
    here = machine(tmp_path / "here", remote)
    here.collects("feat: one")
    here.depot.push(NOW)
    for name in ("HEAD", "config"):
        (here.depot.branch.git.path / name).unlink()
    here.collects("feat: two")
    assert here.depot.push(NOW).pushed
    assert not here.depot.pull().taken


def test_what_a_killed_run_left_is_no_obstacle(tmp_path: Path, remote: GitRepo) -> None:
    here = machine(tmp_path / "here", remote)
    here.collects("feat: one")
    here.depot.push(NOW)
    for name in ("config.new", "config.new.lock", "config.lock", "shallow.lock", "HEAD.lock"):
        (here.depot.branch.git.path / name).write_text("left")
    here.collects("feat: two")
    assert here.depot.push(NOW).pushed


def test_two_runs_that_read_other_repositories_do_not_meet(tmp_path: Path, remote: GitRepo) -> None:
    first, second = machine(tmp_path / "first", remote), machine(tmp_path / "second", remote)
    for each in (first, second):
        each.depot.pull()
    first.collects("feat: one")
    second.collects("feat: two", slug="acme/router")
    first.depot.push(NOW)
    outcome = second.depot.push(NOW)
    assert outcome.taken
    assert not outcome.merged
    assert {path.split("/")[1] for path in files(remote) if "/" in path} == {"engine", "router"}


@pytest.mark.parametrize("later", ["first", "second"])
def test_two_runs_that_read_the_same_day_lose_nothing(
    tmp_path: Path, remote: GitRepo, later: str
) -> None:
    first, second = machine(tmp_path / "first", remote), machine(tmp_path / "second", remote)
    first.collects("feat: before", hour=4)
    first.depot.push(NOW)
    second.depot.pull()
    first.collects("feat: only the first", hour=7 if later == "first" else 5)
    second.collects("feat: only the second", hour=7 if later == "second" else 5)
    first.depot.push(NOW)
    outcome = second.depot.push(NOW)
    assert outcome.merged == [f"{SLUG}/2026/{FIRST}.json", f"{SLUG}/repository.state"]
    first.depot.pull()
    for each in (first, second):
        assert sorted(each.subjects()) == [
            "feat: before",
            "feat: only the first",
            "feat: only the second",
        ]
        state = each.archive.state(SLUG)
        assert state.reached_at == NOW.replace(hour=7)
        assert state.unsettled == (FIRST,), "the next run looks what is true"
    assert not first.depot.push(NOW).pushed
    assert not second.depot.push(NOW).pushed


def test_days_that_the_branch_lost_are_put_back(tmp_path: Path, remote: GitRepo) -> None:
    """Somebody emptied or rewound the branch: what a machine still has goes there again."""
    here = machine(tmp_path / "here", remote)
    here.collects("feat: one")
    first = here.depot.push(NOW).tip
    assert first
    here.collects("feat: two", date=NEXT)
    here.depot.push(NOW)
    with remote.on("archive"):
        remote.reset(first)
    assert here.depot.push(NOW).pushed == [f"{SLUG}/2026/{NEXT}.json"]
    remote.git("update-ref", "-d", "refs/heads/archive")
    assert len(here.depot.push(NOW).pushed) == 4
    with remote.on("archive"):
        remote.commit("chore: rewrite", {"acme": None, "notes.txt": "mine\n"}, parents=())
    assert len(here.depot.push(NOW).pushed) == 3
    assert "notes.txt" in files(remote), "what is not ours stays"
    assert here.subjects() == ["feat: one"]


def test_what_somebody_mended_by_hand_is_taken_over(tmp_path: Path, remote: GitRepo) -> None:
    here = machine(tmp_path / "here", remote)
    here.collects("feat: one")
    here.depot.push(NOW)
    mended = serialise(archives.day(FIRST, [archives.entry("feat: mended")]))
    with remote.on("archive"):
        remote.commit("fix: by hand", {f"{SLUG}/2026/{FIRST}.json": mended})
    here.depot.pull()
    assert here.subjects() == ["feat: mended"]


def test_a_damaged_file_is_not_pushed(tmp_path: Path, remote: GitRepo) -> None:
    here = machine(tmp_path / "here", remote)
    here.collects("feat: one")
    here.depot.push(NOW)
    here.archive.day_file(SLUG, FIRST).write_bytes(b"{")
    here.collects("feat: two", date=NEXT)
    outcome = here.depot.push(NOW)
    assert outcome.damaged == [f"{SLUG}/2026/{FIRST}.json"]
    assert outcome.pushed == [f"{SLUG}/2026/{NEXT}.json"]


def test_names_on_a_branch_lead_nowhere_else(tmp_path: Path, remote: GitRepo) -> None:
    day = serialise(archives.day(FIRST, []))
    outside = tmp_path / "here" / "outside"
    with remote.on("archive", remote.head):
        remote.commit("chore: odd", {f"{SLUG}/2026/{FIRST}.json": day, "x/../y.state": None})
        blob = remote.git("hash-object", "-w", "--stdin", stdin=day).decode().strip()
        inner = f"100644 blob {blob}\trepository.state\n"
        tree = remote.git("mktree", stdin=inner.encode()).decode().strip()
        for number, name in enumerate(("..", ".git")):
            line = f"40000 {name}\0".encode() + bytes.fromhex(tree)
            odd = remote.git(
                "hash-object", "-t", "tree", "--literally", "-w", "--stdin", stdin=line
            )
            remote.raw_commit(b"chore: %d" % number, tree=odd.decode().strip())
    here = machine(tmp_path / "here", remote)
    here.depot.pull()
    assert not outside.exists()
    assert {path.name for path in (tmp_path / "here").iterdir()} == {"cache", "archive"}


@pytest.mark.parametrize(
    "path",
    [
        "../x/repository.state",
        "a/../repository.state",
        "/etc/repository.state",
        "a//2026/2026-02-13.json",
        "a/2025/2026-02-13.json",
        "a/2026/2026-02-31.json",
        ".git/repository.state",
        "a./repository.state",
        "a/b/hooks/post-receive",
        "a/2026/2026-02-13.json\n",
        "a\\b/repository.state",
        "repository.state",
    ],
)
def test_what_is_no_file_of_an_archive(path: str) -> None:
    assert place(path) is None


def test_an_answer_that_was_paid_for_wins() -> None:
    asked = archives.entry("feat: one")
    owed = replace(
        asked.analysis.provenance, pending=Pending(reason="not asked", since=NOW, attempts=0)
    )
    answered = replace(asked.analysis.provenance, prompt="x", model="tiny")
    versions = [
        serialise(
            archives.day(
                FIRST,
                [replace(asked, analysis=_by(asked.analysis, provenance))],
            )
        )
        for provenance in (owed, answered)
    ]
    for later in (True, False):
        for ours, theirs in (versions, versions[::-1]):
            assert merged_day(ours, theirs, ours_later=later) == versions[1]


def _by(analysis: object, provenance: object) -> object:
    return replace(analysis, provenance=provenance)  # type: ignore[attr-defined]


def test_of_two_states_the_later_one_stands() -> None:
    def state(hour: int, failed: int | None = None) -> bytes:
        return serialise(
            RepositoryState(
                schema_version=SCHEMA_VERSION,
                repository=SLUG,
                zone="UTC",
                reached_at=NOW.replace(hour=hour),
                unsettled=(FIRST,),
                failure=Failure(at=NOW.replace(hour=failed), reason="down") if failed else None,
            )
        )

    early, late, failed = state(3), state(5), state(3, failed=4)
    assert merged_state(early, late, ()) == late == merged_state(late, early, ())
    assert merged_state(failed, late, ()) == late, "it was reached after that"
    assert merged_state(failed, early, ()) == failed == merged_state(early, failed, ())
    assert merged_state(b"{", late, ()) == late == merged_state(late, b"{", ())


def test_what_a_later_program_wrote_is_not_replaced() -> None:
    ours = serialise(archives.day(FIRST, [archives.entry("feat: one")]))
    later = ours.replace(b'"schema_version": %d' % SCHEMA_VERSION, b'"schema_version": 999')
    assert later != ours
    for one, other in ((ours, later), (later, ours), (b"{", later), (later, b"{")):
        assert merged_day(one, other, ours_later=True) == later


def test_a_part_goes_through_a_folder(tmp_path: Path, remote: GitRepo) -> None:
    """A job without leave to write hands on what it collected; another one commits it."""
    first = machine(tmp_path / "first", remote)
    first.collects("feat: one", hour=4)
    first.depot.push(NOW)
    parts = []
    for number, slug in enumerate((SLUG, "acme/router")):
        part = machine(tmp_path / f"part{number}", remote)
        part.depot.pull()
        part.collects("feat: two", slug=slug)
        assert len(part.depot.export(tmp_path / f"out{number}")) == 2
        parts.append(tmp_path / f"out{number}")
    last = machine(tmp_path / "last", remote)
    last.depot.pull()
    last.collects("feat: meanwhile", hour=5)
    for part in parts:
        last.depot.absorb(part)
    assert len(last.depot.push(NOW).pushed) == 4
    assert remote.git("rev-list", "--count", "archive") == b"2\n", "one commit for all parts"
    assert sorted(last.subjects()) == ["feat: meanwhile", "feat: one", "feat: two"]


def test_a_part_may_be_wrong(tmp_path: Path, remote: GitRepo) -> None:
    here = machine(tmp_path / "here", remote)
    for content in ("{", "[]", '{"files": {"../x": null}, "gone": {}}', '{"files": 1}'):
        (tmp_path / "part").mkdir(exist_ok=True)
        (tmp_path / "part" / "base.json").write_text(content)
        with pytest.raises(PublishError, match=r"base\.json"):
            here.depot.absorb(tmp_path / "part")
    with pytest.raises(PublishError, match="not empty"):
        here.depot.export(tmp_path / "part")


def test_over_http_with_a_token_that_nobody_sees(
    tmp_path: Path, remote: GitRepo, capfd: pytest.CaptureFixture[str]
) -> None:
    pair = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    with GitServer(tmp_path, token=pair, takes_pushes=True) as server:
        environ = {"DIGEST_TOKEN_127_0_0_1": TOKEN}
        here = Machine(tmp_path / "here", server.url("remote"), environ)
        here.collects("feat: one")
        assert here.depot.push(NOW).pushed
        stranger = Machine(tmp_path / "stranger", server.url("remote"))
        with pytest.raises(BranchError, match="cannot be fetched"):
            stranger.depot.pull()
        server.takes_pushes = False
        here.collects("feat: two")
        with pytest.raises(BranchError, match="leave to write") as caught:
            here.depot.push(NOW)
        server.status = 503
        with pytest.raises(BranchError, match="cannot be fetched"):
            here.depot.pull()
    said = str(caught.value) + "".join(capfd.readouterr())
    assert TOKEN not in said
    assert pair not in said
    kept = b"".join(path.read_bytes() for path in (tmp_path / "here").rglob("*") if path.is_file())
    assert TOKEN.encode() not in kept
    assert pair.encode() not in kept


def test_many_runs_at_the_same_time(tmp_path: Path, remote: GitRepo) -> None:
    """Eight machines push to one branch at once: each gets through, in some order."""
    machines = [machine(tmp_path / f"m{number}", remote) for number in range(8)]
    for number, each in enumerate(machines):
        each.collects(f"feat: {number}", slug=f"acme/r{number}")
        each.collects(f"feat: shared {number}")
    failed: list[BaseException] = []

    def push(each: Machine) -> None:
        try:
            each.depot.push(NOW)
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=push, args=(each,)) for each in machines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert remote.git("rev-list", "--count", "archive") == b"8\n"
    last = machine(tmp_path / "last", remote)
    last.depot.pull()
    assert sorted(last.subjects()) == [f"feat: shared {number}" for number in range(8)]
    for number in range(8):
        assert last.subjects(slug=f"acme/r{number}") == [f"feat: {number}"]
    remote.git("fsck", "--strict")


def test_the_commands(tmp_path: Path, remote: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the workflow runs them."""
    site = tmp_path / "site"
    (site / "docs").mkdir(parents=True)
    source = GitRepo.create(tmp_path / "engine")
    source.commit("feat: one", {"a.py": "x = 1\n"}, date="2026-02-13T09:00:00+00:00")
    plugins = [{"digest": {"repositories": [{"url": "../engine"}], "days": 2}}]
    (site / "mkdocs.yml").write_text(json.dumps({"site_name": "x", "plugins": plugins}))
    monkeypatch.chdir(site)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOW.timestamp())))
    monkeypatch.setenv("DIGEST_ARCHIVE_REMOTE", "../remote")

    def run(*command: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, command)
        assert done.exit_code == code, done.output
        return done.output

    assert "there is no branch" in run("archive", "pull")
    run("collect", "--shard", "1/1", "--report", "parts/part-1/report.json")
    assert "3 files in" in run("archive", "export", "parts/part-1/archive")
    run("archive", "push", "--from", "parts")
    assert f"engine/2026/{FIRST}.json" in files(remote)
    assert "0 files pushed" in run("archive", "push")
    assert "| <code>engine</code> | 2 | 1 |" in run("report", "parts", "--parts", "[1]")
    assert "is no address" in run("archive", "pull", "--remote", "-x", code=1)
    assert "not the name" in run("archive", "pull", "--branch", "a..b", code=1)
