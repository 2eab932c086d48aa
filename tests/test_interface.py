"""Named parts of an interface: what is told of an edit, and what is not."""

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


CHANGES = {
    "a default": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--port", default=1)\n',
        'def f(p):\n    p.add_argument("--port", default=2)\n',
        ["changed flag: --port [1 -> 2]"],
    ),
    "a default on a line of its own": (
        "app/args.py",
        'def f(p):\n    p.add_argument(\n        "--port",\n        default=1,\n    )\n',
        'def f(p):\n    p.add_argument(\n        "--port",\n        default=2,\n    )\n',
        ["changed flag: --port [1 -> 2]"],
    ),
    "only the help": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--port", default=1, help="a")\n',
        'def f(p):\n    p.add_argument("--port", default=1, help="b")\n',
        [],
    ),
    "quotes and spaces": (
        "app/args.py",
        "def f(p):\n    p.add_argument('--mode', default='a')\n",
        'def f(p):\n    p.add_argument("--mode", default="a", help="x")\n',
        [],
    ),
    "a literal that got a name": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--port", default=1)\n',
        'def f(p):\n    p.add_argument("--port", default=PORT)\n',
        [],
    ),
    "a literal for a variable with the same literal behind it": (
        "app/args.py",
        """
        def f(p):
            p.add_argument("--host", default=os.environ.get("APP_HOST", "0.0.0.0"))
            p.add_argument("--port", default=int(os.getenv("APP_PORT", "8000")))
            p.add_argument("--ttl", default=float(os.environ.get("APP_TTL", "120.0")))
            p.add_argument("--size", default=int(os.environ.get("APP_SIZE", str(2**20))))
            p.add_argument("--block", default=os.environ.get(APP_BLOCK_ENV))
            p.add_argument("--mode", default=os.environ.get("APP_MODE") or "auto")
            p.add_argument(
                "--events", default=(os.environ.get("APP_EVENTS", "true").lower() == "true")
            )
            p.add_argument("--trace", default=os.environ.get("APP_TRACE", "0") in ("1", "true"))
        """,
        """
        def f(p):
            add_argument(p, flag_name="--host", env_var="APP_HOST", default="0.0.0.0")
            add_argument(p, flag_name="--port", env_var="APP_PORT", default=8000)
            add_argument(p, flag_name="--ttl", env_var="APP_TTL", default=120.0)
            add_argument(p, flag_name="--size", env_var="APP_SIZE", default=2**20)
            add_argument(p, flag_name="--block", env_var=APP_BLOCK_ENV, default=None)
            add_argument(p, flag_name="--mode", env_var="APP_MODE", default="auto")
            add_argument(p, flag_name="--events", env_var="APP_EVENTS", default=True)
            add_argument(p, flag_name="--trace", env_var="APP_TRACE", default=False)
        """,
        [],
    ),
    "a literal behind a variable that Python takes for false, or for true": (
        "app/args.py",
        """
        def f(p):
            p.add_argument("--n", default=int(os.environ.get("APP_N", "0")) or 4)
            p.add_argument("--x", default=float(os.environ.get("APP_X", "0.0")) or 0.5)
            p.add_argument("--l", default=os.environ.get("APP_L", []) or [1])
            p.add_argument("--b", default=os.environ.get("APP_B", False) or "b")
            p.add_argument("--k", default=int(os.environ.get("APP_K", "3")) or 4)
            p.add_argument("--file", default=os.environ.get("APP_FILE", ".env"))
        """,
        """
        def f(p):
            add_argument(p, flag_name="--n", env_var="APP_N", default=4)
            add_argument(p, flag_name="--x", env_var="APP_X", default=0.5)
            add_argument(p, flag_name="--l", env_var="APP_L", default=[1])
            add_argument(p, flag_name="--b", env_var="APP_B", default="b")
            add_argument(p, flag_name="--k", env_var="APP_K", default=3)
            add_argument(p, flag_name="--file", env_var="APP_FILE", default=".env")
        """,
        [],
    ),
    "a fallback of which it is not known whether it is true": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--n", default=os.environ.get("N", x) or 1)\n',
        'def f(p):\n    p.add_argument("--n", default=os.environ.get("N", x) or 2)\n',
        [
            'changed flag: --n [os.environ.get("N", x) or 1 -> os.environ.get("N", x) or 2]',
        ],
    ),
    "a cast of nothing": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--n", default=int(os.environ.get("APP_N")))\n',
        'def f(p):\n    p.add_argument("--n", default=1)\n',
        ['changed flag: --n [int(os.environ.get("APP_N")) -> 1]'],
    ),
    "another literal behind a variable": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--port", default=int(os.environ.get("APP_PORT", "1")))\n',
        'def f(p):\n    p.add_argument("--port", default=int(os.environ.get("APP_PORT", "2")))\n',
        [
            "changed flag: --port [1 -> 2]",
            'changed environment variable: APP_PORT ["1" -> "2"]',
        ],
    ),
    "a default that cannot be told": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--port", default=int(env_port() + 1))\n',
        'def f(p):\n    p.add_argument("--port", default=int(env_port() + 2))\n',
        ["changed flag: --port [int(env_port() + 1) -> int(env_port() + 2)]"],
    ),
    "a rename": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--max-tokens", default=1)\n',
        'def f(p):\n    p.add_argument("--max-new-tokens", default=1)\n',
        ["renamed flag: --max-tokens -> --max-new-tokens [1 -> 1]"],
    ),
    "another thing in its place": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--verbose", default=1)\n',
        'def f(p):\n    p.add_argument("--port", default=1)\n',
        ["removed flag: --verbose [1]", "added flag: --port [1]"],
    ),
    "the old name stays as another": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--max-tokens", default=1)\n',
        'def f(p):\n    p.add_argument("--max-new-tokens", "--max-tokens", default=1)\n',
        ["added flag: --max-new-tokens [1]"],
    ),
    "still spoken of": (
        "app/args.py",
        'def f(p):\n    p.add_argument("--port", default=1)\n',
        'def f(p):\n    fail("--port is gone")\n',
        [],
    ),
    "a field beside its class": (
        "app/config.py",
        "@dataclass\nclass AppConfig:\n    a: int = 1\n    b: int = 2\n",
        "@dataclass\nclass AppConfig:\n    a: int = 1\n    b: int = 3\n    c: str = 'x'\n",
        ["changed config key: AppConfig.b [2 -> 3]", "added config key: AppConfig.c ['x']"],
    ),
    "a field of rust": (
        "src/config.rs",
        "#[derive(Deserialize)]\npub struct AConfig {\n    pub a: u8,\n}\n",
        "#[derive(Deserialize)]\npub struct AConfig {\n    pub a: u8,\n    pub b: u8,\n}\n",
        ["added config key: AConfig.b []"],
    ),
    "a field of go": (
        "api/v1/app_types.go",
        'package v1\n\ntype AppSpec struct {\n\tA int `json:"a"`\n}\n',
        (
            'package v1\n\ntype AppSpec struct {\n\tA int `json:"a"`\n'
            '\t// +kubebuilder:default=3\n\tB int `json:"b,omitempty"`\n}\n'
        ),
        ["added schema: AppSpec.b [3]"],
    ),
    "a field that a flag sets": (
        "app/args.py",
        "@dataclass\nclass AppConfig:\n    a: int\n\ndef f(p):\n    p.add_argument('--a')\n",
        (
            "@dataclass\nclass AppConfig:\n    a: int\n    b: int = 1\n\n"
            "def f(p):\n    p.add_argument('--a')\n    p.add_argument('--b', default=1)\n"
        ),
        ["added flag: --b [1]"],
    ),
    "a default taken from another class": (
        "app/engine/arg_utils.py",
        "@dataclass\nclass EngineArgs:\n    a: int = 1\n\ndef f(p):\n    p.add_argument('--a')\n",
        (
            "@dataclass\nclass EngineArgs:\n    a: int = 1\n    b_c: int = CacheConfig.b_c\n\n"
            'def f(p):\n    p.add_argument("--a")\n    p.add_argument("--b-c", **kwargs["b_c"])\n'
        ),
        ["added flag: --b-c []"],
    ),
    "a use that was there": (
        "app/a.py",
        'A = os.environ.get("APP_A", "1")\n',
        'A = os.environ.get("APP_A", "1")\nB = os.environ.get("APP_A", "2")\n',
        [],
    ),
    "another default of a use": (
        "app/a.py",
        'A = os.environ.get("APP_A", "1")\n',
        'A = os.environ.get("APP_A", "2")\n',
        ['changed environment variable: APP_A ["1" -> "2"]'],
    ),
    "flags from elsewhere": (
        "src/args.rs",
        "#[derive(Args)]\npub struct A {\n    #[arg(long)]\n    pub port: u8,\n}\n",
        "#[derive(Args)]\npub struct A {\n    #[command(flatten)]\n    pub shared: Shared,\n}\n",
        [],
    ),
    "protobuf": (
        "a.proto",
        "message A {\n  int32 x = 1;\n  string y = 2;\n  B b = 3;\n}\n",
        "message A {\n  int64 x = 1;\n  B b = 3;\n  repeated string z = 4;\n}\n",
        [
            "changed schema: message A.x [int32 x = 1 -> int64 x = 1]",
            "removed schema: message A.y [string y = 2]",
            "added schema: message A.z [repeated string z = 4]",
        ],
    ),
    "graphql": (
        "a.graphql",
        'type A {\n  "help"\n  x(first: Int = 1): [Int!]!\n}\n',
        'type A {\n  x(first: Int = 2): [Int!]!\n  y: B @deprecated(reason: "z")\n}\n',
        [
            "changed schema: type A.x [(first: Int = 1): [Int!]! -> (first: Int = 2): [Int!]!]",
            "added schema: type A.y [B]",
        ],
    ),
    "openapi": (
        "spec/openapi.yaml",
        (
            "openapi: 3.0\npaths:\n  /a:\n    get:\n      summary: x\n"
            "components:\n  schemas:\n    A:\n      properties:\n       n:\n        type: string\n"
        ),
        (
            "openapi: 3.0\npaths:\n  /a:\n    get:\n      summary: y\n    post: {}\n"
            "components:\n  schemas:\n    A:\n      properties:\n       n:\n        type: integer\n"
        ),
        ["added schema: POST /a []", "changed schema: schema A.n [string -> integer]"],
    ),
    "openapi in json": (
        "api/openapi.json",
        '{"openapi": "3.0.0", "paths": {"/a": {"get": {}}}}\n',
        '{"openapi": "3.0.0", "paths": {"/a": {"get": {},\n "post": {}}}}\n',
        ["added schema: POST /a []"],
    ),
    "a whole schema in sql": (
        "db/schema.sql",
        "CREATE TABLE a (\n  x int,\n  y int\n);\n",
        "CREATE TABLE a (\n  x int,\n  z text\n);\n",
        ["added schema: table a.z [text]", "removed schema: table a.y [int]"],
    ),
    "values": (
        "charts/x/values.yaml",
        "a:\n  b: 1\n  token: abc\n",
        "a:\n  b: 2\n  token: def\n  c:\n    d: 3\n",
        [
            "changed config key: a.b [1 -> 2]",
            "changed config key: a.token [… -> …]",
            "added config key: a.c []",
        ],
    ),
}


@pytest.mark.parametrize(("path", "before", "after", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_an_edit_changes(path: str, before: str, after: str, expected: list[str]) -> None:
    assert told(path, before, after) == expected


CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  names:
    kind: App
  versions:
  - additionalPrinterColumns:
    - name: Ready
      type: string
    name: v1alpha1
    schema:
      openAPIV3Schema:
        properties:
          spec:
            description: |-
              Says type: string and
              properties: nothing.
            properties:
              mode:
                default: a
                enum:
                - a
                - b
                type: string
{more}              size:
                type: {size}
            type: object
"""


def test_custom_resource_definitions() -> None:
    path = "config/crd/bases/apps.yaml"
    before = CRD.format(more="", size="string")
    after = CRD.format(
        more="              nested:\n                properties:\n                  deep:\n"
        "                    type: string\n                type: object\n",
        size="integer",
    )
    assert lines({path: (before, after)}) == [
        "added schema: App v1alpha1 spec.nested [object]",
        "changed schema: App v1alpha1 spec.size [string -> integer]",
    ]
    assert lines({path: (before, before.replace("default: a", "default: b"))}) == [
        "changed schema: App v1alpha1 spec.mode [string (a, b) = a -> string (a, b) = b]"
    ]
    assert lines({path: (before, None)}) == ["removed schema: App v1alpha1 []"]


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
