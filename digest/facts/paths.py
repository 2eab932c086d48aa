"""What a file is for, told from its path alone.

The rules follow what tools and forges agree on: GitHub's linguist for vendored
and generated files, test runners for the names of tests, package managers for
their lock files.  They are sets of names, not patterns, because the question
is asked for every file of every commit.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from digest.facts.wordlists import names

if TYPE_CHECKING:
    from digest.model import Category, FileChange

LOCK_FILES = names(
    """
    bun.lock bun.lockb cargo.lock chart.lock composer.lock conan.lock deno.lock flake.lock
    gemfile.lock go.sum go.work.sum gradle.lockfile mix.lock npm-shrinkwrap.json package-lock.json
    package.resolved packages.lock.json paket.lock pdm.lock pipfile.lock pixi.lock pnpm-lock.yaml
    podfile.lock poetry.lock pubspec.lock pylock.toml requirements.lock shard.lock uv.lock
    yarn.lock .terraform.lock.hcl module.bazel.lock
    """
)
"""Files that a package manager writes."""

VENDORED_FOLDERS = names(
    """
    3rdparty 3rd_party _vendor bower_components external_libs extern externals node_modules
    third-party third_party thirdparty vendor vendored vendors .yarn
    """
)
"""Folders that hold other people's code (linguist's vendor.yml)."""

GENERATED_FOLDERS = names("__generated__ _generated .generated generated")
GENERATED_ENDINGS = (
    ".pb.go", ".pb.cc", ".pb.h", ".pb.rs", "_pb2.py", "_pb2.pyi", "_pb2_grpc.py", ".pb.gw.go",
    ".min.js", ".min.css", ".js.map", ".css.map", ".g.dart", ".freezed.dart", ".designer.cs",
    ".generated.ts", ".generated.go", ".generated.cs", "_generated.go", "_generated.rs",
    "_string.go", ".gen.go", ".gen.ts",
)  # fmt: skip
GENERATED_BEGINNINGS = ("zz_generated",)

CI_FOLDERS = names(
    """
    .azure-pipelines .buildkite .ci .circleci .github .gitlab .gitea .forgejo .jenkins .teamcity
    .woodpecker .tekton .prow .zuul.d ci ci_scripts
    """
)
"""Folders of continuous integration, at the top or in ``scripts`` and ``tools``."""
CI_FILES = names(
    """
    .appveyor.yml .cirrus.yml .codecov.yml .gitlab-ci.yml .mergify.yml .pre-commit-config.yaml
    .readthedocs.yaml .readthedocs.yml .travis.yml .yamllint appveyor.yml azure-pipelines.yml
    bitbucket-pipelines.yml cloudbuild.yaml codecov.yml codeowners jenkinsfile netlify.toml
    noxfile.py renovate.json tox.ini vercel.json .coveragerc
    """
)

TEST_FOLDERS = names(
    """
    __mocks__ __snapshots__ __tests__ androidtest benches e2e e2e_tests e2e-tests fixtures
    integration_tests integration-tests test test-data test_data testcases testdata tests
    unit_tests unittests
    """
)
TEST_ENDINGS = (
    "_test.py", "_tests.py", "_test.go", "_test.rs", "_tests.rs", "_test.cc", "_test.cpp",
    "_test.cu", "_test.c", "_unittest.cc", "_test.dart", "_test.exs", "_spec.rb", "_test.rb",
    "_test.ts", "_test.js", "_test.sh", ".test.js", ".test.jsx", ".test.mjs", ".test.ts",
    ".test.tsx", ".spec.js", ".spec.jsx", ".spec.ts", ".spec.tsx", ".cy.ts", ".snap",
)  # fmt: skip
CAMEL_TEST_ENDINGS = (
    "Test.java", "Tests.java", "Test.kt", "Tests.kt", "IT.java", "Test.scala", "Spec.scala",
    "Test.php", "Tests.cs", "Test.cs", "Tests.swift",
)  # fmt: skip
"""With their capitals, so that ``latest.cs`` is no test."""
TEST_FILES = names("conftest.py pytest.ini tests.rs test.rs tests.py")

DOCUMENTATION_FOLDERS = names(
    """
    .changelog .changes .changeset .chloggen .unreleased changelog changelog.d changelogs cookbook
    doc docs documentation man newsfragments rfcs
    """
)
EXAMPLE_FOLDERS = names("demo demos example examples fern samples tutorials website")
"""Shown to readers, used by no program; only as a top folder."""
DOCUMENTATION_FILES = names("citation.cff mkdocs.yaml mkdocs.yml")
DOCUMENTATION_ENDINGS = (".adoc", ".asciidoc", ".md", ".mdx", ".org", ".pod", ".rst", ".tex")
DOCUMENTATION_STEMS = names(
    """
    authors changelog changes code_of_conduct contributing contributors copying history license
    licence maintainers news notice readme security thanks third_party_licenses
    """
)

BUILD_FILES = names(
    """
    .bazelrc .bazelversion .clang-format .clang-tidy .dockerignore .editorconfig .flake8
    .git-blame-ignore-revs .gitattributes .gitignore .gitmodules .npmrc .nvmrc .prettierrc
    .python-version .rustfmt.toml .shellcheckrc .tool-versions build.bazel build.gradle
    build.gradle.kts build.rs build.sbt build.zig build cargo.toml clippy.toml
    cmakelists.txt cmakepresets.json composer.json configure.ac containerfile deny.toml
    dist-workspace.toml gopkg.toml
    docker-bake.hcl docker-compose.yaml docker-compose.yml dockerfile earthfile flake.nix gemfile
    gnumakefile go.mod go.work gradle.properties gradlew justfile kbuild kconfig lerna.json
    makefile makefile.am manifest.in meson.build meson_options.txt mix.exs module.bazel mypy.ini
    nx.json package.json package.swift pipfile pnpm-workspace.yaml podfile pom.xml pubspec.yaml
    pyproject.toml rakefile ruff.toml rust-toolchain rust-toolchain.toml rustfmt.toml
    settings.gradle setup.cfg setup.py shell.nix tsconfig.json turbo.json typos.toml version
    vite.config.ts webpack.config.js workspace workspace.bazel
    """
)
BUILD_FOLDERS = names(
    """
    .agents .ai .cargo .claude .codex .config .cursor .devcontainer .gemini .idea .vscode cmake
    container docker
    """
)
"""As top folders only: of builds, of editors, and of agents that write code."""
BUILD_ENDINGS = (
    ".bazel", ".bzl", ".cmake", ".code-workspace", ".dockerfile", ".gradle", ".mk", ".nix", ".spec",
)  # fmt: skip

DATA_ENDINGS = (
    ".arrow", ".avif", ".bin", ".bmp", ".csv", ".eot", ".gguf", ".gif", ".gz", ".icns", ".ico",
    ".ipynb", ".jpeg", ".jpg", ".json", ".jsonl", ".mp3", ".mp4", ".ndjson", ".npy", ".npz",
    ".onnx", ".otf", ".parquet", ".pdf", ".pickle", ".pkl", ".png", ".po", ".pot", ".pt",
    ".safetensors", ".svg", ".tar", ".tgz", ".tsv", ".ttf", ".txt", ".wav", ".webm", ".webp",
    ".woff", ".woff2", ".xlsx", ".xz", ".zip", ".zst",
)  # fmt: skip

MARKS = re.compile(
    rb"@generated\b|\bDO NOT (?:EDIT|MODIFY)\b"
    rb"|\b(?:auto-?generated|automatically generated|generated automatically)"
    rb" (?:by|from|with|file)\b"
    rb"|\b(?:this (?:file|code) (?:is|was|has been)) (?:auto-?|automatically )?generated\b",
    re.IGNORECASE,
)
"""What generators write into the first lines (Go's rule, Meta's ``@generated``, linguist)."""
HEAD_BYTES = 4096
HEAD_LINES = 12


@functools.lru_cache(maxsize=65_536)
def classify(path: str) -> Category:
    """Tell what a file is for, by its path only.

    Arguments:
        path: as git has it, with ``/`` between folders; anything may be in it.

    Returns:
        The first of these that fits: lock, vendored, generated, ci, test, documentation,
        build, data; otherwise source.
    """
    *folders, name = path.lower().split("/")
    for category, fits in _RULES:
        # Capitals count in one rule only, so the name as it is written goes along.
        if fits(folders, name, path):
            return category
    return "source"


def category_of(change: FileChange) -> Category:
    """Tell what a changed file is for, heeding a generator's mark in its first lines."""
    category = classify(change.path)
    if change.generated and category not in {"lock", "vendored"}:
        return "generated"
    return category


def marked_generated(head: bytes) -> bool:
    """Tell whether the first lines of a file or of its patch say that a program wrote it.

    Arguments:
        head: as many bytes as there are; only the first few lines are looked at.
            In a patch, lines that were taken away do not count.
    """
    lines = head[:HEAD_BYTES].split(b"\n", HEAD_LINES)[:HEAD_LINES]
    return any(MARKS.search(line) for line in lines if not line.startswith(b"-"))


def _is_lock(_folders: list[str], name: str, _path: str) -> bool:
    return name in LOCK_FILES or name.endswith(".lock")


def _is_vendored(folders: list[str], _name: str, _path: str) -> bool:
    return not VENDORED_FOLDERS.isdisjoint(folders)


def _is_generated(folders: list[str], name: str, _path: str) -> bool:
    return (
        name.endswith(GENERATED_ENDINGS)
        or name.startswith(GENERATED_BEGINNINGS)
        or not GENERATED_FOLDERS.isdisjoint(folders)
    )


def _is_ci(folders: list[str], name: str, _path: str) -> bool:
    if name in CI_FILES:
        return True
    if not folders:
        return False
    below = folders[1] if folders[0] in {"scripts", "tools", "hack"} and len(folders) > 1 else ""
    return folders[0] in CI_FOLDERS or below in CI_FOLDERS


def _is_test(folders: list[str], name: str, path: str) -> bool:
    return (
        not TEST_FOLDERS.isdisjoint(folders)
        or name in TEST_FILES
        or (name.startswith("test_") and name.endswith((".py", ".c", ".cc", ".cpp", ".cu", ".sh")))
        or name.endswith(TEST_ENDINGS)
        or path.endswith(CAMEL_TEST_ENDINGS)
    )


def _is_build(folders: list[str], name: str, _path: str) -> bool:
    if name in BUILD_FILES or name.startswith(("dockerfile.", "makefile.")):
        return True
    if name.endswith(BUILD_ENDINGS):
        return True
    if name.endswith((".txt", ".in")) and (
        name.startswith(("requirements", "constraints")) or folders[:1] == ["requirements"]
    ):
        return True
    if name.endswith(DOCUMENTATION_ENDINGS):
        return False
    if folders:
        return folders[0] in BUILD_FOLDERS
    # At the top, what is hidden sets tools up; but hooks are for others to use.
    return name.startswith(".") and name != ".pre-commit-hooks.yaml"


def _is_documentation(folders: list[str], name: str, _path: str) -> bool:
    stem, dot, _ = name.partition(".")
    if name.endswith(DOCUMENTATION_ENDINGS):
        return True
    if stem in DOCUMENTATION_STEMS:
        # `history.py` and `security.rs` are programs; `SECURITY` and `license.txt` are not.
        return not dot or name.endswith((".txt", ".html"))
    if name in DOCUMENTATION_FILES or not DOCUMENTATION_FOLDERS.isdisjoint(folders):
        return True
    return bool(folders) and (
        folders[0] in EXAMPLE_FOLDERS or folders[0].startswith(("docs_", "docs-"))
    )


def _is_data(_folders: list[str], name: str, _path: str) -> bool:
    return name.endswith(DATA_ENDINGS)


_RULES: tuple[tuple[Category, Callable[[list[str], str, str], bool]], ...] = (
    ("lock", _is_lock),
    ("vendored", _is_vendored),
    ("generated", _is_generated),
    ("ci", _is_ci),
    ("test", _is_test),
    ("build", _is_build),
    ("documentation", _is_documentation),
    ("data", _is_data),
)
"""The first that fits decides."""
