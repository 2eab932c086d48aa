"""Manifests, locks and images: the dependencies of each, and the lines that tell of them."""

from __future__ import annotations

from typing import Any

import pytest
from support import edits
from support.manifests import NEW_SHA, OLD_SHA, changes, told

from digest.facts.dependencies import dependency_changes

PYPROJECT = """\
[build-system]
requires = ["setuptools>=61.0", "wheel"]

[project]
name = "sglang"
version = "0.5.16"
requires-python = ">=3.9"
dependencies = [
  "aiohttp",
  "flashinfer_python[cu13]==0.6.15", # keep it aligned
  "tomli ; python_version < '3.11'",
  "torch==2.12.0",
  "numpy<2 ; python_version < '3.13'",
  "numpy>=2 ; python_version >= '3.13'",
]

[project.optional-dependencies]
test = ["torch==2.12.0", "sglang[diffusion]"]

[dependency-groups]
dev = [{include-group = "test"}, "ruff>=0.5"]

[tool.uv.sources]
torch = { index = "pytorch" }
vllm = { git = "https://x.org/vllm-project/vllm", rev = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }

[tool.ruff]
target-version = "py39"
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("flashinfer_python[cu13]==0.6.15", "flashinfer-python[cu13]==0.6.17",
         [("python", "flashinfer-python", "0.6.15", "0.6.17")]),
        ('"torch==2.12.0"', '"torch==2.13.0"', [("python", "torch", "2.12.0", "2.13.0")]),
        ('">=3.9"', '">=3.10"', [("python", "python", ">=3.9", ">=3.10")]),
        ("numpy>=2 ;", "numpy>=2.1 ;", [("python", "numpy", ">=2", ">=2.1")]),
        ('  "aiohttp",\n', "", [("python", "aiohttp", "", None)]),
        ('  "aiohttp",\n', '  "aiohttp",\n  "xxhash",\n', [("python", "xxhash", None, "")]),
        (OLD_SHA, NEW_SHA, [("python", "vllm", "a" * 12, "b" * 12)]),
        ("setuptools>=61.0", "setuptools>=77,<80",
         [("python", "setuptools", ">=61.0", ">=77,<80")]),
        ("ruff>=0.5", "ruff>=0.9", [("python", "ruff", ">=0.5", ">=0.9")]),
        # What is no change of a dependency.
        ('version = "0.5.16"', 'version = "0.5.17"', []),
        ("py39", "py310", []),
        ("# keep it aligned", "# keep it aligned with the image", []),
        ("[cu13]", "[cu12]", []),
        ('  "aiohttp",\n', '  "AIOHTTP",\n', []),
        ("flashinfer_python", "flashinfer-python", []),
        ('"ruff>=0.5"]', '"ruff>=0.5", "aiohttp"]', []),
        ('["setuptools>=61.0", "wheel"]', '["wheel", "setuptools>=61.0"]', []),
        ("sglang[diffusion]", "sglang[test]", []),
    ],
)  # fmt: skip
def test_pyproject(old: str, new: str, expected: list[Any]) -> None:
    assert old in PYPROJECT
    assert told(changes("pyproject.toml", PYPROJECT, PYPROJECT.replace(old, new))) == expected


def test_evidence_is_the_line_that_changed() -> None:
    after = PYPROJECT.replace("0.6.15", "0.6.17").replace('  "aiohttp",\n', "")
    gone, moved = sorted(
        changes("python/pyproject.toml", PYPROJECT, after), key=lambda change: change.name
    )
    assert (gone.change, gone.evidence[0].line, gone.evidence[0].side) == ("removed", 9, "old")
    assert (moved.change, moved.evidence[0].line, moved.evidence[0].side) == ("changed", 9, "new")


CARGO = """\
[package]
name = "server"
version = "1.4.0"
rust-version = "1.85"

[workspace.dependencies]
local = { path = "lib/local", version = "1.4.0" }
serde = { version = "1", features = [
    "derive",
    "rc",
] }
prost = "0.13.5"
mm = { git = "https://github.com/x/mm", rev = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
renamed = { package = "real-name", version = "0.1" }

[target.'cfg(unix)'.dependencies]
libc = "0.2"
[dev-dependencies]
tonic.workspace = true
[dependencies.axum]
version = "0.7"
features = ["ws"]
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"0.13.5"', '"=0.14.0"', [("rust", "prost", "0.13.5", "=0.14.0")]),
        (OLD_SHA, NEW_SHA, [("rust", "mm", "a" * 12, "b" * 12)]),
        ('"1", features', '"1.1", features', [("rust", "serde", "1", "1.1")]),
        ('version = "0.1"', 'version = "0.2"', [("rust", "real-name", "0.1", "0.2")]),
        ('rust-version = "1.85"', 'rust-version = "1.90"', [("rust", "rust", "1.85", "1.90")]),
        ('libc = "0.2"\n', "", [("rust", "libc", "0.2", None)]),
        ('version = "0.7"', 'version = "0.8"', [("rust", "axum", "0.7", "0.8")]),
        ('"1.4.0"', '"1.5.0"', []),
        ('    "rc",\n', "", []),
        ("tonic.workspace = true\n", "", []),
        ("tonic.workspace = true\n", "tonic.workspace = true\nhyper = { workspace = true }\n", []),
    ],
)  # fmt: skip
def test_cargo(old: str, new: str, expected: list[Any]) -> None:
    assert old in CARGO
    assert told(changes("Cargo.toml", CARGO, CARGO.replace(old, new))) == expected


def test_what_moves_into_the_workspace_is_not_new() -> None:
    member = '[package]\nname = "a"\n[dependencies]\npyo3 = "0.23"\nserde = "1"\n'
    inherits = member.replace('"0.23"', "{ workspace = true }").replace(
        '"1"', "{ workspace = true }"
    )
    root = '[workspace.dependencies]\npyo3 = "0.29.0"\nserde = "1"\n'
    diff = edits.diff({"Cargo.toml": (None, root), "a/Cargo.toml": (member, inherits)})
    assert told(dependency_changes(diff)) == [("rust", "pyo3", "0.23", "0.29.0")]


LOCK = """\
[[package]]
name = "anyhow"
version = "1.0.103"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "aa"

[[package]]
name = "own"
version = "1.4.0"
dependencies = [
 "anyhow",
]

[[package]]
name = "reqwest"
version = "0.12.1"
source = "registry+https://github.com/rust-lang/crates.io-index"
"""


def test_locks_tell_what_is_not_asked_for_directly() -> None:
    after = LOCK.replace("1.0.103", "1.0.104").replace("1.4.0", "1.5.0")
    after += LOCK[LOCK.index('[[package]]\nname = "reqwest"') :].replace("0.12.1", "0.13.4")
    found = changes("Cargo.lock", LOCK, after)
    assert told(found) == [("rust", "anyhow", "1.0.103", "1.0.104")]
    assert found[0].locked
    assert found[0].evidence[0].line == 3


def test_a_lock_does_not_repeat_the_manifest() -> None:
    manifest = '[package]\nname = "own"\n[dependencies]\nanyhow = "%s"\n'
    found = dependency_changes(
        edits.diff(
            {
                "Cargo.lock": (LOCK, LOCK.replace("1.0.103", "1.0.104").replace("12.1", "12.2")),
                "Cargo.toml": (manifest % "1.0.103", manifest % "1.0.104"),
            }
        )
    )
    assert [(change.name, change.locked) for change in found] == [
        ("anyhow", False),
        ("reqwest", True),
    ]


POM = """\
<project><version><v></version>
<properties><j.version><v></j.version></properties>
<dependency><groupId>g</groupId><artifactId>j</artifactId>
<version>${j.version}</version></dependency></project>
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("uv.lock", '[[package]]\nname = "My_Lib"\nversion = "<v>"\nsource = { registry = "x" }\n',
         ("python", "my-lib", "1.0", "1.1")),
        ("uv.lock", '[[package]]\nname = "me"\nversion = "<v>"\nsource = { editable = "." }\n',
         None),
        ("requirements.txt", "-r base.txt\ntorch==<v>  # pinned\n",
         ("python", "torch", "1.0", "1.1")),
        ("requirements.txt", "-r base-<v>.txt\n# torch==<v>\n", None),
        ("requirements/test/cuda.in", "x>=<v>\n", ("python", "x", ">=1.0", ">=1.1")),
        ("requirements/cuda.txt", "a @ https://x.org/a-<v>-cp312-cp312-linux_x86_64.whl\n",
         ("python", "a", "1.0", "1.1")),
        ("setup.py", 'setup(install_requires=[\n    "a>=<v>",\n], version="<v>")\n',
         ("python", "a", ">=1.0", ">=1.1")),
        ("setup.py", 'setup(extras_require={\n  "zen": ["z[q]==<v>"],\n})\n',
         ("python", "z", "1.0", "1.1")),
        ("setup.cfg", "[metadata]\nversion = <v>\n[options]\ninstall_requires =\n    a>=<v>\n",
         ("python", "a", ">=1.0", ">=1.1")),
        ("Pipfile", '[packages]\nflask = "==<v>"\n', ("python", "flask", "1.0", "1.1")),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^<v>"\n',
         ("python", "python", "^1.0", "^1.1")),
        ("pyproject.toml", '[tool.poetry.group.dev.dependencies]\nx = {version = "<v>"}\n',
         ("python", "x", "1.0", "1.1")),
        ("environment.yml", "name: x\ndependencies:\n  - numpy=<v>\n",
         ("python", "numpy", "1.0", "1.1")),
        ("package.json", '{\n  "version": "<v>",\n  "engines": {"node": ">=<v>"}\n}\n',
         ("javascript", "node", ">=1.0", ">=1.1")),
        ("package.json", '{\n  "devDependencies": {\n    "@types/node": "^<v>"\n  }\n}\n',
         ("javascript", "@types/node", "^1.0", "^1.1")),
        ("package.json", '{\n  "dependencies": {\n    "a": "workspace:<v>"\n  }\n}\n', None),
        ("package-lock.json", '{\n    "node_modules/@a/b": {\n      "version": "<v>",\n    }\n}\n',
         ("javascript", "@a/b", "1.0", "1.1")),
        ("yarn.lock", '"@a/b@^1.0.0", "@a/b@^1.1":\n  version "<v>"\n',
         ("javascript", "@a/b", "1.0", "1.1")),
        ("pnpm-lock.yaml", "packages:\n\n  '@a/b@<v>':\n    resolution: {}\n",
         ("javascript", "@a/b", "1.0", "1.1")),
        ("bun.lock", '{\n    "a": ["a@<v>", "", {}, "sha512-x"],\n}\n',
         ("javascript", "a", "1.0", "1.1")),
        ("go.mod", "module x.org/me\n\ngo <v>\n\nreplace x.org/c => ../c\n",
         ("go", "go", "1.0", "1.1")),
        ("go.mod", "module x.org/me\n\nrequire (\n\tx.org/a v<v>\n)\n",
         ("go", "x.org/a", "v1.0", "v1.1")),
        ("pom.xml", POM, ("java", "g:j", "1.0", "1.1")),
        ("build.gradle.kts", 'dependencies {\n  implementation("g:a:<v>")\n}\n',
         ("java", "g:a", "1.0", "1.1")),
        ("gradle/libs.versions.toml", '[versions]\nkotlin = "<v>"\n',
         ("java", "kotlin", "1.0", "1.1")),
        ("Gemfile", 'gem "rails", "~> <v>"\n', ("ruby", "rails", "~> 1.0", "~> 1.1")),
        ("deploy/Chart.yaml", "version: <v>\ndependencies:\n  - name: nats\n    version: <v>\n",
         ("other", "nats", "1.0", "1.1")),
        ("deploy/Chart.yaml",
         "dependencies:\n  - name: own\n    version: <v>\n    repository: file://own\n", None),
        (".pre-commit-config.yaml", "repos:\n- repo: https://github.com/a/b\n  rev: v<v>\n",
         ("other", "a/b", "v1.0", "v1.1")),
        ("rust-toolchain.toml", '[toolchain]\nchannel = "<v>"\nprofile = "minimal"\n',
         ("rust", "rust", "1.0", "1.1")),
        (".python-version", "<v>\n", ("python", "python", "1.0", "1.1")),
        (".tool-versions", "nodejs <v>\n", ("javascript", "node", "1.0", "1.1")),
        ("docker-compose.yml", "services:\n  a:\n    image: nats:<v>\n",
         ("image", "nats", "1.0", "1.1")),
        ("MODULE.bazel", 'bazel_dep(name = "a", version = "<v>")\n', ("other", "a", "1.0", "1.1")),
    ],
)  # fmt: skip
def test_manifests(path: str, text: str, expected: Any) -> None:
    before, after = text.replace("<v>", "1.0"), text.replace("<v>", "1.1")
    assert told(changes(path, before, after)) == ([expected] if expected else [])
    assert changes(path, before, before + "\n") == ()


DOCKERFILE = """\
ARG CUDA_VERSION=12.9.1
ARG BASE_IMAGE=rocm/dev:7.2
ARG AITER_COMMIT="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
FROM nvidia/cuda:${CUDA_VERSION}-devel AS base
FROM --platform=linux/amd64 docker.io/golang:1.26.3@sha256:<digest> AS go
FROM base AS last
FROM ${BASE_IMAGE}
ENV UCX_REF=v1.20 \\
    DEBUG_TAG=""
ARG MAX_JOBS=2
RUN pip install torch==2.12.0 "nixl>=1.0" && [ "$CUDA_VERSION" == "12.9.1" ]
COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/
""".replace("<digest>", "c" * 64)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("CUDA_VERSION=12.9.1", "CUDA_VERSION=13.0.3",
         [("other", "CUDA_VERSION", "12.9.1", "13.0.3")]),
        ("rocm/dev:7.2", "rocm/dev:7.3", [("image", "rocm/dev", "7.2", "7.3")]),
        (OLD_SHA, NEW_SHA, [("other", "AITER_COMMIT", "a" * 12, "b" * 12)]),
        ("golang:1.26.3", "golang:1.26.6", [("image", "docker.io/golang", "1.26.3", "1.26.6")]),
        ("c" * 64, "d" * 64,
         [("image", "docker.io/golang", "sha256:" + "c" * 12, "sha256:" + "d" * 12)]),
        ("-devel AS", "-base AS", [("image", "nvidia/cuda", "12.9.1-devel", "12.9.1-base")]),
        ("UCX_REF=v1.20", "UCX_REF=v1.21", [("other", "UCX_REF", "v1.20", "v1.21")]),
        ("torch==2.12.0", "torch==2.13.0", [("python", "torch", "2.12.0", "2.13.0")]),
        ("uv:0.5", "uv:0.6", [("image", "ghcr.io/astral-sh/uv", "0.5", "0.6")]),
        ("UCX_REF", "NIXL_UCX_REF", []),
        ("torch==2.12.0 ", "torch ", []),
        ("MAX_JOBS=2", "MAX_JOBS=4", []),
        ('== "12.9.1"', '== "13.0.3"', []),
        ("base AS last", "go AS last", []),
    ],
)  # fmt: skip
def test_dockerfile(old: str, new: str, expected: list[Any]) -> None:
    assert old in DOCKERFILE
    path = "docker/rocm.Dockerfile"
    assert told(changes(path, DOCKERFILE, DOCKERFILE.replace(old, new))) == expected


def test_files_from_which_images_are_rendered() -> None:
    context = """\
vllm:
  cuda13.0:
    runtime_image: vllm/vllm-openai
    base_image_tag: 25.11
    runtime_image_tag: v0.26.0-ubuntu2404 # a comment
  nixl_ref: v1.3.0
  enable_kvbm: "true"
sglang:
  nixl_ref: v1.3.0
  epp_image: registry.k8s.io/epp:v1.4
"""
    after = context.replace("v0.26.0", "v0.27.1").replace("v1.3.0", "v1.3.2", 1)
    assert told(changes("container/context.yaml", context, after.replace("v1.4", "v1.5"))) == [
        ("image", "vllm/vllm-openai", "v0.26.0-ubuntu2404", "v0.27.1-ubuntu2404"),
        ("other", "vllm.nixl_ref", "v1.3.0", "v1.3.2"),
        ("image", "registry.k8s.io/epp", "v1.4", "v1.5"),
    ]


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        ("pyproject.toml", PYPROJECT, PYPROJECT.replace("0.6.15", "0.6.17"),
         [("python", "flashinfer-python", "0.6.15", "0.6.17")]),
        ("Cargo.toml", CARGO, CARGO.replace("0.13.5", "0.14"),
         [("rust", "prost", "0.13.5", "0.14")]),
        ("Dockerfile", DOCKERFILE, DOCKERFILE.replace("uv:0.5", "uv:0.6"),
         [("image", "ghcr.io/astral-sh/uv", "0.5", "0.6")]),
    ],
)  # fmt: skip
def test_hunks_are_enough_where_files_cannot_be_had(
    path: str, before: str, after: str, expected: list[Any]
) -> None:
    assert told(changes(path, before, after, whole=False)) == expected
