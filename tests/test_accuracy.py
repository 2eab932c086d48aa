"""The accuracy benchmark: what it reads in changelogs, and how it counts."""

from __future__ import annotations

import math

import pytest
from support.gitrepo import GitRepo
from support.records import reading as make_reading

from benchmarks.accuracy import commits, measures, report, split
from benchmarks.accuracy.changelogs import parse, section_of
from benchmarks.accuracy.notes import without_notes
from digest.analysts.notes import is_notes
from digest.model import FilePatch, Reading

RUFF = """# Changelog

## 0.16.4

Released on 2026-08-20.

### Preview features

- \\[`refurb`\\] Skip a rule ([#27643](https://github.com/astral-sh/ruff/pull/27643))

### Bug fixes

- Fix a [link](https://docs.astral.sh/x#11) ([#27803](https://github.com/astral-sh/ruff/pull/27803))

### CLI

- Show more ([#5](https://github.com/astral-sh/ruff/pull/5))

### Breaking changes

- Of another repository ([#9](https://github.com/astral-sh/uv/pull/9)), and
  its second line ([#6](https://github.com/astral-sh/ruff/pull/6))

## 0.16.3

- No section ([#7](https://github.com/astral-sh/ruff/pull/7))
"""
PROMETHEUS = """## 3.14.0 / 2026-08-17

- [CHANGE] API: Deprecate. #1
- [FEATURE] PromQL: Add. #2, #3
- [ENHANCEMENT] [BUGFIX] Both. #4
- [PERF] Faster than #nothing. #5
* [CHANGE] **BREAKING CHANGE** Remove it [#6](https://github.com/grafana/tempo/pull/6) (@a)
"""
HASHICORP = """## 2.0.5 (August 12, 2026)

BREAKING CHANGES:

* plugin: removed [[GH-1](https://github.com/hashicorp/nomad/issues/1)]

IMPROVEMENTS:

* build: Update Go [[GH-2](https://github.com/hashicorp/nomad/issues/2)]

BUG FIXES:

* agent: Fixed [GH-3]

NOTES:

* about nothing [GH-4]
"""
AXUM = """# Unreleased

- **breaking:** Merged properly
  ([#1])
- **added:** New ([#2])
    - of it ([#3])
- **changed:** More ([#4])

[#1]: https://github.com/tokio-rs/axum/pull/1
[#9]: https://github.com/tokio-rs/axum/pull/9
"""
HELIX = """<!-- Fixes:
* x ([#99](https://github.com/helix-editor/helix/pull/99)) -->
# 25.07 (2025-07-15)

Breaking changes:

* Parsing ([#1](https://github.com/helix-editor/helix/pull/1), [4aed](https://github.com/helix-editor/helix/commit/d4aed40))

Updated languages and queries:

* Go ([#2](https://github.com/helix-editor/helix/pull/2))
"""
AIOHTTP = """3.14.3 (2026-07-22)
===================

Bug fixes
---------

- Fixed it -- by :user:`a`.

  *Related issues and pull requests on GitHub:*
  :issue:`13180`.

Features
--------

- Added :issue:`5`, see :pr:`6`.
"""
STYLELINT = """## 17.14.1

It fixes 4 bugs.

- Fixed: a rule ([#1](https://github.com/stylelint/stylelint/pull/1))
- Added: b ([#2](https://github.com/stylelint/stylelint/pull/2))
- Deprecated: c ([#3](https://github.com/stylelint/stylelint/pull/3))
"""


@pytest.mark.parametrize(
    ("text", "repository", "named"),
    [
        (RUFF, "ruff", {27643: "", 27803: "fixes", 5: "", 6: "breaking", 7: ""}),
        (PROMETHEUS, "", {1: "", 2: "features", 3: "features", 4: "fixes improvements",
                          5: "performance", 6: "breaking"}),
        (HASHICORP, "nomad", {1: "breaking", 2: "improvements", 3: "fixes", 4: ""}),
        (AXUM, "axum", {1: "breaking", 2: "features", 3: "features", 4: ""}),
        (HELIX, "helix", {1: "breaking", 2: ""}),
        (AIOHTTP, "aiohttp", {13180: "fixes", 5: "features", 6: "features"}),
        (STYLELINT, "stylelint", {1: "fixes", 2: "features", 3: ""}),
        ("", "", {}),
        ("#1 " * 3, "", {1: ""}),
    ],
)  # fmt: skip
def test_what_changelogs_name(text, repository, named):
    found = parse(text, repository).sections
    assert {number: " ".join(sorted(sections)) for number, sections in found.items()} == named


def test_items_may_begin_with_their_commit():
    item = "* [`7cf96cf`](https://a.b/c/commit/7cf96cf185f8) Breaking: Disallow it (#7) (Me)"
    found = parse(item)
    assert (found.sections, found.shas) == ({7: {"breaking"}}, {"7cf96cf": {"breaking"}})


def test_fragments_stand_in_folders_that_are_called_like_sections():
    path = ".changelog/v1.0/{}/12-gone.md"
    text = "- `[p2p]` Gone ([\\#12](https://github.com/a/b/issues/12))\n"
    assert parse(text, "b", path.format("breaking-changes")).sections == {12: {"breaking"}}
    assert parse(text, "b", path.format("bug-fixes")).sections == {12: {"fixes"}}
    assert parse(text, "b", path.format("other")).sections == {12: set()}
    assert parse(text, "b", "docs/release-notes.md").sections == {12: set()}


def test_commits_are_named_by_their_shas_too():
    assert parse(HELIX, "helix").shas == {"d4aed40": {"breaking"}}


@pytest.mark.parametrize(
    ("title", "section"),
    [
        ("🐛 Bug Fixes", "fixes"),
        (":bug: Bug Fix", "fixes"),
        ("Bug fixes:", "fixes"),
        ("⚠ BREAKING CHANGES", "breaking"),
        ("Breaking Changes - Upgrade Guide", "breaking"),
        ("API Breaking", "breaking"),
        ("Removals and backward incompatible breaking changes", "breaking"),
        ("Backward-incompatible changes", "breaking"),
        ("Non-breaking changes", None),
        ("Potentially breaking changes", None),
        ("Fixed (unstable)", "fixes"),
        ("Chore & Maintenance", "internal"),
        ("💡 Enhancements 💡", "improvements"),
        ("Changed", None),
        ("[1.0.0] - 2026-01-01", None),
        ("", None),
    ],
)
def test_sections_by_their_titles(title, section):
    assert section_of(title) == section


@pytest.mark.parametrize(
    "text", ["- " * 20_000, "[" * 20_000, "*" * 20_000, "#" * 20_000, "- [#1](" * 5_000]
)
def test_hostile_changelogs_take_no_time(text):
    parse(text)


def test_auc():
    assert measures.auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
    assert measures.auc([1, 1, 1], [True, False, True]) == 0.5
    assert measures.auc([3, 2, 1], [True, True, False]) == 1
    assert math.isnan(measures.auc([1, 2], [True, True]))


@pytest.mark.parametrize(
    ("kind", "sections", "right"),
    [
        ("fix", {"fixes"}, True),
        ("fix", {"features", "fixes"}, True),
        ("feature", {"fixes", "breaking"}, False),
        ("test", {"internal"}, True),
        ("other", {"internal"}, False),
        ("fix", {"breaking"}, None),
        ("fix", set(), None),
        ("revert", {"fixes"}, None),
        ("feature", {"improvements"}, True),
        ("fix", {"improvements"}, False),
        ("dependencies", {"internal"}, True),
        ("dependencies", {"fixes"}, False),
    ],
)
def test_types(kind, sections, right):
    assert measures.type_is_right(kind, sections) is right


def test_sections_that_a_changelog_does_not_have_are_not_asked_for():
    has = measures.kept([{"fixes"}] * 300 + [{"features"}] * 300 + [{"dependencies"}])
    assert has == {"fixes", "features"}
    assert measures.type_is_right("dependencies", {"fixes"}, has)
    assert not measures.type_is_right("test", {"fixes"}, has)


def test_items_without_a_number_are_known_by_their_words(tmp_path):
    repo = GitRepo.create(tmp_path / "repo")
    fixes = "### Fixes\n\n- A (#1)\n"
    repo.commit("A (#1)", {"src/a.py": "x = 1\n", "CHANGELOG.md": fixes})
    text = f"{fixes}\n### Breaking changes\n\n- The old way to set the port is gone for good\n"
    repo.commit("Clean up (#2)", {"src/a.py": "x = 2\n", "CHANGELOG.md": text})
    repo.commit("Remove it (#3)", {"src/a.py": "x = 3\n", "CHANGELOG.md": f"{text}- B (#3)\n"})
    source = {"repo": (repo.path, split.Source("test", "repo"))}
    (history,) = commits.samples_of(source, limit=99, cache=tmp_path / "c", breaking=True)
    assert [sample.commit.subject for sample in history.samples] == ["Remove it (#3)"]
    (history,) = commits.samples_of(source, limit=99, cache=tmp_path / "c")
    assert [set(sample.sections) for sample in history.samples] == [
        {"breaking"},
        {"breaking"},
        {"fixes"},
    ]
    assert [bool(sample.seen) for sample in history.samples] == [True, True, False]
    assert not any(sample.facts.breaking for sample in history.samples)
    assert report.breaking_table([history]).startswith("repository")


def test_precision_and_recall():
    found, wanted = [True, True, True, False], [True, True, False, True]
    assert measures.precision_and_recall(found, wanted) == (2 / 3, 2 / 3)
    assert math.isnan(measures.precision_and_recall([False], [False])[0])


@pytest.mark.parametrize(
    ("path", "notes"),
    [
        ("CHANGELOG.md", True),
        ("CHANGES.rst", True),
        ("docs/en/docs/release-notes.md", True),
        (".changeset/brave-cats.md", True),
        ("newsfragments/12.added.md", True),
        ("CHANGES/12.bugfix", True),
        ("doc/whats-new.rst", True),
        ("src/changes.py", False),
        ("src/history/mod.rs", False),
        ("src/main.py", False),
        ("docs/history-of-design.md", False),
    ],
)
def test_the_answer_is_hidden(path, notes):
    assert is_notes(path) is notes


def test_without_notes_leaves_a_commit_that_is_nothing_else():
    whole = make_reading("x", changes=["src/a.py", "CHANGELOG.md"])
    whole = Reading(
        whole.commit, whole.coverage, (FilePatch("src/a.py", b""), FilePatch("CHANGELOG.md", b""))
    )
    left = without_notes(whole)
    assert [item.path for item in left.commit.changes] == ["src/a.py"]
    assert [patch.path for patch in left.patches] == ["src/a.py"]
    only = make_reading("x", changes=["CHANGELOG.md"])
    assert without_notes(only) is only


def test_nothing_is_both_trained_on_and_reported():
    reported = [source for source in split.SOURCES.values() if source.part == "test"]
    assert 3 <= len(reported) < len(split.SOURCES)
    assert "uv" not in split.SOURCES
    assert split.source_of("never-heard-of").part == "test"
    assert split.SOURCES["ruff"].leaves_out("[ty] Infer more")


def test_the_samples_of_a_history(tmp_path):
    repo = GitRepo.create(tmp_path / "repo")
    repo.commit("Begin", {"src/a.py": "x = 1\n"})
    repo.commit("Older than what is named (#1)", {"src/a.py": "x = 2\n"})
    repo.commit("Add b (#2)", {"src/b.py": "y = 1\n"})
    repo.commit("Without a number", {"src/b.py": "y = 2\n"})
    repo.commit("[ty] Of another product (#3)", {"src/b.py": "y = 3\n"})
    repo.commit("Clean up (#4)", {"src/b.py": "y = 4\n"})
    repo.commit("Old notes", {"CHANGELOG.md": "## 1\n\n### Features\n\n- b (#2)\n" + "#\n" * 99})
    repo.commit("Fix b (#5)", {"src/b.py": "y = 5\n", "CHANGELOG.md": "### Fixes\n\n- b (#5)\n"})
    repo.commit("Not released yet (#6)", {"src/b.py": "y = 6\n"})
    source = split.Source("test", "repo", apart=r"^\[ty\]")
    (history,) = commits.samples_of({"repo": (repo.path, source)}, limit=99, cache=tmp_path / "c")
    assert [(s.commit.subject, s.named, set(s.sections)) for s in history.samples] == [
        ("Fix b (#5)", True, {"fixes"}),
        ("Clean up (#4)", False, set()),
        ("Add b (#2)", True, {"features"}),
    ]
    assert [item.path for item in history.samples[0].commit.changes] == ["src/b.py"]
    assert report.table([history]).splitlines()[1].startswith("repo")
    assert "Clean up (#4)" in report.misses([history], 3)


def test_only_changelogs_are_read_below_a_beginning_of_paths(tmp_path):
    repo = GitRepo.create(tmp_path / "repo")
    notes = "## Fixes\n\n- a (#1)\n"
    repo.commit("Fix a (#1)", {"core/CHANGELOG.md": notes, "core-extra/CHANGELOG.md": notes})
    repo.commit("Fix b (#2)", {"core/src/a.rs": "## Fixes\n\n- b (#2)\n"})
    source = split.Source("test", "repo", changelogs=("core",))
    found = commits.titles_of(repo.path, source, limit=9)
    assert [(commit.subject, set(sections)) for commit, sections, _ in found] == [
        ("Fix b (#2)", set()),
        ("Fix a (#1)", {"fixes"}),
    ]


def test_words_tell_only_of_items_that_a_commit_writes_about_itself(tmp_path):
    repo = GitRepo.create(tmp_path / "repo")
    line = "  By `Somebody Nice <https://example.org/somebody-nice>`_.\n"
    gone = f"- The old loader of pickled files is gone for good\n{line}"
    new = f"- Something new that has a number of its own (#3)\n{line}"
    other = f"{new}- Something without any number that is new here\n{line}"

    def notes(breaking, features, last=""):
        return f"## Breaking changes\n\n{breaking}\n## Features\n\n- First (#1)\n{features}{last}"

    repo.commit("First (#1)", {"a.py": "x = 0\n", "CHANGELOG.md": notes("", "")})
    for number, (breaking, features) in enumerate([(gone, ""), (gone, new), (gone, other)], 2):
        text = notes(breaking, features)
        repo.commit(f"Change (#{number})", {"a.py": f"x = {number}\n", "CHANGELOG.md": text})
    repo.commit("Mend (#5)", {"CHANGELOG.md": notes(gone.replace("good", "ever"), other)})
    last = notes(gone, other, "- Last (#6)\n")
    repo.commit("Last (#6)", {"a.py": "x = 6\n", "CHANGELOG.md": last})
    source = {"repo": (repo.path, split.Source("test", "repo"))}
    (history,) = commits.samples_of(source, limit=99, cache=tmp_path / "c")
    listed = {s.commit.subject: "breaking" in s.sections for s in history.samples}
    assert listed == {
        "Last (#6)": False,
        "Mend (#5)": False,  # nothing but notes
        "Change (#4)": False,  # shares no more than its author with what is listed
        "Change (#3)": False,
        "Change (#2)": True,
        "First (#1)": False,
    }


def test_what_authors_say_in_one_word_is_held_against_sections(tmp_path):
    repo = GitRepo.create(tmp_path / "repo")
    notes = "## Fixes\n\n- a (#1)\n- b (#2)\n- c (#3)\n"
    repo.commit("Fix a (#1)", {"src/a.py": "x = 1\n"})
    repo.commit("Add b (#2)", {"src/a.py": "x = 2\n"})
    repo.commit("fix: c (#3)", {"src/a.py": "x = 3\n"})
    repo.commit("Better d (#4)", {"src/a.py": "x = 4\n", "CHANGELOG.md": notes})
    source = {"repo": (repo.path, split.Source("test", "repo"))}
    (history,) = commits.samples_of(source, limit=99, cache=tmp_path / "c")
    assert [sample.said for sample in history.samples] == ["fix", "feature", "fix"]
    assert "own word" in report.table([history])


def test_how_many_of_the_listed_say_so_at_all(tmp_path):
    repo = GitRepo.create(tmp_path / "repo")
    bodies = ["This breaks who reads x.", "", "", "", "It unbreaks nothing."]
    for number, body in enumerate(bodies, 1):
        repo.commit(f"Change x (#{number})\n\n{body}\n", {"src/a.py": f"x = {number}\n"})
    listed = "".join(f"- x (#{number})\n" for number in range(1, 6))
    repo.commit("Release", {"CHANGELOG.md": f"## Breaking changes\n\n{listed}"})
    source = {"repo": (repo.path, split.Source("test", "repo"))}
    (history,) = commits.samples_of(source, limit=99, cache=tmp_path / "c", breaking=True)
    header, line, _ = report.breaking_table([history]).splitlines()
    assert line[header.index("said") :].startswith("20 %")
