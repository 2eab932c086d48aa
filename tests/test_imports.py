"""The picture of the imports in design.md, held against the code.

::

    model, errors ← facts, repositories, archive ← history, analysts, outcomes, pages
                  ← collect, site, feeds ← plugin, __main__

A module imports only what stands above it here, in an earlier layer or earlier
in its own.  So there can be no cycle, and whoever moves a module sees it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "digest"

LAYERS = {
    "records": ["escape", "errors", "model"],
    "parts": [
        "compiledfiles",
        "kept",
        "garbage",
        "clock",
        "settings",
        "forges",
        "addresses",
        "facts",
        "archive",
        "processes",
        "network",
        "gitprocess",
        "contents",
        "mirrorfiles",
        "branches",
        "sharding",
        "sitesize",
        "notices",
        "chains",
        "fetching",
        "repositories",
    ],
    "readers": [
        "patchstream",
        "messagetext",
        "history",
        "planning",
        "merging",
        "analysts",
        "llm",
        "extraction",
        "entries",
        "learning",
        "phrases",
        "textlanguage",
        "factviews",
        "claimviews",
        "wording",
        "outcomes",
        "outcomeviews",
        "daychanges",
        "pageviews",
        "dayviews",
        "hindsight",
        "aftermath",
        "ledgers",
        "summaries",
        "figures",
        "templating",
        "pages",
        "views",
        "navigation",
        "search",
    ],
    "pipelines": [
        "tallies",
        "owing",
        "batching",
        "results",
        "collect",
        "progress",
        "update",
        "reports",
        "publishing",
        "feeds",
        "scaffolding",
        "gathering",
        "repositorypages",
        "roundups",
        "keptdays",
        "site",
        "writing",
        "making",
        "ahead",
        "status",
    ],
    "ends": [
        "assetfiles",
        "closedoptions",
        "modeloptions",
        "languageoptions",
        "config",
        "multilingual",
        "feedfiles",
        "rendering",
        "searchbox",
        "cleaning",
        "serving",
        "otherbuilders",
        "plugin",
        "deploycommands",
        "__main__",
    ],
}
"""The top modules and packages of ``digest``, lowest first."""

FOREIGN = {
    "mkdocs": {
        "assetfiles",
        "closedoptions",
        "modeloptions",
        "languageoptions",
        "config",
        "multilingual",
        "feedfiles",
        "rendering",
        "searchbox",
        "serving",
        "otherbuilders",
        "plugin",
    },
    "git": {"gitprocess"},
    "click": {"__main__", "deploycommands"},
    "subprocess": {"gitprocess", "processes"},
    "jinja2": {
        "templating",
        "pages",
        "llm.prompt",
        "feeds.rendering",
        "rendering",
        "serving",
        "plugin",
    },
    "pydantic": {"llm.answers"},
    "openai": {"llm.endpoint", "llm.batches"},
    "httpx2": {"llm.endpoint", "llm.batches"},
    "tree_sitter": {"facts"},
    "sqlite3": set(),
    "requests": set(),
}
"""Which modules, or whole packages, may know a foreign one: each has one border."""

LONGEST = 450
"""Lines of a module; a longer one has two subjects."""

ORDER = [name for names in LAYERS.values() for name in names]
FILES = sorted(PACKAGE.rglob("*.py"))


def module(path: Path) -> str:
    """Name below the package, such as ``facts.paths``; empty for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def top(name: str) -> str:
    """The module or package directly below ``digest``."""
    return name.partition(".")[0]


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Whole names of all that a file imports, at its top, in functions and for types."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def own(path: Path) -> frozenset[str]:
    """What a file imports of our package, as names of modules below it."""
    known = {module(file) for file in FILES}
    found = set()
    for name in imports(path):
        if top(name) == "digest":
            inner = name.partition(".")[2]
            found.add(inner if inner in known else inner.rpartition(".")[0])
    return frozenset(found - {""})  # the package itself holds nothing but its version


def test_each_module_has_its_place() -> None:
    assert {top(module(path)) for path in FILES} - {""} == set(ORDER)
    assert len(ORDER) == len(set(ORDER))


@pytest.mark.parametrize("path", FILES, ids=module)
def test_imports_run_downwards(path: Path) -> None:
    name = module(path)
    if not name:
        assert not own(path)
        return
    lower = set(ORDER[: ORDER.index(top(name))])
    inside = {other for other in own(path) if top(other) == top(name)}
    assert {top(other) for other in own(path) - inside} <= lower
    assert "." in name or not inside or path.name == "__init__.py"


@pytest.mark.parametrize("package", ["model", "facts", "analysts", "llm", "outcomes", "feeds"])
def test_a_package_has_no_cycle(package: str) -> None:
    needs = {
        module(path): {other for other in own(path) if top(other) == package} - {package}
        for path in (PACKAGE / package).glob("*.py")
        if path.name != "__init__.py"
    }
    while needs:
        free = [name for name, others in needs.items() if not others & set(needs)]
        assert free, f"these import each other: {sorted(needs)}"
        for name in free:
            del needs[name]


def test_facts_know_only_records_and_each_other() -> None:
    for path in (PACKAGE / "facts").glob("*.py"):
        assert {top(name) for name in own(path)} <= {"model", "errors", "facts"}, path.name


@pytest.mark.parametrize("foreign", FOREIGN)
def test_foreign_types_have_one_border(foreign: str) -> None:
    users = {module(path) for path in FILES if foreign in map(top, imports(path))}
    assert {user for user in users if not {user, top(user)} & FOREIGN[foreign]} == set()


@pytest.mark.parametrize("path", FILES, ids=module)
def test_no_module_is_long(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= LONGEST


def test_pages_come_from_the_archive_alone() -> None:
    needed, reached = ["site"], set()
    while needed:
        name = needed.pop()
        reached.add(name)
        paths = [path for path in FILES if top(module(path)) == name]
        needed += {top(other) for path in paths for other in own(path)} - reached
    assert "archive" in reached
    assert not reached & {"gitprocess", "network", "fetching", "repositories", "history", "clock"}
