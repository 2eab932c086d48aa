"""Named parts of an interface: what is told of them and what is not, from where, and how much."""

from __future__ import annotations

import time

import pytest
from support import edits
from support.interfaces import added, lines, told

from digest.facts.interface import charts, config_keys, environment, flags, metrics, routes, schemas
from digest.facts.interface.declared import shown
from digest.facts.interface.named import LIMIT, named_changes
from digest.facts.interface.yamlpaths import Tree
from digest.facts.syntax.pieces import _cursor


@pytest.mark.parametrize("kind", [flags, environment, config_keys, routes, metrics])
def test_queries_fit_their_grammars(kind: object) -> None:
    for language, rules in kind.RULES.items():  # type: ignore[attr-defined]
        for rule in rules:
            _cursor(language, rule.query)


def test_what_moves_between_files_is_not_told() -> None:
    flag = 'def f(p):\n    p.add_argument("--port", default=1)\n'
    assert lines({"a.py": (flag, None), "b.py": (None, flag)}) == []
    other = flag.replace("=1", "=2")
    assert lines({"a.py": (flag, None), "b.py": (None, other)}) == ["changed flag: --port [1 -> 2]"]


@pytest.mark.parametrize(
    "path",
    ["tests/test_a.py", "examples/a.py", "benchmarks/a.py", "scripts/a.py", "docs/a.py",
     ".github/a.py", "app/third_party/a.py"],
)  # fmt: skip
def test_what_is_no_interface(path: str) -> None:
    assert added(path, 'def f(p):\n    p.add_argument("--port", default=1)\n') == []


def test_variables_read_without_a_default_must_be_spoken_of() -> None:
    use = {"src/a.py": (None, 'A = os.environ["APP_MODE"]\n')}
    assert lines(use) == []
    assert lines(use, subject="Read APP_MODE") == ["added environment variable: APP_MODE []"]
    told_of = {**use, "README.md": ("", "Set `APP_MODE`.\n")}
    assert lines(told_of) == ["added environment variable: APP_MODE []"]


@pytest.mark.parametrize(
    ("other", "gone"),
    [
        ("deploy/app.yaml|env:\n- name: APP_MODE\n|env: []\n", True),
        ('src/b.py|os.environ["APP_MODE"] = "1"\n|x = 1\n', True),
        ("src/b.py|# `APP_MODE` decides.\nx = 1\n|x = 1\n", False),
        ('src/b.py|log("based on APP_MODE")\n|x = 1\n', False),
        ('src/b.py|log("APP_MODE is not set")\n|x = 1\n', False),
        ("src/b.js|let x = process.env.APP_MODE\n|let x = 1\n", True),
    ],
)
def test_code_that_goes_with_its_words_leaves_a_variable_to_others(other: str, gone: bool) -> None:
    path, before, after = other.split("|")
    use = {"src/a.py": ('A = os.environ.get("APP_MODE")\n', "A = 1\n"), path: (before, after)}
    assert lines(use) == ["removed environment variable: APP_MODE []"] * gone


@pytest.mark.parametrize(
    ("path", "taken"),
    [("app/args.py", True), ("app/cli/parts/args.py", True), ("other/args.py", False)],
)
def test_flags_that_a_program_takes_from_elsewhere_are_not_gone(path: str, taken: bool) -> None:
    old = ('def f(p):\n    p.add_argument("--port", default=1)\n', None)
    new = (None, "def f(p):\n    SharedGroup().add_arguments(p)\n")
    found = lines({"app/cli/old.py": old, path: new})
    assert found == ["removed flag: --port [1]"] * (not taken)


def test_what_documentation_still_names_is_not_gone() -> None:
    gone = {"src/args.py": ('p.add_argument("--port")\n', "x = 1\n")}
    manual = ("Use `--port`.\nMore.\n", "Use `--port`.\nMuch more.\n")
    assert lines(gone) == ["removed flag: --port []"]
    assert lines({**gone, "README.md": manual}) == []
    assert lines({**gone, "CHANGELOG.md": manual}) == ["removed flag: --port []"]


def test_secrets_are_not_shown() -> None:
    assert shown("API_TOKEN", '"abc"') == "…"
    assert shown("--api-key", "sk-123") == "…"
    assert shown("max_tokens", "5") == "5"
    assert shown("API_TOKEN", "None") == "None"
    assert shown("DATABASE", "'postgres://me:pw@host/x'") == "'postgres://…@host/x'"


def test_evidence_stands_on_the_right_side() -> None:
    before = 'x = 1\ndef f(p):\n    p.add_argument("--a")\n    p.add_argument("--b", default=1)\n'
    after = 'x = 1\ny = 2\ndef f(p):\n    p.add_argument("--b", default=2)\n'
    found, _ = named_changes(edits.diff({"a.py": (before, after)}))
    places = {
        change.name: [(place.side, place.line) for place in change.evidence] for change in found
    }
    assert places == {"--a": [("old", 3)], "--b": [("old", 4), ("new", 4)]}


def test_without_whole_files_patches_are_read() -> None:
    files = {"a.py": ("x = 1\n" * 20 + "y = 1\n", "x = 1\n" * 20 + 'p.add_argument("--a")\n')}
    assert [c.name for c in named_changes(edits.diff(files, whole=False))[0]] == ["--a"]
    proto = {"a.proto": ("message A {}\n", "message A { int32 x = 1; }\n")}
    found, unread = named_changes(edits.diff(proto, whole=False))
    assert not found
    assert [(item.path, item.reason) for item in unread] == [("a.proto", "missing")]


def test_the_number_of_changes_is_bounded() -> None:
    text = "".join(f'p.add_argument("--flag-{number}")\n' for number in range(LIMIT * 2))
    assert len(added("a.py", text)) == LIMIT


HOSTILE = {
    "long line": "p.add_argument('--a', default='" + "x" * 3_000_000 + "')\n",
    "quotes": "'\"" * 200_000 + "add_argument('--a'\n",
    "brackets": "add_argument(" * 50_000,
    "spaces": ("a" + " " * 5_000 + "b\n") * 100,
    "colons": "  a: b: c: d\n" * 7_000,
    "escapes": '"' + '\\"' * 100_000,
    "conflict": "<<<<<<< HEAD\np.add_argument('--a')\n=======\n>>>>>>> x\n",
    "binary": "\0\1\2�os.environ['A_B']" * 1_000,
    "dollars": "$a$" * 100_000 + ";",
    "comments": "/*" * 200_000,
    "deep": "message A {" * 20_000,
    "json": '{"openapi":' + "[" * 100_000,
    "crd": "kind: CustomResourceDefinition\nopenapi: 3\n" + " a:\n" * 10_000,
    "ladder": "openapi: 3\n" + "".join(" " * depth + "a:\n" for depth in range(1_000)),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    "path",
    ["args.py", "args.rs", "config.go", "a.proto", "a.graphql", "a.sql", "api.json",
     "crd.yaml", "values.yaml", "cli.ts"],
)  # fmt: skip
def test_hostile_files_take_bounded_time(path: str, text: str) -> None:
    start = time.process_time()
    told(path, None, text)
    told(path, text, text[: len(text) // 2] + "\nx\n")
    assert time.process_time() - start < 3


def test_values_and_trees_of_other_files_are_left_alone() -> None:
    diff = edits.diff({"app/config.yaml": ("a: 1\n", "a: 2\n")})
    assert charts.declared(diff.files[0]) == ([], [])
    assert schemas.table_changes(diff.files[0]) == []


def test_places_in_a_tree() -> None:
    tree = Tree("a:\n  - b: 1\n    c: 2 # note\n  - d\ne:\n  f: >\n    g: text\n  h: 3\n")
    places = {number: tree.place(number) for number in range(1, 9)}
    found = {
        number: (".".join(place.path), place.value) for number, place in places.items() if place
    }
    assert found == {
        1: ("a", ""),
        2: ("a.b", "1"),
        3: ("a.c", "2"),
        5: ("e", ""),
        6: ("e.f", ">"),
        8: ("e.h", "3"),
    }
