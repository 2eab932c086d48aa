"""What later commits did to earlier ones: found where the message is clear, and not elsewhere."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import pytest
from msgspec.structs import replace
from support.records import change, commit
from support.sequels import SHA, SLUG, TITLE, days, entry, told

from digest.facts.references import references_of
from digest.facts.reverts import reverts_of
from digest.model import Area, DependencyChange, Entry
from digest.outcomes import Outcomes, gather


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (f'Revert "{TITLE}" (#15)', ""),
        ('Revert "feat(router): add an affinity mode" (#15)', ""),
        ('Revert "feat(router): Add an affinity mode." (#15)', ""),
        ('Revert "add an affinity mode" (#15)', ""),
        ('[CI] Revert "[Router] Add an affinity mode" (#15)', ""),
        ('Revert "feat(router): add an affinity … (#15)', ""),
        ("Revert #12 (#15)", ""),
        ("Revert 12 things", f"This reverts commit {SHA}."),
        ("Undo it", f"This reverts commit {SHA[:9]}."),
        ('Revert "x"', "Reverts acme/engine#12"),
        ("[Critical] Revert PR #12", ""),
        ("fix(revert): complete revert of the erroneous #12 (#15)", ""),
        ("revert: feat(router): add an affinity mode", ""),
        ("Roll back #12", ""),
        ("Back out #12", ""),
    ],
)
def test_reverts_are_found(subject, body):
    found = told(entry(TITLE), entry(subject, body, at=2))
    assert found[TITLE] == [("reverted by", subject)]
    assert found[subject] == [("reverts", TITLE)]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ('Revert "feat(router): add another mode" (#15)', ""),
        ("fix: revert the image tag to 1.0", ""),
        ("Revert #13", ""),
        ("Something else", "Reverts other/project#12"),
        ("Something else", "See #12 and its revert."),
        ("Something else", f"* Revert it\n\n  This reverts commit {SHA}."),
        ('Revert "add"', ""),
        ("docs: how reverts of #12 are shown", ""),
        (TITLE, ""),
    ],
)
def test_what_names_no_commit_is_none(subject, body):
    assert told(entry(TITLE), entry(subject, body, at=1))[TITLE] == []


def test_a_commit_without_a_file_in_common_is_another_one():
    earlier = entry(TITLE, changes=["src/router.py"])
    later = entry(f'Revert "{TITLE}"', at=1, changes=["docs/a.md"])
    assert told(earlier, later)[TITLE] == []


def test_nothing_points_forward():
    revert = entry(f'Revert "{TITLE}"')
    assert told(revert, entry(TITLE, at=1))[TITLE] == []
    selfish = entry("x", f"This reverts commit {'ab' * 20}.", sha="ab" * 20)
    assert told(selfish) == {"x": []}


def test_of_commits_with_one_title_the_one_that_fits_is_meant():
    title = "Update the documentation"
    first = entry(title, at=0, changes=["docs/a.md"])
    second = entry(title, at=1, changes=["docs/b.md"])
    revert = entry(f'Revert "{title}"', at=2, changes=["docs/a.md"])
    outcomes = gather(days([first, second, revert]))
    assert [one.kind for one in outcomes.of(SLUG, first.commit.sha)] == ["reverted by"]
    assert outcomes.of(SLUG, second.commit.sha) == ()


def test_of_commits_that_fit_alike_none_is_meant():
    title = "Update the documentation"
    first, second = (entry(title, at=day, changes=["docs/a.md"]) for day in (0, 1))
    revert = entry(f'Revert "{title}"', at=2, changes=["docs/a.md"])
    outcomes = gather(days([first, second, revert]))
    assert not any(outcomes.of(SLUG, one.commit.sha) for one in (first, second, revert))
    named = entry(f'Revert "{title}"', f"This reverts commit {first.commit.sha}.", at=3)
    outcomes = gather(days([first, second, named]))
    assert outcomes.of(SLUG, first.commit.sha)[0].by == "sha"
    assert outcomes.of(SLUG, second.commit.sha) == ()


def test_what_was_taken_back_is_not_taken_back_again():
    """A title lands, is reverted, lands again and is reverted again: each revert has its own."""
    first = entry(TITLE)
    revert = entry(f'Revert "{TITLE}" (#13)', at=1)
    second = entry("feat(router): add an affinity mode (#14)", at=2)
    again = entry('Revert "feat(router): add an affinity mode" (#15)', at=3)
    found = told(first, revert, second, again)
    assert found[TITLE] == [
        ("reverted by", revert.commit.subject),
        ("reapplied by", second.commit.subject),
        ("reverted by", again.commit.subject),
    ]
    assert found[second.commit.subject] == [
        ("reapplies", TITLE),
        ("reverted by", again.commit.subject),
    ]


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ('Revert "Revert "feat(router): add an affinity mode (#12)" (#13)" (#14)', ""),
        ('Revert "Revert "feat(router): add an affinity mode"" (#14)', ""),
        ('Reapply "feat(router): add an affinity mode (#12)"', ""),
        ('Reland "feat(router): add an affinity mode" (#14)', ""),
        ("[router] Reland: add an affinity mode (#12) (#14)", ""),
        ("Reland affinity mode for routers (#14)", ""),
        ("feat: affinity in routing (redo of #12) (#14)", ""),
        ("[Redo] #12 with a limit (#14)", ""),
        ("feat(router): add an affinity mode (#14)", ""),
    ],
)
def test_reapplications_are_found(subject, body):
    revert = 'Revert "feat(router): add an affinity mode (#12)" (#13)'
    found = told(entry(TITLE), entry(revert, at=1), entry(subject, body, at=2))
    assert found[TITLE] == [("reverted by", revert), ("reapplied by", subject)]
    assert ("reapplies", TITLE) in found[subject]
    if subject.startswith(('Revert "Revert', "Reapply")):
        assert found[revert] == [("reverts", TITLE), ("reverted by", subject)]


def test_to_reland_a_revert_is_to_take_back_again():
    first, revert = entry(TITLE), entry('Revert "feat(router): add an affinity mode"', at=1)
    back = entry('Revert "Revert "feat(router): add an affinity mode""', at=2)
    again = entry('Reland "Revert "feat(router): add an affinity mode""', at=3)
    found = told(first, revert, back, again)
    assert [kind for kind, _ in found[TITLE]] == ["reverted by", "reapplied by", "reverted by"]


def test_only_what_was_taken_back_can_be_brought_back():
    found = told(entry(TITLE), entry("Reland the affinity mode of the router", at=1))
    assert found[TITLE] == []


def test_a_part_is_told_as_a_part():
    earlier = entry(TITLE)
    for subject in (
        "Partially revert #12",
        "[ROCm] Revert part of `feat(router): add an affinity mode` #12 (#15)",
        "Revert the tracking of sessions from #12 (#15)",
    ):
        outcomes = gather(days([earlier, entry(subject, at=1)]))
        (found,) = outcomes.of(SLUG, earlier.commit.sha)
        assert (found.kind, found.partial) == ("reverted by", True), subject


def test_the_exact_contrary_is_a_revert_if_it_speaks_of_one():
    earlier = entry("Install the tools by hand", changes=[change("a", 9, 2), change("b", 3, 0)])
    contrary = [change("a", 2, 9), change("b", 0, 3)]
    for subject, expected in (
        ("revert(container): remove the workaround", ["reverted by"]),
        ("Remove the workaround", []),
    ):
        outcomes = gather(days([earlier, entry(subject, at=5, changes=contrary)]))
        assert [one.kind for one in outcomes.of(SLUG, earlier.commit.sha)] == expected


def test_cherry_picks():
    picked = entry("The mode", f"(cherry picked from commit {SHA})", at=1)
    assert told(entry(TITLE), picked)[TITLE] == [("cherry-picked to", "The mode")]
    for subject in (
        "Cherry-pick of #12",
        "[release/1.2] feat(router): add an affinity mode (#12) (#15)",
        "Cherry pick the affinity mode from #12 (#15)",
        "[Backport] feat(router): add an affinity mode (#12) (#15)",
    ):
        assert told(entry(TITLE), entry(subject, at=1))[TITLE] == [("cherry-picked to", subject)]
    assert told(entry(TITLE), entry("fix: backport engine PR #12", at=1))[TITLE] == []


def test_a_pick_of_another_repository_is_found_by_its_whole_sha():
    outcomes = Outcomes()
    body = f"(cherry picked from commit {SHA})"
    for day in days([entry("The mode", body)], "acme/engine-release") + days([entry(TITLE)]):
        outcomes.add(day)
    (found,) = outcomes.of(SLUG, SHA)
    assert (found.kind, found.other.slug) == ("cherry-picked to", "acme/engine-release")


def bump(before: str, after: str, at: int, name: str = "torch", **more: Any) -> Entry:
    """A commit that moves a dependency and nothing else."""
    made = entry(f"Bump {name} to {after}", at=at, changes=["requirements.txt"])
    move = DependencyChange(ecosystem="python", name=name, before=before, after=after)
    area = Area(name="Build", category="build", files=1, insertions=1, deletions=1)
    facts = replace(made.facts, **{"dependencies": (move,), "areas": (area,), **more})
    return replace(made, facts=facts)


SOURCE = Area(name="src", category="source", files=1, insertions=1, deletions=1)


@pytest.mark.parametrize(
    ("before", "after", "at", "more", "superseded"),
    [
        ("2.1", "2.2", 5, {}, True),
        ("2.1", "2.2", 45, {}, False),
        ("2.1", "2.0", 5, {}, False),
        ("3.0", "3.1", 5, {}, False),
        ("2.1", "2.2", 5, {"name": "numpy"}, False),
        ("2.1", "2.2", 5, {"areas": (SOURCE,)}, False),
    ],
)
def test_superseded_bumps(before, after, at, more, superseded):
    later = bump(before, after, at, **more)
    found = told(bump("2.0", "2.1", 0), later)["Bump torch to 2.1"]
    assert found == ([("superseded bump", later.commit.subject)] if superseded else [])


def test_a_vanished_commit_does_nothing():
    gone = replace(entry(f'Revert "{TITLE}"', at=1), vanished=True)
    assert told(entry(TITLE), gone)[TITLE] == []


@pytest.mark.parametrize("title", ["Update", "Revert", 'Revert ""', "", "…", "#", "()" * 500])
def test_titles_that_say_nothing_match_nothing(title):
    entries = [entry(title, at=0), entry(f'Revert "{title}"', at=1)]
    assert gather(days(entries)).of(SLUG, entries[0].commit.sha) == ()


def test_a_long_chain_of_reverts_stays_bounded():
    titles = [TITLE]
    for _ in range(60):
        titles.append(f'Revert "{titles[-1]}"'[:400])
    entries = [entry(title, at=day) for day, title in enumerate(titles)]
    outcomes = gather(days(entries))
    assert all(len(outcomes.of(SLUG, one.commit.sha)) <= 50 for one in entries)


def test_the_work_is_linear():
    """Also where thousands of commits have one title, and hundreds revert it."""

    def took(number: int) -> float:
        many = [
            entry("Update the documentation" if n % 5 else 'Revert "Update the documentation"')
            for n in range(10)
        ]
        shas = [hashlib.sha1(str(n).encode()).hexdigest() for n in range(number)]  # noqa: S324
        copies = [
            replace(one, commit=replace(one.commit, sha=shas[n]))
            for n, one in enumerate(many * (number // 10))
        ]
        made = days(copies)
        start = time.process_time()
        gather(made)
        return time.process_time() - start

    took(500)
    assert took(8_000) < 8 * max(took(2_000), 0.02)


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ("[Cherry pick to release/v0.5.15] Fix loading (#12)", "", ("release/v0.5.15",)),
        ("Fix loading", "Backport to 1.2.x", ("1.2.x",)),
        ("[1.2] Fix loading (#12)", "", ()),
        ("Improve how backports to branches are made", "", ()),
    ],
)
def test_backports(subject, body, expected):
    assert references_of(commit(subject, body)).backports == expected


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ("Revert `TRITON_UNFUSED` fallback (#12)", "", []),
        ('Revert "Make `A` the default (#12)"', "", [("Make `A` the default (#12)", 12, False)]),
        ('Revert "Add a timeout" (#12 and #13) (#15)', "", [(None, 12, False), (None, 13, False)]),
        ("Partially revert #12", "", [(None, 12, True)]),
        ("[Diffusion] Revert 18619 (#19510)", "", [(None, 18619, False)]),
        ("x", "This partially reverts commit 0123456789.", [(None, None, True)]),
        ("Revert abcdef1 and 1234567", "", [(None, None, False), (None, None, False)]),
    ],
)
def test_forms_of_reverts(subject, body, expected):
    found = reverts_of(commit(subject, body))
    assert [(one.subject, one.pull_request, one.partial) for one in found] == expected
