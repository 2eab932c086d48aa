"""Whether users must act because of a commit: said by the message, borne out by the diff."""

from __future__ import annotations

import time

import pytest
from support import edits
from support.breaking import CODE, breaking, reasons
from support.edits import diff as made
from support.records import facts as said

from digest.facts.removals import in_product, removed_for_good, strength_of
from digest.model import Evidence, InterfaceChange


def gone(name, path="src/app/core.py", what="public symbol", **more):
    return InterfaceChange(
        what=what,
        name=name,
        before="",
        after=None,
        evidence=(Evidence(path=path, line=2, side="old"),),
        **more,
    )


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("feat!: x", ["marker"]),
        ("Drop support for Python 3.8 (#1)", ["words"]),
        ("Drop Python 3.8 support", ["words"]),
        ("remove support for CUDA 11", ["words"]),
        ("Remove deprecated profiler environment variables", ["words"]),
        ("[Misc] Remove deprecated VLLM_ALL2ALL_BACKEND environment variable", ["words"]),
        ("feat: remove --connector flag for vLLM backend", ["words"]),
        ("chore: remove opencensus receiver", ["words"]),
        ("refactor: unify on one value, drop backend flags", ["words"]),
        ("chore: remove ingest.enabled config", ["words"]),
        ("docker: remove email auth config parameter", ["words"]),
        ("Raise the minimum supported Rust version to 1.80", ["words"]),
        ("The loader no longer supports pickled files", ["words"]),
        ('Deprecate "debug" and remove "--debug" / "--debug-brk" flags', ["words"]),
        ('Remove deprecated "utils.lookupFiles()"', ["words"]),
        ("Remove `allow-unused-imports` setting from the options", ["words"]),
        ("[babel 8] Remove methods that start with `_`", ["words"]),
        ("[Tempo 3.0] Remove the compactor", ["words"]),
        ("[PEP 695] Remove the fallback", []),
        ("[Step 3] Drop the fallback", []),
        ("[CUDA 13] Remove the fallback", []),
        ("[Part 2.0] Rename the fallback", []),
        ("[babel 8] Remove the `semver` dependency", []),
        ("[babel 8] Remove unused fallback", []),
        ("remove unused tmp_buf", []),
        ("Remove unused --old flag", []),
        ("refactor: remove dead parse_* bindings", []),
        ("chore: remove stale backend implementations", []),
        ("fix: remove the flag from the recipes", []),
        ("docs: drop deprecated flags", []),
        ("test: remove deprecated option", []),
        ("Fix breaking change introduced by #12", []),
        ("feat: a non-breaking change", []),
        ("feat: prevent breaking changes in the API", []),
        ("chore: address breaking changes of the dependency", []),
        ('Revert "feat: drop support for Python 3.8"', []),
        ("Remove output of command execution", []),
        ("Remove lazy stub module workaround", []),
        ("Support for dropped connections", []),
        ("Add remove flag to the mark command", []),
    ],
)
def test_titles(subject, expected):
    assert reasons(subject) == expected


def test_the_words_end_before_the_number_of_the_pull_request():
    (change,) = breaking("chore: remove deprecated worker role flags (#12)")
    assert change.text == "remove deprecated worker role flags"


def test_words_about_a_removal_need_a_removal():
    subject = "Drop support for Python 3.8"
    assert not breaking(subject, {"src/app/core.py": ("a\n", "a\nb\n")})
    assert not breaking(subject, {"tests/test_a.py": ("a\nb\n", "a\n")})
    assert not breaking(subject, {"docs/a.md": ("a\nb\n", "a\n")})
    assert reasons(subject, {"pyproject.toml": ('v = ">=3.8"\n', 'v = ">=3.9"\n')}) == ["words"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("BREAKING CHANGE: the flag is gone", ["footer"]),
        ("## Breaking changes\n\nThe flag is gone.\n", ["footer"]),
        ("**Breaking change:** the flag is gone", ["footer"]),
        ("## Breaking changes\n\nNone\n\n## Tests\n\nyes", []),
        ("## Breaking changes\n\nNo breaking changes.\n", []),
        ("## Breaking changes\n\n## Tests\n\nSome", []),
        ("## Does this introduce a breaking change?\n\n- [ ] yes", []),
        ("This is a breaking change for those who set it.", ["words"]),
        ("This is not a breaking change.", []),
        ("This isn't a breaking change.", []),
        ("Is this a breaking change?", []),
        ("> This is a breaking change.", []),
    ],
)
def test_bodies(body, expected):
    assert reasons("feat: change things", body=body) == expected


def test_a_marker_that_the_diff_contradicts_stays_and_is_doubtful():
    (change,) = breaking("docs!: rewrite", {"docs/a.md": ("a\n", "b\n")})
    assert (change.reason, change.certain) == ("marker", False)
    (change,) = breaking("feat!: rewrite")
    assert change.certain
    assert said("feat!: x").breaking[0].certain


@pytest.mark.parametrize(
    ("path", "files", "expected"),
    [
        ("CHANGELOG.md", ("# x\n", "# x\n* [CHANGE] **BREAKING CHANGE** Gone. [#1](x)\n"), 1),
        ("CHANGELOG.md", ("# x\n", "# x\n- `[jest]` [**BREAKING**] Gone\n"), 1),
        ("CHANGELOG.md", ("# x\n", "# x\n- Breaking change: Gone\n"), 1),
        ("changelog.d/12.breaking.md", (None, "Gone\n"), 1),
        ("newsfragments/12.removal.rst", (None, "Gone\n"), 1),
        (".changelog/unreleased/breaking-changes/12-gone.md", (None, "Gone\n"), 1),
        (".changes/unreleased/Breaking-1.yaml", (None, "kind: Breaking Changes\nbody: Gone\n"), 1),
        (".changes/unreleased/Features-1.yaml", (None, "kind: Features\nbody: New\n"), 0),
        ("CHANGELOG.md", ("# x\n", "# x\n- Fixed a crash caused by a breaking change\n"), 0),
        ("CHANGELOG.md", ("# x\n- BREAKING CHANGE: a\n", "# x\n"), 0),
        ("CHANGELOG.md", ("# x\n", "# x\n" + "- BREAKING CHANGE: a\n" * 30), 0),
        ("docs/guide.md", ("# x\n", "# x\nBREAKING CHANGE: a\n"), 0),
    ],
)
def test_what_the_commit_itself_notes(path, files, expected):
    found = breaking("Change things", {**CODE, path: files})
    assert [change.reason for change in found] == ["words"] * expected
    if expected:
        assert found[0].evidence[0].path == path
    assert not breaking("Change things", {path: files})  # notes alone change nothing


SECTIONED = "# 2\n\n## 2.1\n\n### Breaking changes\n\n- Old (#1)\n{}\n### Fixes\n\n- Other\n{}"
UNDERLINED = "Breaking changes\n~~~~~~~~~~~~~~~~\n- Old\n{}\nBug fixes\n~~~~~~~~~\n- Other\n{}"
COLON = "## 2.1\n\nBREAKING CHANGES:\n\n* Old\n{}\nBUG FIXES:\n\n* Other\n{}"


@pytest.mark.parametrize(
    ("path", "text", "new"),
    [
        ("CHANGELOG.md", SECTIONED, "- It is gone\n"),
        ("CHANGELOG.md", SECTIONED, "- It is gone ([#7](https://a.b/c/d/pull/7))\n"),
        ("docs/whats-new.rst", UNDERLINED, "- It is gone :pull:`7`\n"),
        ("CHANGELOG.md", COLON, "* It is gone\n"),
    ],
)
def test_items_under_a_title_of_breaking_changes(path, text, new):
    def noted(before, after, subject="Change things (#7)"):
        return breaking(subject, {**CODE, path: (before, after)})

    (change,) = noted(text.format("", ""), text.format(new, ""))
    assert change.certain
    assert change.text.startswith("It is gone")
    assert not noted(text.format("", ""), text.format("", new))
    if "pull" in new:  # somebody else's item
        assert not noted(text.format("", ""), text.format(new, ""), "Change things (#8)")
    assert not noted(text.format(new, ""), text.format(new.replace("gone", "gone!"), ""))
    assert not noted(text.format("", ""), text.format(new * 9, ""))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".chloggen/x.yaml", "change_type: breaking\nnote: Remove the old option\n", True),
        (".chloggen/x.yaml", "change_type: 'enhancement'\nnote: Add an option\n", False),
        (".changelog/7.txt", "```release-note:breaking-change\nplugins: it is gone\n```\n", True),
        (".changelog/7.txt", "```release-note:improvement\nplugins: it is new\n```\n", False),
        (".changeset/brave-cats.md", '---\n"app": major\n---\n\nIt is gone for good\n', True),
        (".changeset/brave-cats.md", '---\n"app": minor\n---\n\nIt is gone for good\n', False),
    ],
)
def test_fragments_of_news(path, text, expected):
    found = breaking("Change things", {**CODE, path: (None, text)})
    assert bool(found) is expected
    if expected:
        assert found[0].text in text


def test_notes_of_others_say_nothing():
    body = "## Breaking changes\n\nThe flag is gone.\n"
    assert not breaking("Bump it from 1.0 to 2.0", body=body)
    assert not breaking("chore: prepare to release v0.16.0", body=body)
    assert breaking("feat: change things", body=body)


@pytest.mark.parametrize(
    ("change", "subject", "expected"),
    [
        (gone("--old", what="flag"), "Change things", True),
        (gone("GET /old", what="HTTP route"), "Change things", True),
        (gone("app_requests_total", what="metric"), "Change things", True),
        (gone("--old", what="flag"), "chore: remove unused flags", True),
        (gone("--old", "benchmarks/run.py", "flag"), "Change things", False),
        (gone("--old", "examples/run.py", "flag"), "Change things", False),
        (gone("--old", "tests/run.py", "flag"), "Change things", False),
        (gone("--old", "scripts/run.py", "flag"), "Change things", False),
        (gone("app.core.Thing"), "Change things", False),
        (gone("app.core.Thing"), "Remove Thing", True),
        (gone("app.core.thing"), "Remove a thing", False),
        (gone("app.core.Thing"), "refactor: split Thing", False),
        (gone("app.core._Thing"), "Remove _Thing", False),
        (gone("app.Thing", "src/app/__init__.py"), "Remove things", True),
        (gone("app.Thing", "src/app/a/b/c/__init__.py"), "Remove things", False),
        (gone("app.Thing", "src/app/_internal/__init__.py"), "Remove Thing", False),
        (gone("route", "lib/bindings/c/src/lib.rs"), "Change things", True),
        (gone("Spec", "api/v1beta1/types.go"), "Change things", True),
    ],
)
def test_what_is_gone(change, subject, expected):
    files = {change.evidence[0].path: ("a\nb\nc\n", "a\nc\n")}
    found = [b for b in breaking(subject, files, (change,)) if b.reason == "interface"]
    assert bool(found) == expected
    if expected:
        assert found[0].evidence == change.evidence
        assert found[0].text == change.name
    assert not [
        b
        for b in breaking(f'Revert "{subject}"', files, (change,))
        if b.reason == "interface" and not expected
    ]


@pytest.mark.parametrize(
    "added",
    [
        "class Thing:\n",
        "from app.new import Thing\n",
        "Thing = NewThing\n",
        '__all__ = ["Thing"]\n',
        'def __getattr__(name):\n    if name == "Thing":\n',
        "pub use new::Thing;\n",
        "export { Thing } from './new';\n",
    ],
)
def test_what_stands_elsewhere_is_not_gone(added):
    change = gone("app.Thing", "src/app/__init__.py")
    files = {"src/app/__init__.py": ("class Thing:\n    pass\n", "a\n")}
    assert reasons("Remove things", files, (change,)) == ["interface"]
    assert not reasons("Remove things", {**files, "src/app/new.py": (None, added)}, (change,))
    mention = {**files, "src/app/new.py": (None, "# Thing is gone\n")}
    assert reasons("Remove things", mention, (change,)) == ["interface"]


def test_an_option_that_is_still_read_is_not_gone():
    change = gone("--old", what="flag")
    files = {"src/app/core.py": ("add('--old')\n", "if '--old' in argv: warn('deprecated')\n")}
    assert not breaking("Change things", files, (change,))


def test_a_name_that_documentation_or_exports_lose():
    change = gone("app.deep.down.core.make_thing", "src/app/deep/down/core.py")
    files = {"src/app/deep/down/core.py": ("def make_thing(): ...\n", "a\n")}
    diff = made(files, subject="Remove things")
    assert strength_of(diff, change) == "weak"
    shown = {**files, "docs/use.md": ("Call `make_thing()`.\n", "x\n")}
    assert strength_of(made(shown, subject="Remove things"), change) == "strong"
    exported = {**files, "src/app/__init__.py": ("from .core import make_thing\n", "x\n")}
    assert strength_of(made(exported, subject="Remove things"), change) == "strong"
    assert strength_of(made(exported, subject="Speed things up"), change) == "weak"
    assert removed_for_good(diff, (change,)) == (change,)


@pytest.mark.parametrize(
    ("subject", "certain"),
    [
        ("Remove deprecated profiler environment variables", True),
        ("Drop support for Python 3.8", True),
        ("remove --old flag", True),
        ("Remove deprecated JIT kernels", False),
        ("Bump MSRV to 1.80", False),
    ],
)
def test_how_certain_words_are(subject, certain):
    assert [change.certain for change in breaking(subject)] == [certain]


def test_what_was_deprecated_was_there_for_users():
    files = {"src/a.py": ("@deprecated\ndef f(): ...\n", "x\n")}
    assert [change.certain for change in breaking("Remove deprecated f", files)] == [True]


def test_configuration_of_the_project_itself_is_nobody_elses():
    files = {"pyproject.toml": ("[tool.x]\na = 1\n", "\n")}
    assert not breaking("Remove x configuration", files)


def test_how_certain_removals_are():
    weak, strong = gone("app.core.Thing"), gone("app.core.Thing", "src/app/__init__.py")
    assert [change.certain for change in breaking("Remove Thing", interface=(weak,))] == [False]
    assert [change.certain for change in breaking("Remove Thing", interface=(strong,))] == [True]


def test_a_renamed_one_tells_both_names():
    change = InterfaceChange(
        what="flag",
        name="--new",
        before="1",
        after="1",
        previous_name="--old",
        evidence=(Evidence(path="src/app/core.py", line=1),),
    )
    (found,) = breaking("Change things", interface=(change,))
    assert found.text == "--old → --new"


def test_in_product():
    assert in_product("src/app/core.py")
    assert in_product("vllm/attention/latest.py")
    for path in ("benchmarks/a.py", "tests/a.py", "src/test_a.py", "tools/x.py", "lib/mocks/a.go"):
        assert not in_product(path)


@pytest.mark.parametrize(
    "subject",
    [
        "remove " * 150,
        "drop support for " * 60,
        "change the default " * 50 + "to",
        "enable " + "x" * 900 + " by default",
        "remove " + "a-" * 450,
        "\u2028".join(["breaking change"] * 60),
    ],
)
def test_hostile_messages_take_little_time(subject):
    body = "\n".join(["## Breaking changes", subject * 20, "This is a " + "x" * 9_000] * 20)
    huge = {
        "src/a.py": ("x = 1\n" * 3_000, "x = 2\n" * 3_000),
        "CHANGELOG.md": ("a\n", "*" * 5_000),
    }
    changes = tuple(gone(f"app.Thing{n}") for n in range(300))
    began = time.process_time()
    found = breaking(subject, huge, changes, body=body)
    assert len(found) <= 20
    assert all(len(change.text) <= 510 for change in found)
    assert time.process_time() - began < 2


def test_facts_carry_it():
    files = {"src/app/core.py": ("a\nb\n", "a\n")}
    assert edits.facts(files, "Drop support for Python 3.8").breaking[0].reason == "words"
