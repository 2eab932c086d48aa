"""What sort of change a commit is, told from words, files and its own news."""

from __future__ import annotations

import pytest
from support import edits
from support.records import change, commit, facts

from digest.facts.extract import extract
from digest.facts.grammar import learn
from digest.facts.plain import stem

SOURCE = ["src/app/main.py"]
TESTED = ["src/app/main.py", "tests/test_main.py"]


@pytest.mark.parametrize(
    ("subject", "paths", "kind"),
    [
        # features
        ("Allow several indexes", TESTED, "feature"),
        ("Add `--no-cache` option to install", TESTED, "feature"),
        ("Expose the token as a metric", TESTED, "feature"),
        ("Accept comments in configuration files", TESTED, "feature"),
        # fixes
        ("Don't panic when the file is missing", TESTED, "fix"),
        ("Avoid crash on empty input", TESTED, "fix"),
        ("Respect the timeout when retrying", TESTED, "fix"),
        ("Ensure that the lock is released after a failure", TESTED, "fix"),
        ("Handle invalid versions correctly", TESTED, "fix"),
        ("Only emit the warning once", TESTED, "fix"),
        # performance
        ("Speed up resolution", SOURCE, "performance"),
        ("Avoid cloning the resolver's state", SOURCE, "performance"),
        ("Faster path comparison", SOURCE, "performance"),
        # internal
        ("Move `Foo` into its own module", SOURCE, "refactor"),
        ("Remove unused helpers", SOURCE, "refactor"),
        ("Rename internal trait", SOURCE, "refactor"),
        ("Extract the parser into a crate", SOURCE, "refactor"),
        ("Cleanup dead code", SOURCE, "refactor"),
        # speed
        ("avoid quadratic rescan in a list", SOURCE, "performance"),
        ("Cache compiled patterns", SOURCE, "performance"),
        ("Fix catastrophic performance of tabs", SOURCE, "performance"),
        # documentation
        ("Fix broken link to the manual", SOURCE, "documentation"),
        ("Improve the documentation of `Client`", SOURCE, "documentation"),
        ("Update compatibility from 3.13 to 3.14", ["README.md"], "documentation"),
        # dependencies and releases
        ("Bump serde from 1.0.1 to 1.0.2", ["Cargo.toml", "Cargo.lock"], "dependencies"),
        ("Prepare for release 1.2", ["src/app/version.py"], "chore"),
        ("Bump version to 2.0.0", SOURCE, "chore"),
        # a component that is called like a type
        ("docker: clamp CPU shares to the minimum, which crashed", TESTED, "fix"),
        ("[pipeline] Support several sinks", TESTED, "feature"),
        ("docker: clamp CPU shares", ["Dockerfile"], "build"),
        # nothing is said
        ("K3 DSpark AR fusion", SOURCE, "other"),
    ],
)
def test_plain_titles(subject, paths, kind):
    assert facts(subject, changes=paths).kind == kind


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("✨ Add `x`", "feature"),
        ("🐛 Fix x", "fix"),
        ("📝 Describe x", "documentation"),
        ("⬆️ Bump x", "dependencies"),
        ("♻️ Rework x", "refactor"),
        ("🔒️ Check the origin", "fix"),
        ("⚡️ Keep x", "performance"),
        ("👷 Run x", "ci"),
        (":white_check_mark: Cover x", "test"),
        ("🎨 fix(api): x", "fix"),
    ],
)
def test_emoji(subject, kind):
    assert facts(subject).kind == kind


def test_files_come_before_an_emoji():
    assert facts("🐛 Fix the wizard", changes=["docs/a.md"]).kind == "documentation"
    assert facts("🔖 Release 1.2.3", changes=["docs/release-notes.md"]).kind == "chore"
    assert facts("⬆ Bump x", changes=["pyproject.toml"]).kind == "dependencies"


def test_a_learnt_tag_speaks_where_files_do_not():
    made = [commit(f"[Handbook] page {n}", changes=["docs/a.md"]) for n in range(9)]
    reading = edits.reading({"src/a.py": ("a = 1\n", "a = 2\n")}, "[Handbook] page")
    assert extract(reading).kind != "documentation"
    assert extract(reading, grammar=learn(made)).kind == "documentation"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("changes/123.bugfix.rst", "fix"),
        ("newsfragments/4567.added.md", "feature"),
        ("newsfragments/4567.packaging.md", "build"),
        (".changes/v1.15/BUG FIXES-20250101.yaml", "fix"),
        ("changelog/123.txt", None),
        ("src/bugfix.py", None),
    ],
)
def test_the_names_of_news_fragments(path, kind):
    made = ["src/app/main.py", change(path, status="A")]
    assert facts("K3 DSpark fusion", changes=made).kind == (kind or "other")


@pytest.mark.parametrize(
    ("path", "before", "after", "kind"),
    [
        (".chloggen/x.yaml", None, "change_type: bug_fix\nnote: y\n", "fix"),
        (".changelog/12.txt", None, "```release-note:improvement\nx: y\n```\n", "feature"),
        (".changes/v1/BUG FIXES-1.yaml", None, "kind: BUG FIXES\nbody: y\n", "fix"),
        ("CHANGELOG.md", "# 1\n", "# 1\n* [BUGFIX] y\n", "fix"),
        ("CHANGELOG.md", "## New\n\n### Fixed\n- a\n", "## New\n\n### Fixed\n- a\n- y\n", "fix"),
        ("CHANGELOG.md", "### Changed\n- a\n", "### Changed\n- a\n- y\n", "other"),
        ("CHANGELOG.md", "a\n", "### Added\n- x\n### Fixed\n- y\n", "other"),
        ("CHANGELOG.md", "a\n", "### Fixed\n" + "- x\n" * 20, "other"),
    ],
)
def test_news_in_the_commit(path, before, after, kind):
    files = {"src/a.py": ("a = 1\n", "a = 2\n"), path: (before, after)}
    assert edits.facts(files, "K3 DSpark fusion").kind == kind


@pytest.mark.parametrize(
    ("path", "before", "after", "kind"),
    [
        ("src/a.rs", "/// a\nfn a() {}\n", "/// b\nfn a() {}\n", "documentation"),
        ("src/a.py", "# a\na = 1\n", "# b\na = 1\n", "documentation"),
        ("src/a.py", "# a\na = 1\n", "# b\na = 2\n", "fix"),
        ("src/a.c", "*a = 1;\n", "*a = 2;\n", "fix"),
        ("src/a.c", "#define A 1\n", "#define A 2\n", "fix"),
    ],
)
def test_changes_of_comments_only(path, before, after, kind):
    assert edits.facts({path: (before, after)}, "Fix what is wrong").kind == kind


def test_a_declared_type_stands():
    files = {"src/a.py": ("# a\n", "# b\n"), "CHANGELOG.md": ("### Fixed\n", "### Fixed\n- x\n")}
    assert edits.facts(files, "feat: x").kind == "feature"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("add adds added adding", {"add"}),
        ("use uses used using", {"use"}),
        ("fix fixes fixed fixing", {"fix"}),
        ("crash crashes crashed crashing", {"crash"}),
        ("stop stops stopped stopping", {"stop"}),
        ("copy copies copied", {"copy"}),
    ],
)
def test_forms_of_a_word_are_one(words, expected):
    assert {stem(word) for word in words.split()} == expected


HOSTILE = ["a " * 5000, "`" * 999, "--" * 999, "a-" * 999, "\u202e\u0000", "+" * 999]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:6]))
def test_anything_may_be_written(text):
    files = {
        "CHANGELOG.md": ("a\n", "### " + text + "\n- [" + text + "\n"),
        "changes/1.txt": (None, "type: " + text + "\n"),
        "src/a.py": ("# " + text + "\n", "#" + text * 50 + "\n"),
    }
    assert edits.facts(files, text).kind
