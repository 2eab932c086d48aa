"""How important a commit is held to be, and why."""

from __future__ import annotations

import itertools
import re

import pytest
from msgspec.structs import replace
from support.records import change, commit, facts, reading

from digest.analysts.heuristic import HeuristicAnalyst
from digest.analysts.importance import (
    CERTAIN,
    HIGH,
    MEDIUM,
    ROUTINE,
    TOLD,
    UPKEEP,
    judge,
    level_of,
)
from digest.analysts.shape import shape_of
from digest.analysts.traits import base_of, beginning_of, traits_of, words_of
from digest.analysts.weights import FIRST, OFFSET, WEIGHTS, WORDS
from digest.model import BreakingChange, DependencyChange, InterfaceChange, Signal

SMALL = [change("lib/a/src/x.rs", 3, 1)]
BIG = [change(f"lib/{area}/src/{n}.rs", 60, 20) for area in "abcd" for n in range(5)]
TESTED = [*SMALL, change("tests/test_x.py", 40)]


def importance(subject, body="", more_facts=None, **more):
    made = reading(subject, body, **more)
    known = replace(facts(subject, body, **more), **more_facts or {})
    return judge(made.commit, known, shape_of(made, known))


def score(subject, body="", more_facts=None, **more):
    return importance(subject, body, more_facts, **more).score


def told(subject, body="", more_facts=None, **more):
    return [reason.phrase for reason in importance(subject, body, more_facts, **more).reasons]


def flag(name, before=None, after=""):
    return InterfaceChange(what="flag", name=name, before=before, after=after)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (("Add a flag for the port", TESTED), ("Add a flag for the port", SMALL)),
        (("Fix a crash on empty input", SMALL), ("Refactor how input is read", SMALL)),
        (("Support TLS 1.3", SMALL), ("Clean up the TLS code", SMALL)),
        (("fix: the port", SMALL), ("chore: the port", SMALL)),
        (("Allow any port", SMALL), ("Add a test of the port", ["tests/test_port.py"])),
        (("Fix the port", SMALL), ("Fix the port", [".github/workflows/port.yml"])),
        (("Deprecate the old router", SMALL), ("Prepare release 1.2.0", ["Cargo.toml"])),
        (("Fix the port", SMALL), ("Update the port", SMALL)),
        (("Support ports", [*BIG, *TESTED]), ("Support ports", TESTED)),
        (("Fix a memory leak", SMALL), ("Fix a memory", SMALL)),
    ],
)
def test_what_users_need_to_know_stands_above_what_they_need_not(more, less):
    assert score(more[0], changes=more[1]) > score(less[0], changes=less[1])


@pytest.mark.parametrize("subject", ["Make the port known", "[Core] Ports", "net: ports"])
def test_an_issue_that_is_closed_and_a_flag_weigh_in_any_grammar(subject):
    plain = score(subject, changes=SMALL)
    assert score(subject, "Closes #12.", changes=SMALL) > plain
    assert score(subject, changes=[*SMALL, "tests/test_x.py"]) > plain


@pytest.mark.parametrize(
    ("subject", "more", "limit", "reason"),
    [
        ("feat: more tests", {"changes": [change("tests/test_a.py", 500)]}, ROUTINE, "only.test"),
        ("docs: all pages", {"changes": ["docs/a.md"]}, ROUTINE, "only.documentation"),
        ("Fix runners", {"changes": [".github/workflows/x.yml"]}, ROUTINE, "only.ci"),
        ("style: format", {"changes": BIG}, ROUTINE, "kind.style"),
        ("Fix a crash", {"changes": BIG, "author": "renovate[bot]"}, ROUTINE, "bot"),
        ("empty", {"changes": []}, ROUTINE, "empty"),
        ("edge", {"changes": [], "changes_known": False}, ROUTINE, "unknown"),
        ("Add support for wheels", {"changes": ["pyproject.toml"]}, UPKEEP, "only.build"),
        ("Fix it", {"changes": ["Makefile", "docs/a.md"]}, UPKEEP, "no_source"),
        (
            "fix: markers of tests",
            {"changes": ["pyproject.toml", *(f"tests/test_{n}.py" for n in range(4))]},
            ROUTINE,
            "no_source",
        ),
    ],
)
def test_routine_has_a_limit_which_is_the_first_reason(subject, more, limit, reason):
    found = importance(subject, "Closes #1.", **more)
    assert found.score <= limit
    assert found.reasons[0].phrase == f"reason.{reason}"


def test_a_fact_lifts_the_limit():
    breaks = {"breaking": (BreakingChange(reason="interface", text="flag --port"),)}
    for subject, more in (
        ("style: format", {"changes": BIG}),
        ("Bump x", {"changes": SMALL, "author": "renovate[bot]"}),
        ("refactor: ports", {"changes": SMALL}),
    ):
        found = importance(subject, more_facts=breaks, **more)
        assert found.score >= CERTAIN
        assert found.level == "high"
        assert found.reasons[0].phrase == "reason.breaks"
    changed = {"interface": (flag("--port"),)}
    assert score("style: format", more_facts=changed, changes=BIG) > ROUTINE


def test_what_is_only_said_to_break_is_weighed_like_the_rest():
    said = BreakingChange(reason="marker", text="drop v1", certain=False)
    assert score("ci!: x", more_facts={"breaking": (said,)}, changes=["tests/a.py"]) < CERTAIN


def test_a_sentence_is_no_name_of_what_breaks():
    said = BreakingChange(reason="default", text="use pools, default to two", certain=False)
    named = BreakingChange(reason="default", text="--pool: 1 → 2", certain=False)
    reasons = importance("x", more_facts={"breaking": (said, named)}, changes=BIG).reasons
    assert reasons[0].values == {"names": ("--pool: 1 → 2",)}
    alone = importance("x", more_facts={"breaking": (said,)}, changes=BIG).reasons
    assert (alone[0].phrase, alone[0].values) == ("reason.breaking.words", {"text": said.text})


def test_what_its_authors_noted_weighs():
    noted = [*SMALL, "CHANGELOG.md"]
    assert score("Make ports known", changes=noted) > score("Make ports known", changes=SMALL)
    assert "reason.notes" in told("Make ports known", changes=noted)
    assert "reason.notes" not in told("Make ports known", changes=SMALL)
    # A release writes there too, and changes no source.
    assert "reason.notes" not in told("Release 1.2", changes=["Cargo.toml", "CHANGELOG.md"])


def test_limits_keep_the_order():
    titles = ("Add support for ports, fixes a crash", "Fix the port", "ports", "chore: clean up")
    free = [score(title, changes=SMALL) for title in titles]
    limited = [score(title, changes=SMALL, author="renovate[bot]") for title in titles]
    assert sorted(titles, key=lambda title: free[titles.index(title)]) == sorted(
        titles, key=lambda title: limited[titles.index(title)]
    )
    assert len(set(limited)) == len(titles)
    assert max(limited) <= ROUTINE


@pytest.mark.parametrize(
    ("before", "after", "leaps"),
    [
        ("0.14.1", "0.15.1", True),
        ("v1.2.3", "v2.0.0", True),
        (">=1,<2", ">=2,<3", True),
        ("0.15.0", "0.15.1", False),
        ("1.2.3", "1.9.0", False),
        ("v0.1.4", "0.1.9", False),
        ("54cd6dc820bf", "40530ed231fb", False),
        ("2026-01-02", "2026-03-04", False),
        ("2025-12-01", "2026-01-02", False),
        ("2025.12.1", "2026.1.2", False),
        ("", "2", False),
        (None, "2.0", False),
    ],
)
def test_a_dependency_that_leaps_is_worth_a_look(before, after, leaps):
    moved = DependencyChange(ecosystem="python", name="vllm", before=before, after=after)
    of_tools = replace(moved, ecosystem="action")
    title, changes = "chore(deps): bump vLLM", ["pyproject.toml", "container/deps/vllm.sh"]
    scores = [
        score(title, more_facts={"dependencies": (item,)}, changes=changes)
        for item in (moved, of_tools)
    ]
    weighed = [
        [trait.name for trait in _traits(title, item, changes)] for item in (moved, of_tools)
    ]
    assert ["dependency:major" in names for names in weighed] == [leaps, False]
    assert max(scores) <= UPKEEP


def _traits(title, dependency, changes):
    made = reading(title, changes=changes)
    known = replace(facts(title, changes=changes), dependencies=(dependency,))
    return traits_of(made.commit, known, shape_of(made, known), first=FIRST, words=WORDS)


def test_many_flags_that_go_weigh_more_than_one():
    gone = [flag(f"--{letter}", "", None) for letter in "abcd"]
    one, many = (
        score("chore: tidy", more_facts={"interface": tuple(some)}, changes=BIG)
        for some in (gone[:1], gone)
    )
    assert many > one


def test_reasons_name_what_they_speak_of():
    changed = {
        "interface": (flag("--a"), flag("--b"), flag("--gone", "", None)),
        "dependencies": (DependencyChange(name="serde", before="1", after="2"),),
    }
    found = importance("Fix a crash", "Closes #12.", changed, changes=BIG)
    values = {reason.phrase: reason.values for reason in found.reasons}
    assert values["reason.added.flag"] == {"names": ("--a", "--b"), "count": 2}
    assert values["reason.removed.flag"] == {"names": ("--gone",), "count": 1}
    assert len(found.reasons) <= TOLD


def test_there_is_always_a_reason():
    for subject, more in itertools.product(
        ("x", "chore: x", "Refactor x"),
        ({"changes": SMALL}, {"changes": BIG}, {"changes": []}),
    ):
        assert importance(subject, **more).reasons


def test_signals_that_nobody_weighed_are_not_told():
    signals = {"signals": (Signal(name="never_heard_of"),)}
    assert score("Fix x", more_facts=signals) == score("Fix x")
    assert "signal.never_heard_of" not in told("Fix x", more_facts=signals)


def test_scores_lie_between_0_and_1_whatever_the_message():
    for subject in ("", "`" * 3000, "[" * 3000, "(#1)" * 500, "a: " * 1000, "fix " * 3000, "\0"):
        assert 0 <= score(subject, subject) <= 1


def test_a_level_is_its_score():
    assert [level_of(score) for score in (1, HIGH, HIGH - 0.001, MEDIUM, MEDIUM - 0.001, 0)] == [
        "high", "high", "medium", "medium", "low", "low",
    ]  # fmt: skip
    found = HeuristicAnalyst().analyse(reading("Fix x"), facts("Fix x")).importance
    assert found.level == level_of(found.score)


# Traits and their table


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("adds", "add"), ("added", "add"), ("adding", "add"), ("fixes", "fix"), ("fixed", "fix"),
        ("caches", "cache"), ("caching", "cache"), ("dropped", "drop"), ("dropping", "drop"),
        ("tries", "try"), ("string", "string"), ("this", "this"), ("need", "need"),
        ("unknowns", "unknowns"), ("add", "add"), ("s", "s"), ("ing", "ing"),
    ],
)  # fmt: skip
def test_words_come_from_their_bases(word, base):
    assert base_of(word, {"add", "fix", "cache", "drop", "try", "str", "ne", "thi"}) == base


@pytest.mark.parametrize(
    ("subject", "first", "words"),
    [
        ("Add a port (#12)", "add", ["add", "a", "port"]),
        ("feat(net)!: add a port", "add", ["feat", "net", "add", "a", "port"]),
        ("[Core][Net] Adds ports", "adds", ["core", "net", "adds", "ports"]),
        ("net/http: don't panic", "don't", ["net", "http", "don't", "panic"]),
        ("Fix `Router.add`", "fix", ["fix"]),
        ("修复端口", None, []),
    ],
)
def test_words_of_titles(subject, first, words):
    made = commit(subject)
    assert words_of(made) == words
    assert beginning_of(made) == ([first] if first else [])


def test_the_table_speaks_of_traits_that_there_are():
    families = {name.split(":")[0] for name in WEIGHTS}
    assert len(WEIGHTS) > 50
    assert all(abs(weight) < 4 for weight in (*WEIGHTS.values(), OFFSET))
    made = reading("Fix x", changes=BIG)
    known = facts("Fix x", changes=BIG)
    found = traits_of(made.commit, known, shape_of(made, known), first=FIRST, words=WORDS)
    assert {trait.name.split(":")[0] for trait in found} & families
    assert WEIGHTS["bot"] < 0
    assert WEIGHTS["with:test"] > 0
    # Nothing in the table may be the name of a project.
    assert all(re.fullmatch(r"[a-z][a-z' -]*", word) for word in FIRST | WORDS)
