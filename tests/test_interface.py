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
            "flag: --router-mode [\"round-robin\"]",
            "environment variable: DYN_ROUTER_MODE [\"round-robin\"]",
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
        ["environment variable: SGLANG_LOG_MS [False]", "environment variable: SGLANG_API_TOKEN […]"],
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
        'package p\nfunc f() {\n\tr.GET("/a", h)\n\tmux.HandleFunc("POST /b", h)\n\thttp.Get("/c")\n}\n',
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
        'package p\nvar a = prometheus.NewCounterVec(prometheus.CounterOpts{\n'
        '\tNamespace: "app",\n\tName: "hits_total",\n}, nil)\n',
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
