"""Routes, metrics and schemas that a new file declares."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest
from support.interfaces import added

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
    "axum, by a variable": (
        "src/a.rs",
        """
        pub fn videos_router(path: Option<String>) -> Router {
            let path = path.unwrap_or("/v1/videos".to_string());
            let other = format!("{path}/x");
            Router::new()
                .route(&path, post(videos))
                .route(&other, get(videos))
        }

        pub fn two(deep: bool) -> Router {
            let path = if deep { "/a/b" } else { "/a" };
            Router::new().route(path, get(x))
        }
        """,
        ["HTTP route: POST /v1/videos []"],
    ),
    "axum, in tests": (
        "src/a.rs",
        """
        mod tests {
            fn app() -> Router {
                Router::new().route("/a", get(a))
            }
        }

        #[tokio::test]
        async fn serves() {
            fn inner() {}
            Router::new().route("/b", get(b)).route("/c", get(c));
        }

        fn app() -> Router {
            Router::new().route("/d", get(d))
        }
        """,
        ["HTTP route: GET /d []"],
    ),
    "axum, by a variable of a function that holds others": (
        "src/a.rs",
        """
        fn app() -> Router {
            let path = "/a".to_string();
            fn other() {
                let path = "/b".to_string();
            }
            Router::new().route(&path, get(a))
        }
        """,
        [],
    ),
    "axum, by a variable that is given far away": (
        "src/a.rs",
        'fn app() -> Router {\n    let path = "/a".to_string();\n'
        + "    call();\n" * 400
        + "    Router::new().route(&path, get(a))\n}\n",
        [],
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

SERVED = {
    f"{kind}: {name}": case
    for kind, cases in {
        "route": ROUTES,
        "metric": METRICS,
        "schema": SCHEMAS,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize(("path", "text", "expected"), SERVED.values(), ids=SERVED)
def test_what_a_new_file_declares(path: str, text: str, expected: list[str]) -> None:
    assert added(path, text) == expected


@pytest.mark.parametrize("path", ['"/a{}"', "&path{}"])
def test_a_long_chain_of_routes_takes_as_many_steps_as_it_has_links(path: str) -> None:
    short, long = (_steps(_chain(path, links)) for links in (40, 80))
    assert long < 2.2 * short


def _chain(path: str, links: int) -> str:
    routes = "".join(f"        .route({path.format(i)}, get(h))\n" for i in range(links))
    return f"fn app() -> Router {{\n    Router::new()\n{routes}}}\n"


def _steps(text: str) -> int:
    """How many lines of Python run to read a file."""
    steps = 0

    def step(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return step

    added("src/a.rs", text)  # what is made once is made
    before = sys.gettrace()
    sys.settrace(step)
    try:
        added("src/a.rs", text)
    finally:
        sys.settrace(before)
    return steps
