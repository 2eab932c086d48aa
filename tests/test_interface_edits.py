"""Named parts of an interface: what an edit of one file changes."""

from __future__ import annotations

import pytest
from support.interfaces import lines, told

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
