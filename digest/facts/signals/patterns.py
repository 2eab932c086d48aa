"""What to look for in the changed lines of programs.

A pattern is kept only where it says something: it fires on few commits of real
histories, and most of what it finds is what its name says.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

PYTHON = (".py", ".pyi", ".pyx")
SCRIPTS = (".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".vue", ".svelte")
NATIVE = (".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".cu", ".cuh")
RUST = (".rs",)
GO = (".go",)

Where = Literal["code", "strings", "anywhere"]
"""How much of a line counts: without quotes and comments, without comments, all of it."""


class Pattern(NamedTuple):
    """Something that a line of a program can hold."""

    name: str
    words: tuple[bytes, ...]
    """Whole words, one of which is in any line that fits."""
    expression: re.Pattern[bytes]
    suffixes: tuple[str, ...] = ("",)
    """How the names of the files end that it is looked for in."""
    side: Literal["new", "old", "both"] = "new"
    """Whether adding it, removing it or either is the news."""
    where: Where = "code"
    """Whether it may stand in quotes, or in a comment too."""
    unless: re.Pattern[bytes] | None = None
    """What in the line, or soon behind it, makes it harmless."""
    then: re.Pattern[bytes] | None = None
    """What the lines behind it begin with, where it ends in a colon."""
    least: int = 1
    """How many it takes."""


def _pattern(
    name: str,
    words: str,
    *alternatives: str,
    suffixes: tuple[str, ...] = ("",),
    side: Literal["new", "old", "both"] = "new",
    where: Where = "code",
    unless: str | None = None,
    then: str | None = None,
    least: int = 1,
) -> Pattern:
    return Pattern(
        name,
        tuple(word.encode() for word in words.split()),
        re.compile("|".join(alternatives).encode()),
        suffixes,
        side,
        where,
        None if unless is None else re.compile(unless.encode()),
        None if then is None else re.compile(then.encode()),
        least,
    )


_SECURITY = (
    _pattern(
        "tls_unverified",
        """
        verify verify_ssl CERT_NONE InsecureSkipVerify rejectUnauthorized check_hostname
        danger_accept_invalid_certs danger_accept_invalid_hostnames _create_unverified_context
        NODE_TLS_REJECT_UNAUTHORIZED ssl_verify
        """,
        r"\b(?:verify|verify_ssl|ssl_verify|check_hostname)\s?=\s?False\b",
        r"\b(?:ssl\.)?CERT_NONE\b",
        r"\bInsecureSkipVerify:\s{0,4}true\b",
        r"\brejectUnauthorized:\s{0,4}false\b",
        r"\bdanger_accept_invalid_(?:certs|hostnames)\(\s?true",
        r"\b_create_unverified_context\b",
        r"\bNODE_TLS_REJECT_UNAUTHORIZED\b.{0,6}=\s?\S?0",
        where="strings",
    ),
    _pattern(
        "dynamic_code",
        "eval exec Function innerHTML dangerouslySetInnerHTML insertAdjacentHTML",
        r"(?<![\w.$:])(?<!def )(?<!function )(?:eval|exec)\s?\((?!\s?\))",
        r"\bnew Function\(",
        r"\.innerHTML\s?\+?=(?!=)",
        r"\bdangerouslySetInnerHTML\b",
        r"\.insertAdjacentHTML\(",
        suffixes=(*PYTHON, *SCRIPTS, ".rb", ".php"),
    ),
    _pattern(
        "unsafe_load",
        "load loads load_all unsafe_load full_load Unpickler shelve weights_only ObjectInputStream",
        r"\b(?:c?[Pp]ickle|cloudpickle|dill|joblib|marshal)"
        r"\.(?:loads?|Unpickler)\s?\(",
        r"\bshelve\.open\(",
        r"\byaml\.(?:load|unsafe_load|full_load)(?:_all)?\(",
        r"(?<![\w.])torch\.load\(",
        r"\bweights_only\s?=\s?False\b",
        r"\bnew ObjectInputStream\(",
        suffixes=(*PYTHON, ".java", ".kt"),
        unless=r"weights_only\s?=\s?True|(?:C?SafeLoader|BaseLoader)\b",
    ),
    _pattern(
        "shell_command",
        "shell system popen execSync create_subprocess_shell getoutput",
        r"\bshell\s?=\s?True\s?(?:[,)]|$)",
        r"\bos\.(?:system|popen)\(",
        r"\bsubprocess\.get(?:status)?output\(",
        r"\bcreate_subprocess_shell\(",
        r"\bexecSync\(",
        where="strings",
    ),
    _pattern(
        "sql_from_strings",
        "SELECT INSERT UPDATE DELETE",
        r"\bf[\"']{1,3}\s{0,40}(?:SELECT\s.{1,200}?\sFROM|INSERT INTO|DELETE FROM)\s.{0,200}?\{\w",
        r"\bf[\"']{1,3}\s{0,40}UPDATE\s.{1,80}?\sSET\s.{0,200}?\{\w",
        r"[\"'](?:SELECT\s.{1,200}?\sFROM|INSERT INTO|DELETE FROM)\s[^\"']{0,200}[\"']\s?"
        r"(?:\+\s?\w|%\s?[\w(]|\.format\()",
        r"\bformat!\(\s?\"(?:SELECT\s.{1,200}?\sFROM|INSERT INTO|DELETE FROM)\s[^\"]{0,200}\{",
        r"Sprintf\(\s?[\"`](?:SELECT\s.{1,200}?\sFROM|INSERT INTO|DELETE FROM)\s[^\"`]{0,200}%[sv]",
        where="strings",
    ),
    _pattern(
        "cors_open",
        """
        allow_origins Origin CorsLayer AllowAllOrigins allow_any_origin allow_origin
        allow_origin_regex
        """,
        r"\ballow_origins\s?=\s?\[\s?[\"']\*[\"']",
        r"\bAccess-Control-Allow-Origin[\"']?\s?[:,\]=]{1,2}\s?[\"']?\*",
        r"\bCorsLayer::(?:very_)?permissive\b",
        r"\bAllowAllOrigins\s?[:=]\s?true\b",
        r"\ballow_any_origin\(",
        r"\ballow_origin\(\s?(?:\w+::)*Any\b",
        where="strings",
    ),
)

_ROBUSTNESS = (
    _pattern(
        "concurrency",
        """
        Mutex RwLock RLock Lock Semaphore BoundedSemaphore Condvar OnceLock OnceCell
        ArcSwap DashMap AtomicBool AtomicU64 AtomicU32 AtomicUsize AtomicI64 AtomicI32 AtomicPtr
        compare_exchange fetch_add spawn spawn_blocking Thread ThreadPoolExecutor
        ProcessPoolExecutor run_coroutine_threadsafe to_thread WaitGroup RWMutex synchronized
        mutex shared_mutex lock_guard unique_lock condition_variable atomicAdd atomicCAS
        atomicExch __threadfence __threadfence_system create_task ensure_future
        """,
        r"\b(?:Mutex|RwLock)(?:::new|<)",
        r"\b(?:threading|asyncio|multiprocessing|mp|anyio|trio)\."
        r"(?:R?Lock|(?:Bounded)?Semaphore|Condition|Event|Barrier|Thread|Process|Queue)\(",
        r"(?<!\.)\b(?:Condvar|Semaphore|OnceLock|OnceCell|Notify)::new",
        r"\bAtomic(?:Bool|[IU](?:32|64|size)|Ptr)::new\b",
        r"\.(?:compare_exchange(?:_weak)?|fetch_(?:add|sub|or|and|update))\(",
        r"\b(?:std::)?(?:thread|tokio|task|runtime)::spawn(?:_blocking)?\(",
        r"\b(?:ThreadPoolExecutor|ProcessPoolExecutor|run_coroutine_threadsafe|to_thread)\(",
        r"\b(?:asyncio|loop)\.(?:create_task|ensure_future)\(",
        r"\bsync\.(?:RW)?(?:Mutex|WaitGroup|Once|Map|Pool)\b",
        r"(?:^|\s)synchronized\s(?:\(|[\w<>]+\s)",
        r"\bstd::(?:mutex|shared_mutex|lock_guard|unique_lock|scoped_lock|condition_variable"
        r"|thread|jthread)\b",
        r"\b(?:atomicAdd|atomicCAS|atomicExch|__threadfence(?:_system)?)\s?\(",
        side="both",
    ),
    _pattern(
        "unsafe_code",
        "unsafe ctypes transmute",
        r"(?<![\w\"])unsafe\s?(?:\{|fn\b|impl\b|extern\b)",
        r"\bmem::transmute\b",
        r"\bunsafe\.(?:Pointer|Slice|String)\b",
        r"\bctypes\.(?:CDLL|cdll|cast|memmove|string_at|POINTER|addressof|byref|from_address)\b",
        suffixes=(*RUST, *GO, *PYTHON),
    ),
    _pattern(
        "unsafe_code",
        "strcpy strcat sprintf gets alloca malloc realloc",
        r"(?<![\w.>])(?:std::)?(?:strcpy|strcat|sprintf|gets|alloca|malloc|realloc)\s?\(",
        suffixes=NATIVE,
    ),
    _pattern(
        "panics_added",
        "unwrap expect panic todo unimplemented unreachable",
        r"\.unwrap\(\)",
        r"\.expect\(\s?(?:\"|&|$)",
        r"\b(?:panic|todo|unimplemented|unreachable)!\(",
        suffixes=RUST,
        least=5,
    ),
    _pattern(
        "error_handling_removed",
        "except catch rescue",
        r"^\s*except\b(?!\s*\(?(?:Import|ModuleNotFound)Error\b)[^:]{0,200}:",
        r"\}?\s*\bcatch\s?(?:\(|\{)",
        r"^\s*rescue\b",
        side="old",
    ),
    _pattern(
        "errors_swallowed",
        "except catch suppress",
        r"^\s*except(?:\s+\(?(?:Base)?Exception\)?(?:\s+as\s+\w+)?)?\s?:\s*(?:$|pass\b)",
        r"\bcatch\s?(?:\(\w*\)\s?)?\{\s?\}",
        r"\.catch\(\s?\(?\w*\)?\s?=>\s?\{\s?\}\s?\)",
        r"\bsuppress\((?:Base)?Exception\)",
        suffixes=(*PYTHON, *SCRIPTS, ".java", ".kt", ".cs"),
        then=(
            r"(?:\n[-+ ][ \t]*(?:#[^\n]*)?)*"
            r"\n[-+ ][ \t]*(?:pass|\.\.\.)[ \t]*(?:#[^\n]*)?(?:\n|$)"
        ),
    ),
    _pattern(
        "asserts_removed",
        """
        assert assert_eq debug_assert debug_assert_eq assert_ne TORCH_CHECK TORCH_INTERNAL_ASSERT
        CHECK static_assert
        """,
        r"^\s*assert\b(?!\s?=)(?!.{0,200}\bis not None\b)(?! isinstance\()",
        r"\b(?:debug_)?assert(?:_eq|_ne)?!\(",
        r"\b(?:TORCH_CHECK(?:_\w+)?|TORCH_INTERNAL_ASSERT|CHECK(?:_[A-Z]{2})?|static_assert)\s?\(",
        side="old",
    ),
    _pattern(
        "todo_added",
        "TODO FIXME HACK XXX",
        r"\b(?:TODO|FIXME|HACK|XXX)\b",
        where="anywhere",
    ),
    _pattern(
        "deprecation_added",
        """
        DeprecationWarning FutureWarning PendingDeprecationWarning deprecated Deprecated
        deprecate
        """,
        r"\b(?:Pending)?DeprecationWarning\b",
        r"\bFutureWarning\b",
        r"@(?:\w+\.)?[dD]eprecated\b",
        r"#\[deprecated",
        r"\[\[deprecated",
        r"(?<!un)\bdeprecated\s?=\s?True\b",
        r"\b(?:warn|warning|warn_once|warning_once)!?\(.{0,200}\bdeprecated\b",
        r"^\s{0,80}f?\"[^\"]{0,200}\bis deprecated\b",
        r"^\s*(?:///?|\*)\s?(?:@d|D)eprecated\b",
        where="anywhere",
    ),
)

PATTERNS: tuple[Pattern, ...] = (*_SECURITY, *_ROBUSTNESS)
"""All of them, in the order in which their signals are told."""
