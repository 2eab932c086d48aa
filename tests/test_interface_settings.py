"""Flags, environment variables and configuration keys that a new file declares."""

from __future__ import annotations

import pytest
from support.interfaces import added

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

SETTINGS = {
    f"{kind}: {name}": case
    for kind, cases in {
        "flag": FLAGS,
        "variable": VARIABLES,
        "key": KEYS,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize(("path", "text", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_what_a_new_file_declares(path: str, text: str, expected: list[str]) -> None:
    assert added(path, text) == expected
