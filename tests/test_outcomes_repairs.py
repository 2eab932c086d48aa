"""Fixes of earlier commits: named in the message, or of the same lines."""

from __future__ import annotations

import random

import pytest
from support import edits
from support.building import Project
from support.gitrepo import GitRepo
from support.sequels import ADDED, FIX, SHA, SLUG, TITLE, edited, entry, told

from digest.archive import Archive
from digest.model import Entry
from digest.outcomes import gather


@pytest.mark.parametrize(
    ("subject", "body", "found"),
    [
        ("[Bugfix] Fix weight loading caused by #12", "", True),
        ("fix lint introduced in #12 (#15)", "", True),
        ("[AMD] Fix a crash (regression from #12)", "", True),
        ("[Model Runner] Fix the slots after #12", "", True),
        ("fix: a follow-up to #12", "", True),
        ("Fix the collapse of ranks (#12 follow-up) (#15)", "", True),
        ("fix: the router", "A follow-up to #12.", True),
        ("fix: the router", f'Fixes: {SHA[:12]} ("feat(router): add an affinity mode")', True),
        ("Fix #12: import lazily", "", True),
        # a number that is merely named
        ("fix: the router", "The same was seen in #12, long ago.", False),
        ("feat: use the mode of #12", "", False),
        ("feat: another mode, as in #12", "", False),
        ("Fix the router (RFC #12)", "", False),
        ("fix: crash introduced in other/project#12", "", False),
        ("fix: the router", "```\nregression from #12\n```", False),
        ("fix: sync with upstream fixes #12", "", False),
    ],
)
def test_follow_up_fixes(subject, body, found):
    said = told(entry(TITLE), entry(subject, body, at=1))
    assert said[TITLE] == ([("follow-up fix", subject)] if found else [])


@pytest.mark.parametrize(
    ("ranges", "found"),
    [
        ("5-1+1", True),
        ("40-1+1", True),
        ("1-40", True),
        ("5-3 30=2", True),
        ("5-1+1 20+20", True),
        ("38-5+6", True),
        ("5+3", True),
        ("5+3 20+1", True),
        # Lines that had been there before, for the larger part.
        ("41-1+1", False),
        ("39-6+6", False),
        ("5-1+1 50-2+1", False),
        ("41+3", False),
        ("1+3", False),
        ("5+3 50+3", False),
        # Imports, comments, lines that moved; and much that is new.
        ("5=1+1", False),
        ("5=1~1", False),
        ("5~3", False),
        ("5+21", False),
        ("5-1+1 50+30", False),
    ],
)
def test_fixes_of_the_same_lines(ranges, found):
    # Forty new lines before others that were there.
    said = told(edited(ADDED, 0, {"a.py": "1+40"}), edited(FIX, 2, {"a.py": ranges}))
    assert said[ADDED] == ([("follow-up fix", FIX)] if found else [])
    assert said[FIX] == ([("fixes", ADDED)] if found else [])


def repaired(*between: Entry, fix: Entry | None = None) -> list[str]:
    """The titles of what a fix of line 5 of ``a.py`` repairs, after other commits."""
    first = edited(ADDED, 0, {"a.py": "1+40"})
    last = fix or edited(FIX, 3, {"a.py": "5-1+1"})
    said = told(first, *between, last)
    return [subject for kind, subject in said[last.commit.subject] if kind == "fixes"]


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ({"a.py": "1+4"}, False),  # line 5 was the first
        ({"a.py": "1+4 44+9"}, False),
        ({"a.py": "1+5"}, True),
        ({"a.py": "1-4"}, False),
        ({"a.py": "5-1+1"}, True),
        ({"a.py": "5-1~1"}, None),
        ({"a.py": "20-1+1"}, False),
        ({"a.py": None}, None),  # it cannot be told any longer
        ({"b.py": "1+40"}, False),
    ],
)
def test_lines_are_followed(between, expected):
    """To the commit between (true), to the first one, or to none that is known."""
    other = edited("feat: another (#14)", 1, between)
    names = {True: ["feat: another (#14)"], False: [ADDED], None: []}
    assert repaired(other) == names[expected]


def test_lines_are_followed_through_renames():
    moves = edited("refactor: move (#14)", 1, {"b.py": "1+1"}, moved={"b.py": "a.py"})
    assert repaired(moves, fix=edited(FIX, 3, {"b.py": "6-1+1"})) == [ADDED]
    assert repaired(moves, fix=edited(FIX, 3, {"b.py": "1-1+1"})) == ["refactor: move (#14)"]
    # Another file has taken its place.
    assert repaired(moves) == []


@pytest.mark.parametrize(
    ("fix", "found"),
    [
        (edited(FIX, 7, {"a.py": "5-1+1"}), True),
        (edited(FIX, 8, {"a.py": "5-1+1"}), False),
        (edited("feat: the mode (#13)", 2, {"a.py": "5-1+1"}), False),
        (edited("Extract parts of the mode (#13)", 2, {"a.py": "5-1+1"}, kind="fix"), False),
        (edited(FIX, 2, {"a.py": "5-1+1"}, bot=True), False),
        (edited(FIX, 2, {"a.py": "5-1+1"} | dict.fromkeys(map(str, range(30)))), False),
    ],
)
def test_not_every_change_of_the_same_lines_repairs_them(fix, found):
    assert repaired(fix=fix) == ([ADDED] if found else [])


@pytest.mark.parametrize("kind", ["style", "revert"])
def test_who_shapes_lines_or_brings_them_back_is_not_at_fault(kind):
    assert repaired(edited("Another (#14)", 1, {"a.py": "5-1+1"}, kind=kind)) == []
    assert repaired(edited("fix: revert a mistake (#14)", 1, {"a.py": "5-1+1"})) == []


def test_a_fix_that_names_what_it_repairs_is_believed():
    other = edited("feat: another (#14)", 1, {"b.py": "1+40"})
    fix = edited(FIX, 2, {"a.py": "5-1+1"}, body="A follow-up to #14.")
    assert repaired(other, fix=fix) == ["feat: another (#14)"]


@pytest.mark.parametrize("seed", range(5))
def test_lines_are_followed_as_a_reader_would(seed):
    """Many random edits, with the owner of each line kept beside them."""
    choose = random.Random(seed)  # noqa: S311
    lines: list[tuple[str, str | None]] = [(f"line_{n} = 1", None) for n in range(60)]
    before = [text for text, _ in lines]
    history = []
    for number in range(25):
        subject = f"feat: the mode of {number}"
        after = list(lines)
        for _ in range(choose.randint(1, 4)):
            first = choose.randint(0, len(after))
            fresh = [
                (f"new_{number}_{choose.random()} = 1", subject)
                for _ in range(choose.randint(0, 4))
            ]
            after[first : first + choose.randint(0, 3)] = fresh
        texts = [text for text, _ in after]
        files = {"a.py": ("\n".join(before), "\n".join(texts))}
        found = edits.facts(files, subject).edits
        if found:
            lines, before = after, texts
            history.append(edited(subject, number / 25, {"a.py": found[0].ranges}))
    for number, (_, owner) in enumerate(lines, 1):
        fix = edited(FIX, 3, {"a.py": f"{number}-1+1"})
        said = told(*history, fix)
        assert said[FIX] == ([("fixes", owner)] if owner else []), number


def test_a_fix_of_the_same_lines_in_a_real_history(tmp_path):
    repo = GitRepo.create(tmp_path / "engine")
    old = "".join(f"OLD_{n} = {n}\n" for n in range(30))
    new = old + "".join(f"def mode_{n}(): return {n}\n" for n in range(20))
    repo.commit("feat: begin", {"app/a.py": old}, date="2026-02-01T10:00:00+00:00")
    repo.commit(ADDED, {"app/a.py": new}, date="2026-02-12T10:00:00+00:00")
    moved = {"app/a.py": None, "app/b.py": "import os\n" + new}
    repo.commit("refactor: move it", moved, date="2026-02-12T11:00:00+00:00")
    fixed = {"app/b.py": "import os\n" + new.replace("return 7", "return -7")}
    repo.commit(FIX, fixed, date="2026-02-13T10:00:00+00:00")
    project = Project.create(
        tmp_path, repositories=[{"url": "engine", "slug": SLUG}], timezone="UTC", since="2026-02-01"
    )
    project.collect(now="2026-02-14T12:00+00:00")
    outcomes = gather(Archive(tmp_path / "archive").days(SLUG))
    (done,) = outcomes.of(SLUG, repo.head)
    assert (done.kind, done.by, done.other.subject) == ("fixes", "same lines", ADDED)
