"""Which files say what a project depends on, told by their names, and how each is read."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable

import msgspec

from digest.facts.dependencies import (
    containers,
    golang,
    java,
    javascript,
    locks,
    native,
    python,
    ruby,
    rust,
    toolchains,
    workflows,
)
from digest.facts.dependencies.entries import Entry, Source


class Manifest(msgspec.Struct, frozen=True):
    """A kind of file."""

    read: Callable[[Source], Iterable[Entry]]
    hint: re.Pattern[bytes] | None = None
    """What a changed line must hold; without it, no dependency can have changed."""
    whole: bool = True
    """False where each line or block tells all of itself, so that hunks are enough."""
    names: re.Pattern[bytes] | None = None
    """How the names are found in the whole of a file that is read by its hunks."""
    python: bool = False
    """Whether names are to be normalised."""


def _hint(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"^[+-].{0,2000}?(?:" + pattern + rb")", re.MULTILINE)


_BLOCKS = re.compile(rb'\nname = "([^"\n]{1,200})"')
_LINES = re.compile(rb"(?:\A|\n)([A-Za-z0-9][\w.-]{0,100})")
_NPM = re.compile(rb'\n {4,}"(?:[^"\n]{0,200}node_modules/)?((?:@[\w.~-]+/)?[\w.~-]{1,100})": \{')
_YARN = re.compile(rb'\n"?((?:@[\w.~-]{1,100}/)?[\w.~-]{1,100})@')
_PNPM = re.compile(rb"\n  '?/?((?:@[\w.~-]{1,100}/)?[\w.~-]{1,100})[@/]\d")
_BUN = re.compile(rb'\n    "[^"\n]{1,200}": \["((?:@[\w.~-]{1,100}/)?[\w.~-]{1,100})@\d')
_GEMS = re.compile(rb"\n    ([\w.-]{1,100}) \(")
_CARGO_HINT = re.compile(
    # A version alone is the package's own, but for tables such as [dependencies.serde].
    rb"dependencies\.[^\]\n]{1,80}\]|^[+-][ \t]{0,20}(?:\[|rust-version"
    rb"|[^#\n]{0,500}\b(?:version|git|rev|tag|branch|path)\b *=.*\}"
    rb"|(?!version|edition|name\b|description|license)[\w\"-]{1,80}(?:\.\w{1,20})? *= *"
    rb"(?:\{|\"[\^~=<>*]{0,2} *\d|\"\*|true))",
    re.MULTILINE,
)
_DOCKERFILE = Manifest(
    containers.dockerfile,
    _hint(rb"\bFROM\b|\bfrom\b|\bARG\b|\bENV\b|==|_(?:VERSION|REF|TAG|COMMIT|BRANCH|SHA)"),
)
_REQUIREMENTS = Manifest(python.requirements, whole=False, names=_LINES, python=True)
COMPILED = Manifest(python.compiled, whole=False, names=_LINES, python=True)
_CMAKE = Manifest(
    native.cmake, _hint(rb"GIT_TAG|\bURL\b|(?i:FetchContent_|\bset\s*\(|minimum_required)")
)
_ACTIONS = Manifest(workflows.actions, _hint(rb"uses:"), whole=False)
_COMPOSE = Manifest(containers.compose, _hint(rb"image:"))
_GRADLE = Manifest(java.gradle, _hint(rb"[\"']"))
_VERSIONS = Manifest(containers.versions_yaml)

_BY_NAME = {
    ".node-version": Manifest(toolchains.node_version),
    ".nvmrc": Manifest(toolchains.node_version),
    ".pre-commit-config.yaml": Manifest(workflows.hooks, _hint(rb"rev:|repo:")),
    ".python-version": Manifest(toolchains.python_version),
    ".tool-versions": Manifest(toolchains.tool_versions),
    "build.gradle": _GRADLE,
    "build.gradle.kts": _GRADLE,
    "settings.gradle": _GRADLE,
    "settings.gradle.kts": _GRADLE,
    "bun.lock": Manifest(locks.bun_lock, whole=False, names=_BUN),
    "cargo.lock": Manifest(locks.cargo_lock, whole=False, names=_BLOCKS),
    "cargo.toml": Manifest(rust.cargo, _CARGO_HINT),
    "chart.yaml": Manifest(workflows.chart),
    "cmakelists.txt": _CMAKE,
    "containerfile": _DOCKERFILE,
    "context.yaml": _VERSIONS,
    "dockerfile": _DOCKERFILE,
    "environment.yaml": Manifest(python.conda),
    "environment.yml": Manifest(python.conda),
    "gemfile": Manifest(ruby.gemfile),
    "gemfile.lock": Manifest(ruby.gemfile_lock, whole=False, names=_GEMS),
    "go.mod": Manifest(golang.go_mod),
    "libs.versions.toml": Manifest(java.catalog),
    "module.bazel": Manifest(native.bazel, _hint(rb"bazel_dep")),
    "npm-shrinkwrap.json": Manifest(locks.npm_lock, whole=False, names=_NPM),
    "package-lock.json": Manifest(locks.npm_lock, whole=False, names=_NPM),
    "package.json": Manifest(javascript.package_json),
    "pdm.lock": Manifest(locks.python_lock, whole=False, names=_BLOCKS, python=True),
    "pipfile": Manifest(python.pyproject),
    "pipfile.lock": Manifest(locks.pipfile_lock),
    "pnpm-lock.yaml": Manifest(locks.pnpm_lock, whole=False, names=_PNPM),
    "poetry.lock": Manifest(locks.python_lock, whole=False, names=_BLOCKS, python=True),
    "pom.xml": Manifest(java.pom),
    "pylock.toml": Manifest(locks.python_lock, whole=False, names=_BLOCKS, python=True),
    "pyproject.toml": Manifest(python.pyproject),
    "rust-toolchain": Manifest(rust.toolchain),
    "rust-toolchain.toml": Manifest(rust.toolchain),
    "setup.cfg": Manifest(python.setup_cfg),
    "setup.py": Manifest(python.setup_py, _hint(rb"[\"']")),
    "uv.lock": Manifest(locks.python_lock, whole=False, names=_BLOCKS, python=True),
    "versions.json": Manifest(containers.versions_json),
    "versions.yaml": _VERSIONS,
    "versions.yml": _VERSIONS,
    "yarn.lock": Manifest(locks.yarn_lock, whole=False, names=_YARN),
}

_REQUIREMENTS_NAME = re.compile(
    r"(?:.{0,60}[._-])?(?:requirements?|constraints?|overrides?)(?:[._-].{0,60})?\.(?:txt|in|lock)"
)
_COMPOSE_NAME = re.compile(r"(?:docker-)?compose(?:[._-].{0,60})?\.ya?ml")
_ENVIRONMENT_NAME = re.compile(r"environment[._-].{0,60}\.ya?ml")


@functools.lru_cache(maxsize=65_536)
def manifest_of(path: str) -> Manifest | None:
    """Tell what sort of manifest a file is.

    Arguments:
        path: as git has it.

    Returns:
        None for a file that is none.
    """
    *folders, name = path.lower().split("/")
    return _BY_NAME.get(name) or _by_pattern(folders, name)


def requirements_folder(path: str) -> bool:
    """Whether a file stands in a project's own folder of requirements.

    Those for its tests stand there too, below ``requirements/test``.
    """
    folders = path.lower().split("/")[:-1]
    return folders[:1] == ["requirements"] and not path.endswith((".md", ".py", ".sh"))


def _by_pattern(folders: list[str], name: str) -> Manifest | None:
    if name.startswith(("dockerfile.", "containerfile.")) or name.endswith(".dockerfile"):
        return None if name.endswith((".dockerignore", ".md")) else _DOCKERFILE
    if name.endswith((".txt", ".in", ".lock")):
        fits = "requirements" in folders or _REQUIREMENTS_NAME.fullmatch(name)
        return _REQUIREMENTS if fits else None
    if name.endswith((".yml", ".yaml")):
        return _yaml(folders, name)
    return _CMAKE if name.endswith(".cmake") else None


def _yaml(folders: list[str], name: str) -> Manifest | None:
    if ".github" in folders or name in {"action.yml", "action.yaml"}:
        return _ACTIONS
    if _COMPOSE_NAME.fullmatch(name):
        return _COMPOSE
    return Manifest(python.conda) if _ENVIRONMENT_NAME.fullmatch(name) else None
