"""The components that commits touch, and how they are learnt."""

from __future__ import annotations

import pytest
from support.records import change, commit

from digest.facts.areas import areas_of, component_of
from digest.facts.grammar import learn
from digest.facts.paths import classify


def names(paths, roots=frozenset()):
    return [(area.name, area.category) for area in areas_of(commit("x", changes=paths), roots)]


def history(*paths, others=60):
    """Commits of one file each, among others of folders that nobody else touches."""
    made = [commit(f"x {n}", changes=[path]) for n, path in enumerate(paths)]
    return made + [commit(f"y {n}", changes=[f"other{n}/a.py"]) for n in range(others)]


@pytest.mark.parametrize(
    ("manifest", "path", "before", "after"),
    [
        (
            "deploy/gateway/epp/go.mod",
            "deploy/gateway/epp/pkg/x.go",
            "deploy/gateway",
            "deploy/gateway/epp",
        ),
        (
            "lib/bindings/kvbm/Cargo.toml",
            "lib/bindings/kvbm/src/x.rs",
            "lib/bindings/kvbm",
            "lib/bindings/kvbm",
        ),
        (
            "rust/src/server/Cargo.toml",
            "rust/src/server/x.rs",
            "rust",
            "rust/src/server",
        ),
        (
            "extensions/orm/deployment/pom.xml",
            "extensions/orm/deployment/src/main/java/io/x/A.java",
            "extensions/orm",
            "extensions/orm/deployment",
        ),
    ],
)
def test_a_folder_with_a_manifest_is_a_component(manifest, path, before, after):
    assert component_of(path, "source") == before
    assert names([path], learn(history(manifest)).roots) == [(after, "source")]


def test_manifests_of_tests_and_of_holders_are_none():
    learnt = learn(history("tests/fixtures/app/Cargo.toml", "lib/Cargo.toml", "python/setup.py"))
    assert not {"tests/fixtures/app", "lib", "python"} & learnt.roots


def test_a_component_that_most_commits_touch_is_split():
    inner = [f"lib/llm/src/{part}/a.rs" for part in ("http", "kv_router") for _ in range(20)]
    learnt = learn(history(*inner, "lib/llm/src/rare/a.rs", *["lib/small/src/a/b.rs"] * 3))
    assert names(["lib/llm/src/kv_router/queue/x.rs"], learnt.roots) == [
        ("lib/llm/src/kv_router", "source")
    ]
    assert names(["lib/llm/src/rare/x.rs", "lib/small/src/a/b.rs"], learnt.roots) == [
        ("lib/llm", "source"),
        ("lib/small", "source"),
    ]


def test_parts_that_are_large_themselves_are_split_again():
    inner = [f"pkg/provider/kubernetes/{part}/a.go" for part in ("crd", "ingress")] * 20
    learnt = learn(history(*inner, *["pkg/provider/file/a.go"] * 6))
    assert {"pkg/provider/kubernetes/crd", "pkg/provider/file"} <= learnt.roots


def test_documentation_and_ci_keep_to_coarse_names():
    roots = frozenset({"docs/guide/deep", ".github/workflows/x"})
    assert names(["docs/guide/deep/a.md", ".github/workflows/x/a.yml"], roots) == [
        (".github", "ci"),
        ("docs", "documentation"),
    ]


def test_a_huge_commit_teaches_no_more_than_a_small_one():
    made = [commit("x", changes=[change(f"a/b{n}/c.py") for n in range(5000)])]
    assert learn(made * 9).roots == frozenset()


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("scripts/tool.py.lock", "lock"),
        (".golangci.yml", "build"),
        (".lycheeignore", "build"),
        (".claude/settings.json", "build"),
        (".agents/skills/review/SKILL.md", "documentation"),
        (".pre-commit-hooks.yaml", "source"),
        (".github/workflows/a.yml", "ci"),
        ("VERSION", "build"),
        ("CITATION.cff", "documentation"),
        ("mkdocs.yml", "documentation"),
        ("docs_src/first_steps/main.py", "documentation"),
        (".chloggen/fix.yaml", "documentation"),
        ("website/src/index.js", "documentation"),
        ("src/version.py", "source"),
        ("src/docs_of.py", "source"),
    ],
)
def test_categories_of_real_repositories(path, category):
    assert classify(path) == category


def test_a_source_folder_below_a_crossroads_ends_the_walk() -> None:
    assert component_of("a/internal/src/x.rs", "source") == "a/internal"
    assert component_of("internal/internal/internal/x.go", "source") == "internal/internal/internal"
