"""Batches: sent by one run, fetched by a later one, over real HTTP."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from msgspec.structs import replace
from support import processes
from support.batchserver import BatchServer
from support.chatserver import KEY, WORDS, ChatServer, Reply, Request, fault, said, sent
from support.gitrepo import GitRepo
from support.modelsite import HOUR, NOW, SLUG, World, by_depth

from digest.archive import Archive
from digest.llm.errors import REASONS
from digest.model import Batches
from digest.status import report

FULL = "2026-02-11"


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """A day with three commits, and one with one."""
    made = GitRepo.create(tmp_path / "repo")
    for hour, subject in enumerate(("feat: begin", "feat!: a router", "fix: a crash")):
        content = f"class Router{hour}:\n    pass\n"
        made.commit(subject, {"src/app/main.py": content}, date=f"{FULL}T{9 + hour:02}:00:00+08:00")
    made.commit("docs: words", {"docs/a.md": "words\n"}, date="2026-02-12T09:00:00+08:00")
    return made


@pytest.fixture
def world(tmp_path: Path, repo: GitRepo) -> World:
    return World.of(repo.path, tmp_path)


def batches(world: World) -> Batches:
    return Archive(world.settings.archive).batches(SLUG)


def test_a_batch_is_sent_then_fetched_then_the_day_is_summed_up(world: World) -> None:
    with BatchServer(by_depth()) as server:
        summary = world.collect(server, batch=True)
        assert str(summary.results[0].tally) == "0 analysed by the model, 4 waiting in a batch"
        assert server.requests == []
        assert {line["url"] for line in server.questions} == {"/v1/chat/completions"}
        assert {line["body"]["model"] for line in server.questions} == {"tiny"}
        assert len(world.state.owed) == 2
        server.finish()
        summary = world.collect(server, NOW + HOUR, batch=True)
        told = "4 analysed by the model, 1 waiting in a batch"
        assert str(summary.results[0].tally) == told, "the day as a whole"
        assert set(world.by().values()) == {"model"}
        server.finish()
        summary = world.collect(server, NOW + 2 * HOUR)
        assert str(summary.results[0].tally) == "0 analysed by the model, 1 day summed up"
        assert len(server.requests) == 5, "nothing was asked twice"
    assert world.day(FULL).overview is not None
    assert batches(world).batches == ()
    assert not list(world.settings.archive.rglob("batch.state"))
    assert world.state.owed == ()
    high = world.entries()["feat!: a router"].analysis
    assert high.provenance.model == "tiny"
    assert high.provenance.coverage.whole
    assert high.provenance.tokens is not None


def test_what_is_in_a_batch_is_not_asked_about_in_another_way(world: World, repo: GitRepo) -> None:
    with BatchServer(by_depth()) as server:
        world.collect(server, batch=True)
        repo.commit("fix: a new one", {"b.py": "x\n"}, date="2026-02-13T09:00:00+08:00")
        for batch in (False, True):
            summary = world.collect(server, NOW + HOUR, batch=batch)
            assert "4 waiting in a batch" in str(summary.results[0].tally)
        assert ["a new one" in request.text for request in server.requests] == [True]
        assert len(server.batches) == 1
        estimate = world.collect(server, NOW + HOUR, estimate=True).results[0].estimate
        assert estimate is not None
        assert estimate.calls == 0
    assert "4 questions, sent 2026-02-13" in "\n".join(report(world.settings, NOW.date()))


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_without_batches(world: World, status: int) -> None:
    with BatchServer(by_depth()) as server:
        server.faults["POST", "/files"] = fault(status)
        summary = world.collect(server, batch=True)
        told = "0 analysed by the model, 4 left for the next run (no batches)"
        assert str(summary.results[0].tally) == told
        assert batches(world).batches == ()
        world.collect(server, NOW + HOUR)
        assert set(world.by().values()) == {"model"}, "nothing is lost"


def test_a_server_with_files_but_without_batches_keeps_no_file(world: World) -> None:
    with BatchServer(by_depth()) as server:
        server.faults["POST", "/batches"] = fault(404)
        summary = world.collect(server, batch=True)
        assert "no batches" in str(summary.results[0])
        assert server.files == {}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (fault(500), "server error"),
        (fault(400), "rejected"),
        (said(None, refusal="no"), "refused"),
        (said("{}"), "invalid answer"),
        (said('{"change_type": "fix", ', finish="length"), "cut off"),
        (sent({"choices": []}), "empty answer"),
        (sent("nonsense"), "invalid body"),
    ],
)
def test_a_failure_is_a_state_and_the_next_run_heals(
    world: World, reply: Reply, reason: str
) -> None:
    def one_fails(request: Request) -> Reply:
        return reply if "Subject: fix: a crash" in request.text else by_depth()(request)

    with BatchServer(one_fails) as server:
        world.collect(server, batch=True)
        server.finish()
        world.collect(server, NOW + HOUR, batch=True)
        assert world.by()["fix: a crash"] == f"heuristic, owed: {reason}"
        assert sorted(world.by().values()).count("model") == 3
        assert len(server.batches) == 2, "it is sent once more"
    files = b"".join(path.read_bytes() for path in world.settings.archive.rglob("*.*"))
    assert not [text for text in (KEY, WORDS) if text.encode() in files]
    with BatchServer(by_depth()) as healed:
        healed.files, healed.batches = server.files, server.batches
        healed.finish()
        world.collect(healed, NOW + 2 * HOUR)
    assert set(world.by().values()) == {"model"}
    assert world.state.owed == ()


@pytest.mark.parametrize(
    ("status", "reason"),
    [("expired", "timeout"), ("cancelled", "interrupted"), ("completed", "empty answer")],
)
def test_a_batch_that_ends_half_way(world: World, status: str, reason: str) -> None:
    with BatchServer(by_depth()) as server:
        world.collect(server, batch=True)
        server.finish(status, only=2)
        summary = world.collect(server, NOW + HOUR, batch=True)
    told = sorted(world.by().values())
    assert told.count("model") == 2
    assert told.count(f"heuristic, owed: {reason}") == 2
    assert reason in str(summary.results[0].tally)


@pytest.mark.parametrize("path", ["/batches/batch_0", "/files/file-1/content"])
@pytest.mark.parametrize("status", [401, 404, 500, 429])
def test_what_cannot_be_fetched_now_is_fetched_later(world: World, path: str, status: int) -> None:
    with BatchServer(by_depth()) as server:
        world.collect(server, batch=True)
        server.finish()
        server.faults["GET", path] = fault(status)
        summary = world.collect(server, NOW + HOUR)
        assert "4 waiting in a batch" in str(summary.results[0].tally)
        assert len(server.requests) == 4
        server.faults.clear()
        world.collect(server, NOW + 2 * HOUR)
    assert set(world.by().values()) == {"model"}


def test_a_batch_that_the_server_forgot_is_asked_again_some_day(world: World) -> None:
    with BatchServer(by_depth()) as server:
        world.collect(server, batch=True)
        server.batches.clear()
        world.collect(server, NOW + 4 * 24 * HOUR)
    assert set(world.by().values()) == {"model"}


def test_killed_or_cut_off_while_sending(world: World) -> None:
    """The batch is there, but nobody noted its name."""
    with BatchServer(by_depth()) as server:
        world.collect(server, batch=True)
        archive = Archive(world.settings.archive)
        sent_once = archive.batches(SLUG)
        unnamed = replace(sent_once.batches[0], id=None)
        archive.save_batches(replace(sent_once, batches=(unnamed,)))
        server.finish()
        summary = world.collect(server, NOW + HOUR, batch=True)
        assert "4 analysed" in str(summary.results[0].tally)
        assert len(server.requests) == 4
        # One that never came to be is sent again.
        archive.save_batches(replace(sent_once, batches=(replace(unnamed, token="never came"),)))
        world.collect(server, NOW + 2 * HOUR)
    assert batches(world).batches == ()


def test_a_connection_that_breaks_while_sending(world: World) -> None:
    with BatchServer(by_depth()) as server:
        server.faults["POST", "/batches"] = Reply(200, b"{}" * 9, drops_after=3)
        summary = world.collect(server, batch=True)
        assert "4 left" in str(summary.results[0].tally)
        assert batches(world).batches[0].id is None
        server.faults.clear()
        world.collect(server, NOW + HOUR)
    assert batches(world).batches == ()
    assert set(world.by().values()) == {"model"}


def test_a_batch_costs_only_so_much(world: World) -> None:
    with BatchServer(by_depth()) as server:
        summary = world.collect(server, batch=True, max_tokens=4_000)
        assert 0 < len(server.questions) < 4
    assert "budget" in str(summary.results[0].tally)


def test_the_model_that_was_asked_is_named(world: World) -> None:
    with BatchServer(by_depth()) as server:
        world.collect(server, batch=True)
        server.finish()
        world.collect(server, NOW + HOUR, model="larger")
    models = {entry.analysis.provenance.model for entry in world.entries().values()}
    assert models == {"tiny"}


def test_a_damaged_file_is_told_and_kept(world: World) -> None:
    with BatchServer(by_depth()) as server:
        world.collect(server, batch=True)
        path = world.settings.archive / SLUG / "batch.state"
        path.write_text("{")
        summary = world.collect(server, NOW + HOUR)
        assert [error.path for error in summary.damaged] == [path]
        assert path.read_text() == "{"
        assert server.requests == []


CONFIG = """
site_name: Site
plugins:
  - digest:
      timezone: Asia/Shanghai
      days: 3
      repositories: [{{url: repo, slug: owner/name}}]
      analyst: {{model: tiny, base_url: "{url}", timeout: 5}}
"""


def test_the_command_line_says_where_there_are_none(tmp_path: Path, repo: GitRepo) -> None:
    assert repo
    (tmp_path / "docs").mkdir()
    # This one speaks of nothing but chats.
    with ChatServer(by_depth()) as chats, BatchServer(by_depth()) as server:
        server.faults["POST", "/files"] = fault(404)
        environ = {"OPENAI_API_KEY": KEY, "SOURCE_DATE_EPOCH": str(int(NOW.timestamp()))}
        (tmp_path / "mkdocs.yml").write_text(CONFIG.format(url=server.url))
        status, told = processes.run("collect", "--batch", cwd=tmp_path, env=environ)
        assert status == 0, told
        assert REASONS["no batches"] in told
        environ["OPENAI_API_KEY"] = ""
        assert processes.run("collect", "--batch", cwd=tmp_path, env=environ)[0] == 2
        assert chats.requests == []
    assert dt.date.fromisoformat(FULL) in Archive(tmp_path / "archive").dates(SLUG)
