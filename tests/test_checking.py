"""What a model claims is looked up: what is there is linked, what is not there is marked."""

from __future__ import annotations

import time

import msgspec
import pytest
from support import edits, records

from digest.facts.diffs import Diff, FileDiff, diff_of
from digest.llm.checking import Checker, checked
from digest.llm.names import mentions
from digest.model import (
    Analysis,
    Claim,
    Coverage,
    FilePatch,
    Importance,
    Insight,
    Provenance,
    Reading,
    Recommendation,
    Risk,
    Statement,
)

ROUTER = """import os

LIMIT = 4096
class KvRouter:
    def route_request(self, tokens, timeout=120):
        return os.environ["DYN_ROUTER_MODE"]
"""
LONG = ROUTER + "\n" * 20 + "def unchanged_helper():\n    return 777\n"
FILES = {
    "lib/llm/src/kv_router/push_router.rs": (None, "pub enum RouterMode { Direct }\n"),
    "components/src/dynamo/router.py": (LONG.replace("4096", "1_048_576"), LONG),
    "components/src/dynamo/old_name.py": ("def gone_function():\n    pass\n", None),
    "tests/utils/managed_process.py": (None, "def test_flag():\n    run('--router-mode')\n"),
    "docs/api.md": ("# API\n", "# API\n\n`POST /v1/videos` takes 0.3 of `torch==2.9.1`\n"),
}
TREE = [*FILES, "deploy/operator/api_types.go", "README.md"]


def checker(**more: object) -> Checker:
    files = FILES
    diff = edits.diff(files, subject="feat: direct routing (#6275)", body="Measured: 10 ms less")
    return Checker(diff, edits.facts(files), tree=TREE)


def verdicts(text: str) -> dict[str, str]:
    return {claim.text: claim.verdict for claim in checker().check(text)}


@pytest.mark.parametrize(
    "text",
    [
        "KvRouter", "`kv_router`", "`KvRouter.route_request`", "`KvRouter::route_request(a, b)`",
        "route_request()", "`DYN_ROUTER_MODE`", "`DYN_ROUTER_*`", "`--router-mode direct`",
        "`RouterMode::Direct`", "`push_router.rs`", "`kv_router/push_router.rs`",
        "`components/src/dynamo/*`", "`lib/llm/`", "`lib/.../push_router.rs`",
        "`lib/…/push_router.rs`",
        "tests/utils/managed_process.py", "`tests/utils/managed_process.py::test_flag`",
        "`POST /v1/videos`", "POST /v1/videos", "`gone_function`", "#6275", "v2.9.1", "`2.9.1`",
        "‘KvRouters’", "`LIMIT = 4096`", "`dynamo/**/router.py`", "`llm/kv_router/push_router.rs`",
        "`no-router-mode`", "`..._router.rs`", "`KvRouter+RouterMode`",
        "`tests/*/managed_process.py`", "`src.dynamo.router`",
        "4096", "4,096 tokens", "120 s", "2 分钟", "30%", "30 %", "<10 ms", "≤ 10ms", "４０９６",
        "1048576", "1 MiB",
    ],
)  # fmt: skip
def test_what_the_commit_holds_is_found(text: str) -> None:
    found = verdicts(text)
    assert found
    assert set(found.values()) == {"found"}


@pytest.mark.parametrize(
    "text",
    [
        "KvPushRouter", "`KvRouterConfig`", "`managed_process.rs`",
        "tests/utils/managed_process.rs",
        "`--router-modes-all`", "`DYN_SYSTEM_PORT`", "`KvRouter.reset_all`",
        "`Other.route_request`",
        "`invented_call(a)`", "`wrong/push_router.rs`", "#9999", "v3.0.0", "`GET /v2/audio_files`",
        "`components/src/dynamo/missing/*`", "ns::missing_name", "missing_name()",
        "`core/llm/router.py`",
    ],
)  # fmt: skip
def test_what_is_nowhere_is_not_found(text: str) -> None:
    found = verdicts(text)
    assert found
    assert set(found.values()) == {"not found"}


@pytest.mark.parametrize(
    "text", ["30–50 %", "2x", "3 倍", "约 5000 行", "1.5 GB", "20 ms", "×1.5", "8192"]
)
def test_a_figure_from_nowhere_has_no_source(text: str) -> None:
    assert set(verdicts(f"吞吐提升 {text}。").values()) == {"no source"}


@pytest.mark.parametrize(
    ("text", "line"),
    [("`unchanged_helper`", 27), ("`unchangedHelper`", 27), ("777", 28), ("`api_types.go`", 1)],
)
def test_what_is_beside_the_change_is_elsewhere(text: str, line: int) -> None:
    (claim,) = checker().check(text)
    assert claim.verdict == "elsewhere"
    assert [item.line for item in claim.evidence] == [line]


@pytest.mark.parametrize(
    "text",
    [
        "The `for` loop runs `git` and returns `None`, `true` or `0`; see `Dockerfile`.",
        "支持 vLLM、PyTorch 与 GitHub 的 CI/CD，I/O 与 TCP/UDP",
        "e.g. Node.js，`HashMap`。",
        "`<name>` and `{x}` and `$VAR` `...` `*`", "3 个文件，12 次，第 2 步",
        "", "`", "``", "`` ``",
        "http://example.org/a_b/c_d.py 与 `https://a.io/x_y`", "end-to-end, copy-on-write",
        "O(n_workers)", "returns 404 and 503", "`127.0.0.1`", "i.e. e.g. a.k.a.",
        "截断的 `missing_na",
    ],
)  # fmt: skip
def test_plain_words_claim_nothing(text: str) -> None:
    assert not verdicts(text)


@pytest.mark.parametrize(
    ("text", "path", "line", "side"),
    [
        ("`route_request`", "components/src/dynamo/router.py", 5, "new"),
        ("`LIMIT`", "components/src/dynamo/router.py", 3, "new"),
        ("`gone_function`", "components/src/dynamo/old_name.py", 1, "old"),
        ("1048576", "components/src/dynamo/router.py", 3, "old"),
        ("`router.py`", "components/src/dynamo/router.py", 3, "new"),
        ("`old_name.py`", "components/src/dynamo/old_name.py", 1, "old"),
        ("`lib/llm/src/`", "lib/llm/src/kv_router/push_router.rs", 1, "new"),
    ],
)
def test_evidence_is_the_best_line(text: str, path: str, line: int, side: str) -> None:
    (claim,) = checker().check(text)
    assert [(item.path, item.line, item.side) for item in claim.evidence] == [(path, line, side)]


def test_the_message_has_no_line() -> None:
    (claim,) = checker().check("10 ms")
    assert claim == Claim(text="10 ms", verdict="found")


def test_composite_code_is_taken_apart() -> None:
    found = verdicts("`create_routers / route_request / free_all`, `a.rs / push_router.rs`")
    assert found == {
        "create_routers": "not found",
        "route_request": "found",
        "free_all": "not found",
        "a.rs": "not found",
        "push_router.rs": "found",
    }


def test_counts_of_the_commit_are_sources() -> None:
    files = {f"src/f{n}.py": (None, "x = 1\n" * 3) for n in range(150)}
    found = Checker(edits.diff(files), edits.facts(files)).check("150 个文件，450 行，451 行")
    assert [claim.verdict for claim in found] == ["found", "found", "no source"]


def test_places_are_those_of_the_text() -> None:
    text = "中文‑Ｋ `push‑router` 与 ４０９６ tokens，`a_b(c)` ×２ 1 048 576"
    for mention in mentions(text):
        assert 0 <= mention.start < mention.end <= len(text)
    for claim in checker().check(text):
        assert claim.text in text


def test_an_analysis_is_checked_throughout() -> None:
    said = Statement(text="`invented_name` is `KvRouter`")
    lost = Statement(text="Call `invented_name`")
    ours = Statement(phrase="kind", values={})
    analysis = Analysis(
        importance=Importance(level="high", score=0.9),
        change_type="feature",
        summary=(said, ours),
        impact=(said,),
        insights=(Insight(aspect="security", statements=(said,)),),
        risks=(Risk(risk=said, consequence=lost),),
        recommendations=(Recommendation(audience="users", statement=lost),),
        provenance=Provenance(
            analyst="model",
            version="1",
            coverage=Coverage(files=1, files_read=1, lines=1, lines_read=1),
        ),
    )
    done = checked(analysis, checker())
    risk = done.risks[0]
    for statement in (done.summary[0], done.impact[0], done.insights[0].statements[0], risk.risk):
        assert [claim.verdict for claim in statement.claims] == ["not found", "found"]
        assert not statement.doubtful
    assert done.summary[1] == ours
    assert risk.trigger is None
    assert risk.consequence is not None
    assert risk.consequence.doubtful
    assert done.recommendations[0].statement.doubtful
    assert msgspec.json.decode(msgspec.json.encode(done), type=Analysis) == done


HOSTILE = [
    "`" * 5000, "a/" * 5000, "a." * 5000, "a_" * 5000, "-" * 5000, "1," * 5000, "`a*`" * 1000,
    "::" * 3000, "`{" * 3000, "<" * 5000, "9" * 5000, "Aa" * 5000, "#1" * 4000, "`*/*/*/*/*/*.py`",
    "`" + "*a" * 100 + "`", "\ud800 `\udfff`", "`[(+*?{`", "\x00`a_b\x00`",
    "O(" * 3000, "5 " * 4000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_takes_long(text: str) -> None:
    it = checker()
    began = time.process_time()
    it.check(text[:10_000])
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "data",
    [
        b"@@ -1 +1 @@\n-" + b"x" * 5_000_000 + b"\n+" + b"a_b " * 1_000_000,
        b"@@ -1,2 +1,2 @@\n<<<<<<< HEAD\n+=======\n+\xff\xfe\x00\n\\ No newline",
        b"@@ -9999999999 +1 @@ \xff",
        b"rubbish",
        b"",
    ],
)
def test_any_patch_will_do(data: bytes) -> None:
    commit = records.commit("fix: \udcff", changes=["src/\\xff.py"])
    coverage = Coverage(files=1, files_read=1, lines=1, lines_read=1)
    reading = Reading(commit=commit, coverage=coverage, patches=(FilePatch("src/\\xff.py", data),))
    diff = diff_of(reading)
    began = time.process_time()
    claims = Checker(diff, edits.facts({})).check("`name_x` 与 `a_b`, `x.py` 12345 `kvRouter`")
    assert claims
    assert time.process_time() - began < 2


def test_whole_files_are_only_read_when_they_are_needed() -> None:
    asked: list[str] = []
    plain = edits.diff(FILES, whole=False)
    files = tuple(FileDiff(file.change, file.patch, asked.append) for file in plain.files)  # type: ignore[arg-type]
    it = Checker(Diff(plain.commit, files), edits.facts(FILES))
    it.check("`KvRouter` and 4096")
    assert not asked
    it.check("`other_name`")
    assert asked
