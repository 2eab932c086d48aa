"""What the built-in analyst says, and what it does not."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace
from support.records import change, reading

from digest.analysts.heuristic import HeuristicAnalyst
from digest.analysts.prose import LENGTH, SENTENCE_LENGTH, summary_of
from digest.analysts.telling import dependencies_told, interface_told, words_in
from digest.facts.extract import extract
from digest.model import BreakingChange, DependencyChange, Evidence, Facts, InterfaceChange


def analyse(subject, body="", **more):
    made = reading(subject, body, **more)
    return HeuristicAnalyst().analyse(made, extract(made))


def Interface(what, name, before, after, **more):  # noqa: N802 - stands for the record
    """A change of the interface, shown by a line."""
    evidence = (Evidence(path="src/app/cli.py", line=7),)
    return InterfaceChange(
        what=what, name=name, before=before, after=after, evidence=evidence, **more
    )


def reasons(analysis):
    return [reason.phrase for reason in analysis.importance.reasons]


def phrases(statements):
    return [statement.phrase for statement in statements]


BIG = [change(f"lib/{area}/src/{n}.rs", 60, 20) for area in "abcd" for n in range(5)]
SMALL = [change("lib/a/src/x.rs", 3, 1)]
TESTS = [change(f"tests/test_{n}.py", 500) for n in range(20)]


@pytest.mark.parametrize(
    ("subject", "more", "reason"),
    [
        ("feat!: x", {}, "reason.breaking.marker"),
        ("feat: more", {"changes": TESTS}, "reason.only.test"),
        ("feat: x", {"author": "renovate[bot]"}, "reason.bot"),
        ("empty", {"changes": []}, "reason.empty"),
        ("edge", {"changes": [], "changes_known": False}, "reason.unknown"),
        ('Revert "x"', {}, "reason.kind.revert"),
        ('Reapply "x"', {}, "reason.reapplies"),
        ("x", {}, "reason.size"),
    ],
)
def test_the_first_reason_is_the_one_that_decides(subject, more, reason):
    assert reasons(analyse(subject, **more))[0] == reason


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("It caches x by y.", "It caches x by y."),
        ("One is cached. Two now. Three. Four.", "One is cached. Two now. Three."),
        ("Adds a cache\nwhich expires.\n\nSigned-off-by: A", "Adds a cache which expires."),
        (
            "Caches by selection id so that replay works",
            "Caches by selection id so that replay works",
        ),
        ("Uses e.g. a cache. It is fast.", "Uses e.g. a cache. It is fast."),
        ("Adds x.y.z to [the guide](https://a/b).", "Adds x.y.z to the guide."),
        ("Reads `f().<field>` of it.", "Reads `f().<field>` of it."),
        ("修复了缓存的泄漏。现在会释放。", "修复了缓存的泄漏。现在会释放。"),
        ("## Summary\n\nAdds a cache.\n\n## Test plan\n\nRun it all.", "Adds a cache."),
        ("## Test plan\n\nRun it all.\n\n## What\n\nAdds a cache.", "Adds a cache."),
        ("<!-- write here -->\nAdds a cache.", "Adds a cache."),
        ("Compress dumps now.\\n\\nCloses #1", "Compress dumps now."),
        ("feat: x\n\nAdds a cache.", "Adds a cache."),
        # none, rather than noise or half a sentence
        ("", None),
        ("feat: x (#3)", None),
        ("Signed-off-by: A\nCo-authored-by: B", None),
        ("* fix lint\n\n* address comments", None),
        ("- adds x\n  and goes on about it.", None),
        ("It fixes the following:\n- a\n- b", None),
        ("It does this and\n\n| a | b |", None),
        ("- [x] I have read the rules.", None),
        ("> Somebody said so.", None),
        ("```\nIt runs.\n```", None),
        ("![shot](https://a/b.png)", None),
        ("FILL IN THE PR DESCRIPTION HERE", None),
        ("🤖 Generated with a tool.", None),
        ("Closes #1.", None),
        ("This reverts commit 5c976a7e1a.", None),
        ("HIP gated changes", None),
        ("All NVIDIA tests pass.", None),
        ("x " * 2000, None),
        ("x. " * 2, None),
    ],
)
def test_summary_from_the_body(body, summary):
    assert summary_of(reading("feat: x", body).commit) == summary


def test_a_merge_speaks_through_its_pull_request_title():
    analysis = analyse("Merge pull request #1 from a/b", "Cache the routes", parents=2)
    assert [s.text for s in analysis.summary] == ["Cache the routes"]


def test_nothing_is_taken_from_the_place_where_a_body_was_cut():
    assert summary_of(reading("x", "It goes on and on", body_omitted=9).commit) is None
    assert summary_of(reading("x", "Whole.\n\nIt goes on", body_omitted=9).commit) is None
    text = "It caches all of it.\n\nIt goes on"
    assert summary_of(reading("x", text, body_omitted=9).commit) == "It caches all of it."


@pytest.mark.parametrize(
    ("changes", "phrase", "values"),
    [
        (["a/x.py"], "change", {"path": "a/x.py", "insertions": 1, "deletions": 0}),
        ([change("a/x.py", status="A")], "add", {"path": "a/x.py"}),
        ([change("a/x.py", status="D")], "delete", {"path": "a/x.py"}),
        (
            [change("a/x.py", 0, 0, "R", previous_path="b/x.py")],
            "rename",
            {"path": "a/x.py", "previous": "b/x.py", "insertions": 0, "deletions": 0},
        ),
        ([change("a/x.py", 0, 0, mode="100755")], "mode", {"path": "a/x.py"}),
        (
            ["lib/llm/a.rs", "lib/llm/b.rs"],
            "changes",
            {"files": 2, "areas": ("lib/llm",), "insertions": 2, "deletions": 0},
        ),
        (
            [change(f"lib/{name}/x.rs", 9 - n) for n, name in enumerate("abcde")],
            "changes_more",
            {
                "files": 5,
                "areas": ("lib/a", "lib/b", "lib/c"),
                "more": 2,
                "insertions": 35,
                "deletions": 0,
            },
        ),
        ([], "empty", {}),
    ],
)
def test_summary_from_the_files(changes, phrase, values):
    (statement,) = analyse("feat: x", changes=changes).summary
    assert (statement.phrase, statement.values) == (f"summary.{phrase}", values)


def test_a_binary_has_no_lines_to_tell():
    binary = replace(change("a.bin", binary=True), insertions=None, deletions=None)
    assert phrases(analyse("x", changes=[binary]).summary) == ["summary.binary"]


def test_a_revert_names_what_it_takes_back():
    analysis = analyse('Revert "feat: x (#1)" (#2)')
    assert analysis.summary[0].values == {"subject": "feat: x (#1)"}
    assert phrases(analyse("Revert #1 (#2)").summary)[0] == "summary.reverts.pull_request"
    assert phrases(analyse('Reapply "x"').summary)[0] == "summary.reapplies.subject"
    part = analyse("Partially revert #1 (#2)")
    assert phrases(part.summary)[0] == "summary.reverts_part.pull_request"
    assert part.recommendations == ()  # the rest of it is still there
    assert phrases(analyse("revert: the tag to 1.0").summary) == ["summary.change"]


def test_advice_needs_a_fact():
    analysis = analyse("feat: a router", changes=BIG)
    assert not analysis.recommendations
    assert not analysis.risks
    advice = analyse("feat!: drop v1 (#7)", changes=BIG).recommendations
    assert phrases(r.statement for r in advice) == ["recommend.read"]


def test_what_is_said_of_a_break_is_what_the_diff_shows_where_it_shows_it():
    made = reading("feat!: ports (#7)", changes=SMALL)
    gone = Interface("flag", "--port", "1", None)
    said = BreakingChange(reason="marker", text="ports")
    seen = BreakingChange(reason="interface", text="--port")
    facts = replace(extract(made), interface=(gone,), breaking=(said, seen))
    analysis = HeuristicAnalyst().analyse(made, facts)
    assert phrases(r.risk for r in analysis.risks) == ["risk.removed.flag"]
    assert not analysis.recommendations  # the risk names what must be changed


@pytest.mark.parametrize("before", ["None", "os.getenv('A') or B", "DEFAULT_PORT", "[1, 2]", '""'])
def test_nobody_is_told_to_set_what_is_no_plain_value(before):
    made = reading("feat: a router", changes=SMALL)
    moved = Interface("flag", "--port", before, "8000")
    facts = replace(extract(made), interface=(moved,))
    analysis = HeuristicAnalyst().analyse(made, facts)
    assert phrases(r.risk for r in analysis.risks) == ["risk.default"]
    assert not analysis.recommendations


def test_what_operators_set_is_told_before_what_developers_call():
    found = (
        Interface("public symbol", "Router.route", "f(a)", "f(b)"),
        Interface("public symbol", "Old", "class Old", None),
        Interface("flag", "--queue", None, "1"),
    )
    told = [item.phrase for item in interface_told(Facts(kind="feature", interface=found))]
    assert told == ["tell.added.flag", "tell.removed.public_symbol", "tell.changed.public_symbol"]


FLAGS = {
    "removed": (
        Interface("flag", "--old", "1", None),
        "risk.removed.flag",
        None,
    ),
    "renamed": (
        Interface("flag", "--new", "1", "1", previous_name="--old"),
        "risk.removed.flag",
        "recommend.rename",
    ),
    "default": (Interface("flag", "--old", "1", "2"), "risk.default", "recommend.default"),
}


@pytest.mark.parametrize("what", FLAGS)
def test_each_change_of_the_interface_has_its_risk_and_advice(what):
    change_, risk, advice = FLAGS[what]
    made = reading("feat: a router", changes=SMALL)
    facts = replace(extract(made), interface=(change_,))
    analysis = HeuristicAnalyst().analyse(made, facts)
    assert phrases(r.risk for r in analysis.risks) == [risk]
    assert phrases(r.statement for r in analysis.recommendations) == [advice] * bool(advice)
    assert analysis.risks[0].risk.evidence == change_.evidence
    assert analysis.summary[0].evidence == change_.evidence


def test_what_is_only_added_is_no_risk():
    made = reading("feat: a router", changes=SMALL)
    facts = replace(extract(made), interface=(Interface("flag", "--x", None, "1"),))
    analysis = HeuristicAnalyst().analyse(made, facts)
    assert not analysis.risks
    assert not analysis.recommendations
    assert phrases(analysis.summary) == ["tell.added.flag", "summary.change"]


def test_the_interface_is_told_by_sort_the_weightiest_first():
    found = (
        Interface("flag", "--a", None, ""),
        Interface("flag", "--b", None, "1"),
        Interface("environment variable", "OLD", "", None),
        *(Interface("metric", f"m{n}", None, "") for n in range(9)),
        Interface("config key", "size", "4", "8"),
    )
    told = list(interface_told(Facts(kind="feature", interface=found)))
    assert [(item.phrase, item.values) for item in told] == [
        ("tell.removed.environment_variable", {"names": ("OLD",), "count": 1}),
        ("tell.default.config_key", {"name": "size", "before": "4", "after": "8"}),
        ("tell.added.flag", {"names": ("--a", "--b"), "count": 2}),
        ("tell.added.metric.more", {"names": ("m0", "m1", "m2"), "more": 6}),
    ]


def test_dependencies_are_told_those_asked_for_first():
    found = (
        DependencyChange(name="serde", before="1.0", after="1.1", locked=True),
        DependencyChange(name="vllm", before="0.9", after="0.10"),
        DependencyChange(name="torch", before="2.8", after=None),
    )
    told = list(dependencies_told(Facts(kind="dependencies", dependencies=found)))
    assert [(item.phrase, item.values) for item in told] == [
        ("tell.dependency.moved", {"name": "vllm", "before": "0.9", "after": "0.10"}),
        ("tell.dependencies", {"names": ("torch",), "count": 1}),
    ]


class Title(str):
    """A title that counts how often it is read."""

    read = 0

    def casefold(self):
        self.read += 1
        return super().casefold()


def test_a_title_is_read_once_however_many_dependencies_there_are():
    title = Title("Bump e5")
    found = tuple(DependencyChange(name=f"e{i}", before="1", after="2") for i in range(9))
    first, _ = dependencies_told(Facts(kind="dependencies", dependencies=found), title)
    assert (first.values["name"], title.read) == ("e5", 1)


def test_the_name_of_a_dependency_has_an_end():
    assert max(map(len, words_in("@" * 500 + "a" * 5_000))) < 300


def test_a_dependency_that_the_title_names_comes_first():
    moved = tuple(
        DependencyChange(name=name, before=before, after=after)
        for name, before, after in [
            ("vllm.vllm_ref", "v0.14.1", "v0.15.1"),
            ("flash-attn", "2", "3"),
            ("vllm", "0.14.1", "0.15.1"),
        ]
    )
    for title, first in [
        ("chore(deps): bump vLLM to 0.15.1 (#6102)", ["tell.dependency.moved", "vllm"]),
        ("feat: flash_attn 3", ["tell.dependency.moved", "flash-attn"]),
        ("feat: a router", ["tell.added.flag", ("--queue",)]),
    ]:
        made = reading(title, changes=SMALL)
        facts = replace(
            extract(made), dependencies=moved, interface=(Interface("flag", "--queue", None, "1"),)
        )
        told = HeuristicAnalyst().analyse(made, facts).summary[0]
        values = told.values or {}
        assert [told.phrase, values.get("name") or values.get("names")] == first


def test_impact_names_areas_tests_and_new_files():
    changes = [*BIG, change("lib/a/src/new.rs", 9, 0, "A"), change("tests/test_a.py", 9)]
    impact = analyse("feat: x", changes=changes).impact
    assert phrases(impact) == [*["impact.area"] * 4, "impact.test", "impact.added"]
    assert impact[-1].values == {"paths": ("lib/a/src/new.rs",)}


def test_many_areas_and_paths_are_counted_not_listed():
    changes = [change(f"lib/{n:03}/src/x.rs", 9, 0, "A") for n in range(500)]
    analysis = analyse("feat: x", changes=changes)
    assert len(analysis.impact) <= 12
    assert len(msgspec.json.encode(analysis)) < 6_000


def test_provenance():
    provenance = analyse("x").provenance
    assert (provenance.analyst, provenance.made_at, provenance.model) == ("heuristic", None, None)
    assert provenance.coverage.whole


@pytest.mark.parametrize(
    "text",
    ["[" * 9000, "(" * 9000, "`" * 9000, "a. " * 9000, "![" * 9000, "<a " * 9000, "*" * 9000,
     "\x00\u202e", "- " * 9000, "[x](" * 5000, "a" * 99_999, "|" * 9000, "。" * 9000],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_anything_may_be_in_a_body(text):
    for body in (text, "\n".join([text[:300]] * 300)):
        summary = analyse("x", body).summary
        assert all(len(s.text or "") <= max(LENGTH, SENTENCE_LENGTH) for s in summary)


def test_the_same_commit_gets_the_same_analysis():
    assert analyse("feat!: x", "Why not.", changes=BIG) == analyse(
        "feat!: x", "Why not.", changes=BIG
    )
