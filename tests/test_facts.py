"""What is read from messages and paths, as tables."""

from __future__ import annotations

import msgspec
import pytest
from support.records import change, commit, facts, reading

from digest.facts import messages
from digest.facts.areas import component_of
from digest.facts.authors import is_bot
from digest.facts.extract import extract
from digest.facts.paths import classify, marked_generated

SEED = """
chore       | improve Docker layer caching in sglang runtime Dockerfile (#6275)
chore       | otel tracings for routing overheads and metrics (#6194)
feature     | add video generation support (T2V) (#5793)
chore       | rename KvPushRouter to KvRouter in python + more bindings removal (#6238)
feature     | Decomposed pipeline for EPP integration [DEP-730] (#5446)
chore       | remove stale indexer benchmarking results (#6233)
feature     | add encode client and embedding cache to PD worker (#6029)
feature     | use dynamic port allocation for DYN_SYSTEM_PORT in e2e router t… (#6262)
fix         | (sglang): lazy-import prometheus_client to fix metrics (#6269)
feature     | router priority queue (#6010)
fix         | to make sure free is always run on stream drop (#6246)
feature     | (mocker): improve mocker's perf timing accuracy (#6100)
feature     | Refactor frontend CLI configuration (#6201)
fix         | update docs version syncing (#6197)
feature     | use RNG when dp routing targets are tied; override no-assume-kv-reuse (#6253)
documentation | add frontmatter title to all docs pages (#6254)
chore       | Remove dynamo-run and mistral-rs engine (#6203)
fix         | TRTLLM runtime tag to be 25.12-cuda13.1-runtime-ubuntu24.04 (#6247)
ci          | allow deploy tests to run even when operator is skipped (#6120)
feature     | Use SGLang MMEncoder for multimodal EPD encode worker (#6162)
fix         | add DGD service name length validation (#5449)
chore       | Bumped Dynamo base image tag to 25.06-cuda12.9-devel-ubuntu24.04 (#6239)
feature     | (mocker): enable KV cache trace for decode workers (#6207)
documentation | fix image paths to render on both GitHub and Fern (#6228)
chore       | Set timeout for builds on main in post_merge flow to 120 min (#6208)
ci          | update runner  (#6237)
feature     | support AIC DGD gen call (WILL BREAK DGDR) (#6216)
"""
TYPES = {"feature": "feat", "documentation": "docs"}


def seed() -> list[tuple[str, str, int]]:
    """The seed's 27 subjects with their kinds and numbers."""
    rows = []
    for line in SEED.strip().splitlines():
        kind, text = (part.strip() for part in line.split("|", 1))
        prefix = TYPES.get(kind, kind)
        subject = f"{prefix}{text}" if text.startswith("(") else f"{prefix}: {text}"
        rows.append((subject, kind, int(text.rsplit("#", 1)[1].rstrip(")"))))
    return rows


def test_the_seed_has_27_commits():
    assert len(seed()) == 27


@pytest.mark.parametrize(("subject", "kind", "number"), seed())
def test_subjects_of_the_seed(subject, kind, number):
    found = facts(subject)
    assert (found.kind, found.references.pull_request) == (kind, number)
    assert bool(found.breaking) == ("WILL BREAK" in subject)
    assert not found.reverts
    assert found.scope == (subject.split("(")[1].split(")")[0] if "):" in subject else None)


@pytest.mark.parametrize(
    ("subject", "kind", "scope"),
    [
        # Conventional Commits and their relatives
        ("feat(parser)!: drop v1", "feature", "parser"),
        ("Feat: x", "feature", None),
        ("bugfix: y", "fix", None),
        ("hotfix(api): y", "fix", "api"),
        ("perf: z", "performance", None),
        ("docs(fern): z", "documentation", "fern"),
        ("tests: z", "test", None),
        ("chore(deps): bump serde from 1.0.1 to 1.0.2", "dependencies", "deps"),
        ("build(deps-dev): bump jest", "dependencies", "deps-dev"),
        ("style: format", "style", None),
        ("MAINT: clean up", "chore", None),
        ("ENH: add x", "feature", None),
        # bracket tags
        ("[Bugfix][Model] Fix crash in Qwen (#1)", "fix", "Model"),
        ("[NPU] [FIX] x", "fix", "NPU"),
        ("[Bug Fix] Fix MambaManager.cache_blocks() crash (#34418)", "fix", None),
        ("[diffusion] feat: support tp for qwen (#18619)", "feature", "diffusion"),
        ("[diffusion] chore: use batched P2P ops (#18728)", "chore", "diffusion"),
        ("[Core] Add sleep level 0 mode (#33195)", "feature", "Core"),
        ("[Kernel] [Helion] [5/N] Add Helion Autotuning (#34025)", "feature", "Kernel"),
        ("[Perf] fused_moe: add int4_w4a16 tuning config (#34130)", "performance", "fused_moe"),
        ("[MoE Refactor] Introduce MoERunner (#1)", "refactor", None),
        ("[New Model] support ovis2.6 (#34426)", "feature", None),
        ("[Misc] Fix a leak", "fix", None),
        ("[Misc] Something", "chore", None),
        # an area before a colon
        ("net: ethernet: fix a leak", "fix", "net"),
        ("kv-router: add a queue", "feature", "kv-router"),
        ("cmd/go: fix crash on plan9", "fix", "cmd/go"),
        # plain English, and Chinese
        ("Support LingV2_5 model (#18598)", "feature", None),
        ("Added cuda availability guard (#18480)", "feature", None),
        ("Fix invalid import paths in glm_image.py (#18757)", "fix", None),
        ("Tiny fix for fp8 moe backend naming (#18243)", "fix", None),
        ("refactor context parallel state  (#17213)", "refactor", None),
        ("speed up sgl-kernel build (#18586)", "performance", None),
        ("Bump torch to 2.10", "dependencies", None),
        ("Bump version to 1.2.3", "chore", None),
        ("Update transformers to 5.0.1", "dependencies", None),
        ("Fix typo in the guide", "documentation", None),
        ("NixlKVManager optimizations (#17654)", "performance", None),
        ("修复内存泄漏", "fix", None),
        ("Llama 9", "other", None),
        ("", "other", None),
    ],
)
def test_kind_and_scope(subject, kind, scope):
    found = facts(subject)
    assert (found.kind, found.scope) == (kind, scope)


@pytest.mark.parametrize(
    ("subject", "paths", "kind"),
    [
        ("Enhence gsm8k test (#18791)", ["test/srt/test_gsm8k.py"], "test"),
        ("Add CI permission for Chen-0210", [".github/CI_PERMISSIONS.json"], "ci"),
        ("Modify glm5 readme on npu", ["docs/platforms/glm5.md"], "documentation"),
        ("Build ROCm7.2 Image", ["docker/rocm.Dockerfile"], "build"),
        ("weekly", ["uv.lock"], "dependencies"),
        ("weekly", ["uv.lock", "pyproject.toml"], "build"),
        ("[Bugfix][CI] Repair the runner", [".buildkite/test.yaml"], "ci"),
        ("[Bugfix][CI] Repair the runner", [".buildkite/test.yaml", "vllm/envs.py"], "fix"),
        ("fix: update docs version syncing", ["docs/a.md"], "fix"),
        ("Something", ["vllm/envs.py", "docs/a.md"], "other"),
        ("Something", [], "other"),
    ],
)
def test_files_decide_where_the_title_does_not(subject, paths, kind):
    assert facts(subject, changes=paths).kind == kind


@pytest.mark.parametrize(
    ("subject", "body", "reasons"),
    [
        ("feat!: drop v1", "", ["marker"]),
        ("[Breaking] drop v1", "", ["marker"]),
        ("feat: x", "BREAKING CHANGE: the flag is gone\nsince today\n\nMore.", ["footer"]),
        ("feat: x", "BREAKING-CHANGE: y", ["footer"]),
        ("feat: x", "BREAKING CHANGE: none", []),
        ("feat: x (WILL BREAK DGDR)", "", ["words"]),
        ("Rename the API (breaking change)", "", ["words"]),
        ("feat: a non-breaking change", "", []),
        ("fix: kvbm breaking change - Updated kv_cache_connector import", "", []),
        ("docs: document removal as a breaking client change", "", []),
        ("Fix unbreak main", "", []),
        ("Enable breakable CUDA graphs", "", []),
        ('Revert "feat!: drop v1"', "", []),
        ("feat: x", "- [ ] This is a breaking change\n<!-- BREAKING CHANGE: example -->", []),
        ("chore: remove unused tmp_buf", "", []),
    ],
)
def test_breaking(subject, body, reasons):
    assert [found.reason for found in facts(subject, body).breaking] == reasons


def test_a_footer_goes_on_to_the_end_of_its_paragraph():
    found = facts("feat: x", "BREAKING CHANGE: the flag is gone\nsince today\n\nMore.")
    assert found.breaking[0].text == "the flag is gone since today"


SHA = "5c976a7e1a1bec875bf6474824b7dff39e38de18"


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ('Revert "x"', f"This reverts commit {SHA}.", [(SHA, "x", None, False)]),
        ('Revert "[A] x (#12)" (#15)', "", [(None, "[A] x (#12)", 12, False)]),
        ('Revert "[A] x" (#12) (#15)', "", [(None, "[A] x", 12, False)]),
        ("Revert [Misc] Avoid x (#12) (#15)", "", [(None, "[Misc] Avoid x", 12, False)]),
        (
            "[AMD] Revert PRs 12 and 13 (#15)",
            "",
            [(None, None, 12, False), (None, None, 13, False)],
        ),
        ("Revert #12 (#15)", "", [(None, None, 12, False)]),
        ('Revert "x" (#15)', "Reverts owner/name#12", [(None, "x", 12, False)]),
        ("revert: feat(a): x", "", [(None, "feat(a): x", None, False)]),
        ('Revert "Revert "x""', "", [(None, 'Revert "x"', None, True)]),
        ('Reapply "x"', f"This reverts commit {SHA}.", [(SHA, 'Revert "x"', None, True)]),
        ("[rust] Reland: fix stalls (#12) (#15)", "", [(None, "fix stalls", 12, True)]),
        ('Revert "x', "", [(None, "x", None, False)]),
        (
            "Revert two commits",
            f"This reverts commits {SHA} and {SHA[::-1]}.",
            [(SHA, None, None, False), (SHA[::-1], None, None, False)],
        ),
        ("Undo it", f"This reverts commit {SHA[:8]}.", [(SHA[:8], None, None, False)]),
        # never inventing
        ("fix: revert the image tag to 1.0", "", []),
        ("Revert changes to weight_utils.py (#15)", "", []),
        ("feat: x", f'* feat\n\n* Revert "y"\n\nThis reverts commit {SHA}.', []),
        ("feat: reverts are shown", "", []),
        ("Reverting is fun", "", []),
    ],
)
def test_reverts(subject, body, expected):
    found = facts(subject, body).reverts
    assert [(r.sha, r.subject, r.pull_request, r.reapplies) for r in found] == expected


def test_kind_of_reverts():
    assert facts('Revert "feat: x"').kind == "revert"
    assert facts("fix: revert the image tag to 1.0").kind == "fix"
    assert facts('Revert "Revert "feat(a): x""').kind == "feature"
    assert facts('Reapply "[Perf] x"').kind == "performance"


@pytest.mark.parametrize(
    ("subject", "body", "own", "others", "issues"),
    [
        ("feat: x (#12)", "", 12, (), ()),
        ("fix #3: x (#12)", "", 12, (), (3,)),
        ("[bugfix] x (#10) (#12)", "", 12, (10,), ()),
        ("Merge pull request #12 from a/b", "The title", 12, (), ()),
        ("Merge branch 'a' into 'b'", "The title\n\nSee merge request group/proj!12", 12, (), ()),
        ("lib: x", "PR-URL: https://github.com/nodejs/node/pull/12", 12, (), ()),
        ("x", "Pull Request resolved: https://github.com/pytorch/pytorch/pull/12", 12, (), ()),
        ("x (#12)", "Fixes #1, closes #2\nResolves: #3 and #4", 12, (), (1, 2, 3, 4)),
        ("x (#12)", "Follow-up to #9, see #8 (#7)", 12, (9, 8, 7), ()),
        ("x (#12)", "Fixes other/repo#1", 12, (), ()),
        ("x", "step #1, colour #123456", None, (), ()),
        ("x", "<!-- Fixes #1 -->\n- [ ] closes #2\n```\nfixes #3\n```\n> fixes #4", None, (), ()),
        ("x (#0)", "", 0, (), ()),
    ],
)
def test_references(subject, body, own, others, issues):
    found = facts(subject, body).references
    assert (found.pull_request, found.pull_requests, found.issues) == (own, others, issues)


def test_co_authors_come_from_trailers_and_from_lines_that_git_misses():
    found = facts(
        "x",
        "Co-authored-by: Grace <g@example.org>\n\nmore\nco-authored-by: gemini[bot] <b@x>",
        trailers={"Co-authored-by": "Alan", "Signed-off-by": "Eve"},
    )
    assert found.references.co_authors == ("Alan", "Grace")


def test_cherry_picks():
    body = f"x\n\n(cherry picked from commit {SHA})\n(cherry picked from commit {SHA})"
    assert facts("x", body).cherry_picked_from == (SHA,)


@pytest.mark.parametrize(
    ("name", "bot"),
    [
        ("dependabot[bot]", True),
        ("renovate[bot]", True),
        ("Renovate Bot", True),
        ("pre-commit-ci", True),
        ("github-actions", True),
        ("Copybara-Service", True),
        ("Dynamo Bot", True),
        ("sglang-bot", True),
        ("Abbot", False),
        ("Bottomley", False),
        ("Copilot", False),
        ("copilot-swe-agent[bot]", False),
        ("", False),
    ],
)
def test_bots(name, bot):
    assert is_bot(name) is bot


def test_merges_are_told_by_their_parents():
    assert facts("x", parents=2).merge
    assert not facts("x", parents=1).merge


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("vllm/envs.py", "source"),
        ("lib/llm/src/history.rs", "source"),
        ("src/latest.cs", "source"),
        ("recipes/llama/deploy.yaml", "source"),
        ("tests/v1/test_core.py", "test"),
        ("components/src/dynamo/vllm/tests/conftest.py", "test"),
        ("pkg/server_test.go", "test"),
        ("web/app.spec.tsx", "test"),
        ("src/AppTest.java", "test"),
        ("README.md", "documentation"),
        ("LICENSE", "documentation"),
        ("docs/conf.py", "documentation"),
        ("examples/launch.sh", "documentation"),
        (".github/workflows/pr.yaml", "ci"),
        ("scripts/ci/amd/run.sh", "ci"),
        (".pre-commit-config.yaml", "ci"),
        ("Dockerfile.rocm", "build"),
        ("pyproject.toml", "build"),
        ("requirements/test.txt", "build"),
        ("container/context.yaml", "build"),
        ("Cargo.lock", "lock"),
        ("web/pnpm-lock.yaml", "lock"),
        ("api/v1/x.pb.go", "generated"),
        ("api/zz_generated.deepcopy.go", "generated"),
        ("third_party/x/y.c", "vendored"),
        ("vendor/x/README.md", "vendored"),
        ("configs/E=8,N=4.json", "data"),
        ("logo.png", "data"),
        ("", "source"),
        ("a\x00b/\n/.py", "source"),
    ],
)
def test_categories(path, category):
    assert classify(path) == category


@pytest.mark.parametrize(
    ("head", "marked"),
    [
        (b"// Code generated by protoc-gen-go. DO NOT EDIT.\n", True),
        (b"@@ -1 +1 @@\n+# @generated by x\n", True),
        (b"# This file was automatically generated\n", True),
        (b"-// Code generated. DO NOT EDIT.\n+// by hand\n", False),
        (b"def generated(): pass\n", False),
        (b"x\n" * 50 + b"@generated\n", False),
        (b"", False),
    ],
)
def test_generated_marks(head, marked):
    assert marked_generated(head) is marked


@pytest.mark.parametrize(
    ("path", "component"),
    [
        ("components/src/dynamo/sglang/args.py", "components/src/dynamo/sglang"),
        ("lib/llm/src/kv_router/queue.rs", "lib/llm"),
        ("lib/bindings/python/rust/lib.rs", "lib/bindings/python"),
        ("deploy/operator/internal/x.go", "deploy/operator"),
        ("vllm/v1/worker/gpu/x.py", "vllm/v1/worker"),
        ("vllm/model_executor/layers/moe/x.py", "vllm/model_executor/layers"),
        ("vllm/envs.py", "vllm"),
        ("python/sglang/srt/layers/moe/x.py", "python/sglang/srt/layers"),
        ("python/sglang/multimodal_gen/x/y.py", "python/sglang/multimodal_gen"),
        ("sgl-kernel/csrc/moe/x.cu", "sgl-kernel/csrc"),
        ("sgl-model-gateway/src/core/x.rs", "sgl-model-gateway"),
        ("crates/ruff_linter/src/rules/x.rs", "crates/ruff_linter"),
        ("src/requests/adapters.py", "src/requests"),
        ("packages/react-dom/src/x.js", "packages/react-dom"),
        ("setup.cfg.in", "setup.cfg.in"),
    ],
)
def test_components(path, component):
    assert component_of(path, "source") == component


def test_areas_are_sums_with_the_largest_first_and_what_nobody_wrote_last():
    found = facts(
        "x",
        changes=[
            change("uv.lock", 5000, 4000),
            change("lib/a/src/x.rs", 3, 1),
            change("lib/b/src/x.rs", 30, 10),
            change("lib/b/src/y.rs", 5, 0),
            change("lib/b/tests/y.rs", 7, 0),
            change("lib/b/src/z.rs", 1, 0, generated=True),
        ],
    )
    rows = [(a.name, a.category, a.files, a.insertions, a.deletions) for a in found.areas]
    assert rows == [
        ("lib/b", "source", 2, 35, 10),
        ("lib/b", "test", 1, 7, 0),
        ("lib/a", "source", 1, 3, 1),
        ("uv.lock", "lock", 1, 5000, 4000),
        ("lib/b", "generated", 1, 1, 0),
    ]


HOSTILE = [
    "[" * 5000,
    "[a]" * 2000 + "x",
    "(" * 5000 + ":",
    'Revert "' * 800,
    "feat(" + "a" * 5000,
    "a " * 3000 + ":",
    "#1 " * 3000,
    "\x00\x1b[31m\u202e x",
    "x" * 100_000,
    " " * 50_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_anything_may_be_in_a_message(text):
    for made in (reading(text), reading("x", text), reading("x", "\n".join([text] * 20))):
        found = extract(made)
        assert len(found.scope or "") <= 60
        assert len(found.references.pull_requests) <= 50
        assert len(found.references.issues) <= 50
        assert len(found.reverts) <= 50
        assert all(len(change.text) <= 510 for change in found.breaking)


def test_results_are_bounded_whatever_the_message_names():
    body = "\n".join(
        f"Fixes #{n}\nsee #{n + 9000}\nThis reverts commit {n:040x}.\nCo-authored-by: A{n} <a@b>\n"
        f"(cherry picked from commit {n:040x})\nBREAKING CHANGE: {'x ' * 300}\n"
        for n in range(1, 3000)
    )
    found = facts("Revert it all", body)
    lists = (
        found.references.issues,
        found.references.pull_requests,
        found.references.co_authors,
        found.cherry_picked_from,
        found.reverts,
        found.breaking,
    )
    assert [bool(one) for one in lists] == [True] * len(lists)
    assert max(len(one) for one in lists) <= 50
    assert len(msgspec.json.encode(found)) < 60_000


def test_no_more_of_an_oversized_body_is_looked_at_than_is_told():
    made = commit("x", "a\n" * 1_000_000)
    assert len(messages.body_of(made)) <= messages.BODY_HEAD + messages.BODY_TAIL + 2
    assert len(messages.subject_of(commit("y" * 1_000_000))) == messages.SUBJECT_LIMIT


def test_facts_are_the_same_each_time():
    made = reading("feat(x)!: y (#1)", "Fixes #2", changes=["a/b.py", "lib/c/src/d.rs"])
    assert extract(made) == extract(made)
