"""Defaults and requirements of which a commit changes the value, and who must act on that."""

from __future__ import annotations

import pytest
from support.breaking import breaking, reasons

from digest.facts import requirements
from digest.model import DependencyChange, Evidence, InterfaceChange


def changed(before, after, name="--mode"):
    return InterfaceChange(
        what="flag",
        name=name,
        before=before,
        after=after,
        evidence=(Evidence(path="src/app/core.py", line=1),),
    )


@pytest.mark.parametrize(
    ("subject", "change", "expected"),
    [
        ("Change the default mode", changed('"rr"', '"kv"'), ["default"]),
        ("Disable streams by default", changed("true", "false"), ["default"]),
        ("Enable streams by default", changed("false", "true"), []),
        ("feat!: other things", changed('"rr"', '"kv"'), ["marker", "default"]),
        ("Change things", changed('"rr"', '"kv"'), []),
        ("Change the default of mode", changed("1", "4"), []),
        ("fix: change the default mode", changed('"rr"', '"kv"'), []),
        ("perf: change the default backend", changed("False", "True"), []),
    ],
)
def test_defaults(subject, change, expected):
    assert reasons(subject, interface=(change,)) == expected
    if expected == ["default"]:
        text = breaking(subject, interface=(change,))[0].text
        assert text == f"--mode: {change.before} → {change.after}"


def test_defaults_that_only_a_line_shows():
    files = {"src/a.py": ('a\npolicy: str = "recompute"\n', 'a\npolicy: str = "fail"\n')}
    subject = 'Change policy default from "recompute" to "fail"'
    (found,) = breaking(subject, files)
    assert found.reason == "default"
    assert [(e.side, e.line) for e in found.evidence] == [("old", 2), ("new", 2)]
    assert not breaking(subject, {"src/a.py": ("a\n", "a\nb\n")})
    assert not breaking("feat: default threads to 4", {"src/a.py": ("n = 1\n", "n = 4\n")})
    subject = "Disable legacy overrides by default"
    documented = {"src/a.go": ("a\n", "a\nb\n"), "docs/a.md": ("a\n", "b\n")}
    assert reasons(subject, documented) == ["default"]
    assert not breaking(subject, {"src/a.go": ("a\n", "a\nb\n")})


def needs(before, after, name="python", ecosystem="python", *, path="pyproject.toml", **more):
    line = more.pop("line", 1)
    return DependencyChange(
        ecosystem=ecosystem,
        name=name,
        before=before,
        after=after,
        evidence=(Evidence(path=path, line=line),),
        **more,
    )


PROJECT = """\
[project]
name = "x"
dependencies = [
  "numpy>=1",
]
[project.optional-dependencies]
test = [
  "pytest>=8",
]
[tool.poetry.group.dev.dependencies]
x = "1"
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (needs(">=3.9", ">=3.10"), "Python >=3.10 (was >=3.9)"),
        (needs(">=3.9,<4", ">=3.10,<4"), "Python >=3.10,<4 (was >=3.9,<4)"),
        (needs("^3.8.1", "^3.9"), "Python ^3.9 (was ^3.8.1)"),
        (needs("1.75", "1.80", "rust", "rust", path="Cargo.toml"), "Rust 1.80 (was 1.75)"),
        (
            needs(">=18", ">=20", "node", "javascript", path="package.json"),
            "Node.js >=20 (was >=18)",
        ),
        (needs(">=1", ">=2", "numpy", line=4), "numpy >=2 (was >=1)"),
        (
            needs(">=2.5", ">=3.0", "torch", path="requirements/common.txt"),
            "torch >=3.0 (was >=2.5)",
        ),
        (needs(">=3.10", ">=3.9"), None),
        (needs(">=3.9", ">=3.9,<4"), None),
        (needs(">=3.9", ""), None),
        (needs(">=1", ">=2", "pytest", line=8), None),
        (needs(">=1", ">=2", "x", line=11), None),
        (needs(">=1.2", ">=1.9", "numpy", line=4), None),
        (needs("==1.2", "==2.0", "numpy", line=4), None),
        (needs(">=1", ">=2", "numpy", line=4, locked=True), None),
        (needs(">=1", ">=2", "ruff", path="requirements/lint.txt"), None),
        (needs("0.6", "0.7", "axum", "rust", path="Cargo.toml"), None),
        (needs("1.80", "1.85", "rust", "rust", path="rust-toolchain.toml"), None),
        (needs(">=3.9", ">=3.10", path="examples/x/pyproject.toml"), None),
        (needs("1.24", "1.25", "go", "go", path="go.mod"), None),
    ],
)
def test_requirements(change, told):
    path = change.evidence[0].path
    files = {path: ("old\n", PROJECT)}
    found = breaking("Change things", files, dependencies=(change, change))
    assert [b.text for b in found] == ([told] if told else [])
    assert all(b.reason == "requirement" for b in found)
    assert not breaking("Bump x", files, dependencies=(change,), author="dependabot[bot]")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (">=3.10,<4", (3, 10)),
        ("<4,>=3.10", (3, 10)),
        ("^2.1 || ^3.0", (2, 1)),
        ("1.75.0", (1, 75)),
        ("v2", (2, 0)),
        ("<4", None),
        ("*", None),
        ("", None),
        ("git+https://example.org", None),
        (">=" + "9" * 10_000, (99999, 0)),
    ],
)
def test_floor(version, expected):
    assert requirements.floor(version) == expected
