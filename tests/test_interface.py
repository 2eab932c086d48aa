"""Named parts of an interface: what is found in changed code, and what is not told of it."""

from __future__ import annotations

import textwrap
import time

import pytest
from support import edits

from digest.facts.interface import charts, config_keys, environment, flags, metrics, routes, schemas
from digest.facts.interface.declared import shown
from digest.facts.interface.named import LIMIT, named_changes
from digest.facts.interface.yamlpaths import Tree
from digest.facts.syntax.pieces import _cursor

Side = str | None


def told(path: str, before: Side, after: Side, **others: tuple[Side, Side]) -> list[str]:
    """What is told of an edit, one short line for each change."""
    files = {path: (_text(before), _text(after))}
    files |= {name: (_text(old), _text(new)) for name, (old, new) in others.items()}
    return lines(files)


def lines(files: edits.Files, **more: object) -> list[str]:
    found, _ = named_changes(edits.diff(files, **more))
    result = []
    for change in found:
        name = f"{change.previous_name} -> {change.name}" if change.previous_name else change.name
        before, after = change.before, change.after
        value = after if before is None else before if after is None else f"{before} -> {after}"
        result.append(f"{change.change} {change.what}: {name} [{value}]")
    return result


def _text(text: Side) -> Side:
    return None if text is None else textwrap.dedent(text).lstrip("\n")


def added(path: str, text: str) -> list[str]:
    """What is told of a new file, without the kind of change."""
    return [line.removeprefix("added ") for line in told(path, None, text)]


FLAGS = {
    "argparse": (
        "app/args.py",
        """
        def add(parser):
            parser.add_argument("--port", "-p", type=int, default=8000, help="x")
            parser.add_argument("name")
            parser.add_argument("--tp-size", "--tensor-parallel-size", required=True)
            parser.add_argument("--secret", help=argparse.SUPPRESS)
        """,
        ["flag: --port [8000]", "flag: --tp-size []"],
    ),
    "argparse with variables": (
        "app/args.py",
        """
        def add(g):
            add_argument(
                g,
                flag_name="--router-mode",
                env_var="DYN_ROUTER_MODE",
                default="round-robin",
            )
            add_negatable_bool_argument(g, flag_name="--kv", env_var="DYN_KV", default=False)
        """,
        [
            'flag: --router-mode ["round-robin"]',
            'environment variable: DYN_ROUTER_MODE ["round-robin"]',
            "flag: --kv [False]",
            "environment variable: DYN_KV [False]",
        ],
    ),
    "click": (
        "app/cli.py",
        """
        @click.command()
        @click.option("--count", "-c", default=1, envvar="APP_COUNT")
        @click.option("--shout/--no-shout", default=False)
        def main(count, shout): ...
        """,
        [
            "flag: --count [1]",
            "environment variable: APP_COUNT [1]",
            "flag: --shout [False]",
        ],
    ),
    "typer": (
        "app/cli.py",
        """
        def main(
            dry_run: bool = typer.Option(False, help="x"),
            level: Annotated[int, typer.Option("--log-level")] = 3,
        ): ...
        """,
        ["flag: --dry-run [False]", "flag: --log-level [3]"],
    ),
    "absl": ("app/main.py", 'flags.DEFINE_integer("steps", 10, "x")\n', ["flag: --steps [10]"]),
    "annotated fields": (
        "srt/server_args.py",
        """
        @dataclasses.dataclass
        class ServerArgs:
            model_path: A[str, "The model."]
            chunked_prefill_size: A[
                Optional[int],
                "Tokens of a chunk.",
            ] = 8192
        """,
        ["flag: --model-path []", "flag: --chunked-prefill-size [8192]"],
    ),
    "clap": (
        "src/args.rs",
        """
        #[derive(Parser)]
        pub struct Args {
            /// The port.
            #[arg(short, long, env = "APP_PORT", default_value_t = 8080)]
            pub port: u16,
            #[arg(long = "model", default_value = "a,b")]
            pub model_name: String,
            #[arg(long, hide = true)]
            pub internal: bool,
            #[command(flatten)]
            pub rest: Rest,
        }
        """,
        [
            "flag: --port [8080]",
            "environment variable: APP_PORT [8080]",
            'flag: --model ["a,b"]',
        ],
    ),
    "clap's builder": (
        "src/main.rs",
        'fn f() { let a = Arg::new("x").long("ex").default_value("1").help("h"); }\n',
        ['flag: --ex ["1"]'],
    ),
    "go": (
        "cmd/main.go",
        """
        package main
        func main() {
            flag.StringVar(&addr, "bind-address", ":8080", "help")
            cmd.Flags().IntP("workers", "w", 4, "help")
            name := flags.String("name", "", "help")
            strings.String("no", "x", "y")
        }
        """,
        ['flag: --bind-address [":8080"]', "flag: --workers [4]", 'flag: --name [""]'],
    ),
    "commander and yargs": (
        "src/cli.ts",
        """
        program.option("-p, --port <n>", "help", "80").action(run);
        yargs.option("verbose", { default: false });
        """,
        ['flag: --port ["80"]', "flag: --verbose [false]"],
    ),
    "gflags and CLI11": (
        "src/main.cpp",
        """
        DEFINE_int32(threads, 4, "help");
        void f() { app.add_option("-x,--extra", extra, "help"); }
        """,
        ["flag: --threads [4]", "flag: --extra []"],
    ),
}
VARIABLES = {
    "python": (
        "app/util.py",
        """
        A = os.environ.get("APP_A", "1")
        B = os.getenv("APP_B", 2)
        C = get_bool_env_var("APP_C", "false")
        os.environ["APP_D"] = "x"
        set_env("APP_E", "1")
        del os.environ["APP_F"]
        home = os.environ.get("HOME", "/root")
        """,
        [
            'environment variable: APP_A ["1"]',
            "environment variable: APP_B [2]",
            'environment variable: APP_C ["false"]',
        ],
    ),
    "a class of variables": (
        "srt/environ.py",
        """
        class Envs:
            SGLANG_LOG_MS = EnvBool(False)
            SGLANG_API_TOKEN = EnvStr("abcdef")
        """,
        [
            "environment variable: SGLANG_LOG_MS [False]",
            "environment variable: SGLANG_API_TOKEN […]",
        ],
    ),
    "a table of variables": (
        "vllm/envs.py",
        """
        if TYPE_CHECKING:
            VLLM_PORT: int = 60
        environment_variables = {
            "VLLM_PORT": lambda: int(os.getenv("VLLM_PORT", "60")),
            "VLLM_OTHER": lambda: os.getenv("VLLM_OTHER"),
        }
        """,
        ["environment variable: VLLM_PORT [60]", "environment variable: VLLM_OTHER []"],
    ),
    "rust": (
        "src/lib.rs",
        """
        pub const DYN_LOG: &str = "DYN_LOG";
        pub const LABEL: &str = "SOME_LABEL";
        fn f() { let a = env_or("DYN_A", 5); }
        #[cfg(test)]
        mod tests { fn g() { env_or("DYN_B", 5); } }
        """,
        ["environment variable: DYN_LOG []", "environment variable: DYN_A [5]"],
    ),
    "go": (
        "pkg/env.go",
        'package p\nconst EnvToken = "APP_KEY_FILE"\nvar a = envOr("APP_A", "x")\n',
        ["environment variable: APP_KEY_FILE []", 'environment variable: APP_A ["x"]'],
    ),
    "javascript": (
        "src/a.js",
        'const a = process.env.APP_A || "x";\nprocess.env.APP_B = "y";\n',
        ['environment variable: APP_A ["x"]'],
    ),
}
KEYS = {
    "dataclass": (
        "vllm/config/cache.py",
        """
        @config
        class CacheConfig:
            block_size: int = 16
            names: list[str] = field(default_factory=list)
            derived: bool = field(default=False, init=False)
            LIMIT: ClassVar[int] = 3
            _hidden: int = 1
        """,
        ["config key: CacheConfig []"],
    ),
    "no config": (
        "vllm/config/cache.py",
        "class CacheConfig:\n    block_size: int = 16\n",
        [],
    ),
    "rust": (
        "src/config.rs",
        """
        #[derive(Debug, Deserialize)]
        pub struct RouterConfig {
            #[serde(default = "default_size")]
            pub size: usize,
        }
        """,
        ["config key: RouterConfig []"],
    ),
    "typescript": (
        "src/options.ts",
        "export interface BuildOptions {\n  outDir?: string;\n}\n",
        ["config key: BuildOptions []"],
    ),
    "spring": (
        "src/A.java",
        'class A { @Value("${server.port:80}") int port; }\n',
        ["config key: server.port [80]"],
    ),
    "chart": (
        "deploy/charts/app/values.yaml",
        """
        # A comment
        replicas: 2
        image:
          repository: app  # note
          tag: v1
        env:
          - name: A
            value: b
        """,
        ["config key: replicas [2]", "config key: image []", "config key: env []"],
    ),
}
ROUTES = {
    "fastapi": (
        "app/api.py",
        """
        router = APIRouter(prefix="/v1")

        @router.get("/models")
        async def models(): ...

        @app.api_route("/ping", methods=["GET", "POST"])
        def ping(): ...

        app.add_api_route("/start", start, methods=["POST"])
        client.get("/elsewhere")
        """,
        [
            "HTTP route: GET /v1/models []",
            "HTTP route: GET /ping []",
            "HTTP route: POST /ping []",
            "HTTP route: POST /start []",
        ],
    ),
    "axum": (
        "src/server.rs",
        """
        fn app() -> Router {
            Router::new()
                .route("/health", get(health))
                .route("/items/{id}", axum::routing::post(add).delete(remove))
        }
        """,
        [
            "HTTP route: GET /health []",
            "HTTP route: POST /items/{id} []",
            "HTTP route: DELETE /items/{id} []",
        ],
    ),
    "actix": ("src/a.rs", '#[get("/x")]\nasync fn x() {}\n', ["HTTP route: GET /x []"]),
    "go": (
        "pkg/server.go",
        'package p\nfunc f() {\n\tr.GET("/a", h)\n\tm.HandleFunc("POST /b", h)\n\thttp.Get("/c")}',
        ["HTTP route: GET /a []", "HTTP route: POST /b []"],
    ),
    "express": (
        "src/a.js",
        'app.post("/a", h);\nrouter.get("/b", h);\naxios.get("/c", {});\nmap.get("/d", 1);\n',
        ["HTTP route: POST /a []", "HTTP route: GET /b []"],
    ),
    "spring": (
        "src/A.java",
        '@RequestMapping("/api")\nclass A {\n  @GetMapping("/x")\n  int x() { return 1; }\n}\n',
        ["HTTP route: GET /api/x []"],
    ),
}
METRICS = {
    "prometheus_client": (
        "app/metrics.py",
        """
        A = Counter("app_requests_total", "help", ["model"])
        B = self._gauge_cls(name="vllm:num_requests", documentation="help")
        C = Counter("letters")
        D = collections.Counter(words)
        """,
        ["metric: app_requests_total [counter]", "metric: vllm:num_requests [gauge]"],
    ),
    "rust": (
        "src/metrics.rs",
        """
        fn f() {
            let a = IntCounter::new("app_hits_total", "help");
            let b = register_histogram!("app_latency_seconds", "help");
        }
        pub const QUEUED: &str = "queued_requests";
        pub mod labels { pub const MODEL: &str = "model_requests"; }
        """,
        [
            "metric: app_hits_total [counter]",
            "metric: app_latency_seconds [histogram]",
            "metric: queued_requests []",
        ],
    ),
    "go": (
        "pkg/m.go",
        (
            "package p\nvar a = prometheus.NewCounterVec(prometheus.CounterOpts{\n"
            '\tNamespace: "app",\n\tName: "hits_total",\n}, nil)\n'
        ),
        ["metric: app_hits_total [counter]"],
    ),
    "prom-client": (
        "src/m.js",
        'const a = new client.Counter({ name: "app_hits_total", help: "h" });\n',
        ["metric: app_hits_total [counter]"],
    ),
}
SCHEMAS = {
    "protobuf": (
        "proto/a.proto",
        """
        syntax = "proto3";
        message User { string name = 1; }
        service Users { rpc Get(User) returns (stream User); }
        """,
        ["schema: message User []", "schema: service Users []"],
    ),
    "graphql": (
        "api/a.graphql",
        "type User { id: ID! }\nenum Role { ADMIN }\n",
        ["schema: type User []", "schema: enum Role []"],
    ),
    "migration": (
        "db/migrations/0001_users.sql",
        """
        -- +goose Up
        ALTER TABLE users ADD COLUMN email varchar(255) NOT NULL, DROP COLUMN mail;
        CREATE TABLE logs (id int);
        -- +goose Down
        DROP TABLE logs;
        """,
        [
            "schema: table users.email [varchar(255) NOT NULL]",
            "removed schema: table users.mail []",
            "schema: table logs []",
        ],
    ),
    "alembic": (
        "app/alembic/versions/1.py",
        """
        def upgrade():
            op.add_column("users", sa.Column("email", sa.String(255)))
            op.drop_table("logs")

        def downgrade():
            op.drop_column("users", "email")
        """,
        ["schema: table users.email [sa.String(255)]", "removed schema: table logs []"],
    ),
    "django": (
        "app/migrations/0002_x.py",
        """
        class Migration(migrations.Migration):
            operations = [
                migrations.AddField(model_name="user", name="age", field=models.IntegerField()),
            ]
        """,
        ["schema: table user.age [models.IntegerField()]"],
    ),
    "requests": (
        "api/openai/protocol.py",
        "class ChatRequest(BaseModel):\n    seed: int | None = None\n",
        ["schema: ChatRequest []"],
    ),
}
EVERYTHING = {
    f"{kind}: {name}": case
    for kind, cases in {
        "flag": FLAGS,
        "variable": VARIABLES,
        "key": KEYS,
        "route": ROUTES,
        "metric": METRICS,
        "schema": SCHEMAS,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize(("path", "text", "expected"), EVERYTHING.values(), ids=EVERYTHING)
def test_what_a_new_file_declares(path: str, text: str, expected: list[str]) -> None:
    assert added(path, text) == expected


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
