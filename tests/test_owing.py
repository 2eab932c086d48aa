"""The whole road with a language model: what is asked, what is kept, what the next run does."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.chatserver import KEY, WORDS, ChatServer, Reply, Request, answer, fault, said
from support.gitrepo import GitRepo
from support.modelsite import HOUR, NOW, SLUG, World, by_depth
from support.processes import Command, run

from digest.archive import Archive
from digest.config import load
from digest.llm.analyst import analyst_for
from digest.model import Level, Repository
from digest.owing import ATTEMPTS, Asking, Debts
from digest.settings import ModelSettings
from digest.site import Site
from digest.status import report


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    """Two days with a breaking change, a fix and a document."""
    made = GitRepo.create(tmp_path / "repo")
    made.commit("feat: begin", {"src/app/main.py": "x = 1\n"}, date="2026-02-11T09:00:00+08:00")
    made.commit(
        "feat!: another router (#7)",
        {"src/app/router.py": "class Router:\n    def route(self, a, b):\n        return a\n"},
        date="2026-02-12T10:00:00+08:00",
    )
    made.commit("fix: a crash", {"src/app/main.py": "x = 2\n"}, date="2026-02-13T09:00:00+08:00")
    made.commit("docs: words", {"docs/a.md": "words\n"}, date="2026-02-13T10:00:00+08:00")
    return made


@pytest.fixture
def world(tmp_path: Path, repo: GitRepo) -> World:
    return World.of(repo.path, tmp_path)


def at_the_edge(world: World, repo: GitRepo, folder: Path, *, commits: int) -> World:
    """The same archive over a shallow clone of so many commits."""
    depth = ("--depth", str(commits))
    subprocess.run(
        ["git", "clone", "-q", "--bare", *depth, f"file://{repo.path}", str(folder)], check=True
    )
    shallow = Repository(slug=SLUG, url=str(folder), local=True)
    return World(replace(world.settings, repositories=(shallow,)))


def test_each_commit_is_asked_about_once_at_its_depth(world: World) -> None:
    with ChatServer(by_depth()) as server:
        summary = world.collect(server)
        assert str(summary.results[0].tally) == "4 analysed by the model"
        assert len(server.requests) == 4
        assert set(world.by().values()) == {"model"}
        for entry in world.entries().values():
            analysis, level = entry.analysis, entry.analysis.importance.level
            assert analysis.provenance.model == "tiny"
            assert analysis.provenance.made_at is not None
            assert analysis.provenance.tokens is not None
            assert bool(analysis.risks) is (level == "high")
            assert bool(analysis.impact) is (level != "low")
            assert analysis.importance.reasons, "the level and its reasons stay ours"
        assert world.state.owed == ()
        # The same again costs nothing.
        world.collect(server, NOW + HOUR)
        assert len(server.requests) == 4


def test_the_most_important_first_and_of_these_the_oldest(world: World) -> None:
    with ChatServer(by_depth()) as server:
        world.collect(server, concurrency=1)
        asked = [request.text for request in server.requests]
    levels = {
        subject: entry.analysis.importance.level for subject, entry in world.entries().items()
    }
    order: tuple[Level, ...] = ("high", "medium", "low")
    ranks = [
        order.index(next(level for subject, level in levels.items() if subject in text))
        for text in asked
    ]
    assert ranks == sorted(ranks)
    assert {ranks[0], ranks[-1]} == {0, 2}


def test_a_level_may_be_left_to_the_heuristic_analyst(world: World) -> None:
    with ChatServer(by_depth()) as server:
        world.collect(server, depth={"high": "high"})
        assert len(server.requests) == 1
    assert world.by()["feat!: another router"] == "model"
    assert world.by()["docs: words"] == "heuristic"


FAULTS: dict[str, tuple[Reply | Callable[[Request], Reply], str]] = {
    "500": (fault(500), "server error"),
    "429 for ten minutes": (fault(429, retry_after="600"), "rate limit"),
    "refusal": (said(None, refusal="no"), "refused"),
    "malformed": (Reply(body=b"{not json"), "invalid body"),
    "wrong schema": (said({"summary": 3}), "invalid answer"),
    "cut off": (said(answer("low"), finish="length"), "cut off"),
    "dropped": (replace(said(answer("low")), drops_after=20), "connection"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_goes_wrong_is_a_state_and_the_next_run_heals_it(world: World, name: str) -> None:
    script, reason = FAULTS[name]
    with ChatServer(script) as server:
        summary = world.collect(server)
    assert not summary.failed
    assert {who.partition(",")[0] for who in world.by().values()} == {"heuristic"}
    assert all(", owed: " in who for who in world.by().values())
    assert any(who.endswith(reason) for who in world.by().values()), world.by()
    assert world.state.owed
    pages = "".join(page.content for page in Site(world.settings, "Site").pages())
    files = b"".join(path.read_bytes() for path in world.settings.archive.rglob("*.*"))
    for secret in (KEY, WORDS, "127.0.0.1"):
        assert secret not in pages
        assert secret.encode() not in files
    with ChatServer(by_depth()) as server:
        world.collect(server, NOW + HOUR)
    assert set(world.by().values()) == {"model"}
    assert world.state.owed == ()


@pytest.mark.parametrize(
    ("status", "reason"), [(401, "key"), (403, "permission"), (404, "address")]
)
def test_a_wrong_key_or_model_stops_asking_at_once(world: World, status: int, reason: str) -> None:
    with ChatServer(fault(status)) as server:
        summary = world.collect(server)
        assert len(server.requests) <= 2, "no more than were under way"
    assert reason in str(summary.results[0])
    assert len(world.by()) == 4, "the archive is whole"


def test_a_quota_that_ends_half_way_keeps_what_was_answered(world: World) -> None:
    gone = fault(429, code="insufficient_quota")
    with ChatServer(by_depth(), by_depth(), gone) as server:
        world.collect(server)
    assert sorted(world.by().values()).count("model") == 2
    with ChatServer(by_depth()) as server:
        world.collect(server, NOW + HOUR)
        assert len(server.requests) == 2, "only what is missing"


def test_a_run_may_cost_only_so_much(world: World) -> None:
    with ChatServer(by_depth()) as server:
        summary = world.collect(server, max_tokens=6_000)
        assert 0 < len(server.requests) < 4
    tally = summary.results[0].tally
    assert tally is not None
    assert tally.left > 0
    assert "budget" in str(tally)


def test_what_fails_too_often_waits_for_somebody_to_say_so(world: World) -> None:
    with ChatServer(said(None, refusal="no")) as server:
        for run in range(ATTEMPTS + 2):
            world.collect(server, NOW + run * HOUR)
        assert len(server.requests) == 4 * ATTEMPTS
        world.collect(server, NOW + 9 * HOUR, retry=True)
        assert len(server.requests) == 4 * ATTEMPTS + 4


def test_another_model_is_asked_again_when_somebody_says_so(world: World) -> None:
    world.collect()
    assert set(world.by().values()) == {"heuristic"}
    renew = (dt.date(2026, 2, 12), dt.date(2026, 2, 13))
    with ChatServer(by_depth()) as server:
        world.collect(server, NOW + HOUR)
        assert server.requests == [], "what was judged before is not owed"
        world.collect(server, NOW + HOUR, renew=renew)
        assert len(server.requests) == 3
        assert world.by()["feat: begin"] == "heuristic"
        world.collect(server, NOW + HOUR, renew=renew)
        assert len(server.requests) == 3, "the same model and prompt wrote them"


def test_an_estimate_sends_nothing(world: World) -> None:
    with ChatServer(by_depth()) as server:
        summary = world.collect(server, estimate=True)
        assert server.requests == []
        estimate = summary.results[0].estimate
        assert estimate is not None
        assert estimate.calls == 4
        assert estimate.prompt > 1_000
        world.collect(server, NOW + HOUR)
        assert len(server.requests) == 4, "and it is still owed"


def test_without_a_key_the_heuristic_analyst_works_alone(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    model = ModelSettings(model="tiny")
    settings = replace(world.settings, analyst=model)
    assert analyst_for(settings, {"OPENAI_API_KEY": " "}) is None
    assert analyst_for(world.settings, {"OPENAI_API_KEY": KEY}) is None
    assert caplog.text.count("heuristic analyst works alone") == 1


def test_status_tells_what_is_owed_and_why(world: World) -> None:
    with ChatServer(said(None, refusal="no")) as server:
        world.collect(server)
    lines = "\n".join(report(world.settings, NOW.date()))
    assert "4 analyses" in lines
    assert "refused: 4" in lines


def test_an_estimate_of_asking_again_writes_nothing(world: World) -> None:
    world.collect()
    renew = (dt.date(2026, 2, 12), dt.date(2026, 2, 13))
    with ChatServer(by_depth()) as server:
        summary = world.collect(server, NOW + HOUR, renew=renew, estimate=True)
        estimate = summary.results[0].estimate
        assert estimate is not None
        assert estimate.calls == 3
        assert set(world.by().values()) == {"heuristic"}
        world.collect(server, NOW + HOUR)
        assert server.requests == []


def test_a_lost_state_forgets_no_debt(world: World) -> None:
    with ChatServer(fault(500)) as server:
        world.collect(server)
    owed = world.state.owed
    next(world.settings.archive.rglob("repository.state")).unlink()
    assert world.state.owed == owed


def test_what_was_paid_for_outlives_a_second_reading(
    world: World, repo: GitRepo, tmp_path: Path
) -> None:
    """A commit at the edge of a shallow clone is read on each run, and never better."""
    edge = at_the_edge(world, repo, tmp_path / "shallow", commits=2)
    with ChatServer(by_depth()) as server:
        edge.collect(server)
        asked = len(server.requests)
        assert asked
        edge.collect(server, NOW + HOUR)
        edge.collect(None, NOW + 2 * HOUR)
        edge.collect(server, NOW + 3 * HOUR)
        assert len(server.requests) == asked
    assert set(edge.by().values()) == {"model"}


# A whole process that is killed

CONFIG = """
site_name: Site
plugins:
  - digest:
      timezone: Asia/Shanghai
      days: 3
      repositories: [{{url: repo, slug: owner/name}}]
      analyst: {{model: tiny, base_url: "{url}", concurrency: 1, timeout: 5}}
"""


def test_killed_while_asking_nothing_paid_is_lost(tmp_path: Path, repo: GitRepo) -> None:
    (tmp_path / "docs").mkdir()
    killed = []

    def reply(request: Request) -> Reply:
        if len(killed) == 0 and len(server.requests) == 3:
            killed.append(process)
            os.kill(process.pid, signal.SIGKILL)
        return by_depth()(request)

    with ChatServer(reply) as server:
        (tmp_path / "mkdocs.yml").write_text(CONFIG.format(url=server.url))
        environ = {"OPENAI_API_KEY": KEY, "SOURCE_DATE_EPOCH": str(int(NOW.timestamp()))}
        process = Command("collect", cwd=tmp_path, env=environ)
        with process:
            assert process.wait() == -signal.SIGKILL
        settings = load(tmp_path / "mkdocs.yml")[1]
        world = World(settings)
        assert sorted(world.by().values()).count("model") == 2, "both answers that had come"
        status, told = run("collect", cwd=tmp_path, env=environ)
        assert status == 0, told
        assert len(server.requests) == 4 + 1, "only the one that was under way is asked again"
    assert set(world.by().values()) == {"model"}
    assert KEY not in told


def test_debts_of_a_damaged_day_are_left_alone(world: World) -> None:
    with ChatServer(fault(500)) as server:
        world.collect(server)
        archive = Archive(world.settings.archive)
        archive.day_file(SLUG, dt.date(2026, 2, 12)).write_text("{")
        debts = Debts(archive, SLUG, Asking(world.analyst(server)), NOW)
        assert debts.left(world.state.owed) == list(world.state.owed), "nobody knows, so it stays"
        assert debts.askable(world.state.owed) == {dt.date(2026, 2, 11), dt.date(2026, 2, 13)}
    json.dumps(world.state.owed, default=str)


def test_a_shallower_clone_gets_no_answer_without_a_diff(
    world: World, repo: GitRepo, tmp_path: Path
) -> None:
    """What was archived whole is not asked about with less."""
    with ChatServer(fault(500)) as server:
        world.collect(server)
    edge = at_the_edge(world, repo, tmp_path / "shallow", commits=1)
    with ChatServer(by_depth()) as server:
        edge.collect(server, NOW + HOUR)
        assert server.requests == []
    with ChatServer(by_depth()) as server:
        world.collect(server, NOW + 2 * HOUR)
    assert set(world.by().values()) == {"model"}
