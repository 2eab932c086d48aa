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
    AtomicU32 AtomicU64 AtomicUsize AttributeError BTreeMap BTreeSet BaseException BaseModel
    BinaryHeap BlockingIOError BoxFuture BrokenPipeError BufReader BufWriter BytesMut
    CancelledError ConnectionError ConnectionResetError ContextVar DashMap DataFrame DefaultDict
    DeprecationWarning EOFError ExitStack FileNotFoundError FutureWarning FxHashMap HashMap HashSet
    IOError ImportError IndexError InterruptedError KeyError KeyboardInterrupt LazyLock LinkedList
    LookupError MagicMock MemoryError ModuleNotFoundError NameError NotImplementedError
    NullPointerException OSError OnceCell OnceLock OrderedDict OverflowError PathBuf
    PermissionError PhantomData ProcessLookupError RecursionError ReferenceError RefCell
    ResourceWarning RuntimeError RuntimeWarning RwLock SimpleNamespace StopAsyncIteration
    StopIteration StringIO SyntaxError SystemExit SystemTime TaskGroup ThreadPool ThreadPoolExecutor
    TimeoutError ToString TypeAlias TypeError TypeVar TypedDict UnboundLocalError
    UnicodeDecodeError UnicodeError UserWarning ValidationError ValueError VecDeque WeakMap WeakRef
    ZeroDivisionError unique_ptr shared_ptr make_unique make_shared string_view size_t int8_t
    int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t unwrap_or unwrap_or_else
    unwrap_or_default
"""
_PRODUCTS = """
    AcmeCorp AlertManager AmazonLinux AppArmor ArgoCD AutoGen AutoML BigQuery BitBucket BuildKit
    ChatCompletion ChatCompletions ChatGPT ChatML ClickHouse CloudFlare CloudFormation CloudWatch
    CodeQL CodeRabbit CommonMark ConfigMap ConfigMaps ContainerD CrashLoopBackOff CronJob CuPy
    DaemonSet DaemonSets DataDog DeepCopy DeepSeek DeepSpeed DevOps DigitalOcean DockerHub
    DynamoDB ElasticSearch EndpointSlice EndpointSlices FastAPI FlashAttention FlashDecoding
    FlashInfer FlashMLA FluxCD FreeBSD GPUDirect GitHub GitLab GitOps GraphQL GroupVersionKind
    HostPath HuggingFace ImagePullBackOff InfiniBand IntelliJ InternVL JavaScript JetBrains
    JetStream JupyterLab KServe KubeRay KubeVirt LLaMA LLaVA LangChain LangGraph LeaderWorkerSet
    LibreOffice LlamaIndex LoRA MariaDB MessagePack MiniMax MinIO MkDocs MongoDB MsgPack MyPy MySQL
    NVLink NVSwitch NetworkPolicy NetworkPolicies NumPy OAuth OAuth2 OpenAI OpenAPI OpenCL
    OpenCode OpenGL OpenID OpenMP OpenMetrics OpenShift OpenSSL OpenTelemetry OpenVINO OpenWebUI
    OutOfMemory OutOfMemoryError PagerDuty PodMonitor PodSecurityPolicy PodSpec PodTemplate
    PostgreSQL PowerShell PriorityClass PromQL ProtoBuf PyCharm PyO3 PyPI PyTorch RabbitMQ
    RadixAttention RadixTree ReDoS ReadTheDocs ReplicaSet RoCE RoleBinding ClusterRole
    ClusterRoleBinding ClusterRoles RoundRobin SELinux SGLang SafeTensors ScyllaDB SemVer
    ServiceAccount ServiceAccounts ServiceMonitor SipHash SonarQube SpecDec StackOverflow
    StatefulSet StatefulSets StorageClass TensorBoard TensorFlow TensorRT TikToken TorchScript
    TypeScript UnionFind VectorDB VirtualBox VolumeMount WebAssembly WebGPU WebHook WebRTC WebSocket
    WebSockets WebUI WhatsApp WordPress XGBoost YouTube ZeroMQ x86_64 aarch64 linux_x86_64 camelCase snake_case PascalCase
    kebab-case vLLM macOS iOS iPhone gRPC emptyDir hostPath hostPID hostNetwork apiVersion
    nodeSelector nodeAffinity podAffinity podAntiAffinity nodePort clusterIP loadBalancer
    imagePullPolicy imagePullSecrets readinessProbe livenessProbe startupProbe livenessProbes
    readinessProbes serviceAccountName securityContext resourceVersion volumeMounts volumeMount
    storageClass kubeconfig initContainer initContainers LD_LIBRARY_PATH LD_PRELOAD
    CUDA_VISIBLE_DEVICES HF_TOKEN HF_HOME PYTHONPATH OpenAIAPI OpenCV OnlyFans LlamaCpp AuthN AuthZ
    AllReduce AllGather ReduceScatter AllToAll StatsD NotFound KVCache KVCaches
    DoS DDoS QoS IoT SaaS PaaS IaaS mTLS eBPF cuDNN cuBLAS cuBLASLt nvCOMP oneAPI rocBLAS MoE
"""
FAMILIAR = frozenset((_TYPES + _PRODUCTS).lower().split())
"""Types of standard libraries, products, kinds of Kubernetes; in lower case."""
LITERALS = names(
    """
    true false none null nil undefined nan inf self this and as assert async await bool break case
    catch class const continue def default defer del dict do elif else enum except export extends
    fail finally float fn for from func function go goto if impl import in include int interface is
    lambda let list long loop match mod module mut new not object or package panic pass print private
    protected pub public raise range ref return select set static str string struct super switch
    throw throws trait option result vec box arc rc cell mutex string_view try tuple type typedef typing typeof union unless unsafe unwrap use using var
    void volatile where while with yield i8 i16 i32 i64 u8 u16 u32 u64 f16 f32 f64 usize isize
    git docker pip npm yarn cargo make curl wget bash sh python python3 node kubectl helm grep sed awk
    echo cat ls cd rm cp mv mkdir export sudo apt apt-get brew conda uv poetry pytest mypy ruff
    http https tcp udp json yaml toml xml html csv utf-8 ascii ok error warn warning info debug trace
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
