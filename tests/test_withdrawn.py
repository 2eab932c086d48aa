"""What a title says is withdrawn by name, and what of the interface it speaks of."""

from __future__ import annotations

import pytest
from support.breaking import breaking, reasons

from digest.facts.requirements import floor, is_told
from digest.model import DependencyChange, Evidence, InterfaceChange

SCOPE = """class Scope {
  rename(name) {
    return name;
  }
  other() {}
}
"""
WITHOUT = "class Scope {\n  other() {}\n}\n"
MANIFEST = '{\n  "name": "@babel/plugin-old",\n  "version": "7.0.0"\n}\n'


@pytest.mark.parametrize(
    "subject",
    [
        "Remove `Scope#rename`",
        "Drop `Scope.prototype.rename`",
        "Remove `Scope.rename()` from traverse",
        "Rename `Scope::rename` to `renamed`",
    ],
)
def test_a_member_that_the_title_names_and_the_diff_takes_away(subject):
    (change,) = breaking(subject, {"src/scope.ts": (SCOPE, WITHOUT)})
    assert (change.reason, change.certain) == ("interface", True)
    assert change.text.startswith("Scope")
    assert [(e.path, e.line, e.side) for e in change.evidence] == [("src/scope.ts", 2, "old")]


@pytest.mark.parametrize(
    ("subject", "files"),
    [
        ("Remove unused `Scope#rename`", {"src/scope.ts": (SCOPE, WITHOUT)}),
        ("Remove `rename` calls", {"src/scope.ts": (SCOPE, WITHOUT)}),
        ("Remove `Scope#missing`", {"src/scope.ts": (SCOPE, WITHOUT)}),
        ("fix: remove `Scope#rename`", {"src/scope.ts": (SCOPE, WITHOUT)}),
        ("Use `Scope#rename`", {"src/scope.ts": (SCOPE, WITHOUT)}),
        ("Remove `Scope#rename`", {"tests/scope.ts": (SCOPE, WITHOUT)}),
        # It has moved.
        ("Remove `Scope#rename`", {"a.ts": (SCOPE, WITHOUT), "b.ts": (None, SCOPE)}),
        # It is still defined, with other arguments.
        ("Remove `Scope#rename`", {"a.ts": (SCOPE, SCOPE.replace("(name)", "(name, to)"))}),
    ],
)
def test_members_that_are_there_or_not_named(subject, files):
    assert reasons(subject, files) == []


@pytest.mark.parametrize(
    ("path", "line", "told"),
    [
        ("src/scope.ts", "  rename(x);", False),
        ("src/scope.ts", "  rename(function () {", False),
        ("src/scope.ts", "  rename = 1", False),
        ("src/scope.ts", "  rename(to: (x: T) => U): void {", True),
        ("src/scope.ts", "  rename?: string;", True),
        ("src/scope.ts", "  static rename<T>(to) {", True),
        ("src/scope.py", "    rename(x)", False),
        ("src/scope.py", "    rename: int = 1", False),
        ("src/scope.py", "    def rename(self):", True),
        ("src/scope.go", "func (s *Scope) rename(to string) {", True),
        ("src/scope.go", "\trename(to)", False),
        ("src/scope.rs", "    pub(crate) fn rename(&self) {", True),
        ("src/scope.rs", "    rename(to) {", False),
    ],
)
def test_a_call_or_a_local_value_is_no_definition(path, line, told):
    files = {path: (f"a\n{line}\nb\n", "a\nb\n")}
    assert reasons("Remove `Scope.rename`", files) == ["interface"] * told


def test_a_package_whose_manifest_goes():
    (change,) = breaking(
        "Remove `plugin-old`",
        {"packages/plugin-old/package.json": (MANIFEST, None), "a.ts": ("a\nb\n", "a\n")},
    )
    assert (change.reason, change.text, change.certain) == (
        "interface",
        "@babel/plugin-old",
        True,
    )


@pytest.mark.parametrize(
    ("subject", "certain"),
    [
        ("Remove @babel/plugin-old", True),
        ("Drop the plugin_old package", True),
        ("Remove `gone-folder`", True),
        ("Remove debug prints", False),
        ("Remove plugin-old-tools", False),
        ("Remove old", False),
    ],
)
def test_a_package_is_surely_withdrawn_where_the_title_names_it(subject, certain):
    folder = "gone-folder"
    found = breaking(subject, {f"packages/{folder}/package.json": (MANIFEST, None)})
    assert [(c.text, c.certain) for c in found] == [("@babel/plugin-old", certain)]


@pytest.mark.parametrize(
    ("subject", "path", "before", "more"),
    [
        ("Move it", "packages/old/package.json", MANIFEST, {}),
        ("Remove the example", "examples/old/package.json", MANIFEST, {}),
        ("Remove old", "package.json", MANIFEST, {}),
        ("Remove old", "packages/old/package.json", '{\n"name": "old",\n"private": true\n}\n', {}),
        (
            "Remove old folder",
            "packages/old/package.json",
            MANIFEST,
            {"new/package.json": MANIFEST},
        ),
        ("Remove old", "crates/old/Cargo.toml", '[package]\nname = "old"\npublish = false\n', {}),
    ],
)
def test_packages_that_nobody_had_or_that_stand_elsewhere(subject, path, before, more):
    files = {path: (before, None), **{name: (None, text) for name, text in more.items()}}
    assert reasons(subject, files) == []


def removed(what, name, path="src/app/core.py"):
    evidence = (Evidence(path=path, line=2, side="old"),)
    return InterfaceChange(what=what, name=name, before="", after=None, evidence=evidence)


@pytest.mark.parametrize(
    ("subject", "what", "name", "certain"),
    [
        ("chore: remove metrics summary", "schema", "message SpanMetricsSummary", True),
        ("Remove v2 search", "metric", "tempo_ingester_trace_search_bytes", True),
        ("Remove compactor and encoding code", "HTTP route", "ANY /compactor/ring", True),
        ("Remove `lodash` deps", "environment variable", "BABEL_8_BREAKING", False),
        ("Remove timers from scheduler", "metric", "requests_from_cache", False),
        ("Delete the session handler", "HTTP route", "DELETE /users", False),
        ("Remove spans early", "metric", "remove_total", False),
        ("Drop dropped spans", "metric", "dropped_spans", True),
        ("Rename batches of Trace", "schema", "message Trace.batches", False),
        ("Clean the search up", "metric", "tempo_ingester_trace_search_bytes", False),
        ("Remove unused search code", "metric", "tempo_ingester_trace_search_bytes", False),
    ],
)
def test_what_users_name_is_surely_gone_where_the_title_speaks_of_it(subject, what, name, certain):
    found = breaking(subject, interface=(removed(what, name),))
    assert any(change.certain for change in found if change.reason == "interface") is certain


def required(ecosystem, name, before, after, path):
    return DependencyChange(
        ecosystem=ecosystem,
        name=name,
        before=before,
        after=after,
        evidence=(Evidence(path=path, line=1),),
    )


@pytest.mark.parametrize(
    ("subject", "certain"),
    [
        ("Drop node.js v8 support", True),
        ("Drop support of Node v8", True),
        ("Bump nodejs requirements to `>= 10`", True),
        ("Update CI for nodes", False),
        ("Drop Node 8 and 9 (#12)", True),
        ("Require Node.js version >= 10", True),
        ("Set the minimum node version to v10", True),
        ("Bump @types/node and min node engine to 14.18.x", True),
        ("Bump node (#12)", False),
        ("Move node tests into 2 folders", False),
        ("Run node checks of #12", False),
        ("Fix node, see 1234", False),
    ],
)
def test_a_language_that_the_title_speaks_of_is_required_whatever_else_changes(subject, certain):
    files = {
        "package.json": ('{"engines": {"node": ">= 8.0.0"}}\n', '{"engines": {"node": ">= 10"}}\n'),
        ".github/workflows/ci.yml": ("a\nb\n", "a\n"),
    }
    change = required("javascript", "node", ">= 8.0.0", ">= 10.0.0", "package.json")
    found = breaking(subject, files, dependencies=(change,))
    assert [c.certain for c in found if c.reason == "requirement"] == [certain]
    assert is_told(subject, change) is certain


@pytest.mark.parametrize(
    ("version", "lowest"),
    [(">= 10.0.0", (10, 0)), ("^18.20.0 || >= 20", (18, 20)), ("< 4, >= 3.9", (3, 9)), ("*", None)],
)
def test_operators_may_stand_apart(version, lowest):
    assert floor(version) == lowest
