"""What users must have more of: a newer language, runtime or shared dependency.

A language's floor is one of the project's manifest (``requires-python``,
``rust-version``, ``engines.node``, ``go``).  Of dependencies only those count that users
share with the project: in Python there is one version of a package in an environment,
while Rust and JavaScript build each its own in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.facts.removals import in_product
from digest.facts.titles import without_references
from digest.facts.wordlists import names
from digest.model import DependencyChange

if TYPE_CHECKING:
    from digest.facts.diffs import Diff

LANGUAGES = {
    ("python", "python"): "Python",
    ("rust", "rust"): "Rust",
    ("javascript", "node"): "Node.js",
    ("go", "go"): "Go",
    ("java", "java"): "Java",
}
"""Languages and runtimes, as dependency changes name them."""
_BETWEEN = (
    r"versions?|engines?|requirements?|support|minimum|min|lowest|floor|at|least|from|to|is|now|below|before"
    r"|than|older|requires?|required"
)
"""Words that stand between the name of a language and its version."""
_SPOKEN = {
    (ecosystem, name): re.compile(
        rf"\b{word}\b(?:[\s:,`'\"<>=~^]|\b(?:{_BETWEEN})\b){{0,12}}v?\d{{1,2}}(?!\w)", re.IGNORECASE
    )
    for ecosystem, name, word in (
        ("python", "python", "python"),
        ("javascript", "node", r"node(?:\.?js)?"),
        ("java", "java", "java"),
    )
}
"""How titles speak of these languages: by their names, with a version behind."""
SITES = names("docs frontend site ui web webapp website www")
"""Folders of what is built by the project and served to users, who need not have what builds it."""
_MANIFESTS = names(
    "pyproject.toml setup.py setup.cfg cargo.toml package.json go.mod pom.xml build.gradle"
)
_REQUIREMENTS = re.compile(
    r"(?:^|/)requirements[-_./](?:base|common|core|runtime|cuda|rocm|main|cpu|xpu)?\.?(?:txt|in)$"
)
_FLOOR = re.compile(r"(?:>=|~=|\^|==|>|~)?\s{0,3}v?(\d{1,5})(?:\.(\d{1,5}))?")
_APART = re.compile(r"([<>=~^!]=?)\s{1,3}(?=v?\d)")
"""An operator that npm allows to stand apart from its number."""
_RUNTIME_TABLE = re.compile(rb"^\s*\[(?:project|tool\.poetry\.dependencies)\]\s*(?:#.*)?$")
_TABLE = re.compile(rb"^\s*\[\[?[A-Za-z]")
_LIST = re.compile(rb"^\s*([\w.-]+)\s*=\s*\[")


def raised(diff: Diff, dependencies: tuple[DependencyChange, ...]) -> tuple[DependencyChange, ...]:
    """The changes that raise what users must have at the least.

    Arguments:
        diff: the changed files; tells which list of a manifest a dependency stands in.
        dependencies: what extraction found.
    """
    return tuple(
        change
        for change in dependencies
        if not change.locked
        and change.before
        and change.after
        and change.evidence
        and in_product(change.evidence[0].path)
        and SITES.isdisjoint(change.evidence[0].path.lower().split("/")[:-1])
        and _raises(diff, change)
    )


def is_told(title: str, change: DependencyChange) -> bool:
    """Whether a title says that another version of a language is asked for.

    Arguments:
        title: such as ``Drop node.js v8 support`` or ``Require Python 3.11``.
        change: one that :func:`raised` found.
    """
    words = _SPOKEN.get((change.ecosystem, change.name))
    return words is not None and words.search(without_references(title)) is not None


def describe(change: DependencyChange) -> str:
    """What is asked for now, and what was before: ``Python >=3.10 (was >=3.9)``."""
    name = LANGUAGES.get((change.ecosystem, change.name), change.name)
    return f"{name} {change.after} (was {change.before})"


def _raises(diff: Diff, change: DependencyChange) -> bool:
    before, after = floor(change.before or ""), floor(change.after or "")
    if before is None or after is None or after <= before:
        return False
    path = change.evidence[0].path.lower()
    if (change.ecosystem, change.name) in LANGUAGES:
        # A toolchain file or an image only says what the project itself is built with.
        return path.rpartition("/")[2] in _MANIFESTS
    if change.ecosystem != "python" or after[0] <= before[0]:
        return False
    if not (change.after or "").lstrip().startswith((">", "~", "^")):
        return False
    return _REQUIREMENTS.search(path) is not None or _is_runtime(diff, change)


def floor(version: str) -> tuple[int, int] | None:
    """The lowest version that a range allows, by its first two numbers.

    Arguments:
        version: such as ``>=3.10,<4``, ``^2.1``, ``1.75``; of several bounds the one that is
            a lower one.
    """
    bounds = re.split(r"[,\s|]+", _APART.sub(r"\1", version[:200]))
    lower = [part for part in bounds if part[:1] not in {"<", "!", ""}]
    match = _FLOOR.match(lower[0]) if lower else None
    return (int(match[1]), int(match[2] or 0)) if match else None


def _is_runtime(diff: Diff, change: DependencyChange) -> bool:
    """Whether a dependency stands among those that a Python project needs to run."""
    evidence = change.evidence[0]
    name = evidence.path.rpartition("/")[2]
    if name not in {"pyproject.toml", "setup.py", "setup.cfg"}:
        return False
    file = next((f for f in diff.files if f.path(evidence.side) == evidence.path), None)
    content = file.content(evidence.side) if file is not None else None
    if content is None:
        return False
    lines = content.split(b"\n")[: evidence.line]
    if name != "pyproject.toml":
        before = b"\n".join(lines)
        return before.rfind(b"install_requires") > max(
            before.rfind(b"extras_require"), before.rfind(b"tests_require"), -1
        )
    listed: bytes | None = None
    for line in reversed(lines):
        if _TABLE.match(line) and not _LIST.match(line):
            if b"poetry" in line:
                return _RUNTIME_TABLE.match(line) is not None
            return _RUNTIME_TABLE.match(line) is not None and listed == b"dependencies"
        if listed is None and (match := _LIST.match(line)):
            listed = match[1]
    return False
