"""Words that name nothing in particular, although they look like names.

Languages, products, types of standard libraries: whoever writes about code
uses them whatever the commit.  Where one of them is not in the commit, that
says nothing about the statement.
"""

from __future__ import annotations

from digest.facts.wordlists import names

ENDINGS = names(
    """
    adoc avsc bash bat bazel bzl c cc cfg cjs clj cmake cmd conf cpp cs css csv cu cuh cxx dart
    dockerfile ejs env erl ex exs fish gemspec go gradle graphql h hcl hh hpp hs html hxx ini ipynb
    j2 java jinja jinja2 jl js json json5 jsonl jsonnet jsx kt kts less lock log lua m md mdx mjs mk
    mm mod mojo nix patch php pl png po proto ps1 puml py pyi pyx r rb rs rst sass scala scss sh
    sql sum svg svelte swift tex tf thrift tmpl toml tpl ts tsv tsx txt vue work xml yaml yml zig
    zsh rego bicep service socket timer pem crt
    """
)
"""Endings of files that people write."""

FAMILIAR_FILES = names(
    """
    readme changelog license contributing dockerfile makefile jenkinsfile cargo.toml cargo.lock
    pyproject.toml package.json go.mod go.sum setup.py requirements.txt readme.md changelog.md
    values.yaml chart.yaml contributing.md node.js vue.js next.js nuxt.js express.js three.js d3.js
    asp.net .gitignore
    """
)
"""Well-known file kinds, and products that look like files; in lower case."""

RECEIVERS = names(
    """
    self cls this super crate std core alloc os sys re io json time math asyncio threading logging
    typing dataclasses functools itertools collections pathlib subprocess socket torch np numpy pd
    tokio serde tracing anyhow fmt console document window process module exports path
    """
)
"""What names are called on: modules of standard libraries, and the object itself."""

_TYPES = """
    AbortController ArrayBuffer ArrayList AssertionError AsyncGenerator AsyncIterator AtomicBool
    AtomicU32 AtomicU64 AtomicUsize AttributeError BaseException BaseModel BinaryHeap
    BlockingIOError BoxFuture BrokenPipeError BTreeMap BTreeSet BufReader BufWriter BytesMut
    CancelledError ConnectionError ConnectionResetError ContextVar DashMap DataFrame DefaultDict
    DeprecationWarning EOFError ExitStack FileNotFoundError FutureWarning FxHashMap HashMap
    HashSet ImportError IndexError int16_t int32_t int64_t int8_t InterruptedError IOError
    KeyboardInterrupt KeyError LazyLock LinkedList LookupError MagicMock make_shared make_unique
    MemoryError ModuleNotFoundError NameError NotImplementedError NullPointerException OnceCell
    OnceLock OrderedDict OSError OverflowError PathBuf PermissionError PhantomData
    ProcessLookupError RecursionError RefCell ReferenceError ResourceWarning RuntimeError
    RuntimeWarning RwLock shared_ptr SimpleNamespace size_t StopAsyncIteration StopIteration
    string_view StringIO SyntaxError SystemExit SystemTime TaskGroup ThreadPool
    ThreadPoolExecutor TimeoutError ToString TypeAlias TypedDict TypeError TypeVar uint16_t
    uint32_t uint64_t uint8_t UnboundLocalError UnicodeDecodeError UnicodeError unique_ptr
    unwrap_or unwrap_or_default unwrap_or_else UserWarning ValidationError ValueError VecDeque
    WeakMap WeakRef ZeroDivisionError
"""
_PRODUCTS = """
    aarch64 AcmeCorp AlertManager AllGather AllReduce AllToAll AmazonLinux apiVersion AppArmor
    ArgoCD AuthN AuthZ AutoGen AutoML BigQuery BitBucket BuildKit camelCase ChatCompletion
    ChatCompletions ChatGPT ChatML ClickHouse CloudFlare CloudFormation CloudWatch clusterIP
    ClusterRole ClusterRoleBinding ClusterRoles CodeQL CodeRabbit CommonMark ConfigMap
    ConfigMaps ContainerD CrashLoopBackOff CronJob cuBLAS cuBLASLt CUDA_VISIBLE_DEVICES cuDNN
    CuPy DaemonSet DaemonSets DataDog DDoS DeepCopy DeepSeek DeepSpeed DevOps DigitalOcean
    DockerHub DoS DynamoDB eBPF ElasticSearch emptyDir EndpointSlice EndpointSlices FastAPI
    FlashAttention FlashDecoding FlashInfer FlashMLA FluxCD FreeBSD GitHub GitLab GitOps
    GPUDirect GraphQL GroupVersionKind gRPC HF_HOME HF_TOKEN hostNetwork HostPath hostPath
    hostPID HuggingFace IaaS ImagePullBackOff imagePullPolicy imagePullSecrets InfiniBand
    initContainer initContainers IntelliJ InternVL iOS IoT iPhone JavaScript JetBrains JetStream
    JupyterLab kebab-case KServe kubeconfig KubeRay KubeVirt KVCache KVCaches LangChain
    LangGraph LD_LIBRARY_PATH LD_PRELOAD LeaderWorkerSet LibreOffice linux_x86_64 livenessProbe
    livenessProbes LLaMA LlamaCpp LlamaIndex LLaVA loadBalancer LoRA macOS MariaDB MessagePack
    MiniMax MinIO MkDocs MoE MongoDB MsgPack mTLS MyPy MySQL NetworkPolicies NetworkPolicy
    nodeAffinity nodePort nodeSelector NotFound NumPy nvCOMP NVLink NVSwitch OAuth OAuth2 oneAPI
    OnlyFans OpenAI OpenAIAPI OpenAPI OpenCL OpenCode OpenCV OpenGL OpenID OpenMetrics OpenMP
    OpenShift OpenSSL OpenTelemetry OpenVINO OpenWebUI OutOfMemory OutOfMemoryError PaaS
    PagerDuty PascalCase podAffinity podAntiAffinity PodMonitor PodSecurityPolicy PodSpec
    PodTemplate PostgreSQL PowerShell PriorityClass PromQL ProtoBuf PyCharm PyO3 PyPI PYTHONPATH
    PyTorch QoS RabbitMQ RadixAttention RadixTree readinessProbe readinessProbes ReadTheDocs
    ReDoS ReduceScatter ReplicaSet resourceVersion rocBLAS RoCE RoleBinding RoundRobin SaaS
    SafeTensors ScyllaDB securityContext SELinux SemVer ServiceAccount serviceAccountName
    ServiceAccounts ServiceMonitor SGLang SipHash snake_case SonarQube SpecDec StackOverflow
    startupProbe StatefulSet StatefulSets StatsD StorageClass storageClass TensorBoard
    TensorFlow TensorRT TikToken TorchScript TypeScript UnionFind VectorDB VirtualBox vLLM
    volumeMount VolumeMount volumeMounts WebAssembly WebGPU WebHook WebRTC WebSocket WebSockets
    WebUI WhatsApp WordPress x86_64 XGBoost YouTube ZeroMQ
"""
FAMILIAR = frozenset((_TYPES + _PRODUCTS).lower().split())
"""Types of standard libraries, products, kinds of Kubernetes; in lower case."""
LITERALS = names(
    """
    and apt apt-get arc as ascii assert async await awk bash bool box break brew cargo case cat
    catch cd cell class conda const continue cp csv curl debug def default defer del dict do
    docker echo elif else enum error except export extends f16 f32 f64 fail false finally float
    fn for from func function git go goto grep helm html http https i16 i32 i64 i8 if impl
    import in include inf info int interface is isize json kubectl lambda let list long loop ls
    make match mkdir mod module mut mutex mv mypy nan new nil node none not npm null object ok
    option or package panic pass pip poetry print private protected pub public pytest python
    python3 raise range rc ref result return rm ruff sed select self set sh static str string
    string_view struct sudo super switch tcp this throw throws toml trace trait true try tuple
    type typedef typeof typing u16 u32 u64 u8 udp undefined union unless unsafe unwrap use using
    usize utf-8 uv var vec void volatile warn warning wget where while with xml yaml yarn yield
    """
)
"""Keywords, literals and commands: in code, but nobody's names."""
FAMILIAR_FLAGS = names(
    """
    --help --version --verbose --quiet --force --dry-run --all --nocapture --all-features
    --workspace --release --features --no-cache --rm --amend --no-verify --upgrade
    """
)
LITTLE = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "is",
        "it",
        "no",
        "not",
        "of",
        "off",
        "on",
        "only",
        "or",
        "out",
        "per",
        "safe",
        "the",
        "then",
        "to",
        "up",
        "vs",
        "with",
    ]
)
"""Words that make ``end-to-end`` English."""
ENDINGS_OF_HOSTS = frozenset(["ai", "com", "dev", "io", "net", "org"])
HOLLOW = frozenset(["foo", "bar", "baz", "xxx", "xx", "yyy", "example", "placeholder"])
"""What stands for any name."""
STATUSES = names(
    """
    200 201 202 204 301 302 304 307 308 400 401 403 404 405 408 409 410 412 413 415 422 424 425 429
    431 499 500 501 502 503 504 511
    """
)
"""Numbers that everybody knows from HTTP."""
PLACES = tuple(
    names("~ .cache /dev /tmp /etc /proc /usr /var /home /opt /root /sys /bin /path /mnt")
)
"""Where things are on a machine, not in a repository."""
