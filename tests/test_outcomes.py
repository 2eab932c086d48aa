"""What later commits did to earlier ones: found where the message is clear, and not elsewhere."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import time
from collections.abc import Iterable
from typing import Any

import pytest
from support import edits
from support.building import Project
from support.gitrepo import GitRepo
from support.records import NOON, change, commit
from support.site import check_links

from digest.analysts.heuristic import HeuristicAnalyst
from digest.archive import Archive
from digest.facts import extract
from digest.facts.references import references_of
from digest.facts.reverts import reverts_of
from digest.hindsight import Hindsight
from digest.model import (
    SCHEMA_VERSION,
    Area,
    Coverage,
    Day,
    DependencyChange,
    Edit,
    Entry,
    Reading,
    Repository,
    RepositoryState,
)
from digest.outcomes import Mention, Outcome, Outcomes, gather
from digest.outcomeviews import OutcomeView, standing
from digest.pages import Pages
from digest.pageviews import EntryView, RepositoryDay, anchors
from digest.wording import Wording

SLUG = "acme/engine"
FIRST = dt.date(2026, 2, 13)
COVERAGE = Coverage(files=1, files_read=1, lines=1, lines_read=1)

Said = tuple[str, str]


def entry(subject: str, body: str = "", *, at: float = 0, sha: str = "", **more: Any) -> Entry:
    """An entry of the n-th day, whose sha is made of its number and subject."""
    made = commit(subject, body, **more)
    sha = sha or hashlib.sha1(f"{at} {subject} {body}".encode()).hexdigest()  # noqa: S324
    made = made.model_copy(update={"sha": sha, "committed_at": NOON + dt.timedelta(days=at)})
    read = Reading(commit=made, coverage=COVERAGE, patches=())
    found = extract(read)
    analysis = HeuristicAnalyst().analyse(read, found)
    return Entry(commit=made, facts=found, analysis=analysis)


def days(entries: Iterable[Entry], slug: str = SLUG) -> list[Day]:
    """Days of those entries, which are given oldest first."""
    by_date: dict[dt.date, list[Entry]] = {}
    for one in entries:
        by_date.setdefault(one.commit.committed_at.date(), []).insert(0, one)
    return [
        Day(
            schema_version=SCHEMA_VERSION,
            repository=slug,
            date=date,
            zone="UTC",
            complete=True,
            head=None,
            entries=tuple(found),
        )
        for date, found in by_date.items()
    ]


def told(*entries: Entry) -> dict[str, list[Said]]:
    """Subject of each entry → what is told of it, as kind and the other's subject."""
    outcomes = gather(days(entries))
    return {
        f"{one.commit.subject}": [
            (found.kind, found.other.subject) for found in outcomes.of(SLUG, one.commit.sha)
        ]
        for one in entries
    }


TITLE = "feat(router): add an affinity mode (#12)"
SHA = hashlib.sha1(f"0 {TITLE} ".encode()).hexdigest()  # noqa: S324


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


ADDED = "feat(router): add a mode (#12)"
FIX = "fix(router): the mode (#13)"


def edited(
    subject: str,
    at: float,
    ranges: dict[str, str | None],
    *,
    body: str = "",
    moved: dict[str, str] | None = None,
    **more: Any,
) -> Entry:
    """An entry that changes those lines of its files; None where that is not known."""
    before = moved or {}
    changes = [
        change(path, 1, 1, "R", previous_path=before[path]) if path in before else change(path)
        for path in ranges
    ]
    made = entry(subject, body, at=at, changes=changes)
    told = tuple(Edit(path=path, ranges=text) for path, text in ranges.items() if text)
    return made.model_copy(update={"facts": made.facts.model_copy(update={"edits": told, **more})})


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
    facts = made.facts.model_copy(update={"dependencies": (move,), "areas": (area,), **more})
    return made.model_copy(update={"facts": facts})


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
    gone = entry(f'Revert "{TITLE}"', at=1).model_copy(update={"vanished": True})
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
        copies = [
            one.model_copy(
                update={
                    "commit": one.commit.model_copy(
                        update={"sha": hashlib.sha1(str(n).encode()).hexdigest()}  # noqa: S324
                    )
                }
            )
            for n, one in enumerate(many * (number // 10))
        ]
        made = days(copies)
        start = time.process_time()
        gather(made)
        return time.process_time() - start

    took(500)
    assert took(8_000) < 8 * max(took(2_000), 0.02)


# What messages say


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


# What a page shows


ENGINE = Repository(slug=SLUG, url="https://github.com/acme/engine")


def sections(date: dt.date, parts: dict[Repository, Day | None]) -> list[RepositoryDay]:
    """A day of several repositories, with the anchors that its page has."""
    pairs = [(one, item) for one, day in parts.items() if day for item in day.entries]
    views = iter(
        EntryView(item, one, anchor)
        for (one, item), anchor in zip(pairs, anchors(pairs), strict=True)
    )
    return [
        RepositoryDay(
            repository=one,
            state=RepositoryState(schema_version=SCHEMA_VERSION, repository=one.slug),
            anchor=f"repository-{one.slug.replace('/', '-')}",
            day=day,
            entries=tuple(next(views) for _ in day.entries) if day else (),
        )
        for one, day in parts.items()
    ]


def pages(entries: list[Entry], language: str = "en") -> dict[str, str]:
    """The page of each day, by its path."""
    hindsight = Hindsight()
    shown = [(day.date, sections(day.date, {ENGINE: day})) for day in days(entries)]
    for _, parts in shown:
        hindsight.add(parts)
    templates = Pages(Wording(language), "Digest")
    made = [
        templates.day(date, hindsight.of(parts), previous=None, following=None)
        for date, parts in shown
    ]
    return {page.path: page.content for page in made}


def test_the_banner_and_the_link_back():
    later = entry('Revert "feat(router): add an affinity mode" (#15)', at=16)
    found = pages([entry(TITLE), later])
    early, late = found["2026/02/13.md"], found["2026/03/01.md"]
    short = later.commit.short_sha
    assert f"](../03/01.md#{short}) on 2026-03-01 (16 days later)." in early
    assert "\n> Reverted by [Revert " in early
    assert '<span class="digest-outcome">reverted</span>' in early
    assert f"(../02/13.md#{SHA[:7]}) of 2026-02-13 (16 days earlier)" in late
    assert early.count("Reverted by") == 1
    chinese = pages([entry(TITLE), later], "zh")
    assert "已于 2026-03-01（16 天后）被 [Revert" in chinese["2026/02/13.md"]
    assert "已回退" in chinese["2026/02/13.md"]


def test_the_banner_says_how_a_fix_is_known():
    both = [edited(ADDED, 0, {"a.py": "1+40"}), edited(FIX, 2, {"a.py": "5-1+1"})]
    found = pages(both)
    assert "\n> Followed by a fix of lines that this commit added: [fix" in found["2026/02/13.md"]
    assert "(2 days earlier) · repairs lines that it added\n" in found["2026/02/15.md"]
    chinese = pages(both, "zh")
    assert "修正了本提交新增的代码行" in chinese["2026/02/13.md"]
    assert "修正其新增的代码行" in chinese["2026/02/15.md"]
    named = pages([entry(ADDED), entry("fix: the mode", "A follow-up to #12.", at=2)])
    assert "\n> Followed by a fix: [fix" in named["2026/02/13.md"]


def test_a_link_within_a_page_and_one_to_a_longer_anchor():
    twin = "abcdef1" + "0" * 33
    other = "abcdef1" + "1" * 33
    first = entry(TITLE, sha="abcdef1" + "2" * 33)
    second = entry("fix: a crash introduced in #12 (#13)", at=0.1, sha=twin)
    page = pages([first, entry("Something else", sha=other), second])["2026/02/13.md"]
    anchor = next(
        line.rsplit("#", 1)[1].split()[0]
        for line in page.split("\n")
        if line.startswith("#### fix")
    )
    assert len(anchor) > 7
    assert f"](#{anchor}) on 2026-02-13 (the same day)." in page


def test_what_a_commit_says_stays_text_in_a_banner():
    title = "Add `a` <script>alert(1)</script> [x](javascript:y) | *z* (#12)"
    page = pages([entry(title), entry(f'Revert "{title}"', at=1)])
    for content in page.values():
        assert "<script>" not in content
        assert "](javascript" not in content


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], None),
        (["reverted by"], "reverted"),
        (["reverted by", "reapplied by"], "reapplied"),
        (["reverted by", "reapplied by", "reverted by"], "reverted"),
        (["follow-up fix", "superseded bump"], "fixed"),
        (["superseded bump"], "superseded"),
        (["cherry-picked to"], None),
    ],
)
def test_how_an_entry_stands(kinds, expected):
    other = Mention(SLUG, "ab" * 20, FIRST, "x", None)
    views = [OutcomeView(Outcome(kind, other, "sha"), "abababa", 1) for kind in kinds]
    assert standing(views) == expected


def test_a_built_site_has_no_broken_link(tmp_path):
    repo = GitRepo.create(tmp_path / "engine")
    title = "feat: a mode of the router"
    repo.commit(f"{title} (#1)", {"a.py": "a\n"}, date="2026-02-12T10:00:00+00:00")
    repo.commit(f'Revert "{title}" (#2)', {"a.py": "b\n"}, date="2026-02-13T10:00:00+00:00")
    project = Project.create(
        tmp_path,
        repositories=[{"url": "engine", "slug": SLUG}],
        timezone="UTC",
        since="2026-02-12",
    )
    project.collect(now="2026-02-14T12:00+00:00")
    project.build(now="2026-02-14T12:00+00:00")
    assert check_links(project.site, allowed=lambda _: True) == []
    assert "Reverted by" in project.page("2026/02/12")
