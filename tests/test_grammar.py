"""What is learnt of a repository's titles."""

from __future__ import annotations

import pickle

import pytest
from support.records import change, commit

from digest.facts import prefixes
from digest.facts.grammar import UNKNOWN, Grammar, learn
from digest.facts.titles import parse


def commits(*rows):
    """Commits, each of a title and the paths that it changes, several times over."""
    return [
        commit(f"{title} {number}", changes=paths.split())
        for title, paths in rows
        for number in range(5)
    ]


def words(line, known=frozenset()):
    found, text = prefixes.peel(line, known)
    return [(prefix.word, prefix.form) for prefix in found], text


@pytest.mark.parametrize(
    ("line", "expected", "text"),
    [
        ("feat(router)!: x", [("feat", "colon")], "x"),
        ("[Bugfix][Model] Fix x", [("Bugfix", "tag"), ("Model", "tag")], "Fix x"),
        ("[NPU] [FIX] x", [("NPU", "tag"), ("FIX", "tag")], "x"),
        ("[`flake8-bugbear`] Add `B909`", [("flake8-bugbear", "tag")], "Add `B909`"),
        ("[diffusion] feat: x", [("diffusion", "tag"), ("feat", "colon")], "x"),
        ("tsdb/wlog: [FIX] x", [("tsdb/wlog", "colon"), ("FIX", "tag")], "x"),
        ("net/http, net/url: fix x", [("net/http, net/url", "colon")], "fix x"),
        ("net: ethernet: fix x", [("net", "colon"), ("ethernet", "colon")], "fix x"),
        ("*: bump go", [], "bump go"),
        ("(mocker): improve x", [("mocker", "parenthesis")], "improve x"),
        ("♻️ Refactor x", [("♻", "emoji")], "Refactor x"),
        ("⬆️ Bump x", [("⬆", "emoji")], "Bump x"),
        (":bug: Fix x", [("bug", "emoji")], "Fix x"),
        ("🐛 fix(api): x", [("🐛", "emoji"), ("fix", "colon")], "x"),
        # sentences
        ("Fix the crash: x", [], "Fix the crash: x"),
        ("feat: Note: x", [("feat", "colon")], "Note: x"),
        ("--verbose is heeded", [], "--verbose is heeded"),
        ("`a` is b", [], "`a` is b"),
        ("[only a tag]", [], "[only a tag]"),
        ("Docs - x", [], "Docs - x"),
        ("", [], ""),
    ],
)
def test_prefixes_are_taken_off(line, expected, text):
    assert words(line) == (expected, text)


def test_a_dash_is_believed_behind_known_words():
    assert words("Remote Write - add x", {"remote write"}) == (
        [("Remote Write", "dash")],
        "add x",
    )


@pytest.mark.parametrize(
    ("title", "style"),
    [
        ("feat(x): y", "conventional"),
        ("[Core] y", "tags"),
        ("✨ y", "emoji"),
        ("net/http: y", "areas"),
        ("Support y", "sentences"),
    ],
)
def test_the_style_that_dominates(title, style):
    assert learn(commits((title, "a.py"))).style == style


def test_mixed_styles_are_none():
    rows = [("feat: y", "a.py"), ("[Core] y", "a.py"), ("Support y", "a.py")]
    assert learn(commits(*rows)).style == "unknown"


def test_an_unknown_tag_means_what_its_commits_change():
    learnt = learn(
        commits(
            ("[Handbook] x", "docs/a.md"),
            ("[Gate] x", ".github/workflows/a.yml"),
            ("🐙 x", "uv.lock"),
            ("[Core] x", "src/a.py"),
        )
    )
    assert learnt.kinds == {"handbook": "documentation", "gate": "ci", "🐙": "dependencies"}
    assert parse("[Handbook] y", learnt).hint == "documentation"
    assert parse("[Handbook] y").hint is None


def test_little_support_teaches_nothing():
    rows = [commit(f"[Handbook] x {n}", changes=["docs/a.md"]) for n in range(3)]
    assert learn(rows).kinds == {}
    mixed = commits(("[Handbook] x", "docs/a.md"), ("[handbook] y", "src/a.py"))
    assert learn(mixed).kinds == {}


def test_known_words_keep_their_meaning():
    learnt = learn(commits(("fix: x", "docs/a.md"), ("🔒 x", ".github/a.yml")))
    assert learnt.kinds == {}


def test_areas_are_words_that_name_what_is_touched():
    learnt = learn(
        commits(
            ("[KV Router] x", "lib/kv_router/a.rs"),
            ("net/http: x", "net/http/server.go"),
            ("[Urgent] x", "lib/other/a.rs"),
        )
    )
    assert learnt.areas == {"kv router", "net/http"}
    assert parse("[Urgent][KV Router] y", learnt).scope == "KV Router"
    assert parse("[Urgent][KV Router] y").scope == "Urgent"


def test_a_type_may_be_the_name_of_an_area():
    learnt = learn(commits(("perf: add x", "tools/perf/a.c"), ("net: fix x", "net/a.c")))
    assert "perf" in learnt.areas
    title = parse("perf: fix a leak", learnt)
    assert (title.kinds, title.scope, title.verb) == ((), "perf", "fix")


def test_types_stay_types_where_they_are_the_convention():
    learnt = learn(commits(("perf: x", "tools/perf/a.c"), ("feat: x", "a.c"), ("fix: x", "b.c")))
    assert parse("perf: y", learnt).kinds == ("performance",)


def test_words_before_a_dash_are_learnt_when_they_come_again():
    learnt = learn(commits(("Remote write - fix x", "storage/a.go"), ("Fix - x", "a.go")))
    title = parse("Remote write - support y", learnt)
    assert (title.scope, title.verb) == ("Remote write", "feature")
    assert parse("Remote write - support y").scope is None


@pytest.mark.parametrize(
    ("line", "marked"),
    [("💥 Drop x", True), (":boom: Drop x", True), ("feat!: x", True), ("✨ x", False)],
)
def test_marks_of_breaking_changes(line, marked):
    assert parse(line).marked is marked


def test_series_are_no_scopes():
    for tag in ("5/N", "v2", "WIP", "backport 2.x", "DEP-730", "2.11"):
        assert parse(f"[{tag}] x").scope is None


ROWS = (
    ("[Handbook] x", "docs/a.md"),
    ("[KV Router] x", "lib/kv_router/a.rs lib/kv_router/Cargo.toml"),
    ("Remote write - fix x", "storage/a.go"),
    ("feat: y", "src/a/b.py src/a/c.py"),
)


def test_learning_does_not_depend_on_order_and_gives_plain_values():
    made = commits(*ROWS)
    learnt = learn(made)
    shuffled = sorted(made, key=lambda item: item.sha)
    assert learn(iter(shuffled)) == learnt
    assert pickle.loads(pickle.dumps(learnt)) == learnt  # noqa: S301
    assert learnt != UNKNOWN
    assert learn([]) == Grammar() == UNKNOWN


def test_what_is_learnt_is_bounded():
    made = [
        commit(f"[tag{n % 900}] x", changes=[f"p{n}/q/Cargo.toml", f"docs/{n}.md"])
        for n in range(3600)
    ]
    learnt = learn(made)
    assert len(learnt.kinds) <= 400
    assert len(learnt.roots) <= 300
    wide = learn([commit("x", changes=[change(f"d/{n}/a.py") for n in range(20_000)])])
    assert len(pickle.dumps(wide)) < 20_000


HOSTILE = [
    "[" * 1000,
    "[a]" * 300 + "x",
    "(a) " * 250,
    "a: " * 300,
    ":a" * 500,
    "🐛" * 900,
    "- " * 500,
    "a " * 500 + ":",
    "`" * 1000,
    "\x00\u202e\ud83d x",
    "a -" * 300,
]


@pytest.mark.parametrize("line", HOSTILE, ids=lambda line: repr(line[:8]))
def test_anything_may_be_a_title(line):
    learnt = learn([commit(line)] * 5)
    title = parse(line, learnt)
    assert len(title.scope or "") <= 60
    assert len(words(line)[0]) <= prefixes.LIMIT
